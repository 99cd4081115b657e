#include <algorithm>
#include <map>
#include <set>

#include "platform/agent/act.hpp"
#include "platform/agent/audience.hpp"
#include "platform/agent/content_cache.hpp"
#include "platform/agent/draft_plan.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/recipients.hpp"
#include "platform/agent/send.hpp"
#include "platform/base/try.hpp"
#include "platform/casework/date.hpp"
#include "platform/record/chains.hpp"
#include "platform/record/request_texts.hpp"

namespace rogatory::agent {
namespace {

// Of one append: the server takes a hundred statements, and each brings a key for every epoch.
constexpr std::size_t kGrantsAtOnce = 50;

bool is_of_the_network(const Error& error) {
    return (error.code() == ErrorCode::unavailable && error.key() != "log.not_yet_witnessed") ||
           error.code() == ErrorCode::unauthenticated || error.code() == ErrorCode::storage_full;
}

Result<> require_publisher(Agent::State& state) {
    ROGATORY_TRY_VOID(require_may_send(state));
    if (!state.own().publisher(state.authority().authority)) return fail(ErrorCode::forbidden, "library.not_publisher");
    return {};
}

Result<std::optional<std::string>> text(const std::optional<std::string>& given,
                                        const std::optional<std::string>& before) {
    if (!given) return before;
    ROGATORY_TRY(auto normal, normalised(*given));
    return normal.empty() ? std::nullopt : std::optional{std::move(normal)};
}

// What the new version says: what the person said, and of the current version what he did not say anew.
Result<model::LibraryVersion> version_of(const PublishOrder& order, const model::LibraryVersion* before,
                                         UnixSeconds now) {
    model::LibraryVersion out;
    if (order.kind) {
        const auto kind = model::parse_name<model::WorkKind>(*order.kind);
        if (!kind) return fail(Error{ErrorCode::invalid_input, "library.kind"}.with("kind", *order.kind));
        out.kind = *kind;
    } else if (before != nullptr) {
        out.kind = before->kind;
    } else {
        return fail(ErrorCode::invalid_input, "library.no_kind");
    }
    const auto old = [&](auto member) {
        return before == nullptr ? std::optional<std::string>{} : std::optional<std::string>{before->*member};
    };
    ROGATORY_TRY(out.title_en, text(order.title_en, old(&model::LibraryVersion::title_en)));
    ROGATORY_TRY(out.title_fr, text(order.title_fr, old(&model::LibraryVersion::title_fr)));
    ROGATORY_TRY(out.summary_en, text(order.summary_en, old(&model::LibraryVersion::summary_en)));
    ROGATORY_TRY(out.summary_fr, text(order.summary_fr, old(&model::LibraryVersion::summary_fr)));
    if (!out.title_en && !out.title_fr) return fail(ErrorCode::invalid_input, "library.no_title");
    out.date = order.date.empty() ? casework::Date::at(now, 0).text() : order.date;
    if (!model::is_day(out.date)) {
        return fail(Error{ErrorCode::invalid_input, "library.date"}.with("date", out.date));
    }
    ROGATORY_TRY(out.version, normalised(order.version));
    if (out.version.empty()) out.version = out.date;
    out.languages = order.languages;
    if (out.languages.size() == 1) out.languages.resize(order.files.size(), order.languages.front());
    if (out.languages.size() != order.files.size()) return fail(ErrorCode::invalid_input, "library.languages");
    for (const auto& language : out.languages) {
        if (!model::is_language(language)) {
            return fail(Error{ErrorCode::invalid_input, "library.language"}.with("language", language));
        }
    }
    // Everything else has a length; the same reader says so before anything is sealed.
    if (!record::read_version(record::write_version(out))) return fail(ErrorCode::too_large, "library.too_long");
    return out;
}

Result<DossierBook::Known*> own_work(Agent::State& state, const Hash& chain) {
    ROGATORY_TRY(auto* const known, state.dossier(model::ChainId{chain}));
    if (!is_library(known->replayed)) return fail(ErrorCode::not_found, "library.unknown");
    if (known->replayed.opener() != state.authority()) return fail(ErrorCode::forbidden, "library.not_ours");
    return known;
}

// A grant of every epoch he lacks, one statement an authority: the next ones of the chain, in one append.
Result<std::vector<model::AuthorityRef>> give(Agent::State& state, const Hash& chain, const Audience& audience) {
    std::vector<model::AuthorityRef> given;
    std::map<std::uint64_t, age::HybridIdentity> identities;
    const auto identity_of = [&](const DossierBook::Known& known,
                                 std::uint64_t epoch) -> Result<const age::HybridIdentity*> {
        const auto found = identities.find(epoch);
        if (found != identities.end()) return &found->second;
        ROGATORY_TRY(auto opened, open_epoch(state, known, epoch));
        return &identities.emplace(epoch, std::move(opened)).first->second;
    };
    for (;;) {
        std::vector<model::AuthorityRef> now;
        ROGATORY_TRY(const auto* const first, own_work(state, chain));
        if (lacking(first->replayed, audience).empty()) return given;
        ROGATORY_TRY(
            [[maybe_unused]] const auto package, append_settled(state, [&]() -> Result<Package> {
                ROGATORY_TRY(const auto* const known, own_work(state, chain));
                ROGATORY_TRY_VOID(state.require_complete(*known));
                ROGATORY_TRY_VOID(state.require_settled(known->copy));
                auto after = known->replayed;
                auto to_give = lacking(after, audience);
                if (to_give.size() > kGrantsAtOnce) to_give.resize(kGrantsAtOnce);
                Package built;
                now = to_give;
                for (std::size_t i = 0; i < to_give.size(); ++i) {
                    const auto& to = to_give[i];
                    record::Granted granted{to.party, to.authority, 0, after.basis(), {}, {}, std::nullopt};
                    for (const auto& epoch : after.epochs()) {
                        if (after.holds(to, epoch.number) || !after.holds(state.authority(), epoch.number)) continue;
                        ROGATORY_TRY(const auto* const identity, identity_of(*known, epoch.number));
                        ROGATORY_TRY(auto made,
                                     make_grant(state, after.chain(), epoch.number, to, epoch.policy, *identity));
                        granted.generation = made.second;
                        granted.grants.push_back({epoch.number, made.first.sha256});
                        built.add(made.first);
                    }
                    ROGATORY_TRY(auto statement, state.sign(state.compose(after.head(), after.chain(), granted)));
                    const auto outcome = after.apply(statement, state.log.size() + i, state.book);
                    if (!outcome.effective()) return fail(outcome.refusal());
                    built.add(std::move(statement));
                }
                return built;
            }));
        given.insert(given.end(), now.begin(), now.end());
    }
}

}  // namespace

Result<Audience> every_authority(Agent::State& state) {
    Audience audience;
    ROGATORY_TRY(const auto* const rows, state.book.directory(state.environment));
    for (const auto& row : *rows) {
        if (!row.founded_id) continue;
        const model::PartyId party{*row.founded_id};
        const auto known = state.book.update_party(state.environment, state.log, party);
        if (!known) {
            if (is_of_the_network(known.error())) return fail(known.error());
            audience.left_out.push_back({row.code, known.error().key()});
            continue;
        }
        // Reading pins may bring registers: what is named is copied first.
        std::vector<model::AuthorityRef> all;
        for (const auto& authority : (*known)->replayed.authorities()) all.push_back({party, authority.description.id});
        for (const auto& to : all) {
            if (to == state.authority()) continue;
            const auto able = require_sealable(state, to);
            if (able) {
                audience.able.push_back(to);
                continue;
            }
            if (is_of_the_network(able.error())) return fail(able.error());
            auto name = text_of(label_of(state, to));
            if (name.starts_with('?')) name = row.code;
            audience.left_out.push_back({std::move(name), able.error().key()});
        }
    }
    std::sort(audience.able.begin(), audience.able.end());
    audience.able.erase(std::unique(audience.able.begin(), audience.able.end()), audience.able.end());
    return audience;
}

std::vector<model::AuthorityRef> lacking(const record::Dossier& dossier, const Audience& audience) {
    const auto ever = dossier.ever_let_in();
    std::vector<model::AuthorityRef> out;
    for (const auto& to : audience.able) {
        if (!std::binary_search(ever.begin(), ever.end(), to)) out.push_back(to);
    }
    return out;
}

Result<Published> publish(Agent& agent, const PublishOrder& order, const Reconfirm& reconfirm) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(require_publisher(state));
    if (order.files.empty()) return fail(ErrorCode::invalid_input, "library.no_document");
    DraftPlan plan;
    plan.name = fresh_plan_name();
    Published published;
    if (!order.work) {
        ROGATORY_TRY(plan.work, version_of(order, nullptr, state.now()));
    } else {
        ROGATORY_TRY(const auto work, show_work(agent, *order.work));
        ROGATORY_TRY_VOID(own_work(state, *order.work));
        if (work.withdrawn) return fail(ErrorCode::conflict, "library.withdrawn");
        if (work.says() == nullptr) {
            return fail(ErrorCode::conflict, work.problem.empty() ? "library.no_work" : work.problem);
        }
        ROGATORY_TRY(plan.work, version_of(order, work.says(), state.now()));
        plan.work->replaces = model::StatementId{work.versions[*work.current].id};
    }
    // Pins and keys that came a moment ago count after the next co-signature.
    ROGATORY_TRY([[maybe_unused]] const auto counted, state.wait_for_cosigning());
    ROGATORY_TRY(const auto audience, every_authority(state));
    published.left_out = audience.left_out;
    if (order.work) {
        ROGATORY_TRY([[maybe_unused]] const auto given, give(state, *order.work, audience));
        plan.chain = model::ChainId{*order.work};
    } else {
        if (audience.able.size() >= record::Dossier::kMaxGrants) {
            return fail(ErrorCode::too_large, "library.too_many_authorities");
        }
        plan.opens = true;
        plan.identity = age::HybridIdentity::generate(crypto::system_random());
        plan.chain = record::dossier_chain(state.authority().authority, plan.identity->recipient());
        plan.to = audience.able;
        plan.policy = PolicyOrder{};
        plan.policy->onward = "free";
    }
    plan.at = state.now();
    ROGATORY_TRY(plan.files, outgoing_files(order.files));
    ROGATORY_TRY(const auto before, begun_before(state, plan));
    ROGATORY_TRY(published.sent, before ? resume_draft(agent, *before, reconfirm) : carry_out(state, plan, reconfirm));
    ROGATORY_TRY(const auto* const known, state.dossier(model::ChainId{published.sent.chain}));
    published.given = known->replayed.participants().size() - 1;
    return published;
}

Result<Given> share_with_new(Agent& agent, const std::optional<Hash>& work) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(settle_drafts(state));
    ROGATORY_TRY_VOID(require_may_send(state));
    std::vector<model::ChainId> chains;
    if (work) {
        ROGATORY_TRY_VOID(own_work(state, *work));
        chains.emplace_back(*work);
    } else {
        ROGATORY_TRY(chains, library_dossiers(state));
    }
    ROGATORY_TRY([[maybe_unused]] const auto counted, state.wait_for_cosigning());
    ROGATORY_TRY(const auto audience, every_authority(state));
    Given out;
    out.left_out = audience.left_out;
    std::set<model::AuthorityRef> everybody;
    for (const auto& chain : chains) {
        ROGATORY_TRY(const auto* const known, state.dossier(chain));
        const auto& dossier = known->replayed;
        if (dossier.opener() != state.authority() || !dossier.open()) continue;
        ROGATORY_TRY(const auto given, give(state, chain.value(), audience));
        if (!given.empty()) ++out.works;
        everybody.insert(given.begin(), given.end());
    }
    for (const auto& to : everybody) out.given.push_back(text_of(label_of(state, to)));
    return out;
}

Result<> withdraw_work(Agent& agent, const Hash& chain, const std::optional<std::uint64_t>& seq,
                       std::string_view reason) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(own_work(state, chain));
    if (seq) return withdraw(agent, chain, *seq, reason);
    ROGATORY_TRY(const auto why, normalised(reason));
    return append_act(agent, chain, [&](const DossierBook::Known& known) -> Result<Act> {
        std::vector<model::StatementId> ids;
        for (const auto& item : known.replayed.items()) {
            if (item.kind == record::Kind::entry && !item.withdrawn) ids.push_back(item.id);
        }
        if (ids.empty()) return fail(ErrorCode::conflict, "library.withdrawn");
        std::sort(ids.begin(), ids.end());
        std::optional<record::SealedBody> content;
        if (!why.empty()) {
            content.emplace();
            content->reason = why;
        }
        return Act{record::Withdrawn{std::move(ids), std::nullopt}, {}, std::move(content), std::nullopt};
    });
}

}  // namespace rogatory::agent
