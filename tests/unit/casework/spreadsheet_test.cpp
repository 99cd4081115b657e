#include "platform/casework/spreadsheet.hpp"

#include <algorithm>
#include <set>

#include <rapidcheck.h>
#include <catch2/catch_test_macros.hpp>

#include "crypto/encoding/base64.hpp"
#include "tests/unit/casework/vectors.hpp"

namespace rogatory::casework {
namespace {

using test::Json;

Bytes bytes_of(std::string_view text) {
    Bytes out;
    for (const char c : text) out.push_back(static_cast<Bytes::value_type>(c));
    return out;
}

Json values_json(const Values& values) {
    Json::Object out;
    for (const auto& [column, value] : values) out.emplace(column, value);
    return out;
}

Json import_json(const Import& made) {
    Json::Array rows;
    for (const auto& row : made.rows)
        rows.emplace_back(Json::Object{{"number", std::uint64_t{row.number}}, {"values", values_json(row.values)}});
    Json::Array columns;
    for (const auto& column : made.columns) columns.emplace_back(column);
    return Json::Object{{"encoding", to_text(made.encoding)},
                        {"separator", std::string(1, made.separator)},
                        {"columns", std::move(columns)},
                        {"rows", std::move(rows)},
                        {"preview", std::uint64_t{made.preview.size()}},
                        {"questions", test::findings_json(made.questions)},
                        {"faults", test::findings_json(made.faults)},
                        {"warnings", test::findings_json(made.warnings)}};
}

ImportOptions options_of(const Json& input) {
    ImportOptions out;
    if (test::find(input, "separator") != nullptr) out.separator = test::text(input, "separator").front();
    if (test::find(input, "decimal_sign") != nullptr) out.decimal_sign = test::text(input, "decimal_sign").front();
    if (test::find(input, "date_order") != nullptr)
        out.date_order = test::text(input, "date_order") == "day_first" ? DateOrder::day_first : DateOrder::month_first;
    return out;
}

}  // namespace

TEST_CASE("spreadsheets are understood as in the shared cases", "[casework][spreadsheet]") {
    std::set<std::string> told;
    test::run_cases("spreadsheet_import.json", [&](const Json& input) -> Json {
        const auto file = encoding::base64_decode(test::text(input, "base64"));
        REQUIRE(file);
        const auto made = import_sheet(test::text(input, "sheet"), *file, options_of(input)).value();
        CHECK((made.rows.empty() || (made.faults.empty() && made.questions.empty())));
        for (const auto& fault : made.faults) told.insert(fault.key);
        return import_json(made);
    });
    // Each kind of fault has a case, but for the one that takes twenty thousand rows.
    std::set<std::string> expected{fault_keys().begin(), fault_keys().end()};
    expected.erase("import.too_many_rows");
    CHECK(told == expected);
    CHECK(told.size() >= 10);
}

TEST_CASE("what is exported is imported again without an edit", "[casework][spreadsheet]") {
    test::run_cases("spreadsheet_export.json", [](const Json& input) -> Json {
        std::vector<Values> rows;
        for (const auto& one : *test::member(input, "rows").array()) {
            Values values;
            for (const auto& [column, value] : *one.object()) values.emplace(column, *value.string());
            rows.push_back(std::move(values));
        }
        const auto language = test::text(input, "language") == "fr" ? Language::fr : Language::en;
        const auto& sheet = test::text(input, "sheet");
        const auto csv = export_sheet(sheet, rows, language).value();
        const auto back = import_sheet(sheet, bytes_of(csv), {}).value();
        CHECK(back.faults.empty());
        CHECK(back.questions.empty());
        REQUIRE(back.rows.size() == rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) CHECK(back.rows[i].values == rows[i]);
        return Json::Object{{"csv", csv}};
    });
}

TEST_CASE("no text that is exported can be taken for a formula, and each comes back", "[casework][spreadsheet]") {
    CHECK(rc::check("any text", [](const std::string& drawn) {
        std::string text = "x";
        for (const char c : drawn) text += static_cast<char>(' ' + (static_cast<unsigned char>(c) % 95));
        text = *rc::gen::element<std::string>("=", "+", "-", "@", "'=", "''-", "", "\"") + text + "x";
        for (const auto language : {Language::en, Language::fr}) {
            const auto csv = export_sheet("person", {{{"name", text}}}, language).value();
            const auto line = csv.substr(csv.find("\r\n") + 2);
            const auto first = line.starts_with('"') ? line[1] : line[0];
            RC_ASSERT(std::string_view{"=+-@\t"}.find(first) == std::string_view::npos);
            const auto back = import_sheet("person", bytes_of(csv), {}).value();
            RC_ASSERT(back.rows.size() == 1U);
            RC_ASSERT(back.rows.front().values.at("name") == text);
        }
    }));
}

TEST_CASE("an amount that is none is guarded like any text", "[casework][spreadsheet]") {
    const auto csv = export_sheet("transaction", {{{"amount", "=1+1"}}}, Language::en).value();
    CHECK(csv.find("'=1+1") != std::string::npos);
}

TEST_CASE("a file of too many rows and a sheet that is not there are refused", "[casework][spreadsheet]") {
    std::string text = "Name\n";
    for (std::size_t i = 0; i <= kMostRows; ++i) text += "A\n";
    const auto made = import_sheet("person", bytes_of(text), {}).value();
    REQUIRE(made.faults.size() == 1);
    CHECK(made.faults.front() == finding("import.too_many_rows", {{"row", "20002"}, {"column", "A"}}));
    CHECK(made.rows.empty());
    CHECK(import_sheet("weather", bytes_of(text), {}).error().key() == "import.sheet");
}

}  // namespace rogatory::casework
