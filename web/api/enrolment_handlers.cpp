#include <array>

#include "crypto/encoding/base64.hpp"
#include "web/api/append_request.hpp"
#include "web/api/caller.hpp"
#include "web/api/handlers.hpp"
#include "web/api/reply.hpp"
#include "web/api/second_factor_json.hpp"
#include "web/api/session_cookie.hpp"

namespace rogatory::api {
namespace {

constexpr std::size_t kMaxRedeem = 64;
constexpr std::size_t kMaxRecord = 64 * 1024;

Result<Bytes> decode_redeem(const Request& request) {
    ROGATORY_TRY(const auto object, parse_object(request.body));
    Members members{object};
    ROGATORY_TRY(auto redeem, members.base64("redeem", kMaxRedeem));
    ROGATORY_TRY_VOID(members.done());
    return redeem;
}

Result<service::EnrolmentRequest> decode_enrolment(const Request& request) {
    ROGATORY_TRY(const auto object, parse_object(request.body));
    Members members{object};
    service::EnrolmentRequest enrolment;
    ROGATORY_TRY(enrolment.user_name, members.text("user_name", kMaxUserName));
    ROGATORY_TRY(enrolment.language, members.text("language", 2));
    ROGATORY_TRY(enrolment.sign_in_key, members.hex<32>("sign_in_key"));
    if (members.has("kit_key")) {
        ROGATORY_TRY(enrolment.kit_key, members.hex<32>("kit_key"));
    }
    if (members.has("totp")) {
        ROGATORY_TRY(enrolment.totp, members.text("totp", 6));
    } else if (members.has("new_passkey")) {
        ROGATORY_TRY(const auto* const passkey, members.object("new_passkey"));
        ROGATORY_TRY(enrolment.passkey, decode_new_passkey(*passkey));
    } else if (members.has("passkey")) {
        ROGATORY_TRY(enrolment.challenge, members.base64("challenge", kMaxChallenge));
        ROGATORY_TRY(enrolment.assertion, decode_assertion(members, "passkey"));
    }
    if (members.has("record")) {
        ROGATORY_TRY(enrolment.record, members.base64("record", kMaxRecord));
        ROGATORY_TRY(enrolment.mac, members.base64_array<32>("mac"));
    }
    if (members.has("bundle")) {
        ROGATORY_TRY(enrolment.bundle, members.base64("bundle", kMaxBundle));
    }
    if (members.has("append")) {
        ROGATORY_TRY(const auto* const append, members.object("append"));
        ROGATORY_TRY(enrolment.append, decode_append(*append));
    }
    ROGATORY_TRY_VOID(members.done());
    return enrolment;
}

std::string_view kind_name(service::InvitationKind kind) {
    switch (kind) {
        case service::InvitationKind::founder:
            return "founder";
        case service::InvitationKind::authority:
            return "authority";
        case service::InvitationKind::member:
            return "member";
        case service::InvitationKind::rekey:
            return "rekey";
        case service::InvitationKind::administrator:
            return "administrator";
        case service::InvitationKind::recovery:
            return "recovery";
    }
    return {};
}

std::string_view state_name(service::EnrolmentState state) {
    switch (state) {
        case service::EnrolmentState::open:
            return "open";
        case service::EnrolmentState::answered:
            return "answered";
        case service::EnrolmentState::live:
            return "live";
    }
    return {};
}

}  // namespace

Response redeem(Services& services, const Request& request, const Context&) {
    auto code = decode_redeem(request);
    if (!code) return http::problem(code.error(), request.request_id);
    return reply(request, services.enrolment.redeem(*code, request.peer), [&](const service::Redeemed& answer) {
        json::object body{{"expires_at", answer.session.expires_at},
                          {"invitation_id", hex(answer.invitation)},
                          {"kind", json::string_view{kind_name(answer.kind)}},
                          {"card", encoding::base64_encode(answer.card)}};
        const bool as_cookie = wants_cookie(request);
        if (!as_cookie) body["token"] = json::string_view{answer.session.token};
        auto response = json_reply(200, body);
        if (as_cookie) {
            replace_cookie_session(services, request);
            set_session_cookie(response, answer.session.token);
        }
        return response;
    });
}

Response enrolment_totp(Services& services, const Request& request, const Context& context) {
    return reply(request, services.enrolment.totp_secret(principal_of(context)), [](const ByteArray<20>& secret) {
        return json_reply(200, json::object{{"secret", encoding::base64_encode(secret)}});
    });
}

Response enrolment_state(Services& services, const Request& request, const Context& context) {
    return reply(request, services.enrolment.state(principal_of(context)), [](service::EnrolmentState state) {
        return json_reply(200, json::object{{"state", json::string_view{state_name(state)}}});
    });
}

Response enrol(Services& services, const Request& request, const Context& context) {
    auto decoded = decode_enrolment(request);
    if (!decoded) return http::problem(decoded.error(), request.request_id);
    return reply(request, services.enrolment.enrol(principal_of(context), *decoded),
                 [](const std::vector<service::Appended>& items) { return json_reply(201, encode_appended(items)); });
}

}  // namespace rogatory::api
