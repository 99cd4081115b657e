#pragma once

#include <cstdint>
#include <string_view>

#include "crypto/age/failure.hpp"
#include "crypto/age/file_key.hpp"
#include "crypto/age/header.hpp"
#include "crypto/primitives/random.hpp"
#include "crypto/secret.hpp"

// The scrypt recipient type (c2sp.org/age, "The scrypt recipient type"): a passphrase, for `rogatory age`.
namespace rogatory::age {

inline constexpr std::string_view kScryptStanza = "scrypt";

// Work factors are base-two logarithms. Stock age writes 18 (about a second) and reads up to 22 (about 15 seconds, 4
// GiB): whoever sends a file chooses how much memory and time opening it takes, so there is a ceiling.
inline constexpr std::uint8_t kScryptWorkFactor = 18;
inline constexpr std::uint8_t kScryptWorkFactorCeiling = 22;

// A stanza that wraps the file key to the passphrase. It must be the only one of its file.
[[nodiscard]] Stanza scrypt_wrap(const FileKey& file_key, const crypto::SecretText& passphrase, crypto::Random& random,
                                 std::uint8_t work_factor = kScryptWorkFactor);

// Whether a header asks for a passphrase: it has an scrypt stanza and nothing else. Failure::header: an scrypt stanza
// beside another, which would break the expectation that only who knows the passphrase can have made the file.
[[nodiscard]] Outcome<bool> wants_passphrase(const Header& header);

// no_match: another kind of stanza, or a wrong passphrase. header: malformed, or above the ceiling.
[[nodiscard]] Outcome<FileKey> scrypt_unwrap(const Stanza& stanza, const crypto::SecretText& passphrase,
                                             std::uint8_t ceiling = kScryptWorkFactorCeiling);

}  // namespace rogatory::age
