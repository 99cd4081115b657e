#include "web/api/append_request.hpp"

#include "web/api/reply.hpp"

namespace rogatory::api {
namespace {

constexpr std::size_t kMaxStatements = 100;
constexpr std::size_t kMaxBlobBytes = 1024 * 1024;

Result<Bytes> decode_statement(const json::value& value) {
    ROGATORY_TRY(const auto* const object, element(value, "statements"));
    Members members{*object};
    ROGATORY_TRY(const auto envelope, members.text("envelope", kMaxEnvelope));
    ROGATORY_TRY_VOID(members.done());
    return to_bytes(envelope);
}

}  // namespace

Result<service::InlineBlob> decode_blob(const json::value& value) {
    ROGATORY_TRY(const auto* const object, element(value, "blobs"));
    Members members{*object};
    ROGATORY_TRY(const auto sha256, members.hex<32>("sha256"));
    ROGATORY_TRY(auto data, members.base64("data", kMaxBlobBytes));
    ROGATORY_TRY_VOID(members.done());
    return service::InlineBlob{ports::Digest{sha256}, std::move(data)};
}

Result<service::AppendRequest> decode_append(const json::object& object) {
    Members members{object};
    service::AppendRequest request;
    ROGATORY_TRY(const auto* const statements, members.array("statements", kMaxStatements));
    for (const auto& value : *statements) {
        ROGATORY_TRY(auto envelope, decode_statement(value));
        request.envelopes.push_back(std::move(envelope));
    }
    ROGATORY_TRY(const auto* const blobs, members.array("blobs", kMaxBlobs));
    for (const auto& value : *blobs) {
        ROGATORY_TRY(auto blob, decode_blob(value));
        request.blobs.push_back(std::move(blob));
    }
    ROGATORY_TRY_VOID(members.done());
    return request;
}

json::object encode_appended(const std::vector<service::Appended>& items) {
    json::array list;
    for (const auto& item : items) {
        list.push_back(json::object{{"id", hex(item.id)}, {"index", item.index}, {"proof", item.proof}});
    }
    return {{"items", std::move(list)}};
}

}  // namespace rogatory::api
