// Who is in front of the scripted world: "?as=custodian", "officer", "reader", "administrator", "auditor" in the address of
// the first page, kept for this tab. Without it: nobody has been here.

import type { Account, AdminPartyRow, AgentApi, EnrolmentOutcome, LogStatus, Membership, Notices, PasskeyRow, SessionRow } from "../../src/agent/api";

type Tell = (name: "transfer" | "notice" | "locked" | "changed" | "alarm" | "question", ...values: unknown[]) => void;

const hex = (seed: number): string => seed.toString(16).padStart(2, "0").repeat(32);
const now = (): number => Math.floor(Date.now() / 1000);
const refused = (code: string, key: string, values: Record<string, string> = {}) => Promise.reject({ code, key, arguments: values });

export function accountAnswers(tell: Tell): Partial<AgentApi> {
  const asked = new URLSearchParams(location.search).get("as");
  if (asked !== null) sessionStorage.setItem("double.as", asked);
  const as = sessionStorage.getItem("double.as") ?? "";
  const staff = as === "administrator" || as === "auditor";
  let account: Account | null = as === "" ? null
    : { origin: location.origin, userName: `${as}.sen`, kind: staff ? as : "member", language: "en" };
  const kitWaits = sessionStorage.getItem("double.kit_over") !== "yes";
  let open = sessionStorage.getItem("double.open") === "yes";

  const membership = (at: number, authorityName: string, authorityKind: string, partyCode: string): Membership => ({
    partyCode, authorityName, authorityKind, registerChain: hex(at), authority: hex(at + 1), member: hex(at + 2),
    role: as === "" ? "custodian" : as, acting: at === 1,
  });
  let memberships = [membership(1, "FIU", "fiu", "SEN"), membership(4, "Central authority", "central_authority", "SEN")];
  const log = (): LogStatus => ({
    origin: `${location.host}/log/1`, size: 4211, root: hex(9), checkpointTime: now() - 40, witnessed: true, policy: "quorum 2 of 3",
    countingSize: 4211, fresh: true, quorum: 2,
    witnesses: [{ name: "sen", key: "k", url: "", at: now() - 40 }, { name: "fra", key: "k", url: "", at: now() - 80 }], complete: true,
  });
  const enter = (): void => {
    open = true;
    sessionStorage.setItem("double.open", "yes");
  };
  void tell;

  const digits = "04181 77120 93344 10582";
  const fingerprint = "84012 33719 50022 71845 20961 44870 13355 90027";
  const kit = (userName: string): string => `rogatory/v1/kit\nserver: ${location.origin}\nuser: ${userName}\n` +
    "account-key: 9K3M-2XQR-7WVT-4N8P-0ABC-DEFG-HJK2\nkit-secret: 5T6Y-8ZWX-1QRS-3VNM-7KJH-GFED-CBA9\n";
  // The first letter of the code chooses the kind of invitation: F founder, A administrator, R rekey, else member.
  let invited: "founder" | "administrator" | "rekey" | "member" = "member";
  let outcome: EnrolmentOutcome | null = null;
  let asks = 0;
  const party = (code: string, name: string, stage: string, waitsFor = "", more: Partial<AdminPartyRow> = {}): AdminPartyRow => ({
    code, name, state: waitsFor === "resumption" ? "suspended" : stage === "live" || stage === "founded" ? "founded" : "empty",
    founded: stage === "live" || stage === "founded", stage, waitsFor, recovery: stage === "live" ? "parts" : "none", authorities: 1,
    authoritiesLive: stage === "live" ? 1 : 0, custodians: stage === "live" ? 2 : 1, pinnedBy: 3, bytes: 4.2e9, quota: 8.8e12, ownQuota: false,
    sessions: 2, since: now() - 40 * 86400, seenOn: Date.UTC(2026, 9, 1) / 1000, ...more,
  });
  let parties = [
    party("X-REG", "Registry", "live"), party("X-OTP", "Office of the Prosecutor", "live"),
    party("SEN", "Senegal", "live", "space", { quota: 4.5e9, ownQuota: true }), party("FRA", "France", "live", "resumption"),
    party("KEN", "Kenya", "created", "invitation", { sessions: 0, bytes: 0, custodians: 0, authorities: 0 }),
    party("MLI", "Mali", "founded", "second_custodian", { recovery: "kit" }),
  ];
  let sessions: SessionRow[] = [0, 1, 2].map((at) => ({
    id: hex(20 + at), scope: "full", address: at === 0 ? "127.0.0.1" : `2001:db8::${at}`, createdAt: now() - 9000 * (at + 1),
    lastSeenAt: now() - 60 * at, current: at === 0, userName: at === 0 ? "administrator.1" : `officer.${at}`,
  }));
  let notices: Notices | null = { address: "aminata@centif.example", every: 3600, quiet: { from: 1200, until: 360 }, refused: false, sentAt: now() - 7200, failure: "" };
  let passkeys: PasskeyRow[] = [{ id: hex(40), name: "clé du coffre", createdAt: now() - 864000, prf: true }];

  return {
    account: async () => account,
    serverInfo: async () => ({ name: "Rogatory", version: "0.1.0", logOrigin: `${location.host}/log/1`, time: now(), training: false, backupsKeptDays: 35 }),
    signIn: async (order) => {
      if (order.passphrase === "wrong") return refused("unauthenticated", "sign_in.refused", { support: "4F7K-9M2Q" });
      account ??= { origin: location.origin, userName: order.userName ?? "", kind: "member", language: "en" };
      enter();
    },
    unlock: async (passphrase) => (passphrase === "wrong" ? refused("unauthenticated", "sign_in.refused") : enter()),
    lock: async () => {
      sessionStorage.removeItem("double.open");
    },
    signOut: async () => {
      sessionStorage.removeItem("double.open");
    },
    memberships: async () => memberships,
    actAs: async (authority) => {
      memberships = memberships.map((one) => ({ ...one, acting: one.authority === authority }));
    },
    logStatus: async () => log(),
    synchronise: async () => log(),
    alarms: async () => [],
    decide: async () => undefined,

    proposePassphrase: async () => ({ passphrase: ["sept lampes boivent la pluie du matin", "eleven copper kettles argue about snow"][asks++ % 2]!, strengthBits: 77 }),
    checkPassphrase: async (passphrase) => ({ bits: passphrase.length * 2.1, needed: 50, good: passphrase.length >= 24 }),
    beginEnrolment: async ({ code }) => {
      const first = code.trim()[0]?.toUpperCase();
      if (first === "X") return refused("not_found", "invitation.unknown");
      invited = first === "F" ? "founder" : first === "A" ? "administrator" : first === "R" ? "rekey" : "member";
      const administrator = invited === "administrator";
      return {
        kind: invited, partyCode: administrator ? "" : "SEN", partyDigits: administrator ? "" : fingerprint, authorityName: invited === "founder" || administrator ? "" : "CENTIF",
        role: administrator ? "" : invited === "founder" ? "custodian" : "officer", logOrigin: administrator ? "" : "rogatory.example.org/log/0",
        policy: administrator ? "" : "log k\nwitness sen k u\nwitness fra k u\nwitness ken k u\ngroup cosigners 2 sen fra ken\nquorum cosigners\n", inviter: invited === "member" ? "CRF-01" : "",
      };
    },
    prepareTotp: async () => ({ secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", uri: "otpauth://totp/Rogatory:aminata?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Rogatory" }),
    preparePasskey: async () => refused("unsupported", "double.passkey"),
    prepareKit: async (way) => (way.userName === "taken" ? refused("conflict", "account.name_taken") : kit(way.userName)),
    readBackKit: async (typed) => typed.includes("CBA9"),
    answerEnrolment: async ({ totp }) => {
      if (totp === "000000") return refused("invalid_input", "enrolment.totp");
      outcome = { state: invited === "founder" || invited === "administrator" ? "live" : "answered", comparisonDigits: invited === "member" || invited === "rekey" ? digits : "", partyDigits: fingerprint, foundAuthority: "" };
      return outcome;
    },
    takeUpEnrolment: async () => null,
    forgetEnrolment: async () => undefined,
    takeUpDevice: async ({ passphrase }) => (passphrase === "wrong" ? refused("unauthenticated", "sign_in.refused") : enter()),
    resumeEnrolment: async () => outcome,
    enterEnrolment: async () => (outcome === null ? "gone" : "waiting"),
    readKit: async (text) => (/account-key: ./.test(text) ? { origin: location.origin, userName: "aminata" } : refused("invalid_input", "kit.malformed", { line: "account-key" })),
    signInWithKit: async ({ totp }) => (totp ? { kit: kit("aminata"), availableAt: 0 } : { availableAt: now() + 72 * 3600 }),
    signInWithKitAlone: async () => (kitWaits ? { availableAt: now() + 72 * 3600 } : { availableAt: 0, setup: { secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", uri: "otpauth://totp/Rogatory:aminata?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Rogatory" } }),
    finishKitAlone: async (_passphrase, totp) => (totp === "000000" ? refused("invalid_input", "enrolment.totp") : kit("aminata")),
    kitTriedAt: async () => null,
    kitAttempts: async () => [],
    endKitAttempt: async () => undefined,
    checkKit: async (text) => (text.includes("CBA9") ? undefined : refused("invalid_input", "kit.not_current")),
    makeNewKit: async () => kit(account?.userName ?? ""),
    changePassphrase: async (old) => (old === "wrong" ? refused("unauthenticated", "sign_in.refused") : undefined),
    join: async () => ({ state: "answered", comparisonDigits: digits, partyDigits: fingerprint, foundAuthority: "" }),
    sessions: async () => (open ? sessions : refused("unauthenticated", "session.locked")),
    endSession: async (id) => void (sessions = sessions.filter((one) => one.id !== id)),
    notices: async () => notices,
    setNotices: async (wanted) => {
      if (!wanted.address.includes("@")) refused("invalid_input", "notices.address");
      notices = { ...wanted, refused: false, failure: "" };
    },
    removeNotices: async () => void (notices = null),
    passkeys: async () => passkeys,
    removePasskey: async (id) => void (passkeys = passkeys.filter((one) => one.id !== id)),

    adminParties: async () => parties,
    createParty: async (code, name) => void (parties = [...parties, party(code, name, "created", "invitation")]),
    inviteFounder: async (_code, days) => ({ invitation: hex(50), member: hex(51), code: "F7QK-2M9X-4RTV-8WNP-0ABC-DEFG-HJK3", notAfter: now() + days * 86400 }),
    suspendParty: async (code) => void (parties = parties.map((one) => (one.code === code ? { ...one, state: "suspended", waitsFor: "resumption" } : one))),
    resumeParty: async (code) => void (parties = parties.map((one) => (one.code === code ? { ...one, state: one.founded ? "founded" : "empty", waitsFor: "" } : one))),
    suspendAccount: async (name) => (name === "nobody" ? refused("not_found", "access.not_found") : undefined),
    resumeAccount: async () => undefined,
    setQuota: async (code, bytes) =>
      void (parties = parties.map((one) => (one.code === code ? { ...one, quota: bytes ?? 8.8e12, ownQuota: bytes !== null, waitsFor: "" } : one))),
    support: async (code) => (code.startsWith("0000") ? refused("not_found", "support.unknown")
      : { cause: "clock", at: now() - 240, userName: "aminata", seconds: -3600 }),
    adminSessions: async () => sessions,
    adminEndSession: async (id) => void (sessions = sessions.filter((one) => one.id !== id)),
    audit: async (cursor) => ({
      items: Array.from({ length: 20 }, (_, at) => ({ number: (cursor ? 80 : 100) - at, at: now() - at * 500, actor: "officer.1", action: "session.opened", subject: "officer.1", outcome: at % 7 ? "ok" : "sign_in.refused" })),
      next: cursor ? undefined : "80",
    }),
    counts: async () => [{ name: "accounts", value: 14 }, { name: "parties", value: 5 }, { name: "statements", value: 4211 }, { name: "attachment_bytes", value: 7_310_000_000 }],
  };
}
