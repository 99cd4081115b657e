#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "crypto/tlog/entry.hpp"
#include "platform/ports/store.hpp"
#include "platform/record/outcome.hpp"
#include "platform/record/peek.hpp"
#include "platform/record/statement.hpp"
#include "platform/service/access.hpp"
#include "platform/service/append.hpp"
#include "platform/service/chain_cache.hpp"
#include "platform/service/context_state.hpp"

namespace rogatory::service {

// An append taken apart, before any transaction: every envelope parsed, every blob what its digest says.
struct ParsedAppend {
    std::vector<record::SignedStatement> statements;
    std::map<model::Digest, const Bytes*> blobs;  // into the request, which must outlive this

    [[nodiscard]] static Result<ParsedAppend> parse(const Settings& settings, const AppendRequest& request);
};

// Who appends. A founder has no account yet and may write one register that does not exist before.
struct Appender {
    std::string actor;
    Scope scope{Scope::full};
    AccountKind kind{AccountKind::member};
    const std::vector<Membership>& memberships;
    struct Founding {
        std::int64_t party{};
        std::string code;
        std::optional<model::MemberId> member;
    };
    std::optional<Founding> founding;
    std::optional<ports::SessionId> session{};  // by which he appends
    bool restoring{false};                      // nobody: what stood there before comes back
    Circumstances circumstances{};              // how he comes
};

// One append within a write. Nothing of it stands unless all of it does.
class AppendJob {
public:
    AppendJob(Context& context, ports::Repositories& repositories, const Appender& appender, const ParsedAppend& append)
        : context_{context},
          repositories_{repositories},
          appender_{appender},
          append_{append},
          states_{context.chains, repositories} {}

    struct Stored {
        model::StatementId id;
        std::uint64_t index{};
        bool again{false};  // it was there before
    };
    [[nodiscard]] Result<std::vector<Stored>> run();

    // A statement that stood in this log before an older copy was put in its place (protocol §5), at its old index. The
    // log's own signature vouches that it was checked then: who it is from, whether it may be there and what it names
    // hold by its replay; sessions, clocks and quotas are not asked again. Its age files are taken from what was
    // brought back, and noted as lost otherwise. `root_of` is the log's root at a size up to this index.
    using RootOf = std::function<model::Digest(std::uint64_t)>;
    [[nodiscard]] Result<> restore(const record::SignedStatement& statement, const tlog::Entry& entry,
                                   const RootOf& root_of);

    // Files whose deletion the append decided; to be done once it is durable.
    [[nodiscard]] bool deletes() const noexcept { return deletes_; }

private:
    Result<Stored> take(const record::SignedStatement& statement);
    Result<Tie> tie_of_author(const record::SignedStatement& statement, record::ChainKind kind) const;
    [[nodiscard]] const Membership* membership_of(const record::Author& author) const;
    Result<> check_seen(const record::Seen& seen) const;
    Result<> check_place(const record::SignedStatement& statement, const std::optional<ports::ChainRow>& chain,
                         record::ChainKind kind) const;
    Result<> check_clock(const record::SignedStatement& statement) const;
    Result<> check_access(const record::SignedStatement& statement) const;
    Result<std::uint64_t> store(const record::SignedStatement& statement, const std::optional<ports::ChainRow>& chain,
                                record::ChainKind kind);
    [[nodiscard]] Result<std::int64_t> party_to_restore(const record::Founded& founded);
    void leave_lost(const model::ChainId& chain, const record::Dossier::Item& item);
    void note_lost(const record::Statement& statement, const model::Digest& sha256,
                   std::optional<model::AttachmentId> attachment = std::nullopt);
    [[nodiscard]] bool restoring() const noexcept { return appender_.restoring; }
    // Of a chain that this statement begins.
    [[nodiscard]] ChainState first_state(const record::SignedStatement& statement, record::ChainKind kind) const;
    Result<> introduce(const record::Statement& statement, std::uint64_t index);
    Result<> take_blobs(const record::Statement& statement, const ChainState& after);
    Result<> take_attachments(const record::Statement& statement, const record::Needs& needs);
    Result<> check_room(const record::SignedStatement& statement) const;
    void install_credentials(const model::InvitationId& invitation);
    void end_recoveries(const model::ChainId& chain, const record::MemberAdmitted& admitted);
    Result<> found_party(const record::SignedStatement& statement);
    void carry_out(const record::SignedStatement& statement, const record::Outcome& outcome, const ChainState& after);
    void carry_out_register(const record::Outcome& outcome, const record::Register& after);
    void carry_out_dossier(const record::SignedStatement& statement, const record::Outcome& outcome,
                           const record::Dossier& after);

    Context& context_;
    ports::Repositories& repositories_;
    const Appender& appender_;
    const ParsedAppend& append_;
    ChainStates states_;
    std::set<model::Digest> used_blobs_;
    bool deletes_{false};
};

// Where all of it stands and is one of these memberships' own: sent once more after a time-out. It asks for nothing
// new, so that nothing more is asked of whoever sends it.
[[nodiscard]] std::optional<std::vector<AppendJob::Stored>> standing_already(Context& context,
                                                                             const std::vector<Membership>& memberships,
                                                                             const ParsedAppend& append);

// Runs the work of an append in a write. A checkpoint that shows this store to be behind is remembered then, in a write
// of its own: the refused one left nothing, and the next start must know.
template <class Work>
auto write_append(Context& context, Work&& work) {
    auto answer = context.store.write(std::forward<Work>(work));
    context.keep_ahead();
    return answer;
}

// The proofs of what was stored, under the newest signed checkpoint.
[[nodiscard]] Result<std::vector<Appended>> prove(Context& context, const std::vector<AppendJob::Stored>& stored);

// Deletes the files of withdrawn attachments and then says so in their rows, in this order: a crash between leaves a
// row that asks for it again.
void delete_withdrawn(Context& context);

}  // namespace rogatory::service
