// What the statements of a bundle come to. Mirror of platform/custody/judge.cpp.
import type { ChainId, StatementId } from "../model/ids.ts";
import { receiptsChain } from "../record/chains.ts";
import { Dossier } from "../record/dossier.ts";
import { findAuthor, isOfficer } from "../record/judging.ts";
import { rowOf } from "../record/kinds.ts";
import type { Outcome } from "../record/outcome.ts";
import { dossierOf } from "../record/peek.ts";
import { Receipts } from "../record/receipts.ts";
import type { SignedStatement } from "../record/statement.ts";
import { custodyFailure, type Bundle } from "./bundle.ts";
import { requireSound, type BundleRegisters, type Chain, type Chains, type Place } from "./chains.ts";

/** A place whose statement is shown. */
export interface ShownPlace extends Place { statement: SignedStatement }

/** One statement of the dossier, or of a receipt side chain, that is shown. */
export interface Judged {
  place: ShownPlace;
  effective: boolean;
  voidReason: string;
}

export interface Judgment {
  dossierChain: Chain;
  /** Replayed; absent where statements are left out. */
  dossier?: Dossier | undefined;
  /** Shown ones, in order. */
  statements: Judged[];
  receipts: Judged[][];
}

const shown = ({ places }: Chain): ShownPlace[] =>
  places.filter((place): place is ShownPlace => place.statement !== undefined);

const judgedBy = (place: ShownPlace, { verdict, reason }: Outcome): Judged =>
  ({ place, effective: verdict === "effective", voidReason: reason });

/** A statement on its own: who signed it, and whether such a one may. */
function judgeAlone(place: ShownPlace, registers: BundleRegisters, officerNeeded: boolean): Judged {
  const found = findAuthor(place.statement, place.index, registers);
  if ("outcome" in found) {
    requireSound(found.outcome);
    return { place, effective: false, voidReason: found.outcome.reason };
  }
  if (officerNeeded && !isOfficer(found.author)) return { place, effective: false, voidReason: "void.not_an_officer" };
  return { place, effective: true, voidReason: "" };
}

function judgeReceiptAlone(place: ShownPlace, { line }: Chain, dossier: ChainId, registers: BundleRegisters): Judged {
  const judged = judgeAlone(place, registers, false);
  if (!judged.effective) return judged;
  const { author } = place.statement.statement;
  const theirs = registers.byChain(author.registerChain)?.party === line.party && author.authority === line.authority;
  return theirs && dossierOf(place.statement.statement) === dossier
    ? judged : { place, effective: false, voidReason: "void.wrong_chain" };
}

function judgeDossier(chain: Chain, registers: BundleRegisters): Pick<Judgment, "dossier" | "statements"> {
  const statements: Judged[] = [];
  if (chain.line.leftOut.length > 0) {
    for (const place of shown(chain)) {
      if (rowOf(place.statement.kind).chain !== "dossier") {
        return custodyFailure("custody.broken", "reason", "void.wrong_chain");
      }
      statements.push(judgeAlone(place, registers, true));
    }
    return { statements };
  }
  const dossier = new Dossier(chain.line.chain);
  for (const place of shown(chain)) {
    const outcome = dossier.apply(place.statement, place.index, registers);
    requireSound(outcome);
    statements.push(judgedBy(place, outcome));
  }
  return dossier.opened ? { dossier, statements } : custodyFailure("custody.not_opened", "chain", chain.line.chain);
}

function judgeReceipts(chain: Chain, { dossierChain, dossier }: Judgment, registers: BundleRegisters): Judged[] {
  const { chain: id, party, authority } = chain.line;
  const whose = { party: party as string, authority: authority as string };
  if (id !== receiptsChain(dossierChain.line.chain, whose.authority)) {
    return custodyFailure("custody.receipts_chain", "chain", id.slice(0, 16));
  }
  if (dossier === undefined || chain.line.leftOut.length > 0) {
    return shown(chain).map((place) => judgeReceiptAlone(place, chain, dossierChain.line.chain, registers));
  }
  const receipts = new Receipts(dossierChain.line.chain, whose);
  return shown(chain).map((place) => {
    const outcome = receipts.apply(place.statement, place.index, dossier, registers);
    requireSound(outcome);
    return judgedBy(place, outcome);
  });
}

export const findJudged = ({ statements }: Judgment, id: StatementId): Judged | undefined =>
  statements.find(({ place }) => place.id === id);

/**
 * Replays the dossier and its receipts where all is shown; else judges each statement by its own: chain, signature,
 * membership, role, as of its place. Whether it took effect in the dossier is not known then. integrity "custody.broken"
 * {reason}, "custody.receipts_chain", "custody.not_opened".
 */
export function judge(bundle: Bundle, chains: Chains, registers: BundleRegisters): Judgment {
  const misplaced = (): never => custodyFailure("custody.malformed", "where", "dossier");
  const dossierChain = chains.all.find(({ line }) => line.chain === bundle.manifest.dossier);
  if (dossierChain === undefined || dossierChain.line.use !== "dossier") return misplaced();
  const judgment: Judgment = { dossierChain, ...judgeDossier(dossierChain, registers), receipts: [] };
  for (const chain of chains.all) {
    if (chain.line.use === "register") continue;
    if (chain.line.use === "receipts") {
      judgment.receipts.push(judgeReceipts(chain, judgment, registers));
    } else if (chain !== dossierChain) {
      return misplaced();
    }
  }
  return judgment;
}
