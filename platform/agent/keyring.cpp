#include "platform/agent/keyring.hpp"

#include "platform/agent/evidence.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {

SealedFile seal_keyring(const record::KeyringFile& keyring, const std::vector<age::HybridRecipient>& recipients) {
    const auto text = keyring.encode();
    SealedFile file;
    file.bytes = age::seal(recipients, text.expose_secret_bytes(), crypto::system_random());
    file.sha256 = crypto::sha256(file.bytes);
    return file;
}

Result<Bytes> fetch_blob(Environment& environment, const model::ChainId& chain, const model::Digest& sha256) {
    const auto name = "blobs/" + model::to_hex(sha256);
    ROGATORY_TRY(auto kept, environment.profile.load(name));
    // The copy in the profile may have been damaged; the server has another.
    if (kept && crypto::sha256(*kept) == sha256) return *std::move(kept);
    ROGATORY_TRY(auto bytes, environment.server.blob(chain.value(), sha256.value()));
    // Nothing of an age file is used, not even parsed, before its digest is the signed one [forged-age].
    if (crypto::sha256(bytes) != sha256)
        return alarm(environment, "blob.digest", {{"blob", bytes}}, model::to_hex(sha256));
    ROGATORY_TRY_VOID(environment.profile.save(name, bytes));
    return bytes;
}

Result<record::KeyringFile> open_keyring(Environment& environment, const record::Register& own,
                                         const model::AuthorityId& authority, const age::HybridIdentity& user) {
    const auto digest = own.keyring(authority);
    if (!digest) return fail(ErrorCode::not_found, "authority.unknown");
    ROGATORY_TRY(const auto file, fetch_blob(environment, own.chain(), *digest));
    const auto recipients = own.keyring_recipients(authority);
    const auto plaintext = age::open(user, file, age::Profile::keyring(recipients.size()));
    if (!plaintext) return fail(ErrorCode::integrity, "keyring.does_not_open", plaintext.error().key());
    ROGATORY_TRY(auto keyring, record::KeyringFile::parse(plaintext->expose_secret()));
    std::vector<age::HybridRecipient> generations;
    for (const auto& generation : own.generations(authority)) generations.push_back(generation.recipient);
    ROGATORY_TRY_VOID(keyring.check(authority, generations));
    return keyring;
}

}  // namespace rogatory::agent
