#include "platform/agent/agent.hpp"

#include <algorithm>
#include <utility>

#include "crypto/encoding/hex.hpp"
#include "platform/agent/alarms.hpp"
#include "platform/agent/evidence.hpp"
#include "platform/agent/monitor.hpp"
#include "platform/agent/recovery_parts.hpp"
#include "platform/agent/rotate.hpp"
#include "platform/agent/state.hpp"
#include "platform/agent/state_file.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

constexpr std::int64_t kClockNotice = 2 * kMinute;

// The log policy of a device that knows nothing yet: from the register that the bundle's fingerprint names, whose first
// statement has that very id (protocol §5, Policy). Never from the server's word.
Result<std::string> founding_policy(Environment& environment, const record::UserBundle::Membership& membership) {
    ROGATORY_TRY(const auto page, environment.server.chain(membership.register_chain.value(), 0, 1));
    if (page.items.empty()) return fail(ErrorCode::integrity, "register.incomplete");
    const ByteView envelope{page.items.front().envelope};
    const auto statement = record::SignedStatement::parse(as_text(envelope));
    const auto* founded = statement ? statement->body<record::Founded>() : nullptr;
    if (founded == nullptr || model::party_of(statement->id()) != membership.party ||
        !statement->envelope().verify(founded->key)) {
        return alarm(environment, "register.not_the_founded", {{"envelope", envelope}});
    }
    return founded->log_policy;
}

// Witnesses change by `log_policy_set` alone, which the own register says, and so does the log where one that could not
// be repaired has a successor (decision 1602). A new policy is in
// force once the statement that sets it counts: under the policy before it, or, since those witnesses may have gone by
// the time this device looks, under the new one itself. To have no witnesses any more needs the word of the old ones.
Result<> adopt_policy(Agent::State& state) {
    const auto* known = state.book.known(state.own().chain());
    ensure(known != nullptr, "one's own register is read");
    const auto& items = known->copy.items();
    if (state.policies_of != state.own().chain()) {
        // Each Party adopts for itself.
        const auto& founding = state.own().log_policy(items.front().index + 1);
        ROGATORY_TRY_VOID(state.log.begin_with(state.environment, tlog::log_number(founding.origin()).value_or(0)));
        state.policies_judged = 0;
        state.moved_told = false;
    }
    state.policies_of = state.own().chain();
    state.adoption_awaits = false;
    for (; state.policies_judged < items.size(); ++state.policies_judged) {
        const auto i = state.policies_judged;
        const auto* set = items[i].statement.body<record::LogPolicySet>();
        // The first statement is the one that the bundle's fingerprint names.
        if ((i > 0 && set == nullptr) || i >= known->outcomes.size() || !known->outcomes[i].effective()) continue;
        const auto& policy = state.own().log_policy(items[i].index + 1);
        if (policy.text() == state.log.policy_text()) continue;
        ROGATORY_TRY(auto changed, LogView::make(policy.text()));
        if (changed.origin() != state.log.origin()) {
            if (state.log.knows(changed.origin())) {
                if (changed.number() > state.log.adopted_number()) {
                    ROGATORY_TRY_VOID(require_log_end_counts(state, items[i].index));
                }
                ROGATORY_TRY_VOID(state.log.change_past_policy(state.environment, changed, i == 0));
                continue;
            }
            // The register names a log that the server does not show: it hides it, or went back behind it.
            return fail(Error{ErrorCode::integrity, "log.successor_hidden"}.with("origin", changed.origin()));
        }
        if (changed.log_key() != state.log.log_key()) {
            const auto shown = state.log.log_key().vkey();
            return alarm(state.environment, "log.successor_differs",
                         {{"successor", as_bytes(shown)}, {"adopted", as_bytes(policy.text())}},
                         "another key than the own register names");
        }
        bool counts = i == 0 || items[i].index < state.log.counting_size();
        if (!state.log.adopted()) ROGATORY_TRY_VOID(require_log_end_counts(state, items[i].index));
        if (!counts && changed.witnessed()) {
            ROGATORY_TRY(counts, state.log.would_count(state.environment, changed, items[i].index + 1));
        } else if (!counts && !state.log.adopted()) {
            // No witnesses before, none after; that they go is never said by a log that they have not seen.
            counts = !state.own().log_policy(items[i].index).witnessed();
        }
        if (!counts) {  // awaits co-signature: looked at again the next time
            state.adoption_awaits = !state.log.adopted();
            return {};
        }
        ROGATORY_TRY_VOID(state.log.change_policy(state.environment, std::move(changed)));
    }
    return {};
}

void tell_moved(Agent::State& state) {
    if (state.log.adopted() || std::exchange(state.moved_told, true)) return;
    state.environment.observer.on_notice(
        {state.adoption_awaits ? "log.adoption_awaits" : "log.moved", {{"origin", state.log.origin()}}});
}

// Of a member who makes himself new keys the bundle holds both for a while, or for good where that was broken off: the
// ones that the register names now are the ones.
bool outlived(const Agent::State& state, std::size_t index) {
    const auto& memberships = state.unlocked.secrets().bundle->memberships;
    const auto& mine = memberships[index];
    const auto* reg = state.book.by_chain(mine.register_chain);
    const auto member = reg == nullptr ? std::nullopt : reg->member(mine.member);
    const auto current = [&](const record::UserBundle::Membership& one) {
        return member && one.register_chain == mine.register_chain && one.member == mine.member &&
               crypto::SigningKey::from_seed(one.signing_seed).verify_key() == member->key;
    };
    return !current(mine) && std::any_of(memberships.begin(), memberships.end(), current);
}

bool names(const Membership& membership, std::string_view text) {
    const auto slash = text.find('/');
    const auto party = text.substr(0, slash);
    if (party != membership.party_code) return false;
    if (slash == std::string_view::npos) return true;
    const auto authority = text.substr(slash + 1);
    return authority == membership.authority_name || authority == membership.authority_kind ||
           (authority.size() >= 6 && encoding::hex_encode(membership.authority).starts_with(authority));
}

}  // namespace

Agent::Agent(std::unique_ptr<State> state) noexcept : state_{std::move(state)} {}
Agent::Agent(Agent&&) noexcept = default;
Agent& Agent::operator=(Agent&&) noexcept = default;
Agent::~Agent() = default;

Unlocked& Agent::unlocked() noexcept { return state_->unlocked; }

Result<Agent> Agent::read(Environment& environment, Unlocked unlocked) {
    const auto& bundle = unlocked.secrets().bundle;
    if (!bundle && unlocked.secrets().account.kind == "service")
        return fail(ErrorCode::forbidden, "service.sign_in_only");
    if (!bundle || bundle->memberships.empty()) return fail(ErrorCode::forbidden, "account.no_membership");
    ROGATORY_TRY(auto policy, founding_policy(environment, bundle->memberships.front()));
    ROGATORY_TRY(auto log, LogView::make(std::move(policy)));
    ROGATORY_TRY_VOID(log.restore(environment.profile));
    Agent agent{std::make_unique<State>(environment, std::move(unlocked), std::move(log))};
    auto& state = *agent.state_;

    ROGATORY_TRY(const auto server, environment.server.about());
    state.log_time = server.time;
    state.log_time_taken = environment.clock.monotonic_seconds();
    if (const auto off = environment.clock.wall() - server.time; off > kClockNotice || off < -kClockNotice) {
        environment.observer.on_notice({"clock.differs", {{"seconds", std::to_string(off)}}});
    }
    ROGATORY_TRY_VOID(agent.synchronise());
    return agent;
}

Result<Agent> Agent::open_as_candidate(Environment& environment, Unlocked unlocked) {
    ROGATORY_TRY(auto agent, read(environment, std::move(unlocked)));
    auto& state = *agent.state_;
    const auto& memberships = state.unlocked.secrets().bundle->memberships;
    for (std::size_t i = 0; i < memberships.size(); ++i) {
        const auto* reg = state.book.by_chain(memberships[i].register_chain);
        const bool named = reg != nullptr && reg->member(memberships[i].member).has_value();
        if (reg == nullptr || named || reg->authority(memberships[i].authority) == nullptr) continue;
        if (!reg->recovery(memberships[i].authority)) continue;
        state.acting = i;
        return agent;
    }
    return fail(ErrorCode::not_found, "recovery.no_candidacy");
}

Result<Agent> Agent::open(Environment& environment, Unlocked unlocked, std::string_view acting_as) {
    ROGATORY_TRY(auto agent, read(environment, std::move(unlocked)));
    auto& state = *agent.state_;
    const auto memberships = agent.memberships();
    std::vector<std::size_t> fits;
    for (std::size_t i = 0; i < memberships.size(); ++i) {
        if (memberships[i].role.empty() || outlived(state, i)) continue;
        if (acting_as.empty() || names(memberships[i], acting_as)) fits.push_back(i);
    }
    if (fits.size() > 1) {
        std::string choices;
        for (const auto i : fits)
            choices += (choices.empty() ? "" : ", ") + memberships[i].party_code + "/" + memberships[i].authority_name;
        return fail(Error{ErrorCode::invalid_input, "membership.which"}.with("choices", choices));
    }
    if (fits.empty()) {
        if (!acting_as.empty())
            return fail(Error{ErrorCode::not_found, "membership.unknown"}.with("name", std::string{acting_as}));
        // Removed everywhere, or not let in yet: the register has no current membership for these keys.
        return fail(ErrorCode::forbidden, memberships.size() == 1 ? "member.not_in_register" : "member.removed");
    }
    state.acting = fits.front();
    ROGATORY_TRY_VOID(state.self());
    if (state.policies_of != state.own().chain()) {
        ROGATORY_TRY_VOID(adopt_policy(state));
        tell_moved(state);
        state.take_witnessed_time();
    }
    return agent;
}

Result<> Agent::synchronise() {
    auto& state = *state_;
    auto& environment = state.environment;
    ROGATORY_TRY_VOID(state.log.advance(environment));
    const auto& bundle = *state.unlocked.secrets().bundle;
    for (const auto& membership : bundle.memberships) {
        ROGATORY_TRY_VOID(state.log.require_consistent(
            environment, tlog::TreeHead{membership.checkpoint_size, membership.checkpoint_root},
            "the lowest checkpoint of the user bundle"));
        ROGATORY_TRY(const auto* const known, state.book.update(environment, state.log, membership.register_chain));
        if (!known->replayed.founded() || known->replayed.party() != membership.party) {
            return fail(ErrorCode::integrity, "register.not_the_founded");
        }
    }
    ROGATORY_TRY_VOID(adopt_policy(state));
    ROGATORY_TRY_VOID(state.book.update_all(environment, state.log));
    tell_moved(state);
    state.take_witnessed_time();
    if (!state.told) {
        state.told = true;
        if (const auto standing = require_no_standing_alarm(environment); !standing) {
            environment.observer.on_notice({standing.error().key(), standing.error().arguments()});
        }
        if (!state.log.require_fresh(environment.clock)) environment.observer.on_notice({"log.not_fresh", {}});
        tell_recovery(state);
        tell_rotation(state);
    }
    ROGATORY_TRY_VOID(tell_register_news(state));
    return exchange_state_file(state);
}

std::vector<Membership> Agent::memberships() const {
    std::vector<Membership> rows;
    const auto& bundle = *state_->unlocked.secrets().bundle;
    for (std::size_t i = 0; i < bundle.memberships.size(); ++i) {
        const auto& membership = bundle.memberships[i];
        Membership row;
        row.register_chain = membership.register_chain.value();
        row.authority = membership.authority.value();
        row.member = membership.member.value();
        row.acting = i == state_->acting;
        if (const auto* reg = state_->book.by_chain(membership.register_chain)) {
            row.party_code = reg->code().text();
            if (const auto* authority = reg->authority(membership.authority)) {
                row.authority_name = authority->description.name.text();
                row.authority_kind = model::to_text(authority->description.kind);
            }
            if (const auto member = reg->member(membership.member)) row.role = model::to_text(member->role);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

LogStatus Agent::log_status() const {
    LogStatus status;
    status.origin = state_->log.origin();
    status.size = state_->log.head().size;
    status.root = state_->log.head().root.value();
    status.checkpoint_time = state_->log.quorum_time().value_or(state_->log_time);
    status.witnessed = state_->log.witnessed();
    status.policy = state_->log.policy_text();
    status.counting_size = state_->log.adopted() ? tlog::entry_of(state_->log.counting_size()) : 0;
    status.adopted = state_->log.adopted();
    status.adoption_awaits = state_->adoption_awaits;
    if (const auto* past = state_->log.past()) status.follows = past->origin;
    status.fresh = state_->log.require_fresh(state_->environment.clock).has_value();
    const auto& policy = state_->log.policy();
    if (const auto threshold = policy.threshold()) status.quorum = threshold->k;
    for (std::size_t i = 0; i < policy.witnesses().size(); ++i) {
        status.witnesses.push_back({policy.witnesses()[i].name, policy.witnesses()[i].key.vkey(),
                                    policy.witnesses()[i].url, state_->log.cosigned_at()[i]});
    }
    if (auto alarms = state_->environment.profile.list("evidence")) status.alarms = *std::move(alarms);
    return status;
}

UnixSeconds Agent::now() const { return state_->now(); }

}  // namespace rogatory::agent
