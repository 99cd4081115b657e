// One enrolment as the page holds it between its screens. What is secret here (code, passphrase) is forgotten at its end.

import type { EnrolmentOutcome, EnrolmentWay, TotpSetup, Welcome } from "../../../agent/api";

export type Step = "invitation" | "state" | "way" | "kit" | "digits" | "second" | "reply" | "done";

export interface Journey {
  step: Step;
  code: string;
  sheet: string;
  welcome: Welcome | undefined;
  way: EnrolmentWay;
  factor: "totp" | "passkey";
  totpSetup: TotpSetup | undefined;
  kit: string;
  outcome: EnrolmentOutcome | undefined;
}

/** The screens of each kind of invitation, counted by the browser test: six for a founder, four for anybody else. */
export function stepsOf(kind: Welcome["kind"] | undefined): Step[] {
  if (kind === "founder") return ["invitation", "state", "way", "kit", "second", "reply"];
  if (kind === "administrator") return ["invitation", "way", "kit", "done"];
  return ["invitation", "way", "kit", "digits"];
}

export function newJourney(language: "en" | "fr"): Journey {
  return {
    step: "invitation", code: "", sheet: "", welcome: undefined,
    way: { userName: "", passphrase: "", language, displayName: "" },
    factor: "totp", totpSetup: undefined, kit: "", outcome: undefined,
  };
}

export function nextStep(journey: Journey): Step {
  const steps = stepsOf(journey.welcome?.kind);
  return steps[Math.min(steps.indexOf(journey.step) + 1, steps.length - 1)]!;
}
