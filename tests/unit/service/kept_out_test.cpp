#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "platform/service/access_rules.hpp"
#include "tests/unit/service/sign_in_requests.hpp"

using namespace rogatory;
using namespace rogatory::tests;
using service::Circumstances;
using service::SignInKey;

namespace {

const Circumstances kOffice{"203.0.113.7", false};
const Circumstances kHome{"198.51.100.1", false};

record::AccessPolicySet rules(std::vector<std::string> ranges = {}) {
    record::AccessPolicySet set;
    set.address_ranges = std::move(ranges);
    set.session_idle = 900;
    set.session_absolute = 43'200;
    return set;
}

// With the session that he has.
std::string append(PeopledFixture& f, const Official& by, const std::vector<record::Body>& bodies,
                   const Circumstances& how) {
    const auto principal = f.services->authenticator.authenticate(by.token, how);
    if (!principal) return principal.error().key();
    service::AppendRequest request;
    std::vector<record::SignedStatement> statements;
    for (const auto& body : bodies) {
        statements.push_back(f.world->sign(by, by.register_chain, body));
        request.envelopes.push_back(to_bytes(statements.back().encode()));
    }
    const auto done = f.services->append.append(*principal, request);
    if (!done) return done.error().key();
    for (std::size_t i = 0; i < statements.size(); ++i) f.world->learn(statements[i], (*done)[i].index);
    return "appended";
}

// Signs in there, with a code that was not shown yet; the session is his from now on.
void come(PeopledFixture& f, Official& who, const Circumstances& how) {
    f.clock.pass(31);
    const auto answer = f.services->sign_in.sign_in(request_for(f, who), how.address, how.browser);
    REQUIRE(answer);
    who.token = std::get<service::SignedIn>(*answer).token;
}

// What his session is there.
std::string scope_at(PeopledFixture& f, const Official& who, const Circumstances& how) {
    const auto principal = f.services->authenticator.authenticate(who.token, how);
    if (!principal) return principal.error().key();
    return principal->scope() == service::Scope::rules ? "rules" : "full";
}

// By Senegal's access manager in the office; afterwards nobody else's session is touched.
void set(PeopledFixture& f, const record::AccessPolicySet& policy) {
    f.world->sign_in(*f.senegal);
    REQUIRE(append(f, *f.senegal, {policy}, kOffice) == "appended");
}

std::vector<std::string> trail(PeopledFixture& f, const std::string& party) {
    // What is noted behind an answer is there after the next write.
    REQUIRE(f.store->write([](ports::Repositories&) -> Result<> { return {}; }));
    return f.store->read([&](const ports::Repositories& repositories) {
        std::vector<std::string> lines;
        for (const auto& row : repositories.journal().party_audit_after(party, 0, 10'000)) {
            lines.push_back(row.row.actor + " " + row.row.action + " " + row.row.object);
        }
        return lines;
    });
}

bool holds(const std::vector<std::string>& all, const std::string& line) {
    return std::ranges::find(all, line) != all.end();
}

void add_passkey(PeopledFixture& f, const Official& whose) {
    REQUIRE(f.store->write([&](ports::Repositories& repositories) -> Result<> {
        ports::PasskeyRow passkey;
        passkey.account = repositories.accounts().find_by_name(whose.user_name)->id;
        passkey.credential_id = to_bytes(f.world->random.bytes<16>());
        passkey.cose_key = Bytes(32, 7);
        const auto added = repositories.passkeys().add(passkey);
        if (!added) return fail(added.error());
        return {};
    }));
}

}  // namespace

TEST_CASE("whose State's addresses changed sets its rules anew from outside, and does nothing else there",
          "[service][access]") {
    PeopledFixture f;
    set(f, rules({"203.0.113.0/24"}));
    come(f, *f.senegal, kHome);
    CHECK(holds(trail(f, "SEN"), "sen.first session.started access.address"));
    const auto outside = f.services->authenticator.authenticate(f.senegal->token, kHome).value();
    CHECK(outside.scope() == service::Scope::rules);

    // Who he is, his keys, his own register; nobody else's, no file, no board, no account of his.
    CHECK(f.services->account.me(outside));
    CHECK(f.services->account.bundle(outside));
    CHECK(f.services->chains.read(outside, f.senegal->register_chain, 0, 1));
    CHECK_FALSE(f.services->chains.read(outside, f.france->register_chain, 0, 1));
    CHECK_FALSE(f.services->chains.dossiers(outside, std::nullopt, {}));
    CHECK_FALSE(f.services->account.state(outside));
    CHECK_FALSE(f.services->account.sessions(outside));
    CHECK_FALSE(f.services->passkeys.list(outside));
    CHECK_FALSE(f.services->authenticator.goes_on(outside));
    const record::Pinned pin{model::PartyCode::parse("FRA").value(), f.world->ref(*f.france).party,
                             record::PinSource::note_verbale, false};
    CHECK(append(f, *f.senegal, {pin}, kHome) == "access.address");
    CHECK(append(f, *f.senegal, {rules(), pin}, kHome) == "access.address");
    CHECK(append(f, *f.senegal, {rules(), rules()}, kHome) == "access.address");

    // Nor rules that keep him out where he is.
    CHECK(append(f, *f.senegal, {rules({"203.0.113.0/25"})}, kHome) == "access.own_address");
    CHECK(holds(trail(f, "SEN"), "sen.first access.refused_from_outside access.own_address"));
    CHECK_FALSE(holds(trail(f, "FRA"), "sen.first access.refused_from_outside access.own_address"));
    CHECK_FALSE(holds(trail(f, "SEN"), "sen.first access.set_from_outside access.address"));
    CHECK(append(f, *f.senegal, {rules({"198.51.100.0/24"})}, kHome) == "appended");
    CHECK(holds(trail(f, "SEN"), "sen.first access.set_from_outside access.address"));
    CHECK_FALSE(holds(trail(f, "FRA"), "sen.first access.set_from_outside access.address"));
    CHECK(f.services->authenticator.authenticate(f.senegal->token, kHome).value().scope() == service::Scope::full);
    // From within it is no such line.
    CHECK(append(f, *f.senegal, {rules({"198.51.100.0/25"})}, kHome) == "appended");
    const auto lines = trail(f, "SEN");
    CHECK(std::ranges::count(lines, "sen.first access.set_from_outside access.address") == 1);
}

TEST_CASE("whoever is of two Parties is told that the one keeps him out, and not that what he sent is none of his",
          "[service][access]") {
    PeopledFixture f;
    const auto second = f.world->join(*f.senegal, model::Role::custodian, "sen-second");
    REQUIRE(f.store->write([&](ports::Repositories& repositories) -> Result<> {
        auto& accounts = repositories.accounts();
        accounts.add_membership(accounts.find_by_name(f.france->user_name)->id, second->register_chain, second->member);
        return {};
    }));
    f.world->sign_in(*f.france);
    const auto send = [&](const record::SignedStatement& statement, const Circumstances& how) -> std::string {
        const auto principal = f.services->authenticator.authenticate(f.france->token, how);
        if (!principal) return principal.error().key();
        service::AppendRequest request;
        request.envelopes.push_back(to_bytes(statement.encode()));
        const auto done = f.services->append.append(*principal, request);
        if (!done) return done.error().key();
        return std::to_string(done->front().index);
    };
    const auto pin = [&](const Official& by) {
        return f.world->sign(by, by.register_chain,
                             record::Pinned{model::PartyCode::parse("FRA").value(), f.world->ref(*f.france).party,
                                            record::PinSource::note_verbale, false});
    };
    const auto sent = pin(*second);
    const auto index = send(sent, kOffice);
    CHECK(send(sent, kHome) == index);
    f.world->learn(sent, std::stoull(index));
    set(f, rules({"203.0.113.0/24"}));
    // Of what stands he is told so: "refused", he would find a lie.
    CHECK(send(sent, kHome) == index);
    CHECK(send(pin(*second), kHome) == "access.address");
    CHECK(send(pin(*f.senegal), kHome) == "statement.author");
    REQUIRE(f.store->write([&](ports::Repositories& repositories) -> Result<> {
        auto& parties = repositories.parties();
        parties.suspend(parties.find("SEN")->id, f.clock.now(), "");
        return {};
    }));
    CHECK(send(sent, kHome) == index);
    CHECK(send(pin(*second), kHome) == "statement.author");
}

TEST_CASE("a session that began in the office is no way back outside, however lately its second factor was shown",
          "[service][access]") {
    PeopledFixture f;
    set(f, rules({"203.0.113.0/24"}));
    come(f, *f.senegal, kOffice);
    CHECK(holds(trail(f, "SEN"), "sen.first session.started "));
    CHECK(scope_at(f, *f.senegal, kOffice) == "full");
    CHECK(scope_at(f, *f.senegal, kHome) == "access.address");
    CHECK(append(f, *f.senegal, {rules({"198.51.100.0/24"})}, kHome) == "access.address");

    // Nor by a factor shown again there.
    f.clock.pass(31);
    service::StepUpRequest again;
    again.totp = service::totp_code(f.senegal->totp, f.clock.now());
    const auto inside = f.services->authenticator.authenticate(f.senegal->token, kOffice).value();
    f.senegal->token = f.services->sign_in.step_up(inside, again).value().token;
    CHECK(scope_at(f, *f.senegal, kOffice) == "full");
    CHECK(scope_at(f, *f.senegal, kHome) == "access.address");

    // One that began outside is one there, and from no other place; nor after a restart.
    const Circumstances cafe{"192.0.2.99", false};
    come(f, *f.senegal, kHome);
    CHECK(scope_at(f, *f.senegal, kHome) == "rules");
    CHECK(scope_at(f, *f.senegal, cafe) == "access.address");
    CHECK(scope_at(f, *f.senegal, kOffice) == "full");
    f.restart();
    CHECK(scope_at(f, *f.senegal, kHome) == "access.address");
    come(f, *f.senegal, kHome);
    CHECK(append(f, *f.senegal, {rules({"198.51.100.0/24"})}, kHome) == "appended");
}

TEST_CASE("a code that met a rule is spent", "[service][access]") {
    PeopledFixture f;
    const auto officer = f.world->join(*f.senegal, model::Role::officer, "sen-officer");
    set(f, rules({"203.0.113.0/24"}));
    f.clock.pass(31);
    CHECK(outcome(f, request_for(f, *officer), kHome.address) == "access.address");
    CHECK(outcome(f, request_for(f, *officer), kOffice.address) == "sign_in.refused");
    f.clock.pass(31);
    CHECK(outcome(f, request_for(f, *officer), kOffice.address) == "signed in");
}

TEST_CASE("only who may sign the rules, and only with a second factor just shown", "[service][access]") {
    PeopledFixture f;
    const auto officer = f.world->join(*f.senegal, model::Role::officer, "sen-officer");
    set(f, rules({"203.0.113.0/24"}));
    come(f, *f.senegal, kHome);
    CHECK(scope_at(f, *f.senegal, kHome) == "rules");
    for (int i = 0; i < 3; ++i) {
        f.clock.pass(10 * kMinute + 1);
        CHECK(f.services->authenticator.authenticate(f.senegal->token, kOffice));
        REQUIRE(f.store->write([](ports::Repositories&) -> Result<> { return {}; }));
    }
    CHECK(append(f, *f.senegal, {rules()}, kHome) == "access.address");
    CHECK(append(f, *officer, {rules()}, kHome) != "appended");
    CHECK(outcome(f, request_for(f, *officer), kHome.address) == "access.address");
    f.clock.pass(31);
    CHECK(outcome(f, request_for(f, *officer), kOffice.address) == "signed in");
}

TEST_CASE("no session begins where a Party's rules let nobody in, and its trail says so", "[service][access]") {
    PeopledFixture f;
    const auto officer = f.world->join(*f.senegal, model::Role::officer, "sen-officer");
    set(f, rules({"203.0.113.0/24"}));
    const auto sessions = [&] {
        return f.store->read([&](const ports::Repositories& repositories) {
            const auto account = repositories.accounts().find_by_name("sen-officer");
            return repositories.sessions().list(account->id, {}, 100).size();
        });
    };
    const auto before = sessions();
    f.clock.pass(31);
    // Somebody waits with his kit, inside; what is refused outside does not end that.
    REQUIRE(outcome(f, request_for(f, *officer, SignInKey::kit), kOffice.address) == "wait");
    const auto waits = [&] {
        return f.store->read([&](const ports::Repositories& repositories) {
            return repositories.accounts().find_by_name("sen-officer")->kit_waiting_since.has_value();
        });
    };
    CHECK(outcome(f, request_for(f, *officer), kHome.address) == "access.address");
    CHECK(outcome(f, request_for(f, *officer, SignInKey::kit), kHome.address) == "access.address");
    CHECK(sessions() == before);
    CHECK(waits());
    CHECK(holds(trail(f, "SEN"), "sen-officer session.refused access.address"));
    // Not before everything else was right: nobody learns the rule by a guess.
    auto wrong = request_for(f, *officer);
    wrong.signature[3] ^= 1;
    CHECK(outcome(f, wrong, kHome.address) == "sign_in.refused");
    f.clock.pass(31);
    CHECK(outcome(f, request_for(f, *officer), kOffice.address) == "signed in");
    CHECK_FALSE(waits());
}

TEST_CASE("whoever comes with a kit and a code to set rules anew may make himself new credentials first",
          "[service][access]") {
    PeopledFixture f;
    set(f, rules({"203.0.113.0/24"}));
    f.clock.pass(31);
    auto request = request_for(f, *f.senegal, SignInKey::kit);
    CHECK(outcome(f, request, kHome.address) == "access.address");  // the kit alone
    request = request_for(f, *f.senegal, SignInKey::kit);
    request.totp = service::totp_code(f.senegal->totp, f.clock.now());
    const auto answer = f.services->sign_in.sign_in(request, kHome.address).value();
    const auto token = std::get<service::SignedIn>(answer).token;
    const auto kit = f.services->authenticator.authenticate(token, kHome).value();
    CHECK(kit.scope() == service::Scope::kit);
    CHECK(holds(trail(f, "SEN"), "sen.first session.started kit, access.address"));
    CHECK(f.services->account.bundle(kit));
    CHECK_FALSE(f.services->account.me(kit));
    f.senegal->token = token;
    CHECK(append(f, *f.senegal, {rules()}, kHome) == "access.not_found");
}

TEST_CASE("whoever may set one Party's rules anew, and whom another lets in, is in the trail with the rule",
          "[service][access]") {
    PeopledFixture f;
    const auto second = f.world->join(*f.senegal, model::Role::custodian, "sen-second");
    REQUIRE(f.store->write([&](ports::Repositories& repositories) -> Result<> {
        auto& accounts = repositories.accounts();
        accounts.add_membership(accounts.find_by_name(f.france->user_name)->id, second->register_chain, second->member);
        return {};
    }));
    set(f, rules({"203.0.113.0/24"}));
    come(f, *f.france, kHome);
    CHECK(scope_at(f, *f.france, kHome) == "full");
    CHECK(holds(trail(f, "SEN"), f.france->user_name + " session.started access.address"));
    come(f, *f.france, kOffice);
    CHECK(holds(trail(f, "SEN"), f.france->user_name + " session.started "));
}

TEST_CASE("a browser is no way back: the program is at hand", "[service][access]") {
    PeopledFixture f;
    auto policy = rules();
    policy.native_only = true;
    set(f, policy);
    f.clock.pass(31);
    const auto in_browser = f.services->sign_in.sign_in(request_for(f, *f.senegal), kHome.address, true);
    CHECK(in_browser.error().key() == "access.native_only");
    CHECK(holds(trail(f, "SEN"), "sen.first session.refused access.native_only"));
    come(f, *f.senegal, kHome);
    CHECK(append(f, *f.senegal, {rules()}, {kHome.address, true}) == "access.native_only");
}

TEST_CASE("rules that end a session while one types are refused", "[service][access]") {
    PeopledFixture f;
    f.world->sign_in(*f.senegal);
    auto policy = rules();
    policy.session_idle = 59;
    CHECK(append(f, *f.senegal, {policy}, kOffice) == "access.times");
    policy.session_idle = 60;
    policy.session_absolute = 599;
    CHECK(append(f, *f.senegal, {policy}, kOffice) == "access.times");
    policy.session_absolute = 600;
    CHECK(append(f, *f.senegal, {policy}, kOffice) == "appended");
}

TEST_CASE("nobody gives away, or begins with, a second factor that would not let him in", "[service][access]") {
    PeopledFixture f;
    const auto officer = f.world->join(*f.senegal, model::Role::officer, "sen-officer");
    add_passkey(f, *f.senegal);
    add_passkey(f, *officer);
    const auto own = [&](const Official& who) {
        f.world->sign_in(*f.senegal);
        return f.services->passkeys.list(f.world->principal(who)).value().front().id;
    };
    f.world->sign_in(*officer);
    const auto session = f.world->principal(*officer);
    const auto passkey = own(*officer);
    auto policy = rules();
    policy.totp_refused = true;
    f.world->sign_in(*f.senegal);
    REQUIRE(append(f, *f.senegal, {policy}, {kOffice.address, true}) == "appended");

    CHECK(f.services->passkeys.remove(session, passkey).error().key() == "access.last_factor");
    add_passkey(f, *officer);
    CHECK(f.services->passkeys.remove(session, passkey));  // another is left
    f.clock.pass(31);
    CHECK(outcome(f, request_for(f, *officer)) == "access.second_factor");
    CHECK(holds(trail(f, "SEN"), "sen-officer session.refused access.second_factor"));
    // Digits are not what a new member begins with either.
    const auto invited = [&] { (void)f.world->answer_invitation(*f.senegal, model::Role::officer, "sen-new"); };
    std::string refused;
    try {
        invited();
    } catch (const std::runtime_error& error) {
        refused = error.what();
    }
    CHECK(refused.starts_with("access.second_factor"));
}
