#include "crypto/encoding/base64.hpp"
#include "web/api/caller.hpp"
#include "web/api/handlers.hpp"
#include "web/api/reply.hpp"
#include "web/api/second_factor_json.hpp"
#include "web/http/fields.hpp"

namespace rogatory::api {
namespace {

constexpr std::size_t kMaxCredentialId = 1023;
constexpr std::size_t kMaxClientData = 4 * 1024;
constexpr std::size_t kMaxAuthenticatorData = 4 * 1024;
constexpr std::size_t kMaxAttestationObject = 16 * 1024;
constexpr std::size_t kMaxSignature = 1024;

}  // namespace

Result<webauthn::Assertion> decode_assertion(Members& members, std::string_view name) {
    ROGATORY_TRY(const auto* const object, members.object(name));
    Members inner{*object};
    webauthn::Assertion assertion;
    ROGATORY_TRY(assertion.credential_id, inner.base64("credential_id", kMaxCredentialId));
    ROGATORY_TRY(assertion.client_data, inner.base64("client_data", kMaxClientData));
    ROGATORY_TRY(assertion.authenticator_data, inner.base64("authenticator_data", kMaxAuthenticatorData));
    ROGATORY_TRY(assertion.signature, inner.base64("signature", kMaxSignature));
    ROGATORY_TRY_VOID(inner.done());
    return assertion;
}

Result<service::NewPasskey> decode_new_passkey(const json::object& object) {
    Members members{object};
    service::NewPasskey passkey;
    ROGATORY_TRY(passkey.challenge, members.base64("challenge", kMaxChallenge));
    ROGATORY_TRY(passkey.registration.client_data, members.base64("client_data", kMaxClientData));
    ROGATORY_TRY(passkey.registration.attestation_object, members.base64("attestation_object", kMaxAttestationObject));
    ROGATORY_TRY(passkey.unlocks, members.boolean("unlocks"));
    ROGATORY_TRY_VOID(members.done());
    return passkey;
}

Response my_passkeys(Services& services, const Request& request, const Context& context) {
    return reply(request, services.passkeys.list(principal_of(context)),
                 [](const std::vector<service::PasskeyInfo>& passkeys) {
                     return list_reply(passkeys, [](const service::PasskeyInfo& passkey) {
                         json::object item{{"id", passkey.id},
                                           {"credential_id", encoding::base64_encode(passkey.credential_id)},
                                           {"unlocks", passkey.unlocks},
                                           {"backed_up", passkey.backed_up},
                                           {"created_at", passkey.created_at}};
                         if (passkey.last_used_at) item["last_used_at"] = *passkey.last_used_at;
                         return item;
                     });
                 });
}

Response add_passkey(Services& services, const Request& request, const Context& context) {
    const auto object = parse_object(request.body);
    if (!object) return http::problem(object.error(), request.request_id);
    const auto passkey = decode_new_passkey(*object);
    if (!passkey) return http::problem(passkey.error(), request.request_id);
    return reply(request, services.passkeys.add(principal_of(context), *passkey), [](std::int64_t id) {
        return json_reply(201, json::object{{"id", id}});
    });
}

Response remove_passkey(Services& services, const Request& request, const Context& context) {
    const auto id = http::parse_unsigned(context.path_value("id"));
    // What is no number is the number of nothing.
    constexpr std::int64_t kNone = -1;
    const auto number = id ? static_cast<std::int64_t>(*id) : kNone;
    return no_content(request, services.passkeys.remove(principal_of(context), number));
}

}  // namespace rogatory::api
