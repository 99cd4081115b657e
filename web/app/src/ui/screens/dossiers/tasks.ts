// What may be done with a file now, in the order in which it is likely: only what would not be refused is offered.
import type { DossierView, RequestView } from "../../../agent/api";
import { type Standing, dossierBadge } from "../../view/badge";

export interface Task {
  key: string;
  href: string;
}

/** `request`: of a request for assistance, once it is known; its file closes after it. */
export function dossierTasks(dossier: DossierView, standing: Standing, request?: RequestView): Task[] {
  const at = `/files/${dossier.chain}`;
  const tasks: Task[] = [];
  const badge = dossierBadge(dossier, standing);
  // A draft is changed, sent and given up on a page of its own.
  const draft = dossier.draft === true;
  const mayAct = badge.tone === "ready" && !draft;
  const opener = dossier.opener.authority === dossier.own.authority;
  const ownEntries = dossier.entries.some((entry) => entry.own && !entry.void);
  const others = dossier.participants.some((one) => one.authority !== dossier.own.authority);
  if (mayAct) {
    tasks.push({ key: "pass_on", href: `${at}/pass-on` });
    if (ownEntries) {
      tasks.push({ key: "consent", href: `${at}/consent` });
      tasks.push({ key: "release", href: `${at}/disclosure` });
    }
    if (others) tasks.push({ key: "revoke", href: `${at}/access` });
    if (opener) {
      tasks.push({ key: "policy", href: `${at}/restrictions` });
      if (dossier.kind !== "request" || request?.over) tasks.push({ key: "close", href: `${at}/close` });
    }
  } else if (dossier.state === "closed" && opener && !draft && badge.why.key === "badge.why.closed") {
    tasks.push({ key: "reopen", href: `${at}/close` });
  }
  tasks.push({ key: "verify", href: `${at}/check` });
  if (dossier.state !== "broken") tasks.push({ key: "bundle", href: `${at}/evidence` });
  return tasks;
}
