import { expect, test } from "vitest";
import { allMessages } from "../../tooling/catalogue.ts";
import { stepsOf, wayIn, type StillHas } from "../../src/ui/lost_access.ts";

const all: StillHas[] = Array.from({ length: 16 }, (_, bits) => ({
  passphrase: (bits & 8) !== 0, device: (bits & 4) !== 0, factor: (bits & 2) !== 0, sheet: (bits & 1) !== 0,
}));
const named = (has: StillHas): string =>
  [has.passphrase && "passphrase", has.device && "device", has.factor && "factor", has.sheet && "sheet"].filter(Boolean).join("+") || "nothing";

test("each of the sixteen combinations has its next step", () => {
  expect(Object.fromEntries(all.map((has) => [named(has), wayIn(has)]))).toEqual({
    "passphrase+device+factor+sheet": "sign_in",
    "passphrase+device+factor": "sign_in_print",
    "passphrase+device+sheet": "sheet_alone",
    "passphrase+device": "invited_anew",
    "passphrase+factor+sheet": "take_up",
    "passphrase+factor": "other_device",
    "passphrase+sheet": "sheet_alone",
    passphrase: "invited_anew",
    "device+factor+sheet": "use_sheet",
    "device+factor": "invited_anew",
    "device+sheet": "sheet_alone",
    device: "invited_anew",
    "factor+sheet": "use_sheet",
    factor: "invited_anew",
    sheet: "sheet_alone",
    nothing: "invited_anew",
  });
});

test("nobody is sent to something he said he does not have", () => {
  for (const has of all) {
    const way = wayIn(has);
    if (way === "sign_in" || way === "sign_in_print") expect(has.passphrase && has.device && has.factor, named(has)).toBe(true);
    if (way === "use_sheet" || way === "take_up") expect(has.sheet && has.factor, named(has)).toBe(true);
    if (way === "sheet_alone") expect(has.sheet && !has.factor, named(has)).toBe(true);
    if (way === "other_device") expect(has.passphrase && has.factor, named(has)).toBe(true);
  }
});

test("every way has all its words in both languages", () => {
  for (const language of ["en", "fr"] as const) {
    const messages = allMessages(language);
    for (const [way, steps] of Object.entries(stepsOf)) {
      for (let step = 1; step <= steps; ++step) expect(messages, language).toHaveProperty([`lost_access.${way}.step_${step}`]);
      expect(messages).not.toHaveProperty([`lost_access.${way}.step_${steps + 1}`]);
      for (const part of ["title", "wait"]) expect(messages).toHaveProperty([`lost_access.${way}.${part}`]);
    }
  }
});
