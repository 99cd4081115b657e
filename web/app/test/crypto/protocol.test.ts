// tests/vectors/protocol: what every implementation of the protocol is held to; here the cryptographic ones.
import { beforeAll, describe, expect, test } from "vitest";

import { encodeIdentity, parseIdentity, parseRecipient } from "../../src/crypto/age/hybrid.ts";
import { base64Decode } from "../../src/crypto/base64.ts";
import { fromUtf8, hexEncode, labelled, utf8, type Bytes, type Label } from "../../src/crypto/bytes.ts";
import { canonicalJsonBytes, encodeCanonicalJson, parseCanonicalJson } from "../../src/crypto/canonicalJson.ts";
import { codeCharacters, codeDecode, codeEncode } from "../../src/crypto/crockford.ts";
import { dssePae } from "../../src/crypto/dssePae.ts";
import { hkdfSha256 } from "../../src/crypto/hkdf.ts";
import { deriveInvitation, macOfRecord, openCardText, sealCardText } from "../../src/crypto/invitation.ts";
import { padmeLength } from "../../src/crypto/padme.ts";
import {
  credentialChangeText, deriveKitSecrets, derivePasswordSecrets, derivePrfIdentity, normalisedPassphrase, signInText,
} from "../../src/crypto/password.ts";
import { isRecipient } from "../../src/crypto/recipient.ts";
import { sha256Hex } from "../../src/crypto/sha256.ts";
import { seedOf, sign, verify } from "../../src/crypto/sign.ts";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import { entryLabel } from "../../src/tlog/entry.ts";
import { seededRandom } from "../support/random.ts";
import { fromHex, protocolJson, type Vectors } from "../support/vectors.ts";

beforeAll(() => cryptoReady);

describe("canonical JSON", () => {
  const { good, bad } = protocolJson("canonical_json.json");
  test.each(good as string[])("reads and writes %s", (text) => {
    const bytes = base64Decode(text)!;
    expect(canonicalJsonBytes(parseCanonicalJson(bytes))).toEqual(bytes);
  });
  test.each(bad as Vectors[])("refuses $what", ({ text }) => {
    expect(() => parseCanonicalJson(base64Decode(text)!)).toThrow("json.not_canonical");
  });
  test("keys that JavaScript treats in its own way are keys like any other", () => {
    for (const text of ['{"1":1,"10":2,"2":3,"__proto__":{"constructor":1},"toString":4}', '{"__proto__":[]}']) {
      expect(encodeCanonicalJson(parseCanonicalJson(utf8(text)))).toBe(text);
    }
    expect(() => parseCanonicalJson(utf8('{"__proto__":1,"__proto__":1}'))).toThrow("json.not_canonical");
  });
  test("what has no canonical form is a bug of the writer", () => {
    const circle: Vectors = [[[[[[[[[]]]]]]]]];
    for (const value of [1.5, -1, -0, NaN, 2 ** 53, "\ud800", "a\udc00", null, { a: null }, circle] as Vectors[]) {
      expect(() => encodeCanonicalJson(value)).toThrow("invariant");
    }
    expect(encodeCanonicalJson({ b: 1, a: undefined } as Vectors)).toBe('{"b":1}');
  });
  test("a limit of bytes", () => {
    expect(() => parseCanonicalJson(utf8('"abc"'), 4)).toThrow("json.too_large");
  });
  test("every cut and every changed byte of a text is refused or is another text", () => {
    const text = utf8('{"a":[0,1,{"b":"\\u0001\\n€"}],"é":true,"😀":9007199254740991}');
    for (let i = 0; i < text.length; i++) {
      expect(() => parseCanonicalJson(text.slice(0, i))).toThrow("json.not_canonical");
      for (const mask of [1, 0x20, 0x80]) {
        const changed = text.slice();
        changed[i]! ^= mask;
        let value;
        try {
          value = parseCanonicalJson(changed);
        } catch {
          continue;
        }
        expect(canonicalJsonBytes(value)).toEqual(changed);
      }
    }
  });
});

describe("codes for dictation", () => {
  const { cases, heard, refused } = protocolJson("codes.json");
  test.each(cases as Vectors[])("$text", ({ bytes, text }) => {
    expect(codeEncode(fromHex(bytes))).toBe(text);
    expect(hexEncode(codeDecode(text)!)).toBe(bytes);
  });
  test.each(heard.texts as string[])("hears %s", (text) => expect(hexEncode(codeDecode(text)!)).toBe(heard.bytes));
  test.each(refused as string[])("refuses '%s'", (text) => expect(codeDecode(text)).toBeNull());
  test("sees every slip of one character and every exchange of neighbours", () => {
    const code = codeEncode(seededRandom("code")(16)).replace(/-/g, "");
    for (let i = 0; i < code.length; i++) {
      for (const other of "0123456789ABCDEFGHJKMNPQRSTVWXYZ") {
        if (other !== code[i]) expect(codeDecode(code.slice(0, i) + other + code.slice(i + 1))).toBeNull();
      }
      if (i > 0 && code[i] !== code[i - 1]) {
        expect(codeDecode(code.slice(0, i - 1) + code[i]! + code[i - 1]! + code.slice(i + 1))).toBeNull();
      }
    }
  });
  test("counts what is typed", () => {
    expect(codeCharacters("0004-10")).toBe(6);
    expect(codeCharacters("0004-U")).toBeNull();
  });
});

test("Padmé lengths", () => {
  for (const [length, padded] of protocolJson("padme.json").cases as [number, number][]) expect(padmeLength(length)).toBe(padded);
});

describe("what passphrase, kit and passkey become", () => {
  const { cases, kit, prf } = protocolJson("password.json");
  test.each(cases as Vectors[])("$user_name", (one) => {
    const secrets = derivePasswordSecrets(
      normalisedPassphrase(one.passphrase), fromHex(one.account_key), one.origin, one.user_name);
    const challenge = fromHex(one.challenge);
    const text = signInText(one.origin, one.user_name, challenge);
    expect(hexEncode(seedOf(secrets.signInKey))).toBe(one.sign_in_seed);
    expect(hexEncode(secrets.signInKey.verifyKey)).toBe(one.sign_in_key);
    expect(hexEncode(secrets.unlockIdentity)).toBe(one.unlock_seed);
    expect(hexEncode(text)).toBe(one.sign_in_text);
    expect(hexEncode(sign(secrets.signInKey, text))).toBe(one.sign_in_signature);
    const change = {
      expectedVersion: one.change.expected_version, bundle: fromHex(one.change.bundle),
      signInKey: secrets.signInKey.verifyKey, kitKey: fromHex(one.change.kit_key),
    };
    expect(hexEncode(credentialChangeText(one.origin, one.user_name, challenge, change))).toBe(one.change.text);
    const reset = { ...change, totpSecret: fromHex(one.change.totp_secret) };
    expect(hexEncode(credentialChangeText(one.origin, one.user_name, challenge, reset))).toBe(one.change.text_with_totp);
  }, 60_000);
  test("kit", () => {
    const secrets = deriveKitSecrets(fromHex(kit.account_key), fromHex(kit.kit_secret));
    expect(hexEncode(seedOf(secrets.signInKey))).toBe(kit.sign_in_seed);
    expect(hexEncode(secrets.identity)).toBe(kit.identity_seed);
  });
  test("passkey", () => expect(hexEncode(derivePrfIdentity(fromHex(prf.output)))).toBe(prf.identity_seed));
  test("refuses names that could stand for two", () => {
    for (const [origin, name] of [["", "a"], ["a", ""], ["a\0b", "c"], ["a", "b\0c"]] as const) {
      expect(() => derivePasswordSecrets(utf8("x"), new Uint8Array(16), origin, name)).toThrow("password.name_malformed");
    }
  });
  test("one phrase typed on two keyboards is one", () => {
    expect(normalisedPassphrase("phrase accentu\u0065\u0301e")).toEqual(utf8("phrase accentu\u00e9e"));
    expect(() => normalisedPassphrase("\ud83d")).toThrow("text.not_unicode");
  });
});

describe("invitation", () => {
  const json = protocolJson("invitation.json");
  const secrets = () => deriveInvitation(fromHex(json.code));
  test("what follows from the code", () => {
    expect(codeEncode(fromHex(json.code))).toBe(json.code_spelled);
    const made = secrets();
    expect(hexEncode(made.redeem)).toBe(json.redeem);
    expect(hexEncode(made.redeemDigest)).toBe(json.redeem_sha256);
    expect(hexEncode(made.mac)).toBe(json.mac_key);
    expect(hexEncode(made.commit)).toBe(json.commit);
    expect(hexEncode(made.card)).toBe(json.card_key);
  });
  test("cards open, under their own invitation and key alone", () => {
    const invitation = fromHex(json.invitation);
    for (const card of [json.card, json.founder_card]) {
      const text = openCardText(base64Decode(card)!, secrets().card, invitation)!;
      expect(encodeCanonicalJson(parseCanonicalJson(text))).toBe(fromUtf8(text));
      const again = sealCardText(text, secrets().card, invitation, seededRandom("card"));
      expect(openCardText(again, secrets().card, invitation)).toEqual(text);
      expect(openCardText(again, secrets().mac, invitation)).toBeNull();
      expect(openCardText(again, secrets().card, new Uint8Array(16))).toBeNull();
      expect(openCardText(again.slice(0, 23), secrets().card, invitation)).toBeNull();
    }
  });
  test("the MAC of a record", () => {
    expect(hexEncode(macOfRecord(fromHex(json.mac_key), json.signed_record))).toBe(json.record_mac);
    const { record } = parseCanonicalJson(utf8(json.signed_record)) as Vectors;
    expect(sha256Hex(canonicalJsonBytes(record))).toBe(json.record_sha256);
  });
});

describe("identities and recipients of the key files", () => {
  const json = protocolJson("key_files.json");
  test("a keyring's identities derive its recipients", () => {
    const identities = (json.keyring as string).split("\n").filter((line) => line.startsWith("AGE-SECRET-KEY"));
    expect(identities.map((text) => parseIdentity(text).recipient.text)).toEqual(json.keyring_recipients);
    expect(identities.map((text) => encodeIdentity(parseIdentity(text)))).toEqual(identities);
    for (const text of json.keyring_recipients as string[]) {
      expect(parseRecipient(text).text).toBe(text);
      expect(isRecipient(text)).toBe(true);
      expect(isRecipient(text.toUpperCase())).toBe(false);
      expect(isRecipient(`${text.slice(0, -1)}${text.endsWith("q") ? "p" : "q"}`)).toBe(false);
    }
    expect(() => parseIdentity(identities[0]!.toLowerCase())).toThrow("age.identity");
  });
});

test("a statement's id and signature are over the pre-authentication encoding", () => {
  const json = protocolJson("statements.json");
  const envelope = JSON.parse(json.good);
  const pae = dssePae(envelope.payloadType, base64Decode(envelope.payload)!);
  expect(pae).toEqual(base64Decode(json.good_pae));
  expect(sha256Hex(pae)).toBe(json.good_id);
  expect(verify(fromHex(json.good_key), pae, base64Decode(envelope.signatures[0].sig)!)).toBe(true);
  expect(verify(fromHex(json.good_key), pae.slice(1), base64Decode(envelope.signatures[0].sig)!)).toBe(false);
});

test("a signed state file's signature holds", () => {
  const { state, state_key } = protocolJson("sheet_and_state.json");
  const signed = parseCanonicalJson(utf8(state)) as Vectors;
  const text = labelled("rogatory/v1/state", { variable: encodeCanonicalJson(signed.state) });
  expect(verify(fromHex(state_key), text, base64Decode(signed.signature)!)).toBe(true);
});

test("derived chains, labels and recipients", () => {
  const derived = (label: Label, ...parts: Bytes[]): string => sha256Hex(labelled(label, ...parts.map((fixed) => ({ fixed }))));
  for (const one of protocolJson("derivations.json").cases as Vectors[]) {
    const [authority, dossier, party, key] = [one.authority, one.dossier, one.party, one.key].map(fromHex) as [Bytes, Bytes, Bytes, Bytes];
    expect(derived("rogatory/v1/register", key)).toBe(one.register_chain);
    expect(derived("rogatory/v1/dossier", authority, parseRecipient(one.recipient).key)).toBe(one.dossier_chain);
    expect(derived("rogatory/v1/receipts", dossier, authority)).toBe(one.receipts_chain);
    const { seed } = parseIdentity(one.first_generation);
    expect(derived("rogatory/v1/casebook", authority).slice(0, 32) + hexEncode(hkdfSha256(seed, authority, "rogatory/v1/casebook", 16))).toBe(one.casebook_chain);
    expect(derived("rogatory/v1/notices", party)).toBe(one.notices_chain);
    expect(hexEncode(entryLabel(dossier, one.seq))).toBe(one.log_label);
  }
});
