#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "platform/base/time.hpp"
#include "platform/model/ids.hpp"
#include "platform/model/party.hpp"
#include "platform/record/log_policy.hpp"
#include "platform/record/outcome.hpp"
#include "platform/record/statement.hpp"

namespace rogatory::record {

// A Party register, replayed statement by statement from `founded` (protocol.md, section 3): the only membership list
// anyone may use.
//
// A value: copy it to try something out. It remembers its own past, so that every question may be asked "as of" a log
// index: a statement at index i is judged by what stood in the register before i. `now` is the state after everything
// applied so far.
class Register {
public:
    static constexpr model::LogIndex now = ~model::LogIndex{0};

    static constexpr std::size_t kMaxMembers = 500;  // of one authority
    static constexpr UnixSeconds kMaxInvitation = 14 * kDay;
    static constexpr UnixSeconds kRecoveryDelay = 72 * kHour;

    explicit Register(model::ChainId chain) : chain_{chain} {}

    // What the statement would do at log index `at`, which must be larger than the last one's. Changes nothing.
    [[nodiscard]] Outcome judge(const SignedStatement& statement, model::LogIndex at) const;
    // The same, and does it. After `broken` or `unsupported` the register stands still.
    Outcome apply(const SignedStatement& statement, model::LogIndex at);

    [[nodiscard]] const model::ChainId& chain() const noexcept { return chain_; }
    [[nodiscard]] const Head& head() const noexcept { return head_; }
    [[nodiscard]] bool founded() const noexcept { return party_.has_value(); }

    // --- after `founded` (ensured) -------------------------------------------------------------------------------
    [[nodiscard]] const model::PartyId& party() const;
    [[nodiscard]] const model::PartyCode& code() const;
    [[nodiscard]] const model::DisplayName& name() const;
    [[nodiscard]] const model::AuthorityId& root() const;
    [[nodiscard]] model::LogIndex founded_at() const;
    [[nodiscard]] const std::optional<Founded::Succeeds>& succeeds() const noexcept { return succeeds_; }

    // --- members ---------------------------------------------------------------------------------------------------
    struct Member {
        model::MemberId id;
        model::AuthorityId authority;
        model::DisplayName display_name;
        model::Role role{};
        bool service = false;
        model::VerifyKey key;
        Recipient recipient;
    };
    // As of that index; nothing: no member then.
    [[nodiscard]] std::optional<Member> member(const model::MemberId& id, model::LogIndex before = now) const;
    [[nodiscard]] std::vector<Member> members(const model::AuthorityId& authority, model::LogIndex before = now) const;
    [[nodiscard]] std::size_t custodians(const model::AuthorityId& authority, model::LogIndex before = now) const;
    // Any key the member ever had, by its SHA-256: a signature of a removed member is still his.
    [[nodiscard]] const model::VerifyKey* key_ever(const model::MemberId& id, const model::Digest& key) const;

    // --- authorities -------------------------------------------------------------------------------------------------
    struct Generation {
        std::uint64_t number = 0;  // from 1
        Recipient recipient;
        model::LogIndex since = 0;
    };
    struct Authority {
        AuthorityDescription description;
        model::LogIndex since = 0;
    };
    [[nodiscard]] std::vector<Authority> authorities(model::LogIndex before = now) const;  // root first
    [[nodiscard]] const Authority* authority(const model::AuthorityId& id, model::LogIndex before = now) const;
    // The current generation then; nullptr: no such authority then.
    [[nodiscard]] const Generation* generation(const model::AuthorityId& id, model::LogIndex before = now) const;
    // Every generation, in order from 1.
    [[nodiscard]] const std::vector<Generation>& generations(const model::AuthorityId& id) const;
    // SHA-256 of the keyring file in force then, and to how many recipients it is encrypted: the members, and the
    // recovery recipient once there is one.
    [[nodiscard]] std::optional<model::Digest> keyring(const model::AuthorityId& id,
                                                       model::LogIndex before = now) const;
    [[nodiscard]] std::vector<Recipient> keyring_recipients(const model::AuthorityId& id,
                                                            model::LogIndex before = now) const;
    [[nodiscard]] bool publisher(const model::AuthorityId& id, model::LogIndex before = now) const;
    // What may leave it only with a second officer's visa; rising.
    [[nodiscard]] std::vector<VisaAct> visa_acts(const model::AuthorityId& id, model::LogIndex before = now) const;

    struct Recovery {
        model::StatementId statement;
        Recipient recipient;
        std::uint64_t threshold = 0;
        std::vector<RecoveryShare> shares;
        bool drilled = false;
    };
    [[nodiscard]] std::optional<Recovery> recovery(const model::AuthorityId& id, model::LogIndex before = now) const;
    // Who would take over an authority that lost its custodians, by the holders' approvals under the set in force.
    struct Candidacy {
        model::Digest record;  // of the enrolment record
        struct Approval {
            model::MemberId holder;
            model::StatementId statement;
            model::LogIndex index = 0;
        };
        std::vector<Approval> approvals;  // one a holder, in log order
        bool refused = false;             // by a custodian of the authority
    };
    [[nodiscard]] std::vector<Candidacy> candidacies(const model::AuthorityId& authority) const;
    // A holder of the set in force is no custodian any more: it must be replaced by one with a new recovery identity.
    [[nodiscard]] bool recovery_outdated(const model::AuthorityId& id, model::LogIndex before = now) const;
    // Two custodians; or one, and a drilled recovery set all of whose holders are still custodians of this Party.
    // Before that its own client refuses `opened` and `entry`, and others warn before they seal to it.
    [[nodiscard]] bool live(const model::AuthorityId& id, model::LogIndex before = now) const;

    // --- pins and policies ---------------------------------------------------------------------------------------
    struct Pin {
        model::PartyCode code;
        model::PartyId party;
        bool accepts_vouches = false;
    };
    // What this Party pinned itself (by note verbale).
    [[nodiscard]] std::vector<Pin> pins(model::LogIndex before = now) const;
    // Parties whose list this one accepts, or once accepted: their registers are needed wherever its pins are asked
    // for.
    [[nodiscard]] const std::set<model::PartyId>& vouchers_ever() const noexcept { return vouchers_ever_; }
    [[nodiscard]] std::vector<Vouch> vouches(model::LogIndex before = now) const;
    [[nodiscard]] const LogPolicy& log_policy(model::LogIndex before = now) const;
    [[nodiscard]] std::optional<AccessPolicySet> access_policy(model::LogIndex before = now) const;

    // --- invitations -----------------------------------------------------------------------------------------------
    struct Invitation {
        Invited body;
        model::MemberId inviter;
        UnixSeconds made_at = 0;
        bool spent = false;
    };
    [[nodiscard]] const Invitation* invitation(const model::InvitationId& id) const;
    [[nodiscard]] std::vector<Invitation> invitations() const;  // in order of their ids, spent ones too

private:
    friend class RegisterJudge;

    // A value that changes at log indexes; asked "before i" it answers with the last change at a smaller index.
    template <class T>
    class Timeline {
    public:
        void set(model::LogIndex at, T value) { changes_.push_back({at, std::move(value)}); }
        [[nodiscard]] const T* before(model::LogIndex index) const {
            for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) {
                if (change->at < index) return &change->value;
            }
            return nullptr;
        }
        [[nodiscard]] bool empty() const noexcept { return changes_.empty(); }

    private:
        struct Change {
            model::LogIndex at;
            T value;
        };
        std::vector<Change> changes_;
    };

    struct KeysHeld {
        model::VerifyKey key;
        Recipient recipient;
        model::DisplayName display_name;
    };
    struct MemberHistory {
        model::AuthorityId authority;
        bool service = false;
        Timeline<bool> present;
        Timeline<model::Role> role;
        Timeline<KeysHeld> keys;
        std::vector<model::VerifyKey> all_keys;
    };
    struct AuthorityHistory {
        Authority authority;
        std::vector<Generation> generations;
        Timeline<model::Digest> keyring;
        Timeline<bool> publisher;
        Timeline<std::vector<VisaAct>> visa;
        Timeline<std::optional<Recovery>> recovery;
        std::set<model::MemberId> members;  // ever
    };
    struct Candidate {  // for an authority that is to be recovered: by digest of the enrolment record
        std::map<model::MemberId, std::pair<model::StatementId, model::LogIndex>> approvals;  // by holder
        bool refused = false;
    };

    model::ChainId chain_;
    Head head_;
    bool stopped_ = false;
    std::optional<model::PartyId> party_;
    std::optional<model::PartyCode> code_;
    std::optional<model::DisplayName> name_;
    std::optional<Founded::Succeeds> succeeds_;
    model::AuthorityId root_;
    model::LogIndex founded_at_ = 0;
    std::vector<model::AuthorityId> authority_order_;
    std::map<model::AuthorityId, AuthorityHistory> authorities_;
    std::map<model::MemberId, MemberHistory> members_;
    std::set<model::VerifyKey> used_keys_;
    std::set<model::Digest> used_recipients_;  // SHA-256 of each
    std::set<model::Digest> files_;            // listed by effective statements
    std::set<model::PartyId> vouchers_ever_;
    std::map<model::InvitationId, Invitation> invitations_;
    std::map<model::PartyCode, Timeline<std::optional<Pin>>> pins_;
    Timeline<std::vector<Vouch>> vouches_;
    Timeline<LogPolicy> log_policy_;
    Timeline<AccessPolicySet> access_policy_;
    std::map<std::pair<model::AuthorityId, model::Digest>, Candidate> candidates_;
};

// All registers one knows: the server's or a client's. Dossiers and receipts are judged by them.
class Registers {
public:
    virtual ~Registers() = default;
    // nullptr: not known.
    [[nodiscard]] virtual const Register* by_chain(const model::ChainId& chain) const = 0;
    [[nodiscard]] virtual const Register* by_party(const model::PartyId& party) const = 0;
};

// How a Party came to be trusted by another.
enum class PinBasis : std::uint8_t { own, note_verbale, vouched };

struct PinLookup {
    std::optional<PinBasis> basis;  // nothing: not pinned
    bool missing = false;           // it depends on a register nobody shows us: nothing may follow from it
};
[[nodiscard]] PinLookup look_up_pin(const Registers& registers, const Register& by, const model::PartyId& party,
                                    model::LogIndex before = Register::now);

// Whether `by` pins `party` as of that index: itself always; what it pinned by note verbale; what the list of a Party
// that it pinned with "accept the list" vouches for, unless it pinned another founded id for that code itself. Nothing:
// not pinned. (That the code of the pin is the code the Party founded with is checked, too.)
[[nodiscard]] std::optional<PinBasis> pin_basis(const Registers& registers, const Register& by,
                                                const model::PartyId& party, model::LogIndex before = Register::now);

}  // namespace rogatory::record
