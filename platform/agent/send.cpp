#include "platform/agent/send.hpp"

#include <algorithm>

#include "platform/agent/draft_plan.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/policy_text.hpp"
#include "platform/agent/recipients.hpp"
#include "platform/agent/visa_gate.hpp"
#include "platform/base/try.hpp"
#include "platform/record/chains.hpp"

namespace rogatory::agent {
namespace {

void warn_if_not_live(Agent::State& state, const model::AuthorityRef& to) {
    const auto* reg = state.book.by_party(to.party);
    if (reg != nullptr && !reg->live(to.authority)) {
        state.environment.observer.on_notice({"recipient.not_live", {{"name", text_of(label_of(state, to))}}});
    }
}

}  // namespace

Result<std::vector<Recipient>> recipients_of(Agent::State& state, const std::vector<std::string>& texts) {
    std::vector<Recipient> recipients;
    for (const auto& text : texts) {
        ROGATORY_TRY(const auto to, resolve_authority(state, text));
        ROGATORY_TRY_VOID(state.once_counted([&] { return require_sealable(state, to); }));
        if (to == state.authority()) return fail(ErrorCode::invalid_input, "send.to_oneself");
        if (std::any_of(recipients.begin(), recipients.end(), [&](const auto& each) { return each.to == to; }))
            continue;
        warn_if_not_live(state, to);
        recipients.push_back({to, text_of(label_of(state, to))});
    }
    return recipients;
}

Result<std::vector<Sent>> send(Agent& agent, const SendOrder& order) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(require_may_send(state));
    if (order.to.empty()) return fail(ErrorCode::invalid_input, "send.to_nobody");
    if (order.files.empty() && order.message.empty()) return fail(ErrorCode::invalid_input, "send.nothing");
    ROGATORY_TRY([[maybe_unused]] const auto halves, policy_of(order.policy));
    ROGATORY_TRY(const auto title, normalised(order.title));
    ROGATORY_TRY(const auto message, normalised(order.message));

    ROGATORY_TRY(const auto recipients, recipients_of(state, order.to));
    Contents contents;
    contents.title = title;
    contents.message = message;
    contents.policy = order.policy;
    contents.together = order.together;
    contents.files = [&] { return outgoing_files(order.files); };
    contents.from_pipe =
        std::any_of(order.files.begin(), order.files.end(), [](const auto& file) { return file.descriptor >= 0; });
    return send_to(agent, recipients, contents);
}

Result<std::vector<Sent>> send_to(Agent& agent, const std::vector<Recipient>& recipients, const Contents& order) {
    auto& state = agent.state();
    std::vector<std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < recipients.size(); ++i) {
        if (order.together && !groups.empty()) {
            groups.front().push_back(i);
        } else {
            groups.push_back({i});
        }
    }
    if (order.from_pipe && groups.size() > 1) return fail(ErrorCode::invalid_input, "send.pipe_to_several");

    // Drafts are written from the last recipient to the first and carried out in the same order. So when this command
    // is run again, a draft for the first one says that all were written, and those without one are done; no draft for
    // the first says that nothing was carried out yet.
    std::vector<DraftPlan> plans;
    std::vector<std::optional<std::string>> begun;
    for (const auto& group : groups) {
        DraftPlan plan;
        plan.name = fresh_plan_name();
        plan.opens = true;
        plan.identity = age::HybridIdentity::generate(crypto::system_random());
        plan.chain = record::dossier_chain(state.authority().authority, plan.identity->recipient());
        for (const auto i : group) {
            plan.to.push_back(recipients[i].to);
            plan.to_text.push_back(recipients[i].text);
        }
        plan.at = state.now();
        plan.title = order.title;
        plan.message = order.message;
        plan.policy = order.policy;
        plan.closes = order.closes;
        ROGATORY_TRY(plan.files, order.files());
        // What is refused for want of a visa is not begun.
        ROGATORY_TRY_VOID(require_visa(state, plan));
        ROGATORY_TRY(auto before, begun_before(state, plan));
        plans.push_back(std::move(plan));
        begun.push_back(std::move(before));
    }
    if (order.closes) {
        // Of another version of the draft, or to others: that is ended first, one way or the other.
        ROGATORY_TRY(const auto under_way, all_plans(state));
        for (const auto& plan : under_way) {
            if (plan.closes == order.closes && std::find(begun.begin(), begun.end(), plan.name) == begun.end())
                return fail(ErrorCode::conflict, "draft.being_sent");
        }
    }
    const bool all_were_written = begun.front().has_value();
    if (!all_were_written && !order.from_pipe) {
        for (auto i = plans.size(); i-- > 0;) {
            if (!begun[i]) ROGATORY_TRY_VOID(save_plan(state, plans[i]));
        }
    }
    std::vector<Sent> sent;
    for (auto i = plans.size(); i-- > 0;) {
        if (all_were_written && !begun[i]) continue;
        ROGATORY_TRY(auto one,
                     begun[i] ? resume_draft(agent, *begun[i], nullptr) : carry_out(state, plans[i], nullptr));
        if (!begun[i] && plans[i].closes) ROGATORY_TRY_VOID(finish_plan(agent, plans[i]));
        sent.push_back(std::move(one));
    }
    std::reverse(sent.begin(), sent.end());
    return sent;
}

Result<Sent> add_entry(Agent& agent, const AddOrder& order, const Reconfirm& reconfirm) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    if (order.files.empty() && order.message.empty()) return fail(ErrorCode::invalid_input, "send.nothing");
    DraftPlan plan;
    plan.name = fresh_plan_name();
    plan.chain = model::ChainId{order.chain};
    plan.at = state.now();
    ROGATORY_TRY(plan.title, normalised(order.title));
    ROGATORY_TRY(plan.message, normalised(order.message));
    plan.policy = order.policy;
    ROGATORY_TRY(plan.files, outgoing_files(order.files));
    ROGATORY_TRY(const auto before, begun_before(state, plan));
    return before ? resume_draft(agent, *before, reconfirm) : carry_out(state, plan, reconfirm);
}

}  // namespace rogatory::agent
