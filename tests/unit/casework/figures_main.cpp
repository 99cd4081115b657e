// Facts and options on standard input, one canonical JSON object; the report on standard output.
#include <iostream>
#include <iterator>
#include <string>

#include "platform/casework/report_text.hpp"

using namespace rogatory;

namespace {

Result<std::string> report_of(const std::string& text) {
    auto input = encoding::parse_canonical_json(text);
    if (!input) return fail(std::move(input).error());
    std::vector<casework::RequestFacts> facts;
    const auto& object = *input->object();
    for (const auto& one : *object.at("facts").array()) {
        auto parsed = casework::RequestFacts::parse(one);
        if (!parsed) return fail(std::move(parsed).error());
        facts.push_back(*std::move(parsed));
    }
    const auto& options = *object.at("options").object();
    const auto date = [&](const char* name) { return casework::Date::parse(*options.at(name).string()).value(); };
    casework::ReportOptions wanted{.period = {.from = date("from"), .to = date("to")},
                                   .as_of = date("as_of"),
                                   .hide_below = *options.at("hide_below").integer(),
                                   .parties = {}};
    for (const auto& code : *options.at("parties").array())
        wanted.parties.insert(model::PartyCode::parse(*code.string()).value());
    auto report = casework::make_report(facts, wanted);
    if (!report) return fail(std::move(report).error());
    return encoding::encode_canonical_json(encoding::Json::Object{
        {"report", casework::report_json(*report)},
        {"csv_en", casework::report_csv(*report, casework::Language::en)},
        {"csv_fr", casework::report_csv(*report, casework::Language::fr)},
    });
}

}  // namespace

int main() {
    const std::string text{std::istreambuf_iterator<char>{std::cin}, {}};
    const auto report = report_of(text);
    if (!report) {
        std::cerr << report.error().key() << "\n";
        return 1;
    }
    std::cout << *report << "\n";
    return 0;
}
