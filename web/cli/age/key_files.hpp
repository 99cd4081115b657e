#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/age/keys.hpp"
#include "platform/base/result.hpp"
#include "web/cli/age/options.hpp"
#include "web/cli/catalogue/catalogue.hpp"

namespace rogatory::cli {

// The keys that a command line of `rogatory age` names.
class KeyFiles {
public:
    // The catalogue outlives it. Stdin serves one purpose; when the input is read from it, no key file is.
    KeyFiles(const Catalogue& catalogue, bool input_is_stdin) : catalogue_{catalogue}, stdin_used_{input_is_stdin} {}

    // -r, -R, and -i with -e: the recipients of those identities.
    [[nodiscard]] Result<std::vector<age::Recipient>> recipients(const AgeOptions& options);

    // The passphrase of the session first, then each -i in its order. Files that are encrypted to a passphrase ask for
    // it only when their turn comes.
    [[nodiscard]] Result<std::vector<std::unique_ptr<age::Opens>>> opens(const AgeOptions& options);

    // Why an encrypted identity file or the passphrase prompt gave no key, if that happened.
    [[nodiscard]] const std::optional<Error>& trouble() const noexcept { return trouble_; }

private:
    friend class EncryptedIdentities;

    Result<crypto::SecretText> read(const std::string& path);
    Result<std::vector<age::Identity>> decrypt_identities(const std::string& path, ByteView file);

    const Catalogue& catalogue_;
    bool stdin_used_;
    std::optional<Error> trouble_;
};

}  // namespace rogatory::cli
