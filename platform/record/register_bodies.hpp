#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/age/hybrid.hpp"
#include "platform/base/time.hpp"
#include "platform/model/ids.hpp"
#include "platform/model/party.hpp"
#include "platform/record/enrolment_record.hpp"

// The bodies of a Party register's statements, one type a kind (docs/cryptographic-specification.md has the fields as a
// table). Aggregates: a client fills one and signs it; what was parsed is one too. Field names are the JSON's.
namespace rogatory::record {

using Recipient = age::HybridRecipient;

struct AuthorityDescription {
    model::AuthorityId id;
    model::AuthorityKind kind{};
    model::DisplayName name;
    friend bool operator==(const AuthorityDescription&, const AuthorityDescription&) = default;
};

// A further generation of an authority's identity.
struct NewGeneration {
    std::uint64_t generation = 0;  // the last one plus 1
    Recipient recipient;
    friend bool operator==(const NewGeneration&, const NewGeneration&) = default;
};

struct Founded {
    model::PartyCode code;
    model::DisplayName name;
    std::string log_policy;          // a C2SP tlog-policy file of one log and one flat group
    AuthorityDescription authority;  // the root authority
    Recipient recipient;             // its generation 1
    model::Digest keyring;           // SHA-256 of the keyring file
    model::MemberId member;          // the first custodian
    model::DisplayName display_name;
    model::VerifyKey key;  // signs this statement
    Recipient member_recipient;
    struct Succeeds {
        model::PartyId party;      // the old founded id
        std::string note_verbale;  // its reference, up to 200 bytes
        friend bool operator==(const Succeeds&, const Succeeds&) = default;
    };
    std::optional<Succeeds> succeeds;
    friend bool operator==(const Founded&, const Founded&) = default;
};

struct AuthorityAdded {
    AuthorityDescription authority;
    SignedRecord record;  // of its first custodian; carries generation 1 and the digest of its keyring
    friend bool operator==(const AuthorityAdded&, const AuthorityAdded&) = default;
};

// On what a Party pins another by a statement of its own. (What the Registry's list vouches for needs none: pin_basis.)
enum class PinSource : std::uint8_t { note_verbale };

struct Pinned {
    model::PartyCode code;
    model::PartyId party;
    PinSource basis{};
    bool accepts_vouches = false;  // "accept the list of this Party (the Registry)"
    friend bool operator==(const Pinned&, const Pinned&) = default;
};

struct Unpinned {
    model::PartyCode code;
    model::PartyId party;
    friend bool operator==(const Unpinned&, const Unpinned&) = default;
};

struct Vouch {
    model::PartyCode code;
    model::PartyId party;
    friend bool operator==(const Vouch&, const Vouch&) = default;
};

struct VouchesSet {
    std::vector<Vouch> vouches;  // the whole list, sorted by code, each code once
    friend bool operator==(const VouchesSet&, const VouchesSet&) = default;
};

struct LogPolicySet {
    std::string log_policy;
    friend bool operator==(const LogPolicySet&, const LogPolicySet&) = default;
};

// What the Party asks of its own people's sessions. The server enforces it; clients show it.
struct AccessPolicySet {
    std::optional<std::string> client_ca;     // PEM, up to 16 KiB: a client certificate is required
    std::vector<std::string> address_ranges;  // CIDR; empty: any
    bool native_only = false;
    bool passkey_refused = false;  // at most one of the two second factors
    bool totp_refused = false;
    std::uint64_t session_idle = 0;      // seconds, 1 to 900
    std::uint64_t session_absolute = 0;  // seconds, 1 to 43200
    bool export_refused = false;
    friend bool operator==(const AccessPolicySet&, const AccessPolicySet&) = default;
};

struct PublisherSet {
    model::AuthorityId authority;
    bool publisher = false;
    friend bool operator==(const PublisherSet&, const PublisherSet&) = default;
};

// What may leave an authority only from a draft that another of its officers has approved (the visa).
enum class VisaAct : std::uint8_t { request, reply, share };

// By a custodian of that authority. No act: the requirement is lifted.
struct VisaSet {
    model::AuthorityId authority;
    std::vector<VisaAct> acts;  // rising
    friend bool operator==(const VisaSet&, const VisaSet&) = default;
};

enum class InvitationPurpose : std::uint8_t {
    member,     // a new member of an authority that exists
    authority,  // the first custodian of one that does not exist yet
    rekey,      // a member who lost his keys, or whose keys are compromised
};

struct Invited {
    model::InvitationId invitation;
    InvitationPurpose purpose{};
    model::AuthorityId authority;
    model::MemberId member;
    model::Role role{};
    bool service = false;
    UnixSeconds not_after = 0;
    model::Digest commit;  // SHA-256 of the MAC key
    friend bool operator==(const Invited&, const Invited&) = default;
};

struct MemberAdded {
    SignedRecord record;
    model::Digest keyring;
    friend bool operator==(const MemberAdded&, const MemberAdded&) = default;
};

struct MemberRemoved {
    model::AuthorityId authority;
    model::MemberId member;
    NewGeneration next;
    model::Digest keyring;
    friend bool operator==(const MemberRemoved&, const MemberRemoved&) = default;
};

struct RoleChanged {
    model::AuthorityId authority;
    model::MemberId member;
    model::Role role{};
    friend bool operator==(const RoleChanged&, const RoleChanged&) = default;
};

struct AuthorityRekeyed {
    model::AuthorityId authority;
    NewGeneration next;
    model::Digest keyring;
    friend bool operator==(const AuthorityRekeyed&, const AuthorityRekeyed&) = default;
};

enum class RekeyReason : std::uint8_t { rotated, lost, compromised };

struct MemberRekeyed {
    RekeyReason reason{};
    SignedRecord record;                // names member, authority and (lost, compromised) the invitation
    std::optional<NewGeneration> next;  // exactly for lost and compromised
    model::Digest keyring;
    friend bool operator==(const MemberRekeyed&, const MemberRekeyed&) = default;
};

struct RecoveryShare {
    struct Holder {
        model::AuthorityId authority;
        model::MemberId member;
        friend auto operator<=>(const Holder&, const Holder&) = default;
        friend bool operator==(const Holder&, const Holder&) = default;
    };
    std::optional<Holder> holder;       // absent: printed, in a sealed envelope (at most one)
    std::optional<model::Digest> file;  // SHA-256 of the age file to the holder; exactly with a holder
    model::Digest share;                // SHA-256 of the share itself
    friend bool operator==(const RecoveryShare&, const RecoveryShare&) = default;
};

struct RecoverySet {
    model::AuthorityId authority;
    Recipient recipient;
    std::uint64_t threshold = 0;  // k
    std::vector<RecoveryShare> shares;
    model::Digest keyring;  // the keyring file, now also to the recovery recipient
    friend bool operator==(const RecoverySet&, const RecoverySet&) = default;
};

// The recovery identity was put together from k shares, compared and thrown away again.
struct RecoveryDrilled {
    model::AuthorityId authority;
    model::StatementId recovery_set;
    friend bool operator==(const RecoveryDrilled&, const RecoveryDrilled&) = default;
};

struct RecoveryApproved {
    model::AuthorityId authority;
    model::Digest record;  // of the enrolment record approved
    model::Digest share;   // SHA-256 of the holder's share, as an age file to the record's recipient
    friend bool operator==(const RecoveryApproved&, const RecoveryApproved&) = default;
};

struct RecoveryRefused {
    model::AuthorityId authority;
    model::Digest record;
    friend bool operator==(const RecoveryRefused&, const RecoveryRefused&) = default;
};

struct AuthorityRecovered {
    SignedRecord record;
    NewGeneration next;
    model::Digest keyring;
    struct Reference {
        model::StatementId approval;
        std::string checkpoint;  // the cosigned checkpoint (a signed note) that first covered it
        friend bool operator==(const Reference&, const Reference&) = default;
    };
    std::vector<Reference> refs;
    friend bool operator==(const AuthorityRecovered&, const AuthorityRecovered&) = default;
};

}  // namespace rogatory::record
