#include "platform/agent/draft_file.hpp"

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/canonical_json.hpp"
#include "crypto/encoding/hex.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

using encoding::Json;

constexpr std::size_t kMostDraftBytes = 32 * 1024 * 1024;

std::string text_of(const Json::Object& fields, std::string_view name) {
    const auto found = fields.find(name);
    const auto* text = found == fields.end() ? nullptr : found->second.string();
    return text == nullptr ? std::string{} : *text;
}

Json encode_order(const ports::remote::InvitationOrder& order) {
    return Json::Object{{"card", encoding::base64_encode(order.card)},
                        {"invitation", encoding::hex_encode(order.invitation_id)},
                        {"kept_code", encoding::base64_encode(order.kept_code)},
                        {"redeem_sha256", encoding::hex_encode(order.redeem_sha256)}};
}

Result<ports::remote::InvitationOrder> decode_order(const Json& json) {
    const auto* fields = json.object();
    if (fields == nullptr) return draft_damaged();
    const auto id = encoding::hex_decode_array<16>(text_of(*fields, "invitation"));
    const auto redeem = encoding::hex_decode_array<32>(text_of(*fields, "redeem_sha256"));
    auto card = encoding::base64_decode(text_of(*fields, "card"));
    auto kept_code = encoding::base64_decode(text_of(*fields, "kept_code"));
    if (!id || !redeem || !card || card->empty() || !kept_code || kept_code->empty()) return draft_damaged();
    ports::remote::InvitationOrder order;
    order.invitation_id = *id;
    order.redeem_sha256 = *redeem;
    order.card = *std::move(card);
    order.kept_code = *std::move(kept_code);
    return order;
}

}  // namespace

tl::unexpected<Error> draft_damaged() { return fail(ErrorCode::invalid_input, "draft.damaged"); }

Bytes encode_draft(const Package& package) {
    Json::Array envelopes;
    for (const auto& statement : package.statements) envelopes.emplace_back(statement.encode());
    Json::Array blobs;
    for (const auto& blob : package.blobs) blobs.emplace_back(encoding::base64_encode(blob.data));
    Json::Object fields{{"blobs", std::move(blobs)}, {"envelopes", std::move(envelopes)}};
    if (package.invitation) fields.emplace("order", encode_order(*package.invitation));
    return to_bytes(encoding::encode_canonical_json(fields));
}

Result<Package> decode_draft(ByteView bytes) {
    const auto json = encoding::parse_canonical_json(as_text(bytes), kMostDraftBytes);
    const auto* fields = json ? json->object() : nullptr;
    if (fields == nullptr || !fields->contains("blobs") || !fields->contains("envelopes")) return draft_damaged();
    const auto* envelopes = fields->at("envelopes").array();
    const auto* blobs = fields->at("blobs").array();
    if (envelopes == nullptr || blobs == nullptr || envelopes->empty()) return draft_damaged();
    Package package;
    for (const auto& envelope : *envelopes) {
        if (envelope.string() == nullptr) return draft_damaged();
        ROGATORY_TRY(auto statement, record::SignedStatement::parse(*envelope.string()));
        package.add(std::move(statement));
    }
    for (const auto& blob : *blobs) {
        auto data = blob.string() == nullptr ? std::nullopt : encoding::base64_decode(*blob.string());
        if (!data) return draft_damaged();
        const auto digest = crypto::sha256(*data).value();
        package.blobs.push_back({digest, *std::move(data)});
    }
    if (const auto order = fields->find("order"); order != fields->end()) {
        ROGATORY_TRY(package.invitation, decode_order(order->second));
    }
    return package;
}

}  // namespace rogatory::agent
