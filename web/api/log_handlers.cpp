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

// The n of /log/<n>.
std::optional<std::uint64_t> number_in(const Context& context) {
    const auto number = http::parse_unsigned(context.path_value("n"));
    if (!number || std::to_string(*number) != context.path_value("n")) return std::nullopt;
    return *number;
}

}  // namespace

Response checkpoint(Services& services, const Request& request, const Context& context) {
    const auto number = number_in(context);
    if (!number) return not_there(request);
    return reply(request, services.log.checkpoint(*number), note_reply);
}

Response offer_checkpoint(Services& services, const Request& request, const Context& context) {
    const auto number = number_in(context);
    if (!number) return not_there(request);
    return no_content(request, services.log.offer(as_bytes(request.body), *number));
}

Response witnessed_checkpoint(Services& services, const Request& request, const Context& context) {
    const auto number = number_in(context);
    if (!number) return not_there(request);
    std::optional<std::uint64_t> covers;
    if (const auto asked = context.query_value("covers")) {
        covers = http::parse_unsigned(*asked);
        if (!covers) return http::problem(Members::invalid("covers").value(), request.request_id);
    }
    return reply(request, services.log.witnessed_checkpoint(covers, *number), note_reply);
}

Response successor(Services& services, const Request& request, const Context& context) {
    const auto number = number_in(context);
    if (!number) return not_there(request);
    return reply(request, services.log.successor(*number),
                 [](const std::string& text) { return note_reply(to_bytes(text)); });
}

Response tile(Services& services, const Request& request, const Context& context) {
    const auto number = number_in(context);
    const auto path = parse_tile_path(context.path_value("path"));
    if (!number || !path) return not_there(request);
    auto bytes = path->level ? services.log.tile(*path->level, path->index, path->width, *number)
                             : services.log.entries(path->index, path->width, *number);
    return reply(request, std::move(bytes), [](Bytes found) {
        auto response = bytes_reply(std::move(found));
        // A tile of the tree never changes, not even a partial one.
        response.headers.add("Cache-Control", "public, max-age=31536000, immutable");
        return response;
    });
}

}  // namespace rogatory::api
