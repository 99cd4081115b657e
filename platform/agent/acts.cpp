#include <algorithm>

#include "platform/agent/act.hpp"
#include "platform/agent/content_cache.hpp"
#include "platform/agent/dossiers.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/policy_text.hpp"
#include "platform/agent/recipients.hpp"
#include "platform/agent/send.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

void set_sealed(record::Body& body, const model::Digest& digest) {
    std::visit(
        [&](auto& value) {
            if constexpr (requires { value.sealed = digest; }) value.sealed = digest;
        },
        body);
}

// What a statement that begins an epoch says goes to that one, whose grants it brings.
bool seals_to_current_epoch(const Act& act) { return act.content && !act.sealed_to; }

Result<Package> compose_act(Agent::State& state, const DossierBook::Known& known, Act act,
                            std::optional<std::pair<model::StatementId, record::SealedBody>>& said) {
    auto statement = state.compose(known.replayed.head(), known.copy.chain(), std::move(act.body));
    Package package;
    if (act.content) {
        act.content->chain = statement.chain;
        act.content->author = statement.author;
        act.content->nonce = statement.nonce;
        ROGATORY_TRY(const auto file,
                     seal_body(*act.content, act.sealed_to.value_or(known.replayed.epoch().recipient)));
        set_sealed(statement.body, file.sha256);
        package.add(file);
    }
    for (const auto& file : act.files) package.add(file);
    ROGATORY_TRY(auto signed_statement, state.sign(statement));
    // What would have no effect is not sent: the same judge says so here, in words, before anybody else does.
    const auto outcome = known.replayed.judge(signed_statement, state.log.size(), state.book);
    if (!outcome.effective()) return fail(outcome.refusal());
    if (act.content) said.emplace(signed_statement.id(), *std::move(act.content));
    package.add(std::move(signed_statement));
    return package;
}

}  // namespace

Result<> append_act(Agent& agent, const Hash& chain_bytes, const MakeAct& make) {
    auto& state = agent.state();
    const model::ChainId chain{chain_bytes};
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(settle_drafts(state));
    ROGATORY_TRY_VOID(state.require_role(model::Role::officer));
    std::optional<std::pair<model::StatementId, record::SealedBody>> said;
    for (int round = 0;; ++round) {
        ROGATORY_TRY(const bool seals, state.once_counted([&]() -> Result<bool> {
            ROGATORY_TRY(const auto* const known, state.dossier(chain));
            if (!known->replayed.opened()) return fail(ErrorCode::not_found, "dossier.unknown");
            ROGATORY_TRY_VOID(state.require_complete(*known));
            ROGATORY_TRY(const auto act, make(*known));
            return seals_to_current_epoch(act);
        }));
        // Its words are read by whoever holds the epoch: nobody who left, nobody who is not pinned, as with an entry.
        if (seals) {
            ROGATORY_TRY([[maybe_unused]] const auto* const ready,
                         state.once_counted([&] { return ready_to_seal(state, chain); }));
        }
        bool moved = false;
        auto appended = append_settled(state, [&]() -> Result<Package> {
            ROGATORY_TRY(const auto* const known, state.dossier(chain));
            ROGATORY_TRY_VOID(state.require_complete(*known));
            ROGATORY_TRY_VOID(state.require_settled(known->copy));
            ROGATORY_TRY(auto act, make(*known));
            if (seals_to_current_epoch(act) &&
                known->replayed.stale(state.book, state.now()) != record::Dossier::Stale::no) {
                moved = true;
                return fail(ErrorCode::conflict, "entry.basis_changed");
            }
            said.reset();
            return compose_act(state, *known, std::move(act), said);
        });
        if (appended) break;
        if (!moved || round == 3) return fail(std::move(appended).error());
    }
    if (said) {
        ROGATORY_TRY(auto cache, ContentCache::load(state, chain));
        cache.put(said->first, std::move(said->second));
        ROGATORY_TRY_VOID(cache.save(state));
    }
    return {};
}

namespace {

// The ids of entries by seq, each an entry of one's own.
Result<std::vector<model::StatementId>> own_entries(const Agent::State& state, const DossierBook::Known& known,
                                                    const std::vector<std::uint64_t>& seqs) {
    std::vector<model::StatementId> ids;
    for (const auto seq : seqs) {
        const auto& items = known.replayed.items();
        const auto found = std::find_if(items.begin(), items.end(), [&](const auto& item) {
            return item.seq == seq && item.kind == record::Kind::entry;
        });
        if (found == items.end())
            return fail(Error{ErrorCode::not_found, "entry.unknown"}.with("entry", std::to_string(seq)));
        if (found->owner != state.authority()) {
            return fail(Error{ErrorCode::forbidden, "entry.not_ours"}.with("entry", std::to_string(seq)));
        }
        ids.push_back(found->id);
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

Result<std::optional<record::SealedBody>> text_body(std::string_view text,
                                                    std::optional<std::string> record::SealedBody::*field) {
    if (text.empty()) return std::nullopt;
    record::SealedBody body;
    ROGATORY_TRY(auto normal, normalised(text));
    body.*field = std::move(normal);
    return body;
}

Result<std::optional<record::SealedBody>> caveats_body(const PolicyHalves& halves) {
    record::SealedBody body;
    body.caveats = halves.sealed;
    return body;
}

// --- onward grants
// ------------------------------------------------------------------------------------------------------

struct GrantPlan {
    std::vector<std::uint64_t> epochs;
    std::vector<model::StatementId> consents;
};

// Every epoch one holds and the other does not, with the consents that this needs; where those cover less, what they
// cover.
Result<GrantPlan> plan_grant(const Agent::State& state, const record::Dossier& dossier, const model::AuthorityRef& to) {
    std::vector<std::uint64_t> all;
    for (const auto& epoch : dossier.epochs()) {
        if (dossier.holds(state.authority(), epoch.number) && !dossier.holds(to, epoch.number))
            all.push_back(epoch.number);
    }
    if (all.empty()) return fail(ErrorCode::conflict, "grant.already");

    const auto now = state.latest_now();
    const auto consent_of = [&](const model::AuthorityRef& owner,
                                const std::vector<std::uint64_t>& epochs) -> std::optional<model::StatementId> {
        for (const auto& consent : dossier.consents()) {
            if (consent.owner == owner && !consent.spent && consent.body.to() == to &&
                consent.body.grant_before >= now && dossier.covers(consent, epochs)) {
                return consent.id;
            }
        }
        return std::nullopt;
    };
    const auto try_with = [&](const std::vector<std::uint64_t>& epochs,
                              std::vector<model::AuthorityRef>& lacking) -> Result<std::optional<GrantPlan>> {
        ROGATORY_TRY(const auto owners, dossier.consents_needed(state.authority(), to, epochs));
        GrantPlan plan{epochs, {}};
        lacking.clear();
        for (const auto& owner : owners) {
            if (const auto consent = consent_of(owner, epochs)) {
                plan.consents.push_back(*consent);
            } else {
                lacking.push_back(owner);
            }
        }
        if (!lacking.empty()) return std::nullopt;
        std::sort(plan.consents.begin(), plan.consents.end());
        return plan;
    };
    std::vector<model::AuthorityRef> lacking;
    ROGATORY_TRY(auto whole, try_with(all, lacking));
    if (whole) return *std::move(whole);
    // Less than everything: the epochs that can be granted one by one, newest first, taken together as far as they go.
    std::vector<std::uint64_t> some;
    std::optional<GrantPlan> best;
    for (auto epoch = all.rbegin(); epoch != all.rend(); ++epoch) {
        std::vector<std::uint64_t> more{*epoch};
        more.insert(more.end(), some.begin(), some.end());
        std::vector<model::AuthorityRef> ignored;
        auto plan = try_with(more, ignored);
        if (!plan || !*plan) continue;
        some = std::move(more);
        best = **std::move(plan);
    }
    if (best) return *std::move(best);
    std::string owners;
    for (const auto& owner : lacking) owners += (owners.empty() ? "" : ", ") + text_of(label_of(state, owner));
    return fail(Error{ErrorCode::forbidden, "grant.consent_needed"}.with("owners", owners));
}

}  // namespace

Result<> grant(Agent& agent, const Hash& chain, std::string_view to_text) {
    auto& state = agent.state();
    return append_act(agent, chain, [&](const DossierBook::Known& known) -> Result<Act> {
        const auto& dossier = known.replayed;
        ROGATORY_TRY(const auto to, resolve_authority(state, to_text));
        ROGATORY_TRY_VOID(require_sealable(state, to));
        ROGATORY_TRY(auto plan, plan_grant(state, dossier, to));
        record::Granted granted{to.party, to.authority, 0, dossier.basis(), {}, plan.consents, std::nullopt};
        Act act{granted, {}, std::nullopt, std::nullopt};
        for (const auto number : plan.epochs) {
            ROGATORY_TRY(const auto identity, open_epoch(state, known, number));
            const auto& epoch = dossier.epochs()[number - 1];
            ROGATORY_TRY(auto made, make_grant(state, dossier.chain(), number, to, epoch.policy, identity));
            granted.generation = made.second;
            granted.grants.push_back({number, made.first.sha256});
            act.files.push_back(std::move(made.first));
        }
        act.body = std::move(granted);
        return act;
    });
}

Result<> consent(Agent& agent, const ConsentOrder& order) {
    auto& state = agent.state();
    return append_act(agent, order.chain, [&](const DossierBook::Known& known) -> Result<Act> {
        const auto& dossier = known.replayed;
        ROGATORY_TRY(const auto to, resolve_authority(state, order.to));
        record::Consented consented{{},           {}, *dossier.head().last, to.party,
                                    to.authority, 0,  order.access_until,   std::nullopt};
        consented.grant_before = order.grant_before > 0 ? order.grant_before : state.now() + 30 * kDay;
        if (!order.entries.empty()) {
            ROGATORY_TRY(consented.entries, own_entries(state, known, order.entries));
        } else {
            // All own ones up to now: by epochs, of which an owner may name those it authored in (the opener: any).
            for (const auto& epoch : dossier.epochs()) {
                const bool owns = dossier.opener() == state.authority() ||
                                  std::any_of(dossier.items().begin(), dossier.items().end(), [&](const auto& item) {
                                      return item.kind == record::Kind::entry && item.epoch == epoch.number &&
                                             item.owner == state.authority();
                                  });
                if (owns) consented.epochs.push_back(epoch.number);
            }
            if (consented.epochs.empty()) return fail(ErrorCode::not_found, "consent.nothing_own");
        }
        ROGATORY_TRY(auto content, text_body(order.purpose, &record::SealedBody::purpose));
        return Act{std::move(consented), {}, std::move(content), std::nullopt};
    });
}

Result<> release(Agent& agent, const Hash& chain, const std::vector<std::uint64_t>& entries,
                 const PolicyOrder& policy) {
    auto& state = agent.state();
    return append_act(agent, chain, [&](const DossierBook::Known& known) -> Result<Act> {
        ROGATORY_TRY(const auto halves, policy_of(policy));
        ROGATORY_TRY(auto ids, own_entries(state, known, entries));
        ROGATORY_TRY(auto content, caveats_body(halves));
        return Act{record::Released{std::move(ids), halves.clear, std::nullopt}, {}, std::move(content), std::nullopt};
    });
}

Result<> withdraw(Agent& agent, const Hash& chain, std::uint64_t entry, std::string_view reason) {
    auto& state = agent.state();
    return append_act(agent, chain, [&](const DossierBook::Known& known) -> Result<Act> {
        ROGATORY_TRY(auto ids, own_entries(state, known, {entry}));
        ROGATORY_TRY(auto content, text_body(reason, &record::SealedBody::reason));
        return Act{record::Withdrawn{std::move(ids), std::nullopt}, {}, std::move(content), std::nullopt};
    });
}

Result<> revoke(Agent& agent, const Hash& chain, std::string_view from_text) {
    auto& state = agent.state();
    return append_act(agent, chain, [&](const DossierBook::Known& known) -> Result<Act> {
        const auto& dossier = known.replayed;
        ROGATORY_TRY(const auto from, resolve_authority(state, from_text));
        auto audience = dossier.next_audience(state.now());
        std::erase(audience, from);
        ROGATORY_TRY(auto fresh, make_epoch(state, {dossier.chain(), dossier.epoch().number + 1, std::move(audience),
                                                    dossier.policy_statement()}));
        return Act{record::Revoked{from.party, from.authority, fresh.epoch, std::nullopt}, std::move(fresh.grants),
                   std::nullopt, std::nullopt};
    });
}

Result<> set_policy(Agent& agent, const Hash& chain, const PolicyOrder& policy) {
    auto& state = agent.state();
    return append_act(agent, chain, [&](const DossierBook::Known& known) -> Result<Act> {
        const auto& dossier = known.replayed;
        ROGATORY_TRY(const auto halves, policy_of(policy));
        // Its grants are listed by the statement that sets the policy: zeros stand for that.
        ROGATORY_TRY(auto fresh, make_epoch(state, {dossier.chain(), dossier.epoch().number + 1,
                                                    dossier.next_audience(state.now()), model::StatementId{}}));
        ROGATORY_TRY(auto content, caveats_body(halves));
        const auto recipient = fresh.epoch.recipient;
        return Act{record::PolicyChanged{halves.clear, fresh.epoch, std::nullopt}, std::move(fresh.grants),
                   std::move(content), recipient};
    });
}

Result<> close_dossier(Agent& agent, const Hash& chain) {
    return append_act(agent, chain, [](const DossierBook::Known&) -> Result<Act> {
        return Act{record::Closed{std::nullopt}, {}, std::nullopt, std::nullopt};
    });
}

Result<> reopen_dossier(Agent& agent, const Hash& chain) {
    return append_act(agent, chain, [](const DossierBook::Known&) -> Result<Act> {
        return Act{record::Reopened{std::nullopt}, {}, std::nullopt, std::nullopt};
    });
}

bool is_own_draft(const Agent::State& state, const record::Dossier& dossier) {
    if (!dossier.opened() || dossier.kind() != record::DossierKind::internal || dossier.opener() != state.authority())
        return false;
    const auto ever = dossier.ever_let_in();
    return std::all_of(ever.begin(), ever.end(), [&](const auto& who) { return who == state.authority(); });
}

Result<> discard_draft(Agent& agent, const model::ChainId& chain) {
    auto& state = agent.state();
    const auto standing_entries = [](const record::Dossier& dossier) {
        std::vector<model::StatementId> ids;
        for (const auto& item : dossier.items()) {
            if (item.kind == record::Kind::entry && !item.withdrawn) ids.push_back(item.id);
        }
        std::sort(ids.begin(), ids.end());
        return ids;
    };
    ROGATORY_TRY(const auto* const known, state.dossier(chain));
    if (!is_own_draft(state, known->replayed)) return fail(ErrorCode::not_found, "draft.unknown");
    if (!known->replayed.open()) return {};
    if (!standing_entries(known->replayed).empty()) {
        ROGATORY_TRY_VOID(append_act(agent, chain.value(), [&](const DossierBook::Known& now) -> Result<Act> {
            return Act{record::Withdrawn{standing_entries(now.replayed), std::nullopt}, {}, std::nullopt, std::nullopt};
        }));
    }
    return close_dossier(agent, chain.value());
}

}  // namespace rogatory::agent
