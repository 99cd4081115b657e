// Internal to src/agent: how a Party begins (platform/agent/found.cpp).
import { fail } from "../base/failure.ts";
import { generateIdentity } from "../crypto/age/hybrid.ts";
import type { InvitationSecrets } from "../crypto/invitation.ts";
import { utf8 } from "../crypto/bytes.ts";
import { systemRandom } from "../crypto/random.ts";
import { signingKeyFromSeed } from "../crypto/sign.ts";
import type { MemberId, StatementId } from "../model/ids.ts";
import { parseDisplayName, parsePartyCode, type PartyCode } from "../model/party.ts";
import { randomId, registerChain } from "../record/chains.ts";
import { fingerprintMatches } from "../record/fingerprint.ts";
import { openFounderCard } from "../record/invitation.ts";
import { parseSheet, type FoundingSheet, type SheetRow } from "../record/founding_sheet.ts";
import { keyDigest, verifyKeyOf } from "../record/keys.ts";
import type { Kind } from "../record/kinds.ts";
import type { Succession } from "../record/register_bodies.ts";
import { encodeSigned, parseSigned, sign, type BodyOf, type SignedStatement, type Statement } from "../record/statement.ts";
import type { BundleMembership } from "../record/user_bundle.ts";
import type { EnrolmentWay } from "./api.ts";
import type { Environment } from "./environment.ts";
import { sealKeyring } from "./keyring.ts";
import { LogView } from "./log_view.ts";
import { rememberSigned } from "./monitor.ts";
import { normalised } from "./normalise.ts";
import { requireOneLog } from "./one_log.ts";
import type { Append, Redeemed } from "./ports.ts";
import { authorityKindOf } from "./texts.ts";

/** What is known before any key: the sheet is of this server, the log is signed by the sheet's key. */
export interface Founding {
  sheet: FoundingSheet;
  log: LogView;
  /** From the invitation's card; absent where it came without one. */
  code?: PartyCode | undefined;
  member: MemberId;
  /** The server names a register of this code: this founds anew, and says which one it follows. */
  anew: boolean;
}

const longestNoteVerbale = 200;

/**
 * The register that a State founding anew follows: the one of this code with the digits that were given, which its first
 * statement must have.
 */
export async function predecessor(
  { server }: Environment, codeText: string, digits: string, noteVerbale: string,
): Promise<Succession | undefined> {
  const code = parsePartyCode(codeText);
  if (digits === "") {
    return noteVerbale === "" ? undefined : fail("invalid_input", "founding.note_without_succeeds");
  }
  const note = normalised(noteVerbale);
  if (note === "" || utf8(note).length > longestNoteVerbale) fail("invalid_input", "founding.note_verbale");
  for (const row of await server.parties()) {
    if (row.code !== code || row.foundedId === undefined || row.registerChain === undefined) continue;
    if (!fingerprintMatches(digits, row.foundedId) && row.foundedId !== digits) continue;
    const { items } = await server.chain(row.registerChain, 0, 1);
    if (items[0] === undefined) return fail("integrity", "register.incomplete");
    const { id, statement } = parseSigned(items[0].envelope);
    if (statement.kind !== "founded" || id !== row.foundedId || statement.body.code !== code) {
      return fail("integrity", "register.not_the_founded");
    }
    return { party: row.foundedId, noteVerbale: note };
  }
  return fail("not_found", "founding.predecessor_unknown", { code });
}

export async function prepareFounding(
  environment: Environment, sheetText: string, redeemed: Redeemed, secrets: InvitationSecrets,
): Promise<Founding> {
  if (sheetText === "") return fail("invalid_input", "founding.sheet_needed");
  const sheet = parseSheet(sheetText);
  if (sheet.server !== environment.server.origin) {
    return fail("integrity", "sheet.another_server", { server: sheet.server });
  }
  const log = new LogView(sheet.logPolicy);
  await requireOneLog(environment, log, (await environment.server.about()).logOrigin);
  await log.advance(environment);
  log.requireFresh(environment.clock);
  const founding: Founding = { sheet, log, member: randomId(systemRandom, 16), anew: false };
  if (redeemed.card.length > 0) {
    const card = openFounderCard(redeemed.card, secrets.card, redeemed.invitationId);
    founding.code = card.code;
    founding.member = card.member;
    founding.anew = (await environment.server.parties())
      .some((row) => row.code === card.code && row.foundedId !== undefined);
    // Of one that founds anew a sheet names the old register: which one it follows is asked next.
    if (!founding.anew) rowsToPin(sheet, card.code, undefined);
  }
  return founding;
}

/** No Party pins itself; a sheet that already names this code is of a Party that founds anew, and says so. */
function rowsToPin(sheet: FoundingSheet, code: PartyCode, succeeds: Succession | undefined): SheetRow[] {
  const rows = sheet.parties.filter((row) => row.code !== code || row.party !== succeeds?.party);
  if (rows.some((row) => row.code === code)) return fail("conflict", "founding.code_on_sheet", { code });
  if (sheet.registry !== undefined && rows.every((row) => row.party !== sheet.registry)) {
    return fail("invalid_input", "sheet.registry_without_code");
  }
  return rows;
}

export interface FoundedParty {
  membership: BundleMembership;
  /** `founded`, `pinned` for each Party of the sheet, the keyring. */
  append: Append;
}

export async function found(environment: Environment, way: EnrolmentWay, founding: Founding): Promise<FoundedParty> {
  const code = parsePartyCode(way.foundCode ?? founding.code ?? "");
  // The invitation is for this code.
  if (founding.code !== undefined && founding.code !== code) {
    return fail("invalid_input", "founding.another_code", { code: founding.code });
  }
  const succeeds = await predecessor(environment, code, way.succeeds ?? "", way.noteVerbale ?? "");
  const toPin = rowsToPin(founding.sheet, code, succeeds);
  const kind = authorityKindOf(way.authorityKind ?? "");
  const nameOf = (text: string): string => parseDisplayName(normalised(text));
  const authorityName = nameOf(way.authorityName ?? "");
  const partyName = nameOf(way.partyName === undefined || way.partyName === "" ? code : way.partyName);
  const displayName = nameOf(way.displayName === "" ? way.userName : way.displayName);
  const { time } = await environment.server.about();

  const signingSeed = systemRandom(32);
  const signing = signingKeyFromSeed(signingSeed);
  const key = verifyKeyOf(signing);
  const identity = generateIdentity();
  const authority = randomId(systemRandom, 16);
  const generation = generateIdentity();
  const keyring = sealKeyring({ authority, generations: [generation] }, [identity.recipient.text]);

  const chain = registerChain(key);
  const author = { registerChain: chain, authority, member: founding.member, key: keyDigest(key) };
  const made: SignedStatement[] = [];
  const append = async <K extends Kind>(kindOf: K, body: BodyOf<K>): Promise<void> => {
    const prev: StatementId | undefined = made.at(-1)?.id;
    const statement = sign({
      chain, seq: made.length, prev, author, at: time, nonce: randomId(systemRandom, 16), seen: founding.log.seen(),
      kind: kindOf, body,
    } as Statement, signing);
    await rememberSigned(environment.profile, statement.id);
    made.push(statement);
  };
  await append("founded", {
    code, name: partyName, logPolicy: founding.sheet.logPolicy, authority: { id: authority, kind, name: authorityName },
    recipient: generation.recipient.text, keyring: keyring.sha256, member: founding.member, displayName, key,
    memberRecipient: identity.recipient.text, ...(succeeds === undefined ? {} : { succeeds }),
  });
  for (const row of toPin) {
    await append("pinned", { code: row.code, party: row.party, basis: "note_verbale", acceptsVouches: false });
  }
  const head = founding.log.head();
  const [first] = made as [SignedStatement];
  return {
    membership: {
      registerChain: chain, authority, member: founding.member, party: first.id, checkpointSize: head.size,
      checkpointRoot: head.root, signingSeed, identity,
    },
    append: {
      envelopes: made.map(encodeSigned), blobs: [{ sha256: keyring.sha256, data: keyring.bytes }],
    },
  };
}
