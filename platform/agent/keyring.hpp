#pragma once

#include <vector>

#include "crypto/age/file.hpp"
#include "platform/agent/environment.hpp"
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

// The keyring in force of one's own authority: exactly the generations 1 to n of the register, each deriving the
// recipient that the register names.
Result<record::KeyringFile> open_keyring(Environment& environment, const record::Register& own,
                                         const model::AuthorityId& authority, const age::HybridIdentity& user);

}  // namespace rogatory::agent
