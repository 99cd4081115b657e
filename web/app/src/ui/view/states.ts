// The States Parties, whether or not they have an account: names in the reader's language.
import listed from "../../model/states_parties.json";

export interface NamedState {
  code: string;
  name: string;
}

export function statesParties(language: string, now = Date.now()): NamedState[] {
  return (listed.states as { code: string; en: string; fr: string; from?: string }[])
    .filter(({ from }) => from === undefined || Date.parse(from) <= now)
    .map(({ code, en, fr }) => ({ code, name: language === "fr" ? fr : en }));
}
