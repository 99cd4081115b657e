// Passkeys through the API: registered, shown, copied, taken away.
#include <catch2/catch_test_macros.hpp>

#include "crypto/encoding/base64.hpp"
#include "crypto/password.hpp"
#include "platform/service/totp.hpp"
#include "tests/unit/web/api_world.hpp"
#include "tests/unit/web/soft_authenticator.hpp"

namespace rogatory::tests {
namespace {

constexpr std::string_view kOrigin = "https://exchange.example";

std::string problem(const ApiWorld::Reply& reply) {
    return reply.status < 400 ? std::string{} : std::string{reply.object().at("type").as_string()}.substr(21);
}
std::string text_of(const ApiWorld::Reply& reply, std::string_view name) {
    return std::string{reply.object().at(name).as_string()};
}

Bytes challenge(ApiWorld& world) {
    const auto reply =
        world.call("POST", "/api/v1/sign-in/challenge", "", json::object{{"user_name", "anybody-at-all"}});
    return *encoding::base64_decode(text_of(reply, "challenge"));
}

json::object encode(const webauthn::Assertion& assertion) {
    return {{"credential_id", base64_of(assertion.credential_id)},
            {"client_data", base64_of(assertion.client_data)},
            {"authenticator_data", base64_of(assertion.authenticator_data)},
            {"signature", base64_of(assertion.signature)}};
}
json::object encode(const webauthn::Registration& registration, const Bytes& over, bool unlocks) {
    return {{"challenge", base64_of(over)},
            {"client_data", base64_of(registration.client_data)},
            {"attestation_object", base64_of(registration.attestation_object)},
            {"unlocks", unlocks}};
}

ApiWorld::Reply add(ApiWorld& world, const std::string& token, SoftAuthenticator& device, bool unlocks = false) {
    const auto over = challenge(world);
    return world.call("POST", "/api/v1/me/passkeys", token, encode(device.create(over), over, unlocks));
}

// `device` null: no second factor at all.
ApiWorld::Reply sign_in(ApiWorld& world, const ApiWorld::Account& account, SoftAuthenticator* device,
                        const std::string& with = "sign_in") {
    const auto over = challenge(world);
    json::object body{{"user_name", account.user_name}, {"challenge", base64_of(over)}, {"with", with}};
    if (with != "passkey") {
        const auto& key = with == "kit" ? account.kit_key : account.sign_in_key;
        body["signature"] = base64_of(key.sign(crypto::sign_in_text(kOrigin, account.user_name, over)).value());
    }
    if (device != nullptr) body["passkey"] = encode(device->get(over));
    return world.call("POST", "/api/v1/sign-in", "", body);
}

}  // namespace

TEST_CASE("a passkey is a second factor at sign-in, with the kit and for acts of access managers", "[web][passkey]") {
    ApiWorld world;
    const auto founder = world.found_party("SEN");
    SoftAuthenticator device{world.world.random};
    const auto token = world.sign_in(*founder);
    REQUIRE(add(world, token, device).status == 201);
    const auto me = world.call("GET", "/api/v1/me", token).object();
    CHECK(me.at("second_factors") == json::array{"totp", "passkey"});
    const auto list = world.call("GET", "/api/v1/me/passkeys", token).object().at("items").as_array();
    REQUIRE(list.size() == 1);
    CHECK(std::string_view{list[0].at("credential_id").as_string()} == base64_of(device.id()));

    CHECK(sign_in(world, *founder, &device).status == 200);
    CHECK(text_of(sign_in(world, *founder, &device, "kit"), "scope") == "kit");
    CHECK(problem(sign_in(world, *founder, nullptr)) == "sign_in.refused");

    const auto over = challenge(world);
    const json::object body{{"challenge", base64_of(over)}, {"passkey", encode(device.get(over))}};
    const auto renewed = world.call("POST", "/api/v1/session/step-up", token, body);
    CHECK(renewed.status == 200);
    CHECK(world.call("GET", "/api/v1/me", token).status == 401);
    // The challenge is spent.
    CHECK(problem(world.call("POST", "/api/v1/session/step-up", text_of(renewed, "token"), body)) == "sign_in.refused");
    CHECK(world.broken.empty());
}

TEST_CASE("a passkey that opens the bundle signs in by itself, and no other does", "[web][passkey]") {
    ApiWorld world;
    const auto founder = world.found_party("SEN");
    const auto other = world.found_party("FRA");
    SoftAuthenticator plain{world.world.random};
    SoftAuthenticator unlocking{world.world.random};
    REQUIRE(add(world, world.sign_in(*founder), plain).status == 201);
    REQUIRE(add(world, founder->token, unlocking, true).status == 201);
    CHECK(problem(sign_in(world, *founder, &plain, "passkey")) == "sign_in.refused");
    CHECK(problem(sign_in(world, *other, &unlocking, "passkey")) == "sign_in.refused");
    CHECK(problem(sign_in(world, *founder, nullptr, "passkey")) == "sign_in.refused");
    const auto full = sign_in(world, *founder, &unlocking, "passkey");
    CHECK(text_of(full, "scope") == "full");
    CHECK(world.call("GET", "/api/v1/me/bundle", text_of(full, "token")).status == 200);
    CHECK(world.broken.empty());
}

TEST_CASE("no spoilt passkey answer signs anybody in", "[web][passkey]") {
    ApiWorld world;
    const auto founder = world.found_party("SEN");
    SoftAuthenticator device{world.world.random};
    SoftAuthenticator stranger{world.world.random};
    SoftAuthenticator elsewhere{world.world.random, "https://evil.example"};
    const auto token = world.sign_in(*founder);
    REQUIRE(add(world, token, device).status == 201);
    CHECK(problem(add(world, token, device)) == "passkey.exists");
    CHECK(problem(add(world, token, elsewhere)) == "passkey.registration");

    stranger.verifies_user = false;
    CHECK(problem(add(world, token, stranger)) == "passkey.registration");
    CHECK(problem(sign_in(world, *founder, &stranger)) == "sign_in.refused");
    device.verifies_user = false;
    CHECK(problem(sign_in(world, *founder, &device)) == "sign_in.refused");
    device.verifies_user = true;
    device.says_origin = "https://exchange.example.evil";
    CHECK(problem(sign_in(world, *founder, &device)) == "sign_in.refused");
    device.says_origin.clear();

    // An answer to another challenge, and an answer sent twice.
    const auto over = challenge(world);
    const auto answer = encode(device.get(over));
    const auto body = [&](const Bytes& said) {
        return json::object{
            {"user_name", founder->user_name},
            {"challenge", base64_of(said)},
            {"with", "sign_in"},
            {"signature",
             base64_of(founder->sign_in_key.sign(crypto::sign_in_text(kOrigin, founder->user_name, said)).value())},
            {"passkey", answer}};
    };
    CHECK(problem(world.call("POST", "/api/v1/sign-in", "", body(challenge(world)))) == "sign_in.refused");
    CHECK(world.call("POST", "/api/v1/sign-in", "", body(over)).status == 200);
    CHECK(problem(world.call("POST", "/api/v1/sign-in", "", body(over))) == "sign_in.refused");
    CHECK(world.broken.empty());
}

TEST_CASE("a copied authenticator is refused and told of", "[web][passkey]") {
    ApiWorld world;
    const auto founder = world.found_party("SEN");
    SoftAuthenticator device{world.world.random};
    REQUIRE(add(world, world.sign_in(*founder), device).status == 201);
    REQUIRE(sign_in(world, *founder, &device).status == 200);
    REQUIRE(sign_in(world, *founder, &device).status == 200);
    device.counter -= 2;
    CHECK(problem(sign_in(world, *founder, &device)) == "sign_in.refused");
    const auto admin = world.sign_in(*world.administrator());
    const auto audit = world.call("GET", "/api/v1/admin/audit", admin);
    CHECK(audit.body.find("passkey.counter_went_back") != std::string::npos);
    // The person's own goes on.
    device.counter += 5;
    CHECK(sign_in(world, *founder, &device).status == 200);
}

TEST_CASE("passkeys are added and removed by who showed a second factor lately, and the last one stays",
          "[web][passkey]") {
    ApiWorld world;
    const auto founder = world.found_party("SEN");
    SoftAuthenticator device{world.world.random};
    auto token = world.sign_in(*founder);
    for (int i = 0; i < 31; ++i) {
        world.pass(60);
        REQUIRE(world.call("GET", "/api/v1/me", token).status == 200);
    }
    CHECK(problem(add(world, token, device)) == "session.step_up");
    token = world.sign_in(*founder);
    const auto added = add(world, token, device);
    REQUIRE(added.status == 201);
    const auto path = "/api/v1/me/passkeys/" + std::to_string(added.object().at("id").as_int64());
    const auto stranger = world.found_party("FRA");
    CHECK(world.call("DELETE", path, world.sign_in(*stranger)).status == 404);
    CHECK(world.call("DELETE", path, token).status == 204);
    CHECK(world.call("DELETE", path, token).status == 404);
    CHECK(problem(sign_in(world, *founder, &device)) == "sign_in.refused");
    CHECK(world.broken.empty());
}

TEST_CASE("who is invited may enrol with a passkey and no code", "[web][passkey]") {
    ApiWorld world;
    const auto founder = world.found_party("SEN");
    const auto invitation = world.invite(*founder, model::Role::officer);
    const auto record = record::sign(
        world.world.record_of(*invitation.joining, invitation.invited.invitation, model::Role::officer, false),
        invitation.joining->key);
    SoftAuthenticator device{world.world.random};
    ApiWorld::Account account{"with.passkey",
                              crypto::SigningKey::generate(world.world.random),
                              crypto::SigningKey::generate(world.world.random),
                              {},
                              {},
                              invitation.joining,
                              false};
    const auto over = challenge(world);
    json::object body{{"user_name", account.user_name},
                      {"language", "fr"},
                      {"sign_in_key", hex_of(account.sign_in_key.verify_key().bytes())},
                      {"kit_key", hex_of(account.kit_key.verify_key().bytes())},
                      {"record", base64_of(as_bytes(record::encode(record)))},
                      {"mac", base64_of(Bytes(32, 1))},
                      {"bundle", base64_of(as_bytes(std::string_view{"age-encryption.org/v1\n"}))},
                      {"new_passkey", encode(device.create(challenge(world)), over, true)}};
    // Over another challenge than the one it names.
    CHECK(problem(world.call("POST", "/api/v1/enrolment", invitation.token, body)) == "passkey.registration");
    body["new_passkey"] = encode(device.create(over), over, true);
    REQUIRE(world.call("POST", "/api/v1/enrolment", invitation.token, body).status == 201);
    // Once more after an answer that got lost.
    CHECK(world.call("POST", "/api/v1/enrolment", invitation.token, body).status == 201);

    const auto& by = *founder->person;
    const auto members = world.world.register_of(by).keyring_recipients(by.authority).size();
    world.world.must(by, by.register_chain, record::MemberAdded{record, world.blob(members + 1)});
    world.push(*founder);
    const auto signed_in = sign_in(world, account, &device);
    REQUIRE(signed_in.status == 200);
    const auto token = text_of(signed_in, "token");
    CHECK(world.call("GET", "/api/v1/me", token).object().at("second_factors") == json::array{"passkey"});
    const auto list = world.call("GET", "/api/v1/me/passkeys", token).object().at("items").as_array();
    const auto path = "/api/v1/me/passkeys/" + std::to_string(list.at(0).at("id").as_int64());
    CHECK(problem(world.call("DELETE", path, token)) == "passkey.last");
    CHECK(world.broken.empty());
}

}  // namespace rogatory::tests
