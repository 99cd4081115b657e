import { beforeAll, describe, expect, it } from "vitest";
import { parseIdentity } from "../../src/crypto/age/hybrid.ts";
import { codeDecode } from "../../src/crypto/crockford.ts";
import { equal, fromUtf8, hexEncode, utf8 } from "../../src/crypto/bytes.ts";
import { encodeCanonicalJson, parseCanonicalJson } from "../../src/crypto/canonicalJson.ts";
import { deriveInvitation, macOfRecord } from "../../src/crypto/invitation.ts";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import { entryLabel } from "../../src/tlog/entry.ts";
import { casebookChain, dossierChain, noticesChain, receiptsChain, registerChain } from "../../src/record/chains.ts";
import {
  comparisonDigits, encodeSignedRecord, parseSignedRecord, recordDigest, recordSignatureHolds,
} from "../../src/record/enrolment_record.ts";
import { envelopeVerifies, preAuthenticationEncoding } from "../../src/record/envelope.ts";
import { fingerprintDigits, fingerprintMatches } from "../../src/record/fingerprint.ts";
import { encodeSheet, parseSheet } from "../../src/record/founding_sheet.ts";
import {
  checkAnswer, openCard, openFounderCard, sealCard, sealFounderCard,
} from "../../src/record/invitation.ts";
import {
  checkGrant, checkKeyring, encodeGrant, encodeKeyring, parseGrant, parseKeyring,
} from "../../src/record/key_files.ts";
import { bytesOf } from "../../src/record/keys.ts";
import { checkBody, commitOf, encodeBody, isFileName, parseBody } from "../../src/record/sealed_body.ts";
import { openState } from "../../src/record/state_file.ts";
import { encodeSigned, parseSigned } from "../../src/record/statement.ts";
import { encodeBundle, parseBundle } from "../../src/record/user_bundle.ts";
import { bytesOfBase64, refusal, vectors, type BadCase } from "./vectors.ts";

beforeAll(() => cryptoReady);

let cases = 0;
/** None may be accepted, and each with a key of its own kind. */
function refuseAll(list: readonly BadCase[], accepts: (bytes: Uint8Array) => unknown, keys: readonly string[]): void {
  for (const { what, text } of list) {
    ++cases;
    expect(keys, what).toContain(refusal(() => accepts(bytesOfBase64(text))));
  }
}

it("canonical JSON", () => {
  const file = vectors<{ good: string[]; bad: BadCase[] }>("canonical_json.json");
  for (const good of file.good) {
    ++cases;
    const bytes = bytesOfBase64(good);
    expect(encodeCanonicalJson(parseCanonicalJson(bytes))).toBe(fromUtf8(bytes));
  }
  refuseAll(file.bad, parseCanonicalJson, ["json.not_canonical", "json.too_large"]);
});

it("statements", () => {
  interface File {
    good: string; good_id: string; good_key: string; good_payload: string; good_pae: string;
    bad: { what: string; outcome: string; envelope: string }[];
  }
  const file = vectors<File>("statements.json");
  const good = parseSigned(file.good);
  expect(good.id).toBe(file.good_id);
  expect(envelopeVerifies(good.envelope, file.good_key)).toBe(true);
  expect(fromUtf8(good.envelope.payload)).toBe(file.good_payload);
  expect(equal(preAuthenticationEncoding(good.envelope), bytesOfBase64(file.good_pae))).toBe(true);
  expect(encodeSigned(good)).toBe(file.good);
  for (const { what, outcome, envelope } of file.bad) {
    ++cases;
    const key = refusal(() => parseSigned(bytesOfBase64(envelope)));
    expect(outcome === "unsupported" ? ["statement.unsupported"] : ["statement.envelope", "statement.malformed"], what)
      .toContain(key);
  }
});

it("derivations", () => {
  const file = vectors<{ cases: Record<string, string | number>[] }>("derivations.json");
  for (const one of file.cases) {
    ++cases;
    const text = (name: string): string => String(one[name]);
    expect(receiptsChain(text("dossier"), text("authority"))).toBe(one["receipts_chain"]);
    expect(casebookChain(text("authority"), parseIdentity(text("first_generation")))).toBe(one["casebook_chain"]);
    expect(noticesChain(text("party"))).toBe(one["notices_chain"]);
    expect(hexEncode(entryLabel(bytesOf(text("dossier")), Number(one["seq"])))).toBe(one["log_label"]);
    expect(fingerprintDigits(text("party"))).toBe(one["fingerprint"]);
    expect(fingerprintMatches(text("fingerprint").replaceAll(" ", "-"), text("party"))).toBe(true);
    expect(fingerprintMatches(`${text("fingerprint")}1`, text("party"))).toBe(false);
    if ("dossier_chain" in one) {
      expect(dossierChain(text("authority"), text("recipient"))).toBe(one["dossier_chain"]);
    }
    if ("register_chain" in one) expect(registerChain(text("key"))).toBe(one["register_chain"]);
  }
});

it("invitation", () => {
  interface File {
    code: string; code_spelled: string; redeem: string; mac_key: string; card_key: string; redeem_sha256: string;
    commit: string; invitation: string; card: string; card_party: string; card_bad: string[]; founder_card: string;
    founder_member: string; signed_record: string; record_sha256: string; record_digits: string; record_mac: string;
    record_bad_signature: string;
  }
  const file = vectors<File>("invitation.json");
  const code = codeDecode(file.code_spelled);
  expect(code !== null && hexEncode(code)).toBe(file.code);
  const secrets = deriveInvitation(bytesOf(file.code));
  expect(hexEncode(secrets.redeem)).toBe(file.redeem);
  expect(hexEncode(secrets.mac)).toBe(file.mac_key);
  expect(hexEncode(secrets.card)).toBe(file.card_key);
  expect(hexEncode(secrets.redeemDigest)).toBe(file.redeem_sha256);
  expect(hexEncode(secrets.commit)).toBe(file.commit);

  const sealed = bytesOfBase64(file.card);
  const card = openCard(sealed, secrets.card, file.invitation);
  expect(card.party).toBe(file.card_party);
  // Sealed again under the same nonce it is the same bytes.
  const nonceOf = (bytes: Uint8Array) => () => bytes.subarray(0, 24);
  expect(equal(sealCard(card, secrets.card, file.invitation, nonceOf(sealed)), sealed)).toBe(true);
  for (const bad of file.card_bad) {
    ++cases;
    expect(refusal(() => openCard(bytesOfBase64(bad), secrets.card, file.invitation))).toBe("invitation.card");
  }
  const sealedFounder = bytesOfBase64(file.founder_card);
  const founder = openFounderCard(sealedFounder, secrets.card, file.invitation);
  expect(founder.member).toBe(file.founder_member);
  expect(equal(sealFounderCard(founder, secrets.card, file.invitation, nonceOf(sealedFounder)), sealedFounder)).toBe(true);

  const record = parseSignedRecord(file.signed_record);
  expect(encodeSignedRecord(record)).toBe(file.signed_record);
  expect(recordSignatureHolds(record)).toBe(true);
  expect(recordDigest(record.record)).toBe(file.record_sha256);
  expect(comparisonDigits(record.record)).toBe(file.record_digits);
  const mac = macOfRecord(secrets.mac, file.signed_record);
  expect(hexEncode(mac)).toBe(file.record_mac);
  expect(recordSignatureHolds(parseSignedRecord(file.record_bad_signature))).toBe(false);

  const { record: answered } = record;
  const invited = {
    invitation: file.invitation, purpose: "member" as const, authority: answered.authority, member: answered.member,
    role: answered.role, service: answered.service, notAfter: 0, commit: file.commit,
  };
  const check = (text: string, by: Uint8Array, changed = {}): string | undefined =>
    refusal(() => checkAnswer(text, by, secrets.mac, { ...invited, ...changed }, answered.party));
  expect(check(file.signed_record, mac)).toBeUndefined();
  expect(check(file.signed_record, mac.map((byte) => byte ^ 1))).toBe("invitation.answer_mac");
  expect(check(file.record_bad_signature, macOfRecord(secrets.mac, file.record_bad_signature)))
    .toBe("invitation.answer_signature");
  for (const changed of [{ purpose: "authority" }, { member: "00".repeat(16) }, { service: !answered.service }]) {
    ++cases;
    expect(check(file.signed_record, mac, changed)).toBe("invitation.answer_differs");
  }
});

it("key files", () => {
  interface File {
    grant: string; grant_recipient: string; grant_bad: BadCase[]; keyring: string; keyring_recipients: string[];
    keyring_bad: BadCase[]; bundle: string; bundle_of_service: string; bundle_bad: BadCase[];
  }
  const file = vectors<File>("key_files.json");
  const grant = parseGrant(utf8(file.grant));
  expect(grant.identity.recipient.text).toBe(file.grant_recipient);
  expect(fromUtf8(encodeGrant(grant))).toBe(file.grant);
  const expected = { ...grant, recipient: file.grant_recipient };
  expect(refusal(() => checkGrant(grant, expected))).toBeUndefined();
  const others = { chain: "00".repeat(32), epoch: 99, authority: "00".repeat(16), generation: 99, policy: "00".repeat(32) };
  for (const [name, value] of Object.entries({ ...others, recipient: file.keyring_recipients[0] })) {
    ++cases;
    expect(refusal(() => checkGrant(grant, { ...expected, [name]: value })), name).toBe("grant.mismatch");
  }
  refuseAll(file.grant_bad, parseGrant, ["grant.malformed"]);

  const keyring = parseKeyring(utf8(file.keyring));
  expect(fromUtf8(encodeKeyring(keyring))).toBe(file.keyring);
  expect(keyring.generations.map(({ recipient }) => recipient.text)).toEqual(file.keyring_recipients);
  expect(refusal(() => checkKeyring(keyring, keyring.authority, file.keyring_recipients))).toBeUndefined();
  expect(refusal(() => checkKeyring(keyring, keyring.authority, file.keyring_recipients.slice(1)))).toBe("keyring.mismatch");
  expect(refusal(() => checkKeyring(keyring, "00".repeat(16), file.keyring_recipients))).toBe("keyring.mismatch");
  refuseAll(file.keyring_bad, parseKeyring, ["keyring.malformed"]);

  expect(fromUtf8(encodeBundle(parseBundle(utf8(file.bundle))))).toBe(file.bundle);
  expect(fromUtf8(encodeBundle(parseBundle(utf8(file.bundle_of_service))))).toBe(file.bundle_of_service);
  refuseAll(file.bundle_bad, parseBundle, ["bundle.malformed"]);
});

it("sealed bodies", () => {
  interface File { statement: string; good: string; long: string; draft: string; library: string; report_row: string; row_answer: string; version: string; version_asked: string; enquiry: string; enquiry_answer: string; follows_enquiry: string; commit: string; bad: BadCase[]; mismatched: BadCase[] }
  const file = vectors<File>("sealed_bodies.json");
  const { statement } = parseSigned(file.statement);
  const good = parseBody(bytesOfBase64(file.good));
  expect(refusal(() => checkBody(good, statement))).toBeUndefined();
  expect(commitOf(good.files[0]!)).toBe(file.commit);
  expect(equal(encodeBody(good), bytesOfBase64(file.good))).toBe(true);
  const longer = parseBody(bytesOfBase64(file.long));
  expect(longer.message).toHaveLength(10_000);
  expect(equal(encodeBody(longer), bytesOfBase64(file.long))).toBe(true);
  const draft = parseBody(bytesOfBase64(file.draft));
  expect(draft.draft).toMatchObject({
    to: [{ code: "MLI" }, { code: "FRA" }], together: true, policy: { onward: "source_consent", reviewAt: 1_800_000_000 },
    caveats: { articles: ["93-8-b"], handling: ["H1"], words: "Pour le Procureur seul." },
  });
  expect(equal(encodeBody(draft), bytesOfBase64(file.draft))).toBe(true);
  const work = parseBody(bytesOfBase64(file.library));
  expect(work.library).toMatchObject({
    kind: "best_practice", titleEn: "Freezing orders: what works", version: "2.0", date: "2026-11-20", languages: ["fr"],
  });
  expect(refusal(() => checkBody(work, statement))).toBeUndefined();
  expect(equal(encodeBody(work), bytesOfBase64(file.library))).toBe(true);
  const told = parseBody(bytesOfBase64(file.report_row));
  expect(told.reportRow).toMatchObject({ party: "SEN", organ: "X-OTP", hideBelow: 5, sent: [{ figure: "requests" }] });
  expect(equal(encodeBody(told), bytesOfBase64(file.report_row))).toBe(true);
  const answered = parseBody(bytesOfBase64(file.row_answer));
  expect(answered.rowAnswer).toMatchObject({ answer: "commented", row: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(equal(encodeBody(answered), bytesOfBase64(file.row_answer))).toBe(true);
  const again = (text: string) => {
    const body = parseBody(bytesOfBase64(text));
    expect(equal(encodeBody(body), bytesOfBase64(text))).toBe(true);
    return body;
  };
  expect(again(file.version).languageVersion).toMatchObject({ language: "fr", state: "revised", authentic: true });
  expect(again(file.version_asked).languageVersion).toMatchObject({ state: "asked", authentic: false, due: "2026-12-05" });
  expect(again(file.enquiry)).toMatchObject({
    enquiry: { kinds: ["bank_records", "company_register"], answerBy: "2026-12-31" }, request: { entities: [{ key: "e1" }] },
  });
  expect(again(file.enquiry_answer)).toMatchObject({ language: "fr", enquiryAnswer: { answer: "ask_formally" } });
  expect(again(file.follows_enquiry).request?.enquiry?.dossier).toHaveLength(64);
  refuseAll(file.bad, parseBody, ["body.malformed"]);
  for (const { what, text } of file.mismatched) {
    ++cases;
    const body = parseBody(bytesOfBase64(text));
    expect(refusal(() => checkBody(body, statement)), what).toBe("body.mismatch");
  }
});

it("a sealed body that no reader would take is not written", () => {
  const body = parseBody(bytesOfBase64(vectors<{ good: string }>("sealed_bodies.json").good));
  expect(refusal(() => encodeBody({ ...body, title: "" }))).toBe("body.malformed");
  expect(refusal(() => encodeBody({ ...body, title: "\ud800" }))).toBe("body.malformed");
  expect(refusal(() => encodeBody({ ...body, message: "x".repeat(70_000) }))).toBe("body.malformed");
});

it("half a character, which only JavaScript lets through, is refused and no accident", () => {
  const half = "\ud800";
  expect(refusal(() => parseSigned(`{"payload":"${half}"}`))).toBe("statement.envelope");
  expect(refusal(() => parseSignedRecord(`{"record":"${half}"}`))).toBe("record.malformed");
  expect(refusal(() => openState(`"${half}"`, "00".repeat(32)))).toBe("state.malformed");
  expect(refusal(() => parseSheet(`rogatory/v1/founding-sheet\ndate: ${half}\n`))).toBe("sheet.malformed");
  const sheet = vectors<{ sheet: string }>("sheet_and_state.json").sheet;
  expect(refusal(() => parseSheet(`${sheet}# ${half}\n`))).toBe("sheet.malformed");
  const nobody = {
    invitation: "00".repeat(16), purpose: "member" as const, authority: "", member: "", role: "reader" as const,
    service: false, notAfter: 0, commit: "",
  };
  expect(refusal(() => checkAnswer(half, new Uint8Array(32), new Uint8Array(32), nobody, ""))).toBe("invitation.answer_mac");
});

it("file names", () => {
  for (const good of ["a", "relevé.pdf", "a b", "世界", "é".repeat(127)]) expect(isFileName(good), good).toBe(true);
  for (const bad of ["", ".", "..", "a/b", "a\\b", "a\u202eb", "\u0085", "\ufeffa", "é".repeat(128), "\ud800", "a\nb"]) {
    ++cases;
    expect(isFileName(bad), JSON.stringify(bad)).toBe(false);
  }
});

describe("founding sheet and state file", () => {
  interface File {
    sheet: string; sheet_first: string; sheet_bad: BadCase[]; state: string; state_key: string; state_bad: BadCase[];
  }
  it("reads and writes the sheets, refuses the bad ones", () => {
    const file = vectors<File>("sheet_and_state.json");
    for (const sheet of [file.sheet, file.sheet_first]) expect(encodeSheet(parseSheet(sheet))).toBe(sheet);
    refuseAll(file.sheet_bad, (bytes) => parseSheet(fromUtf8(bytes) ?? "\u0000"), ["sheet.malformed", "sheet.too_large"]);
  });
  it("reads the state, refuses the bad ones", () => {
    const file = vectors<File>("sheet_and_state.json");
    const state = openState(file.state, file.state_key);
    expect(state.chains.size).toBeGreaterThan(0);
    refuseAll(file.state_bad, (bytes) => openState(bytes, file.state_key), ["state.malformed", "state.signature"]);
  });
  it("said how many", () => console.log(`texts: ${cases} counted cases`));
});
