// GET /events: that something is new, for as long as the session lasts, and nothing of what it is.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/web/api_world.hpp"

namespace rogatory::tests {
namespace {

// A stream as the transport holds it.
struct Listener {
    std::unique_ptr<http::Exchange> exchange;
    http::Response response;
};
Listener listen(ApiWorld& world, const std::string& token) {
    http::Request request;
    request.path = "/api/v1/events";
    request.headers.add("Authorization", "Bearer " + token);
    request.peer = "192.0.2.1";
    Listener listener{world.pipeline().begin(std::move(request)), {}};
    listener.response = listener.exchange->respond();
    return listener;
}

}  // namespace

TEST_CASE("a listener hears that the log has grown, and nothing else", "[web][live]") {
    ApiWorld world;
    const auto founder = world.found_party("SEN");
    const auto listener = listen(world, world.sign_in(*founder));
    REQUIRE(listener.response.feed);
    CHECK(listener.response.status == 200);
    CHECK(listener.response.headers.find("Content-Type") == "text/event-stream");
    auto& feed = *listener.response.feed;
    CHECK(feed.take() == "retry: 5000\nevent: log\ndata: {\"size\":1}\n\n");
    CHECK_FALSE(feed.stirred());
    CHECK(feed.take() == ": still here\n\n");
    (void)world.open_dossier(*founder, {});
    world.settings().events->stir();
    CHECK(feed.stirred());
    CHECK(feed.take() == "event: log\ndata: {\"size\":2}\n\n");
    CHECK_FALSE(feed.stirred());
}

TEST_CASE("a stream ends with its session: signed out, idle, suspended", "[web][live]") {
    ApiWorld world;
    const auto founder = world.found_party("SEN");
    SECTION("signed out") {
        const auto token = world.sign_in(*founder);
        const auto listener = listen(world, token);
        REQUIRE(listener.response.feed->take().has_value());
        REQUIRE(world.call("DELETE", "/api/v1/session", token).status == 204);
        CHECK_FALSE(listener.response.feed->take().has_value());
    }
    SECTION("idle: listening is no use of a session") {
        const auto listener = listen(world, world.sign_in(*founder));
        for (int minute = 0; minute < 15; ++minute) {
            REQUIRE(listener.response.feed->take().has_value());
            world.pass(60);
        }
        world.pass(30);
        CHECK_FALSE(listener.response.feed->take().has_value());
    }
    SECTION("suspended") {
        const auto listener = listen(world, world.sign_in(*founder));
        REQUIRE(listener.response.feed->take().has_value());
        REQUIRE(world
                    .call("POST", "/api/v1/admin/accounts/" + founder->user_name + "/suspension",
                          world.sign_in(*world.administrator()), json::object{{"reason", "a test"}})
                    .status == 204);
        CHECK_FALSE(listener.response.feed->take().has_value());
    }
}

TEST_CASE("an account listens in eight places at most, and a place is free again when its listener is gone",
          "[web][live]") {
    ApiWorld world;
    const auto founder = world.found_party("SEN");
    const auto other = world.found_party("FRA");
    const auto token = world.sign_in(*founder);
    std::vector<Listener> listeners;
    for (int i = 0; i < 8; ++i) listeners.push_back(listen(world, token));
    for (const auto& listener : listeners) CHECK(listener.response.status == 200);
    CHECK(listen(world, token).response.status == 429);
    CHECK(listen(world, world.sign_in(*other)).response.status == 200);
    listeners.pop_back();
    CHECK(listen(world, token).response.status == 200);
    listeners.clear();
    CHECK(world.settings().events->listeners() == 0);
    CHECK(listen(world, "").response.status == 401);
}

}  // namespace rogatory::tests
