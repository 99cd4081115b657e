// "I cannot get in": what somebody still has leads to the one next step that works. It mirrors what the server lets
// happen: signing in takes passphrase, this device (its account key) and second factor; the recovery sheet replaces the
// first two, and after 72 hours the third; without it, an access manager's new invitation replaces everything.

export interface StillHas {
  passphrase: boolean;
  device: boolean;
  factor: boolean;
  sheet: boolean;
}
export const questions = ["passphrase", "device", "factor", "sheet"] as const;

export type WayIn =
  /** All is there: sign in. */
  | "sign_in"
  /** Sign in, then print a new sheet at once. */
  | "sign_in_print"
  /** Sign in with the sheet; it sets a new passphrase and makes a new sheet. */
  | "use_sheet"
  /** The sheet brings this device the account key; passphrase and sheet stay. */
  | "take_up"
  /** Only the device one used before is missing. */
  | "other_device"
  /** The sheet and a wait of 72 hours; it sets a new second factor as well. */
  | "sheet_alone"
  /** A new invitation by an access manager. */
  | "invited_anew";

export function wayIn(has: StillHas): WayIn {
  if (!has.factor) return has.sheet ? "sheet_alone" : "invited_anew";
  if (has.passphrase && has.device) return has.sheet ? "sign_in" : "sign_in_print";
  if (has.sheet) return has.passphrase ? "take_up" : "use_sheet";
  return has.passphrase ? "other_device" : "invited_anew";
}

/** How many numbered steps the catalogue has for it: lost_access.<way>.step_1 … */
export const stepsOf: Record<WayIn, number> = { sign_in: 2, sign_in_print: 2, use_sheet: 3, take_up: 2, other_device: 3, sheet_alone: 4, invited_anew: 4 };
