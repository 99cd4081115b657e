// Statements, attachments and invitations.
#include "web/client/calls.hpp"

#include <charconv>

#include <fmt/format.h>

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/hex.hpp"

namespace rogatory::client {
namespace {

using namespace ports::remote;  // NOLINT: the values this file is about

constexpr std::size_t kLargestBlob = 1024 * 1024;
constexpr std::string_view kTus = "1.0.0";
constexpr std::string_view kBytesType = "application/offset+octet-stream";

std::string hex_text(ByteView bytes) { return encoding::hex_encode(bytes); }

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t out = 0;
    const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (failure != std::errc{} || stop != text.data() + text.size() || text.empty()) return std::nullopt;
    return out;
}

// The size behind the slash of "bytes 10-99/100", if the range begins where it was asked to.
std::optional<std::uint64_t> total_of(std::string_view content_range, std::uint64_t offset) {
    const auto prefix = fmt::format("bytes {}-", offset);
    const auto slash = content_range.find('/');
    if (!content_range.starts_with(prefix) || slash == std::string_view::npos) return std::nullopt;
    return number(content_range.substr(slash + 1));
}

std::vector<PartyRow> party_rows(const Fields& f) {
    std::vector<PartyRow> out;
    for (const auto& p : f.items("items")) {
        PartyRow row{p.text("code"), p.text("name"), std::nullopt, std::nullopt, p.text("state")};
        if (p.has("register")) row.register_chain = p.hex<32>("register");
        if (p.has("founded_id")) row.founded_id = p.hex<32>("founded_id");
        out.push_back(std::move(row));
    }
    return out;
}

}  // namespace

Result<std::vector<PartyRow>> HttpsServer::parties() {
    return calls_->read<std::vector<PartyRow>>("/api/v1/parties", party_rows);
}
Result<std::vector<PartyRow>> HttpsServer::admin_parties() {
    return calls_->read<std::vector<PartyRow>>("/api/v1/admin/parties", party_rows);
}

Result<ChainPage> HttpsServer::chain(const Hash& chain, std::uint64_t from_seq, unsigned limit) {
    const auto path = fmt::format("/api/v1/chains/{}?from={}&limit={}", hex_text(chain), from_seq, limit);
    auto reply = calls_->get(path, 256 * 1024 * 1024);
    if (!reply) return fail(std::move(reply).error());
    return Calls::decode<ChainPage>(*reply, [](const Fields& f) {
        ChainPage page;
        page.head_seq = f.integer("head_seq");
        for (const auto& s : f.items("items")) {
            page.items.push_back({s.natural("seq"), s.hex<32>("id"), s.natural("index"), to_bytes(s.text("envelope"))});
        }
        return page;
    });
}

Result<std::vector<Appended>> HttpsServer::append(const Append& append) {
    auto reply = calls_->write("POST", "/api/v1/statements", json_of(append));
    if (!reply) return fail(std::move(reply).error());
    return appended_of(*reply);
}

Result<Bytes> HttpsServer::blob(const Hash& chain, const Hash& sha256) {
    auto reply =
        calls_->get(fmt::format("/api/v1/chains/{}/blobs/{}", hex_text(chain), hex_text(sha256)), kLargestBlob);
    if (!reply) return fail(std::move(reply).error());
    return std::move(reply->body);
}

Result<Page<DossierRow>> HttpsServer::dossiers(const Id& authority, std::string_view cursor) {
    auto path = "/api/v1/dossiers?authority=" + hex_text(authority);
    if (!cursor.empty()) path += "&cursor=" + encoded(cursor);
    return calls_->read<Page<DossierRow>>(path, [](const Fields& f) {
        Page<DossierRow> page;
        for (const auto& d : f.items("items")) {
            page.items.push_back({d.hex<32>("chain"), d.text("kind"), d.integer("opened_at"), d.integer("head_seq"),
                                  d.natural("last_index")});
        }
        if (f.has("next_cursor")) page.next_cursor = f.text("next_cursor");
        return page;
    });
}

Result<Downloaded> HttpsServer::download(const Hash& chain, const Id& attachment, const Hash& sha256,
                                         std::uint64_t offset, const Sink& sink) {
    const auto tag = "\"" + hex_text(sha256) + "\"";
    std::uint64_t taken = 0;
    std::uint64_t total = 0;
    HttpsRequest request;
    request.path = fmt::format("/api/v1/chains/{}/attachments/{}", hex_text(chain), hex_text(attachment));
    if (offset > 0) {
        request.headers["Range"] = fmt::format("bytes={}-", offset);
        request.headers["If-Range"] = tag;
    }
    request.on_headers = [&](int status, const std::map<std::string, std::string>& headers) -> Result<> {
        const auto header = [&](const char* name) {
            const auto at = headers.find(name);
            return at == headers.end() ? std::string{} : at->second;
        };
        // Another file than the statement names, or a server that sends the whole where the rest was asked for: nothing
        // of it may be joined to what is there.
        if (header("etag") != tag || (offset > 0) != (status == 206))
            return fail(ErrorCode::integrity, "client.other_file");
        const auto size = status == 206 ? total_of(header("content-range"), offset) : number(header("content-length"));
        if (!size) return fail(ErrorCode::unavailable, "client.answer_not_understood");
        total = *size;
        return {};
    };
    request.sink = [&](ByteView bytes) -> Result<> {
        taken += bytes.size();
        return sink(bytes);
    };
    auto reply = calls_->send(std::move(request));
    if (!reply) return fail(std::move(reply).error());
    // The whole is there already: a range that begins at the end cannot be satisfied.
    if (reply->status == 416 && offset > 0) {
        if (const auto at_end =
                number(reply->header("content-range").substr(reply->header("content-range").find('/') + 1));
            at_end == offset) {
            return Downloaded{offset};
        }
    }
    if (reply->status != 200 && reply->status != 206) return fail(problem_of(*reply));
    if (offset + taken != total) {
        return fail(Error{ErrorCode::unavailable, "client.transfer_cut"}.with("bytes", std::to_string(offset + taken)));
    }
    return Downloaded{total};
}

namespace {

HttpsRequest creation(const Hash& chain, const Id& attachment, const Id& authority, std::uint64_t size) {
    const auto metadata = [](std::string_view name, ByteView id) {
        return fmt::format("{} {}", name, encoding::base64_encode(as_bytes(hex_text(id))));
    };
    HttpsRequest request;
    request.method = "POST";
    request.path = "/api/v1/uploads";
    request.headers["Tus-Resumable"] = kTus;
    request.headers["Upload-Length"] = std::to_string(size);
    request.headers["Upload-Metadata"] =
        metadata("chain", chain) + "," + metadata("attachment", attachment) + "," + metadata("authority", authority);
    return request;
}

Result<UploadTicket> ticket_of(const HttpsReply& reply, const Origin& origin) {
    if (reply.status != 201) return fail(problem_of(reply));
    auto location = reply.header("location");
    if (location.starts_with(origin.text())) location.erase(0, origin.text().size());
    UploadTicket ticket{std::move(location), reply.header("upload-ticket")};
    if (!ticket.location.starts_with("/api/v1/uploads/") || ticket.ticket.empty()) return fail(not_understood(reply));
    return ticket;
}

// Only what our server says has the header: anything else stands in between.
bool is_ours(const HttpsReply& reply) {
    return !reply.header("tus-resumable").empty() ||
           reply.header("content-type").starts_with("application/problem+json");
}

Result<std::uint64_t> durable_offset(const HttpsReply& reply) {
    if (reply.status / 100 != 2) {
        auto error = problem_of(reply);
        if (reply.status == 409) return fail(Error{ErrorCode::conflict, "upload.offset", error.key()});
        return fail(std::move(error));
    }
    const auto offset = number(reply.header("upload-offset"));
    if (!offset) return fail(not_understood(reply));
    return *offset;
}

HttpsRequest tus_request(std::string method, const UploadTicket& ticket) {
    HttpsRequest request;
    request.method = std::move(method);
    request.path = ticket.location;
    request.headers["Tus-Resumable"] = kTus;
    request.headers["Authorization"] = "Bearer " + ticket.ticket;
    return request;
}

}  // namespace

Result<UploadTicket> HttpsServer::begin_upload(const Hash& chain, const Id& attachment, const Id& authority,
                                               std::uint64_t size) {
    auto reply = calls_->send(creation(chain, attachment, authority, size));
    if (!reply) return fail(std::move(reply).error());
    return ticket_of(*reply, calls_->origin());
}

Result<UploadBegun> HttpsServer::upload_at_once(const Hash& chain, const Id& attachment, const Id& authority,
                                                ByteView bytes) {
    const auto not_so = [] { return fail(ErrorCode::unavailable, "upload.not_at_once"); };
    if (calls_->creation_is_bare) return not_so();
    auto request = creation(chain, attachment, authority, bytes.size());
    request.content_type = kBytesType;
    request.body = bytes;
    auto reply = calls_->send(std::move(request));
    if (!reply) return fail(std::move(reply).error());
    // An earlier server knows of no body here.
    if (reply->status / 100 == 4 && (!is_ours(*reply) || problem_of(*reply).key() == "http.body_too_large")) {
        calls_->creation_is_bare = true;
        return not_so();
    }
    auto ticket = ticket_of(*reply, calls_->origin());
    if (!ticket) return fail(std::move(ticket).error());
    // tus has each answer to a creation with bytes say how many were taken; who says nothing took none.
    return UploadBegun{*std::move(ticket), number(reply->header("upload-offset")).value_or(0)};
}

Result<std::uint64_t> HttpsServer::upload_offset(const UploadTicket& ticket) {
    auto reply = calls_->send(tus_request("HEAD", ticket));
    if (!reply) return fail(std::move(reply).error());
    // A HEAD has no body to say why.
    if (reply->status == 404) return fail(ErrorCode::not_found, "upload.not_found");
    if (reply->status == 410) return fail(ErrorCode::expired, "upload.expired");
    return durable_offset(*reply);
}

Result<std::uint64_t> HttpsServer::upload(const UploadTicket& ticket, std::uint64_t offset, ByteView bytes) {
    const auto send = [&](bool override_method) {
        auto request = tus_request(override_method ? "POST" : "PATCH", ticket);
        if (override_method) request.headers["X-HTTP-Method-Override"] = "PATCH";
        request.headers["Upload-Offset"] = std::to_string(offset);
        request.content_type = kBytesType;
        request.body = bytes;
        return calls_->send(std::move(request));
    };
    auto reply = send(calls_->patch_is_blocked);
    if (reply && !calls_->patch_is_blocked && (reply->status == 405 || reply->status == 501 || reply->status == 403) &&
        !is_ours(*reply)) {
        calls_->patch_is_blocked = true;
        reply = send(true);
    }
    if (!reply) return fail(std::move(reply).error());
    return durable_offset(*reply);
}

Result<> HttpsServer::abandon_upload(const UploadTicket& ticket) {
    auto reply = calls_->send(tus_request("DELETE", ticket));
    if (!reply) return fail(std::move(reply).error());
    if (reply->status / 100 != 2 && reply->status != 404 && reply->status != 410) return fail(problem_of(*reply));
    return {};
}

Result<std::vector<Appended>> HttpsServer::invite(const InvitationOrder& order) {
    auto reply = calls_->write("POST", "/api/v1/invitations",
                               json::object{{"append", json_of(order.append)},
                                            {"invitation_id", hex(order.invitation_id)},
                                            {"redeem_sha256", hex(order.redeem_sha256)},
                                            {"card", base64(order.card)},
                                            {"kept_code", base64(order.kept_code)}});
    if (!reply) return fail(std::move(reply).error());
    return appended_of(*reply);
}

namespace {

std::vector<InvitationRow> invitation_rows(const Fields& f) {
    std::vector<InvitationRow> out;
    for (const auto& i : f.items("items")) {
        out.push_back({i.hex<16>("invitation_id"), i.hex<16>("authority"), i.text("role"), i.text("state"),
                       i.integer("not_after"), i.base64_if_there("record"), i.base64_if_there("mac"),
                       i.base64_if_there("kept_code")});
    }
    return out;
}

}  // namespace

Result<std::vector<InvitationRow>> HttpsServer::invitations(const Id& authority) {
    return calls_->read<std::vector<InvitationRow>>("/api/v1/invitations?authority=" + hex_text(authority),
                                                    invitation_rows);
}

Result<> HttpsServer::begin_recovery(const RecoveryOrder& order) {
    auto reply = calls_->write("POST", "/api/v1/recoveries",
                               json::object{{"authority", hex(order.authority)},
                                            {"invitation_id", hex(order.invitation_id)},
                                            {"member_id", hex(order.member_id)},
                                            {"not_after", order.not_after},
                                            {"redeem_sha256", hex(order.redeem_sha256)},
                                            {"card", base64(order.card)},
                                            {"kept_code", base64(order.kept_code)}});
    if (!reply) return fail(std::move(reply).error());
    return {};
}

Result<std::vector<InvitationRow>> HttpsServer::recoveries(const Id& authority) {
    return calls_->read<std::vector<InvitationRow>>("/api/v1/recoveries?authority=" + hex_text(authority),
                                                    invitation_rows);
}

Result<> HttpsServer::cancel_invitation(const Id& invitation) {
    auto reply = calls_->without_body("DELETE", "/api/v1/invitations/" + hex_text(invitation));
    if (!reply) return fail(std::move(reply).error());
    return {};
}

}  // namespace rogatory::client
