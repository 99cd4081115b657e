#include "platform/record/envelope.hpp"

#include <utility>

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/canonical_json.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/record/codec.hpp"

namespace rogatory::record {
namespace {

using encoding::Json;

const std::string* text_of(const Json::Object& object, std::string_view name) {
    const auto found = object.find(name);
    return found == object.end() ? nullptr : found->second.string();
}

// The one signature of {"signatures":[{"sig":"…"}]}; a `keyid` or a second signature is one field or element too many.
std::optional<model::Signature> only_signature(const Json::Object& envelope) {
    const auto found = envelope.find("signatures");
    const auto* list = found == envelope.end() ? nullptr : found->second.array();
    if (list == nullptr || list->size() != 1) return std::nullopt;
    const auto* object = list->front().object();
    if (object == nullptr || object->size() != 1 || object->begin()->first != "sig") return std::nullopt;
    return codec::Value<model::Signature>::read(object->begin()->second);
}

}  // namespace

Result<Envelope> Envelope::parse(std::string_view json) {
    const auto malformed = [] { return fail(ErrorCode::invalid_input, "statement.envelope"); };
    if (json.size() > kMaxEnvelopeBytes) return fail(ErrorCode::too_large, "statement.too_large");
    const auto value = encoding::parse_canonical_json(json);
    if (!value) return malformed();
    const auto* object = value->object();
    if (object == nullptr || object->size() != 3) return malformed();
    const auto* payload = text_of(*object, "payload");
    const auto* type = text_of(*object, "payloadType");
    const auto signature = only_signature(*object);
    if (payload == nullptr || type == nullptr || !signature) return malformed();
    const auto bytes = encoding::base64_decode(*payload);
    if (!bytes) return malformed();
    if (bytes->size() > kMaxPayloadBytes) return fail(ErrorCode::too_large, "statement.too_large");
    return Envelope{*type, std::string{as_text(*bytes)}, *signature};
}

std::string Envelope::encode() const {
    Json::Object signed_by;
    signed_by.emplace("sig", codec::Value<model::Signature>::write(signature));
    Json::Object object;
    object.emplace("payload", encoding::base64_encode(as_bytes(payload)));
    object.emplace("payloadType", payload_type);
    object.emplace("signatures", Json::Array{Json{std::move(signed_by)}});
    return encoding::encode_canonical_json(Json{std::move(object)});
}

std::string Envelope::pre_authentication_encoding() const {
    return "DSSEv1 " + std::to_string(payload_type.size()) + ' ' + payload_type + ' ' + std::to_string(payload.size()) +
           ' ' + payload;
}

model::StatementId Envelope::id() const {
    return model::StatementId{crypto::sha256(as_bytes(pre_authentication_encoding())).value()};
}

bool Envelope::verify(const model::VerifyKey& key) const {
    return key.verify(as_bytes(pre_authentication_encoding()), signature);
}

}  // namespace rogatory::record
