#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch_test_macros.hpp>

#include "web/api/json.hpp"
#include "web/api/json_text.hpp"
#include "web/api/tile_path.hpp"

namespace rogatory::api {

TEST_CASE("a body is one object of JSON, read in one way only", "[web][json]") {
    CHECK(parse_object(R"({"a":1,"b":{"a":2},"c":[{"a":3}]})").has_value());
    for (const std::string wrong : {"",
                                    " ",
                                    "[]",
                                    "1",
                                    "null",
                                    "\"a\"",
                                    "{",
                                    "{}}",
                                    "{} {}",
                                    R"({"a":1,"a":2})",
                                    R"({"b":{"a":1,"a":2}})",
                                    R"({"a":1,"\u0061":2})",
                                    R"({"c":[{"a":1,"a":1}]})",
                                    R"({"a":1,})",
                                    R"({/**/})",
                                    R"({'a':1})",
                                    R"({a:1})",
                                    R"({"a":01})",
                                    R"({"a":NaN})",
                                    R"({"a":"\ud800"})",
                                    "{\"a\":\"\xff\"}",
                                    "{\"a\":\"\xc0\x80\"}",
                                    R"({"a":[[[[[[[[1]]]]]]]]})",
                                    "{\"a\":\"b\nc\"}",
                                    "\xef\xbb\xbf{}"}) {
        INFO(wrong);
        const auto parsed = parse_object(wrong);
        CHECK_FALSE(parsed.has_value());
        if (!parsed) CHECK(parsed.error().key() == "http.json_malformed");
    }
}

TEST_CASE("members are of their type and within their limits, and no other is there", "[web][json]") {
    const auto object = parse_object(
        R"({"text":"abc","hex":"0aff","base64":"AAH/","number":9007199254740991,"word":"kit","more":[1,2]})");
    REQUIRE(object.has_value());
    Members members{*object};
    CHECK(members.text("text", 3) == "abc");
    CHECK(members.hex<2>("hex").value() == ByteArray<2>{0x0a, 0xff});
    CHECK(members.base64("base64", 3) == Bytes{0, 1, 255});
    CHECK(members.integer("number") == 9007199254740991U);
    CHECK(members.word("word", {"sign_in", "kit"}) == 1U);
    CHECK(members.done().error().key() == "http.field_unknown");
    CHECK(members.array("more", 2).value()->size() == 2);
    CHECK(members.done().has_value());

    CHECK(members.text("text", 2).error().key() == "http.field_invalid");
    CHECK(members.text("none", 2).error().key() == "http.field_missing");
    CHECK(members.text("number", 9).error().key() == "http.field_invalid");
    CHECK(members.hex<3>("hex").error().key() == "http.field_invalid");
    CHECK(members.base64("base64", 2).error().key() == "http.field_invalid");
    CHECK(members.base64("text", 9).error().key() == "http.field_invalid");
    CHECK(members.array("more", 1).error().key() == "http.field_invalid");
    CHECK(members.word("text", {"sign_in"}).error().key() == "http.field_invalid");
}

TEST_CASE("numbers are whole, not negative and exact in every language", "[web][json]") {
    for (const auto* const wrong :
         {"-1", "1.0", "1e3", "9007199254740992", "18446744073709551615", "\"1\"", "true", "null"}) {
        INFO(wrong);
        const auto object = parse_object(std::string{"{\"n\":"} + wrong + "}");
        REQUIRE(object.has_value());
        CHECK_FALSE(Members{*object}.integer("n").has_value());
    }
}

TEST_CASE("a tile has one path", "[web][log]") {
    CHECK(parse_tile_path("0/000")->index == 0);
    CHECK(parse_tile_path("2/x001/234")->level == 2U);
    CHECK(parse_tile_path("2/x001/x234/067")->index == 1234067);
    CHECK(parse_tile_path("entries/005.p/7")->width == 7);
    CHECK_FALSE(parse_tile_path("entries/005.p/7")->level.has_value());
    for (const auto* const wrong : {"",           "0",
                                    "0/",         "0/0",
                                    "0/00",       "0/0000",
                                    "0/x000/001", "0/001/234",
                                    "0/x001",     "64/000",
                                    "00/000",     "-1/000",
                                    "0/000.p/0",  "0/000.p/256",
                                    "0/000.p/01", "0/000.p/",
                                    "0/000.q/1",  "entries",
                                    "entries/",   "data/000",
                                    "0/x01/234",  "0/x001/x001/x001/x001/x001/x001/001",
                                    "0/000/"}) {
        INFO(wrong);
        CHECK_FALSE(parse_tile_path(wrong).has_value());
    }
}

TEST_CASE("JSON that is written straight is what a tree of it would be", "[web][json]") {
    std::string every;
    for (int c = 0; c < 256; ++c) every += static_cast<char>(c);
    const Bytes bytes{0x00, 0x9a, 0xff};
    JsonText out;
    out.open('{').name("texts").open('[').text("").text("plain").text(every).text("\"").text("a\\").close(']');
    out.name("empty").open('{').close('}').name("none").open('[').close(']');
    out.name("hex").hex(bytes).name("numbers").open('[').number(std::uint64_t{0}).number(~std::uint64_t{0});
    out.number(std::int64_t{-5})
        .close(']')
        .name("last")
        .open('[')
        .open('{')
        .name("a")
        .number(std::int64_t{1})
        .close('}');
    out.open('{').close('}').close(']').close('}');
    const json::object tree{{"texts", json::array{"", "plain", json::string_view{every}, "\"", "a\\"}},
                            {"empty", json::object{}},
                            {"none", json::array{}},
                            {"hex", "009aff"},
                            {"numbers", json::array{std::uint64_t{0}, ~std::uint64_t{0}, std::int64_t{-5}}},
                            {"last", json::array{json::object{{"a", 1}}, json::object{}}}};
    CHECK(out.take() == json::serialize(tree));
}

}  // namespace rogatory::api
