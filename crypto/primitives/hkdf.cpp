#include "crypto/primitives/hkdf.hpp"

#include <sodium.h>

namespace rogatory::crypto {

static_assert(crypto_kdf_hkdf_sha256_KEYBYTES == PseudoRandomKey::kBytes);
static_assert(crypto_kdf_hkdf_sha256_BYTES_MAX == kHkdfMaxBytes);

PseudoRandomKey hkdf_extract(ByteView salt, ByteView input_key_material) {
    // libsodium's prototype forbids a null pointer for the input; an empty input is legal (RFC 9180 uses one).
    static constexpr std::uint8_t kNothing = 0;
    const auto* input = input_key_material.empty() ? &kNothing : input_key_material.data();
    return PseudoRandomKey::made_by([&](MutableByteView out) {
        ensure(
            crypto_kdf_hkdf_sha256_extract(out.data(), salt.data(), salt.size(), input, input_key_material.size()) == 0,
            "HKDF extracts");
    });
}

void hkdf_expand(const PseudoRandomKey& key, ByteView info, MutableByteView out) {
    ensure(out.size() <= kHkdfMaxBytes, "HKDF gives at most 255 blocks");
    if (out.empty()) return;
    ensure(crypto_kdf_hkdf_sha256_expand(out.data(), out.size(), as_text(info).data(), info.size(),
                                         key.expose_secret().data()) == 0,
           "HKDF expands");
}

}  // namespace rogatory::crypto
