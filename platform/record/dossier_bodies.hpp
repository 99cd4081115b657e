#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/age/hybrid.hpp"
#include "platform/base/time.hpp"
#include "platform/model/ids.hpp"
#include "platform/model/party.hpp"
#include "platform/model/policy.hpp"
#include "platform/record/request_bodies.hpp"

// The bodies of the statements of a dossier chain and of its receipt side chains. `sealed` is the SHA-256 of a sealed
// body (sealed_body.hpp), an age file to the recipient of the epoch in which the statement stands; it travels with it.
namespace rogatory::record {

enum class DossierKind : std::uint8_t { share, request, library, internal };
[[nodiscard]] std::string_view to_text(DossierKind kind) noexcept;

// A grant file of one epoch to one authority's current generation.
struct GrantLine {
    model::PartyId party;
    model::AuthorityId authority;
    std::uint64_t generation = 0;
    model::Digest grant;  // SHA-256 of the age file

    [[nodiscard]] model::AuthorityRef to() const { return {party, authority}; }
    friend bool operator==(const GrantLine&, const GrantLine&) = default;
};

// An epoch with all its grants: exactly one for each participant, sorted by Party and authority.
struct NewEpoch {
    std::uint64_t epoch = 0;  // the last one plus 1
    age::HybridRecipient recipient;
    std::vector<GrantLine> grants;
    friend bool operator==(const NewEpoch&, const NewEpoch&) = default;
};

struct Opened {
    DossierKind kind{};
    model::HandlingPolicy policy;
    NewEpoch epoch;  // 1; its grants name the participants, the opener among them
    std::optional<model::Digest> sealed;
    friend bool operator==(const Opened&, const Opened&) = default;
};

struct AttachmentLine {
    model::AttachmentId id;
    std::uint64_t size = 0;  // of the age file
    model::Digest sha256;    // of the age file
    model::Digest commit;    // SHA-256(salt ‖ canonical {name, sha256, size, type}) of the plain file
    friend bool operator==(const AttachmentLine&, const AttachmentLine&) = default;
};

struct Entry {
    std::uint64_t epoch = 0;
    model::StatementId basis;  // the last statement that changed participants, policy or epoch
    model::Digest sealed;
    std::vector<AttachmentLine> attachments;
    std::optional<model::HandlingPolicy> policy;  // of its own, stricter where it says so
    std::optional<Routing> routing;               // the first one of a request has it, no other
    friend bool operator==(const Entry&, const Entry&) = default;
};

struct Granted {
    model::PartyId party;
    model::AuthorityId authority;
    std::uint64_t generation = 0;
    model::StatementId basis;
    struct EpochGrant {
        std::uint64_t epoch = 0;
        model::Digest grant;
        friend bool operator==(const EpochGrant&, const EpochGrant&) = default;
    };
    std::vector<EpochGrant> grants;            // sorted by epoch
    std::vector<model::StatementId> consents;  // spent by this
    std::optional<model::Digest> sealed;

    [[nodiscard]] model::AuthorityRef to() const { return {party, authority}; }
    friend bool operator==(const Granted&, const Granted&) = default;
};

struct EpochStarted {
    NewEpoch epoch;
    model::StatementId policy;  // the statement that set the policy in force
    std::optional<model::Digest> sealed;
    friend bool operator==(const EpochStarted&, const EpochStarted&) = default;
};

struct Revoked {
    model::PartyId party;
    model::AuthorityId authority;
    NewEpoch epoch;  // without it
    std::optional<model::Digest> sealed;

    [[nodiscard]] model::AuthorityRef whom() const { return {party, authority}; }
    friend bool operator==(const Revoked&, const Revoked&) = default;
};

struct PolicyChanged {
    model::HandlingPolicy policy;
    NewEpoch epoch;
    std::optional<model::Digest> sealed;
    friend bool operator==(const PolicyChanged&, const PolicyChanged&) = default;
};

struct Closed {
    std::optional<model::Digest> sealed;
    friend bool operator==(const Closed&, const Closed&) = default;
};

struct Reopened {
    std::optional<model::Digest> sealed;
    friend bool operator==(const Reopened&, const Reopened&) = default;
};

// A second officer's visa on one entry.
struct Approved {
    model::StatementId entry;
    model::Digest digest;  // the entry's `sealed`
    friend bool operator==(const Approved&, const Approved&) = default;
};

// An owner's consent that what it authored in these epochs, up to a statement, be passed on to one authority.
struct Consented {
    std::vector<model::StatementId> entries;  // either these (statements of the owner that carry sealed content) …
    std::vector<std::uint64_t> epochs;        // … or all its statements of these epochs; exactly one is not empty
    model::StatementId up_to;                 // a statement of this chain; what came later is not covered
    model::PartyId party;                     // the recipient
    model::AuthorityId authority;
    UnixSeconds grant_before = 0;
    std::optional<UnixSeconds> access_until;
    std::optional<model::Digest> sealed;  // the purpose

    [[nodiscard]] model::AuthorityRef to() const { return {party, authority}; }
    friend bool operator==(const Consented&, const Consented&) = default;
};

// The owner sets the clear half of the policy in force for entries of its own anew; it may loosen it.
struct Released {
    std::vector<model::StatementId> entries;
    model::HandlingPolicy policy;
    std::optional<model::Digest> sealed;
    friend bool operator==(const Released&, const Released&) = default;
};

struct Withdrawn {
    std::vector<model::StatementId> entries;
    std::optional<model::Digest> sealed;  // the reason
    friend bool operator==(const Withdrawn&, const Withdrawn&) = default;
};

// --- receipts
// ---------------------------------------------------------------------------------------------------------

struct Fetched {
    model::ChainId dossier;
    std::vector<model::StatementId> entries;
    friend bool operator==(const Fetched&, const Fetched&) = default;
};

struct OpenedReceipt {
    model::ChainId dossier;
    std::vector<model::StatementId> entries;
    friend bool operator==(const OpenedReceipt&, const OpenedReceipt&) = default;
};

// What could not be read, and why in one word for programs.
enum class UnreadableReason : std::uint8_t { grant, sealed_body, attachment };

struct Unreadable {
    model::ChainId dossier;
    std::vector<model::StatementId> entries;
    UnreadableReason reason{};
    friend bool operator==(const Unreadable&, const Unreadable&) = default;
};

}  // namespace rogatory::record
