// The pre-authentication encoding of DSSE v1: what a statement's signature is over and its id the SHA-256 of.
import { concat, utf8, type Bytes } from "./bytes.ts";

export function dssePae(payloadType: string, payload: Bytes): Bytes {
  const type = utf8(payloadType);
  return concat(utf8(`DSSEv1 ${type.length} `), type, utf8(` ${payload.length} `), payload);
}
