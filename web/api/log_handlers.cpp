#include "web/api/handlers.hpp"
#include "web/api/reply.hpp"
#include "web/api/tile_path.hpp"
#include "web/http/fields.hpp"

namespace rogatory::api {
namespace {

Response not_there(const Request& request) { return http::problem(404, "http.not_found", request.request_id); }

Response note_reply(const Bytes& note) {
    auto response = Response::text(200, "text/plain; charset=utf-8", std::string{as_text(note)});
    response.headers.add("Cache-Control", "no-cache");
    return response;
}

}  // namespace

Response checkpoint(Services& services, const std::string& log_number, const Request& request, const Context& context) {
    if (context.path_value("n") != log_number) return not_there(request);
    return reply(request, services.log.checkpoint(), note_reply);
}

Response offer_checkpoint(Services& services, const std::string& log_number, const Request& request,
                          const Context& context) {
    if (context.path_value("n") != log_number) return not_there(request);
    return no_content(request, services.log.offer(as_bytes(request.body)));
}

Response witnessed_checkpoint(Services& services, const std::string& log_number, const Request& request,
                              const Context& context) {
    if (context.path_value("n") != log_number) return not_there(request);
    std::optional<std::uint64_t> covers;
    if (const auto asked = context.query_value("covers")) {
        covers = http::parse_unsigned(*asked);
        if (!covers) return http::problem(Members::invalid("covers").value(), request.request_id);
    }
    return reply(request, services.log.witnessed_checkpoint(covers), note_reply);
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
