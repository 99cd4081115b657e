#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "crypto/encoding/crockford.hpp"
#include "crypto/password.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/record/chains.hpp"
#include "platform/record/invitation.hpp"
#include "platform/service/session_start.hpp"
#include "platform/service/totp.hpp"
#include "tests/unit/service/fixture.hpp"

using namespace rogatory;
using namespace rogatory::tests;

namespace {

template <class T>
std::string key(const Result<T>& result) {
    return result ? std::string{"yes"} : result.error().key();
}

}  // namespace

TEST_CASE("the first administrator's code works once", "[service][enrolment]") {
    ServerFixture f;
    const auto secrets =
        record::derive_invitation(*encoding::code_decode<record::InvitationCode>(f.administrator_code));
    const auto admin = f.world->administrator(f.administrator_code);
    CHECK(f.world->principal(*admin).kind() == service::AccountKind::administrator);
    CHECK(key(f.services->enrolment.redeem(secrets.redeem.expose_secret(), "a")) == "invitation.unknown");
    CHECK(key(service::initialise(*f.store, f.clock, "test.example")) == "init.done");
    CHECK(key(service::initialise(*f.store, f.clock, "no host")) == "init.host");
    const auto me = f.services->account.me(f.world->principal(*admin)).value();
    CHECK(me.memberships.empty());
    CHECK(key(f.services->account.bundle(f.world->principal(*admin))) == "access.not_found");
}

TEST_CASE("an invitee enrols, waits, and works once the register names him", "[service][enrolment]") {
    PeopledFixture f;
    auto& world = *f.world;
    auto pending = world.answer_invitation(*f.senegal, model::Role::officer, "sen.officer");
    CHECK(key(world.try_sign_in(*pending.official)) == "sign_in.refused");
    const auto invitation = pending.record.record.invitation.value();

    const auto redeemed = f.services->enrolment.redeem(pending.redeem, "a").value();
    const auto session = f.services->authenticator.authenticate(redeemed.session.token).value();
    CHECK(f.services->enrolment.state(session).value() == service::EnrolmentState::answered);
    CHECK(key(f.services->enrolment.totp_secret(session)) == "enrolment.answered");

    const auto items = f.services->invitations.list(world.principal(*f.senegal), f.senegal->authority).value();
    REQUIRE(items.size() == 1);
    CHECK(items[0].state == "answered");
    CHECK(items[0].record == to_bytes(encode(pending.record)));
    CHECK(items[0].kept_code == to_bytes("kept"));

    world.approve(*f.senegal, pending);
    CHECK(f.services->enrolment.state(session).value() == service::EnrolmentState::live);
    world.sign_in(*pending.official);
    const auto me = f.services->account.me(world.principal(*pending.official)).value();
    REQUIRE(me.memberships.size() == 1);
    CHECK(me.memberships[0].role == model::Role::officer);
    CHECK(me.language == "fr");
    CHECK(me.bundle_version == 1);
    CHECK(key(f.services->enrolment.redeem(pending.redeem, "a")) == "invitation.unknown");
    CHECK(key(f.services->invitations.cancel(world.principal(*f.senegal), invitation)) == "invitation.spent");
}

TEST_CASE("whoever is admitted goes on with the session that answered, and with no other", "[service][enrolment]") {
    PeopledFixture f;
    auto& world = *f.world;
    auto pending = world.answer_invitation(*f.senegal, model::Role::officer, "sen.officer");
    const auto& official = *pending.official;
    const auto shown = std::make_shared<const std::vector<Bytes>>(1, Bytes{1, 2, 3});
    const auto enter = [&](const std::string& token, const crypto::SigningKey& key) {
        const auto challenge = f.services->sign_in.challenge(official.user_name, "a").value().challenge;
        const auto text = crypto::sign_in_text("https://test.example", official.user_name, challenge);
        const auto session = f.services->authenticator.authenticate(token);
        if (!session) return Result<service::SignedIn>{fail(session.error())};
        return f.services->enrolment.enter(*session, challenge, key.sign(text).value(), shown);
    };
    CHECK(key(enter(pending.token, official.sign_in_key)) == "enrolment.waiting");
    world.approve(*f.senegal, pending);
    CHECK(key(enter(pending.token, f.senegal->sign_in_key)) == "sign_in.refused");
    const auto entered = enter(pending.token, official.sign_in_key);
    REQUIRE(entered);
    const auto principal = f.services->authenticator.authenticate(entered->token).value();
    CHECK(principal.scope() == service::Scope::full);
    CHECK(principal.stepped_up());
    // It is good with the certificate that it began with, as one that began by signing in.
    const auto row = f.store->read([&](const ports::Repositories& repositories) {
        return repositories.sessions().find_by_token(service::token_digest(entered->token));
    });
    CHECK(row->certificate == crypto::sha256(shown->front()));
    CHECK(f.services->account.me(principal).value().memberships.size() == 1);
    CHECK(key(f.services->authenticator.authenticate(pending.token)) == "session.ended");

    // The code alone opens a session until it is spent; that one has shown no second factor.
    auto other = world.answer_invitation(*f.senegal, model::Role::officer, "sen.other");
    const auto by_code = f.services->enrolment.redeem(other.redeem, "a").value().session.token;
    world.approve(*f.senegal, other);
    const auto challenge = f.services->sign_in.challenge("sen.other", "a").value().challenge;
    const auto signature =
        other.official->sign_in_key.sign(crypto::sign_in_text("https://test.example", "sen.other", challenge));
    const auto session = f.services->authenticator.authenticate(by_code).value();
    CHECK(key(f.services->enrolment.enter(session, challenge, signature.value())) == "sign_in.refused");
}

TEST_CASE("the board says where a Party stands and what it waits for", "[service][administration]") {
    PeopledFixture f;
    const auto row = [&](const std::string& code) {
        f.clock.pass(31);
        f.world->sign_in(*f.admin);
        const auto board = f.services->administration.parties(f.world->principal(*f.admin), {}).value();
        return *std::ranges::find(board.items, code, [](const auto& one) { return one.party.code; });
    };
    f.clock.pass(31);
    f.world->sign_in(*f.admin);
    REQUIRE(f.services->administration.create_party(f.world->principal(*f.admin), "KEN", "Kenya"));
    auto kenya = row("KEN");
    CHECK(kenya.stage == "created");
    CHECK(kenya.waits_for == "invitation");
    CHECK(kenya.since);
    service::FirstInvitation invitation;
    invitation.code = "KEN";
    invitation.invitation = record::random_id<model::InvitationId>(f.world->random);
    invitation.member = record::random_id<model::MemberId>(f.world->random);
    invitation.redeem_sha256 = record::random_id<model::Digest>(f.world->random);
    invitation.not_after = f.clock.now() + kDay;
    REQUIRE(f.services->administration.invite_first(f.world->principal(*f.admin), invitation));
    CHECK(row("KEN").stage == "invited");
    CHECK(row("KEN").waits_for == "founding");
    f.clock.pass(2 * kDay);
    CHECK(row("KEN").stage == "created");

    auto senegal = row("SEN");
    CHECK(senegal.stage == "founded");
    CHECK(senegal.waits_for == "second_custodian");
    CHECK(senegal.custodians == 1);
    CHECK(senegal.recovery == "kit");
    CHECK(senegal.pinned_by == 1);
    CHECK(!senegal.own_quota);
    CHECK(senegal.bytes > 0);
    REQUIRE(senegal.seen_on);
    CHECK((f.clock.now() - *senegal.seen_on) < 32 * kDay);
    CHECK(*senegal.seen_on % kDay == 0);
    f.world->sign_in(*f.senegal);
    CHECK(row("SEN").sessions >= 1);

    auto second = f.world->answer_invitation(*f.senegal, model::Role::custodian, "sen.second");
    f.world->approve(*f.senegal, second);
    senegal = row("SEN");
    CHECK(senegal.stage == "live");
    CHECK(senegal.waits_for == "recovery_set");
    CHECK(senegal.custodians == 2);
    f.clock.pass(181 * kDay);
    CHECK(row("SEN").waits_for == "custodian_away");
    REQUIRE(f.services->administration.suspend_party(f.world->principal(*f.admin), "SEN", "a test"));
    CHECK(row("SEN").waits_for == "resumption");
}

TEST_CASE("a code opens nothing after its hour, answered or not", "[service][enrolment]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto pending = world.answer_invitation(*f.senegal, model::Role::officer, "sen.officer");
    REQUIRE(f.services->enrolment.redeem(pending.redeem, "a"));
    f.clock.pass(15 * kDay);
    CHECK(key(f.services->enrolment.redeem(pending.redeem, "a")) == "invitation.unknown");
}

TEST_CASE("an enrolment session reads its own Party's register and nothing else", "[service][enrolment]") {
    PeopledFixture f;
    auto pending = f.world->answer_invitation(*f.senegal, model::Role::officer, "sen.officer");
    const auto chain = f.world->open(*f.senegal, {f.world->ref(*f.france)});
    const auto token = f.services->enrolment.redeem(pending.redeem, "a").value().session.token;
    const auto session = f.services->authenticator.authenticate(token).value();
    CHECK(key(f.services->chains.read(session, f.senegal->register_chain, 0, 10)) == "yes");
    CHECK(key(f.services->chains.read(session, f.france->register_chain, 0, 10)) == "access.not_found");
    CHECK(key(f.services->chains.read(session, chain, 0, 10)) == "access.not_found");
    CHECK(key(f.services->chains.dossiers(session, std::nullopt, {})) == "access.not_found");
    CHECK(key(f.services->account.me(session)) == "access.not_found");
    CHECK(key(f.services->append.append(session, {{to_bytes("{}")}, {}})) == "access.not_found");
    CHECK(key(f.services->invitations.list(session, f.senegal->authority)) == "access.not_found");
    CHECK(key(f.services->administration.counts(session)) == "access.not_found");
    // Redeeming once more ends this session.
    REQUIRE(f.services->enrolment.redeem(pending.redeem, "a"));
    CHECK(key(f.services->authenticator.authenticate(token)) == "session.ended");
}

TEST_CASE("an enrolment that does not fit its invitation is refused and stores no account", "[service][enrolment]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto joining_key = crypto::SigningKey::generate(world.random);
    const auto identity = age::HybridIdentity::generate(world.random);
    const auto redeem = world.random.bytes<16>();
    const record::Invited body{record::random_id<model::InvitationId>(world.random),
                               record::InvitationPurpose::member,
                               f.senegal->authority,
                               record::random_id<model::MemberId>(world.random),
                               model::Role::reader,
                               false,
                               f.clock.now() + kDay,
                               record::random_id<model::Digest>(world.random)};
    const auto invited = world.sign(*f.senegal, f.senegal->register_chain, body);
    const auto posted = f.services->invitations.invite(
        world.principal(*f.senegal),
        {request_of(invited), body.invitation, crypto::sha256(redeem), to_bytes("card"), to_bytes("kept")});
    REQUIRE(posted);
    world.learn(invited, posted->front().index);
    const auto session =
        f.services->authenticator.authenticate(f.services->enrolment.redeem(redeem, "a").value().session.token).value();
    const auto secret = f.services->enrolment.totp_secret(session).value();
    record::EnrolmentRecord record{body.invitation,
                                   world.ref(*f.senegal).party,
                                   body.authority,
                                   body.member,
                                   body.role,
                                   false,
                                   model::DisplayName::parse("FIU-09").value(),
                                   joining_key.verify_key(),
                                   identity.recipient(),
                                   std::nullopt};
    service::EnrolmentRequest request;
    request.user_name = "sen.reader";
    request.language = "en";
    request.bundle = world.age_file();
    request.kit_key = crypto::SigningKey::generate(world.random).verify_key().bytes();
    request.totp = service::totp_code(secret, f.clock.now());
    const auto accounts = f.store->read([](const ports::Repositories& r) { return r.accounts().count(); });
    const auto attempt = [&] {
        if (request.record.empty()) request.record = to_bytes(encode(record::sign(record, joining_key)));
        return key(f.services->enrolment.enrol(session, request));
    };
    SECTION("another role") {
        record.role = model::Role::custodian;
        CHECK(attempt() == "enrolment.malformed");
    }
    SECTION("another member") {
        record.member = f.senegal->member;
        CHECK(attempt() == "enrolment.malformed");
    }
    SECTION("another authority") {
        record.authority = f.france->authority;
        CHECK(attempt() == "enrolment.malformed");
    }
    SECTION("another Party") {
        record.party = world.ref(*f.france).party;
        CHECK(attempt() == "enrolment.malformed");
    }
    SECTION("another invitation") {
        record.invitation = record::random_id<model::InvitationId>(world.random);
        CHECK(attempt() == "enrolment.malformed");
    }
    SECTION("signed by another key") {
        request.record = to_bytes(encode(record::SignedRecord{record, record::sign(record, f.france->key).signature}));
        CHECK(attempt() == "enrolment.malformed");
    }
    SECTION("no record") {
        request.record = to_bytes("{}");
        CHECK(attempt() == "enrolment.malformed");
    }
    SECTION("a wrong code") {
        request.totp = request.totp == "000000" ? "000001" : "000000";
        CHECK(attempt() == "enrolment.totp");
    }
    SECTION("a user name that is taken") {
        request.user_name = "sen.first";
        CHECK(attempt() == "account.name_taken");
    }
    SECTION("a user name that cannot be") {
        for (const auto* name : {"", "ab", "Upper", "1st", "with space", "ünï"}) {
            request.user_name = name;
            CHECK(attempt() == "enrolment.user_name");
        }
    }
    SECTION("a language that is not there") {
        request.language = "tlh";
        CHECK(attempt() == "enrolment.language");
    }
    SECTION("no bundle: for whoever has an account, which must be his") {
        request.bundle.clear();
        CHECK(attempt() == "enrolment.not_yours");
        request.user_name = "sen.first";
        CHECK(attempt() == "enrolment.not_yours");
        request.user_name = "admin";
        CHECK(attempt() == "enrolment.not_yours");
        // His sign-in key alone is not enough: a code of this enrolment's factor is none of his own.
        request.user_name = "sen.first";
        request.sign_in_key = f.senegal->sign_in_key.verify_key().bytes();
        CHECK(attempt() == "enrolment.totp");
        CHECK(world.principal(*f.senegal).memberships().size() == 1);
    }
    SECTION("cancelled meanwhile") {
        REQUIRE(f.services->invitations.cancel(world.principal(*f.senegal), body.invitation));
        CHECK(attempt() == "invitation.unknown");
        CHECK(key(f.services->enrolment.redeem(redeem, "a")) == "invitation.unknown");
    }
    SECTION("too late; and the clock set back does not help") {
        f.clock.pass(2 * kDay);
        request.totp = service::totp_code(secret, f.clock.now());
        CHECK(attempt() == "invitation.unknown");
        f.services->tidy();
        f.clock.jump(-2 * kDay);
        CHECK(key(f.services->enrolment.redeem(redeem, "a")) == "invitation.unknown");
    }
    CHECK(f.store->read([](const ports::Repositories& r) { return r.accounts().count(); }) == accounts);
}

TEST_CASE("a posted enrolment may come again; another one may not", "[service][enrolment]") {
    PeopledFixture f;
    auto pending = f.world->answer_invitation(*f.senegal, model::Role::officer, "sen.officer");
    const auto session =
        f.services->authenticator.authenticate(f.services->enrolment.redeem(pending.redeem, "a").value().session.token)
            .value();
    service::EnrolmentRequest request;
    request.user_name = "sen.officer";
    request.language = "fr";
    request.record = to_bytes(encode(pending.record));
    request.sign_in_key = pending.official->sign_in_key.verify_key().bytes();
    request.bundle = f.world->age_file();
    CHECK(key(f.services->enrolment.enrol(session, request)) == "yes");
    request.sign_in_key[0] ^= 1;
    CHECK(key(f.services->enrolment.enrol(session, request)) == "enrolment.answered");
}

TEST_CASE("invitations are the custodians' business", "[service][invitations]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto officer = world.join(*f.senegal, model::Role::officer, "sen.officer");
    const auto second = world.join(*f.senegal, model::Role::custodian, "sen.second");
    const auto pending = world.answer_invitation(*f.senegal, model::Role::reader, "sen.reader");
    const auto id = pending.record.record.invitation.value();
    const auto& invitations = f.services->invitations;
    (void)invitations;
    CHECK(key(f.services->invitations.list(world.principal(*officer), officer->authority)) == "access.role");
    CHECK(key(f.services->invitations.list(world.principal(*f.france), f.senegal->authority)) == "access.not_found");
    CHECK(key(f.services->invitations.cancel(world.principal(*f.france), id)) == "access.not_found");
    CHECK(key(f.services->invitations.cancel(world.principal(*officer), id)) == "access.role");
    const auto seen = f.services->invitations.list(world.principal(*second), second->authority).value();
    const auto item = std::find_if(seen.begin(), seen.end(), [&](const auto& one) { return one.invitation == id; });
    REQUIRE(item != seen.end());
    CHECK(item->record);
    CHECK_FALSE(item->kept_code);
    // An officer's `invited` is void, through this door too.
    const record::Invited body{record::random_id<model::InvitationId>(world.random),
                               record::InvitationPurpose::member,
                               officer->authority,
                               record::random_id<model::MemberId>(world.random),
                               model::Role::reader,
                               false,
                               f.clock.now() + kDay,
                               record::random_id<model::Digest>(world.random)};
    const auto statement = world.sign(*officer, officer->register_chain, body);
    CHECK(key(f.services->invitations.invite(world.principal(*officer),
                                             {request_of(statement), body.invitation, crypto::sha256(as_bytes("x")),
                                              to_bytes("c"), to_bytes("k")})) == "access.role");
    CHECK(key(f.services->append.append(world.principal(*officer), request_of(statement))).starts_with("void."));
    REQUIRE(f.services->invitations.cancel(world.principal(*second), id));
    CHECK(key(f.services->enrolment.redeem(pending.redeem, "a")) == "invitation.unknown");
}

TEST_CASE("the root authority looks after an invitation to an authority that is not there yet, and no longer",
          "[service][invitations]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto announced = record::random_id<model::AuthorityId>(world.random);
    const auto invite = [&](const ByteArray<16>& redeem) {
        const record::Invited body{record::random_id<model::InvitationId>(world.random),
                                   record::InvitationPurpose::authority,
                                   announced,
                                   record::random_id<model::MemberId>(world.random),
                                   model::Role::custodian,
                                   false,
                                   f.clock.now() + kDay,
                                   record::random_id<model::Digest>(world.random)};
        const auto statement = world.sign(*f.senegal, f.senegal->register_chain, body);
        const auto posted = f.services->invitations.invite(
            world.principal(*f.senegal),
            {request_of(statement), body.invitation, crypto::sha256(redeem), to_bytes("card"), to_bytes("kept")});
        REQUIRE(key(posted) == "yes");
        world.learn(statement, posted->front().index);
        return body;
    };
    const auto cancelled = invite(world.random.bytes<16>());
    CHECK(f.services->invitations.list(world.principal(*f.senegal), announced).value().size() == 1);
    // To another Party's it is an id like any that nobody has heard of.
    CHECK(f.services->invitations.list(world.principal(*f.france), announced).value().empty());
    REQUIRE(f.services->invitations.cancel(world.principal(*f.senegal), cancelled.invitation));

    const auto redeem = world.random.bytes<16>();
    const auto body = invite(redeem);
    auto joining = world.person("aro.first");
    joining->register_chain = f.senegal->register_chain;
    joining->authority = announced;
    joining->member = body.member;
    const auto keyring = world.age_file();
    const auto answer = record::sign(
        record::EnrolmentRecord{body.invitation, world.ref(*f.senegal).party, announced, body.member, body.role, false,
                                model::DisplayName::parse("ARO-01").value(), joining->key.verify_key(),
                                joining->identity.recipient(),
                                record::EnrolmentRecord::FirstGeneration{
                                    age::HybridIdentity::generate(world.random).recipient(), crypto::sha256(keyring)}},
        joining->key);
    service::EnrolmentRequest request;
    request.record = to_bytes(encode(answer));
    request.bundle = world.age_file();
    request.append = service::AppendRequest{{}, {{crypto::sha256(keyring), keyring}}};
    const auto token = f.services->enrolment.redeem(redeem, "a").value().session.token;
    world.enrol(*joining, token, std::move(request));
    world.append(
        *f.senegal,
        world.sign(*f.senegal, f.senegal->register_chain,
                   record::AuthorityAdded{
                       {announced, model::AuthorityKind::aro, model::DisplayName::parse("ARO").value()}, answer}));
    world.sign_in(*joining);
    CHECK(f.services->chains.blob(world.principal(*joining), joining->register_chain, crypto::sha256(keyring)));
    CHECK(key(f.services->chains.blob(world.principal(*f.senegal), joining->register_chain, crypto::sha256(keyring))) ==
          "access.not_found");
    CHECK(key(f.services->invitations.list(world.principal(*f.senegal), announced)) == "access.not_found");
    CHECK(f.services->invitations.list(world.principal(*joining), announced).value().size() == 2);
}

TEST_CASE("a Party is founded by whom it was invited, under its code, once", "[service][enrolment]") {
    PeopledFixture f;
    auto& world = *f.world;
    world.sign_in(*f.admin);
    const auto admin = world.principal(*f.admin);
    CHECK(key(f.services->administration.create_party(admin, "SEN", "Again")) == "party.exists");
    CHECK(key(f.services->administration.create_party(admin, "sen", "Small")) == "party.code");
    const service::FirstInvitation again{"SEN",
                                         record::random_id<model::InvitationId>(world.random),
                                         record::random_id<model::MemberId>(world.random),
                                         {},
                                         {},
                                         f.clock.now() + kDay,
                                         {}};
    CHECK(key(f.services->administration.invite_first(admin, again)) == "party.founded");
    // `founded` through the ordinary door.
    std::vector<Bytes> blobs{world.age_file()};
    const auto chain = record::random_id<model::ChainId>(world.random);
    auto draft = world.draft(
        *f.france, chain,
        record::Founded{model::PartyCode::parse("KEN").value(),
                        model::DisplayName::parse("K").value(),
                        "log " + f.services->log.server().log_key + "\nquorum none\n",
                        {f.france->authority, model::AuthorityKind::fiu, model::DisplayName::parse("K").value()},
                        age::HybridIdentity::generate(world.random).recipient(),
                        crypto::sha256(blobs[0]),
                        f.france->member,
                        model::DisplayName::parse("K").value(),
                        f.france->key.verify_key(),
                        f.france->identity.recipient(),
                        std::nullopt});
    CHECK_FALSE(f.services->append.append(world.principal(*f.france),
                                          request_of(record::sign(draft, f.france->key).value(), blobs)));
    draft.author.register_chain = chain;
    CHECK(key(f.services->append.append(world.principal(*f.france),
                                        request_of(record::sign(draft, f.france->key).value(), blobs))) ==
          "statement.author");
}

TEST_CASE("administration is for administrators, and looking at it for auditors too", "[service][administration]") {
    PeopledFixture f;
    auto& world = *f.world;
    auto& administration = f.services->administration;
    const auto member = world.principal(*f.senegal);
    CHECK(key(administration.parties(member, {})) == "access.not_found");
    CHECK(key(administration.create_party(member, "KEN", "Kenya")) == "access.not_found");
    CHECK(key(administration.suspend_party(member, "FRA", "x")) == "access.not_found");
    CHECK(key(administration.suspend_account(member, "admin", "x")) == "access.not_found");
    CHECK(key(administration.sessions(member, {})) == "access.not_found");
    CHECK(key(administration.audit(member, {})) == "access.not_found");
    CHECK(key(administration.counts(member)) == "access.not_found");

    world.sign_in(*f.admin);
    const auto admin = world.principal(*f.admin);
    CHECK(administration.counts(admin).value().parties == 2);
    CHECK(administration.counts(admin).value().accounts == 3);
    CHECK(key(administration.suspend_account(admin, "admin", "x")) == "account.own");
    CHECK(key(administration.suspend_account(admin, "nobody", "x")) == "access.not_found");
    CHECK(key(administration.suspend_party(admin, "KEN", "x")) == "access.not_found");
    CHECK(administration.sessions(admin, {}).value().items.size() >= 3);
    auto audit = administration.audit(admin, {"", 2}).value();
    REQUIRE(audit.items.size() == 2);
    const auto older = administration.audit(admin, {audit.next_cursor, 2}).value();
    CHECK(older.items[0].sequence == audit.items[1].sequence - 1);

    REQUIRE(administration.suspend_party(admin, "SEN", "x"));
    CHECK(f.services->chains.parties(world.principal(*f.france), {}).value().items[1].state == "suspended");
    REQUIRE(administration.resume_party(admin, "SEN", "x"));
    world.sign_in(*f.senegal);
}

TEST_CASE("a repeated request with a key is answered as before; with other content it is refused",
          "[service][idempotency]") {
    PeopledFixture f;
    const auto who = f.world->principal(*f.senegal);
    auto& idempotency = f.services->idempotency;
    const auto digest = crypto::sha256(as_bytes("request"));
    CHECK_FALSE(idempotency.find(who, "key-1", digest).value());
    idempotency.remember(who, "key-1", digest, {201, to_bytes("answer")});
    CHECK(idempotency.find(who, "key-1", digest).value()->body == to_bytes("answer"));
    CHECK(key(idempotency.find(who, "key-1", crypto::sha256(as_bytes("other")))) == "idempotency.reused");
    CHECK_FALSE(idempotency.find(f.world->principal(*f.france), "key-1", digest).value());
    f.clock.pass(25 * kHour);
    f.world->sign_in(*f.senegal);
    CHECK_FALSE(idempotency.find(f.world->principal(*f.senegal), "key-1", digest).value());
}
