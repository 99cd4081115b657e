// The protocol's vectors (tests/vectors/protocol), read as any implementation reads them.
import { existsSync, readFileSync } from "node:fs";
import { base64Decode } from "../../src/crypto/base64.ts";
import type { Bytes } from "../../src/crypto/bytes.ts";
import { isFailure } from "../../src/base/failure.ts";
import type { ChainId, LogIndex, PartyId } from "../../src/model/ids.ts";
import { Casebook } from "../../src/record/casebook.ts";
import { Dossier } from "../../src/record/dossier.ts";
import type { Outcome } from "../../src/record/outcome.ts";
import { rowOf } from "../../src/record/kinds.ts";
import { NoticeBoard } from "../../src/record/notice_board.ts";
import { dossierOf } from "../../src/record/peek.ts";
import { Receipts } from "../../src/record/receipts.ts";
import { Register, type Registers } from "../../src/record/register.ts";
import type { SignedStatement } from "../../src/record/statement.ts";

const folder = new URL("../../../../tests/vectors/protocol/", import.meta.url);

export const haveVectors = (name: string): boolean => existsSync(new URL(name, folder));
export const vectors = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as T;

export function bytesOfBase64(text: string): Bytes {
  const bytes = base64Decode(text);
  if (bytes === null) throw new Error("a vector's base64");
  return bytes;
}

export interface BadCase { what: string; text: string }
export interface Judged {
  envelope: string; id: string; index: number; verdict: string; reason?: string; kind?: string; signer?: string;
}

/** The key of the expected failure; undefined: it was accepted. */
export function refusal(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (isFailure(error)) return error.key;
    throw error;
  }
}

/** A client that reads a history from the beginning. */
export class Reader implements Registers {
  readonly registers = new Map<ChainId, Register>();
  readonly dossiers = new Map<ChainId, Dossier>();
  readonly receipts = new Map<ChainId, Receipts>();
  readonly boards = new Map<ChainId, NoticeBoard>();
  readonly casebooks = new Map<ChainId, Casebook>();

  byChain(chain: ChainId): Register | undefined { return this.registers.get(chain); }
  byParty(party: PartyId): Register | undefined {
    return [...this.registers.values()].find((candidate) => candidate.founded && candidate.party === party);
  }

  apply(statement: SignedStatement, index: LogIndex): Outcome { return this.#on(statement, index, "apply"); }
  judge(statement: SignedStatement, index: LogIndex): Outcome { return this.#on(statement, index, "judge"); }

  #on(signed: SignedStatement, index: LogIndex, what: "apply" | "judge"): Outcome {
    const { statement: s, kind } = signed;
    if (this.registers.has(s.chain) || kind === "founded") {
      const register = this.registers.get(s.chain) ?? new Register(s.chain);
      this.registers.set(s.chain, register);
      return register[what](signed, index);
    }
    if (this.boards.has(s.chain) || rowOf(kind).chain === "notices") {
      const board = this.boards.get(s.chain) ?? new NoticeBoard(this.byChain(s.author.registerChain)?.party ?? "");
      this.boards.set(board.chain, board);
      return board[what](signed, index, this);
    }
    if (this.casebooks.has(s.chain) || rowOf(kind).chain === "casebook") {
      const party = this.byChain(s.author.registerChain)?.party ?? "";
      const book = this.casebooks.get(s.chain) ?? new Casebook(s.chain, { party, authority: s.author.authority });
      this.casebooks.set(s.chain, book);
      return book[what](signed, index, this);
    }
    const known = this.receipts.get(s.chain);
    const of = known?.dossier ?? dossierOf(s);
    if (of !== undefined && !this.dossiers.has(s.chain)) {
      const party = this.byChain(s.author.registerChain)?.party ?? "";
      const side = known ?? new Receipts(of, { party, authority: s.author.authority });
      this.receipts.set(s.chain, side);
      return side[what](signed, index, this.dossiers.get(of) as Dossier, this);
    }
    const dossier = this.dossiers.get(s.chain) ?? new Dossier(s.chain);
    this.dossiers.set(s.chain, dossier);
    return dossier[what](signed, index, this);
  }
}
