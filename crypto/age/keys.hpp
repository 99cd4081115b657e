#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "crypto/age/hybrid.hpp"
#include "crypto/age/stream.hpp"
#include "crypto/age/x25519.hpp"
#include "crypto/primitives/random.hpp"
#include "crypto/secret.hpp"
#include "platform/base/result.hpp"

// Keys of every kind that `rogatory age` knows, and the text files that hold them. Rogatory's own files know the hybrid
// kind alone (file.hpp).
namespace rogatory::age {

using Recipient = std::variant<HybridRecipient, X25519Recipient>;
using Identity = std::variant<HybridIdentity, X25519Identity>;

// "age1pq1…" or "age1…". Errors: invalid_input "age.recipient"; unsupported "age.plugin" and "age.ssh" for recipients
// that only a plugin program or an SSH implementation knows.
[[nodiscard]] Result<Recipient> parse_recipient(std::string_view text);
// "AGE-SECRET-KEY-PQ-1…" or "AGE-SECRET-KEY-1…". Errors: invalid_input "age.identity"; unsupported "age.plugin": a
// plugin is a program of the file's choice, so it is never run.
[[nodiscard]] Result<Identity> parse_identity(std::string_view text);

[[nodiscard]] std::string text_of(const Recipient& recipient);
[[nodiscard]] crypto::SecretText encode(const Identity& identity);
[[nodiscard]] Recipient recipient_of(const Identity& identity);

// One key a line; empty lines and lines that begin with "#" say nothing. Errors as above with the argument "line";
// invalid_input "age.no_recipients" or "age.no_identities" when there is none.
[[nodiscard]] Result<std::vector<Recipient>> parse_recipients(std::string_view text);
[[nodiscard]] Result<std::vector<Identity>> parse_identities(std::string_view text);

// The start of a file for recipients of any kind. Errors: invalid_input "age.no_recipients"; invalid_input
// "age.mixed_recipients": one X25519 stanza would undo what the hybrid ones are for.
[[nodiscard]] Result<FileStart> start_file(std::span<const Recipient> recipients, crypto::Random& random);
[[nodiscard]] FileStart start_file(const crypto::SecretText& passphrase, crypto::Random& random);

// Whoever can open a file: tried in order.
class Opens {
public:
    virtual ~Opens() = default;
    // no_match: not this one, try the next. Any other failure is final.
    [[nodiscard]] virtual Outcome<FileKey> unwrap(const Header& header) = 0;
};

[[nodiscard]] std::unique_ptr<Opens> opens_with(std::vector<Identity> identities);
// Asked only when a file is for a passphrase. An empty passphrase is no_match.
[[nodiscard]] std::unique_ptr<Opens> opens_with_passphrase(std::function<crypto::SecretText()> ask);

// `all` outlives it. header: an scrypt stanza beside another.
[[nodiscard]] Unwrap unwrap_with(std::span<const std::unique_ptr<Opens>> all);

}  // namespace rogatory::age
