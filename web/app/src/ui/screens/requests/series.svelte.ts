// What of a request is one State's own: its reference, due date and language where several are asked, what its law says of it,
// and whether it was sent. Kept by address, so that a State that is taken out and put back has what was typed for it.
import type { LawFindingView, Sent } from "../../../agent/api";
import { needsReason } from "../../view/law";

export interface Each {
  reference: string; due: string; tongue: string;
  /** Of the whole, when these three were proposed: what nobody has touched follows it. */
  proposed: string;
  /** Elements that the State's law requires and the text has, as the sender says. */
  contained: string[];
  /** Why it is sent against the State's law. */
  reason: string;
  /** The request's dossier; "": not sent. */
  chain: string;
}
export interface Whole { reference: string; due: string; tongue: string }

const blank = (): Each => ({ reference: "", due: "", tongue: "", proposed: "", contained: [], reason: "", chain: "" });

export function createSeries() {
  // Raw, and replaced as a whole: what goes to the trusted end is cloned, which proxies are not.
  let each = $state.raw<Record<string, Each>>({});
  let findings = $state.raw<Record<string, LawFindingView[] | undefined>>({});
  const of = (address: string): Each => each[address] ?? blank();
  const set = (address: string, more: Partial<Each>): void => { each = { ...each, [address]: { ...of(address), ...more } }; };
  return {
    of,
    set,
    get all() { return each; },
    restore(kept: Record<string, Each>): void { each = kept; },
    /** A reference of its own for each, which its sender may change. */
    propose(addresses: { address: string; partyCode: string }[], { reference, due, tongue }: Whole): void {
      for (const { address, partyCode } of addresses) {
        const proposed = JSON.stringify({ reference: addresses.length > 1 ? `${reference}/${partyCode}` : reference, due, tongue });
        const { chain, proposed: before, ...now } = of(address);
        const touched = before !== "" && JSON.stringify({ reference: now.reference, due: now.due, tongue: now.tongue }) !== before;
        if (chain === "" && !touched) set(address, { ...JSON.parse(proposed) as Whole, proposed });
      }
    },
    findings: (address: string): LawFindingView[] | undefined => findings[address],
    find(address: string, found: LawFindingView[] | undefined): void { findings = { ...findings, [address]: found }; },
    /** Against the State's own law, and nothing said why. */
    lacksReason: (address: string): boolean => against(address) && of(address).reason.trim() === "",
    reasonOf: (address: string): string => (against(address) ? of(address).reason.trim() : ""),
    sent(address: string, what: Sent): void { set(address, { chain: what.chain }); },
  };

  function against(address: string): boolean {
    const found = findings[address];
    return found !== undefined && needsReason(found, of(address).contained);
  }
}
