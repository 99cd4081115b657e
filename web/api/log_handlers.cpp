#include "web/api/handlers.hpp"
#include "web/api/reply.hpp"
#include "web/api/tile_path.hpp"

namespace rogatory::api {
namespace {

Response not_there(const Request& request) { return http::problem(404, "http.not_found", request.request_id); }

}  // namespace

Response checkpoint(Services& services, const std::string& log_number, const Request& request, const Context& context) {
    if (context.path_value("n") != log_number) return not_there(request);
    return reply(request, services.log.checkpoint(), [](const Bytes& note) {
        auto response = Response::text(200, "text/plain; charset=utf-8", std::string{as_text(note)});
        response.headers.add("Cache-Control", "no-cache");
        return response;
    });
}

Response tile(Services& services, const std::string& log_number, const Request& request, const Context& context) {
    const auto path = parse_tile_path(context.path_value("path"));
    if (context.path_value("n") != log_number || !path) return not_there(request);
    auto bytes = path->level ? services.log.tile(*path->level, path->index, path->width)
                             : services.log.entries(path->index, path->width);
    return reply(request, std::move(bytes), [](Bytes found) {
        auto response = bytes_reply(std::move(found));
        // A tile of the tree never changes, not even a partial one.
        response.headers.add("Cache-Control", "public, max-age=31536000, immutable");
        return response;
    });
}

}  // namespace rogatory::api
