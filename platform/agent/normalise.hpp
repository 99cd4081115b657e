#pragma once

#include <string>
#include <string_view>

#include "crypto/secret.hpp"
#include "platform/base/result.hpp"

// Unicode normalisation (UAX #15), by ICU. Writers normalise; readers never check it: a canonical form must not depend
// on a Unicode version (protocol §2).
namespace rogatory::agent {

// NFC, for every text that goes into a statement or a sealed body. `invalid_input` (key "text.not_unicode") for what
// is not UTF-8.
Result<std::string> normalised(std::string_view text);

// NFKC, for a passphrase before Argon2id: what two keyboards type for one phrase gives one key.
Result<crypto::SecretText> normalised_passphrase(std::string_view passphrase);

// The number of code points; the text is UTF-8 (as after normalised()).
std::size_t code_points(std::string_view text) noexcept;

}  // namespace rogatory::agent
