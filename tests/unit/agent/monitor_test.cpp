#include <catch2/catch_test_macros.hpp>

#include <algorithm>

#include "platform/agent/monitor.hpp"
#include "platform/agent/state.hpp"
#include "tests/support/agent_scene.hpp"

// A Party's clients watch its own register.
namespace rogatory::test {
namespace {

std::size_t count_of(const Person& person, std::string_view key) {
    return static_cast<std::size_t>(std::count(person.notices.keys.begin(), person.notices.keys.end(), key));
}

}  // namespace

TEST_CASE("what somebody else signs in one's register is told, what one signed here is not") {
    Scene scene;
    auto& first = scene.cast.person("sen.1");
    auto& second = scene.cast.person("sen.2");
    auto watcher = second.working();
    // Everything was signed by the founder.
    const auto before = must(agent::register_news(watcher));
    REQUIRE(before.size() >= 3);
    CHECK(before.front().kind == "founded");
    CHECK(std::all_of(before.begin(), before.end(), [](const auto& row) { return row.signed_by == "colleague"; }));
    must(agent::acknowledge_register(watcher));
    CHECK(must(agent::register_news(watcher)).empty());
    {
        auto founder = first.working();
        CHECK(must(agent::register_news(founder)).empty());
        must(agent::invite_member(founder, "reader", 72));
        CHECK(must(agent::register_news(founder)).empty());
    }
    const auto told = count_of(second, "register.news");
    const auto news = must(agent::register_news(watcher));
    REQUIRE(news.size() == 1);
    CHECK(news[0].kind == "invited");
    CHECK(news[0].member_name == "sen.1");
    CHECK(count_of(second, "register.news") == told + 1);
    second.working();
    CHECK(count_of(second, "register.news") == told + 1);  // once a device
}

TEST_CASE("a statement with one's own key from elsewhere is told as such") {
    Scene scene;
    auto& who = scene.cast.person("sen.1");
    {
        auto agent = who.working();
        must(agent::acknowledge_register(agent));
    }
    Person thief{scene.cast.platform, "sen.1", scene.cast.folder / "thief"};
    thief.kept = who.kept;
    auto elsewhere = thief.working();
    must(agent::invite_member(elsewhere, "custodian", 72));
    auto agent = who.working();
    CHECK(count_of(who, "register.own_key") == 1);
    const auto news = must(agent::register_news(agent));
    REQUIRE(news.size() == 1);
    CHECK(news[0].signed_by == "own_key_elsewhere");
}

}  // namespace rogatory::test
