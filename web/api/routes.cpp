#include "web/api/routes.hpp"

#include "web/api/handlers.hpp"

namespace rogatory::api {
namespace {

using http::Access;
using http::BodyPolicy;
using http::Method;

constexpr std::uint64_t kSmall = 4 * 1024;
constexpr std::uint64_t kAppend = 12 * 1024 * 1024;  // 8 MiB of blobs in base64, and their statements

using Plain = Response (*)(Services&, const Request&, const Context&);

class List {
public:
    explicit List(Services& services) : services_{services} {}

    void add(Method method, std::string pattern, Access access, BodyPolicy body, Plain handler,
             std::vector<std::string> query = {}) {
        auto& services = services_;
        add(
            method, std::move(pattern), access, body,
            [&services, handler](const Request& request, const Context& context) {
                return handler(services, request, context);
            },
            std::move(query));
    }
    void add(Method method, std::string pattern, Access access, BodyPolicy body, http::Handler handler,
             std::vector<std::string> query = {}) {
        http::Route route;
        route.method = method;
        route.pattern = std::move(pattern);
        route.access = access;
        route.body = body;
        route.handler = std::move(handler);
        route.query = std::move(query);
        routes_.push_back(std::move(route));
    }
    // A GET that reads a few small rows.
    void add_brief(std::string pattern, Access access, Plain handler, std::vector<std::string> query = {}) {
        add(Method::get, std::move(pattern), access, BodyPolicy{}, handler, std::move(query));
        routes_.back().brief = true;
    }
    // A GET that reads rows of which there may be many.
    void add_read(std::string pattern, Access access, Plain handler, std::vector<std::string> query = {}) {
        add(Method::get, std::move(pattern), access, BodyPolicy{}, handler, std::move(query));
        routes_.back().brief_as_before = true;
    }
    void add_stream(Method method, std::string pattern, Access access, std::uint64_t max_bytes,
                    http::StreamHandler handler) {
        http::Route route;
        route.method = method;
        route.pattern = std::move(pattern);
        route.access = access;
        route.body = BodyPolicy::streamed(max_bytes);
        route.streams = std::move(handler);
        routes_.push_back(std::move(route));
    }
    void open_to_barred() { routes_.back().open_to_barred = true; }
    std::vector<http::Route> take() { return std::move(routes_); }

private:
    Services& services_;
    std::vector<http::Route> routes_;
};

}  // namespace

std::vector<http::Route> make_routes(service::Services& services, const ApiSettings& settings) {
    List list{services};
    const auto none = BodyPolicy{};
    const auto small = BodyPolicy::buffered(kSmall);
    const std::vector<std::string> pages{"cursor", "limit"};

    // clang-format off
    list.add_brief("/api/v1/server",             Access::none,      server);
    list.add(Method::post, "/api/v1/sign-in/challenge",  Access::none,      small, sign_in_challenge);
    list.add(Method::post, "/api/v1/sign-in",            Access::none,      BodyPolicy::buffered(16 * 1024), sign_in);
    list.add(Method::post, "/api/v1/session/step-up",    Access::account,   BodyPolicy::buffered(16 * 1024), step_up);
    list.add(Method::del,  "/api/v1/session",            Access::any,       none,  sign_out);
    list.open_to_barred();

    list.add(Method::post, "/api/v1/csp-reports",        Access::none,      BodyPolicy::buffered(16 * 1024),
             [reports = settings.csp_reports](const Request& request, const Context& context) { return csp_report(*reports, request, context); });

    list.add(Method::post, "/api/v1/invitations/redeem", Access::none,      small, redeem);
    list.add(Method::post, "/api/v1/enrolment/totp",     Access::enrolment, none,  enrolment_totp);
    list.add(Method::get,  "/api/v1/enrolment",          Access::enrolment, none,  enrolment_state);
    list.add(Method::post, "/api/v1/enrolment",          Access::enrolment, BodyPolicy::buffered(kAppend), enrol);
    list.add(Method::post, "/api/v1/enrolment/session",  Access::enrolment, small, enter_session);

    list.add_brief("/api/v1/me",                 Access::account,   me);
    list.open_to_barred();
    list.add(Method::get,  "/api/v1/me/bundle",          Access::kit,       none,  read_bundle);
    list.open_to_barred();
    list.add(Method::put,  "/api/v1/me/bundle",          Access::kit,       BodyPolicy::buffered(2 * 1024 * 1024), write_bundle);
    list.add(Method::get,  "/api/v1/me/state",           Access::member,    none,  read_state);
    list.add(Method::put,  "/api/v1/me/state",           Access::member,    BodyPolicy::buffered(8 * 1024 * 1024), write_state);
    list.add(Method::get,  "/api/v1/me/sessions",        Access::account,   none,  my_sessions);
    list.add(Method::del,  "/api/v1/me/sessions/{id}",   Access::account,   none,  end_my_session);

    list.add(Method::del,  "/api/v1/me/kit-attempt",     Access::account,   none,  end_kit_attempt);

    list.add(Method::get,  "/api/v1/me/passkeys",        Access::account,   none,  my_passkeys);
    list.add(Method::post, "/api/v1/me/passkeys",        Access::account,   BodyPolicy::buffered(32 * 1024), add_passkey);
    list.add(Method::del,  "/api/v1/me/passkeys/{id}",   Access::account,   none,  remove_passkey);
    list.add(Method::get,  "/api/v1/me/notices",         Access::account,   none,  my_notices);
    list.add(Method::put,  "/api/v1/me/notices",         Access::account,   small, set_notices);
    list.add(Method::del,  "/api/v1/me/notices",         Access::account,   none,  remove_notices);
    list.add(Method::get,  "/api/v1/events",             Access::account,   none,
             [&services, events = settings.events](const Request& request, const Context& context) { return live_events(services, events, request, context); });

    list.add_read("/api/v1/parties",                         Access::registry, parties, pages);
    list.add_read("/api/v1/chains/{chain}",                  Access::registry, chain, {"from", "limit"});
    list.open_to_barred();
    list.add(Method::get,  "/api/v1/chains/{chain}/blobs/{sha256}",   Access::member,   none, blob);
    list.add(Method::get,  "/api/v1/chains/{chain}/attachments/{id}", Access::member,   none, attachment);
    list.add_read("/api/v1/dossiers",           Access::member,    dossiers, {"cursor", "limit", "authority"});
    list.add_read("/api/v1/requests",           Access::member,    requests, {"cursor", "limit", "authority", "direction", "status", "overdue", "party"});
    list.add(Method::post, "/api/v1/statements",         Access::member,    BodyPolicy::buffered(kAppend), append);
    list.open_to_barred();
    list.add(Method::get,  "/api/v1/invitations",        Access::member,    none,  invitations, {"authority"});
    list.add(Method::post, "/api/v1/invitations",        Access::member,    BodyPolicy::buffered(1024 * 1024), invite);
    list.add(Method::del,  "/api/v1/invitations/{id}",   Access::member,    none,  cancel_invitation);

    list.add(Method::get,  "/api/v1/kit-attempts",       Access::member,    none,  kit_attempts, {"authority"});
    list.add(Method::get,  "/api/v1/audit",              Access::member,    none,  party_audit, {"party", "after", "limit"});
    list.add(Method::get,  "/api/v1/recoveries",         Access::member,    none,  recoveries, {"authority"});
    list.add(Method::post, "/api/v1/recoveries",         Access::member,    BodyPolicy::buffered(64 * 1024), begin_recovery);

    list.add(Method::get,  "/api/v1/log/repair",            Access::none,   none,  repair_status);
    list.add(Method::post, "/api/v1/log/repair/entries",    Access::none,   BodyPolicy::buffered(8 * 1024 * 1024), repair_entries);
    list.add(Method::post, "/api/v1/log/repair/statements", Access::member, BodyPolicy::buffered(kAppend), repair_statements);

    list.add(Method::options, "/api/v1/uploads",         Access::none,      none,
             [settings](const Request& request, const Context& context) { return upload_options(settings, request, context); });
    list.add_stream(Method::post, "/api/v1/uploads",     Access::member,    settings.max_upload,
             [&services, settings](const Request& request, const Context& context) { return create_upload(services, settings, request, context); });
    list.add(Method::head, "/api/v1/uploads/{id}",       Access::ticket,    none,  upload_offset);
    list.add_stream(Method::patch, "/api/v1/uploads/{id}", Access::ticket,  settings.max_upload,
             [&services](const Request& request, const Context& context) { return upload_bytes(services, request, context); });
    list.add(Method::del,  "/api/v1/uploads/{id}",       Access::ticket,    none,  end_upload);

    list.add(Method::get,  "/api/v1/admin/parties",                         Access::auditor,       none,  admin_parties, pages);
    list.add(Method::post, "/api/v1/admin/parties",                         Access::administrator, small, create_party);
    list.add(Method::post, "/api/v1/admin/parties/{code}/invitation",       Access::administrator, BodyPolicy::buffered(16 * 1024), invite_founder);
    list.add(Method::post, "/api/v1/admin/parties/{code}/suspension",       Access::administrator, small, suspend_party);
    list.add(Method::del,  "/api/v1/admin/parties/{code}/suspension",       Access::administrator, small, resume_party);
    list.add(Method::put,  "/api/v1/admin/parties/{code}/quota",            Access::administrator, small, set_quota);
    list.add(Method::del,  "/api/v1/admin/parties/{code}/quota",            Access::administrator, none,  lift_quota);
    list.add(Method::post, "/api/v1/admin/support",                         Access::administrator, small, support);
    list.add(Method::post, "/api/v1/admin/accounts/{user_name}/suspension", Access::administrator, small, suspend_account);
    list.add(Method::del,  "/api/v1/admin/accounts/{user_name}/suspension", Access::administrator, small, resume_account);
    list.add(Method::get,  "/api/v1/admin/sessions",                        Access::auditor,       none,  admin_sessions, pages);
    list.add(Method::del,  "/api/v1/admin/sessions/{id}",                   Access::administrator, none,  admin_end_session);
    list.add(Method::get,  "/api/v1/admin/audit",                           Access::auditor,       none,  audit, {"cursor", "after", "limit"});
    list.add(Method::get,  "/api/v1/admin/counts",                          Access::auditor,       none,  counts);

    list.add_brief("/log/{n}/checkpoint",           Access::none,   checkpoint);
    list.add(Method::post, "/log/{n}/checkpoint",           Access::none,   BodyPolicy::buffered(16 * 1024), offer_checkpoint);
    list.add(Method::get,  "/log/{n}/checkpoint.witnessed", Access::none,   none,  witnessed_checkpoint, {"covers"});
    list.add_brief("/log/{n}/successor",            Access::none,   successor);
    list.add_brief("/log/{n}/tile/{path...}",       Access::none,   tile);
    // clang-format on
    return list.take();
}

}  // namespace rogatory::api
