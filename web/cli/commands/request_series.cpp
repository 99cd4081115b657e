// One text to several States: what the law of each says of it, and what stands already of a series that was
// interrupted.
#include <algorithm>
#include <set>

#include "platform/base/try.hpp"
#include "platform/casework/date.hpp"
#include "web/cli/commands/board_show.hpp"
#include "web/cli/commands/request_options.hpp"
#include "web/cli/commands/request_show.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli::request {

Result<std::size_t> tell_law(const Console& console, agent::Agent& agent, const agent::RequestOrder& order) {
    ROGATORY_TRY(const auto findings, agent::check_request_law(agent, order));
    std::size_t against = 0;
    for (const auto& one : findings) {
        Arguments arguments;
        for (const auto& [name, value] : one.arguments) {
            const auto date =
                name.ends_with("date") ? casework::Date::parse(value) : fail(ErrorCode::invalid_input, "date");
            arguments.emplace(name, date ? casework::written(*date, sheet_language(console)) : printable(value));
        }
        const auto key = "warning." + one.key;
        if (one.weight == "note") {
            console.note(key, arguments);
        } else {
            console.warn(key, arguments);
        }
        if (one.ground.empty()) continue;
        console.note("request.law_ground", {{"ground", printable(one.ground)}});
        if (one.weight != "note") ++against;
    }
    return against;
}

namespace {

// One text for each State that is asked, with a reference of its own where there are several.
Result<std::vector<agent::RequestOrder>> orders_of(const agent::RequestOrder& order,
                                                   const std::vector<std::string>& to) {
    std::vector<agent::RequestOrder> out;
    std::set<std::string> references;
    for (const auto& one : to) {
        out.push_back(order);
        out.back().to = one;
        if (to.size() > 1) out.back().form.routing.reference += "/" + one.substr(0, one.find('/'));
        // Two requests under one reference could never be told apart.
        if (!references.insert(out.back().form.routing.reference).second) {
            return fail(Error{ErrorCode::invalid_input, "request.series_twice"}.with("to", one));
        }
    }
    return out;
}

// Of a series that was interrupted: what stands, so that nobody is asked twice.
Result<std::vector<agent::RequestOrder>> not_sent_yet(const Console& console, agent::Agent& agent,
                                                      std::vector<agent::RequestOrder> orders,
                                                      std::vector<Json>& told) {
    agent::RequestQuery query;
    query.direction = "sent";
    ROGATORY_TRY(const auto standing, agent::list_requests(agent, query));
    std::erase_if(orders, [&](const agent::RequestOrder& order) {
        const auto& reference = order.form.routing.reference;
        const auto code = order.to.substr(0, order.to.find('/'));
        const auto same = std::ranges::find_if(standing, [&](const agent::RequestView& one) {
            const auto& asked = one.requested ? one.requested->party_code : one.requested_code;
            return one.status != "withdrawn" && asked == code && one.routing && one.routing->reference == reference;
        });
        if (same == standing.end()) return false;
        told.push_back(Json{}.add("reference", reference).add("dossier", hex_text(same->chain)));
        console.note("request.series_stands", {{"reference", reference}, {"dossier", short_hex(same->chain)}});
        return true;
    });
    return orders;
}

}  // namespace

Result<ExitCode> send_series(Program& program, agent::Agent& agent, const agent::RequestOrder& order,
                             const std::vector<std::string>& to) {
    const auto& console = program.console();
    ROGATORY_TRY(const auto all, orders_of(order, to));
    std::vector<Json> standing;
    ROGATORY_TRY(auto orders, not_sent_yet(console, agent, all, standing));
    // Before the first leaves: half of a series is harder to explain than none of it.
    std::size_t unanswered = 0;
    for (auto& one : orders) {
        console.note("request.series_law", {{"to", one.to}});
        ROGATORY_TRY(const auto against, tell_law(console, agent, one));
        // A reason goes to the State whose law it answers; to another it would say that somebody else was asked.
        if (against == 0) one.form.content.law_reason.reset();
        if (!one.form.content.law_reason) unanswered += against;
    }
    if (unanswered > 0) {
        return fail(Error{ErrorCode::forbidden, "request.law_reason"}.with("count", std::to_string(unanswered)));
    }
    ConsoleObserver::heed_interrupts();
    std::vector<Json> items;
    bool counting = true;
    const auto told = [&] {
        console.print(Json{}.add("items", Json::array(items)).add("standing", Json::array(standing)));
        if (!counting) console.note("send.pending");
    };
    for (const auto& one : orders) {
        auto sent = agent::send_request(agent, one);
        auto view = sent ? agent::show_request(agent, sent->chain) : fail(sent.error());
        program.observer().finish();
        if (!view) {
            // What was signed before stays signed, and is said.
            if (!items.empty()) told();
            return fail(view.error());
        }
        items.push_back(request_json(*view));
        console.answer("request.sent",
                       {{"dossier", short_hex(sent->chain)}, {"status", word(console, "status", view->status)}});
        counting = counting && sent->counting;
    }
    told();
    return ExitCode::ok;
}

}  // namespace rogatory::cli::request
