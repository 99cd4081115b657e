#include <algorithm>
#include <functional>

#include <catch2/catch_test_macros.hpp>

#include "crypto/password.hpp"
#include "platform/service/support_codes.hpp"
#include "platform/service/throttle.hpp"
#include "platform/service/totp.hpp"
#include "tests/unit/service/fixture.hpp"
#include "tests/unit/service/sign_in_requests.hpp"

using namespace rogatory;
using namespace rogatory::tests;
using service::SignInKey;

TEST_CASE("whoever has key and code signs in; every wrong way looks the same", "[service][sign-in]") {
    PeopledFixture f;
    f.clock.pass(31);
    const auto good = request_for(f, *f.senegal);
    const auto signed_for = [&](const crypto::SigningKey& key, std::string_view origin) {
        return key.sign(crypto::sign_in_text(origin, "sen.first", good.challenge)).value();
    };
    using Spoil = std::function<void(service::SignInRequest&)>;
    const std::vector<std::pair<const char*, Spoil>> ways{
        {"the name of somebody else", [&](auto& r) { r.user_name = f.france->user_name; }},
        {"an unknown name", [](auto& r) { r.user_name = "nobody.here"; }},
        {"a signature with one bit off", [](auto& r) { r.signature[5] ^= 4; }},
        {"a challenge with one bit off", [](auto& r) { r.challenge[3] ^= 1; }},
        {"a challenge cut short", [](auto& r) { r.challenge.pop_back(); }},
        {"no challenge", [](auto& r) { r.challenge.clear(); }},
        {"as a service", [](auto& r) { r.with = SignInKey::service; }},
        {"the kit's key for the sign-in key",
         [&](auto& r) { r.signature = signed_for(f.senegal->kit_key, "https://test.example"); }},
        {"signed for another server",
         [&](auto& r) { r.signature = signed_for(f.senegal->sign_in_key, "https://evil.example"); }},
        {"no code", [](auto& r) { r.totp.reset(); }},
    };
    for (const auto& [what, spoil] : ways) {
        auto wrong = good;
        spoil(wrong);
        INFO(what);
        CHECK(outcome(f, wrong) == "sign_in.refused");
    }
    // The right signature spent the challenge although the code was missing.
    CHECK(outcome(f, good) == "sign_in.refused");
    CHECK(outcome(f, request_for(f, *f.senegal)) == "signed in");
    auto wrong_code = request_for(f, *f.senegal);
    wrong_code.totp = "000000";
    CHECK(outcome(f, wrong_code) == "sign_in.refused");
    f.clock.pass(31);
    const auto late = request_for(f, *f.senegal);
    f.clock.pass(f.settings.challenge_life + 1);
    CHECK(outcome(f, late) == "sign_in.refused");
}

TEST_CASE("a refusal's code tells an administrator the cause, and its holder nothing", "[service][support]") {
    PeopledFixture f;
    f.clock.pass(31);
    const auto refusal_of = [&](const service::SignInRequest& request) {
        const auto answer = f.services->sign_in.sign_in(request, "192.0.2.7");
        REQUIRE(!answer);
        CHECK(answer.error().key() == "sign_in.refused");
        // The one thing that differs from refusal to refusal, and it is drawn by lot.
        REQUIRE(answer.error().arguments().size() == 1);
        return answer.error().arguments().at("support");
    };
    const auto cause = [&](const std::string& code) {
        f.clock.pass(31);
        f.world->sign_in(*f.admin);
        const auto found = f.services->administration.support(f.world->principal(*f.admin), code);
        return found ? found->cause + "/" + found->user_name : found.error().key();
    };
    auto unknown = request_for(f, *f.senegal);
    unknown.user_name = "correct horse battery staple";
    CHECK(cause(refusal_of(unknown)) == "unknown_name/");

    auto wrong_key = request_for(f, *f.senegal);
    wrong_key.signature[5] ^= 4;
    CHECK(cause(refusal_of(wrong_key)) == "passphrase/" + f.senegal->user_name);

    auto wrong_digits = request_for(f, *f.senegal);
    wrong_digits.totp = "000000";
    CHECK(cause(refusal_of(wrong_digits)) == "second_factor/" + f.senegal->user_name);

    auto none = request_for(f, *f.senegal);
    none.totp.reset();
    CHECK(cause(refusal_of(none)) == "second_factor_missing/" + f.senegal->user_name);

    auto slow_clock = request_for(f, *f.senegal);
    slow_clock.totp = service::totp_code(f.senegal->totp, f.clock.now() - kHour);
    const auto by_clock = refusal_of(slow_clock);
    f.clock.pass(31);
    f.world->sign_in(*f.admin);
    const auto found = f.services->administration.support(f.world->principal(*f.admin), by_clock).value();
    CHECK(found.cause == "clock");
    CHECK(found.seconds == -kHour);

    f.world->sign_in(*f.admin);
    REQUIRE(f.services->administration.suspend_account(f.world->principal(*f.admin), f.senegal->user_name, "a test"));
    const auto suspended = refusal_of(request_for(f, *f.senegal));
    CHECK(cause(suspended) == "suspended/" + f.senegal->user_name);
    // As it is read out on the telephone.
    auto dictated = suspended;
    std::ranges::transform(dictated, dictated.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    std::erase(dictated, '-');
    CHECK(cause(dictated) == "suspended/" + f.senegal->user_name);

    CHECK(cause("0000-0000") == "support.unknown");
    CHECK(cause("no code at all") == "support.unknown");
    f.world->sign_in(*f.france);
    const auto asked = f.services->administration.support(f.world->principal(*f.france), suspended);
    REQUIRE(!asked);
    CHECK(asked.error().key() == "access.not_found");
    const auto audit = f.services->administration.audit(f.world->principal(*f.admin), {}).value();
    CHECK(std::ranges::count(audit.items, std::string{"support.looked_up"}, &service::AuditItem::action) >= 6);

    f.clock.pass(kDay + 1);
    CHECK(cause(suspended) == "support.unknown");
}

TEST_CASE("support codes are few for one address, and looked up slowly", "[service][support]") {
    service::SupportCodes codes;
    const auto mine = codes.give({.cause = "passphrase", .at = 1, .user_name = {}}, "198.51.100.1");
    std::string newest;
    for (std::size_t i = 0; i < 2 * service::SupportCodes::kMostOfOneAddress; ++i) {
        newest = codes.give({.cause = "unknown_name", .at = 1, .user_name = {}}, "192.0.2.7");
        CHECK(newest.size() == 9);
    }
    CHECK(codes.find(newest, 1));
    CHECK(codes.find(mine, 1)->cause == "passphrase");

    PeopledFixture f;
    f.clock.pass(31);
    f.world->sign_in(*f.admin);
    std::string last;
    for (int i = 0; i < 12; ++i) {
        last = f.services->administration.support(f.world->principal(*f.admin), "0000-0000").error().key();
    }
    CHECK(last == "sign_in.wait");
}

TEST_CASE("a challenge and a code are good once", "[service][sign-in]") {
    PeopledFixture f;
    f.clock.pass(31);
    const auto request = request_for(f, *f.senegal);
    REQUIRE(outcome(f, request) == "signed in");
    CHECK(outcome(f, request) == "sign_in.refused");
    // A fresh challenge, the same code.
    CHECK(outcome(f, request_for(f, *f.senegal)) == "sign_in.refused");
    f.clock.pass(31);
    CHECK(outcome(f, request_for(f, *f.senegal)) == "signed in");
    // The step before is accepted, but not after the present one was used.
    auto older = request_for(f, *f.senegal);
    older.totp = service::totp_code(f.senegal->totp, f.clock.now() - 30);
    CHECK(outcome(f, older) == "sign_in.refused");
}

TEST_CASE("a challenge is the same shape for known and unknown names and stores nothing", "[service][sign-in]") {
    PeopledFixture f;
    const auto known = f.services->sign_in.challenge("sen.first", "a").value();
    const auto unknown = f.services->sign_in.challenge("no.such.name", "a").value();
    CHECK(known.challenge.size() == unknown.challenge.size());
    CHECK(known.expires_at == unknown.expires_at);
    CHECK(known.challenge != unknown.challenge);
    f.restart();
    service::SignInRequest late = request_for(f, *f.senegal);
    late.challenge = known.challenge;
    late.signature =
        f.senegal->sign_in_key.sign(crypto::sign_in_text("https://test.example", "sen.first", known.challenge)).value();
    CHECK(outcome(f, late) == "sign_in.refused");
}

TEST_CASE("one address is slowed down; a name cannot be locked from outside", "[service][sign-in]") {
    PeopledFixture f;
    f.clock.pass(31);
    auto wrong = request_for(f, *f.senegal);
    wrong.signature[0] ^= 1;
    int refused = 0;
    while (outcome(f, wrong, "198.51.100.1:4711") == "sign_in.refused" && refused < 1000) ++refused;
    CHECK(refused == 30);
    CHECK(outcome(f, wrong, "198.51.100.1:99") == "sign_in.wait");
    // The owner, elsewhere, comes in at once.
    CHECK(outcome(f, request_for(f, *f.senegal), "203.0.113.5") == "signed in");
    // And there, after a while.
    f.clock.pass(5 * kMinute);
    CHECK(outcome(f, request_for(f, *f.senegal), "198.51.100.1") == "signed in");
}

TEST_CASE("guessing digits with the right key is slowed down by account", "[service][sign-in]") {
    PeopledFixture f;
    std::string last;
    int guesses = 0;
    for (; guesses < 50; ++guesses) {
        f.clock.pass(1);
        auto guess = request_for(f, *f.senegal);
        guess.totp = "123456";
        last = outcome(f, guess, "192.0.2." + std::to_string(guesses));
        if (last == "sign_in.wait") break;
    }
    CHECK(last == "sign_in.wait");
    CHECK(guesses <= 6);
}

TEST_CASE("addresses are counted by what one household has", "[service][throttle]") {
    using service::Throttle;
    CHECK(Throttle::by_address("192.0.2.1:5000") == Throttle::by_address("192.0.2.1"));
    CHECK(Throttle::by_address("192.0.2.1") != Throttle::by_address("192.0.2.2"));
    CHECK(Throttle::by_address("2001:db8::1") == Throttle::by_address("2001:db8::ffff:2"));
    CHECK(Throttle::by_address("[2001:db8::1]:443") == Throttle::by_address("2001:db8::1"));
    CHECK(Throttle::by_address("2001:db8:0:1::1") != Throttle::by_address("2001:db8::1"));
    CHECK(Throttle::by_address("::ffff:192.0.2.1") != Throttle::by_address("::ffff:192.0.2.2"));
}

TEST_CASE("sessions end when idle, when old, and with every change that ends them", "[service][sessions]") {
    PeopledFixture f;
    auto& world = *f.world;
    world.sign_in(*f.senegal);
    const auto alive = [&](const Official& official) {
        const bool lives = world.authenticate(official).has_value();
        // That it was used is noted behind it: what is written now comes after that note.
        CHECK(f.store->write([](ports::Repositories&) -> Result<> { return {}; }).has_value());
        return lives;
    };

    SECTION("idle") {
        f.clock.pass(14 * kMinute);
        CHECK(alive(*f.senegal));
        f.clock.pass(14 * kMinute);
        CHECK(alive(*f.senegal));
        f.clock.pass(16 * kMinute);
        CHECK_FALSE(alive(*f.senegal));
        f.clock.jump(-kDay);
        CHECK_FALSE(alive(*f.senegal));
    }
    SECTION("absolute") {
        for (int i = 0; i < 72; ++i) {
            f.clock.pass(10 * kMinute);
            CHECK(alive(*f.senegal));
        }
        f.clock.pass(10 * kMinute);
        CHECK_FALSE(alive(*f.senegal));
    }
    SECTION("a wall clock set back makes none younger, across a restart too") {
        f.clock.pass(10 * kMinute);
        CHECK(alive(*f.senegal));
        f.clock.jump(-kHour);
        f.restart();
        CHECK(alive(*f.senegal));
        f.clock.pass(16 * kMinute);
        CHECK_FALSE(alive(*f.senegal));
    }
    SECTION("sign-out") {
        f.services->sign_in.sign_out(world.principal(*f.senegal));
        CHECK_FALSE(alive(*f.senegal));
    }
    SECTION("ended by an administrator") {
        const auto session = world.principal(*f.senegal).session();
        world.sign_in(*f.admin);
        REQUIRE(f.services->administration.end_session(world.principal(*f.admin), session));
        CHECK_FALSE(alive(*f.senegal));
    }
    SECTION("account suspended, and lifted") {
        world.sign_in(*f.admin);
        REQUIRE(f.services->administration.suspend_account(world.principal(*f.admin), "sen.first", "test"));
        CHECK_FALSE(alive(*f.senegal));
        CHECK(world.try_sign_in(*f.senegal).error().key() == "sign_in.refused");
        REQUIRE(f.services->administration.resume_account(world.principal(*f.admin), "sen.first", "test"));
        CHECK_FALSE(alive(*f.senegal));
        CHECK(world.try_sign_in(*f.senegal));
    }
    SECTION("Party suspended") {
        world.sign_in(*f.admin);
        REQUIRE(f.services->administration.suspend_party(world.principal(*f.admin), "SEN", "test"));
        CHECK_FALSE(alive(*f.senegal));
        world.sign_in(*f.france);
        CHECK(alive(*f.france));
    }
    SECTION("removed from the register") {
        const auto officer = world.join(*f.senegal, model::Role::officer, "sen.officer");
        CHECK(alive(*officer));
        world.remove(*f.senegal, *officer);
        CHECK_FALSE(alive(*officer));
        CHECK(world.try_sign_in(*officer).error().key() == "sign_in.refused");
    }
    SECTION("no such token") {
        for (const auto& token : {std::string{}, std::string{"x"}, std::string(43, 'A'), f.senegal->token + "A"}) {
            CHECK(f.services->authenticator.authenticate(token).error().key() == "session.ended");
        }
    }
}

TEST_CASE("one's own sessions are listed and ended; another's are not there", "[service][sessions]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto first = world.principal(*f.senegal);
    world.sign_in(*f.senegal);
    const auto second = world.principal(*f.senegal);
    const auto sessions = f.services->account.sessions(second).value();
    REQUIRE(sessions.size() == 2);
    CHECK(std::count_if(sessions.begin(), sessions.end(), [](const auto& one) { return one.current; }) == 1);
    CHECK(f.services->account.end_session(world.principal(*f.france), first.session()).error().key() ==
          "access.not_found");
    REQUIRE(f.services->account.end_session(second, first.session()));
    CHECK(f.services->account.sessions(second).value().size() == 1);
}

TEST_CASE("bundle and keys change in one signed request, and end the other sessions", "[service][account]") {
    PeopledFixture f;
    auto& world = *f.world;
    world.sign_in(*f.senegal);
    const auto other_token = f.senegal->token;
    world.sign_in(*f.senegal);
    const auto who = world.principal(*f.senegal);
    auto next = crypto::SigningKey::generate(world.random);
    const auto kit = crypto::SigningKey::generate(world.random);
    service::BundleWrite write;
    write.expected_version = f.services->account.bundle(who).value().version;
    write.bundle = world.age_file();
    write.sign_in_key = next.verify_key().bytes();
    write.kit_key = kit.verify_key().bytes();
    write.challenge = f.services->sign_in.challenge("sen.first", "a").value().challenge;
    const auto sign = [&](const crypto::SigningKey& key) {
        write.signature = key.sign(crypto::credential_change_text(
                                       "https://test.example", "sen.first", write.challenge,
                                       {write.expected_version, write.bundle, next.verify_key(), kit.verify_key()}))
                              .value();
    };
    sign(f.senegal->sign_in_key);

    SECTION("good; then the new key opens and the old does not") {
        const auto version = f.services->account.write_bundle(who, write).value();
        CHECK(version == write.expected_version + 1);
        CHECK(f.services->account.bundle(who).value().bytes == write.bundle);
        CHECK_FALSE(f.services->authenticator.authenticate(other_token));
        CHECK(world.authenticate(*f.senegal));
        CHECK(world.try_sign_in(*f.senegal).error().key() == "sign_in.refused");
        f.senegal->sign_in_key = std::move(next);
        CHECK(world.try_sign_in(*f.senegal));
        // Once more the same bytes: the challenge is spent.
        CHECK(f.services->account.write_bundle(who, write).error().key() == "sign_in.refused");
    }
    SECTION("by the kit's key") {
        write.signed_with = SignInKey::kit;
        sign(f.senegal->kit_key);
        CHECK(f.services->account.write_bundle(who, write));
    }
    SECTION("by a session alone") {
        write.signature = {};
        CHECK(f.services->account.write_bundle(who, write).error().code() == ErrorCode::unauthenticated);
    }
    SECTION("with another bundle than was signed") {
        write.bundle = world.age_file();
        CHECK(f.services->account.write_bundle(who, write).error().code() == ErrorCode::unauthenticated);
    }
    SECTION("with another key than was signed") {
        write.sign_in_key[0] ^= 1;
        CHECK(f.services->account.write_bundle(who, write).error().code() == ErrorCode::unauthenticated);
    }
    SECTION("over a version that moved on") {
        ++write.expected_version;
        sign(f.senegal->sign_in_key);
        const auto refused = f.services->account.write_bundle(who, write);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code() == ErrorCode::precondition_failed);
        CHECK(refused.error().arguments().at("current") == "1");
    }
    SECTION("too large") {
        write.bundle.assign(f.settings.max_bundle + 1, 0);
        sign(f.senegal->sign_in_key);
        CHECK(f.services->account.write_bundle(who, write).error().code() == ErrorCode::too_large);
    }
}

TEST_CASE("a state file is written over the version that was read", "[service][account]") {
    PeopledFixture f;
    const auto who = f.world->principal(*f.senegal);
    CHECK(f.services->account.state(who).value().version == 0);
    CHECK(f.services->account.write_state(who, 0, as_bytes("one")).value() == 1);
    CHECK(f.services->account.write_state(who, 0, as_bytes("two")).error().key() == "state.version");
    CHECK(f.services->account.write_state(who, 1, as_bytes("two")).value() == 2);
    CHECK(f.services->account.state(who).value().bytes == to_bytes("two"));
    CHECK(f.services->account.state(f.world->principal(*f.france)).value().version == 0);
    f.world->sign_in(*f.admin);
    CHECK_FALSE(f.services->account.state(f.world->principal(*f.admin)));
}
