#include <catch2/catch_test_macros.hpp>

#include "web/http/head.hpp"

namespace rogatory::http {

TEST_CASE("a head gives method, path, query, fields and length", "[web][http]") {
    const std::string text =
        "PATCH /api/v1/uploads/0a?x=1&y=%20 HTTP/1.1\r\nHost: exchange.example:8443\r\ncontent-length: 12\r\n"
        "X-Two: a\r\nx-two:  b \r\n\r\nbody";
    const auto parsed = parse_head(text);
    const auto* const complete = std::get_if<HeadComplete>(&parsed);
    REQUIRE(complete != nullptr);
    CHECK(complete->bytes == text.size() - 4);
    CHECK(complete->request.method == Method::patch);
    CHECK(complete->request.path == "/api/v1/uploads/0a");
    CHECK(complete->request.query == "x=1&y=%20");
    CHECK(complete->request.content_length == 12U);
    CHECK(complete->request.keep_alive);
    CHECK(complete->request.headers.count("x-TWO") == 2);
    CHECK_FALSE(complete->request.headers.find("X-Two").has_value());
    CHECK(complete->request.headers.find("HOST") == "exchange.example:8443");
}

TEST_CASE("a head is the same whichever piece of it was seen before", "[web][http]") {
    const std::string text = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    for (std::size_t seen = 0; seen < text.size(); ++seen) {
        CHECK(std::holds_alternative<HeadMore>(parse_head(std::string_view{text}.substr(0, seen))));
        const auto parsed = parse_head(text, seen);
        REQUIRE(std::holds_alternative<HeadComplete>(parsed));
        CHECK_FALSE(std::get<HeadComplete>(parsed).request.keep_alive);
    }
}

}  // namespace rogatory::http
