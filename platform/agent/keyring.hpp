#pragma once

#include <optional>
#include <vector>

#include "crypto/age/file.hpp"
#include "platform/agent/environment.hpp"
#include "platform/agent/register_book.hpp"
#include "platform/record/key_files.hpp"
#include "platform/record/register.hpp"

// Internal to platform/agent: keyring files.
namespace rogatory::agent {

struct SealedFile {
    Bytes bytes;
    model::Digest sha256;
};
[[nodiscard]] SealedFile seal_keyring(const record::KeyringFile& keyring,
                                      const std::vector<age::HybridRecipient>& recipients);

// An age file of a chain, whose SHA-256 a statement names: from the profile's copy or the server. integrity
// "blob.digest" (evidence kept) when it is another.
Result<Bytes> fetch_blob(Environment& environment, const model::ChainId& chain, const model::Digest& sha256);

// The keyring of one's own authority: the newest that opens and holds exactly the generations 1 to m that the register
// had by then, each deriving the recipient that the register names. A member may replace the file (his own rotation)
// and nobody but the readers can see what is in it: where the newest does not open, an older one is used, and whoever
// replaced it is named. Complete where m is the register's last generation. integrity "keyring.does_not_open" when none
// opens.
struct OpenedKeyring {
    record::KeyringFile keyring;
    std::optional<model::MemberId> culprit;
};
Result<OpenedKeyring> open_keyring(Environment& environment, const RegisterBook::Known& own,
                                   const model::AuthorityId& authority, const age::HybridIdentity& user);

}  // namespace rogatory::agent
