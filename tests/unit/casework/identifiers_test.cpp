#include "platform/casework/identifiers.hpp"

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

}  // namespace rogatory::casework
