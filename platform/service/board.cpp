#include "platform/service/board.hpp"

#include <algorithm>
#include <chrono>
#include <map>

#include "platform/service/context_state.hpp"
#include "platform/service/cursor.hpp"
#include "platform/service/party_list.hpp"

namespace rogatory::service {

namespace {

constexpr UnixSeconds kLongUnseen = 180 * kDay;  // users.md, (h) 2
constexpr std::size_t kTwo = 2;                  // access managers that an authority needs

// A day is more than an administrator has to know of somebody's habits.
UnixSeconds month_of(UnixSeconds at) {
    using namespace std::chrono;
    const year_month_day day{floor<days>(sys_seconds{seconds{at}})};
    return sys_seconds{sys_days{day.year() / day.month() / 1}}.time_since_epoch().count();
}

// How many registers hold each Party's key checked, by themselves or on their list.
std::map<ports::PartyId, std::uint64_t> pinned_by(const ports::Repositories& repositories, const ChainStates& states,
                                                  std::size_t step) {
    std::map<ports::PartyId, std::uint64_t> counts;
    std::string after;
    for (;;) {
        const auto rows = repositories.parties().list(after, step);
        for (const auto& row : rows) {
            after = row.place;
            if (!row.register_chain || row.succeeded) continue;
            const auto* const held = states.by_chain(*row.register_chain);
            if (held == nullptr) continue;
            std::set<ports::PartyId> checked;
            for (const auto& pin : held->pins()) checked.insert(pin.party);
            for (const auto& vouch : held->vouches()) checked.insert(vouch.party);
            for (const auto& party : checked) ++counts[party];
        }
        if (rows.size() < step) return counts;
    }
}

struct Wait {
    std::string what;
    std::optional<UnixSeconds> since;
};

Wait before_founding(const ports::Repositories& repositories, const ports::PartyRow& row, UnixSeconds now) {
    Wait wait{"invitation", row.created_at};
    for (const auto& invitation : repositories.invitations().open_of_party(row.id)) {
        if (invitation.not_after < now) {
            wait.since = invitation.not_after;
        } else {
            return {"founding", invitation.made_at == 0 ? row.created_at : invitation.made_at};
        }
    }
    return wait;
}

std::string recovery_of(const record::Register& held, const ports::PartyActivity& activity) {
    if (const auto set = held.recovery(held.root())) {
        return set->drilled && !held.recovery_outdated(held.root()) ? "parts" : "undrilled";
    }
    const bool kit = std::ranges::any_of(activity.custodians,
                                         [&](const auto& one) { return one.authority == held.root() && one.kit; });
    return kit ? "kit" : "none";
}

// The first thing that is missing, in the order in which a Party comes by them.
Wait of_founded(const record::Register& held, const BoardItem& item, const ports::PartyActivity& activity,
                std::optional<UnixSeconds> last_act, UnixSeconds now) {
    const auto& root = held.root();
    const auto set = held.recovery(root);
    if (!held.live(root)) return {set && !set->drilled ? "drill" : "second_custodian", last_act};
    if (item.pinned_by == 0) return {"pin", last_act};
    std::size_t away = 0;
    std::optional<UnixSeconds> since;
    for (const auto& one : activity.custodians) {
        if (one.authority != root || !one.seen_on || now - *one.seen_on <= kLongUnseen) continue;
        ++away;
        since = std::max(since.value_or(0), month_of(*one.seen_on));
    }
    if (away > 0 && activity.custodians.size() >= away &&
        item.custodians - std::min<std::size_t>(item.custodians, away) < kTwo) {
        return {"custodian_away", since};
    }
    if (!set || held.recovery_outdated(root)) return {"recovery_set", last_act};
    if (!set->drilled) return {"drill", last_act};
    if (item.bytes / 9 >= item.quota / 10) return {"space", std::nullopt};
    return {};
}

}  // namespace

Page<BoardItem> list_board(Context& context, const PageRequest& page) {
    const auto listed = list_parties(context, page);
    const auto now = context.time.now();
    return context.store.read([&](const ports::Repositories& repositories) {
        const ChainStates states{context.chains, repositories};
        const auto pins = pinned_by(repositories, states, context.settings.max_page);
        Page<BoardItem> items;
        items.next_cursor = listed.next_cursor;
        for (const auto& party : listed.items) {
            BoardItem item;
            item.party = party;
            item.recovery = "none";
            const auto row = party.founded_id ? repositories.parties().find_by_founded(*party.founded_id)
                                              : repositories.parties().find(party.code);
            if (!row) continue;
            item.own_quota = row->quota_bytes.has_value();
            item.quota = row->quota_bytes.value_or(context.settings.bytes_per_party);
            const auto* const held = party.register_chain ? states.by_chain(*party.register_chain) : nullptr;
            Wait wait;
            if (held == nullptr) {
                wait = before_founding(repositories, *row, now);
                item.stage = wait.what == "founding" ? "invited" : "created";
            } else {
                const auto activity =
                    repositories.parties().activity(*party.register_chain, now - context.settings.session_idle);
                item.sessions = activity.sessions;
                for (const auto& one : activity.custodians) {
                    if (one.seen_on) item.seen_on = std::max(item.seen_on.value_or(0), month_of(*one.seen_on));
                }
                for (const auto& authority : held->authorities()) {
                    ++item.authorities;
                    if (held->live(authority.description.id)) ++item.authorities_live;
                }
                item.custodians = held->custodians(held->root());
                item.recovery = recovery_of(*held, activity);
                if (const auto found = pins.find(*party.founded_id); found != pins.end())
                    item.pinned_by = found->second;
                item.bytes = repositories.attachments().usage_of_party(*party.founded_id).bytes +
                             repositories.records().bytes_of_party(*party.founded_id);
                const auto chain = repositories.records().find_chain(*party.register_chain);
                const auto last = chain ? repositories.records().find_statement(chain->head) : std::nullopt;
                wait = of_founded(*held, item, activity, last ? std::optional{last->appended_at} : std::nullopt, now);
                item.stage = held->live(held->root()) ? "live" : "founded";
            }
            if (row->succeeded) {
                item.stage = "succeeded";
                wait = {};
            } else if (row->suspended_at) {
                wait = {"resumption", row->suspended_at};
            }
            item.waits_for = wait.what;
            item.since = wait.since;
            items.items.push_back(std::move(item));
        }
        return items;
    });
}

}  // namespace rogatory::service
