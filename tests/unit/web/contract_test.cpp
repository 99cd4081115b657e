#include <catch2/catch_test_macros.hpp>
#include <set>

#include "tests/unit/web/contract.hpp"

namespace rogatory::test {

TEST_CASE("every example of the contract fits its schema", "[web][contract]") {
    const Contract contract;
    int examples = 0;
    for (const auto& operation : contract.operations()) {
        INFO(operation.name());
        const auto check = [&](const json::value& content) {
            for (const auto& [type, media] : content.as_object()) {
                const auto* const example = media.as_object().if_contains("example");
                CHECK((example != nullptr) == (type.find("json") != json::string_view::npos));
                if (example == nullptr) continue;
                CHECK(contract.fault(*example, media.at("schema").as_object()) == "");
                ++examples;
            }
        };
        if (const auto* const body = operation.spec->if_contains("requestBody")) check(body->at("content"));
        for (const auto& [status, response] : operation.spec->at("responses").as_object()) {
            const auto& resolved = contract.resolve(response.as_object());
            if (const auto* const content = resolved.if_contains("content")) check(*content);
        }
    }
    CHECK(examples > 60);
}

TEST_CASE("every operation says who may call it, is named once and can fail as a problem", "[web][contract]") {
    const Contract contract;
    std::set<std::string> names;
    for (const auto& operation : contract.operations()) {
        INFO(operation.name());
        CHECK_FALSE(operation.text("x-access").empty());
        CHECK(names.insert(operation.text("operationId")).second);
        CHECK(contract.response(operation, 499) != nullptr);
        const bool no_session = operation.text("x-access") == "none";
        CHECK(operation.spec->contains("security") == no_session);
        CHECK(operation.spec->contains("requestBody") == operation.spec->contains("x-body"));
        const bool with_id = operation.path.find('{') != std::string::npos && operation.path.starts_with("/api/");
        CHECK(operation.spec->contains("x-object") == with_id);
    }
}

TEST_CASE("the schema check refuses what does not fit", "[web][contract]") {
    const Contract contract;
    const auto fault = [&](std::string_view schema, std::string_view value) {
        return contract.fault(json::parse(json::string_view{value}),
                              json::parse(json::string_view{schema}).as_object());
    };
    CHECK(fault(R"({"type":"integer","minimum":1})", "1").empty());
    CHECK_FALSE(fault(R"({"type":"integer","minimum":1})", "0").empty());
    CHECK_FALSE(fault(R"({"type":"integer"})", "\"1\"").empty());
    CHECK_FALSE(fault(R"({"enum":["a"]})", "\"b\"").empty());
    CHECK_FALSE(fault(R"({"pattern":"^a$"})", "\"ab\"").empty());
    CHECK_FALSE(fault(R"({"type":"object","required":["a"]})", "{}").empty());
    CHECK_FALSE(fault(R"({"type":"object","properties":{},"additionalProperties":false})", R"({"a":1})").empty());
    CHECK_FALSE(fault(R"({"type":"array","items":{"type":"string"}})", "[1]").empty());
    CHECK_FALSE(fault(R"({"oneOf":[]})", "1").empty());
    CHECK_FALSE(fault(R"({"$ref":"#/components/schemas/Hex16"})", "\"0\"").empty());
}

}  // namespace rogatory::test
