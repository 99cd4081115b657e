#include <algorithm>
#include <set>

#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/agent/draft_plan.hpp"
#include "platform/agent/enquiry_link.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/policy_text.hpp"
#include "platform/agent/recipients.hpp"
#include "platform/agent/request_form.hpp"
#include "platform/agent/request_step.hpp"
#include "platform/agent/request_versions.hpp"
#include "platform/agent/visa.hpp"
#include "platform/agent/visa_gate.hpp"
#include "platform/base/try.hpp"
#include "platform/record/chains.hpp"

namespace rogatory::agent {
namespace {

std::string fresh_name() { return encoding::hex_encode(crypto::system_random().bytes<8>()); }

Result<RequestPlan> request_plan(const RequestOrder& order, const std::optional<model::AuthorityRef>& requested) {
    RequestPlan plan;
    if (requested) {
        plan.routing.party = requested->party;
        plan.routing.authority = requested->authority;
    } else {
        ROGATORY_TRY(plan.routing.code, model::PartyCode::parse(order.to));
    }
    using model::RequestStatus;
    plan.routing.status = order.form.unconfirmed ? RequestStatus::urgent_unconfirmed : RequestStatus::sent;
    plan.routing.due = order.form.due;
    if (!order.confidential) {
        plan.routing.clear = order.form.routing;
        return plan;
    }
    const auto salt = record::random_id<record::RoutingSalt>(crypto::system_random());
    plan.routing.commit = record::routing_commit(order.form.routing, salt);
    plan.withheld = record::SealedBody::SealedRouting{order.form.routing, salt};
    return plan;
}

// What leaves with the request in other languages, each once.
Result<std::vector<PlannedVersion>> planned_versions(const RequestOrder& order) {
    std::vector<PlannedVersion> out;
    std::set<std::string> languages{order.form.routing.language};
    bool authentic = false;
    for (const auto& one : order.versions) {
        if (!model::is_language(one.language)) {
            return fail(Error{ErrorCode::invalid_input, "version.language"}.with("language", one.language));
        }
        if (one.language == order.form.routing.language) return fail(ErrorCode::forbidden, "version.original_language");
        if (!languages.insert(one.language).second) {
            return fail(Error{ErrorCode::invalid_input, "version.twice"}.with("language", one.language));
        }
        if (authentic && one.authentic) return fail(ErrorCode::invalid_input, "version.one_authentic");
        authentic = authentic || one.authentic;
        PlannedVersion planned;
        ROGATORY_TRY(planned.version,
                     language_version(one.language, one.translator, one.due, one.authentic,
                                      one.content ? model::VersionState::delivered : model::VersionState::asked));
        ROGATORY_TRY(planned.title, normalised(one.title));
        planned.content = one.content;
        out.push_back(std::move(planned));
    }
    return out;
}

// All but its documents.
Result<DraftPlan> plan_of_request(Agent& agent, const RequestOrder& order) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY([[maybe_unused]] const auto halves, policy_of(order.policy));
    DraftPlan plan;
    plan.name = fresh_name();
    plan.opens = true;
    plan.at = state.now();
    if (order.form.due && *order.form.due <= plan.at) return fail(ErrorCode::forbidden, "void.due");
    std::optional<model::AuthorityRef> requested;
    std::vector<std::string> names = order.with;
    if (!order.off_platform) names.insert(names.begin(), order.to);
    for (const auto& text : names) {
        ROGATORY_TRY(const auto to, resolve_authority(state, text));
        ROGATORY_TRY_VOID(state.once_counted([&] { return require_sealable(state, to); }));
        if (!order.off_platform && !requested) {
            if (to.party == state.authority().party) return fail(ErrorCode::forbidden, "void.requested");
            requested = to;
        }
        if (to == state.authority() || std::find(plan.to.begin(), plan.to.end(), to) != plan.to.end()) continue;
        plan.to.push_back(to);
        plan.to_text.push_back(text_of(label_of(state, to)));
    }
    ROGATORY_TRY_VOID(require_law_reason(state, order));
    ROGATORY_TRY(plan.request, request_plan(order, requested));
    if (plan.request->routing.code &&
        (!plan.request->routing.code->is_state() || *plan.request->routing.code == state.own().code())) {
        return fail(ErrorCode::forbidden, "void.requested");
    }
    plan.content = order.form.content;
    if (plan.content->enquiry) ROGATORY_TRY_VOID(require_asked(state, *plan.content->enquiry, requested));
    ROGATORY_TRY(plan.versions, planned_versions(order));
    plan.identity = age::HybridIdentity::generate(crypto::system_random());
    plan.chain = record::dossier_chain(state.authority().authority, plan.identity->recipient());
    ROGATORY_TRY(plan.title, normalised(order.form.title));
    ROGATORY_TRY(plan.message, normalised(order.message));
    plan.policy = order.policy;
    return plan;
}

}  // namespace

Result<Sent> send_request(Agent& agent, const RequestOrder& order) {
    auto& state = agent.state();
    ROGATORY_TRY(auto plan, plan_of_request(agent, order));
    ROGATORY_TRY(plan.files, outgoing_files(order.files));
    ROGATORY_TRY(const auto before, begun_before(state, plan));
    return before ? resume_draft(agent, *before, nullptr) : carry_out(state, plan, nullptr);
}

Result<Sent> send_request_from_draft(Agent& agent, RequestOrder order, ByteView form, const DraftVersion& as) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    if (!order.files.empty()) return fail(ErrorCode::invalid_input, "visa.files_in_draft");
    // The form alone was approved: neither another language nor the enquiry that it follows stands in it.
    if (!order.versions.empty() || order.form.content.enquiry) return fail(ErrorCode::conflict, "visa.differs");
    const model::ChainId chain{as.chain};
    ROGATORY_TRY(const auto version, draft_as_seen(state, as));
    ROGATORY_TRY(const auto files, files_of_draft(state, chain, version, Open::yes));
    if (files.gone > 0) return fail(ErrorCode::conflict, "draft.file_gone");
    const auto digest = crypto::sha256(form);
    const auto is_form = [&](const auto& one) { return one.second.sha256 == digest; };
    if (std::none_of(files.files.begin(), files.files.end(), is_form))
        return fail(ErrorCode::conflict, "visa.form_differs");
    // What the form says, and nothing beside it: a reason given against the State's law stands in the draft's message.
    const auto reason = order.form.content.law_reason;
    ROGATORY_TRY(order.form, parse_request_form(as_text(form)));
    const auto& draft = *version.body->draft;
    const auto said = version.body->message.value_or("");
    if (reason && said.find(*reason) == std::string::npos) return fail(ErrorCode::conflict, "visa.differs");
    if (reason) order.form.content.law_reason = reason;
    if (!order.message.empty() && order.message != said) return fail(ErrorCode::conflict, "visa.differs");
    order.message = said;
    const auto caveats = draft.caveats.value_or(model::Caveats{});
    const auto policy = view_of(draft.policy, &caveats);
    order.policy = {policy.onward, policy.review_at, policy.expires_at, policy.caveats, policy.handling, policy.words};
    ROGATORY_TRY(auto plan, plan_of_request(agent, order));
    if (!are_recipients(state, draft, plan.to, plan.request->routing.code))
        return fail(ErrorCode::conflict, "visa.recipients_differ");
    for (const auto& [seq, file] : files.files) {
        if (file.sha256 == digest) continue;
        OutgoingFile one;
        one.from = DraftOrigin{chain, seq, file.id};
        one.file = file;
        one.file.id = record::random_id<model::AttachmentId>(crypto::system_random());
        plan.files.push_back(std::move(one));
    }
    plan.closes = chain;
    ROGATORY_TRY(const auto before, begun_before(state, plan));
    if (before) return resume_draft(agent, *before, nullptr);
    ROGATORY_TRY_VOID(require_not_being_sent(state, chain));
    ROGATORY_TRY(auto sent, carry_out(state, plan, nullptr));
    ROGATORY_TRY_VOID(finish_plan(agent, plan));
    return sent;
}

Result<Sent> reply_to_request(Agent& agent, const ReplyOrder& order, const Reconfirm& reconfirm) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    DraftPlan plan;
    plan.name = fresh_name();
    plan.chain = model::ChainId{order.chain};
    plan.at = state.now();
    ROGATORY_TRY(auto* const known, state.dossier(plan.chain));
    const auto& request = known->replayed.request();
    if (!request) return fail(ErrorCode::forbidden, "void.request_not_sent");
    if (request->side(state.authority()) == model::RequestSide::none) {
        return fail(ErrorCode::forbidden, "void.request_side");
    }
    // Before a first answer acknowledges the request.
    ROGATORY_TRY_VOID(require_visa(state, plan));
    // The step is looked at before anything is sealed: files that were sent cannot be sent back.
    if (!order.status.to.empty()) {
        const auto to = model::parse_name<model::RequestStatus>(order.status.to);
        if (!to) return fail(Error{ErrorCode::invalid_input, "request.word"}.with("what", order.status.to));
        const auto now = request->status;
        const bool first = now == model::RequestStatus::sent || now == model::RequestStatus::urgent_unconfirmed;
        const auto from = first ? model::RequestStatus::acknowledged : now;
        ROGATORY_TRY_VOID(require_step(state, *request, from, *to, order.status));
        if (first) ROGATORY_TRY_VOID(acknowledge_request(agent, order.chain));
    }
    ROGATORY_TRY(plan.title, normalised(order.title));
    ROGATORY_TRY(plan.message, normalised(order.message));
    plan.content = order.content;
    if (!order.language.empty()) {
        if (!model::is_language(order.language)) {
            return fail(Error{ErrorCode::invalid_input, "version.language"}.with("language", order.language));
        }
        plan.language = order.language;
    }
    plan.policy = order.policy;
    ROGATORY_TRY(plan.files, outgoing_files(order.files));
    if (plan.files.empty() && plan.message.empty() && !plan.content) {
        return fail(ErrorCode::invalid_input, "send.nothing");
    }
    ROGATORY_TRY(const auto before, begun_before(state, plan));
    ROGATORY_TRY(auto sent, before ? resume_draft(agent, *before, reconfirm) : carry_out(state, plan, reconfirm));
    if (order.status.to.empty()) return sent;
    auto status = order.status;
    status.chain = order.chain;
    status.refs.push_back(sent.entry);
    ROGATORY_TRY_VOID(set_request_status(agent, status));
    return sent;
}

}  // namespace rogatory::agent
