#include "platform/agent/log_succession.hpp"

#include "platform/agent/evidence.hpp"
#include "platform/agent/rotate.hpp"
#include "platform/agent/state.hpp"
#include "platform/base/try.hpp"
#include "platform/record/successor_sheet.hpp"

namespace rogatory::agent {
namespace {

struct Adoption {
    LogSuccession said;
    record::LogPolicy policy;
};

Result<Adoption> read(Agent& agent, std::string_view text) {
    auto& state = agent.state();
    ROGATORY_TRY(const auto sheet, record::SuccessorSheet::parse(text));
    ROGATORY_TRY(auto policy, record::LogPolicy::parse(sheet.log_policy));
    ROGATORY_TRY_VOID(agent.synchronise());
    const auto& before = state.own().log_policy();
    if (before.origin() == policy.origin()) return fail(ErrorCode::conflict, "void.nothing_changed");
    const auto* ended = state.log.past();
    if (state.log.adopted() || ended == nullptr) return fail(ErrorCode::not_found, "log.no_successor");
    if (sheet.last != ended->last.checkpoint || policy.log() != state.log.log_key()) {
        const auto note = ended->last.format();
        const auto key = state.log.log_key().vkey();
        return alarm(state.environment, "log.successor_not_the_sheet",
                     {{"sheet", as_bytes(text)}, {"ends_with", as_bytes(note)}, {"successor", as_bytes(key)}});
    }
    // Whoever had cosigners does not lose them with a log: nobody could say later that they agreed.
    if (before.witnessed() && !policy.witnessed()) return fail(ErrorCode::invalid_input, "log.successor_unwitnessed");
    const auto& head = sheet.last.head;
    std::vector<std::string> cosigners;
    for (const auto& one : policy.policy().witnesses()) cosigners.push_back(one.name);
    return Adoption{{sheet.last.origin, head.size, head.root.value(), policy.origin(), policy_change(before, policy),
                     std::move(cosigners)},
                    std::move(policy)};
}

}  // namespace

Result<> require_log_end_counts(Agent::State& state, model::LogIndex adopted_at) {
    const auto& policy = state.own().log_policy(adopted_at);
    const auto* ended = state.log.past_named(policy.origin());
    if (ended != nullptr) {
        const auto worth = policy.policy().verify(ended->last);
        if (worth && worth->counts()) return {};
    }
    const auto note = ended != nullptr ? ended->last.format() : std::string{};
    return alarm(state.environment, "log.successor_uncounted",
                 {{"ends_with", as_bytes(note)}, {"policy", as_bytes(policy.text())}});
}

Result<LogSuccession> compare_successor(Agent& agent, std::string_view sheet) {
    ROGATORY_TRY(auto adoption, read(agent, sheet));
    return std::move(adoption.said);
}

Result<LogSuccession> adopt_successor(Agent& agent, std::string_view sheet) {
    ROGATORY_TRY(auto adoption, read(agent, sheet));
    auto& state = agent.state();
    ROGATORY_TRY_VOID(state.require_role(model::Role::custodian));
    if (state.membership().authority != state.own().root()) return fail(ErrorCode::forbidden, "authority.root_only");
    ROGATORY_TRY_VOID(require_log_end_counts(state, model::LogIndex{state.log.size()}));
    // His word, by the sheet, for this statement; for everybody it is the statement that counts.
    ROGATORY_TRY(auto changed, LogView::make(adoption.policy.text()));
    ROGATORY_TRY_VOID(state.log.change_policy(state.environment, std::move(changed)));
    ROGATORY_TRY_VOID(append_to_register(state, [&]() -> Result<RegisterBody> {
        return RegisterBody{record::LogPolicySet{adoption.policy.text()}, {}};
    }));
    return std::move(adoption.said);
}

}  // namespace rogatory::agent
