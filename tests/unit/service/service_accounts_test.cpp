// A machine's account: its key file and nothing beside it, for as long as an access manager leaves it.
#include <functional>

#include <catch2/catch_test_macros.hpp>

#include "crypto/password.hpp"
#include "platform/record/chains.hpp"
#include "platform/record/enrolment_record.hpp"
#include "tests/unit/service/sign_in_requests.hpp"

using namespace rogatory;
using namespace rogatory::tests;

namespace {

template <class T>
std::string key(const Result<T>& result) {
    return result ? std::string{"yes"} : result.error().key();
}

OfficialPtr admit(ServerWorld& world, Official& custodian, model::Role role, const std::string& user_name) {
    auto pending = world.answer_invitation(custodian, role, user_name, true);
    world.approve(custodian, pending);
    world.sign_in(*pending.official);
    return pending.official;
}

}  // namespace

TEST_CASE("a service signs in by its key alone, and by no other way", "[service][accounts]") {
    PeopledFixture f;
    auto& world = *f.world;
    auto pending = world.answer_invitation(*f.senegal, model::Role::officer, "sen.intake", true);
    CHECK(key(world.try_sign_in(*pending.official)) == "sign_in.refused");
    world.approve(*f.senegal, pending);
    const auto& machine = *pending.official;
    CHECK(outcome(f, request_for(f, machine, service::SignInKey::service)) == "signed in");
    CHECK(outcome(f, request_for(f, machine, service::SignInKey::kit)) == "sign_in.refused");
    auto as_person = request_for(f, machine, service::SignInKey::sign_in);
    CHECK(outcome(f, as_person) == "sign_in.refused");
    CHECK(outcome(f, request_for(f, *f.senegal, service::SignInKey::service)) == "sign_in.refused");
    auto other = request_for(f, machine, service::SignInKey::service);
    other.signature = f.senegal->sign_in_key.sign(as_bytes("something else")).value();
    CHECK(outcome(f, other) == "sign_in.refused");
}

TEST_CASE("a service's session shows no second factor, and its credentials stay as they are", "[service][accounts]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto machine = admit(world, *f.senegal, model::Role::officer, "sen.intake");
    const auto principal = world.principal(*machine);
    CHECK(principal.kind() == service::AccountKind::service);
    CHECK(!principal.stepped_up());
    CHECK(key(f.services->sign_in.step_up(principal, {})) == "access.not_found");
    CHECK(f.services->account.me(principal).value().second_factors.empty());

    service::BundleWrite write;
    write.expected_version = 1;
    write.bundle = world.age_file();
    const auto thief = crypto::SigningKey::generate(world.random);
    write.sign_in_key = thief.verify_key().bytes();
    write.challenge = f.services->sign_in.challenge(machine->user_name, "a").value().challenge;
    const crypto::VerifyKey none{ByteArray<32>{}};
    write.signature =
        machine->sign_in_key
            .sign(crypto::credential_change_text("https://test.example", machine->user_name, write.challenge,
                                                 {1, write.bundle, thief.verify_key(), none}))
            .value();
    CHECK(key(f.services->account.write_bundle(principal, write)) == "bundle.of_service");
    CHECK(outcome(f, request_for(f, *machine, service::SignInKey::service)) == "signed in");
}

TEST_CASE("a service enrols with nothing but its key, as a new member, and waits for its admission",
          "[service][accounts]") {
    PeopledFixture f;
    auto& world = *f.world;
    auto pending = world.answer_invitation(*f.senegal, model::Role::reader, "sen.siem", true);
    const auto session = f.services->authenticator.authenticate(pending.token).value();
    world.approve(*f.senegal, pending);
    // The session that the code opened is nobody's way in.
    const auto challenge = f.services->sign_in.challenge("sen.siem", "a").value().challenge;
    const auto signature =
        pending.official->sign_in_key.sign(crypto::sign_in_text("https://test.example", "sen.siem", challenge));
    CHECK(key(f.services->enrolment.enter(session, challenge, signature.value())) == "sign_in.refused");

    const auto attempt = [&](bool service, const std::function<void(service::EnrolmentRequest&)>& change) {
        auto official = world.person("sen.other");
        const auto redeem = world.random.bytes<16>();
        const record::Invited body{record::random_id<model::InvitationId>(world.random),
                                   record::InvitationPurpose::member,
                                   f.senegal->authority,
                                   official->member,
                                   model::Role::reader,
                                   service,
                                   f.clock.now() + kDay,
                                   record::random_id<model::Digest>(world.random)};
        auto invited = world.sign(*f.senegal, f.senegal->register_chain, body);
        service::AppendRequest append;
        append.envelopes.push_back(to_bytes(invited.encode()));
        const auto stored = f.services->invitations
                                .invite(world.principal(*f.senegal), {append, body.invitation, crypto::sha256(redeem),
                                                                      to_bytes("card"), to_bytes("kept")})
                                .value();
        world.learn(invited, stored.front().index);
        const auto redeemed = f.services->enrolment.redeem(redeem, "192.0.2.3").value();
        const auto enrolling = f.services->authenticator.authenticate(redeemed.session.token).value();
        const auto secret = f.services->enrolment.totp_secret(enrolling).value();
        service::EnrolmentRequest request;
        request.user_name = official->user_name;
        request.language = "en";
        request.record = to_bytes(encode(record::sign(
            record::EnrolmentRecord{body.invitation, world.ref(*f.senegal).party, body.authority, body.member,
                                    body.role, service, model::DisplayName::parse("SIEM").value(),
                                    official->key.verify_key(), official->identity.recipient(), std::nullopt},
            official->key)));
        request.bundle = world.age_file();
        request.sign_in_key = official->sign_in_key.verify_key().bytes();
        request.kit_key = official->kit_key.verify_key().bytes();
        request.totp = service::totp_code(secret, f.clock.now());
        change(request);
        return key(f.services->enrolment.enrol(enrolling, request));
    };
    CHECK(attempt(true, [](auto&) {}) == "enrolment.malformed");
    CHECK(attempt(true, [](auto& request) { request.kit_key.reset(); }) == "enrolment.malformed");
    CHECK(attempt(true, [](auto& request) { request.totp.clear(); }) == "enrolment.malformed");
    CHECK(attempt(false, [](auto& request) { request.kit_key.reset(); }) == "enrolment.malformed");
    CHECK(attempt(false, [](auto& request) { request.totp.clear(); }) == "enrolment.totp");
    CHECK(attempt(true, [](auto& request) {
              request.kit_key.reset();
              request.totp.clear();
          }) == "yes");
}

TEST_CASE("a service that is suspended or removed is out with the next request", "[service][accounts]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto machine = admit(world, *f.senegal, model::Role::reader, "sen.siem");
    const auto& admin = *f.admin;
    f.clock.pass(31);
    world.sign_in(*f.admin);
    REQUIRE(f.services->administration.suspend_account(world.principal(admin), "sen.siem", "reason"));
    CHECK(key(world.authenticate(*machine)) == "session.ended");
    CHECK(outcome(f, request_for(f, *machine, service::SignInKey::service)) == "sign_in.refused");
    REQUIRE(f.services->administration.resume_account(world.principal(admin), "sen.siem", "reason"));
    world.sign_in(*machine);
    world.sign_in(*f.senegal);
    world.remove(*f.senegal, *machine);
    CHECK(!world.authenticate(*machine));
    CHECK(outcome(f, request_for(f, *machine, service::SignInKey::service)) == "sign_in.refused");
}
