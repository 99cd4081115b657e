#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/age/hybrid.hpp"
#include "crypto/primitives/ed25519.hpp"
#include "crypto/secret.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/model/ids.hpp"

// The plaintexts of the age files that hold identities (protocol.md, section 1): exact grammars, LF only, any other
// byte refused, so that encode(parse(text)) == text. None is ever handed to stock age as it came: an identity file may
// name a plug-in program, and age runs it. Errors: integrity "grant.malformed" | "keyring.malformed" |
// "bundle.malformed".
namespace rogatory::record {

// A signing key as these files and a service's key file write it: 64 hexadecimal digits of its seed. Nothing: it is
// none.
[[nodiscard]] std::optional<crypto::Ed25519Seed> parse_seed(std::string_view text);

// One epoch's identity of a dossier, for one authority.
//
//   # rogatory/v1/grant
//   # chain: <64 hex>
//   # epoch: <n>
//   # authority: <32 hex>
//   # generation: <n>
//   # policy: <64 hex>
//   AGE-SECRET-KEY-PQ-1…
struct GrantFile {
    model::ChainId chain;
    std::uint64_t epoch = 0;
    model::AuthorityId authority;
    std::uint64_t generation = 0;
    model::StatementId policy;  // Dossier::policy_line
    age::HybridIdentity identity;

    [[nodiscard]] static Result<GrantFile> parse(ByteView plaintext);
    [[nodiscard]] crypto::SecretText encode() const;

    // Every line equals what the statement says, and the identity derives the epoch's recipient. integrity
    // "grant.mismatch".
    struct Expected {
        model::ChainId chain;
        std::uint64_t epoch = 0;
        model::AuthorityId authority;
        std::uint64_t generation = 0;
        model::StatementId policy;
        age::HybridRecipient recipient;
    };
    [[nodiscard]] Result<> check(const Expected& expected) const;
};

// The identities of all generations of an authority, 1 to n in order.
//
//   # rogatory/v1/keyring
//   # authority: <32 hex>
//   # generation: 1
//   AGE-SECRET-KEY-PQ-1…
//   # generation: 2
//   …
struct KeyringFile {
    static constexpr std::size_t kMaxGenerations = 4096;

    model::AuthorityId authority;
    std::vector<age::HybridIdentity> generations;  // [0] is generation 1

    [[nodiscard]] static Result<KeyringFile> parse(ByteView plaintext);
    [[nodiscard]] crypto::SecretText encode() const;

    // Exactly these generations, each deriving its recipient. integrity "keyring.mismatch".
    [[nodiscard]] Result<> check(const model::AuthorityId& authority,
                                 const std::vector<age::HybridRecipient>& recipients) const;
};

// One person's memberships with their keys.
//
//   # rogatory/v1/bundle
//   # version: <n>
//   # recipient: unlock age1pq1…              who may open the bundle: what a client encrypts its next version to
//   # recipient: kit age1pq1…                 not of a service account, which has its key file alone
//   # recipient: passkey age1pq1…             any number, after a kit
//   # membership: <register 64 hex> <authority 32 hex> <member 32 hex>
//   # party: <64 hex>                         the Party's fingerprint; 64 zeros until a founder's `founded` is settled
//   # checkpoint: <size> <64 hex>             the lowest to accept
//   # signing-key: <64 hex>                   the Ed25519 seed
//   AGE-SECRET-KEY-PQ-1…                      the user identity
//   # membership: …                           any number, at least one
struct UserBundle {
    static constexpr std::size_t kMaxMemberships = 64;
    static constexpr std::size_t kMaxRecipients = 16;

    enum class RecipientUse : std::uint8_t { unlock, kit, passkey };
    struct BundleRecipient {
        RecipientUse use{};
        age::HybridRecipient recipient;
        friend bool operator==(const BundleRecipient&, const BundleRecipient&) = default;
    };
    struct Membership {
        model::ChainId register_chain;
        model::AuthorityId authority;
        model::MemberId member;
        model::PartyId party;
        std::uint64_t checkpoint_size = 0;
        model::Digest checkpoint_root;
        crypto::Ed25519Seed signing_seed;
        age::HybridIdentity identity;
    };

    std::uint64_t version = 0;                // from 1, plus 1 with every write
    std::vector<BundleRecipient> recipients;  // one unlock; of a person then one kit, then passkeys
    std::vector<Membership> memberships;

    [[nodiscard]] static Result<UserBundle> parse(ByteView plaintext);
    [[nodiscard]] crypto::SecretText encode() const;
};

}  // namespace rogatory::record
