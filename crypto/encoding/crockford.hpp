#pragma once

#include <optional>
#include <string_view>

#include "crypto/secret.hpp"

namespace rogatory::encoding {

// A 128-bit secret that people write down and dictate: an invitation code, an account key, a kit secret.
using Code = crypto::Secret<16, struct CodeTag>;

// 26 characters of Crockford's base 32 and two of checksum, in seven groups of four: "XXXX-XXXX-…". The checksum is a
// Reed-Solomon code over GF(32): it notices every slip that touches up to two characters, so also every exchange of
// two neighbours; the specification's own mod-37 symbol needs characters that cannot be dictated.
[[nodiscard]] crypto::SecretText code_encode(const Code& code);

// Tolerates what dictation does: either case, O for 0, I and L for 1, spaces and dashes (also typographic ones)
// anywhere. Refuses everything else, a wrong checksum, and a value above 128 bits.
[[nodiscard]] std::optional<Code> code_decode(std::string_view text);

// How many of the 28 characters a person has typed so far, for a prompt that counts; nullopt if one cannot belong.
[[nodiscard]] std::optional<std::size_t> code_characters(std::string_view text);

}  // namespace rogatory::encoding
