#include <algorithm>

#include "crypto/encoding/base64.hpp"
#include "web/api/append_request.hpp"
#include "web/api/blob_source.hpp"
#include "web/api/caller.hpp"
#include "web/api/handlers.hpp"
#include "web/api/json_text.hpp"
#include "web/api/reply.hpp"
#include "web/http/fields.hpp"

namespace rogatory::api {
namespace {

constexpr std::size_t kMaxCard = 64 * 1024;
constexpr std::size_t kMaxKeptCode = 64 * 1024;

json::object encode_party(const service::PartyItem& party) {
    json::object out{{"code", party.code}, {"name", party.name}, {"state", party.state}};
    if (party.register_chain) out["register"] = hex(*party.register_chain);
    if (party.founded_id) out["founded_id"] = hex(*party.founded_id);
    return out;
}

void write_participant(JsonText& out, const service::Participant& participant) {
    out.open('{').name("party").hex(participant.party.value());
    out.name("authority").hex(participant.authority.value()).close('}');
}

void write_dossier(JsonText& out, const service::DossierItem& dossier) {
    out.open('{').name("chain").hex(dossier.chain.value());
    out.name("kind").text(dossier.kind);
    out.name("opened_at").number(dossier.opened_at);
    out.name("head_seq").number(dossier.head_seq);
    out.name("last_index").number(dossier.last_index);
    write_participant(out.name("opener"), dossier.opener);
    out.name("participants").open('[');
    for (const auto& participant : dossier.participants) write_participant(out, participant);
    out.close(']').close('}');
}

Response dossier_page(const service::Page<service::DossierItem>& page) {
    JsonText out;
    out.open('{').name("items").open('[');
    for (const auto& dossier : page.items) write_dossier(out, dossier);
    out.close(']');
    if (!page.next_cursor.empty()) out.name("next_cursor").text(page.next_cursor);
    return Response::text(200, "application/json", out.close('}').take());
}

Result<std::optional<ports::AuthorityId>> authority_in_query(const Context& context) {
    const auto text = context.query_value("authority");
    if (!text) return std::optional<ports::AuthorityId>{};
    const auto bytes = encoding::hex_decode_array<16>(*text);
    if (!bytes) return Members::invalid("authority");
    return std::optional{ports::AuthorityId{*bytes}};
}

Result<service::InvitationRequest> decode_invitation(const Request& request) {
    ROGATORY_TRY(const auto object, parse_object(request.body));
    Members members{object};
    service::InvitationRequest invitation;
    ROGATORY_TRY(const auto* const append, members.object("append"));
    ROGATORY_TRY(invitation.append, decode_append(*append));
    ROGATORY_TRY(const auto id, members.hex<16>("invitation_id"));
    invitation.invitation = ports::InvitationId{id};
    ROGATORY_TRY(const auto redeem, members.hex<32>("redeem_sha256"));
    invitation.redeem_sha256 = ports::Digest{redeem};
    ROGATORY_TRY(invitation.card, members.base64("card", kMaxCard));
    ROGATORY_TRY(invitation.kept_code, members.base64("kept_code", kMaxKeptCode));
    ROGATORY_TRY_VOID(members.done());
    return invitation;
}

json::object encode_invitation(const service::InvitationItem& item) {
    json::object out{{"invitation_id", hex(item.invitation)},
                     {"authority", hex(item.authority)},
                     {"role", item.role},
                     {"state", item.state},
                     {"not_after", item.not_after}};
    if (item.record) out["record"] = encoding::base64_encode(*item.record);
    if (item.mac) out["mac"] = encoding::base64_encode(*item.mac);
    if (item.kept_code) out["kept_code"] = encoding::base64_encode(*item.kept_code);
    return out;
}

Result<service::RecoveryRequest> decode_recovery(const Request& request) {
    ROGATORY_TRY(const auto object, parse_object(request.body));
    Members members{object};
    service::RecoveryRequest recovery;
    ROGATORY_TRY(const auto authority, members.hex<16>("authority"));
    recovery.authority = ports::AuthorityId{authority};
    ROGATORY_TRY(const auto id, members.hex<16>("invitation_id"));
    recovery.invitation = ports::InvitationId{id};
    ROGATORY_TRY(const auto member, members.hex<16>("member_id"));
    recovery.member = ports::MemberId{member};
    ROGATORY_TRY(const auto not_after, members.integer("not_after"));
    recovery.not_after = static_cast<UnixSeconds>(not_after);
    ROGATORY_TRY(const auto redeem, members.hex<32>("redeem_sha256"));
    recovery.redeem_sha256 = ports::Digest{redeem};
    ROGATORY_TRY(recovery.card, members.base64("card", kMaxCard));
    ROGATORY_TRY(recovery.kept_code, members.base64("kept_code", kMaxKeptCode));
    ROGATORY_TRY_VOID(members.done());
    return recovery;
}

Response attachment_reply(const Request& request, service::Attachment found) {
    const auto tag = http::entity_tag(hex(found.sha256));
    if (has_tag(request, "If-None-Match", tag)) return not_modified(tag);
    const auto size = found.reader->size();
    http::RangeAnswer answer;
    // If-Range asks for the part only of the very file it had a part of (RFC 9110 §13.1.5).
    const auto if_range = request.headers.find("If-Range");
    if (const auto range = request.headers.find("Range"); range && (!if_range || *if_range == tag)) {
        answer = http::parse_range(*range, size);
    }
    if (answer.outcome == http::RangeOutcome::unsatisfiable) {
        auto response = http::problem(416, "http.range_unsatisfiable", request.request_id);
        response.headers.add("Content-Range", "bytes */" + std::to_string(size));
        response.headers.add("ETag", tag);
        return response;
    }
    const bool part = answer.outcome == http::RangeOutcome::part;
    auto response = Response::empty(part ? 206 : 200);
    response.headers.add("Content-Type", "application/octet-stream");
    response.headers.add("Content-Disposition", "attachment");
    response.headers.add("ETag", tag);
    response.headers.add("Accept-Ranges", "bytes");
    if (part) {
        response.headers.add("Content-Range", "bytes " + std::to_string(answer.range.first) + '-' +
                                                  std::to_string(answer.range.last) + '/' + std::to_string(size));
    }
    const auto first = part ? answer.range.first : 0;
    response.source = std::make_unique<BlobSource>(std::move(found.reader), first, part ? answer.range.length() : size);
    return response;
}

}  // namespace

Response parties(Services& services, const Request& request, const Context& context) {
    auto page = page_request(context);
    if (!page) return http::problem(page.error(), request.request_id);
    // A directory of some two hundred States and a few bodies: one page unless the caller asks for smaller ones.
    if (!context.query_value("limit")) page->limit = 1000;
    return reply(request, services.chains.parties(principal_of(context), *page),
                 [](const service::Page<service::PartyItem>& found) { return page_reply(found, encode_party); });
}

Response chain(Services& services, const Request& request, const Context& context) {
    constexpr std::uint64_t kMaxLimit = 500;
    const auto id = id_in_path<ports::ChainId, 32>(context, "chain");
    if (!id) return http::problem(id.error(), request.request_id);
    const auto from = http::parse_unsigned(context.query_value("from").value_or("0"));
    const auto limit = http::parse_unsigned(context.query_value("limit").value_or("100"));
    if (!from || !limit || *limit == 0) {
        return http::problem(Members::invalid(from ? "limit" : "from").value(), request.request_id);
    }
    const auto count = static_cast<std::size_t>(std::min(*limit, kMaxLimit));
    return reply(request, services.chains.read(principal_of(context), *id, *from, count),
                 [](const service::ChainPage& page) {
                     JsonText out;
                     out.open('{').name("head_seq").number(page.head_seq).name("items").open('[');
                     for (const auto& item : page.items) {
                         out.open('{').name("seq").number(item.seq).name("id").hex(item.id.value());
                         out.name("index").number(item.index);
                         out.name("envelope").text(as_text(item.envelope)).close('}');
                     }
                     out.close(']').close('}');
                     return Response::text(200, "application/json", out.take());
                 });
}

Response blob(Services& services, const Request& request, const Context& context) {
    const auto chain = id_in_path<ports::ChainId, 32>(context, "chain");
    const auto digest = id_in_path<ports::Digest, 32>(context, "sha256");
    if (!chain || !digest) return http::problem((chain ? digest.error() : chain.error()), request.request_id);
    return reply(request, services.chains.blob(principal_of(context), *chain, *digest), [&](Bytes bytes) {
        const auto tag = http::entity_tag(hex(*digest));
        if (has_tag(request, "If-None-Match", tag)) return not_modified(tag);
        auto response = bytes_reply(std::move(bytes));
        response.headers.add("ETag", tag);
        return response;
    });
}

Response attachment(Services& services, const Request& request, const Context& context) {
    const auto chain = id_in_path<ports::ChainId, 32>(context, "chain");
    const auto id = id_in_path<ports::AttachmentId, 16>(context, "id");
    if (!chain || !id) return http::problem((chain ? id.error() : chain.error()), request.request_id);
    return reply(request, services.chains.attachment(principal_of(context), *chain, *id),
                 [&request](std::variant<service::Attachment, service::Tombstone> found) {
                     if (const auto* const tombstone = std::get_if<service::Tombstone>(&found)) {
                         return http::problem(Error{ErrorCode::expired, "attachment.withdrawn"}.with(
                                                  "withdrawn_at", std::to_string(tombstone->withdrawn_at)),
                                              request.request_id);
                     }
                     return attachment_reply(request, std::get<service::Attachment>(std::move(found)));
                 });
}

Response dossiers(Services& services, const Request& request, const Context& context) {
    const auto page = page_request(context);
    const auto authority = authority_in_query(context);
    if (!page || !authority) {
        return http::problem((page ? authority.error() : page.error()), request.request_id);
    }
    return reply(request, services.chains.dossiers(principal_of(context), *authority, *page), dossier_page);
}

Response append(Services& services, const Request& request, const Context& context) {
    const auto object = parse_object(request.body);
    if (!object) return http::problem(object.error(), request.request_id);
    const auto decoded = decode_append(*object);
    if (!decoded) return http::problem(decoded.error(), request.request_id);
    return reply(request, services.append.append(principal_of(context), *decoded),
                 [](const std::vector<service::Appended>& items) { return json_reply(201, encode_appended(items)); });
}

Response invitations(Services& services, const Request& request, const Context& context) {
    const auto authority = authority_in_query(context);
    if (!authority) return http::problem(authority.error(), request.request_id);
    if (!*authority) {
        return http::problem(Error{ErrorCode::invalid_input, "http.field_missing"}.with("field", "authority"),
                             request.request_id);
    }
    return reply(
        request, services.invitations.list(principal_of(context), **authority),
        [](const std::vector<service::InvitationItem>& items) { return list_reply(items, encode_invitation); });
}

Response recoveries(Services& services, const Request& request, const Context& context) {
    const auto authority = authority_in_query(context);
    if (!authority) return http::problem(authority.error(), request.request_id);
    if (!*authority) {
        return http::problem(Error{ErrorCode::invalid_input, "http.field_missing"}.with("field", "authority"),
                             request.request_id);
    }
    return reply(
        request, services.recoveries.list(principal_of(context), **authority),
        [](const std::vector<service::InvitationItem>& items) { return list_reply(items, encode_invitation); });
}

Response kit_attempts(Services& services, const Request& request, const Context& context) {
    const auto authority = authority_in_query(context);
    if (!authority) return http::problem(authority.error(), request.request_id);
    if (!*authority) {
        return http::problem(Error{ErrorCode::invalid_input, "http.field_missing"}.with("field", "authority"),
                             request.request_id);
    }
    return reply(request, services.kit_attempts.list(principal_of(context), **authority),
                 [](const std::vector<service::KitAttempt>& attempts) {
                     return list_reply(attempts, [](const service::KitAttempt& one) {
                         json::object item{{"member", hex(one.member)}};
                         if (one.since) item["since"] = *one.since;
                         if (one.available_at) item["available_at"] = *one.available_at;
                         if (one.used_at) item["used_at"] = *one.used_at;
                         return item;
                     });
                 });
}

Response begin_recovery(Services& services, const Request& request, const Context& context) {
    const auto decoded = decode_recovery(request);
    if (!decoded) return http::problem(decoded.error(), request.request_id);
    return no_content(request, services.recoveries.begin(principal_of(context), *decoded));
}

Response invite(Services& services, const Request& request, const Context& context) {
    const auto decoded = decode_invitation(request);
    if (!decoded) return http::problem(decoded.error(), request.request_id);
    return reply(request, services.invitations.invite(principal_of(context), *decoded),
                 [](const std::vector<service::Appended>& items) { return json_reply(201, encode_appended(items)); });
}

Response cancel_invitation(Services& services, const Request& request, const Context& context) {
    const auto id = id_in_path<ports::InvitationId, 16>(context, "id");
    if (!id) return http::problem(id.error(), request.request_id);
    return no_content(request, services.invitations.cancel(principal_of(context), *id));
}

}  // namespace rogatory::api
