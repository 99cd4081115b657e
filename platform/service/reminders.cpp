#include "platform/service/reminders.hpp"

#include "platform/casework/calendar.hpp"
#include "platform/service/context_state.hpp"

namespace rogatory::service {

namespace {

using casework::Date;

constexpr const char* kReminded = "requests.reminded";  // the last day that was done, ISO 8601
constexpr std::size_t kAtOnce = 500;
// The first reminder is for a working day up to fourteen days ahead: no free days in a row are longer than this.
constexpr UnixSeconds kAhead = 28 * kDay;
// A server that stood for longer reminds of what fell into this time.
constexpr int kLookBack = 31;

std::optional<Date> last_day(const ports::Repositories& repositories) {
    const auto kept = repositories.journal().value(kReminded);
    if (!kept) return {};
    const auto day = Date::parse(as_text(*kept));
    return day ? std::optional{*day} : std::nullopt;
}

bool reminds(const ports::DueRequest& due, Date after, Date today) {
    // Who deals with a request is sealed: the server knows the authorities alone, and reminds these.
    return !casework::reminders(casework::ReminderOf::due_date, Date::at(due.due, 0), after, today, {}, {}).empty();
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
            for (const auto& due : page) {
                if (reminds(due, after, today)) {
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
