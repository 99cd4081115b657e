// Who is in front of the scripted world: "?as=custodian", "officer", "reader", "administrator", "auditor" in the address of
// the first page, kept for this tab. Without it: nobody has been here.

import type { Account, AgentApi, LogStatus, Membership } from "../../src/agent/api";

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

  return {
    account: async () => (account && sessionStorage.getItem("double.open") === "yes" && !open ? account : account),
    serverInfo: async () => ({ name: "Rogatory", version: "0.1.0", logOrigin: `${location.host}/log/1`, time: now() }),
    signIn: async (order) => {
      if (order.passphrase === "wrong") return refused("unauthenticated", "sign_in.refused");
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
  };
}
