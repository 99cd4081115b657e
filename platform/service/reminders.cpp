#include "platform/service/reminders.hpp"

#include <map>
#include <vector>

#include "platform/casework/published_calendar.hpp"
#include "platform/record/chains.hpp"
#include "platform/service/context_state.hpp"

namespace rogatory::service {

namespace {

using casework::Date;

constexpr const char* kReminded = "requests.reminded";  // the last day that was done, ISO 8601
constexpr std::size_t kAtOnce = 500;
// The first reminder is due fourteen days ahead, on the last working day before that.
constexpr UnixSeconds kAhead = (14 + casework::kFreeInARow + 1) * kDay;
// A server that stood for longer reminds of what fell into this time.
constexpr int kLookBack = 31;

std::optional<Date> last_day(const ports::Repositories& repositories) {
    const auto kept = repositories.journal().value(kReminded);
    if (!kept) return {};
    const auto day = Date::parse(as_text(*kept));
    return day ? std::optional{*day} : std::nullopt;
}

// What the States that are asked published of their working days; Monday to Friday of whoever published none.
class Calendars {
public:
    Calendars(ChainCache& cache, const ports::Repositories& repositories) : states_{cache, repositories} {}

    casework::SideFacts of(const std::optional<ports::PartyId>& party, Date day) {
        // Who deals with a request is sealed: the server knows the authorities alone, and reminds these.
        if (!party) return {};
        auto [place, fresh] = facts_.try_emplace(*party);
        if (fresh) {
            const auto state = states_.load(record::notices_chain(*party));
            const auto* board = state ? std::get_if<record::NoticeBoard>(state.get()) : nullptr;
            if (board != nullptr)
                place->second.calendar =
                    casework::calendar_from(board->calendars(), day).value_or(casework::Calendar{});
        }
        return place->second;
    }

private:
    ChainStates states_;
    std::map<ports::PartyId, casework::SideFacts> facts_;
};

bool reminds(const ports::DueRequest& due, Date after, Date today, Calendars& calendars) {
    // Both sides have the one mail of a day, so both go by the days on which the State that is asked works.
    const auto facts = calendars.of(due.requested, today);
    return !casework::reminders(casework::ReminderOf::due_date, Date::at(due.due, 0), after, today, facts, facts)
                .empty();
}

}  // namespace

void publish_reminders(Context& context) {
    const auto now = context.time.now();
    const auto today = Date::at(now, 0);
    const auto last =
        context.store.read([](const ports::Repositories& repositories) { return last_day(repositories); });
    if (last && *last >= today) return;
    const auto after = std::max(last.value_or(today.plus_days(-1)), today.plus_days(-kLookBack));
    std::optional<ports::DueRequest> cursor;
    bool more = true;
    while (more) {
        const auto done = context.store.write([&](ports::Repositories& repositories) -> Result<> {
            const auto page = repositories.requests().due_before(now + kAhead, cursor, kAtOnce);
            Calendars calendars{context.chains, repositories};
            for (const auto& due : page) {
                if (reminds(due, after, today, calendars)) {
                    context.notify(repositories, "request.due", model::to_hex(due.chain));
                }
            }
            more = page.size() == kAtOnce;
            if (more) cursor = page.back();
            // With the last page: a process that ends before it reminds of the others a second time, and forgets none.
            if (!more) repositories.journal().set_value(kReminded, to_bytes(today.text()));
            return {};
        });
        if (!done) return;  // a full device: the next round tries again
    }
}

}  // namespace rogatory::service
