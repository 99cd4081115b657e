#include "platform/agent/visa.hpp"

#include <algorithm>
#include <array>

#include "platform/agent/policy_text.hpp"
#include "platform/agent/rotate.hpp"
#include "platform/agent/state.hpp"
#include "platform/agent/visa_gate.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

using record::VisaAct;

constexpr std::array<std::pair<VisaAct, std::string_view>, 3> kActs{
    {{VisaAct::request, "request"}, {VisaAct::reply, "reply"}, {VisaAct::share, "share"}}};

// What the register asks now, and, where a change is not co-signed yet, what it asked before: whoever is behind the
// log, or is kept behind it, asks too much rather than too little.
std::vector<VisaAct> acts_required(const Agent::State& state) {
    const auto& own = state.own();
    const auto authority = state.authority().authority;
    auto acts = own.visa_acts(authority);
    for (const auto act : own.visa_acts(authority, state.log.counting_size())) {
        if (std::find(acts.begin(), acts.end(), act) == acts.end()) acts.push_back(act);
    }
    std::sort(acts.begin(), acts.end());
    return acts;
}

// What leaves the authority by this plan. Nothing: a draft stays inside, a work of the library is published by its own
// rule, of a row of the report figures and an answer are told, and the wish for a language says nothing of the matter.
Result<std::optional<VisaAct>> act_of(Agent::State& state, const DraftPlan& plan) {
    if (plan.draft || plan.work || plan.report_row || plan.row_answer) return std::nullopt;
    if (plan.version && plan.version->state == model::VersionState::asked) return std::nullopt;
    if (plan.request) return VisaAct::request;
    if (plan.opens) return VisaAct::share;
    ROGATORY_TRY(const auto* const known, state.dossier(plan.chain));
    if (!known->replayed.opened()) return std::nullopt;
    switch (known->replayed.kind()) {
        case record::DossierKind::request:
            return VisaAct::reply;
        case record::DossierKind::share:
            return VisaAct::share;
        default:
            return std::nullopt;
    }
}

// By another officer, over the very bytes of this version, and co-signed.
bool approved(const Agent::State& state, const DossierBook::Known& known, const record::Dossier::Item& item) {
    const auto& items = known.copy.items();
    for (std::size_t i = 0; i < known.outcomes.size(); ++i) {
        const auto* visa = items[i].statement.body<record::Approved>();
        if (visa == nullptr || !known.outcomes[i].effective()) continue;
        if (visa->entry != item.id || visa->digest != item.sealed) continue;
        const auto& said = items[i].statement.statement();
        if (said.author.member != item.author && state.counts(items[i].index, said.at)) return true;
    }
    return false;
}

}  // namespace

bool are_recipients(const Agent::State& state, const record::SealedBody::Draft& draft,
                    const std::vector<model::AuthorityRef>& to, const std::optional<model::PartyCode>& code) {
    const auto names = [&](const record::SealedBody::Draft::To& one, const model::AuthorityRef& authority) {
        const auto* reg = state.book.by_party(authority.party);
        if (reg == nullptr || reg->code() != one.code) return false;
        return one.authority ? *one.authority == authority.authority
                             : reg->root() == authority.authority || reg->authorities().size() == 1;
    };
    const auto named = [&](const model::AuthorityRef& authority) {
        return std::any_of(draft.to.begin(), draft.to.end(), [&](const auto& one) { return names(one, authority); });
    };
    const auto sent_to = [&](const record::SealedBody::Draft::To& one) {
        return (code && one.code == *code && !one.authority) ||
               std::any_of(to.begin(), to.end(), [&](const auto& authority) { return names(one, authority); });
    };
    return std::all_of(to.begin(), to.end(), named) && std::all_of(draft.to.begin(), draft.to.end(), sent_to);
}

Result<> require_visa(Agent::State& state, const DraftPlan& plan) {
    const auto acts = acts_required(state);
    if (acts.empty()) return {};
    ROGATORY_TRY(const auto act, act_of(state, plan));
    if (!act || std::find(acts.begin(), acts.end(), *act) == acts.end()) return {};
    if (!plan.closes) return fail(ErrorCode::forbidden, "visa.needed");
    // What no draft holds, nobody has approved.
    if (!plan.versions.empty() || (plan.content && plan.content->enquiry)) {
        return fail(ErrorCode::conflict, "visa.differs");
    }
    ROGATORY_TRY(const auto version, newest_of_draft(state, *plan.closes, Open::no));
    if (!version || !version->body || version->newer) return fail(ErrorCode::conflict, "draft.changed");
    ROGATORY_TRY(const auto* const known, state.dossier(*plan.closes));
    if (!approved(state, *known, version->item)) return fail(ErrorCode::forbidden, "visa.not_given");
    // What an earlier run began may be of a version that was changed since.
    const auto& body = *version->body;
    ROGATORY_TRY(const auto files, files_of_draft(state, *plan.closes, *version, Open::no));
    const auto from_draft = [&](const OutgoingFile& file) {
        return file.from && file.from->chain == *plan.closes &&
               std::any_of(files.files.begin(), files.files.end(),
                           [&](const auto& one) { return one.second.id == file.from->attachment; });
    };
    const bool words =
        plan.message == body.message.value_or("") && (plan.request || plan.title == body.title.value_or(""));
    if (!words || !std::all_of(plan.files.begin(), plan.files.end(), from_draft))
        return fail(ErrorCode::conflict, "visa.differs");
    return {};
}

Result<VisaRule> visa_rule(Agent& agent) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    const auto required = acts_required(state);
    VisaRule rule;
    for (const auto& [act, name] : kActs) {
        if (std::find(required.begin(), required.end(), act) != required.end()) rule.acts.emplace_back(name);
    }
    const auto authority = state.authority().authority;
    rule.awaits = state.own().visa_acts(authority) != state.own().visa_acts(authority, state.log.counting_size());
    return rule;
}

Result<> set_visa(Agent& agent, const std::vector<std::string>& names) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    record::VisaSet set{state.authority().authority, {}};
    for (const auto& [act, name] : kActs) {
        if (std::find(names.begin(), names.end(), name) != names.end()) set.acts.push_back(act);
    }
    for (const auto& name : names) {
        const auto known = std::any_of(kActs.begin(), kActs.end(), [&](const auto& one) { return one.second == name; });
        if (!known) return fail(Error{ErrorCode::invalid_input, "visa.act"}.with("act", name));
    }
    return append_to_register(state, [&]() -> Result<RegisterBody> { return RegisterBody{set, {}}; });
}

}  // namespace rogatory::agent
