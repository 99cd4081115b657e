#include <rapidcheck.h>
#include <catch2/catch_test_macros.hpp>

#include <string>
#include <utility>
#include <vector>

#include "crypto/encoding/canonical_json.hpp"
#include "platform/base/ensure.hpp"

using namespace rogatory;
using encoding::Json;

namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

Json random_json(std::size_t depth) {
    const auto kind = *rc::gen::inRange(0, depth == 0 ? 3 : 5);
    switch (kind) {
        case 0:
            return Json{*rc::gen::arbitrary<bool>()};
        case 1:
            return Json{*rc::gen::inRange<std::uint64_t>(0, encoding::kJsonMaxInteger) + 1};
        case 2:
            return Json{*rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127))};
        case 3: {
            Json::Array out;
            const auto size = *rc::gen::inRange(0, 4);
            for (int i = 0; i < size; ++i) out.push_back(random_json(depth - 1));
            return Json{std::move(out)};
        }
        default: {
            Json::Object out;
            const auto size = *rc::gen::inRange(0, 4);
            for (int i = 0; i < size; ++i) {
                out.insert_or_assign(*rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127)),
                                     random_json(depth - 1));
            }
            return Json{std::move(out)};
        }
    }
}

}  // namespace

TEST_CASE("canonical JSON: what has one spelling is read and written as it was") {
    const std::vector<std::string> good{
        "{}",
        "[]",
        "0",
        "9007199254740991",
        "true",
        "false",
        R"("")",
        R"("\"\\\b\t\n\f\r\u0000\u001f")",
        "\"\x7F\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"",
        "\"\xEF\xBF\xBF\xF4\x8F\xBF\xBF\"",
        "\"/\"",
        R"({"":1,"A":2,"a":3,"é":4,"€":5,"😀":6})",
        R"({"a":{"b":[1,2,{"c":"d"}]},"aa":[],"b":false})",
        nested(8),
    };
    for (const auto& text : good) {
        CAPTURE(text);
        const auto value = encoding::parse_canonical_json(text);
        REQUIRE(value);
        CHECK(encoding::encode_canonical_json(*value) == text);
    }
}

TEST_CASE("canonical JSON: every other spelling is refused") {
    const std::vector<std::pair<std::string, std::string>> bad{
        {"nothing", ""},
        {"white space before", " {}"},
        {"white space after", "{}\n"},
        {"white space inside", R"({"a": 1})"},
        {"white space in a list", "[1, 2]"},
        {"two values", "{}{}"},
        {"null", "null"},
        {"null inside", R"({"a":null})"},
        {"negative", "-1"},
        {"minus zero", "-0"},
        {"fraction", "1.0"},
        {"exponent", "1e3"},
        {"leading zero", "01"},
        {"above 2^53-1", "9007199254740992"},
        {"far above", "99999999999999999999"},
        {"plus", "+1"},
        {"keys not sorted", R"({"b":1,"a":2})"},
        {"keys sorted by UTF-16, not by byte", "{\"\xF0\x9F\x98\x80\":1,\"\xEF\xBD\x9E\":2}"},
        {"key twice", R"({"a":1,"a":2})"},
        {"key not a text", "{1:2}"},
        {"comma at the end of an object", R"({"a":1,})"},
        {"comma at the end of a list", "[1,]"},
        {"no colon", R"({"a"1})"},
        {"open object", R"({"a":1)"},
        {"open list", "[1"},
        {"open text", "\"a"},
        {"escaped solidus", R"("\/")"},
        {"escaped letter", R"("\u0061")"},
        {"long escape of a short one", R"("\u000a")"},
        {"upper-case escape", R"("\u001F")"},
        {"escaped lone surrogate", R"("\ud800")"},
        {"escaped pair", R"("\ud83d\ude00")"},
        {"escape cut short", R"("\u00")"},
        {"unknown escape", R"("\x41")"},
        {"raw control character", "\"a\nb\""},
        {"raw NUL", std::string{"\"\0\"", 3}},
        {"lone surrogate in UTF-8", "\"\xED\xA0\x80\""},
        {"overlong", "\"\xC0\xAF\""},
        {"overlong of three", "\"\xE0\x80\x80\""},
        {"above U+10FFFF", "\"\xF4\x90\x80\x80\""},
        {"continuation alone", "\"\x80\""},
        {"sequence cut short", "\"\xE2\x82\""},
        {"Latin-1", "\"\xE9\""},
        {"nine deep", nested(9)},
        {"very deep", std::string(100'000, '[')},
        {"literal cut short", "tru"},
        {"literal continued", "truee"},
        {"capital", "True"},
        {"byte order mark", "\xEF\xBB\xBF{}"},
        {"single quotes", "'a'"},
        {"comment", "{}/**/"},
    };
    for (const auto& [what, text] : bad) {
        CAPTURE(what);
        const auto value = encoding::parse_canonical_json(text);
        REQUIRE_FALSE(value);
        CHECK(value.error().key() == "json.not_canonical");
    }
    CHECK(encoding::parse_canonical_json(R"("aaa")", 4).error().key() == "json.too_large");
}

TEST_CASE("canonical JSON: encoding is the inverse of parsing, for any value") {
    CHECK(rc::check("parse(encode(v)) == v", [] {
        const auto value = random_json(4);
        const auto text = encoding::encode_canonical_json(value);
        const auto again = encoding::parse_canonical_json(text);
        RC_ASSERT(again.has_value());
        RC_ASSERT(*again == value);
    }));
    CHECK(rc::check("what parses encodes to itself, whatever the bytes", [] {
        auto text = encoding::encode_canonical_json(random_json(3));
        const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
        text[at] = *rc::gen::arbitrary<char>();
        const auto value = encoding::parse_canonical_json(text);
        if (value) RC_ASSERT(encoding::encode_canonical_json(*value) == text);
    }));
}

TEST_CASE("canonical JSON: what has no canonical form is a bug to write") {
    CHECK_THROWS_AS(Json{encoding::kJsonMaxInteger + 1}, InvariantViolation);
    CHECK_THROWS_AS(encoding::encode_canonical_json(Json{"\xED\xA0\x80"}), InvariantViolation);
    Json deep{std::uint64_t{1}};
    for (int i = 0; i < 9; ++i) deep = Json{Json::Array{deep}};
    CHECK_THROWS_AS(encoding::encode_canonical_json(deep), InvariantViolation);
}
