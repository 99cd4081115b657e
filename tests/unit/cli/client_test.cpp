#include "web/client/https_server.hpp"

#include <cstdlib>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/scripted_server.hpp"

namespace rogatory::client {
namespace {

using support::http_reply;
using support::problem_reply;
using support::ScriptedServer;

constexpr const char* kAbout =
    R"({"name":"rogatory","version":"1","log_origin":"localhost/log/0","log_key":"k","time":1767225600})";

// What an honest test machine's environment must not decide.
struct NoProxies {
    NoProxies() {
        for (const auto* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"})
            ::unsetenv(name);
    }
};
const NoProxies kNoProxies;

HttpsServer client_of(const ScriptedServer& server, HttpsOptions options = {}) {
    if (!options.trust_anchors) options.trust_anchors = server.certificate();
    options.connect_seconds = 5;
    if (options.stall_seconds == 60) options.stall_seconds = 2;
    return HttpsServer{*Origin::parse(server.url()), std::move(options)};
}

ScriptedServer::Script always(std::string reply) {
    return [reply = std::move(reply)](const std::string&) { return ScriptedServer::Reply{reply}; };
}

std::string key_of(const auto& result) { return result ? std::string{"no error"} : result.error().key(); }

}  // namespace

TEST_CASE("an address is an https origin and nothing more", "[client][origin]") {
    CHECK(Origin::parse("https://Exchange.Example.org/")->text() == "https://exchange.example.org");
    CHECK(Origin::parse("exchange.example.org:8443")->text() == "https://exchange.example.org:8443");
    CHECK(Origin::parse("https://exchange.example.org:443")->text() == "https://exchange.example.org");
    CHECK(Origin::parse("https://[::1]:8443")->text() == "https://[::1]:8443");
    CHECK(Origin::parse("http://exchange.example.org").error().key() == "client.https_only");
    for (const auto* bad :
         {"", "https://", "https://user@host", "https://host/path", "https://host?x", "https://ho st", "https://host:0",
          "https://host:99999", "https://host:8x", "https://.host", "https://host\r\nX: y"}) {
        INFO(bad);
        const auto parsed = Origin::parse(bad);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().key() == "client.address_invalid");
    }
}

TEST_CASE("a server with a certificate that was named is believed, one without is not", "[client][tls]") {
    const ScriptedServer server{always(http_reply(200, kAbout))};

    CHECK(client_of(server).about()->log_origin == "localhost/log/0");

    HttpsServer stranger{*Origin::parse(server.url()), {}};
    CHECK(key_of(stranger.about()) == "client.certificate_refused");
}

TEST_CASE("a certificate for another name is refused", "[client][tls]") {
    const ScriptedServer server{
        always(http_reply(200, kAbout)), ScriptedServer::Speaks::tls, {.name = "elsewhere.example"}};

    CHECK(key_of(client_of(server).about()) == "client.certificate_refused");
    CHECK(server.requests().empty());
}

TEST_CASE("a certificate out of its time names today's date, because the clock may be wrong", "[client][tls]") {
    const auto days = GENERATE(std::pair{-10L, -5L}, std::pair{5L, 10L});
    const ScriptedServer server{always(http_reply(200, kAbout)),
                                ScriptedServer::Speaks::tls,
                                {.valid_from_days = days.first, .valid_to_days = days.second}};

    const auto answer = client_of(server).about();

    REQUIRE(key_of(answer) == "client.certificate_date");
    CHECK(answer.error().arguments().at("today").starts_with("20"));
}

TEST_CASE("a trust anchor that is no certificate is the caller's mistake", "[client][tls]") {
    const ScriptedServer server{always(http_reply(200, kAbout))};
    HttpsOptions options;
    options.trust_anchors = "/nonexistent.pem";

    CHECK(key_of(client_of(server, options).about()) == "client.ca_unreadable");
}

TEST_CASE("a redirect is not followed", "[client]") {
    const ScriptedServer server{
        always("HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/\r\nContent-Length: 0\r\n\r\n")};

    CHECK(key_of(client_of(server).about()) == "client.redirect_refused");
    CHECK(server.requests().size() == 1);
}

TEST_CASE("where nobody listens, the message says so", "[client]") {
    unsigned port = 0;
    { port = ScriptedServer{always("")}.port(); }
    HttpsServer client{*Origin::parse("https://localhost:" + std::to_string(port)), {}};

    const auto answer = client.about();

    CHECK(key_of(answer) == "client.unreachable");
    CHECK(answer.error().code() == ErrorCode::unavailable);
}

TEST_CASE("a name that does not exist is told from a server that is down", "[client]") {
    HttpsServer client{*Origin::parse("https://nothing.invalid"), {}};

    CHECK(key_of(client.about()) == "client.host_not_found");
}

TEST_CASE("a proxy that refuses is named", "[client][proxy]") {
    const ScriptedServer server{always(http_reply(200, kAbout))};
    const ScriptedServer proxy{always("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
                               ScriptedServer::Speaks::plain,
                               {}};
    HttpsOptions options;
    options.proxy = "http://127.0.0.1:" + std::to_string(proxy.port());

    const auto answer = client_of(server, options).about();

    REQUIRE(key_of(answer) == "client.proxy_refused");
    CHECK(answer.error().arguments().at("proxy") == *options.proxy);
    CHECK(proxy.requests().at(0).starts_with("CONNECT localhost:"));
    CHECK(server.requests().empty());
}

TEST_CASE("a proxy that is not there is named too", "[client][proxy]") {
    const ScriptedServer server{always(http_reply(200, kAbout))};
    unsigned port = 0;
    { port = ScriptedServer{always("")}.port(); }
    HttpsOptions options;
    options.proxy = "http://127.0.0.1:" + std::to_string(port);

    CHECK(key_of(client_of(server, options).about()) == "client.proxy_refused");
}

TEST_CASE("a server that hangs is given up", "[client]") {
    const ScriptedServer server{[](const std::string&) {
        return ScriptedServer::Reply{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", true};
    }};

    CHECK(key_of(client_of(server).about()) == "client.timed_out");
}

TEST_CASE("a reply that is cut off is no reply", "[client]") {
    const ScriptedServer server{
        always("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n{\"name\":\"rog")};

    CHECK(key_of(client_of(server).about()) == "client.connection_lost");
}

TEST_CASE("a line that goes dead before an answer is tried once more, with the same key", "[client]") {
    int calls = 0;
    const ScriptedServer server{[&calls](const std::string&) {
        return ++calls == 1 ? ScriptedServer::Reply{} : ScriptedServer::Reply{http_reply(201, R"({"code":"SEN"})")};
    }};

    CHECK(client_of(server).create_party("SEN", "Sénégal"));

    const auto requests = server.requests();
    REQUIRE(requests.size() == 2);
    const auto key = [](const std::string& request) { return request.substr(request.find("Idempotency-Key: "), 49); };
    CHECK(key(requests[0]) == key(requests[1]));
}

TEST_CASE("an answer larger than its bound is not read", "[client]") {
    const ScriptedServer server{always(http_reply(200, std::string(100000, 'x')))};

    CHECK(key_of(client_of(server).checkpoint(0)) == "client.answer_too_large");
}

TEST_CASE("an answer of another shape is refused", "[client]") {
    const auto* body = GENERATE("", "[]", "{", "null", R"({"name":1})",
                                R"({"name":"a","version":"1","log_origin":"o","log_key":"k","time":"soon"})");
    const ScriptedServer server{always(http_reply(200, body))};

    INFO(body);
    CHECK(key_of(client_of(server).about()) == "client.answer_not_understood");
}

TEST_CASE("a problem becomes an error with the server's key, its arguments and a code by status", "[client][problem]") {
    struct Row {
        int status;
        ErrorCode code;
    };
    const auto row =
        GENERATE(Row{400, ErrorCode::invalid_input}, Row{401, ErrorCode::unauthenticated},
                 Row{403, ErrorCode::forbidden}, Row{404, ErrorCode::not_found}, Row{409, ErrorCode::conflict},
                 Row{410, ErrorCode::expired}, Row{412, ErrorCode::precondition_failed}, Row{413, ErrorCode::too_large},
                 Row{422, ErrorCode::invalid_input}, Row{429, ErrorCode::too_many}, Row{500, ErrorCode::unavailable},
                 Row{503, ErrorCode::unavailable}, Row{507, ErrorCode::storage_full});
    const ScriptedServer server{
        always(problem_reply(row.status, "statement.seq_taken", R"({"chain":"ab","head_seq":"7"})"))};

    const auto answer = client_of(server).about();

    REQUIRE(key_of(answer) == "statement.seq_taken");
    CHECK(answer.error().code() == row.code);
    CHECK(answer.error().arguments().at("head_seq") == "7");
    CHECK(answer.error().arguments().at("request") == "0011223344556677");
}

TEST_CASE("a refusal that is not our server's is not taken for one", "[client][problem]") {
    SECTION("a proxy's page") {
        const ScriptedServer server{always(http_reply(403, "<html>blocked</html>", "Content-Type: text/html\r\n"))};
        CHECK(key_of(client_of(server).about()) == "client.answer_not_understood");
    }
    SECTION("a key with anything but key characters") {
        const ScriptedServer server{always(problem_reply(403, "../../etc"))};
        CHECK(key_of(client_of(server).about()) == "client.answer_not_understood");
    }
}

TEST_CASE("the session's token goes with every request after sign-in, and nothing else does", "[client][session]") {
    const ScriptedServer server{[](const std::string& request) {
        if (request.starts_with("POST /api/v1/sign-in "))
            return ScriptedServer::Reply{http_reply(200, R"({"token":"secret-token","scope":"full","expires_at":1})")};
        return ScriptedServer::Reply{http_reply(200, R"({"items":[]})")};
    }};
    auto client = client_of(server);

    REQUIRE(client.sign_in({.user_name = "awa", .challenge = {1}, .totp = "123456"}));
    REQUIRE(client.sessions());

    const auto requests = server.requests();
    CHECK(requests.at(0).find("Authorization") == std::string::npos);
    CHECK(requests.at(0).find(R"("totp":"123456")") != std::string::npos);
    CHECK(requests.at(1).find("Authorization: Bearer secret-token\r\n") != std::string::npos);
    CHECK(requests.at(1).find("Cookie") == std::string::npos);
}

namespace {

const ports::remote::Hash kDigest = [] {
    ports::remote::Hash out{};
    out.fill(0xab);
    return out;
}();
std::string tag() {
    std::string digits;
    for (int i = 0; i < 32; ++i) digits += "ab";
    return "ETag: \"" + digits + "\"\r\n";
}

struct Collected {
    std::string text;
    ports::remote::Sink sink = [this](ByteView bytes) -> Result<> {
        text += as_text(bytes);
        return {};
    };
};

}  // namespace

TEST_CASE("a download streams, resumes by range, and never joins two files", "[client][download]") {
    Collected collected;

    SECTION("whole") {
        const ScriptedServer server{always(http_reply(200, "0123456789", tag()))};
        CHECK(client_of(server).download({}, {}, kDigest, 0, collected.sink)->total == 10);
        CHECK(collected.text == "0123456789");
    }
    SECTION("the rest, asked for with If-Range") {
        const ScriptedServer server{always(http_reply(206, "6789", tag() + "Content-Range: bytes 6-9/10\r\n"))};
        CHECK(client_of(server).download({}, {}, kDigest, 6, collected.sink)->total == 10);
        CHECK(collected.text == "6789");
        const auto request = server.requests().at(0);
        CHECK(request.find("Range: bytes=6-\r\n") != std::string::npos);
        CHECK(request.find("If-Range: \"abab") != std::string::npos);
    }
    SECTION("another file than the statement names") {
        const ScriptedServer server{always(http_reply(200, "0123456789", "ETag: \"cd\"\r\n"))};
        CHECK(key_of(client_of(server).download({}, {}, kDigest, 0, collected.sink)) == "client.other_file");
        CHECK(collected.text.empty());
    }
    SECTION("the whole where the rest was asked for") {
        const ScriptedServer server{always(http_reply(200, "0123456789", tag()))};
        CHECK(key_of(client_of(server).download({}, {}, kDigest, 6, collected.sink)) == "client.other_file");
        CHECK(collected.text.empty());
    }
    SECTION("another range than was asked for") {
        const ScriptedServer server{always(http_reply(206, "56789", tag() + "Content-Range: bytes 5-9/10\r\n"))};
        CHECK_FALSE(client_of(server).download({}, {}, kDigest, 6, collected.sink));
        CHECK(collected.text.empty());
    }
    SECTION("cut: what came is kept, and the error says how much") {
        const ScriptedServer server{
            always("HTTP/1.1 200 OK\r\n" + tag() + "Content-Length: 10\r\nConnection: close\r\n\r\n01234")};
        const auto answer = client_of(server).download({}, {}, kDigest, 0, collected.sink);
        REQUIRE(key_of(answer) == "client.transfer_cut");
        CHECK(answer.error().arguments().at("bytes") == "5");
        CHECK(collected.text == "01234");
    }
    SECTION("the sink's own error ends it and comes back unchanged") {
        const ScriptedServer server{always(http_reply(200, "0123456789", tag()))};
        const ports::remote::Sink full = [](ByteView) -> Result<> {
            return fail(ErrorCode::storage_full, "profile.full");
        };
        CHECK(key_of(client_of(server).download({}, {}, kDigest, 0, full)) == "profile.full");
    }
    SECTION("a removal notice") {
        const ScriptedServer server{always(problem_reply(410, "attachment.withdrawn"))};
        const auto answer = client_of(server).download({}, {}, kDigest, 0, collected.sink);
        CHECK(key_of(answer) == "attachment.withdrawn");
        CHECK(answer.error().code() == ErrorCode::expired);
    }
    SECTION("everything is there already") {
        const ScriptedServer server{
            always("HTTP/1.1 416 Range\r\nContent-Range: bytes */10\r\nContent-Length: 0\r\n\r\n")};
        CHECK(client_of(server).download({}, {}, kDigest, 10, collected.sink)->total == 10);
    }
}

TEST_CASE("an upload goes by its ticket, and over POST where a proxy blocks PATCH", "[client][upload]") {
    bool patch_blocked = false;
    const ScriptedServer server{[&patch_blocked](const std::string& request) {
        if (request.starts_with("POST /api/v1/uploads ")) {
            return ScriptedServer::Reply{
                http_reply(201, "", "Location: /api/v1/uploads/00\r\nUpload-Ticket: the-ticket\r\n")};
        }
        if (request.starts_with("HEAD"))
            return ScriptedServer::Reply{
                "HTTP/1.1 200 OK\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 3\r\nContent-Length: 0\r\n\r\n"};
        if (request.starts_with("PATCH") && patch_blocked)
            return ScriptedServer::Reply{http_reply(405, "<html>", "Content-Type: text/html\r\n")};
        if (request.find("Upload-Offset: 9") != std::string::npos)
            return ScriptedServer::Reply{problem_reply(409, "upload.offset_mismatch")};
        return ScriptedServer::Reply{"HTTP/1.1 204 No Content\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 6\r\n\r\n"};
    }};
    auto client = client_of(server);
    client.use_session("session");
    const auto ticket = client.begin_upload({}, {}, {}, 6);
    REQUIRE(ticket);
    CHECK(ticket->ticket == "the-ticket");
    CHECK(client.upload_offset(*ticket) == 3U);
    CHECK(server.requests().back().find("Authorization: Bearer the-ticket\r\n") != std::string::npos);

    SECTION("by PATCH") {
        CHECK(client.upload(*ticket, 3, as_bytes("abc")) == 6U);
        CHECK(server.requests().back().starts_with("PATCH /api/v1/uploads/00 "));
        CHECK(server.requests().back().ends_with("\r\n\r\nabc"));
    }
    SECTION("by POST once PATCH was refused, and from then on at once") {
        patch_blocked = true;
        CHECK(client.upload(*ticket, 3, as_bytes("abc")) == 6U);
        const auto before = server.requests().size();
        CHECK(client.upload(*ticket, 3, as_bytes("abc")) == 6U);
        CHECK(server.requests().size() == before + 1);
        CHECK(server.requests().back().find("X-HTTP-Method-Override: PATCH\r\n") != std::string::npos);
    }
    SECTION("a moved offset is a conflict of its own") {
        const auto answer = client.upload(*ticket, 9, as_bytes("abc"));
        CHECK(key_of(answer) == "upload.offset");
        CHECK(answer.error().code() == ErrorCode::conflict);
    }
}

TEST_CASE("an upload at once is a creation with its bytes, where the server takes those", "[client][upload]") {
    const std::string bytes(5'000, 'b');
    const auto begin = [&](HttpsServer& client) { return client.upload_at_once({}, {}, {}, as_bytes(bytes)); };
    SECTION("it says how much is durable") {
        const std::string offset = GENERATE(as<std::string>{}, "Upload-Offset: 5000\r\n", "Upload-Offset: 7\r\n", "");
        const ScriptedServer server{always(http_reply(
            201, "", "Tus-Resumable: 1.0.0\r\nLocation: /api/v1/uploads/00\r\nUpload-Ticket: t\r\n" + offset))};
        auto client = client_of(server);
        const auto begun = begin(client);
        REQUIRE(begun);
        CHECK(begun->ticket.ticket == "t");
        CHECK(begun->offset == (offset.empty() ? 0U : offset.ends_with("7\r\n") ? 7U : 5'000U));
        const auto sent = server.requests().back();
        CHECK(sent.starts_with("POST /api/v1/uploads "));
        CHECK(sent.find("Content-Type: application/offset+octet-stream\r\n") != std::string::npos);
        CHECK(sent.find("Upload-Length: 5000\r\n") != std::string::npos);
        CHECK(sent.ends_with("\r\n\r\n" + bytes));
    }
    SECTION("an older server, or a proxy that lets no body through, is asked once") {
        const auto refusal = GENERATE_COPY(problem_reply(413, "http.body_too_large"),
                                           http_reply(403, "<html>", "Content-Type: text/html\r\n"));
        const ScriptedServer server{always(refusal)};
        auto client = client_of(server);
        for (int i = 0; i < 2; ++i) {
            const auto answer = begin(client);
            CHECK(key_of(answer) == "upload.not_at_once");
            CHECK(answer.error().code() == ErrorCode::unavailable);
        }
        CHECK(server.requests().size() == 1);
    }
    SECTION("that another request came first is told as that") {
        const ScriptedServer server{always(problem_reply(409, "upload.begun"))};
        auto client = client_of(server);
        CHECK(key_of(begin(client)) == "upload.begun");
        CHECK(server.requests().size() == 1);
    }
    SECTION("a refusal is one, and the next upload is tried again") {
        const ScriptedServer server{always(problem_reply(429, "upload.quota"))};
        auto client = client_of(server);
        CHECK(key_of(begin(client)) == "upload.quota");
        CHECK(key_of(begin(client)) == "upload.quota");
        CHECK(server.requests().size() == 2);
    }
}

TEST_CASE("a ticket's place is on this origin", "[client][upload]") {
    const ScriptedServer server{
        always(http_reply(201, "", "Location: https://elsewhere.example/uploads/1\r\nUpload-Ticket: t\r\n"))};

    CHECK(key_of(client_of(server).begin_upload({}, {}, {}, 6)) == "client.answer_not_understood");
}

TEST_CASE("tiles are asked for by the names of C2SP tlog-tiles", "[client][log]") {
    const ScriptedServer server{always(http_reply(200, "tile", "Content-Type: application/octet-stream\r\n"))};
    auto client = client_of(server);

    REQUIRE(client.tile(0, 1, 1234067, 256));
    REQUIRE(client.tile(0, 0, 7, 112));
    REQUIRE(client.entry_bundle(0, 0, 256));

    const auto requests = server.requests();
    CHECK(requests.at(0).starts_with("GET /log/0/tile/1/x001/x234/067 "));
    CHECK(requests.at(1).starts_with("GET /log/0/tile/0/007.p/112 "));
    CHECK(requests.at(2).starts_with("GET /log/0/tile/entries/000 "));
}

}  // namespace rogatory::client
