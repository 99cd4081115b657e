#include "platform/casework/identifiers.hpp"

#include "platform/casework/content_check.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/casework/vectors.hpp"

namespace rogatory::casework {

TEST_CASE("identifiers are judged as in the shared cases, and kept", "[casework][identifiers]") {
    test::run_cases("identifiers.json", [](const test::Json& input) -> test::Json {
        const auto& kind = test::text(input, "kind");
        if (kind == "account") {
            const auto found =
                check_account(test::text(input, "iban"), test::text(input, "institution"), test::text(input, "number"));
            return test::Json::Object{{"warnings", test::findings_json(found)}};
        }
        const auto& text = test::text(input, "text");
        const auto found = kind == "iban"       ? check_iban(text)
                           : kind == "bic"      ? check_bic(text)
                           : kind == "lei"      ? check_lei(text)
                           : kind == "currency" ? check_currency(text)
                                                : check_country(text);
        CHECK(found.verified() == found.warnings.empty());
        return test::Json::Object{{"value", found.value}, {"warnings", test::findings_json(found.warnings)}};
    });
}

TEST_CASE("rows of a request are told by their key, in the order of the content", "[casework][identifiers]") {
    model::RequestContent content;
    const auto with = [](auto row, const char* key, auto fill) {
        row.key = key;
        fill(row);
        return row;
    };
    content.persons.push_back(with(model::Person{}, "p1", [](auto& row) { row.nationalities = {{"SEN"}, {"QQQ"}}; }));
    content.entities.push_back(with(model::Entity{}, "e1", [](auto& row) { row.lei = "123"; }));
    content.accounts.push_back(with(model::Account{}, "a1", [](auto& row) {
        row.iban = "FR14 2004 1010 0505 0001 3M02 607";
        row.currency = "EUR";
    }));
    content.accounts.push_back(with(model::Account{}, "a2", [](auto& row) { row.number = "12"; }));
    content.accounts.push_back(
        with(model::Account{}, "a3", [](auto& row) { row.iban = "FR14 2004 1010 0505 0001 3M02 606"; }));
    content.transactions.push_back(with(model::Transaction{}, "t1", [](auto& row) {
        row.amount = model::Money{"1", "ZZZ", {}};
    }));
    content.assets.push_back(with(model::Asset{}, "s1", [](auto& row) { row.country = "QQQ"; }));
    content.measures.push_back(with(model::Measure{}, "m1", [](auto& row) {
        row.value = model::Money{"1", "EUR", {}};
    }));
    const std::vector<RowFinding> expected{
        {"p1", finding("country.unknown", {{"country", "QQQ"}})},
        {"e1", finding("lei.shape")},
        {"a1", finding("iban.check_digits")},
        {"a2", finding("account.unnamed")},
        {"t1", finding("currency.unknown", {{"currency", "ZZZ"}})},
        {"s1", finding("country.unknown", {{"country", "QQQ"}})},
    };
    CHECK(check_content(content) == expected);
    CHECK(check_content({}).empty());
}

}  // namespace rogatory::casework
