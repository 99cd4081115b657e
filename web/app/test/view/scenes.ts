// Views as the trusted end would give them, for the tests of what the screens say.
import type { AuthorityLabel, DossierView, EntryView, LogStatus, MemberView, Membership, PartyView, PolicyView } from "../../src/agent/api";
import type { PartyNames } from "../../src/ui/view/names";

export const now = 1_790_000_000;
export const day = 86_400;

export const names: PartyNames = new Map([
  ["SEN", "Senegal"], ["FRA", "France"], ["X-OTP", "Office of the Prosecutor"], ["X-REG", "Registry"],
]);

export function label(partyCode: string, authorityName: string, authority: string): AuthorityLabel {
  return { partyCode, authorityName, authority, foundedId: partyCode === "" ? "" : "f0".repeat(32) };
}
export const senegal = label("SEN", "CENTIF", "a1".repeat(16));
export const prosecutor = label("X-OTP", "Investigations", "b2".repeat(16));
export const france = label("FRA", "FIU", "c3".repeat(16));

export function policy(change: Partial<PolicyView> = {}): PolicyView {
  return { onward: "free", caveats: [], handling: [], words: "", sealedHalfKnown: true, ...change };
}

export function entry(change: Partial<EntryView> = {}): EntryView {
  return {
    seq: 1, id: "e1".repeat(32), index: 7, author: senegal, authorName: "FIU-07", at: now - day, epoch: 1, opened: true,
    title: "Comptes", message: "Voir l’annexe.",
    attachments: [{ attachment: "d1".repeat(16), sealedSize: 4200, name: "a.pdf", type: "application/pdf", size: 4000, state: "available" }],
    policy: policy(), void: false, outcome: "ok", warnings: [], counting: true, unread: false, own: false, ...change,
  };
}

export function dossier(change: Partial<DossierView> = {}): DossierView {
  return {
    chain: "ab".repeat(32), kind: "share", title: "Comptes", opener: senegal, participants: [senegal, prosecutor], state: "open",
    epoch: 1, policy: policy(), openedAt: now - 2 * day, lastAt: now - day, lastIndex: now - day, entries: [entry()],
    acts: [{ seq: 0, id: "00".repeat(32), kind: "opened", author: senegal, at: now - 2 * day, void: false, about: "" }],
    unread: 0, warnings: [], own: prosecutor, ...change,
  };
}

export function membership(change: Partial<Membership> = {}): Membership {
  return {
    partyCode: "X-OTP", authorityName: "Investigations", authorityKind: "court_section", registerChain: "11".repeat(32),
    authority: prosecutor.authority, member: "99".repeat(16), role: "officer", acting: true, ...change,
  };
}

export function log(change: Partial<LogStatus> = {}): LogStatus {
  return {
    origin: "example.org/log/0", size: 100, root: "22".repeat(32), checkpointTime: now, witnessed: true, policy: "", countingSize: 100,
    fresh: true, quorum: 2, witnesses: [], complete: true, ...change,
  };
}

export function party(code: string, change: Partial<PartyView> = {}): PartyView {
  return {
    code, name: names.get(code) ?? code, state: "founded", fingerprint: "12345 ".repeat(8).trim(), pinned: "note_verbale",
    authorities: [{ authority: code.padEnd(32, "0"), name: "FIU", kind: "fiu", generation: 1, custodians: 2, live: true, root: true, managers: ["FIU-01", "FIU-02"] }],
    problem: "", ...change,
  };
}

export function member(displayName: string, role: string, self = false): MemberView {
  return { member: displayName.padEnd(32, "0"), displayName, role, self };
}
