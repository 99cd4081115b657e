#include <algorithm>

#include "platform/agent/dossiers.hpp"
#include "platform/agent/draft_plan.hpp"
#include "platform/agent/end_of_draft.hpp"
#include "platform/agent/refused.hpp"
#include "platform/agent/row_answer.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

// What the plan was to append, where it stands already. (A further item without documents is not known again.)
const record::Dossier::Item* standing(const record::Dossier& dossier, const DraftPlan& plan) {
    if (!dossier.opened()) return nullptr;
    for (const auto& item : dossier.items()) {
        const bool same = !plan.files.empty() && item.attachments.size() == plan.files.size() &&
                          item.attachments.front().id == plan.files.front().file.id;
        if (same || (plan.opens && item.kind == record::Kind::entry)) return &item;
    }
    return nullptr;
}

}  // namespace

Result<std::vector<Draft>> drafts(Agent& agent) {
    auto& state = agent.state();
    std::vector<Draft> rows;
    ROGATORY_TRY(const auto plans, all_plans(state));
    for (const auto& plan : plans) {
        const bool all_sealed =
            std::all_of(plan.files.begin(), plan.files.end(), [](const auto& file) { return file.sealed; });
        const bool all_uploaded =
            std::all_of(plan.files.begin(), plan.files.end(), [](const auto& file) { return file.uploaded; });
        rows.push_back({plan.name, plan.chain.value(),
                        all_uploaded ? "signed"
                        : all_sealed ? "uploading"
                                     : "sealing",
                        plan.at, plan.to_text, plan.draft.has_value()});
    }
    return rows;
}

Result<Sent> resume_draft(Agent& agent, std::string_view name, const Reconfirm& reconfirm) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(settle_drafts(state));
    ROGATORY_TRY_VOID(require_nothing_waits(state));
    ROGATORY_TRY(auto plan, load_plan(state, "drafts/plan/" + std::string{name} + ".age"));
    // Perhaps all that was missing was the answer.
    const auto known = state.dossier(plan.chain);
    if (const auto* item = known ? standing((*known)->replayed, plan) : nullptr) {
        Sent sent;
        sent.chain = plan.chain.value();
        sent.seq = item->seq;
        sent.entry = item->id.value();
        sent.index = item->index;
        sent.to = plan.to_text;
        sent.counting = item->index < state.log.counting_size();
        for (const auto& file : plan.files) {
            sent.files.push_back({file.file.id.value(), file.file.name, file.file.size, file.file.sha256.value()});
        }
        ROGATORY_TRY_VOID(finish_plan(agent, plan));
        return sent;
    }
    ROGATORY_TRY_VOID(require_answers_newest(state, plan));
    ROGATORY_TRY(auto sent, carry_out(state, plan, reconfirm));
    if (plan.closes) ROGATORY_TRY_VOID(finish_plan(agent, plan));
    return sent;
}

Result<> drop_draft(Agent& agent, std::string_view name) {
    auto& state = agent.state();
    // A signed statement whose fate is open is settled first: it may already stand.
    ROGATORY_TRY_VOID(settle_drafts(state));
    ROGATORY_TRY_VOID(require_nothing_waits(state));
    ROGATORY_TRY(const auto plan, load_plan(state, "drafts/plan/" + std::string{name} + ".age"));
    if (const auto known = state.dossier(plan.chain); known && standing((*known)->replayed, plan) != nullptr) {
        return fail(ErrorCode::conflict, "draft.already_stands");
    }
    if (plan.closes) ROGATORY_TRY_VOID(given_up_of_draft(agent, plan));
    for (const auto& file : plan.files) {
        if (file.ticket.ticket.empty()) continue;
        auto dropped = state.environment.server.abandon_upload(file.ticket);
        if (!dropped && dropped.error().code() == ErrorCode::unavailable) return dropped;
    }
    ROGATORY_TRY_VOID(remove_plan(state, plan));
    return plan.closes ? forget_of_draft(state, plan) : Result<>{};
}

}  // namespace rogatory::agent
