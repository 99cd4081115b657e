#include "crypto/primitives/hpke.hpp"

#include "crypto/primitives/chacha20poly1305.hpp"
#include "crypto/primitives/hkdf.hpp"

namespace rogatory::crypto {

namespace {

using AeadKey = Secret<32, struct HpkeAeadKeyTag>;

struct KeySchedule {
    AeadKey key;
    ChaChaNonce nonce;
};

// RFC 9180 §5.1: "HPKE" ‖ kem_id ‖ kdf_id ‖ aead_id.
constexpr ByteArray<10> kSuite{'H', 'P', 'K', 'E', 0x64, 0x7a, 0x00, 0x01, 0x00, 0x03};

// RFC 9180 §4.
PseudoRandomKey labelled_extract(ByteView salt, std::string_view label, ByteView input) {
    SecretBytes labelled;
    labelled.append(as_bytes("HPKE-v1"));
    labelled.append(kSuite);
    labelled.append(as_bytes(label));
    labelled.append(input);
    return hkdf_extract(salt, labelled.expose_secret());
}

// RFC 9180 §4.
void labelled_expand(const PseudoRandomKey& key, std::string_view label, ByteView context, MutableByteView out) {
    Bytes info{0, static_cast<std::uint8_t>(out.size())};  // every output here is below 256 bytes
    append(info, "HPKE-v1");
    append(info, kSuite);
    append(info, label);
    append(info, context);
    hkdf_expand(key, info, out);
}

// RFC 9180 §5.1, mode_base: no PSK, so psk and psk_id are empty.
KeySchedule key_schedule(const XWingSharedSecret& shared_secret, ByteView info) {
    const auto psk_id_hash = labelled_extract({}, "psk_id_hash", {});
    const auto info_hash = labelled_extract({}, "info_hash", info);
    Bytes context{0x00};  // mode_base
    append(context, psk_id_hash.expose_secret());
    append(context, info_hash.expose_secret());

    const auto secret = labelled_extract(shared_secret.expose_secret(), "secret", {});
    ChaChaNonce nonce;
    labelled_expand(secret, "base_nonce", context, nonce);
    // The first message is sealed under base_nonce itself (§5.2: sequence number 0), and there is only the first: the
    // key is fresh with every encapsulation.
    return {AeadKey::made_by([&](MutableByteView out) { labelled_expand(secret, "key", context, out); }), nonce};
}

}  // namespace

std::optional<HpkeSealed> hpke_seal(const XWingPublicKey& to, ByteView info, ByteView associated_data,
                                    ByteView plaintext, Random& random) {
    const auto encapsulated = xwing_encapsulate(to, random);
    if (!encapsulated) return std::nullopt;
    const auto [key, nonce] = key_schedule(encapsulated->shared_secret, info);
    return HpkeSealed{encapsulated->ciphertext, chacha20poly1305_seal(key, nonce, associated_data, plaintext)};
}

std::optional<SecretBytes> hpke_open(const XWingSeed& seed, const XWingCiphertext& encapsulated, ByteView info,
                                     ByteView associated_data, ByteView ciphertext) {
    const auto shared_secret = xwing_decapsulate(seed, encapsulated);
    if (!shared_secret) return std::nullopt;
    const auto [key, nonce] = key_schedule(*shared_secret, info);
    return chacha20poly1305_open(key, nonce, associated_data, ciphertext);
}

}  // namespace rogatory::crypto
