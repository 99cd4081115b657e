#include "platform/casework/law_check.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/casework/vectors.hpp"

namespace rogatory::casework {
namespace {

using test::Json;

std::optional<Date> day_of(const Json& input, std::string_view name) {
    if (test::find(input, name) == nullptr) return std::nullopt;
    return Date::parse(test::text(input, name)).value();
}
std::optional<int> number_of(const Json& input, std::string_view name) {
    if (test::find(input, name) == nullptr) return std::nullopt;
    return static_cast<int>(test::number(input, name));
}
std::set<std::string> words_of(const Json& input, std::string_view name) {
    std::set<std::string> out;
    if (const auto* words = test::find(input, name))
        for (const auto& word : *words->array()) out.insert(*word.string());
    return out;
}

LawEntry entry_of(const Json& input) {
    const auto channel = test::text_or(input, "channel", "unknown");
    const auto notice = test::text_or(input, "holder_notice", "unknown");
    LawEntry out{.channel = channel == "platform"       ? Channel::platform
                            : channel == "advance_copy" ? Channel::advance_copy
                            : channel == "other"        ? Channel::other
                                                        : Channel::unknown,
                 .languages = words_of(input, "languages"),
                 .authentic_only = test::flag(input, "authentic_only"),
                 .required_elements = words_of(input, "required_elements"),
                 .holder_notice = notice == "none"         ? HolderNotice::none
                                  : notice == "deferrable" ? HolderNotice::deferrable
                                  : notice == "must"       ? HolderNotice::must
                                                           : HolderNotice::unknown,
                 .deferral_days = number_of(input, "deferral_days"),
                 .provisions = {},
                 .freeze_days = number_of(input, "freeze_days"),
                 .freeze_renewable = {},
                 .urgent_confirmation_days = number_of(input, "urgent_confirmation_days"),
                 .valid_from = *day_of(input, "valid_from"),
                 .valid_to = day_of(input, "valid_to"),
                 .last_confirmed = day_of(input, "last_confirmed")};
    if (test::find(input, "freeze_renewable") != nullptr) out.freeze_renewable = test::flag(input, "freeze_renewable");
    if (const auto* provisions = test::find(input, "provisions"))
        for (const auto& [kind, answer] : *provisions->object()) out.provisions.emplace(kind, *answer.boolean());
    return out;
}

std::vector<LawEntry> entries_of(const Json& input) {
    std::vector<LawEntry> out;
    for (const auto& entry : *test::member(input, "entries").array()) out.push_back(entry_of(entry));
    return out;
}

RequestDraft draft_of(const Json& input) {
    RequestDraft out{.kinds = words_of(input, "kinds"),
                     .versions = {},
                     .blocks = words_of(input, "blocks"),
                     .elements = words_of(input, "elements"),
                     .urgent = test::flag(input, "urgent"),
                     .formally_transmitted = day_of(input, "formally_transmitted"),
                     .do_not_notify = test::flag(input, "do_not_notify"),
                     .do_not_notify_until = day_of(input, "do_not_notify_until"),
                     .freeze_days = number_of(input, "freeze_days"),
                     .today = *day_of(input, "today")};
    for (const auto& version : *test::member(input, "versions").array())
        out.versions.push_back(LanguageVersion{.language = test::text(version, "language"),
                                               .delivered = test::flag(version, "delivered"),
                                               .authentic = test::flag(version, "authentic")});
    return out;
}

}  // namespace

TEST_CASE("the law check finds what the shared cases name, a case for each rule", "[casework][law]") {
    test::run_cases("law_check.json", [](const Json& input) -> Json {
        Json::Array out;
        for (const auto& one : check_law(draft_of(test::member(input, "draft")), entries_of(input))) {
            Json::Object object{{"weight", to_text(one.weight)}, {"key", one.finding.key}};
            for (const auto& [name, value] : one.finding.arguments) object.emplace(name, value);
            out.emplace_back(std::move(object));
        }
        return out;
    });
}

TEST_CASE("entries that overlap in time are refused", "[casework][law]") {
    test::run_cases("law_validity.json", [](const Json& input) -> Json {
        const auto judged = check_validity(entries_of(input));
        if (!judged) return test::error_json(judged.error());
        return Json::Object{{"ok", true}};
    });
}

}  // namespace rogatory::casework
