#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rogatory::record {

// What a chain is about. It follows from the kind of its statement 0.
enum class ChainKind : std::uint8_t { party_register, dossier, receipts, notices, casebook };

enum class Kind : std::uint8_t {
    // party register
    founded,
    authority_added,
    pinned,
    unpinned,
    vouches_set,
    log_policy_set,
    access_policy_set,
    publisher_set,
    visa_set,
    invited,
    member_added,
    member_removed,
    role_changed,
    authority_rekeyed,
    member_rekeyed,
    recovery_set,
    recovery_drilled,
    recovery_approved,
    recovery_refused,
    authority_recovered,
    // dossier
    opened,
    entry,
    granted,
    epoch_started,
    revoked,
    policy_changed,
    closed,
    reopened,
    approved,
    consented,
    released,
    withdrawn,
    // dossier of a request
    status,
    reminded,
    due_proposed,
    due_agreed,
    off_platform,
    off_platform_confirmed,
    routing_disclosed,
    // receipt side chain
    fetched,
    opened_receipt,
    unreadable,
    // notice board
    focal_point_set,
    law_entry_set,
    profile_set,
    recommendation_set,
    calendar_set,
    row_published,
    // casebook
    note,
};

// Who may sign a kind: the signer tables of protocol.md, sections 3 and 4, as data. What more a row asks (the state it
// needs, the ids that must match) is judged by Register, Dossier, Receipts, NoticeBoard and Casebook.
enum class Signer : std::uint8_t {
    first_custodian,      // the key that the statement itself introduces (`founded`)
    root_custodian,       // a custodian of the root authority
    authority_custodian,  // a custodian of the authority the body names
    inviter,              // that; for an authority that does not exist yet, a custodian of the root authority
    member_or_custodian,  // `member_rekeyed`: the member's old key (rotated), another custodian (lost, compromised)
    recovery_holder,      // a holder of the last `recovery_set`
    new_custodian,        // the key that the enrolment record introduces (`authority_recovered`)
    opener_officer,       // an officer of the opening authority
    participant_officer,  // an officer of a participant
    revoker,              // an officer of the opener; of a participant for itself or an authority of its Party
    second_officer,       // another officer of the authority that authored the entry
    owner_officer,        // an officer of the authority that authored the entry
    reader_of_dossier,    // any member of an authority that may read the dossier
    publisher_officer,    // an officer of an authority of the board's Party that is flagged publisher
    casebook_officer,     // an officer of the authority whose casebook it is
};

struct KindRow {
    Kind kind;
    std::string_view name;  // as in payloadType and the tables
    ChainKind chain;
    Signer signer;
    bool starts_chain;  // may be statement 0 (`founded` and `opened` must be)
};

// Every kind, in the order of the enumeration.
[[nodiscard]] std::span<const KindRow> kind_table() noexcept;
[[nodiscard]] const KindRow& row(Kind kind) noexcept;
[[nodiscard]] inline std::string_view to_text(Kind kind) noexcept { return row(kind).name; }
[[nodiscard]] std::string_view to_text(ChainKind kind) noexcept;
[[nodiscard]] std::string_view to_text(Signer signer) noexcept;

// "application/vnd.rogatory.<kind>.v1+json"
[[nodiscard]] std::string payload_type(Kind kind);
// Nothing: not a kind this program knows. (Version 2 of a known kind is an unknown kind.)
[[nodiscard]] std::optional<Kind> kind_of(std::string_view payload_type) noexcept;

}  // namespace rogatory::record
