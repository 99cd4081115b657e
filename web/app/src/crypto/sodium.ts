// libsodium, once. Everything under src/crypto that calls it is synchronous and may be used only after cryptoReady:
// each worker awaits it before it takes its first message.
import sodium from "libsodium-wrappers-sumo";

export { sodium };

/** libsodium's module itself: for what must not allocate and copy at every call. Pointers are addresses in HEAPU8. */
export interface RawSodium {
  readonly HEAPU8: Uint8Array;
  _malloc(size: number): number;
  _free(pointer: number): void;
  _crypto_hash_sha256_statebytes(): number;
  _crypto_hash_sha256_init(state: number): number;
  _crypto_hash_sha256_update(state: number, input: number, low: number, high: number): number;
  _crypto_hash_sha256_final(state: number, out: number): number;
  _crypto_aead_chacha20poly1305_ietf_encrypt(
    out: number, outLength: number, message: number, low: number, high: number,
    data: number, dataLow: number, dataHigh: number, secretNonce: number, nonce: number, key: number,
  ): number;
  _crypto_aead_chacha20poly1305_ietf_decrypt(
    out: number, outLength: number, secretNonce: number, sealed: number, low: number, high: number,
    data: number, dataLow: number, dataHigh: number, nonce: number, key: number,
  ): number;
}

export const cryptoReady: Promise<void> = sodium.ready;

/** After cryptoReady. HEAPU8 is another object whenever memory has grown: read it anew at each use. */
export const rawSodium = (): RawSodium => (sodium as unknown as { libsodium: RawSodium }).libsodium;
