// A Party, its first custodian and a log, made here: statements that nobody else's code has signed.
import { base64Encode } from "../../src/crypto/base64.ts";
import { hexEncode, utf8, type Bytes } from "../../src/crypto/bytes.ts";
import { generateIdentity } from "../../src/crypto/age/hybrid.ts";
import type { Random } from "../../src/crypto/random.ts";
import { sign as signBytes, signingKeyFromSeed, type SigningKey } from "../../src/crypto/sign.ts";
import { sha256 } from "../../src/crypto/sha256.ts";
import type { AuthorityRef, ChainId } from "../../src/model/ids.ts";
import { dossierChain, randomId, registerChain } from "../../src/record/chains.ts";
import { keyDigest, verifyKeyOf } from "../../src/record/keys.ts";
import type { Kind } from "../../src/record/kinds.ts";
import type { Outcome } from "../../src/record/outcome.ts";
import { Register } from "../../src/record/register.ts";
import { sign, type BodyOf, type Seen, type SignedStatement, type Statement } from "../../src/record/statement.ts";
import { checkpointText } from "../../src/tlog/checkpoint.ts";
import { makeNoteKey, noteKeyText, signatureType } from "../../src/tlog/note.ts";

/** The same bytes for the same seed. */
export function seeded(seed: number): Random {
  let counter = 0;
  return (length) => {
    const out = new Uint8Array(length);
    for (let at = 0; at < length; at += 32) {
      out.set(sha256(utf8(`${seed} ${counter++}`)).subarray(0, Math.min(32, length - at)), at);
    }
    return out;
  };
}

export const logOrigin = "log.example/log/1";

export class Scene {
  readonly random: Random;
  readonly logKey: SigningKey;
  readonly key: SigningKey;
  readonly policy: string;
  readonly register: Register;
  readonly authority: string;
  readonly member: string;
  at = 1_800_000_000;

  constructor(seed: number) {
    this.random = seeded(seed);
    this.logKey = signingKeyFromSeed(this.random(32));
    this.key = signingKeyFromSeed(this.random(32));
    const note = makeNoteKey(logOrigin, signatureType.ed25519, this.logKey.verifyKey);
    this.policy = `log ${noteKeyText(note)}\nquorum none\n`;
    this.register = new Register(registerChain(verifyKeyOf(this.key)));
    this.authority = randomId(this.random, 16);
    this.member = randomId(this.random, 16);
  }

  /** The log's word for a tree of that size; its root is made up, which nobody here can tell. */
  seen(size: number, root: Bytes = sha256(utf8(String(size)))): Seen {
    const text = checkpointText({ origin: logOrigin, head: { size, root }, extensions: [] });
    return { size, root: hexEncode(root), signature: base64Encode(signBytes(this.logKey, utf8(text))) };
  }

  recipient(): string {
    return generateIdentity(this.random).recipient.text;
  }

  say<K extends Kind>(chain: ChainId, seq: number, prev: string | undefined, seen: Seen, kind: K, body: BodyOf<K>):
  SignedStatement {
    return sign({
      chain, seq, prev, at: this.at, nonce: randomId(this.random, 16), seen, kind, body,
      author: {
        registerChain: this.register.chain, authority: this.authority, member: this.member,
        key: keyDigest(verifyKeyOf(this.key)),
      },
    } as Statement, this.key);
  }

  found(index: number): Outcome {
    return this.register.apply(this.say(this.register.chain, 0, undefined, this.seen(0), "founded", {
      code: "SEN", name: "Senegal", logPolicy: this.policy,
      authority: { id: this.authority, kind: "fiu", name: "CENTIF" }, recipient: this.recipient(),
      keyring: randomId(this.random, 32), member: this.member, displayName: "FIU-01", key: verifyKeyOf(this.key),
      memberRecipient: this.recipient(),
    }), index);
  }

  get ref(): AuthorityRef {
    return { party: this.register.party, authority: this.authority };
  }

  /** `opened` of a dossier for oneself alone. */
  open(seen: Seen): SignedStatement {
    const recipient = this.recipient();
    return this.say(dossierChain(this.authority, recipient), 0, undefined, seen, "opened", {
      kind: "share", policy: { onward: "own_party" },
      epoch: { epoch: 1, recipient, grants: [{ ...this.ref, generation: 1, grant: randomId(this.random, 32) }] },
    });
  }
}
