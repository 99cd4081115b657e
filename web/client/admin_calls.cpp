// What administrators and auditors may ask.
#include "web/client/calls.hpp"

namespace rogatory::client {
namespace {

using namespace ports::remote;  // NOLINT: the values this file is about

json::object reason_of(std::string_view reason) { return {{"reason", view(reason)}}; }

}  // namespace

Result<std::vector<HttpsServer::BoardRow>> HttpsServer::board() {
    return calls_->read<std::vector<BoardRow>>("/api/v1/admin/parties", [](const Fields& f) {
        std::vector<BoardRow> out;
        for (const auto& p : f.items("items")) {
            BoardRow row;
            row.code = p.text("code");
            row.name = p.text("name");
            row.state = p.text("state");
            row.stage = p.text("stage");
            row.waits_for = p.text_or_empty("waits_for");
            row.recovery = p.text("recovery");
            if (p.has("founded_id")) row.founded_id = p.hex<32>("founded_id");
            if (p.has("since")) row.since = p.integer("since");
            if (p.has("seen_on")) row.seen_on = p.integer("seen_on");
            row.authorities = p.natural("authorities");
            row.authorities_live = p.natural("authorities_live");
            row.custodians = p.natural("custodians");
            row.pinned_by = p.natural("pinned_by");
            row.bytes = p.natural("bytes");
            row.quota = p.natural("quota");
            row.own_quota = p.truth("own_quota");
            row.sessions = p.natural("sessions");
            out.push_back(std::move(row));
        }
        return out;
    });
}

Result<> HttpsServer::set_quota(std::string_view code, std::optional<std::uint64_t> bytes) {
    const auto path = "/api/v1/admin/parties/" + encoded(code) + "/quota";
    return bytes ? done(calls_->write("PUT", path, json::object{{"bytes", *bytes}}))
                 : done(calls_->without_body("DELETE", path));
}

Result<HttpsServer::Refusal> HttpsServer::support(std::string_view code) {
    auto reply = calls_->write("POST", "/api/v1/admin/support", json::object{{"code", view(code)}});
    if (!reply) return fail(std::move(reply).error());
    return Calls::decode<Refusal>(*reply, [](const Fields& f) {
        Refusal refusal{f.text("cause"), f.integer("at"), f.text_or_empty("user_name"), 0};
        if (f.has("seconds")) refusal.seconds = f.integer("seconds");
        return refusal;
    });
}

Result<> HttpsServer::create_party(std::string_view code, std::string_view name) {
    return done(
        calls_->write("POST", "/api/v1/admin/parties", json::object{{"code", view(code)}, {"name", view(name)}}));
}

Result<> HttpsServer::invite_founder(std::string_view code, const PartyInvitation& invitation) {
    json::object body{{"invitation_id", hex(invitation.invitation_id)},
                      {"redeem_sha256", hex(invitation.redeem_sha256)},
                      {"card", base64(invitation.card)},
                      {"not_after", invitation.not_after},
                      {"member_id", hex(invitation.member_id)}};
    if (invitation.succeeds) body["succeeds"] = hex(*invitation.succeeds);
    return done(calls_->write("POST", "/api/v1/admin/parties/" + encoded(code) + "/invitation", body));
}

Result<> HttpsServer::suspend_party(std::string_view code, std::string_view reason) {
    return done(calls_->write("POST", "/api/v1/admin/parties/" + encoded(code) + "/suspension", reason_of(reason)));
}

Result<> HttpsServer::resume_party(std::string_view code, std::string_view reason) {
    return done(calls_->write("DELETE", "/api/v1/admin/parties/" + encoded(code) + "/suspension", reason_of(reason)));
}

Result<> HttpsServer::suspend_account(std::string_view user_name, std::string_view reason) {
    return done(
        calls_->write("POST", "/api/v1/admin/accounts/" + encoded(user_name) + "/suspension", reason_of(reason)));
}

Result<> HttpsServer::resume_account(std::string_view user_name, std::string_view reason) {
    return done(
        calls_->write("DELETE", "/api/v1/admin/accounts/" + encoded(user_name) + "/suspension", reason_of(reason)));
}

Result<std::vector<SessionRow>> HttpsServer::admin_sessions() {
    std::vector<SessionRow> out;
    std::string cursor;
    do {
        auto page = calls_->read<Page<SessionRow>>(
            "/api/v1/admin/sessions?limit=500" + (cursor.empty() ? "" : "&cursor=" + encoded(cursor)),
            [](const Fields& f) {
                Page<SessionRow> rows;
                for (const auto& s : f.items("items")) {
                    SessionRow row;
                    row.id = s.text("id");
                    row.scope = s.text("scope");
                    row.user_name = s.text("user_name");
                    row.created_at = s.integer("created_at");
                    row.last_seen_at = s.integer("last_seen_at");
                    rows.items.push_back(std::move(row));
                }
                if (f.has("next_cursor")) rows.next_cursor = f.text("next_cursor");
                return rows;
            });
        if (!page) return fail(std::move(page).error());
        // A cursor that does not move would go round for ever.
        if (page->next_cursor && *page->next_cursor == cursor) break;
        cursor = page->next_cursor.value_or("");
        for (auto& row : page->items) out.push_back(std::move(row));
    } while (!cursor.empty());
    return out;
}

Result<> HttpsServer::admin_end_session(std::string_view id) {
    return done(calls_->without_body("DELETE", "/api/v1/admin/sessions/" + encoded(id)));
}

Result<Page<AuditRow>> HttpsServer::audit(std::string_view cursor) {
    auto path = std::string{"/api/v1/admin/audit?limit=200"};
    if (!cursor.empty()) path += "&cursor=" + encoded(cursor);
    return calls_->read<Page<AuditRow>>(path, [](const Fields& f) {
        Page<AuditRow> page;
        for (const auto& a : f.items("items")) {
            page.items.push_back({a.natural("id"), a.integer("at"), a.text_or_empty("actor"), a.text("action"),
                                  a.text_or_empty("subject"), a.text("outcome")});
        }
        if (f.has("next_cursor")) page.next_cursor = f.text("next_cursor");
        return page;
    });
}

Result<Counts> HttpsServer::counts() {
    auto reply = calls_->get("/api/v1/admin/counts");
    if (!reply) return fail(std::move(reply).error());
    return Calls::decode<Counts>(*reply, [](const Fields& f) {
        Counts out;
        if (f.object() == nullptr) return out;
        for (const auto& [name, value] : *f.object())
            out.values.emplace_back(std::string{name}, f.natural(std::string{name}));
        return out;
    });
}

}  // namespace rogatory::client
