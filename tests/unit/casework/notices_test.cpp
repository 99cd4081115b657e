#include <catch2/catch_test_macros.hpp>

#include <set>

#include "platform/casework/law_in_force.hpp"
#include "platform/casework/notice_sheets.hpp"
#include "platform/casework/sheet_words.hpp"

// Rows of notice boards as sheets, and provisions as one answer of a day.
namespace rogatory::casework {
namespace {

Date day(std::string_view text) { return Date::parse(text).value(); }

model::LawEntry row(const std::string& article, const std::string& from, std::optional<std::string> to = {}) {
    model::LawEntry out;
    out.article = article;
    out.source = "Code, art. " + article;
    out.valid_from = from;
    out.valid_to = std::move(to);
    return out;
}

RequestDraft draft(std::string_view today) {
    RequestDraft out{.kinds = {"freezing"},
                     .versions = {{"en", true, true}},
                     .blocks = {"assistance", "location", "facts"},
                     .elements = {},
                     .urgent = false,
                     .formally_transmitted = {},
                     .do_not_notify = true,
                     .do_not_notify_until = {},
                     .freeze_days = {},
                     .today = day(today)};
    return out;
}

template <class Enum>
void same_words(std::string_view list) {
    CAPTURE(list);
    const auto words = word_codes(list);
    const auto names = model::names_of<Enum>();
    CHECK(std::vector<std::string>{names.begin(), names.end()} == words);
}

std::vector<std::string> keys(const Findings& findings) {
    std::vector<std::string> out;
    for (const auto& one : findings) {
        const auto place = one.arguments.contains("row") ? one.arguments.at("row") + one.arguments.at("column") : "";
        out.push_back(one.key.substr(7) + " " + place);
    }
    return out;
}

}  // namespace

TEST_CASE("the words of sheets are those of statements", "[casework]") {
    same_words<model::FocalRole>("focal_role");
    same_words<model::FocalTheme>("theme");
    same_words<model::FocalLevel>("level");
    same_words<model::LawAnswer>("law_answer");
    same_words<model::LawChannel>("law_channel");
    same_words<model::HolderNotice>("holder_notice");
    same_words<model::FreezeRenewal>("freeze_renewal");
    same_words<model::ProfileTopic>("state_topic");
    same_words<model::ProfileAnswer>("state_answer");
    same_words<model::RecommendationState>("recommendation_state");
    same_words<model::Assistance>("assistance");
}

TEST_CASE("provisions in force on a day make one answer, each part with its ground", "[casework]") {
    auto languages = row("87(2)", "2020-01-01");
    languages.request_languages = {{"fr"}};
    languages.channel = model::LawChannel::platform;
    auto freeze = row("93(1)(k)", "2020-01-01", "2026-12-31");
    freeze.kinds = {model::Assistance::freezing};
    freeze.freeze_days = 730;
    freeze.elements = {{"date of the order"}};
    freeze.confirmed = "2026-06-01";
    auto later = row("93(1)(k)", "2027-01-01");
    later.kinds = {model::Assistance::freezing};
    later.answer = model::LawAnswer::no_provision;
    later.holder_notice = model::HolderNotice::must;
    const std::vector rows{languages, freeze, later};
    const auto told = [&](std::string_view today) {
        const auto law = law_on(rows, day(today));
        std::map<std::string, std::string> out;
        for (const auto& one : check_law(draft(today), law.entries)) {
            out.emplace(one.finding.key, ground_of(law, one.finding));
        }
        return out;
    };
    auto now = told("2026-07-01");
    CHECK(now.at("law.language") == "87(2): Code, art. 87(2)");
    CHECK(now.at("law.element_missing") == "93(1)(k): Code, art. 93(1)(k)");
    CHECK(now.at("law.freeze_lapses") == "93(1)(k): Code, art. 93(1)(k)");
    CHECK(now.at("law.notice_unknown").empty());
    CHECK(now.at("law.unconfirmed").empty());  // the oldest of them was never confirmed
    now = told("2027-07-01");
    CHECK(now.at("law.no_provision") == "93(1)(k): Code, art. 93(1)(k)");
    CHECK(now.at("law.notice_must") == "93(1)(k): Code, art. 93(1)(k)");
    CHECK_FALSE(now.contains("law.freeze_lapses"));
    CHECK(told("2019-01-01").contains("law.none_in_force"));
    CHECK(check_law(draft("2026-07-01"), law_on({}, day("2026-07-01")).entries).front().finding.key == "law.none");
}

TEST_CASE("what a board says is exported and read back equal, in both languages", "[casework]") {
    model::FocalPoint focal;
    focal.authority = "=Autorité; centrale";
    focal.role = model::FocalRole::fiu;
    focal.languages = {{"en"}, {"fr"}};
    focal.telephone = "+221 33";
    focal.deputies = {{"B, C"}, {"D"}};
    focal.note = "two\nlines";
    focal.valid_from = "2026-03-04";
    focal.confirmed = "2026-05-06";
    auto law = row("93(1)(k)", "2026-03-04", "2027-03-04");
    law.kinds = {model::Assistance::freezing, model::Assistance::service};
    law.channel = model::LawChannel::advance_copy;
    law.request_languages = {{"fr"}};
    law.authentic_only = true;
    law.elements = {{"a"}, {"b"}};
    law.holder_notice = model::HolderNotice::deferrable;
    law.deferral_days = 90;
    law.freeze_days = 730;
    law.freeze_renewal = model::FreezeRenewal::not_renewable;
    law.urgent_days = 30;
    const model::ProfileEntry profile{{}, model::ProfileTopic::apic, model::ProfileAnswer::partly, "2020-01-31", "s",
                                      "n"};
    const model::Recommendation recommendation{"R149",
                                               "2026-11-04",
                                               model::RecommendationState::done,
                                               "2027-H1",
                                               {{"rfa"}, {"un"}},
                                               "R152",
                                               {},
                                               model::Bilingual{"t", "u"},
                                               model::Bilingual{"v", "w"}};
    const std::vector<std::pair<std::string, model::Notice>> all{
        {"focal_point", focal}, {"law_entry", law}, {"state_profile", profile}, {"recommendation", recommendation}};
    for (const auto language : {Language::en, Language::fr}) {
        for (const auto& [sheet, notice] : all) {
            const auto csv = export_notices(sheet, {notice}, language, "SEN").value();
            CAPTURE(sheet, csv);
            const auto back = import_notices(sheet, as_bytes(csv), {}, "SEN").value();
            CHECK(keys(back.sheet.faults).empty());
            REQUIRE(back.rows.size() == 1);
            CHECK(back.rows.front().notice == notice);
        }
    }
}

TEST_CASE("no part of a list is lost that holds a semicolon, a quotation mark or a space at its end", "[casework]") {
    auto law = row("96", "2026-03-04");
    law.elements = {{" space"}, {"\"quoted\" word"}, {"a \"b\"; c"}, {"date; place"}, {"end "}, {"\u00a0no break"}};
    for (const auto language : {Language::en, Language::fr}) {
        const auto csv = export_notices("law_entry", {law}, language, "SEN").value();
        const auto back = import_notices("law_entry", as_bytes(csv), {}, "SEN").value();
        CAPTURE(csv);
        REQUIRE(back.rows.size() == 1);
        CHECK(back.rows.front().notice == model::Notice{law});
    }
    const auto read = [](const std::string& cell) {
        const auto csv = "article,answer,valid_from,elements\r\n96,provision,2026-01-01," + cell + "\r\n";
        std::vector<std::string> out;
        const auto import = import_notices("law_entry", as_bytes(csv), {}, "SEN").value();
        for (const auto& one : std::get<model::LawEntry>(import.rows.at(0).notice).elements) out.push_back(one.text);
        return out;
    };
    CHECK(read(R"("a; ""b; c"" ; d;; ")") == std::vector<std::string>{"a", "b; c", "d"});
    // Not closed, or more behind it: marks like any other.
    CHECK(read(R"("""a; b")") == std::vector<std::string>{"\"a", "b"});
    CHECK(read(R"("""a"" b; c")") == std::vector<std::string>{"\"a\" b", "c"});
}

TEST_CASE("what a row must hold beyond its cells is told with row and column", "[casework]") {
    const auto told = [](std::string_view sheet, std::string_view csv, std::string_view own = "SEN") {
        const auto import = import_notices(sheet, as_bytes(csv), {}, own).value();
        CHECK(import.rows.empty());
        CHECK(import.sheet.rows.empty());
        return keys(import.sheet.faults);
    };
    CHECK(told("law_entry",
               "article,answer,valid_from,kinds,deferral_days,freeze_days,freeze_renewal\r\n"
               "1,provision,2026-01-01,tracing; spying,,,\r\n"
               "2,provision,2026-01-01,,90,,\r\n"
               "3,provision,2026-01-01,,,many,\r\n"
               "4,provision,2026-01-01,,,,renewable\r\n") ==
          std::vector<std::string>{"list 2D", "without 3E", "days 4F", "without 5G"});
    CHECK(told("state_profile", "state,topic,answer,dated,source\r\nFRA,apic,yes,2026-01-01,s\r\n") ==
          std::vector<std::string>{"state 2A"});
    CHECK(told("state_profile",
               "state,topic,answer,dated,source\r\nSEN,apic,yes,2026-01-01,s\r\n"
               "SEN,apic,no,2026-01-01,s\r\n") == std::vector<std::string>{"overlap 3D"});
    CHECK(told("recommendation", "number,round,state,due,note_en\r\nR 1,2026-01-01,done,2026-H3,x\r\n") ==
          std::vector<std::string>{"number 2A", "half_year 2D", "without 2E"});
    const auto body =
        import_notices("state_profile",
                       as_bytes(std::string_view{"state,topic,answer,dated,source\r\nMLI,apic,yes,2026-01-01,s\r\n"}),
                       {}, "")
            .value();
    CHECK(std::get<model::ProfileEntry>(body.rows.at(0).notice).state == "MLI");
    std::set<std::string> known;
    for (const auto& key : notice_fault_keys()) CHECK(known.insert(key).second);
}

}  // namespace rogatory::casework
