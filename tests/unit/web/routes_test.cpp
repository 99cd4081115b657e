#include <catch2/catch_test_macros.hpp>
#include <map>

#include "tests/unit/web/api_world.hpp"

namespace rogatory::tests {

TEST_CASE("the server has the contract's routes, and the contract the server's", "[web][contract]") {
    ApiWorld world;
    std::map<std::string, const http::Route*> routes;
    for (const auto& route : world.pipeline().router().routes()) {
        auto pattern = route.pattern;
        if (const auto rest = pattern.find("...}"); rest != std::string::npos) pattern.erase(rest, 3);
        routes[std::string{http::method_name(route.method)} + " " + pattern] = &route;
    }
    for (const auto& operation : world.contract().operations()) {
        INFO(operation.name());
        const auto found = routes.find(operation.name());
        REQUIRE(found != routes.end());
        const auto& route = *found->second;
        CHECK(operation.text("x-access") == http::access_name(route.access));
        CHECK(operation.spec->contains("x-open-to-barred") == route.open_to_barred);
        const auto* const body = operation.spec->if_contains("x-body");
        CHECK((body == nullptr ? 0 : body->to_number<std::uint64_t>()) == route.body.max_bytes);
        CHECK(operation.query() == route.query);
        routes.erase(found);
    }
    for (const auto& [name, route] : routes) {
        INFO(name);
        CHECK(false);
    }
}

TEST_CASE("a write with an idempotency key is done once and answered alike again", "[web][stages]") {
    ApiWorld world;
    const auto& admin = *world.administrator();
    const json::object body{{"code", "SEN"}, {"name", "Senegal"}};
    const auto ask = [&](const std::string& key, const json::object& what) {
        return world.call("POST", "/api/v1/admin/parties", admin.token, json::serialize(what),
                          {{"Idempotency-Key", key}});
    };
    const auto first = ask("0123456789abcdef", body);
    const auto again = ask("0123456789abcdef", body);
    CHECK(first.status == 201);
    CHECK(again.status == 201);
    CHECK(again.body == first.body);
    CHECK(again.header("Idempotency-Replayed") == "true");
    CHECK(ask("0123456789abcdef", {{"code", "FRA"}, {"name", "France"}}).status == 409);
    CHECK(ask("another-key-0123", body).status == 409);
    CHECK(ask("short", body).status == 400);
    CHECK(ask("with a blank 0123", body).status == 400);
}

TEST_CASE("a replayed reply is whole, or there is none", "[web][stages]") {
    ApiWorld world;
    const auto founder = world.found_party("SEN");
    const ApiWorld::Fields keyed{{"Idempotency-Key", "0123456789abcdef"}};
    auto first = keyed;
    first.emplace_back("If-Match", "\"0\"");
    const auto written = world.call("PUT", "/api/v1/me/state", founder->token, "one", first);
    const auto again = world.call("PUT", "/api/v1/me/state", founder->token, "one", first);
    CHECK(written.status == 200);
    CHECK(again.status == 200);
    CHECK(again.header("Idempotency-Replayed") == "true");
    CHECK(again.header("ETag") == written.header("ETag"));
    CHECK(again.body == written.body);

    // The ticket of an upload is stored nowhere, so its creation is never replayed.
    const auto item = [](const char* key, const std::string& value) {
        return std::string{key} + " " + base64_of(as_bytes(value));
    };
    auto creation = keyed;
    creation.emplace_back("Tus-Resumable", "1.0.0");
    creation.emplace_back("Upload-Length", "5000");
    creation.emplace_back("Upload-Metadata", item("chain", std::string(64, '1')) + "," +
                                                 item("attachment", std::string(32, '2')) + "," +
                                                 item("authority", hex_of(founder->person->authority)));
    CHECK(world.call("POST", "/api/v1/uploads", founder->token, "", creation).header("Upload-Ticket").size() == 43);
    const auto other = world.call("POST", "/api/v1/uploads", founder->token, "", creation);
    CHECK_FALSE(other.headers.has("Idempotency-Replayed"));
    CHECK((other.status == 201) == other.headers.has("Upload-Ticket"));
}

TEST_CASE("attachments come whole, in parts and not at all where they are known", "[web][api]") {
    ApiWorld world;
    const auto founder = world.found_party("SEN");
    const auto dossier = world.open_dossier(*founder, {});
    const auto attached = world.add_entry(*founder, dossier, 100'000);
    const auto path = "/api/v1/chains/" + hex_of(dossier) + "/attachments/" + hex_of(attached.id);
    const auto tag = "\"" + hex_of(attached.sha256) + "\"";
    const std::string whole{as_text(attached.bytes)};
    const auto get = [&](const ApiWorld::Fields& fields) {
        return world.call("GET", path, founder->token, "", fields);
    };

    const auto all = get({});
    CHECK(all.status == 200);
    CHECK(all.body == whole);
    CHECK(all.header("ETag") == tag);
    const auto part = get({{"Range", "bytes=1000-1999"}, {"If-Range", tag}});
    CHECK(part.status == 206);
    CHECK(part.body == whole.substr(1000, 1000));
    CHECK(part.header("Content-Range") == "bytes 1000-1999/" + std::to_string(whole.size()));
    CHECK(get({{"Range", "bytes=1000-1999"}, {"If-Range", "\"else\""}}).body == whole);
    CHECK(get({{"Range", "bytes=0-1,5-9"}}).body == whole);
    const auto beyond = get({{"Range", "bytes=" + std::to_string(whole.size()) + "-"}});
    CHECK(beyond.status == 416);
    CHECK(beyond.header("Content-Range") == "bytes */" + std::to_string(whole.size()));
    CHECK(get({{"If-None-Match", tag}}).status == 304);
    CHECK(world.broken.empty());
}

TEST_CASE("the state file is written over the version that was read, and over no other", "[web][api]") {
    ApiWorld world;
    const auto founder = world.found_party("SEN");
    const auto put = [&](const std::string& match, const std::string& bytes) {
        ApiWorld::Fields fields;
        if (!match.empty()) fields.emplace_back("If-Match", match);
        return world.call("PUT", "/api/v1/me/state", founder->token, bytes, fields);
    };
    CHECK(put("", "one").status == 412);
    CHECK(put("0", "one").status == 400);
    const auto first = put("\"0\"", "one");
    CHECK(first.status == 200);
    CHECK(put("\"0\"", "two").status == 412);
    CHECK(put(first.header("ETag"), "two").status == 200);
    CHECK(world.call("GET", "/api/v1/me/state", founder->token).body == "two");
    CHECK(world.broken.empty());
}

TEST_CASE("a browser's session lives in a cookie that scripts cannot read", "[web][api]") {
    ApiWorld world;
    auto& admin = *world.administrator();
    const auto me = [&](const ApiWorld::Fields& fields) { return world.call("GET", "/api/v1/me", "", "", fields); };
    CHECK(me({{"Cookie", "__Host-rogatory=" + admin.token}}).status == 200);
    CHECK(me({{"Cookie", "rogatory=" + admin.token}}).status == 401);
    CHECK(me({{"Cookie", "__Host-rogatory=" + admin.token + "; __Host-rogatory=" + admin.token}}).status == 401);
    // A write with the cookie needs the proof that our own page made it.
    const ApiWorld::Fields cookie{{"Cookie", "__Host-rogatory=" + admin.token}};
    CHECK(world.call("DELETE", "/api/v1/session", "", "", cookie).status == 403);
    auto ours = cookie;
    ours.emplace_back("Rogatory-Client", "web");
    ours.emplace_back("Sec-Fetch-Site", "same-origin");
    CHECK(world.call("DELETE", "/api/v1/session", "", "", ours).status == 204);
    CHECK(me(cookie).status == 401);
    // A false bearer is not helped out by a good cookie.
    world.sign_in(admin);
    CHECK(world.call("GET", "/api/v1/me", "false", "", {{"Cookie", "__Host-rogatory=" + admin.token}}).status == 401);
}

}  // namespace rogatory::tests
