#include "platform/agent/kept_drafts.hpp"

#include <algorithm>

#include "crypto/encoding/hex.hpp"
#include "platform/agent/act.hpp"
#include "platform/agent/content_cache.hpp"
#include "platform/agent/draft_plan.hpp"
#include "platform/agent/draft_versions.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/kept_bodies.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/policy_text.hpp"
#include "platform/agent/recipients.hpp"
#include "platform/agent/send.hpp"
#include "platform/agent/visa_gate.hpp"
#include "platform/base/try.hpp"
#include "platform/record/chains.hpp"

namespace rogatory::agent {
namespace {

using Body = record::SealedBody;

constexpr std::string_view kRequestType = "application/vnd.rogatory.request.v1+json";

// Only those of one's own authority read it: whoever is let in later is let in by sending it.
PolicyOrder inside_only() {
    PolicyOrder policy;
    policy.onward = "participants_only";
    return policy;
}

std::vector<DraftRecipient> recipients_shown(Agent::State& state, const Body::Draft& draft) {
    std::vector<DraftRecipient> to;
    for (const auto& each : draft.to) {
        DraftRecipient one{each.code.text(), std::nullopt, {}};
        if (each.authority) {
            one.authority = each.authority->value();
            std::optional<model::PartyId> party;
            if (state.own().code() == each.code) party = state.own().party();
            for (const auto& pin : state.own().pins()) {
                if (pin.code == each.code) party = pin.party;
            }
            if (party) {
                // Only its name depends on whether the register is had.
                (void)state.book.update_party(state.environment, state.log, *party);
                one.authority_name = label_of(state, {*party, *each.authority}).authority_name;
            }
        }
        to.push_back(std::move(one));
    }
    return to;
}

Result<std::optional<KeptDraft>> draft_view(Agent::State& state, const model::ChainId& chain, Open open) {
    ROGATORY_TRY(const auto version, newest_of_draft(state, chain, open));
    if (!version) return std::nullopt;
    KeptDraft view;
    view.version = {chain.value(), version->item.seq};
    view.at = version->item.at;
    view.newer = version->newer;
    if (const auto* reg = state.book.by_party(version->item.owner.party)) {
        const auto name_of = [&](const model::MemberId& member) -> std::string {
            // Whoever approved may have come after the version that he read, its author may have left since.
            for (const auto at : {version->item.index, state.log.size()}) {
                if (const auto person = reg->member(member, at)) return person->display_name.text();
            }
            return model::to_hex(member);
        };
        view.author = name_of(version->item.author);
        for (const auto& member : version->item.approved_by) view.approved_by.push_back(name_of(member));
    }
    if (version->failure) view.problem = version->failure->key();
    if (!version->body) return view;
    const auto& draft = *version->body->draft;
    view.read = true;
    view.title = version->body->title.value_or("");
    view.message = version->body->message.value_or("");
    view.to = recipients_shown(state, draft);
    view.together = draft.together;
    const auto caveats = draft.caveats.value_or(model::Caveats{});
    view.policy = view_of(draft.policy, &caveats);
    const auto files = files_of_draft(state, chain, *version, open);
    if (!files) {
        if (files.error().code() == ErrorCode::unauthenticated) return fail(files.error());
        view.problem = files.error().key();
        return view;
    }
    for (const auto& [seq, file] : files->files) {
        view.files.push_back({seq, file.id.value(), file.name, file.type, file.size});
    }
    view.files_gone = files->gone;
    return view;
}

// The version that another one follows, even where that one stands already because only its answer was lost.
Result<DraftRead> version_before(Agent::State& state, const DraftVersion& as) {
    const model::ChainId chain{as.chain};
    ROGATORY_TRY_VOID(require_draft(state, chain));
    ROGATORY_TRY(auto item, kept_item(state, chain, as.seq));
    if (item.withdrawn) return fail(ErrorCode::conflict, "draft.changed");
    ROGATORY_TRY(const auto cache, ContentCache::load(state, chain));
    const auto* body = cache.find(item.id);
    if (body == nullptr) return fail(ErrorCode::conflict, "draft.changed");
    if (!body->draft) return fail(ErrorCode::not_found, "draft.unknown");
    return DraftRead{std::move(item), *body, false, std::nullopt};
}

Result<std::vector<Body::Draft::To>> draft_to(Agent::State& state, const std::vector<std::string>& texts) {
    std::vector<Body::Draft::To> to;
    for (const auto& text : texts) {
        const auto slash = text.find('/');
        ROGATORY_TRY(auto code, model::PartyCode::parse(std::string_view{text}.substr(0, slash)));
        Body::Draft::To one{std::move(code), std::nullopt};
        if (slash != std::string::npos) {
            ROGATORY_TRY(const auto known, resolve_authority(state, text));
            one.authority = known.authority;
        }
        if (std::find(to.begin(), to.end(), one) == to.end()) to.push_back(std::move(one));
    }
    return to;
}

struct Content {
    std::string title;
    std::string message;
    Body::Draft draft{};
};

Result<Content> content_of(Agent::State& state, const KeepOrder& order) {
    Content out;
    ROGATORY_TRY(auto halves, policy_of(order.policy.value_or(PolicyOrder{})));
    std::vector<std::string> without = order.without;
    const auto no_such_file = [](const std::string& name) {
        return fail(Error{ErrorCode::not_found, "draft.no_such_file"}.with("file", name));
    };
    if (order.of) {
        ROGATORY_TRY(const auto before, version_before(state, *order.of));
        ROGATORY_TRY(const auto files, files_of_draft(state, model::ChainId{order.of->chain}, before, Open::yes));
        out.title = before.body->title.value_or("");
        out.message = before.body->message.value_or("");
        out.draft = *before.body->draft;
        out.draft.kept.clear();
        for (const auto& [seq, file] : files.files) {
            const auto named = std::find(order.without.begin(), order.without.end(), file.name);
            if (named == order.without.end()) {
                out.draft.kept.push_back(file.id);
            } else {
                std::erase(without, file.name);
            }
        }
        std::sort(out.draft.kept.begin(), out.draft.kept.end());
    }
    if (!without.empty()) return no_such_file(without.front());
    if (order.policy || !order.of) {
        out.draft.policy = halves.clear;
        out.draft.caveats = is_empty(halves.sealed) ? std::nullopt : std::optional{std::move(halves.sealed)};
    }
    if (order.together) out.draft.together = *order.together;
    if (order.to) {
        ROGATORY_TRY(out.draft.to, draft_to(state, *order.to));
    }
    if (order.title) {
        ROGATORY_TRY(out.title, normalised(*order.title));
    }
    if (order.message) {
        ROGATORY_TRY(out.message, normalised(*order.message));
    }
    return out;
}

}  // namespace

// As it was seen: nobody sends, or writes over, what he has not read. So nothing is opened to find that out: what was
// refused once would be read then.
Result<DraftRead> draft_as_seen(Agent::State& state, const DraftVersion& as) {
    const model::ChainId chain{as.chain};
    ROGATORY_TRY_VOID(require_draft(state, chain));
    ROGATORY_TRY(auto version, newest_of_draft(state, chain, Open::no));
    if (!version) return fail(ErrorCode::not_found, "draft.unknown");
    if (!version->body || version->newer || version->item.seq != as.seq)
        return fail(ErrorCode::conflict, "draft.changed");
    return *std::move(version);
}

Result<std::vector<KeptDraft>> kept_drafts(Agent& agent, Open open) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(const auto chains, own_dossiers(state));
    std::vector<KeptDraft> views;
    for (const auto& chain : chains) {
        const auto known = state.dossier(chain);
        if (!known) {
            if (known.error().code() == ErrorCode::unauthenticated) return fail(known.error());
            continue;  // whether it is one cannot be told; a broken chain shows itself in the list of files
        }
        if (!is_standing_draft(state, (*known)->replayed)) continue;
        auto view = draft_view(state, chain, open);
        if (!view) {
            if (view.error().code() == ErrorCode::unauthenticated) return fail(std::move(view).error());
            KeptDraft lost;
            lost.version.chain = chain.value();
            lost.problem = view.error().key();
            views.push_back(std::move(lost));
        } else if (*view) {
            views.push_back(**std::move(view));
        }
    }
    std::stable_sort(views.begin(), views.end(), [](const auto& a, const auto& b) { return a.at > b.at; });
    return views;
}

Result<KeptDraft> show_kept_draft(Agent& agent, const Hash& chain_bytes, Open open) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    const model::ChainId chain{chain_bytes};
    ROGATORY_TRY_VOID(require_draft(state, chain));
    ROGATORY_TRY(auto view, draft_view(state, chain, open));
    if (!view) return fail(ErrorCode::not_found, "draft.unknown");
    return *std::move(view);
}

Result<DraftVersion> keep_draft(Agent& agent, const KeepOrder& order, const Reconfirm& reconfirm) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(require_may_send(state));
    if (order.of) ROGATORY_TRY_VOID(require_not_being_sent(state, model::ChainId{order.of->chain}));
    ROGATORY_TRY(auto content, content_of(state, order));
    if (content.title.empty() && content.message.empty() && order.files.empty() && content.draft.kept.empty()) {
        return fail(ErrorCode::invalid_input, "send.nothing");
    }
    DraftPlan plan;
    plan.name = encoding::hex_encode(crypto::system_random().bytes<8>());
    plan.at = state.now();
    plan.title = std::move(content.title);
    plan.message = std::move(content.message);
    plan.draft = std::move(content.draft);
    ROGATORY_TRY(plan.files, outgoing_files(order.files));
    if (order.of) {
        plan.chain = model::ChainId{order.of->chain};
    } else {
        plan.opens = true;
        plan.identity = age::HybridIdentity::generate(crypto::system_random());
        plan.chain = record::dossier_chain(state.authority().authority, plan.identity->recipient());
        plan.policy = inside_only();
    }
    ROGATORY_TRY(const auto before, begun_before(state, plan));
    // One that was begun may stand already, and be the newest itself.
    if (order.of && !before) {
        ROGATORY_TRY([[maybe_unused]] const auto version, draft_as_seen(state, *order.of));
    }
    ROGATORY_TRY(const auto sent, before ? resume_draft(agent, *before, reconfirm) : carry_out(state, plan, reconfirm));
    return DraftVersion{sent.chain, sent.seq};
}

Result<> approve_kept_draft(Agent& agent, const DraftVersion& as) {
    return append_act(agent, as.chain, [&](const DossierBook::Known&) -> Result<Act> {
        ROGATORY_TRY(const auto version, draft_as_seen(agent.state(), as));
        return Act{record::Approved{version.item.id, version.item.sealed}, {}, std::nullopt, std::nullopt};
    });
}

namespace {

// As a further item of a file, for exactly those who take part in it.
Result<std::vector<Sent>> send_into(Agent& agent, const model::ChainId& chain, const Body::Draft& draft,
                                    const Contents& contents) {
    auto& state = agent.state();
    ROGATORY_TRY(const auto* const known, state.dossier(chain));
    std::vector<model::AuthorityRef> others;
    for (const auto& one : known->replayed.participants()) {
        if (one != state.authority()) others.push_back(one);
    }
    if (!are_recipients(state, draft, others, std::nullopt)) return fail(ErrorCode::conflict, "visa.recipients_differ");
    DraftPlan plan;
    plan.name = encoding::hex_encode(crypto::system_random().bytes<8>());
    plan.chain = chain;
    plan.at = state.now();
    plan.title = contents.title;
    plan.message = contents.message;
    // What is as strict as the file needs no rule of its own.
    if (known->replayed.policy() != draft.policy || draft.caveats) plan.policy = contents.policy;
    ROGATORY_TRY(plan.files, contents.files());
    plan.closes = contents.closes;
    ROGATORY_TRY(const auto before, begun_before(state, plan));
    // To others, or of another version: that is ended first, one way or the other.
    if (!before) ROGATORY_TRY_VOID(require_not_being_sent(state, *plan.closes));
    if (before) {
        ROGATORY_TRY(auto resumed, resume_draft(agent, *before, nullptr));
        return std::vector<Sent>{std::move(resumed)};
    }
    ROGATORY_TRY(auto sent, carry_out(state, plan, nullptr));
    ROGATORY_TRY_VOID(finish_plan(agent, plan));
    return std::vector<Sent>{std::move(sent)};
}

}  // namespace

Result<std::vector<Sent>> send_kept_draft(Agent& agent, const DraftVersion& as, const std::optional<Hash>& into) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(require_may_send(state));
    const model::ChainId chain{as.chain};
    ROGATORY_TRY(const auto version, draft_as_seen(state, as));
    ROGATORY_TRY(const auto files, files_of_draft(state, chain, version, Open::yes));
    const auto& draft = *version.body->draft;
    if (draft.to.empty()) return fail(ErrorCode::invalid_input, "send.to_nobody");
    if (files.gone > 0) return fail(ErrorCode::conflict, "draft.file_gone");
    // What the page keeps of a request says whom it asks and what; it is no document for a transmission.
    if (std::any_of(files.files.begin(), files.files.end(),
                    [](const auto& one) { return one.second.type == kRequestType; })) {
        return fail(ErrorCode::conflict, "draft.request_of_page");
    }
    if (files.files.empty() && !version.body->message) return fail(ErrorCode::invalid_input, "send.nothing");
    std::vector<std::string> names;
    for (const auto& to : draft.to) {
        names.push_back(to.code.text() + (to.authority ? "/" + model::to_hex(*to.authority) : ""));
    }
    std::vector<Recipient> recipients;
    if (!into) {
        ROGATORY_TRY(recipients, recipients_of(state, names));
    }
    Contents contents;
    contents.title = version.body->title.value_or("");
    contents.message = version.body->message.value_or("");
    const auto caveats = draft.caveats.value_or(model::Caveats{});
    const auto policy = view_of(draft.policy, &caveats);
    contents.policy = {policy.onward,  policy.review_at, policy.expires_at,
                       policy.caveats, policy.handling,  policy.words};
    contents.together = draft.together;
    contents.closes = chain;
    // In another dossier it is another attachment.
    contents.files = [&]() -> Result<std::vector<OutgoingFile>> {
        std::vector<OutgoingFile> out;
        for (const auto& [seq, file] : files.files) {
            OutgoingFile one;
            one.from = DraftOrigin{chain, seq, file.id};
            one.file = file;
            one.file.id = record::random_id<model::AttachmentId>(crypto::system_random());
            out.push_back(std::move(one));
        }
        return out;
    };
    return into ? send_into(agent, model::ChainId{*into}, draft, contents) : send_to(agent, recipients, contents);
}

Result<> discard_kept_draft(Agent& agent, const Hash& chain_bytes) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    const model::ChainId chain{chain_bytes};
    ROGATORY_TRY_VOID(require_draft(state, chain));
    ROGATORY_TRY_VOID(require_not_being_sent(state, chain));
    return discard_draft(agent, chain);
}

}  // namespace rogatory::agent
