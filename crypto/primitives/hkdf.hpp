#pragma once

#include <string_view>

#include "crypto/secret.hpp"
#include "platform/base/bytes.hpp"

namespace rogatory::crypto {

// HKDF-SHA-256 (RFC 5869) by libsodium.
using PseudoRandomKey = Secret<32, struct PseudoRandomKeyTag>;
inline constexpr std::size_t kHkdfMaxBytes = 255 * 32;

// RFC 5869 §2.2. An empty salt means 32 zero bytes.
[[nodiscard]] PseudoRandomKey hkdf_extract(ByteView salt, ByteView input_key_material);
// RFC 5869 §2.3. At most kHkdfMaxBytes of output (more is a bug and throws).
void hkdf_expand(const PseudoRandomKey& key, ByteView info, MutableByteView out);

// Extract and expand into a key of the type asked for:
//   const auto mac_key = hkdf_sha256<HeaderMacKey>(file_key.expose_secret(), {}, as_bytes("header"));
template <class Key>
[[nodiscard]] Key hkdf_sha256(ByteView input_key_material, ByteView salt, ByteView info) {
    const auto key = hkdf_extract(salt, input_key_material);
    return Key::made_by([&](MutableByteView out) { hkdf_expand(key, info, out); });
}

}  // namespace rogatory::crypto
