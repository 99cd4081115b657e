#include <algorithm>

#include "platform/agent/recovery_candidates.hpp"
#include "platform/agent/recovery_parts.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

using Holder = record::RecoveryShare::Holder;

// When somebody last signed something that everybody can see: a sign of life that no server can make up.
UnixSeconds seen_at(const RegisterBook::Known& own, const model::MemberId& member) {
    UnixSeconds at = 0;
    for (const auto& item : own.copy.items()) {
        const auto& said = item.statement.statement();
        if (said.author.member == member) at = std::max(at, said.at);
        // Who was let in, or had new keys, was there to ask for it.
        if (const auto* added = item.statement.body<record::MemberAdded>();
            added != nullptr && added->record.record.member == member) {
            at = std::max(at, said.at);
        }
        if (const auto* added = item.statement.body<record::AuthorityAdded>();
            added != nullptr && added->record.record.member == member) {
            at = std::max(at, said.at);
        }
    }
    return at;
}

UnixSeconds said_at(const RegisterBook::Known& own, const model::StatementId& id) {
    const auto& items = own.copy.items();
    const auto found =
        std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.statement.id() == id; });
    return found == items.end() ? 0 : found->statement.statement().at;
}

std::vector<RecoveryHolder> holders_of(const Agent::State& state, const record::Register::Recovery& set) {
    const auto& reg = state.own();
    const auto& known = *state.book.known(reg.chain());
    const auto now = state.latest_now();
    std::vector<RecoveryHolder> rows;
    for (const auto& part : set.shares) {
        RecoveryHolder row;
        if (!part.holder) {
            row.printed = true;
            rows.push_back(std::move(row));
            continue;
        }
        row.authority = part.holder->authority.value();
        row.member = part.holder->member.value();
        const auto name = holder_name(reg, *part.holder);
        row.authority_name = name.substr(0, name.find('/'));
        row.display_name = name.substr(name.find('/') + 1);
        const auto member = reg.member(part.holder->member);
        row.custodian = member && member->authority == part.holder->authority && member->role == model::Role::custodian;
        row.self = part.holder->member == state.membership().member;
        row.seen_at = seen_at(known, part.holder->member);
        row.long_unseen = now - row.seen_at > kLongUnseen;
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace

Result<std::vector<RecoveryView>> recovery_status(Agent& agent) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    const auto& reg = state.own();
    const Holder me{state.membership().authority, state.membership().member};
    std::vector<RecoveryView> views;
    for (const auto& authority : reg.authorities()) {
        const auto& id = authority.description.id;
        const auto set = reg.recovery(id);
        RecoveryView view;
        view.own = id == state.membership().authority;
        view.holder = set && is_holder(*set, me);
        if (!view.own && !view.holder) continue;
        view.authority = id.value();
        view.authority_name = authority.description.name.text();
        view.custodians = reg.custodians(id);
        view.live = reg.live(id);
        if (set) {
            view.set = true;
            view.threshold = set->threshold;
            view.set_at = said_at(*state.book.known(reg.chain()), set->statement);
            view.drilled = set->drilled;
            view.outdated = reg.recovery_outdated(id);
            view.holders = holders_of(state, *set);
        }
        const auto self = reg.member(me.member);
        const bool may_see = view.holder || (self && self->role == model::Role::custodian);
        if (set && may_see) {
            ROGATORY_TRY(view.candidates, candidates_of(state, id));
        }
        views.insert(view.own ? views.begin() : views.end(), std::move(view));
    }
    return views;
}

}  // namespace rogatory::agent
