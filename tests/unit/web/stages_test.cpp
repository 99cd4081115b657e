#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_all.hpp>

#include "web/middleware/csrf.hpp"
#include "web/middleware/quick_answers.hpp"
#include "web/middleware/rate_limit.hpp"
#include "web/middleware/session.hpp"

namespace rogatory::middleware {
namespace {

class TurnedClock final : public ports::Clock {
public:
    UnixSeconds now() const override { return 0; }
    std::chrono::nanoseconds elapsed() const override { return passed; }
    std::chrono::nanoseconds passed{0};
};

class Somebody final : public http::Caller {
public:
    std::string log_id() const override { return "account-1"; }
};

http::Request request(http::Method method, std::initializer_list<std::pair<std::string, std::string>> fields) {
    http::Request made;
    made.method = method;
    made.path = "/a";
    for (const auto& [name, value] : fields) made.headers.add(name, value);
    return made;
}

}  // namespace

TEST_CASE("a bucket gives its burst at once, then its rate, and never more than its burst", "[web][stages]") {
    TurnedClock clock;
    Buckets buckets{{.per_second = 2, .burst = 3}, clock};
    const auto taken = [&](const std::string& key) {
        int count = 0;
        while (buckets.take(key)) ++count;
        return count;
    };
    CHECK(taken("a") == 3);
    CHECK(taken("b") == 3);
    clock.passed += std::chrono::milliseconds{499};
    CHECK(taken("a") == 0);
    clock.passed += std::chrono::milliseconds{1};
    CHECK(taken("a") == 1);
    clock.passed += std::chrono::hours{1};
    CHECK(taken("a") == 3);
}

TEST_CASE("a flood of addresses costs bounded memory and shares one bucket", "[web][stages]") {
    TurnedClock clock;
    Buckets buckets{{.per_second = 1, .burst = 2}, clock};
    int first = 0;
    for (int i = 0; i < 100'000; ++i) first += buckets.take("address-" + std::to_string(i)) ? 1 : 0;
    CHECK(first == 100'000);
    int let_in = 0;
    for (int i = 0; i < 1000; ++i) let_in += buckets.take("other-" + std::to_string(i)) ? 1 : 0;
    CHECK(let_in <= 2);
    clock.passed += std::chrono::minutes{1};
    CHECK(buckets.take("new-after-a-minute"));
}

TEST_CASE("an answer is brief as long as it was short and quick the last time", "[web][stages]") {
    QuickAnswers answers{"secret"};
    using Question = QuickAnswers::Question;
    constexpr std::chrono::microseconds kLittle{100};
    const Question asked{"/a", "", "Bearer x", ""};
    CHECK_FALSE(answers.was_quick(asked));
    answers.note(asked, 200, kLittle, 100);
    CHECK(answers.was_quick(asked));
    CHECK_FALSE(answers.was_quick({"/a", "from=1", "Bearer x", ""}));
    CHECK_FALSE(answers.was_quick({"/a?from=1", "", "Bearer x", ""}));
    answers.note(asked, 200, kLittle, QuickAnswers::kShort + 1);
    CHECK_FALSE(answers.was_quick(asked));
    answers.note(asked, 200, QuickAnswers::kQuick, QuickAnswers::kShort);
    CHECK(answers.was_quick(asked));
    // A slow answer elsewhere takes nothing from it; one of its own does.
    answers.note({"/b", "", "Bearer x", ""}, 200, std::chrono::seconds{1}, 1);
    CHECK(answers.was_quick(asked));
    answers.note(asked, 200, QuickAnswers::kQuick + std::chrono::microseconds{1}, 1);
    CHECK_FALSE(answers.was_quick(asked));
}

TEST_CASE("a refusal, or another caller's answer, says nothing of how long a list is", "[web][stages]") {
    QuickAnswers answers{"secret"};
    using Question = QuickAnswers::Question;
    constexpr std::chrono::microseconds kLittle{100};
    const Question bearer{"/a", "", "Bearer x", ""};
    const Question cookie{"/a", "", "", "session=x"};
    for (const int status : {304, 401, 403, 404, 429, 503}) {
        answers.note(bearer, status, kLittle, 100);
        CHECK_FALSE(answers.was_quick(bearer));
    }
    answers.note(bearer, 200, kLittle, 100);
    for (const auto& other :
         {Question{"/a", "", "", ""}, Question{"/a", "", "Bearer y", ""}, cookie, Question{"/a", "", "", "Bearer x"}}) {
        CHECK_FALSE(answers.was_quick(other));
    }
    answers.note(cookie, 200, kLittle, 100);
    CHECK(answers.was_quick(cookie));
    CHECK_FALSE(answers.was_quick({"/a", "", "", "session=y"}));
    // Nothing new has come since: the list is as short as it was.
    answers.note(bearer, 304, kLittle, 0);
    CHECK(answers.was_quick(bearer));
    answers.note(bearer, 503, std::chrono::seconds{1}, 0);
    CHECK_FALSE(answers.was_quick(bearer));
}

TEST_CASE("an address that asks too often is told when to come again", "[web][stages]") {
    TurnedClock clock;
    AddressRate stage{{.per_second = 1, .burst = 1}, clock};
    auto asked = request(http::Method::get, {});
    asked.peer = "192.0.2.1";
    http::Context context;
    CHECK_FALSE(stage.on_head(asked, context, nullptr).has_value());
    const auto refused = stage.on_head(asked, context, nullptr);
    REQUIRE(refused.has_value());
    CHECK(refused->status == 429);
    CHECK(refused->headers.find("Retry-After") == "2");
    asked.peer = "192.0.2.2";
    CHECK_FALSE(stage.on_head(asked, context, nullptr).has_value());
}

TEST_CASE("only the sessions of the table may call a route", "[web][stages]") {
    using http::Access;
    using service::AccountKind;
    using service::Scope;
    struct Row {
        Access access;
        bool member, service, administrator, auditor, enrolment, kit;
    };
    const auto row = GENERATE(values<Row>({
        //                          member service admin  auditor enrol  kit
        {Access::unset, false, false, false, false, false, false},
        {Access::ticket, false, false, false, false, false, false},
        {Access::enrolment, false, false, false, false, true, false},
        {Access::kit, true, true, true, true, false, true},
        {Access::any, true, true, true, true, true, true},
        {Access::registry, true, true, false, false, true, false},
        {Access::member, true, true, false, false, false, false},
        {Access::account, true, true, true, true, false, false},
        {Access::auditor, false, false, true, true, false, false},
        {Access::administrator, false, false, true, false, false, false},
    }));
    INFO(http::access_name(row.access));
    CHECK(may_call(row.access, Scope::full, AccountKind::member) == row.member);
    CHECK(may_call(row.access, Scope::full, AccountKind::service) == row.service);
    CHECK(may_call(row.access, Scope::full, AccountKind::administrator) == row.administrator);
    CHECK(may_call(row.access, Scope::full, AccountKind::auditor) == row.auditor);
    CHECK(may_call(row.access, Scope::enrolment, AccountKind::member) == row.enrolment);
    CHECK(may_call(row.access, Scope::kit, AccountKind::member) == row.kit);
}

TEST_CASE("what comes with a cookie must come from our own page", "[web][stages]") {
    Csrf stage{"https://exchange.example"};
    const auto refused = [&](const http::Request& asked, bool signed_in = true) {
        http::Context context;
        if (signed_in) context.caller = std::make_shared<Somebody>();
        const auto answer = stage.on_head(asked, context, nullptr);
        return answer && answer->status == 403;
    };
    using http::Method;
    CHECK(refused(request(Method::post, {})));
    CHECK(refused(request(Method::post, {{"Rogatory-Client", "web"}})));
    CHECK(refused(request(Method::post, {{"Sec-Fetch-Site", "same-origin"}})));
    CHECK(refused(request(Method::post, {{"Rogatory-Client", "web"}, {"Sec-Fetch-Site", "same-site"}})));
    CHECK(refused(request(
        Method::post,
        {{"Rogatory-Client", "web"}, {"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://exchange.example"}})));
    CHECK(refused(request(Method::del, {{"Rogatory-Client", "web"}, {"Origin", "https://evil.example"}})));
    CHECK(refused(request(Method::put, {{"Rogatory-Client", "web"}, {"Origin", "null"}})));
    CHECK_FALSE(refused(request(Method::post, {{"Rogatory-Client", "web"}, {"Sec-Fetch-Site", "same-origin"}})));
    CHECK_FALSE(refused(request(Method::post, {{"Rogatory-Client", "web"}, {"Origin", "https://exchange.example"}})));
    CHECK_FALSE(refused(request(Method::get, {})));
    CHECK_FALSE(refused(request(Method::get, {{"Sec-Fetch-Site", "same-origin"}})));
    CHECK_FALSE(refused(request(Method::get, {{"Sec-Fetch-Site", "none"}})));
    CHECK(refused(request(Method::get, {{"Sec-Fetch-Site", "cross-site"}})));
    CHECK(refused(request(Method::get, {{"Sec-Fetch-Site", "same-site"}})));
    CHECK_FALSE(refused(request(Method::post, {{"Authorization", "Bearer a"}})));
    CHECK_FALSE(refused(request(Method::post, {}), false));
}

}  // namespace rogatory::middleware
