#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

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

    // Files whose deletion the append decided; to be done once it is durable.
    [[nodiscard]] bool deletes() const noexcept { return deletes_; }

private:
    Result<Stored> take(const record::SignedStatement& statement);
    Result<Tie> tie_of_author(const record::SignedStatement& statement, record::ChainKind kind) const;
    [[nodiscard]] const Membership* membership_of(const record::Author& author) const;
    Result<> check_seen(const record::Seen& seen) const;
    Result<> check_place(const record::SignedStatement& statement, const std::optional<ports::ChainRow>& chain,
                         record::ChainKind kind) const;
    Result<record::Outcome> apply(const record::SignedStatement& statement, record::ChainKind kind, std::uint64_t index,
                                  ChainState& state) const;
    [[nodiscard]] ChainState state_before(const record::SignedStatement& statement, record::ChainKind kind) const;
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
