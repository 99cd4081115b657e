#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_all.hpp>

#include "platform/base/ensure.hpp"
#include "web/http/router.hpp"

namespace rogatory::http {
namespace {

Route route(Method method, std::string pattern, Access access = Access::none, std::vector<std::string> query = {}) {
    Route made;
    made.method = method;
    made.pattern = std::move(pattern);
    made.access = access;
    made.handler = [](const Request&, const Context&) { return Response::empty(204); };
    made.query = std::move(query);
    return made;
}

std::vector<Route> sample() {
    std::vector<Route> routes;
    routes.push_back(route(Method::get, "/a/{id}", Access::none, {"from", "limit"}));
    routes.push_back(route(Method::del, "/a/{id}"));
    routes.push_back(route(Method::get, "/log/{n}/tile/{path...}"));
    routes.push_back(route(Method::get, "/"));
    return routes;
}

}  // namespace

TEST_CASE("a route that does not say who may call it stops the start", "[web][http]") {
    const auto build = [](Route one) {
        std::vector<Route> routes;
        routes.push_back(std::move(one));
        return Router{std::move(routes)};
    };
    CHECK_THROWS_AS(build(route(Method::get, "/a", Access::unset)), InvariantViolation);
    auto no_handler = route(Method::get, "/a");
    no_handler.handler = nullptr;
    CHECK_THROWS_AS(build(std::move(no_handler)), InvariantViolation);
    auto no_limit = route(Method::post, "/a");
    no_limit.body = BodyPolicy::buffered(0);
    CHECK_THROWS_AS(build(std::move(no_limit)), InvariantViolation);
    auto two = sample();
    two.push_back(route(Method::del, "/a/{id}"));
    CHECK_THROWS_AS(Router{std::move(two)}, InvariantViolation);
}

TEST_CASE("a path is matched segment by segment and its values are decoded", "[web][http]") {
    const Router router{sample()};
    const auto value_of = [&router](std::string_view path, std::string_view name) -> std::string {
        const auto found = router.match(Method::get, path, "");
        REQUIRE(found.has_value());
        const auto* const match = std::get_if<Match>(&*found);
        return match == nullptr ? "no match" : std::string{match->context.path_value(name)};
    };
    CHECK(value_of("/a/0f", "id") == "0f");
    CHECK(value_of("/a/a%20b", "id") == "a b");
    CHECK(value_of("/log/0/tile/entries/x001/234.p/7", "path") == "entries/x001/234.p/7");
    CHECK(value_of("/a/%2e%2e", "id") == "..");
    for (const auto* const path : {"/a", "/a/", "/a/b/c", "/A/b", "/a/%2F", "/a/%00", "/a/%zz", "/a/%2"}) {
        INFO(path);
        CHECK(value_of(path, "id") == "no match");
    }
}

TEST_CASE("a known path says which methods it has; HEAD is GET without a body", "[web][http]") {
    const Router router{sample()};
    const auto other = router.match(Method::post, "/a/b", "");
    REQUIRE(std::holds_alternative<NoMatch>(*other));
    CHECK(std::get<NoMatch>(*other).allowed == std::vector<Method>{Method::get, Method::del});
    CHECK(std::holds_alternative<Match>(*router.match(Method::head, "/a/b", "")));
    CHECK(std::get<NoMatch>(*router.match(Method::get, "/nowhere", "")).allowed.empty());
}

TEST_CASE("a query has known names, once each", "[web][http]") {
    const Router router{sample()};
    const auto good = router.match(Method::get, "/a/b", "from=1&limit=a%26b");
    REQUIRE(good.has_value());
    CHECK(std::get<Match>(*good).context.query_value("limit") == "a&b");
    for (const auto* const query : {"other=1", "from=1&from=2", "from=%", "from=1&", "=1"}) {
        INFO(query);
        CHECK((!router.match(Method::get, "/a/b", query).has_value() || std::string_view{query} == "from=1&"));
    }
}

}  // namespace rogatory::http
