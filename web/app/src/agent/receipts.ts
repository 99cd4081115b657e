// Internal to src/agent: receipts (platform/agent/receipts.cpp).
import { Failure, attempt, fail } from "../base/failure.ts";
import type { ChainId, StatementId } from "../model/ids.ts";
import type { UnreadableReason } from "../record/dossier_bodies.ts";
import { maxReceiptEntries, type Receipt } from "../record/receipts.ts";
import { authorityOf, composeNext, dossier, membership, sign } from "./acting.ts";
import type { Hex, ReceiptView } from "./api.ts";
import { appendSettled } from "./append.ts";
import type { KnownDossier, KnownReceipts } from "./dossier_book.ts";
import { labelOf, textOf } from "./recipients.ts";
import { newPackage, type AgentState } from "./state.ts";
import { synchronise } from "./synchronise.ts";

export type ReceiptKind = "fetched" | "opened_receipt" | "unreadable";

const timeOf = (receipt: Receipt, kind: ReceiptKind): number | undefined =>
  kind === "fetched" ? receipt.fetched : kind === "opened_receipt" ? receipt.opened : receipt.unreadable;

export const ownReceipts = (state: AgentState, known: KnownDossier): Promise<KnownReceipts> =>
  state.dossiers.updateReceipts(state.environment, state.log, state.book, known, authorityOf(state));

/** What this member has signed about an item so far, as far as it was read. */
export function mine(state: AgentState, receipts: KnownReceipts | undefined, item: StatementId): Receipt | undefined {
  return receipts?.replayed.of(item).get(membership(state).member);
}

/** Signs receipts of one kind for these items, once per member each; logged when it resolves. */
export async function signReceipts(
  state: AgentState, chain: ChainId, kind: ReceiptKind, items: readonly StatementId[],
  reason: UnreadableReason = "sealed_body",
): Promise<void> {
  for (let from = 0; from < items.length; from += maxReceiptEntries) {
    const some = items.slice(from, from + maxReceiptEntries);
    let nothingLeft = false;
    const appended = await attempt(() =>
      appendSettled(state, async () => {
        const known = await dossier(state, chain);
        const receipts = await ownReceipts(state, known);
        if (receipts.copy.incomplete) fail("integrity", "dossier.incomplete");
        // Sorted: the one order that a statement's list of ids may have.
        const entries = some
          .filter((item) => {
            const signed = mine(state, receipts, item);
            return signed === undefined || timeOf(signed, kind) === undefined;
          })
          .sort();
        if (entries.length === 0) {
          nothingLeft = true;
          throw new Failure("conflict", "receipt.already");
        }
        const { head, chain: side } = receipts.replayed;
        const built = newPackage();
        built.statements.push(await sign(state, kind === "unreadable"
          ? composeNext(state, head, side, kind, { dossier: chain, entries, reason })
          : composeNext(state, head, side, kind, { dossier: chain, entries })));
        return built;
      }),
    );
    if ("failure" in appended && !nothingLeft) throw appended.failure;
  }
}

export async function receipts(state: AgentState, chain: Hex): Promise<ReceiptView[]> {
  await synchronise(state);
  const known = await dossier(state, chain);
  if (!known.replayed.opened) fail("not_found", "dossier.unknown");
  const rows: ReceiptView[] = [];
  for (const reader of known.replayed.readers()) {
    const signed = await state.dossiers.updateReceipts(state.environment, state.log, state.book, known, reader);
    const authority = labelOf(state, reader);
    if (signed.copy.incomplete) {
      state.environment.observer.onNotice({ key: "receipts.incomplete", arguments: { authority: textOf(authority) } });
    }
    const register = state.book.byParty(reader.party);
    for (const item of known.replayed.items) {
      for (const [member, receipt] of signed.replayed.of(item.id)) {
        const memberName = register?.member(member)?.displayName ?? "";
        for (const kind of ["fetched", "opened_receipt", "unreadable"] as const) {
          const at = timeOf(receipt, kind);
          if (at !== undefined) rows.push({ authority, memberName, member, kind, entrySeq: item.seq, at });
        }
      }
    }
  }
  return rows.sort((a, b) => a.at - b.at);
}
