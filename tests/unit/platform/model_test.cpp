#include <rapidcheck.h>
#include <catch2/catch_test_macros.hpp>

#include "platform/model/ids.hpp"
#include "platform/model/party.hpp"
#include "platform/model/policy.hpp"

using namespace rogatory;
using namespace rogatory::model;

namespace {

HandlingPolicy random_policy() {
    const auto date = [] {
        return *rc::gen::arbitrary<bool>() ? std::optional<UnixSeconds>{*rc::gen::inRange<UnixSeconds>(0, 5)}
                                           : std::nullopt;
    };
    return {static_cast<Onward>(*rc::gen::inRange(0, 4)), date(), date()};
}

}  // namespace

TEST_CASE("model: codes of Parties") {
    for (const auto* good : {"SEN", "FRA", "X-O", "X-OTP", "X-D017", "X-ABCDEFGHIJ12"}) {
        CAPTURE(good);
        REQUIRE(PartyCode::parse(good));
        CHECK(PartyCode::parse(good)->text() == good);
    }
    for (const auto* bad : {"", "SE", "SENE", "sen", "SÉN", "S3N", "X-", "X-otp", "x-OTP", "X_OTP", "XOTP", " SEN",
                            "X-ABCDEFGHIJ123", "X-OTP\n"}) {
        CAPTURE(bad);
        CHECK_FALSE(PartyCode::parse(bad));
    }
    CHECK(PartyCode::parse("SEN")->is_state());
    CHECK_FALSE(PartyCode::parse("X-OTP")->is_state());
    CHECK_FALSE(PartyCode::parse("X-1")->is_state());
    CHECK(PartyCode::parse("X-ASP")->is_assembly());
}

TEST_CASE("model: names that can be shown") {
    for (const auto* good : {"FIU-07", "É", "مديرية", "世界", "a b", "ok – done"}) {
        CAPTURE(good);
        CHECK(DisplayName::parse(good));
    }
    for (const auto* bad : {"", " a", "a ", "a\nb", "a\tb", "\x7F",
                            "a\xC2\x85"
                            "b",
                            "a\xE2\x80\xAE"
                            "b",
                            "a\xE2\x81\xA6"
                            "b",
                            "a\xE2\x80\xA8"
                            "b",
                            "\xEF\xBB\xBF"
                            "a",
                            "\xFF", "\xED\xA0\x80"}) {
        CAPTURE(bad);
        CHECK_FALSE(DisplayName::parse(bad));
    }
    CHECK(DisplayName::parse(std::string(200, 'x')));
    CHECK_FALSE(DisplayName::parse(std::string(201, 'x')));
}

TEST_CASE("model: roles are nested") {
    CHECK(includes(Role::custodian, Role::officer));
    CHECK(includes(Role::officer, Role::reader));
    CHECK(includes(Role::reader, Role::reader));
    CHECK_FALSE(includes(Role::reader, Role::officer));
    CHECK_FALSE(includes(Role::officer, Role::custodian));
    for (const auto role : {Role::reader, Role::officer, Role::custodian}) CHECK(parse_role(to_text(role)) == role);
    CHECK_FALSE(parse_role("administrator"));
}

TEST_CASE("model: ids are lower-case hex of their exact length") {
    const std::string text(64, 'a');
    REQUIRE(parse_hex<ChainId>(text));
    CHECK(to_hex(*parse_hex<ChainId>(text)) == text);
    CHECK_FALSE(parse_hex<ChainId>(std::string(64, 'A')));
    CHECK_FALSE(parse_hex<ChainId>(std::string(63, 'a')));
    CHECK_FALSE(parse_hex<ChainId>(std::string(32, 'a')));
    CHECK(parse_hex<MemberId>(std::string(32, 'a')));
}

TEST_CASE("model: the stricter policy") {
    CHECK(stricter({Onward::free, 5, {}}, {Onward::own_party, 7, 3}) == HandlingPolicy{Onward::own_party, 5, 3});
    CHECK(stricter({Onward::participants_only, {}, {}}, {Onward::source_consent, {}, {}}).onward ==
          Onward::participants_only);
    CHECK(stricter({Onward::source_consent, {}, {}}, {Onward::own_party, {}, {}}).onward == Onward::source_consent);
    CHECK(rc::check("stricter is a join: commutative, associative, idempotent, and tightens both", [] {
        const auto a = random_policy();
        const auto b = random_policy();
        const auto c = random_policy();
        RC_ASSERT(stricter(a, b) == stricter(b, a));
        RC_ASSERT(stricter(stricter(a, b), c) == stricter(a, stricter(b, c)));
        RC_ASSERT(stricter(a, a) == a);
        RC_ASSERT(only_tightens(a, stricter(a, b)));
        RC_ASSERT(only_tightens(a, b) == (stricter(a, b) == b));
    }));
    const Caveats a{{"93-8-b"}, {"H1"}, std::nullopt, "one"};
    const Caveats b{{"54-3-e"}, {"H1", "H2"}, "B2", "two"};
    CHECK(stricter(a, b) == Caveats{{"54-3-e", "93-8-b"}, {"H1", "H2"}, "B2", "one\ntwo"});
    CHECK(stricter(a, a) == a);
}

TEST_CASE("model: caveats, handling codes, evaluation") {
    for (const auto* good : {"93-8-b", "54-3-e", "72", "73"}) CHECK(is_caveat_article(good));
    for (const auto* bad : {"", "-", "93-", "-8", "93--8", "93 8", "93-8-B", "12345"})
        CHECK_FALSE(is_caveat_article(bad));
    CHECK(is_handling_code("H0"));
    CHECK_FALSE(is_handling_code("H4"));
    CHECK(is_evaluation("X4"));
    CHECK_FALSE(is_evaluation("D1"));
    CHECK_FALSE(is_evaluation("A0"));
}
