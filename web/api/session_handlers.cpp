#include "crypto/encoding/base64.hpp"
#include "web/api/caller.hpp"
#include "web/api/handlers.hpp"
#include "web/api/reply.hpp"
#include "web/api/second_factor_json.hpp"
#include "web/api/session_cookie.hpp"

namespace rogatory::api {
namespace {

Result<std::string> decode_challenge_request(const Request& request) {
    ROGATORY_TRY(const auto object, parse_object(request.body));
    Members members{object};
    ROGATORY_TRY(auto user_name, members.text("user_name", kMaxUserName));
    ROGATORY_TRY_VOID(members.done());
    return user_name;
}

Result<service::SignInRequest> decode_sign_in(const Request& request) {
    ROGATORY_TRY(const auto object, parse_object(request.body));
    Members members{object};
    service::SignInRequest sign_in;
    ROGATORY_TRY(sign_in.user_name, members.text("user_name", kMaxUserName));
    ROGATORY_TRY(sign_in.challenge, members.base64("challenge", kMaxChallenge));
    ROGATORY_TRY(const auto with, members.word("with", {"sign_in", "kit", "service", "passkey"}));
    sign_in.with = static_cast<service::SignInKey>(with);
    if (sign_in.with != service::SignInKey::passkey) {
        ROGATORY_TRY(sign_in.signature, members.base64_array<64>("signature"));
    }
    if (members.has("totp")) {
        ROGATORY_TRY(sign_in.totp, members.text("totp", 6));
    }
    if (members.has("passkey")) {
        ROGATORY_TRY(sign_in.passkey, decode_assertion(members, "passkey"));
    }
    ROGATORY_TRY_VOID(members.done());
    return sign_in;
}
static_assert(static_cast<int>(service::SignInKey::sign_in) == 0 && static_cast<int>(service::SignInKey::kit) == 1 &&
              static_cast<int>(service::SignInKey::service) == 2 && static_cast<int>(service::SignInKey::passkey) == 3);

struct EnterRequest {
    Bytes challenge;
    ByteArray<64> signature{};
};

Result<EnterRequest> decode_enter(const Request& request) {
    ROGATORY_TRY(const auto object, parse_object(request.body));
    Members members{object};
    EnterRequest enter;
    ROGATORY_TRY(enter.challenge, members.base64("challenge", kMaxChallenge));
    ROGATORY_TRY(enter.signature, members.base64_array<64>("signature"));
    ROGATORY_TRY_VOID(members.done());
    return enter;
}

Result<service::StepUpRequest> decode_step_up(const Request& request) {
    ROGATORY_TRY(const auto object, parse_object(request.body));
    Members members{object};
    service::StepUpRequest step_up;
    if (members.has("totp")) {
        ROGATORY_TRY(step_up.totp, members.text("totp", 6));
    } else {
        ROGATORY_TRY(step_up.challenge, members.base64("challenge", kMaxChallenge));
        ROGATORY_TRY(step_up.passkey, decode_assertion(members, "passkey"));
    }
    ROGATORY_TRY_VOID(members.done());
    return step_up;
}

Response session_reply(const Request& request, const service::SignedIn& session) {
    json::object body{{"scope", session.scope == service::Scope::kit ? "kit" : "full"},
                      {"expires_at", session.expires_at}};
    const bool as_cookie = wants_cookie(request);
    if (!as_cookie) body["token"] = json::string_view{session.token};
    auto response = json_reply(200, body);
    if (as_cookie) set_session_cookie(response, session.token);
    return response;
}

}  // namespace

Response server(Services& services, const Request&, const Context&) {
    const auto info = services.log.server();
    json::object out{{"name", info.name},       {"version", info.version}, {"log_origin", info.log_origin},
                     {"log_key", info.log_key}, {"time", info.time},       {"training", info.training}};
    if (info.backups_kept_days != 0) out.emplace("backups_kept_days", info.backups_kept_days);
    return json_reply(200, std::move(out));
}

Response sign_in_challenge(Services& services, const Request& request, const Context&) {
    auto user_name = decode_challenge_request(request);
    if (!user_name) return http::problem(user_name.error(), request.request_id);
    return reply(request, services.sign_in.challenge(*user_name, request.peer), [](const service::Challenge& answer) {
        return json_reply(200, json::object{{"challenge", encoding::base64_encode(answer.challenge)},
                                            {"expires_at", answer.expires_at}});
    });
}

Response sign_in(Services& services, const Request& request, const Context&) {
    auto decoded = decode_sign_in(request);
    if (!decoded) return http::problem(decoded.error(), request.request_id);
    return reply(request,
                 services.sign_in.sign_in(*decoded, request.peer, shows_a_browser(request), request.client_chain),
                 [&](const std::variant<service::SignedIn, service::KitWait>& answer) {
                     if (const auto* const session = std::get_if<service::SignedIn>(&answer)) {
                         replace_cookie_session(services, request);
                         return session_reply(request, *session);
                     }
                     const auto& wait = std::get<service::KitWait>(answer);
                     return json_reply(202, json::object{{"available_at", wait.available_at}});
                 });
}

Response enter_session(Services& services, const Request& request, const Context& context) {
    const auto decoded = decode_enter(request);
    if (!decoded) return http::problem(decoded.error(), request.request_id);
    return reply(
        request,
        services.enrolment.enter(principal_of(context), decoded->challenge, decoded->signature, request.client_chain),
        [&request](const service::SignedIn& session) { return session_reply(request, session); });
}

Response step_up(Services& services, const Request& request, const Context& context) {
    auto decoded = decode_step_up(request);
    if (!decoded) return http::problem(decoded.error(), request.request_id);
    return reply(request, services.sign_in.step_up(principal_of(context), *decoded),
                 [&request](const service::SignedIn& session) { return session_reply(request, session); });
}

Response sign_out(Services& services, const Request& request, const Context& context) {
    services.sign_in.sign_out(principal_of(context));
    auto response = Response::empty(204);
    // The one cookie, and nothing more: Clear-Site-Data would take the person's account key with the page's storage,
    // and with "cookies" the sessions of every other service under the same registered domain.
    if (cookie_token(request)) end_session_cookie(response);
    return response;
}

}  // namespace rogatory::api
