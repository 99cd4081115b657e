#include "crypto/encoding/base64.hpp"
#include "web/api/caller.hpp"
#include "web/api/handlers.hpp"
#include "web/api/names.hpp"
#include "web/api/reply.hpp"
#include "web/http/fields.hpp"

namespace rogatory::api {
namespace {

Result<service::BundleWrite> decode_bundle(const Request& request) {
    ROGATORY_TRY(const auto object, parse_object(request.body));
    Members members{object};
    service::BundleWrite write;
    ROGATORY_TRY(write.expected_version, members.integer("expected_version"));
    ROGATORY_TRY(write.bundle, members.base64("bundle", kMaxBundle));
    ROGATORY_TRY(write.sign_in_key, members.hex<32>("sign_in_key"));
    if (members.has("kit_key")) {
        ROGATORY_TRY(write.kit_key, members.hex<32>("kit_key"));
    }
    ROGATORY_TRY(write.challenge, members.base64("challenge", kMaxChallenge));
    ROGATORY_TRY(const auto with, members.word("signed_with", {"sign_in", "kit"}));
    write.signed_with = with == 0 ? service::SignInKey::sign_in : service::SignInKey::kit;
    ROGATORY_TRY(write.signature, members.base64_array<64>("signature"));
    if (members.has("totp_secret")) {
        service::NewTotp fresh;
        ROGATORY_TRY(fresh.secret, members.base64_array<20>("totp_secret"));
        ROGATORY_TRY(fresh.code, members.text("totp", 6));
        write.totp = std::move(fresh);
    }
    ROGATORY_TRY_VOID(members.done());
    return write;
}

// If-Match with the one version that was read; a write without it is a 428, so that nobody overwrites unseen.
Result<std::uint64_t> expected_version(const Request& request) {
    const auto field = request.headers.find("If-Match");
    if (!field) return fail(ErrorCode::precondition_failed, "http.if_match_missing");
    const auto tags = http::parse_entity_tags(*field);
    if (!tags || tags->size() != 1 || tags->front().size() < 3) {
        return fail(ErrorCode::invalid_input, "http.if_match_malformed");
    }
    const auto version = http::parse_unsigned(std::string_view{tags->front()}.substr(1, tags->front().size() - 2));
    if (!version) return fail(ErrorCode::precondition_failed, "state.version");
    return *version;
}

Response versioned_reply(service::Versioned found) {
    auto response = bytes_reply(std::move(found.bytes));
    response.headers.add("ETag", http::entity_tag(std::to_string(found.version)));
    return response;
}

Response version_reply(std::uint64_t version) {
    auto response = json_reply(200, json::object{{"version", version}});
    response.headers.add("ETag", http::entity_tag(std::to_string(version)));
    return response;
}

json::object encode_membership(const service::Membership& membership) {
    return {{"register", hex(membership.register_chain)},
            {"party", membership.party_code},
            {"authority", hex(membership.authority)},
            {"member", hex(membership.member)},
            {"role", json::string_view{role_name(membership.role)}}};
}

}  // namespace

Response me(Services& services, const Request& request, const Context& context) {
    return reply(request, services.account.me(principal_of(context)), [](const service::Me& me) {
        json::array memberships;
        for (const auto& membership : me.memberships) memberships.push_back(encode_membership(membership));
        json::array factors;
        for (const auto& factor : me.second_factors) factors.push_back(json::string_view{factor});
        json::object body{{"user_name", me.user_name},
                          {"kind", json::string_view{account_kind_name(me.kind)}},
                          {"memberships", std::move(memberships)},
                          {"bundle_version", me.bundle_version},
                          {"language", me.language},
                          {"second_factors", std::move(factors)}};
        if (me.kit_tried_at) body["kit_tried_at"] = *me.kit_tried_at;
        return json_reply(200, body);
    });
}

Response read_bundle(Services& services, const Request& request, const Context& context) {
    return reply(request, services.account.bundle(principal_of(context)), versioned_reply);
}

Response write_bundle(Services& services, const Request& request, const Context& context) {
    auto decoded = decode_bundle(request);
    if (!decoded) return http::problem(decoded.error(), request.request_id);
    return reply(request, services.account.write_bundle(principal_of(context), *decoded), version_reply);
}

Response read_state(Services& services, const Request& request, const Context& context) {
    return reply(request, services.account.state(principal_of(context)), versioned_reply);
}

Response write_state(Services& services, const Request& request, const Context& context) {
    const auto version = expected_version(request);
    if (!version) return http::problem(version.error(), request.request_id);
    return reply(request, services.account.write_state(principal_of(context), *version, as_bytes(request.body)),
                 version_reply);
}

Response my_sessions(Services& services, const Request& request, const Context& context) {
    return reply(request, services.account.sessions(principal_of(context)),
                 [](const std::vector<service::SessionInfo>& sessions) {
                     return list_reply(sessions, [](const service::SessionInfo& session) {
                         return json::object{{"id", hex(session.id)},
                                             {"scope", json::string_view{scope_name(session.scope)}},
                                             {"created_at", session.created_at},
                                             {"last_seen_at", session.last_seen_at},
                                             {"current", session.current}};
                     });
                 });
}

Response end_kit_attempt(Services& services, const Request& request, const Context& context) {
    return no_content(request, services.kit_attempts.end(principal_of(context)));
}

Response end_my_session(Services& services, const Request& request, const Context& context) {
    const auto id = id_in_path<ports::SessionId, 16>(context, "id");
    if (!id) return http::problem(id.error(), request.request_id);
    return no_content(request, services.account.end_session(principal_of(context), *id));
}

}  // namespace rogatory::api
