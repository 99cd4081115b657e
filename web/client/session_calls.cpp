// Session, enrolment, own account and the log.
#include "web/client/calls.hpp"

#include <fmt/format.h>

#include "crypto/encoding/hex.hpp"

namespace rogatory::client {
namespace {

using namespace ports::remote;  // NOLINT: the values this file is about

constexpr std::string_view name_of(SignInKey key) {
    switch (key) {
        case SignInKey::sign_in:
            return "sign_in";
        case SignInKey::kit:
            return "kit";
        case SignInKey::service:
            return "service";
    }
    return "sign_in";
}

InvitationKind invitation_kind(const std::string& text) {
    if (text == "founder") return InvitationKind::founder;
    if (text == "authority") return InvitationKind::authority;
    if (text == "rekey") return InvitationKind::rekey;
    if (text == "administrator") return InvitationKind::administrator;
    if (text == "recovery") return InvitationKind::recovery;
    return InvitationKind::member;
}

AccountKind account_kind(const std::string& text) {
    if (text == "administrator") return AccountKind::administrator;
    if (text == "auditor") return AccountKind::auditor;
    if (text == "service") return AccountKind::service;
    return AccountKind::member;
}

// C2SP tlog-tiles: the index in groups of three digits, all but the last behind an 'x'; ".p/W" for a partial tile.
std::string tile_name(std::uint64_t index, unsigned width) {
    auto name = fmt::format("{:03}", index % 1000);
    for (index /= 1000; index > 0; index /= 1000) name = fmt::format("x{:03}/{}", index % 1000, name);
    return width == 256 ? name : fmt::format("{}.p/{}", name, width);
}

// An entity tag's version without its quotes.
std::string unquoted(std::string tag) {
    if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"') return tag.substr(1, tag.size() - 2);
    return tag;
}

constexpr std::size_t kLargestBundle = 2 * 1024 * 1024;
constexpr std::size_t kLargestState = 16 * 1024 * 1024;

}  // namespace

HttpsServer::HttpsServer(Origin origin, HttpsOptions options)
    : calls_{std::make_unique<Calls>(std::move(origin), std::move(options))} {}
HttpsServer::~HttpsServer() = default;

std::string HttpsServer::session_token() const { return calls_->token(); }
void HttpsServer::use_session(std::string_view token) { calls_->use(token); }

Result<ServerInfo> HttpsServer::about() {
    return calls_->read<ServerInfo>("/api/v1/server", [](const Fields& f) {
        return ServerInfo{f.text("name"), f.text("version"), f.text("log_origin"), f.text("log_key"),
                          f.integer("time")};
    });
}

Result<Challenge> HttpsServer::challenge(std::string_view user_name) {
    auto reply = calls_->write("POST", "/api/v1/sign-in/challenge", json::object{{"user_name", view(user_name)}});
    if (!reply) return fail(std::move(reply).error());
    return Calls::decode<Challenge>(*reply, [](const Fields& f) {
        return Challenge{f.base64("challenge"), f.integer("expires_at")};
    });
}

Result<SignInAnswer> HttpsServer::sign_in(const SignIn& sign_in) {
    json::object body{{"user_name", view(sign_in.user_name)},
                      {"challenge", base64(sign_in.challenge)},
                      {"with", view(name_of(sign_in.with))},
                      {"signature", base64(sign_in.signature)}};
    if (sign_in.totp) body["totp"] = view(*sign_in.totp);
    auto reply = calls_->write("POST", "/api/v1/sign-in", body);
    if (!reply) return fail(std::move(reply).error());
    if (reply->status == 202) {
        return Calls::decode<SignInAnswer>(*reply, [](const Fields& f) {
            return SignInAnswer{std::nullopt, f.integer("available_at")};
        });
    }
    return Calls::decode<SignInAnswer>(*reply, [this](const Fields& f) {
        auto token = f.text("token");
        calls_->use(token);
        const auto scope = f.text("scope") == "kit" ? SessionScope::kit : SessionScope::full;
        return SignInAnswer{SignedIn{scope, f.integer("expires_at")}, 0};
    });
}

Result<Redeemed> HttpsServer::redeem(ByteView redeem) {
    auto reply = calls_->write("POST", "/api/v1/invitations/redeem", json::object{{"redeem", base64(redeem)}});
    if (!reply) return fail(std::move(reply).error());
    return Calls::decode<Redeemed>(*reply, [this](const Fields& f) {
        calls_->use(f.text("token"));
        return Redeemed{f.hex<16>("invitation_id"), invitation_kind(f.text("kind")), f.base64("card"),
                        f.integer("expires_at")};
    });
}

Result<Bytes> HttpsServer::checkpoint(std::uint64_t log_number) {
    auto reply = calls_->get(fmt::format("/log/{}/checkpoint", log_number), 64 * 1024);
    if (!reply) return fail(std::move(reply).error());
    return std::move(reply->body);
}

Result<Bytes> HttpsServer::witnessed_checkpoint(std::uint64_t log_number) {
    auto reply = calls_->get(fmt::format("/log/{}/checkpoint.witnessed", log_number), 64 * 1024);
    if (!reply) return fail(std::move(reply).error());
    return std::move(reply->body);
}

Result<Bytes> HttpsServer::successor(std::uint64_t log_number) {
    auto reply = calls_->get(fmt::format("/log/{}/successor", log_number), 4 * 1024);
    if (!reply) return fail(std::move(reply).error());
    return std::move(reply->body);
}

Result<> HttpsServer::offer_checkpoint(std::uint64_t log_number, ByteView note) {
    HttpsRequest request;
    request.method = "POST";
    request.path = fmt::format("/log/{}/checkpoint", log_number);
    request.content_type = "text/plain; charset=utf-8";
    request.body = note;
    auto reply = calls_->send(std::move(request));
    if (!reply) return fail(std::move(reply).error());
    if (reply->status / 100 != 2) return fail(problem_of(*reply));
    return {};
}

Result<Bytes> HttpsServer::first_witnessed_checkpoint(std::uint64_t log_number, std::uint64_t covers) {
    auto reply = calls_->get(fmt::format("/log/{}/checkpoint.witnessed?covers={}", log_number, covers), 64 * 1024);
    if (!reply) return fail(std::move(reply).error());
    return std::move(reply->body);
}

Result<Bytes> HttpsServer::tile(std::uint64_t log_number, unsigned level, std::uint64_t index, unsigned width) {
    auto reply = calls_->get(fmt::format("/log/{}/tile/{}/{}", log_number, level, tile_name(index, width)), 256 * 32);
    if (!reply) return fail(std::move(reply).error());
    return std::move(reply->body);
}

Result<Bytes> HttpsServer::entry_bundle(std::uint64_t log_number, std::uint64_t index, unsigned width) {
    // 256 entries of 64 bytes, each behind its length in two.
    auto reply = calls_->get(fmt::format("/log/{}/tile/entries/{}", log_number, tile_name(index, width)), 256 * 66);
    if (!reply) return fail(std::move(reply).error());
    return std::move(reply->body);
}

Result<Bytes> HttpsServer::totp_secret() {
    auto reply = calls_->without_body("POST", "/api/v1/enrolment/totp");
    if (!reply) return fail(std::move(reply).error());
    return Calls::decode<Bytes>(*reply, [](const Fields& f) { return f.base64("secret"); });
}

Result<std::vector<Appended>> HttpsServer::enrol(const Enrolment& enrolment) {
    json::object body{{"user_name", view(enrolment.user_name)},
                      {"language", view(enrolment.language)},
                      {"sign_in_key", hex(enrolment.sign_in_key)}};
    if (enrolment.kit_key) body["kit_key"] = hex(*enrolment.kit_key);
    if (!enrolment.totp.empty()) body["totp"] = view(enrolment.totp);
    if (!enrolment.record.empty()) {
        body["record"] = base64(enrolment.record);
        body["mac"] = base64(enrolment.mac);
    }
    if (!enrolment.bundle.empty()) body["bundle"] = base64(enrolment.bundle);
    if (enrolment.append) body["append"] = json_of(*enrolment.append);
    auto reply = calls_->write("POST", "/api/v1/enrolment", body);
    if (!reply) return fail(std::move(reply).error());
    return appended_of(*reply);
}

Result<EnrolmentState> HttpsServer::enrolment_state() {
    return calls_->read<EnrolmentState>("/api/v1/enrolment", [](const Fields& f) {
        const auto state = f.text("state");
        return state == "live"       ? EnrolmentState::live
               : state == "answered" ? EnrolmentState::answered
                                     : EnrolmentState::open;
    });
}

Result<Me> HttpsServer::me() {
    return calls_->read<Me>("/api/v1/me", [](const Fields& f) {
        Me out{f.text("user_name"),         account_kind(f.text("kind")), {},
               f.natural("bundle_version"), f.text("language"),           f.texts("second_factors")};
        if (f.has("kit_tried_at")) out.kit_tried_at = f.integer("kit_tried_at");
        for (const auto& m : f.items("memberships")) {
            out.memberships.push_back(
                {m.hex<32>("register"), m.text("party"), m.hex<16>("authority"), m.hex<16>("member"), m.text("role")});
        }
        return out;
    });
}

Result<StoredBundle> HttpsServer::bundle() {
    auto reply = calls_->get("/api/v1/me/bundle", kLargestBundle);
    if (!reply) return fail(std::move(reply).error());
    const auto tag = unquoted(reply->header("etag"));
    StoredBundle out;
    if (tag.empty() || tag.size() > 15 || tag.find_first_not_of("0123456789") != std::string::npos)
        return fail(not_understood(*reply));
    out.version = std::stoull(tag);
    out.bundle = std::move(reply->body);
    return out;
}

Result<> HttpsServer::replace_bundle(const BundleChange& change) {
    json::object body{{"expected_version", change.expected_version}, {"bundle", base64(change.bundle)},
                      {"sign_in_key", hex(change.sign_in_key)},      {"kit_key", hex(change.kit_key)},
                      {"challenge", base64(change.challenge)},       {"signed_with", view(name_of(change.signed_with))},
                      {"signature", base64(change.signature)}};
    if (!change.totp_secret.empty()) {
        body["totp_secret"] = base64(change.totp_secret);
        body["totp"] = view(change.totp);
    }
    return done(calls_->write("PUT", "/api/v1/me/bundle", body));
}

Result<> HttpsServer::end_kit_attempt() { return done(calls_->without_body("DELETE", "/api/v1/me/kit-attempt")); }

Result<std::vector<KitAttempt>> HttpsServer::kit_attempts(const Id& authority) {
    return calls_->read<std::vector<KitAttempt>>("/api/v1/kit-attempts?authority=" + encoding::hex_encode(authority),
                                                 [](const Fields& f) {
                                                     std::vector<KitAttempt> out;
                                                     for (const auto& one : f.items("items")) {
                                                         KitAttempt attempt{.member = one.hex<16>("member")};
                                                         if (one.has("since")) attempt.since = one.integer("since");
                                                         if (one.has("available_at"))
                                                             attempt.available_at = one.integer("available_at");
                                                         if (one.has("used_at"))
                                                             attempt.used_at = one.integer("used_at");
                                                         out.push_back(attempt);
                                                     }
                                                     return out;
                                                 });
}

Result<std::optional<StoredState>> HttpsServer::state() {
    auto reply = calls_->get("/api/v1/me/state", kLargestState);
    if (!reply) {
        if (reply.error().code() == ErrorCode::not_found) return std::optional<StoredState>{};
        return fail(std::move(reply).error());
    }
    return std::optional{StoredState{unquoted(reply->header("etag")), std::move(reply->body)}};
}

Result<std::string> HttpsServer::replace_state(std::string_view expected_tag, ByteView state) {
    HttpsRequest request;
    request.method = "PUT";
    request.path = "/api/v1/me/state";
    request.headers["If-Match"] = fmt::format("\"{}\"", expected_tag.empty() ? "0" : expected_tag);
    request.body = state;
    request.content_type = "application/octet-stream";
    auto reply = calls_->send(std::move(request));
    if (!reply) return fail(std::move(reply).error());
    if (reply->status / 100 != 2) return fail(problem_of(*reply));
    return unquoted(reply->header("etag"));
}

Result<std::vector<SessionRow>> HttpsServer::sessions() {
    return calls_->read<std::vector<SessionRow>>("/api/v1/me/sessions", [](const Fields& f) {
        std::vector<SessionRow> out;
        for (const auto& s : f.items("items")) {
            SessionRow row;
            row.id = s.text("id");
            row.scope = s.text("scope");
            row.created_at = s.integer("created_at");
            row.last_seen_at = s.integer("last_seen_at");
            row.current = s.truth("current");
            out.push_back(std::move(row));
        }
        return out;
    });
}

Result<> HttpsServer::end_session(std::string_view id) {
    return done(calls_->without_body("DELETE", "/api/v1/me/sessions/" + encoded(id)));
}

Result<std::vector<HttpsServer::Passkey>> HttpsServer::passkeys() {
    return calls_->read<std::vector<Passkey>>("/api/v1/me/passkeys", [](const Fields& f) {
        std::vector<Passkey> out;
        for (const auto& p : f.items("items")) {
            out.push_back({p.integer("id"), p.truth("unlocks"), p.truth("backed_up"), p.integer("created_at")});
        }
        return out;
    });
}

Result<> HttpsServer::remove_passkey(std::int64_t id) {
    return done(calls_->without_body("DELETE", "/api/v1/me/passkeys/" + std::to_string(id)));
}

Result<std::optional<HttpsServer::Notices>> HttpsServer::notices() {
    auto found = calls_->read<Notices>("/api/v1/me/notices", [](const Fields& f) {
        Notices out{f.text("address"), f.integer("every"), {}, f.truth("refused"), {}, {}};
        if (f.has("quiet")) {
            const auto quiet = f.within("quiet");
            out.quiet = {static_cast<int>(quiet.integer("from")), static_cast<int>(quiet.integer("until"))};
        }
        if (f.has("sent_at")) out.sent_at = f.integer("sent_at");
        if (f.has("failed_at")) out.failed_at = f.integer("failed_at");
        return out;
    });
    if (found) return std::optional{std::move(*found)};
    if (found.error().code() == ErrorCode::not_found) return std::optional<Notices>{};
    return fail(std::move(found).error());
}

Result<> HttpsServer::set_notices(const Notices& wanted) {
    json::object body{{"address", view(wanted.address)}, {"every", wanted.every}};
    if (wanted.quiet) body["quiet"] = json::object{{"from", wanted.quiet->first}, {"until", wanted.quiet->second}};
    return done(calls_->write("PUT", "/api/v1/me/notices", body));
}

Result<> HttpsServer::remove_notices() { return done(calls_->without_body("DELETE", "/api/v1/me/notices")); }

Result<> HttpsServer::sign_out() {
    auto reply = calls_->without_body("DELETE", "/api/v1/session");
    if (!reply) return fail(std::move(reply).error());
    calls_->use({});
    return {};
}

}  // namespace rogatory::client
