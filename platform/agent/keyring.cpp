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

namespace {

Result<record::KeyringFile> open_one(Environment& environment, const record::Register& own,
                                     const model::AuthorityId& authority, const age::HybridIdentity& user,
                                     const model::Digest& digest, model::LogIndex before) {
    ROGATORY_TRY(const auto file, fetch_blob(environment, own.chain(), digest));
    const auto recipients = own.keyring_recipients(authority, before);
    const auto plaintext = age::open(user, file, age::Profile::keyring(recipients.size()));
    if (!plaintext) return fail(ErrorCode::integrity, "keyring.does_not_open", plaintext.error().key());
    ROGATORY_TRY(auto keyring, record::KeyringFile::parse(plaintext->expose_secret()));
    std::vector<age::HybridRecipient> generations;
    for (const auto& generation : own.generations(authority)) {
        if (generation.since < before) generations.push_back(generation.recipient);
    }
    ROGATORY_TRY_VOID(keyring.check(authority, generations));
    return keyring;
}

}  // namespace

Result<OpenedKeyring> open_keyring(Environment& environment, const RegisterBook::Known& own,
                                   const model::AuthorityId& authority, const age::HybridIdentity& user) {
    const auto& reg = own.replayed;
    auto digest = reg.keyring(authority);
    if (!digest) return fail(ErrorCode::not_found, "authority.unknown");
    auto before = record::Register::now;
    std::optional<model::MemberId> culprit;
    std::optional<Error> failure;
    const auto& items = own.copy.items();
    for (auto i = items.size(); digest;) {
        auto opened = open_one(environment, reg, authority, user, *digest, before);
        if (opened) return OpenedKeyring{*std::move(opened), culprit};
        // Another file than the signed one, or none, is the server's doing: no reason to use an older one.
        if (opened.error().code() != ErrorCode::integrity || opened.error().key() == "blob.digest") {
            return fail(std::move(opened).error());
        }
        if (!failure) failure = std::move(opened).error();
        // Back to before the statement that set this one.
        const auto current = digest;
        while (i > 0 && reg.keyring(authority, items[i - 1].index) == current) --i;
        if (i == 0) break;
        --i;
        if (!culprit) culprit = items[i].statement.statement().author.member;
        before = items[i].index;
        digest = reg.keyring(authority, before);
    }
    return fail(*std::move(failure));
}

}  // namespace rogatory::agent
