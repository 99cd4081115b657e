#include <catch2/catch_test_macros.hpp>

#include "web/http/fields.hpp"
#include "web/http/problem.hpp"

namespace rogatory::http {

TEST_CASE("a number is digits without sign, blank or leading zero, up to 2^53-1", "[web][http]") {
    CHECK(parse_unsigned("0") == 0U);
    CHECK(parse_unsigned("9007199254740991") == 9007199254740991U);
    for (const auto* const wrong :
         {"", " 1", "1 ", "+1", "-1", "01", "00", "1a", "0x1", "1.0", "9007199254740992", "99999999999999999999"}) {
        INFO(wrong);
        CHECK_FALSE(parse_unsigned(wrong).has_value());
    }
}

TEST_CASE("one range is answered by its part, every doubtful one by the whole", "[web][http]") {
    const auto part = [](std::string_view text) { return parse_range(text, 100); };
    CHECK(part("bytes=0-9").range == ByteRange{0, 9});
    CHECK(part("bytes=90-").range == ByteRange{90, 99});
    CHECK(part("bytes=90-1000").range == ByteRange{90, 99});
    CHECK(part("bytes=-10").range == ByteRange{90, 99});
    CHECK(part("bytes=-1000").range == ByteRange{0, 99});
    CHECK(part("bytes=99-99").range.length() == 1);
    for (const auto* const unsatisfiable : {"bytes=100-", "bytes=100-200", "bytes=-0"}) {
        INFO(unsatisfiable);
        CHECK(part(unsatisfiable).outcome == RangeOutcome::unsatisfiable);
    }
    CHECK(parse_range("bytes=0-", 0).outcome == RangeOutcome::unsatisfiable);
    for (const auto* const whole : {"", "bytes", "bytes=", "bytes=a-b", "bytes=9-0", "bytes=0-9,20-29", "bytes= 0-9",
                                    "items=0-9", "bytes=--1", "bytes=0-9-", "bytes=18446744073709551616-"}) {
        INFO(whole);
        CHECK(part(whole).outcome == RangeOutcome::whole);
    }
}

TEST_CASE("a bearer token and a cookie are found only where there is one", "[web][http]") {
    CHECK(bearer_token("Bearer abc") == "abc");
    CHECK(bearer_token("bEARER abc") == "abc");
    CHECK_FALSE(bearer_token("Bearer ").has_value());
    CHECK_FALSE(bearer_token("Basic abc").has_value());
    CHECK_FALSE(bearer_token("Bearerabc").has_value());
    CHECK(cookie("a=1; __Host-rogatory=xyz; b=2", "__Host-rogatory") == "xyz");
    CHECK_FALSE(cookie("a=1; b=2", "c").has_value());
    CHECK_FALSE(cookie("a=1; a=2", "a").has_value());
    CHECK_FALSE(cookie("xa=1", "a").has_value());
}

TEST_CASE("entity tags are quoted, and lists of them are lists", "[web][http]") {
    CHECK(parse_entity_tags("\"1\"") == std::vector<std::string>{"\"1\""});
    CHECK(parse_entity_tags("\"1\", W/\"2\"") == std::vector<std::string>{"\"1\"", "W/\"2\""});
    CHECK(parse_entity_tags("*") == std::vector<std::string>{"*"});
    for (const auto* const wrong : {"", "1", "\"1", "\"1\" \"2\"", "\"1\",", ",\"1\"", "w/\"1\""}) {
        INFO(wrong);
        CHECK_FALSE(parse_entity_tags(wrong).has_value());
    }
}

TEST_CASE("a date is written as RFC 9110 has it", "[web][http]") {
    CHECK(http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST_CASE("upload metadata is unique keys with canonical base64", "[web][tus]") {
    const auto pairs = parse_upload_metadata("chain YQ==,attachment Yg==,empty,also ");
    REQUIRE(pairs.has_value());
    CHECK(pairs->size() == 4);
    CHECK(pairs->at(0) == std::pair<std::string, std::string>{"chain", "a"});
    CHECK(pairs->at(2).second.empty());
    for (const auto* const wrong : {"", ",", "a YQ==,", "a YQ==,a Yg==", " YQ==", "a YQ",
                                    "a YR==", "a Y*==", "a  YQ==", "a YQ== ", "a YQ==, b Yg=="}) {
        INFO(wrong);
        CHECK_FALSE(parse_upload_metadata(wrong).has_value());
    }
}

TEST_CASE("every kind of failure has its status, and its detail stays in the log", "[web][http]") {
    const std::vector<std::pair<ErrorCode, int>> expected{
        {ErrorCode::invalid_input, 400}, {ErrorCode::unauthenticated, 401}, {ErrorCode::forbidden, 403},
        {ErrorCode::not_found, 404},     {ErrorCode::conflict, 409},        {ErrorCode::precondition_failed, 412},
        {ErrorCode::expired, 410},       {ErrorCode::too_large, 413},       {ErrorCode::too_many, 429},
        {ErrorCode::integrity, 422},     {ErrorCode::storage_full, 507},    {ErrorCode::unavailable, 503},
        {ErrorCode::unsupported, 422}};
    for (const auto& [code, status] : expected) {
        const auto response =
            problem(Error{code, "test.key", "only for the log"}.with("name", "a \"value\"\n"), "0123");
        CHECK(response.status == status);
        CHECK(response.headers.find("Content-Type") == "application/problem+json");
        CHECK(response.body.find("only for the log") == std::string::npos);
        CHECK(response.log_detail == "only for the log");
        CHECK(response.body.find(R"("arguments":{"name":"a \"value\"\u000a"})") != std::string::npos);
        CHECK(response.body.find(R"("type":"urn:rogatory:problem:test.key")") != std::string::npos);
        CHECK(response.headers.has("WWW-Authenticate") == (status == 401));
    }
}

}  // namespace rogatory::http
