// What several screens ask of the trusted end, asked once for each state of what was read.
import type { DossierView, Hex, PartyView } from "../agent/api";
import { agent } from "./agent";
import { acting, session } from "./session.svelte";
import type { Standing } from "./view/badge";
import { type PartyNames, partyNames } from "./view/names";

let known: { revision: number; parties: Promise<PartyView[]> } | undefined;

export function parties(): Promise<PartyView[]> {
  const revision = session.revision;
  if (known === undefined || known.revision !== revision) {
    const asked = agent.parties();
    known = { revision, parties: asked };
    // A refusal is not kept: the next screen asks again.
    asked.catch(() => { if (known?.parties === asked) known = undefined; });
  }
  return known.parties;
}

/** Names of States and bodies; codes where they cannot be had. */
export async function names(): Promise<PartyNames> {
  return partyNames(await parties().catch(() => []));
}

export interface DossierKnowledge { dossier: DossierView; names: PartyNames; standing: Standing }

/** Whether the authority acted for may send: two access managers, or one and a drilled recovery set. */
export async function ownAuthorityLive(): Promise<boolean> {
  const own = acting();
  if (own === undefined) return true;
  const party = (await parties().catch(() => [])).find((one) => one.code === own.partyCode && one.succeededBy === undefined);
  return party?.authorities.find((one) => one.authority === own.authority)?.live ?? true;
}

export async function standingNow(): Promise<Standing> {
  const general = {
    log: session.log ?? null, alarms: session.alarms, membership: acting() ?? null, online: !session.offline,
  };
  return { ...general, live: await ownAuthorityLive() };
}

export async function dossierKnowledge(chain: Hex): Promise<DossierKnowledge> {
  void session.revision;
  const [dossier, known, standing] = await Promise.all([agent.dossier(chain), names(), standingNow()]);
  return { dossier, names: known, standing };
}
