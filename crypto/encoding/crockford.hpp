#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "crypto/secret.hpp"

namespace rogatory::encoding {

// Spells 128-bit secrets that people write down and dictate: an invitation code, an account key, a kit secret.
//
// 26 characters of Crockford's base 32 and two of checksum, in seven groups of four: "XXXX-XXXX-…". The checksum is a
// Reed-Solomon code over GF(32): it notices every slip that touches up to two characters, so also every exchange of
// two neighbours; the specification's own mod-37 symbol needs characters that cannot be dictated.
[[nodiscard]] crypto::SecretText code_encode_bytes(std::span<const std::uint8_t, 16> code);
[[nodiscard]] std::optional<crypto::Secret<16>> code_decode_bytes(std::string_view text);

template <class Tag>
[[nodiscard]] crypto::SecretText code_encode(const crypto::Secret<16, Tag>& code) {
    return code_encode_bytes(code.expose_secret());
}

// code_decode<crypto::AccountKey>(text). Tolerates what dictation does: either case, O for 0, I and L for 1, spaces and
// dashes (also typographic ones) anywhere. Refuses everything else, a wrong checksum, and a value above 128 bits.
template <class Key>
[[nodiscard]] std::optional<Key> code_decode(std::string_view text) {
    const auto bytes = code_decode_bytes(text);
    if (!bytes) return std::nullopt;
    return Key::retagged(*bytes);
}

// How many of the 28 characters a person has typed so far, for a prompt that counts; nullopt if one cannot belong.
[[nodiscard]] std::optional<std::size_t> code_characters(std::string_view text);

}  // namespace rogatory::encoding
