#include <algorithm>
#include <charconv>
#include <string>

#include "crypto/age/file.hpp"
#include "platform/agent/bundle_version.hpp"
#include "platform/agent/secrets.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

constexpr std::string_view kSeenVersion = "bundle-version";

}  // namespace

Result<std::uint64_t> seen_bundle_version(const ports::ProfileStore& profile) {
    ROGATORY_TRY(const auto stored, profile.load(kSeenVersion));
    std::uint64_t version = 0;
    if (stored) {
        const auto text = as_text(*stored);
        std::from_chars(text.data(), text.data() + text.size(), version);
    }
    return version;
}

Result<> saw_bundle_version(ports::ProfileStore& profile, std::uint64_t version) {
    ROGATORY_TRY(const auto seen, seen_bundle_version(profile));
    if (version <= seen) return {};
    return profile.save(kSeenVersion, as_bytes(std::to_string(version)));
}

Result<record::UserBundle> open_bundle(ports::ProfileStore& profile, const age::HybridIdentity& identity,
                                       const ports::remote::StoredBundle& stored) {
    // The profile (every stanza hybrid, one for each recipient) needs their number, which stands inside: count first,
    // compare after. Nothing is decapsulated from a file with another kind of stanza.
    const auto inspected = age::inspect(stored.bundle, age::kKeyringHeaderBytes);
    if (!inspected || !*inspected || (*inspected)->stanza_types.size() > record::UserBundle::kMaxRecipients) {
        return fail(ErrorCode::integrity, "bundle.malformed");
    }
    const auto stanzas = (*inspected)->stanza_types.size();
    auto plaintext = age::open(identity, stored.bundle, age::Profile::keyring(stanzas));
    // Encrypted to a key that is not this one: a passphrase cannot be told from a swapped bundle, so say both.
    if (!plaintext) return fail(ErrorCode::integrity, "bundle.not_for_this_key", plaintext.error().key());
    ROGATORY_TRY(auto bundle, record::UserBundle::parse(plaintext->expose_secret()));
    const auto lists_me = std::any_of(bundle.recipients.begin(), bundle.recipients.end(),
                                      [&](const auto& row) { return row.recipient == identity.recipient(); });
    if (!lists_me || bundle.recipients.size() != stanzas) return fail(ErrorCode::integrity, "bundle.recipients");
    ROGATORY_TRY(const auto seen, seen_bundle_version(profile));
    if (bundle.version < seen) {
        return fail(Error{ErrorCode::integrity, "bundle.rolled_back"}
                        .with("version", std::to_string(bundle.version))
                        .with("seen", std::to_string(seen)));
    }
    ROGATORY_TRY_VOID(saw_bundle_version(profile, bundle.version));
    return bundle;
}

Bytes seal_bundle(const record::UserBundle& bundle) {
    std::vector<age::HybridRecipient> recipients;
    for (const auto& row : bundle.recipients) recipients.push_back(row.recipient);
    const auto text = bundle.encode();
    return age::seal(recipients, text.expose_secret_bytes(), crypto::system_random());
}

}  // namespace rogatory::agent
