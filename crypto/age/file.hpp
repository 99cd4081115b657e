#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/age/failure.hpp"
#include "crypto/age/header.hpp"
#include "crypto/age/hybrid.hpp"
#include "crypto/primitives/random.hpp"
#include "crypto/secret.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"

// Whole age files as protocol.md, section 1 uses them: binary, every stanza mlkem768x25519. For files that come in
// pieces or are large see stream.hpp and parallel.hpp; for what stock age also reads see recipients.hpp.
namespace rogatory::age {

// What a file must look like before anything is decapsulated.
struct Profile {
    std::size_t stanzas = 1;                       // exactly so many, each mlkem768x25519 with one argument
    std::size_t header_bytes = kSmallHeaderBytes;  // up to the payload's nonce

    // Attachment, sealed body, grant, share, kept code, state file: exactly one recipient, header up to 4 KiB.
    [[nodiscard]] static constexpr Profile single() noexcept { return {}; }
    // Keyring or user bundle: one stanza for each recipient that the register (or the bundle) lists; up to 1 MiB.
    [[nodiscard]] static constexpr Profile keyring(std::size_t recipients) noexcept {
        return {recipients, kKeyringHeaderBytes};
    }
};

// The age file of a short plaintext, in memory. At least one recipient (ensured); the order of stanzas is theirs.
[[nodiscard]] Bytes seal(std::span<const HybridRecipient> recipients, ByteView plaintext, crypto::Random& random);
[[nodiscard]] Bytes seal(const HybridRecipient& recipient, ByteView plaintext, crypto::Random& random);

// The plaintext of a whole file. The profile is checked first, then the header MAC, then every chunk; on any failure
// nothing is returned. Callers compare SHA-256 of the same bytes with a signed statement: an age file proves nothing
// about who made it. Errors: integrity, one key a class (failure.hpp).
[[nodiscard]] Result<crypto::SecretBytes> open(const HybridIdentity& identity, ByteView file, Profile profile);

// What anybody can see of a file, for the server's check of an upload: it needs no key and proves nothing.
struct Inspection {
    std::vector<std::string> stanza_types;  // in order: the first argument of each
    std::size_t header_bytes = 0;           // up to the payload's nonce
    bool hybrid_only = false;               // every stanza is mlkem768x25519 with one argument and a body of 32 bytes

    [[nodiscard]] bool fits(Profile profile) const noexcept;
};

[[nodiscard]] Inspection inspect(const Header& header);

// From the first bytes of a file. Nothing: the header is not complete in them and they are fewer than the limit.
// Failure::header: not a binary age file (an armored one is refused too), or its header is over the limit.
[[nodiscard]] Outcome<std::optional<Inspection>> inspect(ByteView start, std::size_t limit_bytes);

// The length of the age file of so many bytes for so many hybrid recipients: what an upload announces before it is
// sealed.
[[nodiscard]] std::uint64_t sealed_size(std::uint64_t plaintext_bytes, std::size_t recipients);

}  // namespace rogatory::age
