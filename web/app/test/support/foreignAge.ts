// What age knows and Rogatory's own files do not: X25519, passphrases, ASCII armor. It stands here so that src/crypto/age
// can be held to all of the CCTV vectors; the product reads none of it.
import { base64Decode } from "../../src/crypto/base64.ts";
import { bech32Decode } from "../../src/crypto/bech32.ts";
import { concat, utf8, type Bytes } from "../../src/crypto/bytes.ts";
import { chacha20poly1305Open } from "../../src/crypto/chacha20poly1305.ts";
import { hkdfSha256 } from "../../src/crypto/hkdf.ts";
import { sodium } from "../../src/crypto/sodium.ts";
import { ageFailure } from "../../src/crypto/age/failure.ts";
import type { FileKey } from "../../src/crypto/age/fileKey.ts";
import type { Header, Stanza } from "../../src/crypto/age/header.ts";
import { parseIdentity, unwrapStanza, type Unwrap } from "../../src/crypto/age/hybrid.ts";

type OpensStanza = (stanza: Stanza) => FileKey | null;

const zeroNonce = new Uint8Array(12);
const nothing = new Uint8Array(0);

export function x25519Opens(text: string): OpensStanza {
  const seed = bech32Decode(text)!.data;
  const own = sodium.crypto_scalarmult_base(seed);
  return (stanza) => {
    if (stanza.args[0] !== "X25519") return null;
    const share = stanza.args.length === 2 ? base64Decode(stanza.args[1]!, "unpadded") : null;
    if (share?.length !== 32 || stanza.body.length !== 32) throw ageFailure("header");
    let shared: Bytes;
    try {
      shared = sodium.crypto_scalarmult(seed, share);
    } catch {
      throw ageFailure("header");
    }
    const key = hkdfSha256(shared, concat(share, own), "age-encryption.org/v1/X25519", 32);
    return chacha20poly1305Open(key, zeroNonce, nothing, stanza.body);
  };
}

export const hybridOpens = (text: string): OpensStanza => {
  const identity = parseIdentity(text);
  return (stanza) => unwrapStanza(identity, stanza);
};

export const identityOpens = (text: string): OpensStanza =>
  text.startsWith("AGE-SECRET-KEY-PQ-1") ? hybridOpens(text) : x25519Opens(text);

const ceiling = 22;

function scryptUnwrap(stanza: Stanza, passphrase: string): FileKey | null {
  const salt = stanza.args.length === 3 ? base64Decode(stanza.args[1]!, "unpadded") : null;
  const work = /^[1-9][0-9]?$/.test(stanza.args[2] ?? "") ? Number(stanza.args[2]) : ceiling + 1;
  if (salt?.length !== 16 || work > ceiling || stanza.body.length !== 32) throw ageFailure("header");
  const key = sodium.crypto_pwhash_scryptsalsa208sha256_ll(
    utf8(passphrase), concat(utf8("age-encryption.org/v1/scrypt"), salt), 2 ** work, 8, 1, 32);
  return chacha20poly1305Open(key, zeroNonce, nothing, stanza.body);
}

/** As `rogatory age` opens a file: the passphrases where it is for one, then each identity on each stanza. */
export const unwrapWithAny = (identities: readonly OpensStanza[], passphrases: readonly string[]): Unwrap =>
  (header: Header) => {
    const scrypt = header.stanzas.some((stanza) => stanza.args[0] === "scrypt");
    if (scrypt && header.stanzas.length !== 1) throw ageFailure("header");
    for (const passphrase of scrypt ? passphrases : []) {
      const key = scryptUnwrap(header.stanzas[0]!, passphrase);
      if (key) return key;
    }
    for (const opens of identities) {
      for (const stanza of header.stanzas) {
        const key = opens(stanza);
        if (key) return key;
      }
    }
    throw ageFailure("no_match");
  };

const begin = "-----BEGIN AGE ENCRYPTED FILE-----";
const end = "-----END AGE ENCRYPTED FILE-----";

/** The binary file of a strict armored one (c2sp.org/age, "ASCII armor"), and whether the armor held to its end. */
export function readArmor(text: string): { bytes: Bytes; good: boolean } {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  const blank = (line: string): boolean => /^[ \t\r\v\f]*$/.test(line);
  const first = lines.findIndex((line) => !blank(line));
  const parts: Bytes[] = [];
  const bad = () => ({ bytes: concat(...parts), good: false });
  if (first < 0 || lines[first] !== begin || lines.slice(0, first).join("\n").length > 1024) return bad();
  let short = false;
  for (let i = first + 1; i < lines.length; i++) {
    const line = lines[i]!;
    if (line === end) {
      const after = lines.slice(i + 1);
      return after.every(blank) && after.join("\n").length <= 1024 ? { bytes: concat(...parts), good: true } : bad();
    }
    const part: Bytes | null = short || line === "" || line.length > 64 ? null : base64Decode(line);
    if (!part) return bad();
    short = part.length < 48;
    parts.push(part);
  }
  return bad();
}
