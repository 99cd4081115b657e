#include "platform/service/append.hpp"

#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/succession.hpp"
#include "crypto/verified_ahead.hpp"
#include "platform/base/try.hpp"
#include "platform/service/append_job.hpp"
#include "platform/service/session_start.hpp"

namespace rogatory::service {

namespace {

// Verifies on this thread, of which there are many, what the judge will ask on the writer's, of which there is one.
// Nothing is decided here.
void verify_before(Context& context, const ParsedAppend& append) {
    context.store.read([&](const ports::Repositories& repositories) {
        const ChainStates registers{context.chains, repositories};
        for (const auto& statement : append.statements) {
            const auto& said = statement.statement();
            const auto& envelope = statement.envelope();
            const auto* const party = registers.by_chain(said.author.register_chain);
            const auto* const key = party == nullptr ? nullptr : party->key_ever(said.author.member, said.author.key);
            if (key == nullptr) break;
            crypto::verify_ahead(*key, as_bytes(envelope.pre_authentication_encoding()), envelope.signature);
            const tlog::Checkpoint seen{context.log_key.name(), {said.seen.size, said.seen.root}, {}};
            crypto::verify_ahead(context.log_key.key(), as_bytes(seen.text()), said.seen.signature);
        }
        return true;
    });
}

// Rules that somebody would have set from outside: into the trail of the Party whose they are. By value alone, since it
// may run when the context is gone.
void note_not_set(Context& context, const Principal& principal, ports::ChainId whose, std::string why) {
    constexpr Throttle::Limit kLines{20, 1};
    if (!context.throttle.allows("refused-rules", principal.user_name(), kLines)) return;
    context.throttle.count("refused-rules", principal.user_name(), kLines);
    context.store.write_behind([at = context.time.now(), name = principal.user_name(), whose,
                                why = std::move(why)](ports::Repositories& repositories) {
        repositories.journal().audit({0, at, name, "access.refused_from_outside", why, "done",
                                      Context::concerns_of(repositories, whose, std::nullopt)});
    });
}

}  // namespace

Result<std::vector<Appended>> prove(Context& context, const std::vector<AppendJob::Stored>& stored) {
    return context.store.read([&](const ports::Repositories& repositories) -> Result<std::vector<Appended>> {
        std::vector<Appended> proven;
        for (const auto& one : stored) {
            const auto& newest = repositories.log();
            // Sent again after a successor was founded: it stands in the log that it was taken into.
            const auto past = newest.past(tlog::log_of(one.index));
            ROGATORY_TRY(auto proof, (past ? *past : newest).proof(tlog::entry_of(one.index)));
            proven.push_back({one.id, one.index, std::move(proof)});
        }
        return proven;
    });
}

Result<std::vector<Appended>> Append::append(const Principal& principal, const AppendRequest& request) {
    // A session of another kind has no route here; the job asks once more for each statement.
    if (principal.barred() == nullptr) ROGATORY_TRY_VOID(permit(principal, Act::use_account));
    ROGATORY_TRY(const auto parsed, ParsedAppend::parse(context_.settings, request));
    const bool sets_rules =
        parsed.statements.size() == 1 && parsed.statements.front().kind() == record::Kind::access_policy_set;
    if (principal.barred() != nullptr && !sets_rules) return fail(ErrorCode::forbidden, principal.barred());
    // Who takes an authority over becomes its custodian by this very statement, and may append no other before.
    auto memberships = principal.memberships();
    if (parsed.statements.size() == 1 && parsed.statements.front().kind() == record::Kind::authority_recovered) {
        for (const auto& candidacy : principal.candidacies()) {
            memberships.push_back({.register_chain = candidacy.register_chain,
                                   .party = candidacy.party,
                                   .party_code = candidacy.party_code,
                                   .authority = candidacy.authority,
                                   .member = candidacy.member,
                                   .role = Role::custodian});
        }
    }
    // Nor does a Party's rule keep anybody from setting it anew.
    const char* despite = nullptr;
    for (const auto& way : principal.ways_back()) {
        if (!sets_rules) break;
        memberships.push_back(way.membership);
        if (way.membership.register_chain == parsed.statements.front().statement().author.register_chain) {
            despite = way.barred;
        }
    }
    if (const auto standing = standing_already(context_, memberships, parsed)) return prove(context_, *standing);
    ROGATORY_TRY_VOID(require_step_up(principal, parsed));
    const Appender appender{principal.user_name(),
                            principal.scope(),
                            principal.kind(),
                            memberships,
                            std::nullopt,
                            principal.session(),
                            false,
                            principal.circumstances()};
    verify_before(context_, parsed);
    bool deletes = false;
    const auto stored = write_append(context_, [&](ports::Repositories& repositories) {
        AppendJob job{context_, repositories, appender, parsed};
        auto done = job.run();
        deletes = job.deletes();
        if (done && despite != nullptr && !done->front().again) {
            const auto& whose = parsed.statements.front().statement().author.register_chain;
            context_.audit(repositories, principal.user_name(), "access.set_from_outside", despite,
                           Context::concerns_of(repositories, whose, std::nullopt));
        }
        return done;
    });
    if (!stored) {
        if (despite != nullptr) {
            note_not_set(context_, principal, parsed.statements.front().statement().author.register_chain,
                         stored.error().key());
        }
        return fail(stored.error());
    }
    if (deletes) delete_withdrawn(context_);
    return prove(context_, *stored);
}

}  // namespace rogatory::service
