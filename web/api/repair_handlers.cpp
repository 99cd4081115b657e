// The repair of a log that was put back to an older copy.
#include "crypto/encoding/base64.hpp"
#include "web/api/append_request.hpp"
#include "web/api/caller.hpp"
#include "web/api/handlers.hpp"
#include "web/api/reply.hpp"

namespace rogatory::api {
namespace {

constexpr std::size_t kMaxEntryBytes = 4 * 1024 * 1024;  // 65,536 entries of 64 bytes
constexpr std::size_t kMaxProof = 128;
constexpr std::size_t kMaxStatements = 1000;

using service::LogRepair;

json::object encode_status(const LogRepair::Status& status) {
    json::array missing;
    for (const auto& range : status.ranges)
        missing.push_back(json::object{{"first", range.first}, {"last", range.last}});
    return {{"behind", status.behind},      {"repairable", !status.damaged && !status.contradicted},
            {"size", status.size},          {"target", status.target},
            {"entries", status.entries},    {"missing", status.missing},
            {"ranges", std::move(missing)}, {"lost", status.lost},
            {"lost_from", status.lost_from}};
}

Result<LogRepair::Envelope> decode_envelope(const json::value& value) {
    ROGATORY_TRY(const auto* const object, element(value, "statements"));
    Members members{*object};
    LogRepair::Envelope out;
    ROGATORY_TRY(out.index, members.integer("index"));
    ROGATORY_TRY(const auto envelope, members.text("envelope", kMaxEnvelope));
    ROGATORY_TRY_VOID(members.done());
    out.envelope = to_bytes(envelope);
    return out;
}

struct Entries {
    std::uint64_t from = 0;
    std::vector<tlog::Entry> entries;
    tlog::ProofPath proof;
};
Result<Entries> decode_entries(const Request& request) {
    ROGATORY_TRY(const auto object, parse_object(request.body));
    Members members{object};
    Entries out;
    ROGATORY_TRY(out.from, members.integer("from"));
    ROGATORY_TRY(const auto bytes, members.base64("entries", kMaxEntryBytes));
    constexpr auto kBytes = tlog::Entry::kBytes;
    if (bytes.empty() || bytes.size() % kBytes != 0) return Members::invalid("entries");
    for (std::size_t i = 0; i < bytes.size(); i += kBytes) {
        out.entries.push_back(tlog::Entry::from(std::span<const std::uint8_t, kBytes>{bytes.data() + i, kBytes}));
    }
    ROGATORY_TRY(const auto proof, members.base64("consistency", kMaxProof * tlog::kHashBytes));
    if (proof.size() % tlog::kHashBytes != 0) return Members::invalid("consistency");
    for (std::size_t i = 0; i < proof.size(); i += tlog::kHashBytes) {
        tlog::Hash::Value hash{};
        std::copy_n(proof.begin() + static_cast<std::ptrdiff_t>(i), hash.size(), hash.begin());
        out.proof.emplace_back(hash);
    }
    ROGATORY_TRY_VOID(members.done());
    return out;
}

struct Statements {
    std::vector<LogRepair::Envelope> envelopes;
    std::vector<service::InlineBlob> blobs;
};
Result<Statements> decode_statements(const Request& request) {
    ROGATORY_TRY(const auto object, parse_object(request.body));
    Members members{object};
    Statements out;
    ROGATORY_TRY(const auto* const statements, members.array("statements", kMaxStatements));
    for (const auto& value : *statements) {
        ROGATORY_TRY(auto envelope, decode_envelope(value));
        out.envelopes.push_back(std::move(envelope));
    }
    ROGATORY_TRY(const auto* const blobs, members.array("blobs", kMaxBlobs));
    for (const auto& value : *blobs) {
        ROGATORY_TRY(auto blob, decode_blob(value));
        out.blobs.push_back(std::move(blob));
    }
    ROGATORY_TRY_VOID(members.done());
    return out;
}

}  // namespace

Response repair_status(Services& services, const Request&, const Context&) {
    auto response = json_reply(200, encode_status(services.repair.status()));
    response.headers.add("Cache-Control", "no-store");
    return response;
}

Response repair_entries(Services& services, const Request& request, const Context&) {
    const auto decoded = decode_entries(request);
    if (!decoded) return http::problem(decoded.error(), request.request_id);
    return reply(request, services.repair.entries(decoded->from, decoded->entries, decoded->proof),
                 [](const LogRepair::Status& status) { return json_reply(200, encode_status(status)); });
}

Response repair_statements(Services& services, const Request& request, const Context& context) {
    const auto decoded = decode_statements(request);
    if (!decoded) return http::problem(decoded.error(), request.request_id);
    return reply(
        request, services.repair.statements(principal_of(context), decoded->envelopes, decoded->blobs),
        [](const LogRepair::Placed& placed) {
            json::array wanted;
            for (const auto& lost : placed.wanted) {
                json::object one{{"chain", hex(lost.chain)}, {"sha256", hex(lost.sha256)}, {"index", lost.index}};
                if (lost.attachment) one["attachment"] = hex(*lost.attachment);
                wanted.push_back(std::move(one));
            }
            return json_reply(200, json::object{{"placed", placed.placed},
                                                {"blobs", placed.blobs},
                                                {"wanted", std::move(wanted)},
                                                {"status", encode_status(placed.status)}});
        });
}

}  // namespace rogatory::api
