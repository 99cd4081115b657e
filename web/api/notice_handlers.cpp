#include "web/api/caller.hpp"
#include "web/api/handlers.hpp"
#include "web/api/reply.hpp"

namespace rogatory::api {
namespace {

constexpr std::size_t kMaxAddress = 320;

Result<service::NoticeSetting> decode(const Request& request) {
    ROGATORY_TRY(const auto object, parse_object(request.body));
    Members members{object};
    service::NoticeSetting wanted;
    ROGATORY_TRY(wanted.address, members.text("address", kMaxAddress));
    ROGATORY_TRY(const auto every, members.integer("every"));
    wanted.every = static_cast<UnixSeconds>(every);
    if (members.has("quiet")) {
        ROGATORY_TRY(const auto* const quiet, members.object("quiet"));
        Members hours{*quiet};
        ROGATORY_TRY(const auto from, hours.integer("from"));
        ROGATORY_TRY(const auto until, hours.integer("until"));
        ROGATORY_TRY_VOID(hours.done());
        constexpr std::uint64_t kMinutesADay = 24 * 60;
        if (from >= kMinutesADay || until >= kMinutesADay) return Members::invalid("quiet");
        wanted.quiet_from = static_cast<int>(from);
        wanted.quiet_until = static_cast<int>(until);
    }
    ROGATORY_TRY_VOID(members.done());
    return wanted;
}

}  // namespace

Response my_notices(Services& services, const Request& request, const Context& context) {
    return reply(request, services.notices.get(principal_of(context)), [](const service::NoticeSetting& setting) {
        json::object body{{"address", setting.address}, {"every", setting.every}, {"refused", setting.refused}};
        if (setting.quiet_from && setting.quiet_until) {
            body["quiet"] = json::object{{"from", *setting.quiet_from}, {"until", *setting.quiet_until}};
        }
        if (setting.sent_at) body["sent_at"] = *setting.sent_at;
        if (setting.failed_at) {
            body["failed_at"] = *setting.failed_at;
            body["failure"] = setting.failure;
        }
        return json_reply(200, body);
    });
}

Response set_notices(Services& services, const Request& request, const Context& context) {
    const auto wanted = decode(request);
    if (!wanted) return http::problem(wanted.error(), request.request_id);
    return no_content(request, services.notices.set(principal_of(context), *wanted));
}

Response remove_notices(Services& services, const Request& request, const Context& context) {
    return no_content(request, services.notices.remove(principal_of(context)));
}

}  // namespace rogatory::api
