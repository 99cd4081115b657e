#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/secret.hpp"
#include "platform/base/bytes.hpp"

namespace rogatory::encoding {

// Bech32 (BIP 173) as age uses it: without its limit of 90 characters, so the checksum guards against slips and not
// against malice; the original constant, not Bech32m's.
struct Bech32 {
    std::string human_part;  // as it was written: all lower or all upper case
    crypto::SecretBytes data;
};

// The text takes the case of the human part, which must not be mixed ("age" -> age1…, "AGE-SECRET-KEY-" ->
// AGE-SECRET-KEY-1…). A human part that is empty, mixed or outside 33 to 126 is a bug and throws. The string is built
// in one allocation: a caller with a secret moves it into a SecretText.
[[nodiscard]] std::string bech32_encode(std::string_view human_part, ByteView data);

// Refuses mixed case, a wrong checksum, characters outside the alphabet, and leftover bits that are not zero or are
// more than four.
[[nodiscard]] std::optional<Bech32> bech32_decode(std::string_view text);

}  // namespace rogatory::encoding
