#include <catch2/catch_test_macros.hpp>

#include "platform/service/access_rules.hpp"
#include "tests/unit/service/sign_in_requests.hpp"

using namespace rogatory;
using namespace rogatory::tests;
using service::AddressRange;
using service::Circumstances;

namespace {

const Circumstances kOffice{"203.0.113.7", false};
const Circumstances kPage{"203.0.113.7", true};

record::AccessPolicySet rules() {
    record::AccessPolicySet set;
    set.session_idle = 900;
    set.session_absolute = 43'200;
    return set;
}

// By Senegal's access manager, who is in the office with the program.
std::string set(PeopledFixture& f, const record::AccessPolicySet& policy, const Circumstances& how = kOffice) {
    f.world->sign_in(*f.senegal);
    const auto principal = f.services->authenticator.authenticate(f.senegal->token, how);
    if (!principal) return principal.error().key();
    const auto statement = f.world->sign(*f.senegal, f.senegal->register_chain, policy);
    const auto done = f.services->append.append(*principal, {{to_bytes(statement.encode())}, {}});
    if (!done) return done.error().key();
    f.world->learn(statement, done->front().index);
    return "set";
}

std::string comes_in(PeopledFixture& f, const Official& who, const Circumstances& how) {
    const auto principal = f.services->authenticator.authenticate(who.token, how);
    if (!principal) return principal.error().key();
    return principal->scope() == service::Scope::rules ? "to set rules" : "in";
}

}  // namespace

TEST_CASE("ranges of addresses hold what they say", "[service][access]") {
    const auto holds = [](const char* range, const char* address) {
        return AddressRange::parse(range).value().holds(address);
    };
    CHECK(holds("192.0.2.0/24", "192.0.2.255"));
    CHECK_FALSE(holds("192.0.2.0/24", "192.0.3.0"));
    CHECK(holds("192.0.2.77/24", "192.0.2.1"));
    CHECK(holds("10.0.0.0/9", "10.127.255.255"));
    CHECK_FALSE(holds("10.0.0.0/9", "10.128.0.0"));
    CHECK(holds("0.0.0.0/0", "198.51.100.9"));
    CHECK_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
    CHECK(holds("192.0.2.1", "192.0.2.1"));
    CHECK_FALSE(holds("192.0.2.1", "192.0.2.2"));
    CHECK(holds("192.0.2.0/24", "::ffff:192.0.2.9"));
    CHECK(holds("2001:db8::/32", "2001:db8:ffff::"));
    CHECK_FALSE(holds("2001:db8::/32", "2001:db9::"));
    CHECK(holds("2001:db8:0:7::/64", "2001:db8:0:7::"));
    for (const auto* const address : {"", "nobody", "192.0.2.1:80", "192.0.2", "1.2.3.4.5"}) {
        CHECK_FALSE(holds("0.0.0.0/0", address));
        CHECK_FALSE(holds("::/0", address));
    }
    for (const auto* const range : {"", "/", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/8x",
                                    "2001:db8::/65", "2001:db8::/129", "x/8", "192.0.2.0 /8", " 192.0.2.0"}) {
        INFO(range);
        CHECK(AddressRange::parse(range).error().key() == "access.range");
    }
}

TEST_CASE("from elsewhere nobody of the Party comes in, and everybody of others does", "[service][access]") {
    PeopledFixture f;
    const auto officer = f.world->join(*f.senegal, model::Role::officer, "sen-officer");
    f.world->sign_in(*officer);
    f.world->sign_in(*f.france);
    auto policy = rules();
    policy.address_ranges = {"203.0.113.0/24", "2001:db8::/48"};
    REQUIRE(set(f, policy) == "set");
    const Circumstances home{"198.51.100.1", false};
    CHECK(comes_in(f, *officer, home) == "access.address");
    CHECK(comes_in(f, *f.senegal, home) == "access.address");  // who signed in inside, too
    CHECK(comes_in(f, *officer, {"", false}) == "access.address");
    CHECK(comes_in(f, *officer, kOffice) == "in");
    CHECK(comes_in(f, *officer, {"2001:db8:0:9::", false}) == "in");
    CHECK(comes_in(f, *f.france, home) == "in");
    f.world->sign_in(*f.admin);
    CHECK(comes_in(f, *f.admin, home) == "in");
    // A page that waits for news hears nothing any more, and what was lifted is lifted.
    const auto waiting = f.services->authenticator.authenticate(officer->token, kOffice).value();
    CHECK(f.services->authenticator.goes_on(waiting));
    policy.address_ranges = {"203.0.113.128/25", "203.0.113.7"};
    REQUIRE(set(f, policy) == "set");
    CHECK(f.services->authenticator.goes_on(waiting));
    CHECK(comes_in(f, *officer, {"203.0.113.8", false}) == "access.address");
    REQUIRE(set(f, rules()) == "set");
    CHECK(comes_in(f, *officer, home) == "in");
}

TEST_CASE("with the program only", "[service][access]") {
    PeopledFixture f;
    auto policy = rules();
    policy.native_only = true;
    REQUIRE(set(f, policy) == "set");
    CHECK(comes_in(f, *f.senegal, {"198.51.100.1", true}) == "access.native_only");
    CHECK(comes_in(f, *f.senegal, {"198.51.100.1", false}) == "in");
}

TEST_CASE("sessions are as short as the Party says", "[service][access]") {
    PeopledFixture f;
    f.world->sign_in(*f.france);
    auto policy = rules();
    policy.session_idle = 120;
    policy.session_absolute = 600;
    REQUIRE(set(f, policy) == "set");
    f.world->sign_in(*f.senegal);
    CHECK(comes_in(f, *f.senegal, kOffice) == "in");
    f.clock.pass(121);
    CHECK(comes_in(f, *f.senegal, kOffice) == "session.ended");
    CHECK(comes_in(f, *f.france, kOffice) == "in");
    f.world->sign_in(*f.senegal);
    for (int i = 0; i < 6; ++i) {
        f.clock.pass(99);
        CHECK(comes_in(f, *f.senegal, kOffice) == "in");
        // What is noted behind an answer is there before the clock goes on.
        REQUIRE(f.store->write([](ports::Repositories&) -> Result<> { return {}; }));
    }
    f.clock.pass(99);
    CHECK(comes_in(f, *f.senegal, kOffice) == "session.ended");
}

TEST_CASE("a rule that shuts out whoever signs it, or that nobody keeps, is refused", "[service][access]") {
    PeopledFixture f;
    auto policy = rules();
    policy.address_ranges = {"203.0.113.0/24"};
    CHECK(set(f, policy, {"198.51.100.1", false}) == "access.own_address");
    policy = rules();
    policy.native_only = true;
    CHECK(set(f, policy, {"198.51.100.1", true}) == "access.own_browser");
    policy = rules();
    policy.totp_refused = true;  // he has digits alone
    CHECK(set(f, policy) == "access.program_shows_digits");
    CHECK(set(f, policy, kPage) == "access.own_second_factor");
    policy.native_only = true;  // nobody would have what it asks for
    CHECK(set(f, policy) == "access.program_shows_digits");
    CHECK(set(f, policy, kPage) == "access.program_shows_digits");
    policy = rules();
    policy.client_ca = "-----BEGIN CERTIFICATE-----";
    CHECK(set(f, policy) == "access.client_certificates");
    policy = rules();
    policy.address_ranges = {"everywhere"};
    CHECK(set(f, policy) == "access.range");
    policy = rules();
    policy.passkey_refused = true;
    CHECK(set(f, policy) == "set");
}

TEST_CASE("whoever set rules signs in anew under them and lifts them", "[service][access]") {
    PeopledFixture f;
    auto from = rules();
    from.address_ranges = {"203.0.113.0/24"};
    auto native = rules();
    native.native_only = true;
    auto times = rules();
    times.session_idle = 60;
    times.session_absolute = 600;
    auto code = rules();
    code.passkey_refused = true;
    for (const auto& policy : {from, native, times, code}) {
        REQUIRE(set(f, policy) == "set");
        f.clock.pass(31);
        REQUIRE(outcome(f, request_for(f, *f.senegal)) == "signed in");
        f.clock.pass(31);
        REQUIRE(set(f, rules()) == "set");  // signs in anew itself
    }
}

TEST_CASE("one kind of second factor alone", "[service][access]") {
    PeopledFixture f;
    const auto officer = f.world->join(*f.senegal, model::Role::officer, "sen-officer");
    REQUIRE(f.store->write([&](ports::Repositories& repositories) -> Result<> {
        ports::PasskeyRow passkey;
        passkey.account = repositories.accounts().find_by_name(f.senegal->user_name)->id;
        passkey.credential_id = Bytes(16, 7);
        passkey.cose_key = Bytes(32, 7);
        const auto added = repositories.passkeys().add(passkey);
        if (!added) return fail(added.error());
        return {};
    }));
    auto policy = rules();
    policy.totp_refused = true;
    CHECK(set(f, policy) == "access.program_shows_digits");  // a passkey of his is of no use to the program
    REQUIRE(set(f, policy, kPage) == "set");
    f.clock.pass(31);
    CHECK(outcome(f, request_for(f, *officer)) == "access.second_factor");
    // Not before everything else was right: nobody learns the rule by a guess.
    auto wrong = request_for(f, *officer);
    wrong.signature[3] ^= 1;
    CHECK(outcome(f, wrong) == "sign_in.refused");
    f.world->sign_in(*f.france);
}
