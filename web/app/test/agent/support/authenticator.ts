// An authenticator in software (WebAuthn level 3, §6), with PRF, as a page meets one: JSON in, JSON out.
import { createHash, createHmac, createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import type { PasskeyAnswer } from "../../../src/agent/api.ts";

const url = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
const sha256 = (bytes: string | Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

// CBOR (RFC 8949), as much as an attestation needs: lengths below 65,536.
const head = (major: number, value: number): Buffer =>
  value < 24 ? Buffer.of((major << 5) | value)
  : value < 256 ? Buffer.of((major << 5) | 24, value) : Buffer.of((major << 5) | 25, value >> 8, value & 255);
const integer = (value: number): Buffer => (value >= 0 ? head(0, value) : head(1, -1 - value));
const bytes = (value: Uint8Array): Buffer => Buffer.concat([head(2, value.length), value]);
const text = (value: string): Buffer => Buffer.concat([head(3, value.length), Buffer.from(value)]);
const map = (...pairs: [Buffer, Buffer][]): Buffer => Buffer.concat([head(5, pairs.length), ...pairs.flat()]);

interface Options {
  challenge: string;
  rp?: { id: string };
  rpId?: string;
  extensions: { prf: { eval: { first: string } } };
}

export function softAuthenticator(origin: string, withPrf = true) {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const id = randomBytes(32);
  const secret = randomBytes(32);
  let counter = 0;
  const clientData = (type: string, challenge: string): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const authenticatorData = (rpId: string, attested: Buffer | null): Buffer => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(++counter);
    // User present, user verified, and (with a credential) attested.
    return Buffer.concat([sha256(rpId), Buffer.of(attested === null ? 0x05 : 0x45), count, attested ?? Buffer.alloc(0)]);
  };
  const prf = ({ extensions }: Options): { prf?: Uint8Array } => (withPrf
    ? { prf: new Uint8Array(createHmac("sha256", secret).update("WebAuthn PRF\0").update(extensions.prf.eval.first).digest()) }
    : {});

  return {
    create(given: unknown): PasskeyAnswer {
      const options = given as Options;
      const { x = "", y = "" } = publicKey.export({ format: "jwk" });
      const key = map(
        [integer(1), integer(2)], [integer(3), integer(-7)], [integer(-1), integer(1)],
        [integer(-2), bytes(Buffer.from(x, "base64url"))], [integer(-3), bytes(Buffer.from(y, "base64url"))]);
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.of(0, id.length), id, key]);
      const attestation = map(
        [text("fmt"), text("none")], [text("attStmt"), map()],
        [text("authData"), bytes(authenticatorData(options.rp?.id ?? "", attested))]);
      return {
        response: {
          id: url(id), rawId: url(id), type: "public-key",
          response: { clientDataJSON: url(clientData("webauthn.create", options.challenge)), attestationObject: url(attestation) },
        },
        ...prf(options),
      };
    },
    get(given: unknown): PasskeyAnswer {
      const options = given as Options;
      const client = clientData("webauthn.get", options.challenge);
      const data = authenticatorData(options.rpId ?? "", null);
      const signature = createSign("sha256").update(Buffer.concat([data, sha256(client)])).sign(privateKey);
      return {
        response: {
          id: url(id), rawId: url(id), type: "public-key",
          response: { clientDataJSON: url(client), authenticatorData: url(data), signature: url(signature) },
        },
        ...prf(options),
      };
    },
  };
}
