#include <algorithm>

#include "crypto/encoding/hex.hpp"
#include "platform/agent/answer_check.hpp"
#include "platform/agent/draft_file.hpp"
#include "platform/agent/evidence.hpp"
#include "platform/agent/invited.hpp"
#include "platform/agent/refused.hpp"
#include "platform/agent/state.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {

std::string refused_name(const model::StatementId& id) { return "drafts/refused/" + model::to_hex(id); }

namespace {

constexpr std::string_view kSignedFolder = "drafts/signed";
constexpr std::string_view kRefusedFolder = "drafts/refused";
constexpr int kResends = 3;
constexpr int kRebases = 8;

// Named after its first statement.
std::string draft_name(const Package& package) {
    return std::string{kSignedFolder} + "/" + model::to_hex(package.statements.front().id());
}

// Answers about the moment, not about the statement.
bool is_unsettled(ErrorCode code) {
    return code == ErrorCode::unavailable || code == ErrorCode::unauthenticated || code == ErrorCode::too_many ||
           code == ErrorCode::storage_full || code == ErrorCode::precondition_failed;
}

// What this device wrote stays on it, as ciphertext: should the server be put back to an older copy, its statements
// come back from whoever has them, and so must the age files that they list (resubmit.cpp).
Result<> keep_blobs(Agent::State& state, const Package& package) {
    for (const auto& blob : package.blobs) {
        ROGATORY_TRY_VOID(state.environment.profile.save("blobs/" + encoding::hex_encode(blob.sha256), blob.data));
    }
    return {};
}

// Refused for what it is, says the server. The act is kept: should it stand some day all the same, that was a lie
// (ChainCopy finds it), and whoever signs at its place again is told that there is an earlier signature.
Result<> keep_refused(Agent::State& state, const std::string& name, const Package& package) {
    for (const auto& statement : package.statements) ROGATORY_TRY_VOID(remember_refused(state, statement));
    return state.environment.profile.remove(name);
}

constexpr std::string_view kNeedsFactor = "append.needs_factor";

Notice about(std::string_view key, const record::SignedStatement& statement) {
    return {std::string{key}, {{"kind", std::string{record::to_text(statement.kind())}}}};
}

// It may have arrived: it stays on this device, and goes out again from where its author is let in.
tl::unexpected<Error> it_waits(Agent::State& state, const Package& package, std::string_view why) {
    state.environment.observer.on_notice(about("draft.waits", package.statements.front()));
    return fail(ErrorCode::unavailable, "append.unsettled", std::string{why});
}

// Nothing was signed: what waits goes first.
tl::unexpected<Error> earlier_waits(Agent::State& state, const Package& earlier, std::string_view notice) {
    state.environment.observer.on_notice(about(notice, earlier.statements.front()));
    return fail(ErrorCode::unavailable, "append.earlier_waits");
}

}  // namespace

Result<> require_nothing_waits(Agent::State& state) {
    ROGATORY_TRY(const auto names, state.environment.profile.list(kSignedFolder));
    for (const auto& name : names) {
        ROGATORY_TRY(const auto stored, state.environment.profile.load(name));
        if (!stored) continue;
        ROGATORY_TRY(const auto package, decode_draft(*stored));
        return earlier_waits(state, package, "draft.waits");
    }
    return {};
}

Result<> remember_refused(Agent::State& state, const record::SignedStatement& statement) {
    const auto envelope = statement.encode();
    return state.environment.profile.save(refused_name(statement.id()), as_bytes(envelope));
}

namespace {

// Of those that are kept as refused: given up by the person, who is asked in other words than of what a server refused.
std::string given_up_name(const model::StatementId& id) { return "drafts/given_up/" + model::to_hex(id); }

// For good: it is not sent any more. That nothing of it stands nobody knows, so that it is kept like any that was
// refused.
Result<> give_up(Agent::State& state, const std::string& name, const Package& package) {
    auto& profile = state.environment.profile;
    for (const auto& statement : package.statements) {
        ROGATORY_TRY_VOID(remember_refused(state, statement));
        ROGATORY_TRY_VOID(profile.save(given_up_name(statement.id()), as_bytes(record::to_text(statement.kind()))));
    }
    return profile.remove(name);
}

}  // namespace

Result<> ask_about_refused(Agent::State& state, const record::Statement& next) {
    ROGATORY_TRY(const auto names, state.environment.profile.list(kRefusedFolder));
    for (const auto& name : names) {
        ROGATORY_TRY(const auto stored, state.environment.profile.load(name));
        if (!stored) continue;
        const auto refused = record::SignedStatement::parse(as_text(*stored));
        if (!refused || refused->statement().chain != next.chain || refused->statement().seq != next.seq) continue;
        ROGATORY_TRY(const auto given_up, state.environment.profile.load(given_up_name(refused->id())));
        const auto* const notice = given_up ? "draft.given_up_before" : "draft.refused_before";
        if (!state.environment.observer.confirm(about(notice, *refused))) {
            return fail(ErrorCode::conflict, "append.refused_before");
        }
    }
    return {};
}

namespace {

Result<std::vector<ports::remote::Appended>> post(ports::Server& server, const Package& package) {
    ports::remote::Append append;
    for (const auto& statement : package.statements) append.envelopes.push_back(to_bytes(statement.encode()));
    append.blobs = package.blobs;
    if (!package.invitation) return server.append(append);
    auto order = *package.invitation;
    order.append = std::move(append);
    return server.invite(order);
}

// The server's own words for taking nothing now, worth more to a reader than "no answer"; the draft stays all the same.
// "server.unreachable" is not among them: it is the client's, and the statement may have arrived.
bool tells_why_nothing_is_taken(std::string_view key) {
    return key.starts_with("log.") || key.starts_with("server.maintenance") || key.starts_with("server.read_only");
}

// The same bytes, a few times: an append is idempotent by id.
Result<> send(Agent::State& state, const Package& package) {
    for (int attempt = 1;; ++attempt) {
        auto answer = post(state.environment.server, package);
        if (answer) return check_answers(state, package.statements, *answer);
        const auto code = answer.error().code();
        if (code == ErrorCode::unavailable && attempt < kResends) continue;
        if (code == ErrorCode::unavailable && tells_why_nothing_is_taken(answer.error().key())) {
            return fail(std::move(answer).error());
        }
        // About the session. The same bytes go once more when the second factor was shown.
        if (answer.error().key() == "session.step_up") return fail(ErrorCode::unavailable, std::string{kNeedsFactor});
        // Neither yes nor no: an earlier sending may have arrived all the same.
        const bool may_have_arrived = attempt > 1 && code != ErrorCode::conflict && !is_kept_out(answer.error());
        if (is_unsettled(code) || may_have_arrived) {
            return fail(ErrorCode::unavailable, "append.unsettled", answer.error().key());
        }
        return fail(std::move(answer).error());
    }
}

enum class Settled { stands, superseded };

// Whether the verified register says what became of a package that concerns nothing else: whoever is kept out reads no
// other chain.
Result<bool> register_tells(Agent::State& state, const Package& package) {
    const auto& reg = state.own().chain();
    const auto& all = package.statements;
    const bool alone =
        std::all_of(all.begin(), all.end(), [&](const auto& one) { return one.statement().chain == reg; });
    if (!alone) return false;
    ROGATORY_TRY_VOID(state.refresh(reg));
    const auto* copy = state.copy_of(reg);
    return copy != nullptr && all.front().statement().seq < copy->items().size();
}

// By which whoever is kept out lets himself in again.
bool sets_rules_alone(const Package& package) {
    return package.statements.size() == 1 && package.statements.front().kind() == record::Kind::access_policy_set;
}

// In a chain where an earlier statement waits nothing else is signed: the server may have that one, and would have two
// signatures for one place to choose from. Only rules that let him in again may be signed instead of what waits in the
// register, if the person says so: otherwise a State whose addresses changed might be shut out for good.
Result<> require_place(Agent::State& state, const Package& package) {
    ROGATORY_TRY(const auto names, state.environment.profile.list(kSignedFolder));
    for (const auto& name : names) {
        ROGATORY_TRY(const auto stored, state.environment.profile.load(name));
        if (!stored) continue;
        ROGATORY_TRY(const auto earlier, decode_draft(*stored));
        const auto meets = [&](const record::SignedStatement& one) {
            const auto& chain = one.statement().chain;
            return std::any_of(package.statements.begin(), package.statements.end(),
                               [&](const auto& next) { return next.statement().chain == chain; });
        };
        if (std::none_of(earlier.statements.begin(), earlier.statements.end(), meets)) continue;
        if (!sets_rules_alone(package)) return earlier_waits(state, earlier, "draft.waits");
        if (!state.environment.observer.confirm(about("draft.gives_way", earlier.statements.front()))) {
            return fail(ErrorCode::unavailable, "append.earlier_waits");
        }
        ROGATORY_TRY_VOID(give_up(state, name, earlier));
    }
    return {};
}

bool stands_in(const ChainCopy* copy, const record::SignedStatement& statement) {
    const auto seq = statement.statement().seq;
    return copy != nullptr && seq < copy->items().size() && copy->items()[seq].statement.id() == statement.id();
}

// What the verified chains say became of a package. integrity when they say neither: a conflict that is none, or a 201
// for what the log does not have.
Result<Settled> look_up(Agent::State& state, const Package& package, std::string_view if_neither) {
    for (const auto& statement : package.statements) {
        ROGATORY_TRY_VOID(state.refresh(statement.statement().chain));
    }
    ROGATORY_TRY_VOID(keep_to_promises(state));
    // They were appended together: the first decides, and what follows it stands where it stands.
    for (const auto& statement : package.statements) {
        const auto& content = statement.statement();
        const auto* copy = state.copy_of(content.chain);
        const bool there = copy != nullptr && content.seq < copy->items().size();
        if (stands_in(copy, statement)) continue;
        if (there && &statement == &package.statements.front()) return Settled::superseded;
        const auto envelope = statement.encode();
        return alarm(state.environment, std::string{if_neither}, {{"envelope", as_bytes(envelope)}});
    }
    return Settled::stands;
}

// Who is not let into a chain now reads nothing of it.
bool is_closed_to_him(const Error& error) {
    return error.code() == ErrorCode::forbidden || error.code() == ErrorCode::not_found;
}

enum class Logged { no, in_part, whole };

// Whether what is refused now stands all the same: an earlier sending may have arrived, and what became of its author
// since is no reason to call that a lie. The log, which he reads whatever is closed to him, has the entry or has not.
Result<Logged> logged(Agent::State& state, const Package& package) {
    ROGATORY_TRY_VOID(state.log.advance(state.environment));
    const auto stands = [&](const record::SignedStatement& one) {
        const auto places = state.log.places(one.statement().chain, one.statement().seq);
        return places.size() == 1 && places.front().id == one.id();
    };
    const auto& all = package.statements;
    if (std::all_of(all.begin(), all.end(), stands)) return Logged::whole;
    return std::any_of(all.begin(), all.end(), stands) ? Logged::in_part : Logged::no;
}

}  // namespace

Result<> settle_drafts(Agent::State& state) {
    ROGATORY_TRY(const auto names, state.environment.profile.list(kSignedFolder));
    for (const auto& name : names) {
        ROGATORY_TRY(const auto stored, state.environment.profile.load(name));
        if (!stored) continue;
        ROGATORY_TRY(const auto package, decode_draft(*stored));
        auto sent = send(state, package);
        if (!sent && is_kept_out(sent.error())) {
            // No answer about what was sent: it stays for when he is let in again, and nothing is signed at its place.
            ROGATORY_TRY(const bool told, register_tells(state, package));
            if (!told) continue;
            sent = {};
        }
        if (!sent && sent.error().key() == kNeedsFactor) {
            return earlier_waits(state, package, "draft.waits_for_factor");
        }
        // No answer, or one that does not hold: the bytes may stand in the log, so they stay here.
        if (!sent && (sent.error().code() == ErrorCode::unavailable || sent.error().code() == ErrorCode::integrity)) {
            return sent;
        }
        auto found = Logged::no;
        if (!sent && sent.error().code() != ErrorCode::conflict) {
            ROGATORY_TRY(found, logged(state, package));
            if (found == Logged::no) {
                ROGATORY_TRY_VOID(keep_refused(state, name, package));
                state.environment.observer.on_notice({"draft.refused", {{"key", sent.error().key()}}});
                continue;
            }
            sent = {};
        }
        const auto outcome = found == Logged::whole
                                 ? Result<Settled>{Settled::stands}
                                 : look_up(state, package, sent ? "append.not_logged" : "append.lying_conflict");
        // It stands, says the server, in what he may not read now: he looks when he may.
        if (!outcome && sent && is_closed_to_him(outcome.error())) continue;
        if (!outcome) return fail(outcome.error());
        if (*outcome == Settled::superseded) state.environment.observer.on_notice({"draft.superseded", {}});
        if (*outcome == Settled::stands) {
            ROGATORY_TRY_VOID(keep_invited(state, package));
            ROGATORY_TRY_VOID(keep_blobs(state, package));
        }
        ROGATORY_TRY_VOID(state.environment.profile.remove(name));
    }
    return {};
}

Result<Package> append_settled(Agent::State& state, const Build& build) {
    ROGATORY_TRY_VOID(settle_drafts(state));
    for (int round = 0; round < kRebases; ++round) {
        ROGATORY_TRY(auto package, state.once_counted(build));
        ensure(!package.statements.empty(), "something is appended");
        ROGATORY_TRY_VOID(ask_about_refused(state, package.statements.front().statement()));
        ROGATORY_TRY_VOID(require_place(state, package));
        const auto name = draft_name(package);
        ROGATORY_TRY_VOID(state.environment.profile.save(name, encode_draft(package)));
        auto sent = send(state, package);
        // An earlier sending of the same bytes may have arrived, from where his Party's rules let him in.
        if (!sent && is_kept_out(sent.error())) return it_waits(state, package, sent.error().key());
        if (!sent && sent.error().code() != ErrorCode::conflict) {
            if (sent.error().code() != ErrorCode::unavailable && sent.error().code() != ErrorCode::integrity) {
                ROGATORY_TRY_VOID(keep_refused(state, name, package));
            }
            return fail(std::move(sent).error());
        }
        ROGATORY_TRY(const auto outcome, look_up(state, package, sent ? "append.not_logged" : "append.lying_conflict"));
        if (outcome == Settled::stands) ROGATORY_TRY_VOID(keep_blobs(state, package));
        ROGATORY_TRY_VOID(state.environment.profile.remove(name));
        if (outcome == Settled::stands) return package;
    }
    return fail(ErrorCode::unavailable, "append.busy");
}

}  // namespace rogatory::agent
