#include <algorithm>

#include "platform/agent/content_cache.hpp"
#include "platform/agent/draft_plan.hpp"
#include "platform/agent/end_of_draft.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/policy_text.hpp"
#include "platform/agent/recipients.hpp"
#include "platform/agent/send.hpp"
#include "platform/agent/visa_gate.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/record/chains.hpp"

namespace rogatory::agent {
namespace {

record::SealedBody body_for(const record::Statement& statement) {
    record::SealedBody body;
    body.chain = statement.chain;
    body.author = statement.author;
    body.nonce = statement.nonce;
    return body;
}

std::optional<std::string> text_or_none(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional{text};
}

// The sealed body of an entry, filled from the plan.
Result<record::SealedBody> entry_body(const record::Statement& statement, const DraftPlan& plan, bool with_policy) {
    auto body = body_for(statement);
    for (const auto& file : plan.files) body.files.push_back(file.file);
    body.title = text_or_none(plan.title);
    body.message = text_or_none(plan.message);
    body.draft = plan.draft;
    body.library = plan.work;
    body.report_row = plan.report_row;
    body.row_answer = plan.row_answer;
    body.request = plan.content;
    body.language = plan.language;
    body.language_version = plan.version;
    body.enquiry = plan.enquiry;
    body.enquiry_answer = plan.answer;
    if (plan.request) body.routing = plan.request->withheld;
    if (with_policy && plan.policy) {
        ROGATORY_TRY(const auto halves, policy_of(*plan.policy));
        if (!is_empty(halves.sealed)) body.caveats = halves.sealed;
    }
    return body;
}

// Of a version that leaves with the request it translates.
record::SealedBody version_body(const record::Statement& statement, const PlannedVersion& planned,
                                const model::StatementId& of) {
    auto body = body_for(statement);
    body.title = text_or_none(planned.title);
    body.request = planned.content;
    body.language_version = planned.version;
    body.language_version->of = of;
    return body;
}

record::Entry entry_of(const DraftPlan& plan, std::uint64_t epoch, const model::StatementId& basis) {
    record::Entry entry{epoch, basis, {}, {}, std::nullopt, std::nullopt};
    for (const auto& file : plan.files) entry.attachments.push_back(file.line());
    if (plan.request) entry.routing = plan.request->routing;
    return entry;
}

// In the first epoch, without documents.
record::Entry further_entry(const model::StatementId& basis) {
    return record::Entry{1, basis, {}, {}, std::nullopt, std::nullopt};
}

// Too long a text is found out before an hour's sealing, not after it. too_large "title.too_long" | "body.too_large",
// invalid_input "body.malformed".
Result<> require_fits(const Agent::State& state, const DraftPlan& plan) {
    constexpr std::size_t kMostTitleBytes = 1024;  // of a sealed body
    if (plan.title.size() > kMostTitleBytes) return fail(ErrorCode::too_large, "title.too_long");
    ROGATORY_TRY(
        const auto body,
        entry_body(state.compose(plan.chain, 0, std::nullopt, entry_of(plan, 1, model::StatementId{})), plan, true));
    ROGATORY_TRY(auto text, body.encode());
    crypto::wipe(text);
    for (const auto& one : plan.versions) {
        if (one.title.size() > kMostTitleBytes) return fail(ErrorCode::too_large, "title.too_long");
        const auto statement = state.compose(plan.chain, 0, std::nullopt, further_entry(model::StatementId{}));
        ROGATORY_TRY(auto each, version_body(statement, one, model::StatementId{}).encode());
        crypto::wipe(each);
    }
    return {};
}

struct Composed {
    Package package;
    model::StatementId entry;
    std::vector<std::pair<model::StatementId, record::SealedBody>> bodies;  // for the cache
};

// `opened` and its first entry, one append.
Result<Composed> compose_opening(Agent::State& state, const DraftPlan& plan) {
    ROGATORY_TRY(const auto halves, policy_of(*plan.policy));
    record::NewEpoch epoch{1, plan.identity->recipient(), {}};
    Composed composed;
    auto audience = plan.to;
    audience.push_back(state.authority());
    std::sort(audience.begin(), audience.end());
    audience.erase(std::unique(audience.begin(), audience.end()), audience.end());
    for (const auto& to : audience) {
        ROGATORY_TRY(auto made, make_grant(state, plan.chain, 1, to, model::StatementId{}, *plan.identity));
        epoch.grants.push_back({to.party, to.authority, made.second, made.first.sha256});
        composed.package.add(made.first);
    }
    const auto kind = plan.request ? record::DossierKind::request
                      : plan.draft ? record::DossierKind::internal
                      : plan.work  ? record::DossierKind::library
                                   : record::DossierKind::share;
    auto opening = state.compose(plan.chain, 0, std::nullopt, record::Opened{kind, halves.clear, epoch, std::nullopt});
    auto opening_body = body_for(opening);
    if (!is_empty(halves.sealed)) opening_body.caveats = halves.sealed;
    ROGATORY_TRY(const auto opening_file, seal_body(opening_body, plan.identity->recipient()));
    std::get<record::Opened>(opening.body).sealed = opening_file.sha256;
    ROGATORY_TRY(auto opened, state.sign(opening));
    record::Dossier begun{plan.chain};
    if (const auto outcome = begun.apply(opened, state.log.size(), state.book); !outcome.effective()) {
        return fail(outcome.refusal());
    }

    auto first = state.compose(plan.chain, 1, opened.id(), entry_of(plan, 1, opened.id()));
    ROGATORY_TRY(auto first_body, entry_body(first, plan, false));
    ROGATORY_TRY(const auto first_file, seal_body(first_body, plan.identity->recipient()));
    std::get<record::Entry>(first.body).sealed = first_file.sha256;
    ROGATORY_TRY(auto entry, state.sign(first));
    if (const auto outcome = begun.apply(entry, state.log.size() + 1, state.book); !outcome.effective()) {
        return fail(outcome.refusal());
    }

    composed.entry = entry.id();
    composed.package.add(opening_file);
    composed.package.add(first_file);
    composed.bodies.emplace_back(opened.id(), std::move(opening_body));
    composed.bodies.emplace_back(entry.id(), std::move(first_body));
    std::vector<record::SignedStatement> further;
    for (const auto& one : plan.versions) {
        const auto place = 2 + further.size();
        const auto& before = further.empty() ? entry : further.back();
        auto statement = state.compose(plan.chain, place, before.id(), further_entry(opened.id()));
        auto body = version_body(statement, one, entry.id());
        ROGATORY_TRY(const auto file, seal_body(body, plan.identity->recipient()));
        std::get<record::Entry>(statement.body).sealed = file.sha256;
        ROGATORY_TRY(auto version, state.sign(statement));
        if (const auto outcome = begun.apply(version, state.log.size() + place, state.book); !outcome.effective()) {
            return fail(outcome.refusal());
        }
        composed.package.add(file);
        composed.bodies.emplace_back(version.id(), std::move(body));
        further.push_back(std::move(version));
    }
    composed.package.add(std::move(opened));
    composed.package.add(std::move(entry));
    for (auto& version : further) composed.package.add(std::move(version));
    return composed;
}

Result<Composed> compose_entry(Agent::State& state, const DraftPlan& plan, const DossierBook::Known& known) {
    const auto& dossier = known.replayed;
    auto further = state.compose(dossier.head(), plan.chain, entry_of(plan, dossier.epoch().number, dossier.basis()));
    if (plan.policy) {
        ROGATORY_TRY(const auto halves, policy_of(*plan.policy));
        std::get<record::Entry>(further.body).policy = halves.clear;
    }
    ROGATORY_TRY(auto body, entry_body(further, plan, true));
    ROGATORY_TRY(const auto file, seal_body(body, dossier.epoch().recipient));
    std::get<record::Entry>(further.body).sealed = file.sha256;
    ROGATORY_TRY(auto entry, state.sign(further));
    // What would have no effect is not sent.
    if (const auto outcome = dossier.judge(entry, state.log.size(), state.book); !outcome.effective()) {
        return fail(outcome.refusal());
    }
    Composed composed;
    composed.entry = entry.id();
    composed.package.add(file);
    composed.bodies.emplace_back(entry.id(), std::move(body));
    composed.package.add(std::move(entry));
    return composed;
}

// What changed since a person decided to send: named, so that he can decide again (protocol §2, Appending).
std::vector<Notice> changes_since(Agent::State& state, const DossierBook::Known& known,
                                  const model::StatementId& basis) {
    std::vector<Notice> changes;
    bool after = false;
    const auto& items = known.copy.items();
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (after && known.outcomes[i].effective()) {
            for (const auto& effect : known.outcomes[i].effects) {
                if (const auto* in = std::get_if<record::ReaderAdmitted>(&effect)) {
                    changes.push_back({"change.reader_admitted", {{"name", text_of(label_of(state, in->authority))}}});
                } else if (const auto* out = std::get_if<record::ReaderRemoved>(&effect)) {
                    changes.push_back({"change.reader_removed", {{"name", text_of(label_of(state, out->authority))}}});
                } else if (std::holds_alternative<record::EpochBegun>(effect)) {
                    changes.push_back({"change.epoch_begun", {}});
                }
            }
            if (items[i].statement.kind() == record::Kind::policy_changed) changes.push_back({"change.policy", {}});
        }
        if (items[i].statement.id() == basis) after = true;
    }
    return changes;
}

Result<> upload_all(Agent::State& state, DraftPlan& plan, const age::HybridRecipient& recipient) {
    for (auto& file : plan.files) {
        ROGATORY_TRY_VOID(seal_and_upload(state, plan.chain, recipient, file, [&] { return save_plan(state, plan); }));
    }
    return {};
}

// Open, ours to write in, and ready for what is sealed to it.
Result<DossierBook::Known*> ready_for_entry(Agent::State& state, const model::ChainId& chain) {
    ROGATORY_TRY(const auto* const first, state.dossier(chain));
    const auto& dossier = first->replayed;
    if (!dossier.opened()) return fail(ErrorCode::not_found, "dossier.unknown");
    if (!dossier.open()) return fail(ErrorCode::forbidden, "dossier.closed");
    if (dossier.standing(state.authority()) != record::Dossier::Standing::participant) {
        return fail(ErrorCode::forbidden, "dossier.not_participant");
    }
    return ready_to_seal(state, chain);
}

Result<Composed> append_entry(Agent::State& state, DraftPlan& plan, const Reconfirm& reconfirm) {
    for (int round = 0; round < 4; ++round) {
        ROGATORY_TRY(const auto* const known, state.once_counted([&] { return ready_for_entry(state, plan.chain); }));
        if (plan.basis && *plan.basis != known->replayed.basis()) {
            const auto changes = changes_since(state, *known, *plan.basis);
            // Our own new epoch after somebody left changes nobody's access for the worse: no question.
            const bool only_epochs = std::all_of(changes.begin(), changes.end(),
                                                 [](const auto& change) { return change.key == "change.epoch_begun"; });
            if (!only_epochs && (!reconfirm || !reconfirm(changes)))
                return fail(ErrorCode::conflict, "entry.basis_changed");
        }
        std::vector<std::string> old;
        if (plan.epoch != known->replayed.epoch().number) {
            for (auto& file : plan.files) old.push_back(begin_anew(state, file));
        }
        plan.epoch = known->replayed.epoch().number;
        plan.basis = known->replayed.basis();
        ROGATORY_TRY_VOID(save_plan(state, plan));
        // The new places are named in the plan before the old ones go.
        for (const auto& name : old) ROGATORY_TRY_VOID(state.environment.profile.remove(name));
        ROGATORY_TRY_VOID(upload_all(state, plan, known->replayed.epoch().recipient));

        Composed composed;
        bool moved = false;
        auto appended = append_settled(state, [&]() -> Result<Package> {
            ROGATORY_TRY(const auto* const now, state.dossier(plan.chain));
            if (now->replayed.basis() != *plan.basis ||
                now->replayed.stale(state.book, state.now()) != record::Dossier::Stale::no) {
                moved = true;
                return fail(ErrorCode::conflict, "entry.basis_changed");
            }
            ROGATORY_TRY_VOID(state.require_settled(now->copy));
            ROGATORY_TRY(composed, compose_entry(state, plan, *now));
            return composed.package;
        });
        if (appended) return composed;
        if (!moved) return fail(std::move(appended).error());
    }
    return fail(ErrorCode::conflict, "entry.basis_changed");
}

}  // namespace

Result<> require_may_send(Agent::State& state) {
    ROGATORY_TRY_VOID(state.require_role(model::Role::officer));
    ROGATORY_TRY_VOID(state.require_may_sign());
    if (!state.own().live(state.membership().authority)) return fail(ErrorCode::forbidden, "authority.not_live");
    return {};
}

Result<Sent> carry_out(Agent::State& state, DraftPlan& plan, const Reconfirm& reconfirm) {
    // What an earlier run signed comes first: it may change what this one finds.
    ROGATORY_TRY_VOID(settle_drafts(state));
    ROGATORY_TRY_VOID(require_may_send(state));
    ROGATORY_TRY_VOID(require_visa(state, plan));
    ROGATORY_TRY_VOID(require_fits(state, plan));
    Composed composed;
    if (plan.opens) {
        for (const auto& to : plan.to) {
            ROGATORY_TRY_VOID(state.once_counted([&] { return require_sealable(state, to); }));
        }
        ROGATORY_TRY_VOID(save_plan(state, plan));
        ROGATORY_TRY_VOID(upload_all(state, plan, plan.identity->recipient()));
        ROGATORY_TRY([[maybe_unused]] const auto package, append_settled(state, [&]() -> Result<Package> {
                         ROGATORY_TRY(composed, compose_opening(state, plan));
                         return composed.package;
                     }));
    } else {
        ROGATORY_TRY(composed, append_entry(state, plan, reconfirm));
    }
    ROGATORY_TRY(auto cache, ContentCache::load(state, plan.chain));
    for (auto& [id, body] : composed.bodies) cache.put(id, std::move(body));
    ROGATORY_TRY_VOID(cache.save(state));
    ROGATORY_TRY(const auto* const known, state.dossier(plan.chain));
    Sent sent;
    sent.chain = plan.chain.value();
    sent.entry = composed.entry.value();
    const auto* item = known->replayed.item(composed.entry);
    if (item == nullptr) return fail(ErrorCode::integrity, "append.void");
    sent.seq = item->seq;
    sent.index = item->index;
    // Whoever sent it would like to know that it is there for good; it is, too, when this has to be left for later.
    if (item->index >= state.log.counting_size()) (void)state.wait_for_cosigning();
    sent.counting = item->index < state.log.counting_size();
    sent.to = plan.to_text;
    for (const auto& file : plan.files) {
        sent.files.push_back({file.file.id.value(), file.file.name, file.file.size, file.file.sha256.value()});
    }
    if (!plan.closes) ROGATORY_TRY_VOID(remove_plan(state, plan));
    return sent;
}

Result<> finish_plan(Agent& agent, const DraftPlan& plan) {
    if (plan.closes) ROGATORY_TRY_VOID(sent_of_draft(agent, plan));
    ROGATORY_TRY_VOID(remove_plan(agent.state(), plan));
    return plan.closes ? forget_of_draft(agent.state(), plan) : Result<>{};
}

}  // namespace rogatory::agent
