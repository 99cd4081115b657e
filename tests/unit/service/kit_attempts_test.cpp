#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "crypto/password.hpp"
#include "platform/service/totp.hpp"
#include "tests/unit/service/fixture.hpp"
#include "tests/unit/service/sign_in_requests.hpp"

using namespace rogatory;
using namespace rogatory::tests;
using service::SignInKey;

TEST_CASE("the kit alone waits 72 hours, with notice; with the code it does not", "[service][sign-in]") {
    PeopledFixture f;
    f.clock.pass(31);
    auto with_code = request_for(f, *f.senegal, SignInKey::kit);
    with_code.totp = service::totp_code(f.senegal->totp, f.clock.now());
    REQUIRE(outcome(f, with_code) == "signed in");

    REQUIRE(outcome(f, request_for(f, *f.senegal, SignInKey::kit)) == "wait");
    const auto outbox = f.store->read([](const ports::Repositories& r) { return r.journal().outbox_after(0, 1000); });
    CHECK(outbox.back().kind == "kit.waiting");
    f.clock.pass(71 * kHour);
    CHECK(outcome(f, request_for(f, *f.senegal, SignInKey::kit)) == "wait");
    // The wall clock does not help.
    f.clock.jump(-kDay);
    CHECK(outcome(f, request_for(f, *f.senegal, SignInKey::kit)) == "wait");
    f.clock.pass(2 * kHour);
    const auto answer = f.services->sign_in.sign_in(request_for(f, *f.senegal, SignInKey::kit), "a").value();
    const auto& signed_in = std::get<service::SignedIn>(answer);
    CHECK(signed_in.scope == service::Scope::kit);

    // A kit session fetches the bundle, and nothing else.
    const auto kit = f.services->authenticator.authenticate(signed_in.token).value();
    CHECK(f.services->account.bundle(kit));
    CHECK_FALSE(f.services->account.me(kit));
    CHECK_FALSE(f.services->account.state(kit));
    CHECK_FALSE(f.services->chains.dossiers(kit, std::nullopt, {}));
    CHECK_FALSE(f.services->chains.read(kit, f.senegal->register_chain, 0, 1));
    CHECK_FALSE(f.services->uploads.create(kit, {{}, {}, f.senegal->authority, 5000}));
}

TEST_CASE(
    "signing in with everything calls off a kit that waits, and one that has waited; its owner is told until he has "
    "read it",
    "[service][sign-in]") {
    PeopledFixture f;
    const auto begun = f.clock.now();
    REQUIRE(outcome(f, request_for(f, *f.senegal, SignInKey::kit)) == "wait");
    f.clock.pass(70 * kHour);
    f.world->sign_in(*f.senegal);
    const auto me = [&] { return f.services->account.me(f.world->principal(*f.senegal)).value(); };
    CHECK(me().kit_tried_at == begun);
    f.clock.pass(3 * kHour);
    CHECK(outcome(f, request_for(f, *f.senegal, SignInKey::kit)) == "wait");
    f.clock.pass(73 * kHour);
    const auto answer = f.services->sign_in.sign_in(request_for(f, *f.senegal, SignInKey::kit), "a").value();
    const auto thief = std::get<service::SignedIn>(answer).token;
    REQUIRE(f.services->authenticator.authenticate(thief));
    f.world->sign_in(*f.senegal);
    CHECK_FALSE(f.services->authenticator.authenticate(thief));
    CHECK(me().kit_tried_at > begun);
    CHECK(f.services->kit_attempts.end(f.world->principal(*f.senegal)));
    CHECK_FALSE(me().kit_tried_at);
    CHECK(f.services->kit_attempts.end(f.world->principal(*f.senegal)).error().code() == ErrorCode::not_found);
    const auto trail = f.store->read([](const ports::Repositories& r) { return r.journal().outbox_after(0, 1000); });
    CHECK(std::ranges::count(trail, "kit.waiting", &ports::OutboxRow::kind) == 2);
}

namespace {

struct Reset {
    crypto::SigningKey next;
    crypto::SigningKey kit;
    service::BundleWrite write;
};

// What somebody sends who came in by the kit: new keys, and a second factor of his own.
Reset reset_for(ServerFixture& f, const Official& official, const service::Principal& session) {
    Reset reset{crypto::SigningKey::generate(f.world->random), crypto::SigningKey::generate(f.world->random), {}};
    auto& write = reset.write;
    const auto stored = f.services->account.bundle(session);
    write.expected_version = stored ? stored->version : 0;
    if (stored) write.bundle = f.world->age_file();
    write.sign_in_key = reset.next.verify_key().bytes();
    write.kit_key = reset.kit.verify_key().bytes();
    write.challenge = f.services->sign_in.challenge(official.user_name, "a").value().challenge;
    write.signed_with = SignInKey::kit;
    const auto secret = f.world->random.bytes<20>();
    write.totp = service::NewTotp{secret, service::totp_code(secret, f.clock.now())};
    const auto text = crypto::credential_change_text(
        "https://test.example", official.user_name, write.challenge,
        {write.expected_version, write.bundle, reset.next.verify_key(), reset.kit.verify_key(), secret});
    write.signature = official.kit_key.sign(text).value();
    return reset;
}

service::Principal by_kit(ServerFixture& f, const service::SignInRequest& request) {
    const auto answer = f.services->sign_in.sign_in(request, "192.0.2.7").value();
    return f.services->authenticator.authenticate(std::get<service::SignedIn>(answer).token).value();
}

void take_over(Official& official, Reset&& reset) {
    official.totp = reset.write.totp->secret;
    official.sign_in_key = std::move(reset.next);
    official.kit_key = std::move(reset.kit);
}

}  // namespace

TEST_CASE("a kit that has waited sets a new second factor, once", "[service][sign-in]") {
    PeopledFixture f;
    auto& official = *f.senegal;
    f.world->sign_in(official);
    REQUIRE(outcome(f, request_for(f, official, SignInKey::kit)) == "wait");
    f.clock.pass(73 * kHour);
    const auto session = by_kit(f, request_for(f, official, SignInKey::kit));
    // A page that closes before the end costs no other 72 hours.
    by_kit(f, request_for(f, official, SignInKey::kit));

    SECTION("good: the old factor is out, the new one in, and custodians and owner hear of it") {
        auto reset = reset_for(f, official, session);
        REQUIRE(f.services->account.write_bundle(session, reset.write));
        const auto old = request_for(f, official, SignInKey::kit);
        CHECK(outcome(f, old) == "sign_in.refused");
        take_over(official, std::move(reset));
        CHECK(outcome(f, request_for(f, official)) == "sign_in.refused");  // that code was the proof
        f.clock.pass(31);
        f.world->sign_in(official);
        CHECK_FALSE(f.services->account.me(f.world->principal(official)).value().kit_tried_at);
        const auto outbox =
            f.store->read([](const ports::Repositories& r) { return r.journal().outbox_after(0, 1000); });
        // When he came in, however often, and when he set everything anew.
        CHECK(std::ranges::count(outbox, "kit.used", &ports::OutboxRow::kind) == 2);
        // The session of the kit is worth no second time, and the new kit begins anew.
        auto again = reset_for(f, official, session);
        CHECK(f.services->account.write_bundle(session, again.write).error().key() == "kit.factor_stays");
        CHECK(outcome(f, request_for(f, official, SignInKey::kit)) == "wait");
    }
    SECTION("with a wrong code nothing changes") {
        auto reset = reset_for(f, official, session);
        reset.write.totp->code = reset.write.totp->code == "000000" ? "000001" : "000000";
        CHECK(f.services->account.write_bundle(session, reset.write).error().key() == "enrolment.totp");
        CHECK(outcome(f, request_for(f, official)) == "signed in");
    }
    SECTION("with another secret than was signed") {
        auto reset = reset_for(f, official, session);
        reset.write.totp->secret[0] ^= 1;
        reset.write.totp->code = service::totp_code(reset.write.totp->secret, f.clock.now());
        CHECK(f.services->account.write_bundle(session, reset.write).error().key() == "sign_in.refused");
    }
    SECTION("ended by its owner while the page stands open") {
        auto reset = reset_for(f, official, session);
        f.world->sign_in(official);
        CHECK(f.services->account.write_bundle(session, reset.write).error().key() == "kit.factor_stays");
    }
}

TEST_CASE("no other session sets a second factor", "[service][sign-in]") {
    PeopledFixture f;
    auto& official = *f.senegal;
    f.clock.pass(31);
    // The kit with a code: whoever caught one code beside the paper gets in, and no further.
    auto with_code = request_for(f, official, SignInKey::kit);
    with_code.totp = service::totp_code(official.totp, f.clock.now());
    const auto session = by_kit(f, with_code);
    CHECK(f.services->account.write_bundle(session, reset_for(f, official, session).write).error().key() ==
          "kit.factor_stays");
    f.clock.pass(31);
    f.world->sign_in(official);
    const auto full = f.world->principal(official);
    CHECK(f.services->account.write_bundle(full, reset_for(f, official, full).write).error().key() ==
          "kit.factor_stays");
}

TEST_CASE("an administrator comes in by the kit alone too, and keeps no bundle", "[service][sign-in]") {
    PeopledFixture f;
    REQUIRE(outcome(f, request_for(f, *f.admin, SignInKey::kit)) == "wait");
    f.clock.pass(73 * kHour);
    const auto session = by_kit(f, request_for(f, *f.admin, SignInKey::kit));
    CHECK(f.services->account.bundle(session).error().code() == ErrorCode::not_found);
    auto reset = reset_for(f, *f.admin, session);
    REQUIRE(f.services->account.write_bundle(session, reset.write));
    take_over(*f.admin, std::move(reset));
    f.clock.pass(31);
    f.world->sign_in(*f.admin);
    CHECK(f.world->principal(*f.admin).kind() == service::AccountKind::administrator);
}

TEST_CASE("custodians see who of theirs waits, and are told at once", "[service][sign-in][notices]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto officer = world.join(*f.senegal, model::Role::officer, "sen.officer");
    const auto reader = world.join(*f.senegal, model::Role::reader, "sen.reader");
    const auto set = [&](Official& official, const std::string& address) {
        world.sign_in(official);
        service::NoticeSetting wanted;
        wanted.address = address;
        wanted.every = 7 * kDay;
        REQUIRE(f.services->notices.set(world.principal(official), wanted));
    };
    set(*f.senegal, "custodian@a.example");
    set(*officer, "officer@a.example");
    set(*reader, "reader@a.example");
    set(*f.france, "france@a.example");
    f.clock.pass(1000);
    (void)f.mailed();
    const auto begun = f.clock.now();
    REQUIRE(outcome(f, request_for(f, *officer, SignInKey::kit)) == "wait");
    // However seldom they want to be told otherwise.
    CHECK(f.mailed() == std::vector<std::string>{"custodian@a.example", "officer@a.example"});

    world.sign_in(*f.senegal);
    const auto seen = f.services->kit_attempts.list(world.principal(*f.senegal), f.senegal->authority).value();
    REQUIRE(seen.size() == 1);
    CHECK(seen.front().member == officer->member);
    CHECK(seen.front().since == begun);
    CHECK(seen.front().available_at == begun + 72 * kHour);
    CHECK_FALSE(seen.front().used_at);
    world.sign_in(*reader);
    CHECK(f.services->kit_attempts.list(world.principal(*reader), f.senegal->authority).error().code() ==
          ErrorCode::forbidden);
    world.sign_in(*f.france);
    CHECK(f.services->kit_attempts.list(world.principal(*f.france), f.senegal->authority).error().code() ==
          ErrorCode::not_found);

    // The owner is in with everything: nothing waits any more.
    world.sign_in(*officer);
    world.sign_in(*f.senegal);
    CHECK(f.services->kit_attempts.list(world.principal(*f.senegal), f.senegal->authority).value().empty());
    // An administrator's attempt is told to the administrators.
    set(*f.admin, "admin@a.example");
    f.clock.pass(20 * kMinute);
    (void)f.mailed();
    REQUIRE(outcome(f, request_for(f, *f.admin, SignInKey::kit)) == "wait");
    CHECK(f.mailed() == std::vector<std::string>{"admin@a.example"});
}

TEST_CASE("custodians still see for 30 days that a kit alone has set everything anew", "[service][sign-in]") {
    PeopledFixture f;
    auto& world = *f.world;
    auto officer = world.join(*f.senegal, model::Role::officer, "sen.officer");
    const auto seen = [&] {
        f.clock.pass(31);
        world.sign_in(*f.senegal);
        return f.services->kit_attempts.list(world.principal(*f.senegal), f.senegal->authority).value();
    };
    REQUIRE(outcome(f, request_for(f, *officer, SignInKey::kit)) == "wait");
    f.clock.pass(73 * kHour);
    CHECK(seen().size() == 1);  // good now: still to be stopped
    const auto session = by_kit(f, request_for(f, *officer, SignInKey::kit));
    REQUIRE(f.services->account.write_bundle(session, reset_for(f, *officer, session).write));
    const auto used_at = f.clock.now();
    const auto after = seen();
    REQUIRE(after.size() == 1);
    CHECK(after.front().member == officer->member);
    CHECK(after.front().used_at == used_at);
    CHECK_FALSE(after.front().since);
    f.clock.pass(29 * kDay);
    CHECK(seen().size() == 1);
    f.clock.pass(2 * kDay);
    CHECK(seen().empty());
}

TEST_CASE("a kit that waited and never came back is no attempt any more", "[service][sign-in]") {
    PeopledFixture f;
    auto officer = f.world->join(*f.senegal, model::Role::officer, "sen.officer");
    REQUIRE(outcome(f, request_for(f, *officer, SignInKey::kit)) == "wait");
    f.clock.pass(72 * kHour + 7 * kDay + 1);
    f.world->sign_in(*f.senegal);
    CHECK(f.services->kit_attempts.list(f.world->principal(*f.senegal), f.senegal->authority).value().empty());
    CHECK(outcome(f, request_for(f, *officer, SignInKey::kit)) == "wait");
}

TEST_CASE("a wrong kit signature starts no wait", "[service][sign-in]") {
    PeopledFixture f;
    auto wrong = request_for(f, *f.senegal, SignInKey::kit);
    wrong.signature[1] ^= 1;
    CHECK(outcome(f, wrong) == "sign_in.refused");
    const auto account =
        f.store->read([](const ports::Repositories& r) { return *r.accounts().find_by_name("sen.first"); });
    CHECK_FALSE(account.kit_waiting_since);
}

TEST_CASE("a kit alone that comes in is told at once, and changes nothing without a second factor",
          "[service][sign-in]") {
    PeopledFixture f;
    auto& world = *f.world;
    auto officer = world.join(*f.senegal, model::Role::officer, "sen.officer");
    REQUIRE(outcome(f, request_for(f, *officer, SignInKey::kit)) == "wait");
    f.clock.pass(73 * kHour);
    const auto thief = by_kit(f, request_for(f, *officer, SignInKey::kit));
    REQUIRE(f.services->account.bundle(thief));
    const auto used_at = f.clock.now();
    f.clock.pass(kHour);
    by_kit(f, request_for(f, *officer, SignInKey::kit));
    const auto told = [&] {
        const auto outbox =
            f.store->read([](const ports::Repositories& r) { return r.journal().outbox_after(0, 1000); });
        return std::ranges::count(outbox, "kit.used", &ports::OutboxRow::kind);
    };
    CHECK(told() == 1);
    const auto shown = [&] {
        f.clock.pass(31);
        world.sign_in(*f.senegal);
        return f.services->kit_attempts.list(world.principal(*f.senegal), f.senegal->authority).value();
    };
    const auto came_in = [&] {
        const auto list = shown();
        return list.size() == 1 && list.front().used_at == used_at && !list.front().since;
    };
    CHECK(came_in());

    // With a new kit and no second factor he would lock the owner out, and clear what tells of him.
    auto reset = reset_for(f, *officer, thief);
    reset.write.totp.reset();
    const auto text = crypto::credential_change_text(
        "https://test.example", officer->user_name, reset.write.challenge,
        {reset.write.expected_version, reset.write.bundle, reset.next.verify_key(), reset.kit.verify_key(), {}});
    reset.write.signature = officer->kit_key.sign(text).value();
    CHECK(f.services->account.write_bundle(thief, reset.write).error().key() == "enrolment.malformed");
    CHECK(came_in());
    world.sign_in(*officer);
    CHECK(f.services->account.me(world.principal(*officer)).value().kit_tried_at);
    // That ends it, and does not undo that the keys were fetched.
    CHECK_FALSE(f.services->account.write_bundle(thief, reset.write));
    CHECK(came_in());
    // The next wait is another one, and is told anew.
    REQUIRE(outcome(f, request_for(f, *officer, SignInKey::kit)) == "wait");
    CHECK(shown().size() == 2);
    f.clock.pass(73 * kHour);
    by_kit(f, request_for(f, *officer, SignInKey::kit));
    CHECK(told() == 2);
}

TEST_CASE("with a second factor a kit still sets new credentials", "[service][sign-in]") {
    PeopledFixture f;
    auto& official = *f.senegal;
    f.clock.pass(31);
    auto with_code = request_for(f, official, SignInKey::kit);
    with_code.totp = service::totp_code(official.totp, f.clock.now());
    const auto session = by_kit(f, with_code);
    auto reset = reset_for(f, official, session);
    reset.write.totp.reset();
    const auto text = crypto::credential_change_text(
        "https://test.example", official.user_name, reset.write.challenge,
        {reset.write.expected_version, reset.write.bundle, reset.next.verify_key(), reset.kit.verify_key(), {}});
    reset.write.signature = official.kit_key.sign(text).value();
    CHECK(f.services->account.write_bundle(session, reset.write));
}

TEST_CASE("no session since keeps the mail about a kit alone from going out", "[service][sign-in][notices]") {
    PeopledFixture f;
    auto& world = *f.world;
    auto officer = world.join(*f.senegal, model::Role::officer, "sen.officer");
    for (auto* const official : {f.senegal.get(), officer.get()}) {
        world.sign_in(*official);
        service::NoticeSetting wanted;
        wanted.address = official->user_name + "@a.example";
        REQUIRE(f.services->notices.set(world.principal(*official), wanted));
    }
    const std::vector<std::string> both{"sen.first@a.example", "sen.officer@a.example"};
    f.clock.pass(1000);
    (void)f.mailed();
    world.sign_in(*f.senegal);
    world.sign_in(*officer);
    REQUIRE(outcome(f, request_for(f, *officer, SignInKey::kit)) == "wait");
    // Custodian and owner are both at their desks.
    CHECK(f.services->authenticator.authenticate(f.senegal->token));
    CHECK(f.services->authenticator.authenticate(officer->token));
    CHECK(f.mailed() == both);
    CHECK(f.mailed().empty());
    f.clock.pass(73 * kHour);
    const auto thief = by_kit(f, request_for(f, *officer, SignInKey::kit));
    CHECK(f.mailed() == both);
    auto reset = reset_for(f, *officer, thief);
    REQUIRE(f.services->account.write_bundle(thief, reset.write));
    take_over(*officer, std::move(reset));
    f.clock.pass(31);
    // He has a full session of his own before the mail goes out.
    world.sign_in(*officer);
    CHECK(f.mailed() == both);
}

TEST_CASE("whoever signs in with everything ends every session of a kit alone", "[service][sign-in]") {
    PeopledFixture f;
    auto& official = *f.senegal;
    REQUIRE(outcome(f, request_for(f, official, SignInKey::kit)) == "wait");
    f.clock.pass(73 * kHour);
    const auto first = by_kit(f, request_for(f, official, SignInKey::kit));
    const auto made = [&](ports::ScopeRow scope, UnixSeconds stepped_up_at, const std::string& of) {
        ports::SessionRow row;
        row.id = ports::SessionId{f.world->random.bytes<16>()};
        row.scope = scope;
        row.created_at = row.last_seen_at = f.clock.now();
        row.stepped_up_at = stepped_up_at;
        REQUIRE(f.store->write([&](ports::Repositories& r) -> Result<> {
            row.account = r.accounts().find_by_name(of)->id;
            r.sessions().create(row, ports::Digest{f.world->random.bytes<32>()});
            return {};
        }));
        return row.id;
    };
    std::vector<ports::SessionId> ended{first.session()};
    for (int i = 0; i < 120; ++i) ended.push_back(made(ports::ScopeRow::kit, 0, official.user_name));
    const std::vector<ports::SessionId> staying{made(ports::ScopeRow::kit, f.clock.now(), official.user_name),
                                                made(ports::ScopeRow::full, f.clock.now(), official.user_name),
                                                made(ports::ScopeRow::kit, 0, f.france->user_name)};
    f.world->sign_in(official);
    const auto there = [&](const ports::SessionId& id) {
        return f.store->read([&](const ports::Repositories& r) { return r.sessions().find(id).has_value(); });
    };
    CHECK(std::ranges::none_of(ended, there));
    CHECK(std::ranges::all_of(staying, there));
}
