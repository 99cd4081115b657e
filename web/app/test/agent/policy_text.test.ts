// Restrictions between what a person gives, statements and what is shown.
import { describe, expect, it } from "vitest";
import { isEmptyCaveats, policyOf, viewOfPolicy } from "../../src/agent/policy_text.ts";
import { dateText, isRestricted, restrictionSheet } from "../../src/agent/restriction_sheet.ts";
import type { PolicyOrder, PolicyView } from "../../src/agent/api.ts";

const plain: PolicyOrder = { onward: "free", caveats: [], handling: [], words: "" };

describe("policies", () => {
  it("are split into a clear and a sealed half", () => {
    const halves = policyOf({
      onward: "source_consent", reviewAt: 1000, expiresAt: 2000, caveats: ["93-8-b", "73", "73"], handling: ["H2"], words: "a\u0301",
    });
    expect(halves.clear).toEqual({ onward: "source_consent", reviewAt: 1000, expiresAt: 2000 });
    expect(halves.sealed).toEqual({ articles: ["73", "93-8-b"], handling: ["H2"], words: "á" });
    expect(isEmptyCaveats(halves.sealed)).toBe(false);
    expect(isEmptyCaveats(policyOf(plain).sealed)).toBe(true);
  });

  it.each([
    ["policy.onward", { ...plain, onward: "everybody" as never }],
    ["policy.caveat", { ...plain, caveats: ["93(8)"] }],
    ["policy.handling", { ...plain, handling: ["H4"] }],
    ["policy.dates", { ...plain, reviewAt: -1 }],
    ["text.not_unicode", { ...plain, words: "\ud800" }],
  ])("are refused with %s", (key, order) => {
    expect(() => policyOf(order)).toThrowError(expect.objectContaining({ code: "invalid_input", key }));
  });

  it("show only the clear half where the sealed one is not known", () => {
    expect(viewOfPolicy({ onward: "own_party" }, undefined)).toEqual(
      { onward: "own_party", caveats: [], handling: [], words: "", sealedHalfKnown: false });
    expect(viewOfPolicy({ onward: "free", expiresAt: 5 }, { articles: ["72"], handling: [], words: "" })).toEqual(
      { onward: "free", expiresAt: 5, caveats: ["72"], handling: [], words: "", sealedHalfKnown: true });
  });

  it("restrict unless they say nothing", () => {
    const free = viewOfPolicy({ onward: "free" }, { articles: [], handling: [], words: "" });
    expect(isRestricted(free)).toBe(false);
    expect(isRestricted({ ...free, words: "x" })).toBe(true);
    expect(isRestricted({ ...free, expiresAt: 0 })).toBe(true);
    expect(isRestricted({ ...free, onward: "own_party" })).toBe(true);
  });
});

describe("the sheet of restrictions", () => {
  const policy: PolicyView = {
    onward: "source_consent", reviewAt: 1_800_000_000, caveats: ["73", "93-8-b", "64-6-c"], handling: ["H1"],
    words: "Nur für den Ankläger", sealedHalfKnown: true,
  };
  const sheet = restrictionSheet({
    fileName: "comptes.pdf", sha256: "ab".repeat(32), owner: "SEN/CRF", dossier: "cd".repeat(32),
    receivedAt: 1_790_000_000, policy,
  });

  it("says the same in English and in French, articles as the Court cites them", () => {
    expect(sheet).toContain("Rome Statute: Art. 93(8)(b): confidential, solely to generate new evidence; not to be");
    expect(sheet).toContain("Rome Statute: Art. 64(6)(c)\n");
    expect(sheet).toContain("Statut de Rome\u00a0: art.\u00a093, par.\u00a08, al.\u00a0b)\u00a0: à titre confidentiel");
    expect(sheet).toContain("Disclosure: Not to be disclosed to others without the prior consent of the source.");
    expect(sheet).toContain("Diffusion\u00a0: Ne pas communiquer à d’autres sans l’accord préalable de la source.");
    expect(sheet.split("Nur für den Ankläger")).toHaveLength(3);
  });

  it("leaves out what there is not", () => {
    expect(sheet).not.toContain("Restrictions end on");
    expect(sheet).toContain(`To be reviewed on: ${dateText(1_800_000_000)}`);
    expect(sheet.endsWith("Ne pas les séparer.\n")).toBe(true);
  });
});
