#include "platform/record/kinds.hpp"

#include <array>

#include "platform/base/ensure.hpp"

namespace rogatory::record {
namespace {

using enum Kind;
using enum ChainKind;
using enum Signer;

// The signer tables of protocol.md, sections 3 and 4. tests/unit/platform tries every kind with every signer against
// this very table and against a copy of the protocol's words.
constexpr std::array<KindRow, 49> kTable{{
    {founded, "founded", party_register, first_custodian, true},
    {authority_added, "authority_added", party_register, root_custodian, false},
    {pinned, "pinned", party_register, root_custodian, false},
    {unpinned, "unpinned", party_register, root_custodian, false},
    {vouches_set, "vouches_set", party_register, root_custodian, false},
    {log_policy_set, "log_policy_set", party_register, root_custodian, false},
    {access_policy_set, "access_policy_set", party_register, root_custodian, false},
    {publisher_set, "publisher_set", party_register, root_custodian, false},
    {visa_set, "visa_set", party_register, authority_custodian, false},
    {invited, "invited", party_register, inviter, false},
    {member_added, "member_added", party_register, authority_custodian, false},
    {member_removed, "member_removed", party_register, authority_custodian, false},
    {role_changed, "role_changed", party_register, authority_custodian, false},
    {authority_rekeyed, "authority_rekeyed", party_register, authority_custodian, false},
    {member_rekeyed, "member_rekeyed", party_register, member_or_custodian, false},
    {recovery_set, "recovery_set", party_register, authority_custodian, false},
    {recovery_drilled, "recovery_drilled", party_register, authority_custodian, false},
    {recovery_approved, "recovery_approved", party_register, recovery_holder, false},
    {recovery_refused, "recovery_refused", party_register, authority_custodian, false},
    {authority_recovered, "authority_recovered", party_register, new_custodian, false},
    {opened, "opened", dossier, opener_officer, true},
    {entry, "entry", dossier, participant_officer, false},
    {granted, "granted", dossier, participant_officer, false},
    {epoch_started, "epoch_started", dossier, participant_officer, false},
    {revoked, "revoked", dossier, revoker, false},
    {policy_changed, "policy_changed", dossier, opener_officer, false},
    {closed, "closed", dossier, opener_officer, false},
    {reopened, "reopened", dossier, opener_officer, false},
    {approved, "approved", dossier, second_officer, false},
    {consented, "consented", dossier, owner_officer, false},
    {released, "released", dossier, owner_officer, false},
    {withdrawn, "withdrawn", dossier, owner_officer, false},
    {status, "status", dossier, participant_officer, false},
    {reminded, "reminded", dossier, participant_officer, false},
    {due_proposed, "due_proposed", dossier, participant_officer, false},
    {due_agreed, "due_agreed", dossier, participant_officer, false},
    {off_platform, "off_platform", dossier, participant_officer, false},
    {off_platform_confirmed, "off_platform_confirmed", dossier, participant_officer, false},
    {routing_disclosed, "routing_disclosed", dossier, participant_officer, false},
    {fetched, "fetched", receipts, reader_of_dossier, true},
    {opened_receipt, "opened_receipt", receipts, reader_of_dossier, false},
    {unreadable, "unreadable", receipts, reader_of_dossier, true},
    {focal_point_set, "focal_point_set", notices, publisher_officer, true},
    {law_entry_set, "law_entry_set", notices, publisher_officer, true},
    {profile_set, "profile_set", notices, publisher_officer, true},
    {recommendation_set, "recommendation_set", notices, publisher_officer, true},
    {calendar_set, "calendar_set", notices, publisher_officer, true},
    {row_published, "row_published", notices, publisher_officer, true},
    {note, "note", casebook, casebook_officer, true},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < kTable.size(); ++i) {
        if (kTable[i].kind != static_cast<Kind>(i)) return false;
    }
    return kTable.back().kind == note;
}
static_assert(in_order(), "row(kind) indexes the table by the kind");

constexpr std::string_view kPrefix = "application/vnd.rogatory.";
constexpr std::string_view kSuffix = ".v1+json";

constexpr std::array<std::string_view, 15> kSigners{"first_custodian",   "root_custodian",      "authority_custodian",
                                                    "inviter",           "member_or_custodian", "recovery_holder",
                                                    "new_custodian",     "opener_officer",      "participant_officer",
                                                    "revoker",           "second_officer",      "owner_officer",
                                                    "reader_of_dossier", "publisher_officer",   "casebook_officer"};
constexpr std::array<std::string_view, 5> kChains{"register", "dossier", "receipts", "notices", "casebook"};

}  // namespace

std::span<const KindRow> kind_table() noexcept { return kTable; }
const KindRow& row(Kind kind) noexcept { return kTable[static_cast<std::size_t>(kind)]; }
std::string_view to_text(ChainKind kind) noexcept { return kChains[static_cast<std::size_t>(kind)]; }
std::string_view to_text(Signer signer) noexcept { return kSigners[static_cast<std::size_t>(signer)]; }

std::string payload_type(Kind kind) { return std::string{kPrefix}.append(row(kind).name).append(kSuffix); }

std::optional<Kind> kind_of(std::string_view payload_type) noexcept {
    if (!payload_type.starts_with(kPrefix) || !payload_type.ends_with(kSuffix) ||
        payload_type.size() < kPrefix.size() + kSuffix.size()) {
        return std::nullopt;
    }
    const auto name = payload_type.substr(kPrefix.size(), payload_type.size() - kPrefix.size() - kSuffix.size());
    for (const auto& candidate : kTable) {
        if (candidate.name == name) return candidate.kind;
    }
    return std::nullopt;
}

}  // namespace rogatory::record
