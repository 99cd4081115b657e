// The web client's session, as the API gives it: a cookie and never a token, from our own page and from nowhere else.
#include <catch2/catch_test_macros.hpp>

#include "crypto/encoding/base64.hpp"
#include "crypto/password.hpp"
#include "platform/service/totp.hpp"
#include "tests/unit/web/api_world.hpp"

namespace rogatory::tests {
namespace {

const ApiWorld::Fields kOurPage{{"Rogatory-Client", "web"}, {"Sec-Fetch-Site", "same-origin"}};

ApiWorld::Fields with_cookie(const std::string& cookie, ApiWorld::Fields fields = kOurPage) {
    fields.emplace_back("Cookie", cookie);
    return fields;
}

// "name=value" of a reply that sets the session's cookie as it must be set; empty: it sets none.
std::string cookie_of(const ApiWorld::Reply& reply) {
    const auto field = reply.header("Set-Cookie");
    if (field.empty()) return {};
    const auto end = field.find(';');
    CHECK(field.substr(end) == "; Path=/; Secure; HttpOnly; SameSite=Strict");
    CHECK(field.starts_with("__Host-rogatory="));
    return field.substr(0, end);
}

ApiWorld::Reply sign_in(ApiWorld& world, const ApiWorld::Account& account, const ApiWorld::Fields& fields,
                        const std::string& with = "sign_in") {
    world.pass(31);
    const auto challenged = world.call("POST", "/api/v1/sign-in/challenge", "",
                                       json::serialize(json::object{{"user_name", account.user_name}}), kOurPage);
    const auto challenge = *encoding::base64_decode(std::string_view{challenged.object().at("challenge").as_string()});
    const auto text = crypto::sign_in_text("https://exchange.example", account.user_name, challenge);
    const auto& key = with == "kit" ? account.kit_key : account.sign_in_key;
    return world.call(
        "POST", "/api/v1/sign-in", "",
        json::serialize(json::object{{"user_name", account.user_name},
                                     {"challenge", base64_of(challenge)},
                                     {"with", with},
                                     {"signature", base64_of(key.sign(text).value())},
                                     {"totp", service::totp_code(account.totp_secret, world.clock.now())}}),
        fields);
}

std::string problem(const ApiWorld::Reply& reply) {
    return reply.status < 400 ? std::string{} : std::string{reply.object().at("type").as_string()}.substr(21);
}

}  // namespace

TEST_CASE("the page gets a cookie and no token, and is signed in with it", "[web][session]") {
    ApiWorld world;
    const auto founder = world.found_party("SEN");
    for (const std::string with : {"sign_in", "kit"}) {
        INFO(with);
        const auto reply = sign_in(world, *founder, kOurPage, with);
        CHECK(reply.status == 200);
        CHECK_FALSE(reply.object().contains("token"));
        const auto cookie = cookie_of(reply);
        CHECK(cookie.size() == 16 + 43);
        CHECK(world.call("GET", "/api/v1/me/bundle", "", "", with_cookie(cookie)).status == 200);
        CHECK(world.call("GET", "/api/v1/me", "", "", with_cookie(cookie)).status == (with == "kit" ? 404 : 200));
    }
    // A program gets a token and no cookie.
    const auto program = sign_in(world, *founder, {});
    CHECK(program.object().contains("token"));
    CHECK(cookie_of(program).empty());
    CHECK(world.broken.empty());
}

TEST_CASE("no other page signs anybody in, or acts with his cookie", "[web][session]") {
    ApiWorld world;
    const auto founder = world.found_party("SEN");
    const std::vector<ApiWorld::Fields> elsewhere{
        {{"Rogatory-Client", "web"}, {"Sec-Fetch-Site", "cross-site"}},
        {{"Rogatory-Client", "web"}, {"Sec-Fetch-Site", "same-site"}},
        {{"Rogatory-Client", "web"}, {"Sec-Fetch-Site", "none"}},
        {{"Rogatory-Client", "web"}, {"Origin", "https://evil.example"}},
        {{"Rogatory-Client", "web"}, {"Origin", "null"}},
        {{"Rogatory-Client", "web"}},
        {{"Rogatory-Client", "desk"}, {"Sec-Fetch-Site", "same-origin"}},
    };
    for (const auto& fields : elsewhere) {
        const auto reply = sign_in(world, *founder, fields);
        CHECK(problem(reply) == "http.cross_site");
        CHECK(cookie_of(reply).empty());
        CHECK(problem(world.call("POST", "/api/v1/invitations/redeem", "", R"({"redeem":"AAECAwQFBgcICQoLDA0ODw=="})",
                                 fields)) == "http.cross_site");
    }
    const auto cookie = cookie_of(sign_in(world, *founder, kOurPage));
    for (auto fields : elsewhere) {
        fields.emplace_back("Cookie", cookie);
        CHECK(problem(world.call("DELETE", "/api/v1/session", "", "", fields)) == "http.cross_site");
        CHECK(problem(world.call("PUT", "/api/v1/me/state", "", "x", fields)) == "http.cross_site");
    }
    // Not even a read is done for another page.
    CHECK(problem(world.call("GET", "/api/v1/me", "", "", with_cookie(cookie, {{"Sec-Fetch-Site", "cross-site"}}))) ==
          "http.cross_site");
    CHECK(problem(world.call("GET", "/api/v1/me", "", "", with_cookie(cookie, {{"Sec-Fetch-Site", "same-site"}}))) ==
          "http.cross_site");
    CHECK(world.call("GET", "/api/v1/me", "", "", with_cookie(cookie)).status == 200);
}

TEST_CASE("an invitation's session is a cookie too, and the full session takes its place", "[web][session]") {
    ApiWorld world;
    const auto founder = world.found_party("SEN");
    const auto invitation = world.invite(*founder, model::Role::officer);
    const auto redeem = [&](const ApiWorld::Fields& fields) {
        return world.call("POST", "/api/v1/invitations/redeem", "",
                          json::serialize(json::object{{"redeem", base64_of(invitation.redeem)}}), fields);
    };
    const auto first = redeem(kOurPage);
    CHECK_FALSE(first.object().contains("token"));
    const auto enrolment = cookie_of(first);
    CHECK(world.call("GET", "/api/v1/enrolment", "", "", with_cookie(enrolment)).status == 200);
    CHECK(world.call("POST", "/api/v1/enrolment/totp", "", "", with_cookie(enrolment)).status == 200);
    CHECK(world.call("POST", "/api/v1/enrolment/totp", "", "", {{"Cookie", enrolment}}).status == 403);

    const auto full = cookie_of(sign_in(world, *founder, with_cookie(enrolment)));
    CHECK(full != enrolment);
    CHECK(world.call("GET", "/api/v1/enrolment", "", "", with_cookie(enrolment)).status == 401);
    CHECK(world.call("GET", "/api/v1/me", "", "", with_cookie(full)).status == 200);
    // Two cookies of the name: somebody has planted one.
    CHECK(world.call("GET", "/api/v1/me", "", "", with_cookie(full + "; " + enrolment)).status == 401);
    CHECK(world.broken.empty());
}

TEST_CASE("signing out ends the session and takes the cookie, and nothing else, away", "[web][session]") {
    ApiWorld world;
    const auto founder = world.found_party("SEN");
    const auto cookie = cookie_of(sign_in(world, *founder, kOurPage));
    const auto out = world.call("DELETE", "/api/v1/session", "", "", with_cookie(cookie));
    CHECK(out.status == 204);
    CHECK(out.header("Set-Cookie") == "__Host-rogatory=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
    CHECK_FALSE(out.headers.has("Clear-Site-Data"));
    CHECK(world.call("GET", "/api/v1/me", "", "", with_cookie(cookie)).status == 401);
    const auto program = world.sign_in(*founder);
    CHECK_FALSE(world.call("DELETE", "/api/v1/session", program).headers.has("Set-Cookie"));
}

TEST_CASE("a second factor shown once more gives the session a new token and no new age", "[web][session]") {
    ApiWorld world;
    const auto founder = world.found_party("SEN");
    const auto step_up = [&](const std::string& cookie, const std::string& code) {
        return world.call("POST", "/api/v1/session/step-up", "", json::serialize(json::object{{"totp", code}}),
                          with_cookie(cookie));
    };
    const auto signed_in = sign_in(world, *founder, kOurPage);
    const auto cookie = cookie_of(signed_in);
    CHECK(problem(step_up(cookie, "000000")) == "sign_in.refused");
    // The code of the sign-in is spent.
    CHECK(problem(step_up(cookie, service::totp_code(founder->totp_secret, world.clock.now()))) == "sign_in.refused");
    world.pass(31);
    const auto renewed = step_up(cookie, service::totp_code(founder->totp_secret, world.clock.now()));
    CHECK(renewed.status == 200);
    CHECK(renewed.object().at("expires_at") == signed_in.object().at("expires_at"));
    const auto next = cookie_of(renewed);
    CHECK(next != cookie);
    CHECK(world.call("GET", "/api/v1/me", "", "", with_cookie(cookie)).status == 401);
    CHECK(world.call("GET", "/api/v1/me", "", "", with_cookie(next)).status == 200);
    // Wrong codes are few.
    for (int i = 0; i < 10; ++i) (void)step_up(next, "000000");
    CHECK(step_up(next, "000000").status == 429);
    CHECK(world.broken.empty());
}

TEST_CASE("a register is written only with a second factor that was shown lately", "[web][session]") {
    ApiWorld world;
    const auto founder = world.found_party("SEN");
    const auto reader = world.join(*founder, model::Role::reader);
    world.sign_in(*founder);
    // Half an hour of use.
    for (int i = 0; i < 31; ++i) {
        world.pass(60);
        REQUIRE(world.call("GET", "/api/v1/me", founder->token).status == 200);
    }
    const auto& by = *founder->person;
    world.world.must(by, by.register_chain,
                     record::RoleChanged{by.authority, reader->person->member, model::Role::officer});
    const auto body = world.append_body({world.world.history().back().statement});
    CHECK(problem(world.call("POST", "/api/v1/statements", founder->token, body)) == "session.step_up");
    const auto renewed =
        world.call("POST", "/api/v1/session/step-up", founder->token,
                   json::object{{"totp", service::totp_code(founder->totp_secret, world.clock.now())}});
    REQUIRE(renewed.status == 200);
    CHECK(
        world.call("POST", "/api/v1/statements", std::string{renewed.object().at("token").as_string()}, body).status ==
        201);
    CHECK(world.broken.empty());
}

TEST_CASE("where a Party lets in the program alone, what shows a browser is refused, token or not", "[web][session]") {
    ApiWorld world;
    const auto founder = world.found_party("SEN");
    world.world.must(*founder->person, founder->person->register_chain,
                     record::AccessPolicySet{std::nullopt, {}, true, false, false, 900, 43'200, false});
    world.push(*founder);
    const auto token = world.sign_in(*founder);
    CHECK(world.call("GET", "/api/v1/me", token).status == 200);
    for (const auto& shows : {ApiWorld::Fields{{"Origin", "https://exchange.example"}},
                              {{"Origin", "null"}},
                              {{"Sec-Fetch-Site", "same-origin"}},
                              {{"Sec-Fetch-Site", "none"}}}) {
        INFO(shows.front().first << ": " << shows.front().second);
        CHECK(problem(world.call("GET", "/api/v1/me", token, "", shows)) == "access.native_only");
        CHECK(problem(sign_in(world, *founder, shows)) == "access.native_only");
    }
    CHECK(problem(sign_in(world, *founder, kOurPage)) == "access.native_only");
    CHECK(sign_in(world, *founder, {}).status == 200);
    CHECK(world.broken.empty());
}

}  // namespace rogatory::tests
