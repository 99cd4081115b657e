// What a slow, absent, greedy or numerous peer can do to the others: nothing.
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "tests/unit/web/raw_client.hpp"
#include "tests/unit/web/sample_server.hpp"

namespace rogatory::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::string_view kHello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

transport::ListenOptions impatient() {
    transport::ListenOptions options;
    options.limits.handshake = milliseconds{300};
    options.limits.head = milliseconds{300};
    options.limits.idle = milliseconds{600};
    options.limits.progress = milliseconds{300};
    options.limits.linger = milliseconds{200};
    options.limits.stop = milliseconds{500};
    return options;
}

// For those whose clients do nothing wrong: no pause of this machine ends a connection.
transport::ListenOptions patient() {
    transport::ListenOptions options;
    options.limits.head = options.limits.idle = options.limits.progress = options.limits.stop = seconds{60};
    return options;
}

// What ends is what has begun, and nothing before it.
transport::ListenOptions only_progress() {
    auto options = patient();
    options.limits.progress = impatient().limits.progress;
    return options;
}

// Far longer than the limits of the impatient, and shorter than those of a server that was told nothing.
constexpr seconds kCut{8};
// What only comes later than this where it never comes.
constexpr seconds kHang{60};

// Whether it holds before so long is over.
bool soon(const std::function<bool()>& holds, seconds most = kHang) {
    const auto until = steady_clock::now() + most;
    while (!holds()) {
        if (steady_clock::now() > until) return false;
        std::this_thread::sleep_for(milliseconds{5});
    }
    return true;
}

}  // namespace

TEST_CASE("a connection is cut when its time is over", "[web][transport]") {
    SampleServer server{impatient()};
    SECTION("a head that never ends") {
        RawClient client{server.port()};
        client.send("GET /hello HT");
        CHECK(client.closed_within(kCut));
    }
    SECTION("a head that comes a byte at a time") {
        RawClient client{server.port()};
        const auto until = steady_clock::now() + kCut;
        bool open = true;
        for (std::size_t i = 0; open && steady_clock::now() < until; ++i) {
            open = client.send("G") && !client.closed_within(milliseconds{50});
        }
        CHECK_FALSE(open);
    }
    SECTION("nothing at all") {
        const auto begun = steady_clock::now();
        RawClient client{server.port()};
        CHECK(client.closed_within(kCut));
        CHECK(steady_clock::now() - begun >= impatient().limits.idle);
    }
    SECTION("a buffered body that does not come") {
        RawClient client{server.port()};
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhalf");
        CHECK(client.closed_within(kCut));
    }
}

TEST_CASE("a body or a reply is cut when it makes no progress", "[web][transport]") {
    SampleServer server{only_progress()};
    SECTION("a streamed body that trickles") {
        RawClient client{server.port()};
        client.send("PATCH /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
        const auto until = steady_clock::now() + kCut;
        bool open = true;
        while (open && steady_clock::now() < until)
            open = client.send("byte") && !client.closed_within(milliseconds{40});
        CHECK_FALSE(open);
        CHECK(soon([&] { return server.abandoned == 1; }));
    }
    SECTION("a reply that nobody reads") {
        RawClient client{server.port(), 4096};
        client.send("GET /big/100000000/100000000 HTTP/1.1\r\nHost: a\r\n\r\n");
        CHECK(soon([&] { return server.handled == 1; }));
        CHECK(soon([&] { return server.listener().connections() == 0; }, kCut));
    }
}

TEST_CASE("a body on its way is not cut while it makes progress", "[web][transport]") {
    auto options = patient();
    // Longer than this machine may stand still, and together the pieces take longer than that.
    options.limits.progress = seconds{4};
    SampleServer server{options};
    RawClient client{server.port()};
    client.send("PATCH /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n");
    for (int i = 0; i < 10; ++i) {
        client.send(std::string(20'000, 'x'));
        std::this_thread::sleep_for(milliseconds{500});
    }
    const auto reply = client.read_reply();
    REQUIRE(reply.has_value());
    CHECK(reply->status == 200);
    CHECK(server.streamed == 200'000);
}

TEST_CASE("a large body passes in pieces of bounded size, in either direction", "[web][transport]") {
    SampleServer server;
    SECTION("up") {
        RawClient client{server.port()};
        client.send("PATCH /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 30000000\r\n\r\n");
        client.send(std::string(30'000'000, 'x'));
        const auto reply = client.read_reply();
        REQUIRE(reply.has_value());
        CHECK(server.streamed == 30'000'000);
        CHECK(std::stoul(reply->body) <= transport::kPieceBytes);
    }
    SECTION("down") {
        RawClient client{server.port()};
        const auto reply = client.ask("GET /big/30000000/30000000 HTTP/1.1\r\nHost: a\r\n\r\n");
        REQUIRE(reply.has_value());
        CHECK(reply->body == std::string(30'000'000, 'x'));
        CHECK(client.ask(kHello)->body == "hello");
    }
    SECTION("down, of which a part is at hand and the rest a worker's") {
        RawClient client{server.port()};
        const auto reply = client.ask("GET /half-ready/30000000 HTTP/1.1\r\nHost: a\r\n\r\n");
        REQUIRE(reply.has_value());
        CHECK(reply->body == std::string(30'000'000, 'x'));
        CHECK(client.ask(kHello)->body == "hello");
    }
    SECTION("a source that ends early cuts the connection, so that the reply cannot look whole") {
        RawClient client{server.port()};
        client.send("GET /big/1000000/300000 HTTP/1.1\r\nHost: a\r\n\r\n");
        const auto all = client.read_to_end();
        REQUIRE(all.has_value());
        CHECK(all->size() < 1'000'000);
    }
    SECTION("a sink that refuses half way is heard") {
        RawClient client{server.port()};
        client.send("PATCH /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 200000000\r\n\r\n");
        std::thread sender{[&client] {
            const std::string piece(1 << 20, 'x');
            for (int i = 0; i < 190 && client.send(piece); ++i) {
            }
        }};
        const auto reply = client.read_reply();
        ::shutdown(client.descriptor(), SHUT_RDWR);
        sender.join();
        REQUIRE(reply.has_value());
        CHECK(reply->status == 507);
        CHECK(reply->has("Connection: close"));
    }
    SECTION("a sender that goes away is noticed, and what came is kept") {
        {
            RawClient client{server.port()};
            client.send("PATCH /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nsome");
        }
        CHECK(soon([&] { return server.abandoned == 1; }));
        CHECK(server.streamed == 4);
    }
}

TEST_CASE("a handler that throws costs its request and tells nothing", "[web][transport]") {
    SampleServer server;
    RawClient client{server.port()};
    const auto reply = client.ask("GET /throw HTTP/1.1\r\nHost: a\r\n\r\n");
    REQUIRE(reply.has_value());
    CHECK(reply->status == 500);
    CHECK(reply->body.find("secret") == std::string::npos);
    CHECK(reply->body.find("request_id") != std::string::npos);
    CHECK(reply->has("Content-Security-Policy: default-src 'none'"));
    CHECK(client.ask(kHello)->body == "hello");
}

TEST_CASE("a brief answer waits for no worker, and many of them keep nobody waiting", "[web][transport]") {
    SampleServer server{{}, nullptr, 1};
    RawClient busy{server.port()};
    busy.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    server.arrived.get_future().wait();

    RawClient brief{server.port()};
    brief.send("GET /brief HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(brief.read_reply().value().status == 200);
    RawClient plain{server.port()};
    plain.send(kHello);
    std::this_thread::sleep_for(milliseconds{100});
    CHECK(server.handled == 2);
    server.release.set_value();
    CHECK(plain.read_reply().value().status == 200);
    CHECK(busy.read_reply().value().status == 200);

    // Request on request, without waiting for replies: all are answered, and others meanwhile.
    RawClient greedy{server.port()};
    std::string many;
    constexpr int kMany = 200;
    for (int i = 0; i < kMany; ++i) many += "GET /brief HTTP/1.1\r\nHost: a\r\n\r\n";
    greedy.send(many);
    RawClient other{server.port()};
    other.send(kHello);
    CHECK(other.read_reply().value().status == 200);
    int answered = 0;
    while (answered < kMany && greedy.read_reply().value_or(RawClient::Reply{}).status == 200) ++answered;
    CHECK(answered == kMany);
}

TEST_CASE("who is refused for too much and does not wait, waits all the same, alone", "[web][transport]") {
    auto options = patient();
    constexpr milliseconds kRefusal{300};
    options.limits.refusal = kRefusal;
    SampleServer server{options};
    constexpr std::string_view kTooMany = "GET /too-many HTTP/1.1\r\nHost: a\r\n\r\n";
    constexpr int kAtOnce = 20;
    RawClient other{server.port()};
    REQUIRE(other.ask(kHello)->status == 200);
    const auto begun = steady_clock::now();
    std::vector<std::unique_ptr<RawClient>> greedy;
    // On each connection request on request, without waiting for replies.
    for (int i = 0; i < 8; ++i) {
        greedy.push_back(std::make_unique<RawClient>(server.port()));
        std::string many;
        for (int k = 0; k < kAtOnce; ++k) many += kTooMany;
        greedy.back()->send(many);
    }
    CHECK(other.ask(kHello)->body == "hello");
    CHECK(steady_clock::now() - begun < kRefusal * kAtOnce * 3 / 4);
    // All are answered at last, in the connections' own time.
    for (auto& one : greedy) {
        for (int k = 0; k < kAtOnce; ++k) REQUIRE(one->read_reply().value().status == 429);
    }
    const auto took = steady_clock::now() - begun;
    CHECK(took >= kRefusal * kAtOnce);
    CHECK(took < kRefusal * kAtOnce * 3);  // one after the other they would take eight times as long
    // One who has been refused is served again, and a server that stops waits for no refusal.
    CHECK(greedy.front()->ask(kHello)->body == "hello");
    greedy.front()->send(kTooMany);
    const auto stopped = steady_clock::now();
    server.listener().stop();
    CHECK(steady_clock::now() - stopped < options.limits.stop / 4);
}

TEST_CASE("every reply carries the security headers, refusals too", "[web][transport]") {
    SampleServer server;
    for (const std::string request :
         {"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
          "DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n", "nonsense\r\n\r\n"}) {
        INFO(request);
        const auto reply = RawClient{server.port()}.ask(request);
        REQUIRE(reply.has_value());
        for (const std::string_view field :
             {"Content-Security-Policy: default-src 'none'", "require-trusted-types-for 'script'",
              "frame-ancestors 'none'", "Strict-Transport-Security: max-age=", "X-Content-Type-Options: nosniff",
              "Referrer-Policy: no-referrer", "Cross-Origin-Opener-Policy: same-origin",
              "Cross-Origin-Embedder-Policy: require-corp", "Cross-Origin-Resource-Policy: same-origin",
              "Cache-Control: no-store"}) {
            INFO(field);
            CHECK(reply->has(field));
        }
        CHECK_FALSE(reply->has("Access-Control-"));
        CHECK_FALSE(reply->has("Server:"));
    }
}

TEST_CASE("one address gets no more connections than the limit, and gets them back", "[web][transport]") {
    auto options = patient();
    options.limits.connections_per_address = 3;
    SampleServer server{options};
    std::vector<RawClient> clients;
    for (int i = 0; i < 3; ++i) {
        clients.emplace_back(server.port());
        CHECK(clients.back().ask(kHello)->status == 200);
    }
    RawClient fourth{server.port()};
    CHECK(fourth.read_to_end(options.limits.idle / 4) == std::string{});

    clients.clear();
    CHECK(soon([&] { return server.listener().connections() == 0; }));
    CHECK(RawClient{server.port()}.ask(kHello)->status == 200);
}

TEST_CASE("a thousand idle connections and a hundred stuck ones harm nobody", "[web][transport]") {
    transport::ListenOptions options;
    options.limits.connections_per_address = 5000;
    options.io_threads = 2;
    SampleServer server{options};
    std::vector<RawClient> idle;
    for (int i = 0; i < 1000; ++i) {
        idle.emplace_back(server.port());
        REQUIRE(idle.back().connected());
    }
    std::vector<RawClient> stuck;
    for (int i = 0; i < 100; ++i) {
        stuck.emplace_back(server.port());
        stuck.back().send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nha");
    }
    RawClient client{server.port()};
    const auto begun = steady_clock::now();
    for (int i = 0; i < 500; ++i) REQUIRE(client.ask(kHello)->body == "hello");
    CHECK(steady_clock::now() - begun < seconds{20});
    CHECK(idle.front().ask(kHello)->status == 200);
    CHECK(idle.back().ask(kHello)->status == 200);
}

TEST_CASE("a server that stops finishes what is under way and takes nothing new", "[web][transport]") {
    SampleServer server{patient()};
    RawClient idle{server.port()};
    REQUIRE(idle.ask(kHello)->status == 200);
    RawClient busy{server.port()};
    busy.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    server.arrived.get_future().wait();

    std::thread stopper{[&server] { server.listener().stop(); }};
    CHECK(idle.closed_within(patient().limits.idle / 4));
    const auto port = server.port();
    CHECK(soon([&] { return !RawClient{port}.connected(); }, kCut));
    server.release.set_value();

    const auto reply = busy.read_reply();
    stopper.join();
    REQUIRE(reply.has_value());
    CHECK(reply->body == "waited");
    CHECK(reply->has("Connection: close"));
}

TEST_CASE("a server that stops waits for a peer's slow body only so long", "[web][transport]") {
    auto options = impatient();
    options.limits.progress = seconds{60};
    SampleServer server{options};
    RawClient client{server.port()};
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhalf");
    const auto wait = steady_clock::now() + milliseconds{200};
    while (steady_clock::now() < wait) std::this_thread::sleep_for(milliseconds{5});

    const auto begun = steady_clock::now();
    server.listener().stop();

    CHECK(steady_clock::now() - begun < kCut);
    CHECK(client.closed_within(kCut));
}

TEST_CASE("a reply without an end says what is new, shows that it lives, and ends in order", "[web][transport]") {
    auto options = only_progress();
    options.limits.head = options.limits.idle = seconds{4};
    options.limits.stop = impatient().limits.stop;
    options.limits.sign_of_life = milliseconds{700};
    SampleServer server{options};
    RawClient client{server.port()};
    client.send("GET /live HTTP/1.1\r\nHost: a\r\n\r\n");
    REQUIRE(client.comes("data: 0\n\n"));
    server.news = 1;
    SECTION("when it is over") {
        // Longer than every limit of an ordinary reply.
        std::this_thread::sleep_for(seconds{5});
        CHECK(client.comes("data: 1\n\ndata: 1\n\n"));
        server.news = -1;
        const auto all = client.read_to_end();
        REQUIRE(all.has_value());
        CHECK(all->find("Content-Length") == std::string::npos);
        CHECK(all->find("Connection: close") != std::string::npos);
        CHECK(all->find("data: 0\n\ndata: 1\n\ndata: 1\n\n") != std::string::npos);
    }
    SECTION("when the peer is gone") {
        { const RawClient leaving{std::move(client)}; }
        for (int i = 0; i < 3000 && server.feeds_gone == 0; ++i) {
            ++server.news;
            std::this_thread::sleep_for(milliseconds{20});
        }
        CHECK(server.feeds_gone == 1);
    }
    SECTION("when the server stops") {
        server.listener().stop();
        CHECK(client.read_to_end().has_value());
        CHECK(server.feeds_gone == 1);
    }
    SECTION("and HEAD has no body to wait for") {
        RawClient head{server.port()};
        head.send("HEAD /live HTTP/1.1\r\nHost: a\r\n\r\n");
        CHECK(head.read_to_end(kCut).has_value());
    }
}

}  // namespace rogatory::test
