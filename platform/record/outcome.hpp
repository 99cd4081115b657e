#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "platform/base/result.hpp"
#include "platform/model/ids.hpp"
#include "platform/model/party.hpp"

namespace rogatory::record {

// What a statement does once it stands in its chain (protocol.md, section 2). The server refuses to append what would
// not be effective; a client that finds such a statement in a chain shows it.
enum class Verdict : std::uint8_t {
    effective,
    void_,        // well formed and signed by the key it names, but its author or content may not: keeps its seq, does
                  // nothing
    broken,       // the chain itself does not hold: stop it, keep the evidence, alarm
    unsupported,  // this program is too old to judge it; it stops here without an alarm
};

// What an effective statement changes, for those who keep indexes beside the chains.
struct ChainStarted {};
struct AuthorityCreated {
    model::AuthorityId authority;
};
struct MemberAdmitted {
    model::AuthorityId authority;
    model::MemberId member;
    model::Role role;
};
struct MemberLeft {
    model::AuthorityId authority;
    model::MemberId member;
};  // ends his sessions
struct MemberKeyChanged {
    model::AuthorityId authority;
    model::MemberId member;
};
struct RoleSet {
    model::AuthorityId authority;
    model::MemberId member;
    model::Role role;
};
struct GenerationStarted {
    model::AuthorityId authority;
    std::uint64_t generation;
};
struct InvitationMade {
    model::InvitationId invitation;
};
struct InvitationSpent {
    model::InvitationId invitation;
};
struct PinChanged {
    model::PartyCode code;
};
struct LogPolicyChanged {};
struct AccessPolicyChanged {};
struct ReaderAdmitted {
    model::AuthorityRef authority;
    bool participant;
};  // of a dossier; else of past epochs only
struct ReaderRemoved {
    model::AuthorityRef authority;
};
struct EpochBegun {
    std::uint64_t epoch;
};
struct EntryAdded {};
struct EntriesWithdrawn {
    std::vector<model::StatementId> entries;
};  // their blobs are deleted and leave a tombstone
struct DossierClosed {};
struct DossierReopened {};
struct RequestChanged {};  // where it stands, or by when
struct ReceiptsAdded {};
struct NoticesChanged {};
struct NoteAdded {};
using Effect =
    std::variant<ChainStarted, AuthorityCreated, MemberAdmitted, MemberLeft, MemberKeyChanged, RoleSet,
                 GenerationStarted, InvitationMade, InvitationSpent, PinChanged, LogPolicyChanged, AccessPolicyChanged,
                 ReaderAdmitted, ReaderRemoved, EpochBegun, EntryAdded, EntriesWithdrawn, DossierClosed,
                 DossierReopened, RequestChanged, ReceiptsAdded, NoticesChanged, NoteAdded>;

// The judgment of one statement at its place. `reason` is the key of a message ("void.not_custodian", …), the same in
// the server's refusal and on the client's screen; empty when effective.
struct Outcome {
    Verdict verdict = Verdict::effective;
    std::string reason;
    std::vector<Effect> effects;

    [[nodiscard]] bool effective() const noexcept { return verdict == Verdict::effective; }
    // The server's refusal: forbidden for what is void, invalid_input or conflict for what breaks the chain.
    [[nodiscard]] Error refusal() const;

    [[nodiscard]] static Outcome ok() { return {}; }
    [[nodiscard]] static Outcome make_void(std::string_view reason);
    [[nodiscard]] static Outcome make_broken(std::string_view reason);
    [[nodiscard]] static Outcome make_unsupported();
};

// Where a chain stands: what the next statement must name.
struct Head {
    std::uint64_t length = 0;                // statements so far; the next one's seq
    std::optional<model::StatementId> last;  // the next one's prev
    model::LogIndex index = 0;               // of the last one
};

}  // namespace rogatory::record
