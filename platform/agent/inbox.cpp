#include "platform/agent/inbox.hpp"

#include <algorithm>

#include "platform/agent/audience.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/policy_text.hpp"
#include "platform/agent/recipients.hpp"
#include "platform/agent/send.hpp"
#include "platform/agent/successor.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

bool is_unread(Agent::State& state, DossierBook::Known& known, const record::Dossier::Item& item) {
    if (item.owner == state.authority()) return false;
    const auto found = known.receipts.find(state.authority());
    if (found == known.receipts.end()) return true;
    const auto signed_so_far = found->second->replayed.of(item.id);
    const auto mine = signed_so_far.find(state.membership().member);
    return mine == signed_so_far.end() || (!mine->second.opened && !mine->second.unreadable);
}

bool was_unreadable(Agent::State& state, DossierBook::Known& known, const record::Dossier::Item& item) {
    const auto found = known.receipts.find(state.authority());
    if (found == known.receipts.end()) return false;
    const auto signed_so_far = found->second->replayed.of(item.id);
    const auto mine = signed_so_far.find(state.membership().member);
    return mine != signed_so_far.end() && mine->second.unreadable && !mine->second.opened;
}

std::string about(const Agent::State& state, const record::Statement& content) {
    if (const auto* granted = std::get_if<record::Granted>(&content.body))
        return text_of(label_of(state, granted->to()));
    if (const auto* revoked = std::get_if<record::Revoked>(&content.body))
        return text_of(label_of(state, revoked->whom()));
    if (const auto* consented = std::get_if<record::Consented>(&content.body))
        return text_of(label_of(state, consented->to()));
    if (const auto* started = std::get_if<record::EpochStarted>(&content.body))
        return std::to_string(started->epoch.epoch);
    if (const auto* changed = std::get_if<record::PolicyChanged>(&content.body)) {
        return std::string{model::to_text(changed->policy.onward)};
    }
    return {};
}

AuthorityLabel author_label(const Agent::State& state, const record::Author& author) {
    const auto* reg = state.book.by_chain(author.register_chain);
    if (reg == nullptr) return {};
    return label_of(state, {reg->party(), author.authority});
}

}  // namespace

EntryView view_of_entry(Agent::State& state, DossierBook::Known& known, const ContentCache& cache,
                        const record::Dossier::Item& item) {
    EntryView view;
    view.seq = item.seq;
    view.id = item.id.value();
    view.index = item.index;
    view.author = label_of(state, item.owner);
    if (const auto* reg = state.book.by_party(item.owner.party)) {
        // As of the entry: its author may have left since.
        if (const auto person = reg->member(item.author, item.index)) view.author_name = person->display_name.text();
    }
    view.at = item.at;
    view.epoch = item.epoch;
    view.counting = item.index < state.log.counting_size();
    view.unread = is_unread(state, known, item);
    const auto* body = cache.find(item.id);
    view.opened = body != nullptr;
    if (body != nullptr) {
        view.title = body->title.value_or("");
        view.message = body->message.value_or("");
        view.content = body->request;
        view.work = body->library;
        view.report_row = body->report_row;
        if (body->row_answer) view.row_answer = body->row_answer->answer;
        view.language = body->language.value_or("");
        view.version = body->language_version;
        view.enquiry = body->enquiry;
        view.enquiry_answer = body->enquiry_answer;
        if (body->library && view.title.empty()) {
            view.title = body->library->title_en.value_or(body->library->title_fr.value_or(""));
        }
    }
    for (const auto& line : item.attachments) {
        AttachmentView attachment;
        attachment.attachment = line.id.value();
        attachment.sealed_size = line.size;
        attachment.state = item.withdrawn ? "withdrawn" : "available";
        if (body != nullptr) {
            for (const auto& file : body->files) {
                if (file.id != line.id) continue;
                attachment.name = file.name;
                attachment.type = file.type;
                attachment.size = file.size;
            }
        }
        view.attachments.push_back(std::move(attachment));
    }
    const auto caveats = caveats_in_force(known, cache, item);
    view.policy = view_of(item.in_force, caveats ? &*caveats : nullptr);
    if (item.stale) view.warnings.emplace_back("sealed_to_stale_epoch");
    if (!view.counting) view.warnings.emplace_back("not_yet_witnessed");
    if (state.log.disputed(item.index, item.at)) view.warnings.emplace_back("date_disputed");
    if (item.withdrawn) view.warnings.emplace_back("withdrawn");
    view.outcome = "ok";
    if (was_unreadable(state, known, item)) view.outcome = "unreadable";
    if (!may_read_of(state, item.owner.party)) view.outcome = "unverified";
    return view;
}

Result<DossierView> view_of_dossier(Agent::State& state, DossierBook::Known& known) {
    const auto& dossier = known.replayed;
    DossierView view;
    view.chain = known.copy.chain().value();
    const auto& items = known.copy.items();
    if (!dossier.opened()) {
        view.state = known.copy.incomplete() ? "incomplete" : "void";
        return view;
    }
    // One's own receipts say what is unread.
    ROGATORY_TRY([[maybe_unused]] const auto* const mine,
                 state.dossiers.update_receipts(state.environment, state.log, state.book, known, state.authority()));
    ROGATORY_TRY(const auto cache, ContentCache::load(state, known.copy.chain()));
    view.kind = record::to_text(dossier.kind());
    view.draft = is_own_draft(state, dossier);
    view.opener = label_of(state, dossier.opener());
    view.state = known.copy.incomplete() ? "incomplete" : dossier.open() ? "open" : "closed";
    for (const auto& participant : dossier.participants()) {
        view.participants.push_back(label_of(state, participant));
        if (dossier.kind() == record::DossierKind::library && participant != dossier.opener()) continue;
        if (!record::pin_basis(state.book, state.own(), participant.party) && may_read_of(state, participant.party)) {
            view.warnings.emplace_back("participant_founded_anew");
        } else if (!record::pin_basis(state.book, state.own(), participant.party)) {
            if (view.state == "open" || view.state == "closed") view.state = "unverified";
            view.warnings.emplace_back("participant_not_pinned");
        }
    }
    view.epoch = dossier.epoch().number;
    view.opened_at = dossier.opened_at();
    view.last_at = items.empty() ? 0 : items.back().statement.statement().at;
    if (dossier.stale(state.book, state.now()) != record::Dossier::Stale::no) view.warnings.emplace_back("epoch_stale");
    if (known.copy.incomplete()) view.warnings.emplace_back("incomplete");
    const auto* policy_body = cache.find(dossier.policy_statement());
    std::optional<model::Caveats> caveats;
    if (policy_body != nullptr) caveats = policy_body->caveats.value_or(model::Caveats{});
    view.policy = view_of(dossier.policy(), caveats ? &*caveats : nullptr);

    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto& statement = items[i].statement;
        const bool is_void = !known.outcomes[i].effective();
        const auto* item = dossier.item(statement.id());
        if (statement.kind() == record::Kind::entry && item != nullptr && !is_void) {
            view.entries.push_back(view_of_entry(state, known, cache, *item));
            if (view.entries.back().unread) ++view.unread;
            // In another language it is still the same file.
            const auto& title = view.entries.back().title;
            if (!title.empty() && !view.entries.back().version) view.title = title;
            continue;
        }
        ActView act;
        act.seq = i;
        act.id = statement.id().value();
        act.kind = record::to_text(statement.kind());
        act.author = author_label(state, statement.statement().author);
        act.at = statement.statement().at;
        act.void_ = is_void;
        act.about = is_void ? known.outcomes[i].reason : about(state, statement.statement());
        view.acts.push_back(std::move(act));
    }
    return view;
}

Result<std::vector<DossierView>> list_dossiers(Agent& agent, bool unread_only) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(const auto chains, own_dossiers(state));
    std::vector<DossierView> views;
    for (const auto& chain : chains) {
        auto known = state.dossier(chain);
        if (!known) {
            if (known.error().code() == ErrorCode::unavailable) return fail(std::move(known).error());
            // One broken chain does not hide the others.
            DossierView broken;
            broken.chain = chain.value();
            broken.state = "broken";
            broken.warnings.push_back(known.error().key());
            views.push_back(std::move(broken));
            continue;
        }
        if (is_library((*known)->replayed)) continue;
        ROGATORY_TRY(auto view, view_of_dossier(state, **known));
        if (unread_only && view.unread == 0) continue;
        views.push_back(std::move(view));
    }
    return views;
}

Result<DossierView> show_dossier(Agent& agent, const Hash& chain) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(auto* const known, state.dossier(model::ChainId{chain}));
    if (known->copy.items().empty()) return fail(ErrorCode::not_found, "dossier.unknown");
    return view_of_dossier(state, *known);
}

Result<Hash> find_dossier(Agent& agent, std::string_view text) {
    auto& state = agent.state();
    if (const auto whole = model::parse_hex<model::ChainId>(text)) return whole->value();
    ROGATORY_TRY(const auto chains, own_dossiers(state));
    if (text == "latest") {
        for (const auto& chain : chains) {
            const auto known = state.dossier(chain);
            if (!known && known.error().code() == ErrorCode::unavailable) return fail(known.error());
            if (!known || !is_library((*known)->replayed)) return chain.value();
        }
        return fail(Error{ErrorCode::not_found, "dossier.unknown"}.with("name", std::string{text}));
    }
    std::vector<Hash> found;
    for (const auto& chain : chains) {
        if (text.size() >= 6 && model::to_hex(chain).starts_with(text)) found.push_back(chain.value());
    }
    if (found.size() > 1)
        return fail(Error{ErrorCode::invalid_input, "name.ambiguous"}.with("name", std::string{text}));
    if (found.empty()) return fail(Error{ErrorCode::not_found, "dossier.unknown"}.with("name", std::string{text}));
    return found.front();
}

}  // namespace rogatory::agent
