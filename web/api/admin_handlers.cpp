#include "crypto/encoding/base64.hpp"
#include "web/api/caller.hpp"
#include "web/api/handlers.hpp"
#include "web/api/names.hpp"
#include "web/api/reply.hpp"
#include "web/http/fields.hpp"

namespace rogatory::api {
namespace {

constexpr std::size_t kMaxCode = 18;
constexpr std::size_t kMaxPartyName = 200;
constexpr std::size_t kMaxReason = 500;
constexpr std::size_t kMaxCard = 8 * 1024;
constexpr std::size_t kMaxSupportCode = 32;

json::object encode_party(const service::PartyItem& party) {
    json::object out{{"code", party.code}, {"name", party.name}, {"state", party.state}};
    if (party.register_chain) out["register"] = hex(*party.register_chain);
    if (party.founded_id) out["founded_id"] = hex(*party.founded_id);
    return out;
}

json::object encode_board(const service::BoardItem& item) {
    auto out = encode_party(item.party);
    out["stage"] = item.stage;
    if (!item.waits_for.empty()) out["waits_for"] = item.waits_for;
    if (item.since) out["since"] = *item.since;
    if (item.seen_on) out["seen_on"] = *item.seen_on;
    out["recovery"] = item.recovery;
    out["authorities"] = item.authorities;
    out["authorities_live"] = item.authorities_live;
    out["custodians"] = item.custodians;
    out["pinned_by"] = item.pinned_by;
    out["bytes"] = item.bytes;
    out["quota"] = item.quota;
    out["own_quota"] = item.own_quota;
    out["sessions"] = item.sessions;
    return out;
}

Result<std::uint64_t> decode_quota(const Request& request) {
    ROGATORY_TRY(const auto object, parse_object(request.body));
    Members members{object};
    ROGATORY_TRY(const auto bytes, members.integer("bytes"));
    ROGATORY_TRY_VOID(members.done());
    return bytes;
}

Result<std::string> decode_support(const Request& request) {
    ROGATORY_TRY(const auto object, parse_object(request.body));
    Members members{object};
    ROGATORY_TRY(auto code, members.text("code", kMaxSupportCode));
    ROGATORY_TRY_VOID(members.done());
    return code;
}

struct NewParty {
    std::string code;
    std::string name;
};

Result<NewParty> decode_party(const Request& request) {
    ROGATORY_TRY(const auto object, parse_object(request.body));
    Members members{object};
    NewParty party;
    ROGATORY_TRY(party.code, members.text("code", kMaxCode));
    ROGATORY_TRY(party.name, members.text("name", kMaxPartyName));
    ROGATORY_TRY_VOID(members.done());
    return party;
}

Result<std::string> decode_reason(const Request& request) {
    ROGATORY_TRY(const auto object, parse_object(request.body));
    Members members{object};
    ROGATORY_TRY(auto reason, members.text("reason", kMaxReason));
    ROGATORY_TRY_VOID(members.done());
    return reason;
}

Result<service::FirstInvitation> decode_invitation(const Request& request, const Context& context) {
    ROGATORY_TRY(const auto object, parse_object(request.body));
    Members members{object};
    service::FirstInvitation invitation;
    invitation.code = context.path_value("code");
    ROGATORY_TRY(const auto id, members.hex<16>("invitation_id"));
    invitation.invitation = ports::InvitationId{id};
    ROGATORY_TRY(const auto member, members.hex<16>("member_id"));
    invitation.member = ports::MemberId{member};
    ROGATORY_TRY(const auto redeem, members.hex<32>("redeem_sha256"));
    invitation.redeem_sha256 = ports::Digest{redeem};
    ROGATORY_TRY(invitation.card, members.base64("card", kMaxCard));
    ROGATORY_TRY(const auto not_after, members.integer("not_after"));
    invitation.not_after = static_cast<UnixSeconds>(not_after);
    if (members.has("succeeds")) {
        ROGATORY_TRY(const auto succeeds, members.hex<32>("succeeds"));
        invitation.succeeds = ports::PartyId{succeeds};
    }
    ROGATORY_TRY_VOID(members.done());
    return invitation;
}

json::object encode_audit(const service::AuditItem& item) {
    return json::object{{"id", item.sequence},   {"at", item.at},          {"actor", item.actor},
                        {"action", item.action}, {"subject", item.object}, {"outcome", item.outcome}};
}

// {items, newest}: oldest first.
Response stretch(const service::AuditStretch& found) {
    json::array items;
    for (const auto& item : found.items) items.push_back(encode_audit(item));
    return json_reply(200, json::object{{"items", std::move(items)}, {"newest", found.newest}});
}

// The last number that the caller has; 0 for the beginning.
Result<std::uint64_t> number_after(const Context& context) {
    constexpr std::uint64_t kMost = std::uint64_t{1} << 53U;
    const auto text = context.query_value("after");
    if (!text) return 0;
    const auto number = http::parse_unsigned(*text);
    if (!number || *number > kMost) return Members::invalid("after");
    return *number;
}

// Suspend and resume: the same three things of a Party and of an account.
using WithReason = Result<> (service::Administration::*)(const service::Principal&, const std::string&,
                                                         const std::string&);
Response with_reason(Services& services, const Request& request, const Context& context, std::string_view name,
                     WithReason call) {
    const auto reason = decode_reason(request);
    if (!reason) return http::problem(reason.error(), request.request_id);
    const std::string subject{context.path_value(name)};
    return no_content(request, (services.administration.*call)(principal_of(context), subject, *reason));
}

}  // namespace

Response admin_parties(Services& services, const Request& request, const Context& context) {
    auto page = page_request(context);
    if (!page) return http::problem(page.error(), request.request_id);
    if (!context.query_value("limit")) page->limit = 1000;
    return reply(request, services.administration.parties(principal_of(context), *page),
                 [](const service::Page<service::BoardItem>& found) { return page_reply(found, encode_board); });
}

Response create_party(Services& services, const Request& request, const Context& context) {
    const auto party = decode_party(request);
    if (!party) return http::problem(party.error(), request.request_id);
    return reply(request, services.administration.create_party(principal_of(context), party->code, party->name),
                 [&party] {
                     service::PartyItem created;
                     created.code = party->code;
                     created.name = party->name;
                     created.state = "empty";
                     return json_reply(201, encode_party(created));
                 });
}

Response invite_founder(Services& services, const Request& request, const Context& context) {
    const auto invitation = decode_invitation(request, context);
    if (!invitation) return http::problem(invitation.error(), request.request_id);
    return no_content(request, services.administration.invite_first(principal_of(context), *invitation));
}

Response suspend_party(Services& services, const Request& request, const Context& context) {
    return with_reason(services, request, context, "code", &service::Administration::suspend_party);
}
Response resume_party(Services& services, const Request& request, const Context& context) {
    return with_reason(services, request, context, "code", &service::Administration::resume_party);
}
Response set_quota(Services& services, const Request& request, const Context& context) {
    const auto bytes = decode_quota(request);
    if (!bytes) return http::problem(bytes.error(), request.request_id);
    const std::string code{context.path_value("code")};
    return no_content(request, services.administration.set_quota(principal_of(context), code, *bytes));
}
Response lift_quota(Services& services, const Request& request, const Context& context) {
    const std::string code{context.path_value("code")};
    return no_content(request, services.administration.set_quota(principal_of(context), code, std::nullopt));
}

Response support(Services& services, const Request& request, const Context& context) {
    const auto code = decode_support(request);
    if (!code) return http::problem(code.error(), request.request_id);
    return reply(request, services.administration.support(principal_of(context), *code),
                 [](const service::Refusal& refusal) {
                     json::object body{{"cause", refusal.cause}, {"at", refusal.at}};
                     if (!refusal.user_name.empty()) body["user_name"] = refusal.user_name;
                     if (refusal.seconds != 0) body["seconds"] = refusal.seconds;
                     return json_reply(200, body);
                 });
}

Response suspend_account(Services& services, const Request& request, const Context& context) {
    return with_reason(services, request, context, "user_name", &service::Administration::suspend_account);
}
Response resume_account(Services& services, const Request& request, const Context& context) {
    return with_reason(services, request, context, "user_name", &service::Administration::resume_account);
}

Response admin_sessions(Services& services, const Request& request, const Context& context) {
    const auto page = page_request(context);
    if (!page) return http::problem(page.error(), request.request_id);
    return reply(request, services.administration.sessions(principal_of(context), *page),
                 [](const service::Page<service::SessionInfo>& found) {
                     return page_reply(found, [](const service::SessionInfo& session) {
                         return json::object{{"id", hex(session.id)},
                                             {"user_name", session.user_name},
                                             {"scope", json::string_view{scope_name(session.scope)}},
                                             {"created_at", session.created_at},
                                             {"last_seen_at", session.last_seen_at},
                                             {"current", session.current}};
                     });
                 });
}

Response admin_end_session(Services& services, const Request& request, const Context& context) {
    const auto id = id_in_path<ports::SessionId, 16>(context, "id");
    if (!id) return http::problem(id.error(), request.request_id);
    return no_content(request, services.administration.end_session(principal_of(context), *id));
}

Response audit(Services& services, const Request& request, const Context& context) {
    const auto page = page_request(context);
    if (!page) return http::problem(page.error(), request.request_id);
    if (context.query_value("after")) {
        const auto after = number_after(context);
        if (!after) return http::problem(after.error(), request.request_id);
        if (!page->cursor.empty()) return http::problem(Members::invalid("cursor").value(), request.request_id);
        return reply(request, services.party_audit.of_platform(principal_of(context), *after, page->limit), stretch);
    }
    return reply(request, services.administration.audit(principal_of(context), *page),
                 [](const service::Page<service::AuditItem>& found) { return page_reply(found, encode_audit); });
}

Response party_audit(Services& services, const Request& request, const Context& context) {
    const auto page = page_request(context);
    if (!page) return http::problem(page.error(), request.request_id);
    const auto after = number_after(context);
    if (!after) return http::problem(after.error(), request.request_id);
    const auto party = context.query_value("party");
    if (!party) {
        return http::problem(Error{ErrorCode::invalid_input, "http.field_missing"}.with("field", "party"),
                             request.request_id);
    }
    return reply(request,
                 services.party_audit.of_party(principal_of(context), std::string{*party}, *after, page->limit),
                 stretch);
}

Response counts(Services& services, const Request& request, const Context& context) {
    return reply(request, services.administration.counts(principal_of(context)), [](const service::Counts& counts) {
        return json_reply(200, json::object{{"parties", counts.parties},
                                            {"accounts", counts.accounts},
                                            {"sessions", counts.sessions},
                                            {"chains", counts.chains},
                                            {"statements", counts.statements},
                                            {"attachments", counts.attachments},
                                            {"attachment_bytes", counts.attachment_bytes},
                                            {"open_uploads", counts.open_uploads}});
    });
}

}  // namespace rogatory::api
