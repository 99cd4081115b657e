// Each way in which two readers of HTTP/1.1 could disagree on where a request ends, over a raw socket.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_all.hpp>
#include <string>

#include "tests/unit/web/raw_client.hpp"
#include "tests/unit/web/sample_server.hpp"

namespace rogatory::test {
namespace {

struct Case {
    const char* name;
    std::string bytes;
    int status;
};

std::string with_fields(const std::string& fields) {
    return "POST /echo HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n\r\nhelloGET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
}

const std::vector<Case>& refused_heads() {
    static const std::vector<Case> cases{
        {"chunked", with_fields("Transfer-Encoding: chunked"), 501},
        {"chunked with a length", with_fields("Content-Length: 5\r\nTransfer-Encoding: chunked"), 501},
        {"chunked in other letters", with_fields("tRANSFER-eNCODING: Chunked"), 501},
        {"identity", with_fields("Transfer-Encoding: identity"), 501},
        {"a packed body", with_fields("Content-Length: 5\r\nContent-Encoding: gzip"), 415},
        {"a body packed by nothing", with_fields("Content-Length: 5\r\nContent-Encoding: identity"), 415},
        {"two equal lengths", with_fields("Content-Length: 5\r\nContent-Length: 5"), 400},
        {"two different lengths", with_fields("Content-Length: 5\r\nContent-Length: 0"), 400},
        {"a list of lengths", with_fields("Content-Length: 5, 5"), 400},
        {"a signed length", with_fields("Content-Length: +5"), 400},
        {"a negative length", with_fields("Content-Length: -1"), 400},
        {"a hexadecimal length", with_fields("Content-Length: 0x5"), 400},
        {"a length with a leading zero", with_fields("Content-Length: 05"), 400},
        {"a length with a blank inside", with_fields("Content-Length: 5 5"), 400},
        {"an empty length", with_fields("Content-Length:"), 400},
        {"a length above 2^53", with_fields("Content-Length: 9007199254740993"), 400},
        {"a length above 2^64", with_fields("Content-Length: 18446744073709551621"), 400},
        {"a blank before the colon", with_fields("Content-Length : 5"), 400},
        {"a tab before the colon", with_fields("Content-Length\t: 5"), 400},
        {"a folded line", with_fields("X-A: b\r\n Content-Length: 5"), 400},
        {"a line folded by a tab", with_fields("X-A: b\r\n\tc"), 400},
        {"a line without a colon", with_fields("Content-Length"), 400},
        {"an empty name", with_fields(": 5"), 400},
        {"a control byte in a value", with_fields(std::string{"X-A: b\x01"}), 400},
        {"a zero byte in a value", with_fields(std::string{"X-A: b\0c", 8}), 400},
        {"a byte above ASCII in a value", with_fields("X-A: \xc3\xa9"), 400},
        {"a bare carriage return in a value", with_fields("X-A: b\rContent-Length: 5"), 400},
        {"a bare line feed in a value", with_fields("X-A: b\nContent-Length: 5"), 400},
        {"bare line feeds throughout", "GET /hello HTTP/1.1\nHost: a\n\n", 400},
        {"a bare line feed at the end", "GET /hello HTTP/1.1\r\nHost: a\r\n\n", 400},
        {"an empty line in front", "\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"a connection option", with_fields("Connection: close, X-A"), 400},
        {"an upgrade", with_fields("Upgrade: h2c\r\nConnection: Upgrade"), 400},
        {"trailers announced", with_fields("Trailer: X-A"), 400},
        {"an expectation we do not know", with_fields("Expect: a miracle"), 417},
        {"no host", "GET /hello HTTP/1.1\r\n\r\n", 400},
        {"two hosts", "GET /hello HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
        {"a host with a path", "GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        {"two cookies", with_fields("Cookie: a=b\r\nCookie: c=d"), 400},
        {"two authorizations", with_fields("Authorization: Bearer a\r\nAuthorization: Bearer b"), 400},
        {"absolute form", "GET http://a/hello HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"authority form", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"asterisk form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"a fragment", "GET /hello#a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"dot segments", "GET /a/../hello HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"an empty segment", "GET //hello HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"a backslash", "GET /a\\hello HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"two blanks in the request line", "GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"a tab in the request line", "GET\t/hello HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"a blank at the end of the request line", "GET /hello HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
        {"a blank in the target", "GET /hel lo HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"no version", "GET /hello\r\nHost: a\r\n\r\n", 400},
        {"HTTP/1.0", "GET /hello HTTP/1.0\r\nHost: a\r\n\r\n", 505},
        {"HTTP/2.0", "GET /hello HTTP/2.0\r\nHost: a\r\n\r\n", 505},
        {"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
        {"a version in small letters", "GET /hello http/1.1\r\nHost: a\r\n\r\n", 400},
        {"a method in small letters", "get /hello HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        {"a method nobody has", "BREW /hello HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        {"a method that is no token", "GE(T /hello HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"a long target", "GET /" + std::string(3000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
        {"a long head", "GET /hello HTTP/1.1\r\nHost: a\r\nX-A: " + std::string(20'000, 'a'), 431},
        {"a head without end", "GET /hello HTTP/1.1\r\n" + std::string(17'000, 'a'), 431},
    };
    return cases;
}

std::string many_fields(int count) {
    std::string fields = "Host: a\r\n";
    for (int i = 1; i < count; ++i) fields += "X-A" + std::to_string(i) + ": b\r\n";
    return "GET /hello HTTP/1.1\r\n" + fields + "\r\n";
}

}  // namespace

TEST_CASE("a head that could be read in two ways is refused, and nothing behind it is served", "[web][framing]") {
    SampleServer server;
    for (const auto& refused : refused_heads()) {
        INFO(refused.name);
        RawClient client{server.port()};
        client.send(refused.bytes);

        const auto all = client.read_to_end();

        REQUIRE(all.has_value());
        CHECK(all->starts_with("HTTP/1.1 " + std::to_string(refused.status) + " "));
        CHECK(all->find("Connection: close") != std::string::npos);
        CHECK(all->find("HTTP/1.1 ", 9) == std::string::npos);
    }
    CHECK(server.handled == 0);
}

TEST_CASE("a head may come in any pieces", "[web][framing]") {
    SampleServer server;
    const std::string request = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
    for (std::size_t cut = 1; cut < request.size(); ++cut) {
        RawClient client{server.port()};
        client.send(request.substr(0, cut));
        client.send(request.substr(cut));
        const auto reply = client.read_reply();
        REQUIRE(reply.has_value());
        CHECK(reply->status == 200);
        CHECK(reply->body == "hello");
    }
}

TEST_CASE("64 fields are taken and 65 are not", "[web][framing]") {
    SampleServer server;
    CHECK(RawClient{server.port()}.ask(many_fields(64))->status == 200);
    CHECK(RawClient{server.port()}.ask(many_fields(65))->status == 431);
}

TEST_CASE("requests sent one behind the other are answered in their order", "[web][framing]") {
    SampleServer server;
    RawClient client{server.port()};
    client.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\noneGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nthree");

    CHECK(client.read_reply()->body == "one");
    CHECK(client.read_reply()->body == "hello");
    CHECK(client.read_reply()->body == "three");
}

TEST_CASE("a body that is not read ends the connection, so that it is never taken for a request", "[web][framing]") {
    SampleServer server;
    const std::string inside = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
    const auto length = std::to_string(inside.size());
    SECTION("where no body belongs") {
        RawClient client{server.port()};
        client.send("GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n" + inside);
        const auto all = client.read_to_end();
        REQUIRE(all.has_value());
        CHECK(all->starts_with("HTTP/1.1 413 "));
        CHECK(all->find("hello") == std::string::npos);
    }
    SECTION("where the body is too large") {
        RawClient client{server.port()};
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n" + inside);
        const auto all = client.read_to_end();
        REQUIRE(all.has_value());
        CHECK(all->starts_with("HTTP/1.1 413 "));
    }
    SECTION("where a stream is refused") {
        RawClient client{server.port()};
        client.send("PATCH /stream HTTP/1.1\r\nHost: a\r\nRefuse: 1\r\nContent-Length: " + length + "\r\n\r\n" +
                    inside);
        const auto all = client.read_to_end();
        REQUIRE(all.has_value());
        CHECK(all->starts_with("HTTP/1.1 409 "));
        CHECK(all->find("hello") == std::string::npos);
    }
}

TEST_CASE("whoever expects a 100 gets it before the body is read, and a refusal instead where there is one",
          "[web][framing]") {
    SampleServer server;
    SECTION("welcome") {
        RawClient client{server.port()};
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        CHECK(client.read_reply()->status == 100);
        client.send("hello");
        CHECK(client.read_reply()->body == "hello");
    }
    SECTION("refused") {
        RawClient client{server.port()};
        client.send(
            "PATCH /stream HTTP/1.1\r\nHost: a\r\nRefuse: 1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        CHECK(client.read_reply()->status == 409);
    }
}

TEST_CASE("a reply to HEAD has the length and not the body", "[web][framing]") {
    SampleServer server;
    RawClient client{server.port()};
    const auto reply = client.ask("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    REQUIRE(reply.has_value());
    CHECK(reply->has("Content-Length: 5\r\n"));
    CHECK(client.ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")->body == "hello");
}

}  // namespace rogatory::test
