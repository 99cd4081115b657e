// Internal to src/agent: statements of a dossier other than entries (platform/agent/acts.cpp).
import { attempt, fail } from "../base/failure.ts";
import {
  day, sameRef, zeroId, type AuthorityRef, type ChainId, type StatementId, type UnixSeconds,
} from "../model/ids.ts";
import type { Consented, Granted } from "../record/dossier_bodies.ts";
import type { Dossier } from "../record/dossier.ts";
import { appendAct } from "./act.ts";
import { authorityOf, dossier, latestNow, now } from "./acting.ts";
import type { ConsentOrder, Hex, PolicyOrder } from "./api.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { isOwnDraft } from "./draft_dossier.ts";
import { makeEpoch, makeGrant, openEpoch, requireSealable } from "./epoch.ts";
import { normalised } from "./normalise.ts";
import { policyOf } from "./policy_text.ts";
import { labelOf, resolveAuthority, textOf } from "./recipients.ts";
import type { Draft } from "./seal.ts";
import type { AgentState, SealedFile } from "./state.ts";

/** The ids of entries by seq, each an entry of one's own. */
function ownEntries(state: AgentState, known: KnownDossier, seqs: readonly number[]): StatementId[] {
  const ids = new Set<StatementId>();
  for (const seq of seqs) {
    const found = known.replayed.items.find((item) => item.seq === seq && item.kind === "entry");
    if (found === undefined) return fail("not_found", "entry.unknown", { entry: String(seq) });
    if (!sameRef(found.owner, authorityOf(state))) fail("forbidden", "entry.not_ours", { entry: String(seq) });
    ids.add(found.id);
  }
  return [...ids].sort();
}

// --- onward grants -------------------------------------------------------------------------------------------------

interface GrantPlan {
  epochs: number[];
  consents: StatementId[];
}

function planWith(
  state: AgentState, replayed: Dossier, to: AuthorityRef, epochs: number[], at: UnixSeconds, lacking: AuthorityRef[],
): GrantPlan | undefined {
  lacking.length = 0;
  const consents: StatementId[] = [];
  for (const owner of replayed.consentsNeeded(authorityOf(state), to, epochs)) {
    const consent = replayed.consents().find(
      (each) =>
        sameRef(each.owner, owner) && !each.spent && sameRef(each.body, to) && each.body.grantBefore >= at &&
        replayed.covers(each, epochs),
    );
    if (consent === undefined) lacking.push(owner);
    else consents.push(consent.id);
  }
  return lacking.length > 0 ? undefined : { epochs, consents: consents.sort() };
}

/** Every epoch one holds and the other does not, with the consents this needs; where those cover less, what they cover. */
async function planGrant(state: AgentState, replayed: Dossier, to: AuthorityRef): Promise<GrantPlan> {
  const all = replayed.epochs
    .map(({ number }) => number)
    .filter((number) => replayed.holds(authorityOf(state), number) && !replayed.holds(to, number));
  if (all.length === 0) fail("conflict", "grant.already");
  const at = latestNow(state);
  const lacking: AuthorityRef[] = [];
  const whole = planWith(state, replayed, to, all, at, lacking);
  if (whole !== undefined) return whole;
  // Less than everything: the epochs that can be granted one by one, newest first, taken together as far as they go.
  let some: number[] = [];
  let best: GrantPlan | undefined;
  for (const epoch of [...all].reverse()) {
    const more = [epoch, ...some];
    const plan = await attempt(() => planWith(state, replayed, to, more, at, []));
    if ("failure" in plan || plan.value === undefined) continue;
    some = more;
    best = plan.value;
  }
  if (best !== undefined) return best;
  const owners = lacking.map((owner) => textOf(labelOf(state, owner))).join(", ");
  return fail("forbidden", "grant.consent_needed", { owners });
}

export const grant = (state: AgentState, chain: Hex, toText: string): Promise<void> =>
  appendAct(state, chain, async (known) => {
    const { replayed } = known;
    const to = await resolveAuthority(state, toText);
    await requireSealable(state, to);
    const plan = await planGrant(state, replayed, to);
    const body: Draft<Granted> = { ...to, generation: 0, basis: replayed.basis, grants: [], consents: plan.consents };
    const files: SealedFile[] = [];
    for (const number of plan.epochs) {
      const identity = await openEpoch(state, known, number);
      const made = await makeGrant(state, replayed.chain, number, to, replayed.epochs[number - 1]!.policy, identity);
      body.generation = made.generation;
      body.grants.push({ epoch: number, grant: made.file.sha256 });
      files.push(made.file);
    }
    return { kind: "granted", body, files };
  });

/** Entries: own ones; none: all own up to now. `grantBefore` 0: 30 days. */
export const consent = (state: AgentState, order: ConsentOrder): Promise<void> =>
  appendAct(state, order.chain, async (known) => {
    const { replayed } = known;
    const to = await resolveAuthority(state, order.to);
    const me = authorityOf(state);
    const body: Draft<Consented> = {
      ...to, entries: [], epochs: [], upTo: replayed.head.last ?? zeroId,
      grantBefore: order.grantBefore > 0 ? order.grantBefore : now(state) + 30 * day,
    };
    if (order.accessUntil !== undefined) body.accessUntil = order.accessUntil;
    if (order.entries.length > 0) {
      body.entries = ownEntries(state, known, order.entries);
    } else {
      // All own ones up to now: by epochs, of which an owner may name those it authored in (the opener: any).
      body.epochs = replayed.epochs
        .map(({ number }) => number)
        .filter(
          (number) =>
            sameRef(replayed.opener, me) ||
            replayed.items.some((item) => item.kind === "entry" && item.epoch === number && sameRef(item.owner, me)),
        );
      if (body.epochs.length === 0) fail("not_found", "consent.nothing_own");
    }
    const content = order.purpose === "" ? undefined : { purpose: normalised(order.purpose) };
    return { kind: "consented", body, content };
  });

export const release = (state: AgentState, chain: Hex, entries: number[], policy: PolicyOrder): Promise<void> =>
  appendAct(state, chain, async (known) => {
    const halves = policyOf(policy);
    const body = { entries: ownEntries(state, known, entries), policy: halves.clear };
    return { kind: "released", body, content: { caveats: halves.sealed } };
  });

export const withdraw = (state: AgentState, chain: Hex, seq: number, reason: string): Promise<void> =>
  appendAct(state, chain, async (known) => ({
    kind: "withdrawn",
    body: { entries: ownEntries(state, known, [seq]) },
    content: reason === "" ? undefined : { reason: normalised(reason) },
  }));

export const revoke = (state: AgentState, chain: Hex, fromText: string): Promise<void> =>
  appendAct(state, chain, async ({ replayed }) => {
    const from = await resolveAuthority(state, fromText);
    const fresh = await makeEpoch(state, {
      chain: replayed.chain,
      number: replayed.epoch.number + 1,
      audience: replayed.nextAudience(now(state)).filter((each) => !sameRef(each, from)),
      policyLine: replayed.policyStatement,
    });
    return { kind: "revoked", body: { ...from, epoch: fresh.epoch }, files: fresh.grants };
  });

export const setPolicy = (state: AgentState, chain: Hex, policy: PolicyOrder): Promise<void> =>
  appendAct(state, chain, async ({ replayed }) => {
    const halves = policyOf(policy);
    // Its grants are listed by the statement that sets the policy: zeros stand for that.
    const fresh = await makeEpoch(state, {
      chain: replayed.chain,
      number: replayed.epoch.number + 1,
      audience: replayed.nextAudience(now(state)),
      policyLine: zeroId,
    });
    return {
      kind: "policy_changed",
      body: { policy: halves.clear, epoch: fresh.epoch },
      files: fresh.grants,
      content: { caveats: halves.sealed },
      sealedTo: fresh.epoch.recipient,
    };
  });

export const closeDossier = (state: AgentState, chain: Hex): Promise<void> =>
  appendAct(state, chain, async () => ({ kind: "closed", body: {} }));

export const reopenDossier = (state: AgentState, chain: Hex): Promise<void> =>
  appendAct(state, chain, async () => ({ kind: "reopened", body: {} }));

/** Of a kept draft, sent or not wanted any more: what it sealed leaves the server, and it takes nothing more. */
export async function discardDraft(state: AgentState, chain: ChainId): Promise<void> {
  const { replayed } = await dossier(state, chain);
  if (!isOwnDraft(state, replayed)) fail("not_found", "draft.unknown");
  if (!replayed.open) return;
  const entries = replayed.items.filter((item) => item.kind === "entry" && !item.withdrawn).map((item) => item.id).sort();
  if (entries.length > 0) {
    await appendAct(state, chain, async () => ({ kind: "withdrawn", body: { entries } }));
  }
  await closeDossier(state, chain);
}
