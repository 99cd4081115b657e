// Chain ids that follow from others: SHA-256(label ‖ 0x00 ‖ …), protocol, section 2. Mirror of chains.hpp.
import type { HybridIdentity } from "../crypto/age/hybrid.ts";
import { hexEncode, labelled, type Bytes, type Label } from "../crypto/bytes.ts";
import { hkdfSha256 } from "../crypto/hkdf.ts";
import type { Random } from "../crypto/random.ts";
import type { AuthorityId, ChainId, Hex, PartyId, Recipient, VerifyKey } from "../model/ids.ts";
import { bytesOf, recipientBytes, sha256Hex } from "./keys.ts";

const derived = (label: Label, ...parts: Bytes[]): ChainId =>
  sha256Hex(labelled(label, ...parts.map((fixed) => ({ fixed }))));

/**
 * A chain that begins anew proves by its id what it is, so that nobody takes another's place in the log: the id of a
 * dossier follows from the opening authority and the fresh recipient of epoch 1, a register's from the key of the first
 * custodian. (Both as hard to guess as the key is.)
 */
export const dossierChain = (opener: AuthorityId, firstEpoch: Recipient): ChainId =>
  derived("rogatory/v1/dossier", bytesOf(opener), recipientBytes(firstEpoch));
export const registerChain = (firstCustodian: VerifyKey): ChainId =>
  derived("rogatory/v1/register", bytesOf(firstCustodian));

export const receiptsChain = (dossier: ChainId, authority: AuthorityId): ChainId =>
  derived("rogatory/v1/receipts", bytesOf(dossier), bytesOf(authority));
export const noticesChain = (party: PartyId): ChainId => derived("rogatory/v1/notices", bytesOf(party));
/** Of the id of a casebook the half that says whose it is, in hexadecimal digits: neither half is found by trying. */
const half = 32;
const casebookOwner = (authority: AuthorityId): string => derived("rogatory/v1/casebook", bytesOf(authority)).slice(0, half);
/**
 * The first half says whose casebook it is, so that nobody else's note can stand at it, nor at the id of another kind of chain. The
 * second half only who holds the authority's keyring can reckon: the log is public, and an id that followed from the authority's
 * would show to everybody how much is noted there, and when.
 */
export const isCasebookChain = (chain: ChainId, authority: AuthorityId): boolean => chain.startsWith(casebookOwner(authority));
export const casebookChain = (authority: AuthorityId, { seed }: HybridIdentity): ChainId =>
  casebookOwner(authority) + hexEncode(hkdfSha256(seed, bytesOf(authority), "rogatory/v1/casebook", 16));

/** A fresh random id of that many bytes: 32 or 16. */
export const randomId = (random: Random, bytes: 16 | 32): Hex => hexEncode(random(bytes));
