#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "platform/base/time.hpp"
#include "platform/model/ids.hpp"
#include "platform/model/policy.hpp"
#include "platform/record/outcome.hpp"
#include "platform/record/register.hpp"
#include "platform/record/request_state.hpp"
#include "platform/record/statement.hpp"

namespace rogatory::record {

// A dossier chain, replayed statement by statement from `opened` (protocol.md, section 4). A value, like Register; it
// judges each statement by the registers as of its log index and remembers since when what was so.
class Dossier {
public:
    static constexpr std::size_t kMaxGrants = 700;
    static constexpr std::size_t kMaxAttachments = 1000;

    explicit Dossier(model::ChainId chain) : chain_{chain} {}

    // What the statement would do at log index `at`, which must be larger than the last one's. Changes nothing.
    [[nodiscard]] Outcome judge(const SignedStatement& statement, model::LogIndex at, const Registers& registers) const;
    // The same, and does it. After `broken` or `unsupported` the dossier stands still.
    Outcome apply(const SignedStatement& statement, model::LogIndex at, const Registers& registers);

    [[nodiscard]] const model::ChainId& chain() const noexcept { return chain_; }
    [[nodiscard]] const Head& head() const noexcept { return head_; }
    // False: statement 0 was void; nothing in this chain can ever take effect.
    [[nodiscard]] bool opened() const noexcept { return opened_; }
    [[nodiscard]] bool open() const noexcept { return open_; }

    // --- after `opened`
    // ------------------------------------------------------------------------------------------------
    [[nodiscard]] DossierKind kind() const noexcept { return kind_; }
    [[nodiscard]] const model::AuthorityRef& opener() const noexcept { return opener_; }
    [[nodiscard]] UnixSeconds opened_at() const noexcept { return opened_at_; }
    [[nodiscard]] const model::HandlingPolicy& policy() const noexcept { return policy_; }
    // The statement that set the policy in force (a grant's policy line names it; zeros when the grant is listed by
    // that very statement).
    [[nodiscard]] const model::StatementId& policy_statement() const noexcept { return policy_statement_; }
    // The last statement that changed participants, policy or epoch.
    [[nodiscard]] const model::StatementId& basis() const noexcept { return basis_; }

    // --- who reads
    // -----------------------------------------------------------------------------------------------------
    enum class Standing : std::uint8_t {
        none,         // never was let in, or was revoked
        past_reader,  // holds epochs, not the current one: reads and signs receipts for these, adds nothing
        participant,
    };
    [[nodiscard]] Standing standing(const model::AuthorityRef& who, model::LogIndex before = Register::now) const;
    [[nodiscard]] std::vector<model::AuthorityRef> participants() const;  // sorted
    [[nodiscard]] std::vector<model::AuthorityRef> readers() const;       // these and past readers, sorted
    [[nodiscard]] std::vector<model::AuthorityRef> ever_let_in() const;   // whoever is out again, too; sorted

    // --- epochs and grants -----------------------------------------------------------------------------------------
    struct Epoch {
        std::uint64_t number = 0;  // from 1
        Recipient recipient;
        model::StatementId started_by;
        model::AuthorityRef author;
        model::StatementId policy;  // in force when it began: what its grants' policy line says (see policy_line)
    };
    struct Grant {
        std::uint64_t epoch = 0;
        std::uint64_t generation = 0;
        model::Digest file;
        model::StatementId statement;
        model::LogIndex since = 0;
        std::optional<UnixSeconds> access_until;  // the consent it rests on gave it until then only
        std::optional<model::LogIndex> until;     // ended: revoked, or over
    };
    [[nodiscard]] const std::vector<Epoch>& epochs() const noexcept { return epochs_; }  // [0] is epoch 1
    [[nodiscard]] const Epoch& epoch() const;                                            // the current one
    // The grants an authority has now, by epoch. What a revocation ended is gone.
    [[nodiscard]] std::vector<Grant> grants(const model::AuthorityRef& to) const;
    [[nodiscard]] bool holds(const model::AuthorityRef& who, std::uint64_t epoch,
                             model::LogIndex before = Register::now) const;
    // A consent let it in until then: as a participant, or (past reader) to the last grant it holds. What is over ends
    // with the next epoch; a server serves nothing after it.
    [[nodiscard]] std::optional<UnixSeconds> access_until(const model::AuthorityRef& who) const;
    // What the `# policy:` line of a grant of that epoch, listed by that statement, must say.
    [[nodiscard]] model::StatementId policy_line(std::uint64_t epoch, const model::StatementId& listed_by) const;

    // Why nothing may be sealed to the current epoch before `epoch_started` (or `revoked`) is appended.
    enum class Stale : std::uint8_t {
        no,
        generation,      // a participant has a newer generation than its grant: somebody left
        author_left,     // whoever made the epoch is no participant any more and knows its key
        access_expired,  // a consent's `access_until` has passed
    };
    // `at` is the time the next statement will bear.
    [[nodiscard]] Stale stale(const Registers& registers, UnixSeconds at, model::LogIndex before = Register::now) const;
    // The participants a new epoch must be granted to at that time, at their current generations.
    [[nodiscard]] std::vector<model::AuthorityRef> next_audience(UnixSeconds at) const;

    // --- content
    // ------------------------------------------------------------------------------------------------------- A
    // statement that carries sealed content: an entry, or another with `sealed`. Its author's authority owns it.
    struct Item {
        model::StatementId id;
        std::uint64_t seq = 0;
        model::LogIndex index = 0;
        Kind kind{};
        std::uint64_t epoch = 0;
        model::AuthorityRef owner;
        model::MemberId author;
        UnixSeconds at = 0;
        model::Digest sealed;
        model::HandlingPolicy in_force;  // the stricter of the dossier's and its own, unless its owner released it
        bool stale = false;              // sealed to a stale epoch: shown with a warning
        bool withdrawn = false;
        std::vector<model::MemberId> approved_by;
        std::vector<AttachmentLine> attachments;
    };
    [[nodiscard]] const std::vector<Item>& items() const noexcept { return items_; }  // in order of seq
    [[nodiscard]] const Item* item(const model::StatementId& id) const;

    // --- of a request
    // ---------------------------------------------------------------------------------------------------- Nothing:
    // another kind of dossier, or not sent yet.
    [[nodiscard]] const std::optional<RequestState>& request() const noexcept { return request_; }

    struct Consent {
        model::StatementId id;
        model::AuthorityRef owner;
        Consented body;
        std::uint64_t up_to_seq = 0;
        bool spent = false;
    };
    [[nodiscard]] std::vector<Consent> consents() const;
    [[nodiscard]] const Consent* consent(const model::StatementId& id) const;

    // The owners whose consent a grant of these epochs by `granter` to `to` needs: of every entry they open, and the
    // opener for the audience itself. An error when no consent would do (forbidden, the same "void.…" reason the judge
    // gives). What `rogatory grant` asks before it signs.
    [[nodiscard]] Result<std::vector<model::AuthorityRef>> consents_needed(
        const model::AuthorityRef& granter, const model::AuthorityRef& to,
        const std::vector<std::uint64_t>& epochs) const;
    // Whether the consent names everything of its owner that a grant of these epochs would open.
    [[nodiscard]] bool covers(const Consent& consent, const std::vector<std::uint64_t>& epochs) const;

private:
    friend class DossierJudge;

    struct Reader {
        struct Change {
            model::LogIndex at;
            Standing standing;
        };
        std::vector<Change> changes;
        std::vector<Grant> grants;                // ever
        std::optional<UnixSeconds> access_until;  // of a participant that a consent let in

        [[nodiscard]] Standing now() const noexcept {
            return changes.empty() ? Standing::none : changes.back().standing;
        }
    };

    model::ChainId chain_;
    Head head_;
    bool stopped_ = false;
    bool opened_ = false;
    bool open_ = false;
    bool ever_revoked_ = false;
    DossierKind kind_{};
    model::AuthorityRef opener_;
    UnixSeconds opened_at_ = 0;
    model::HandlingPolicy policy_;
    model::StatementId policy_statement_;
    model::StatementId basis_;
    std::vector<Epoch> epochs_;
    std::map<model::AuthorityRef, Reader> readers_;
    std::vector<Item> items_;
    std::map<model::StatementId, std::size_t> item_by_id_;
    std::map<model::StatementId, std::uint64_t> seq_by_id_;
    std::map<model::StatementId, Consent> consents_;
    std::optional<RequestState> request_;
    std::set<model::AttachmentId> attachment_ids_;
    std::set<model::Digest> files_;  // listed by effective statements
};

}  // namespace rogatory::record
