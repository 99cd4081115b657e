// What the invitation says, as rows to read and compare.

import type { Welcome } from "../../../agent/api";
import { t } from "../../i18n/index.svelte";

export interface WelcomeRow { key: string; label: string; text?: string }

/** How many co-signers a log policy wants, in words. */
export function policyText(policy: string): string {
  if (/^\s*quorum\s+none\s*$/m.test(policy)) return t("enrol.no_cosigner");
  const names = [...policy.matchAll(/^\s*witness\s+(\S+)/gm)].map((found) => found[1]);
  const group = /^\s*group\s+\S+\s+(\S+)/m.exec(policy)?.[1];
  const wanted = group === "all" || group === undefined ? names.length : group === "any" ? 1 : Number(group);
  return t("enrol.cosigners", { wanted, all: names.length, names: names.join(", ") });
}

export function welcomeRows(welcome: Welcome): WelcomeRow[] {
  const rows: WelcomeRow[] = [];
  const row = (key: string, text: string): void => {
    if (text) rows.push({ key, label: t(`enrol.${key}`), text });
  };
  row("inviter", welcome.inviter);
  row("party", welcome.partyCode);
  row("authority", welcome.authorityName);
  if (welcome.role) row("role", t(`word.${welcome.role}`));
  if (welcome.partyDigits) rows.push({ key: "fingerprint", label: t(welcome.kind === "founder" ? "enrol.registry_fingerprint" : "enrol.fingerprint") });
  row("log", welcome.logOrigin);
  if (welcome.policy) row("policy", policyText(welcome.policy));
  return rows;
}
