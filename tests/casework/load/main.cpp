// casework_load PLAN REPORTS: does what the plan of a year says, then asks everybody for the report and writes what
// they say. See tests/casework/year.
#include <chrono>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "platform/agent/report.hpp"
#include "platform/casework/report_text.hpp"
#include "tests/casework/load/loader.hpp"
#include "tests/support/must.hpp"

using namespace rogatory;
using namespace rogatory::test;
using encoding::Json;

namespace {

std::uint64_t seconds_since(std::chrono::steady_clock::time_point start) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count());
}

casework::ReportOptions options_of(const Plan& plan, const std::string& as_of, std::uint64_t hide_below) {
    return {.period = {.from = must(casework::Date::parse(plan.from)), .to = must(casework::Date::parse(plan.to))},
            .as_of = must(casework::Date::parse(as_of)),
            .hide_below = hide_below,
            .parties = {}};
}

Json own_report_of(agent::Agent& agent, const casework::ReportOptions& options,
                   std::vector<casework::RequestFacts>* facts) {
    auto own = must(agent::own_report(agent, options));
    if (facts != nullptr) facts->insert(facts->end(), own.facts.begin(), own.facts.end());
    return Json::Object{{"report", casework::report_json(own.report)},
                        {"requests", std::uint64_t{own.facts.size()}},
                        {"confidential", std::uint64_t{own.confidential}},
                        {"unreadable", std::uint64_t{own.unreadable}}};
}

// Of everybody, and of the Court as a whole: what its two organs count, with a row for each State there was.
Json reports_of(const Plan& plan, People& people, const std::string& as_of) {
    Json::Object out;
    std::vector<casework::RequestFacts> of_the_court;
    for (const auto& party : plan.parties) {
        const bool court = model::is_court(must(model::PartyCode::parse(party.code)));
        out.emplace(party.code,
                    own_report_of(people.of(party.code), options_of(plan, as_of, 0), court ? &of_the_court : nullptr));
    }
    for (const auto& [name, hide_below] : {std::pair{"court", 0U}, std::pair{"court_published", 5U}}) {
        auto options = options_of(plan, as_of, hide_below);
        for (const auto& party : plan.parties) options.parties.insert(must(model::PartyCode::parse(party.code)));
        for (const auto& code : plan.without) options.parties.insert(must(model::PartyCode::parse(code)));
        out.emplace(
            name, Json::Object{{"report", casework::report_json(must(casework::make_report(of_the_court, options)))}});
    }
    return out;
}

std::string load(const Plan& plan) {
    using Clock = std::chrono::steady_clock;
    Json::Object times;
    auto start = Clock::now();
    const auto lap = [&](const char* name) {
        times.emplace(name, seconds_since(start));
        start = Clock::now();
    };
    People people{plan};
    lap("enrol");
    people.pin(plan);
    lap("pin");
    Loader loader{plan, people};
    loader.run_until(plan.night);
    lap("acts_of_the_year");
    auto night = reports_of(plan, people, plan.to);
    lap("reports_at_night");
    loader.run_until(plan.later);
    lap("acts_afterwards");
    auto looking_back = reports_of(plan, people, plan.to);
    auto later = reports_of(plan, people, plan.later_day);
    lap("reports_later");
    std::uint64_t alarms = 0;
    for (const auto& party : plan.parties) alarms += people.of(party.code).log_status().alarms.size();
    const auto status = people.of(plan.parties.front().code).log_status();
    const auto& counts = loader.counts();
    return encoding::encode_canonical_json(Json::Object{
        {"night", std::move(night)},
        {"looking_back", std::move(looking_back)},
        {"later", std::move(later)},
        {"milliseconds", std::move(times)},
        {"counts", Json::Object{{"acts", counts.acts},
                                {"off_platform", counts.off_platform},
                                {"confirmed", counts.confirmed},
                                {"files", counts.files},
                                {"opened", counts.opened},
                                {"statements", std::uint64_t{people.cast.platform.log.size()}},
                                {"counting", status.counting_size},
                                {"alarms", alarms}}},
    });
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "casework_load PLAN REPORTS\n";
        return 2;
    }
    try {
        std::ifstream file{argv[1], std::ios::binary};
        std::ostringstream text;
        text << file.rdbuf();
        const auto reports = load(read_plan(text.str()));
        std::ofstream{argv[2], std::ios::binary} << reports;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << "\n";
        return 1;
    }
    return 0;
}
