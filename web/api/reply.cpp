#include "web/api/reply.hpp"

#include <boost/json/serialize.hpp>

#include "web/http/fields.hpp"

namespace rogatory::api {

http::Response json_reply(int status, const json::value& value) {
    return http::Response::text(status, "application/json", json::serialize(value));
}

http::Response bytes_reply(Bytes bytes) {
    return http::Response::text(200, "application/octet-stream", std::string{as_text(bytes)});
}

Result<service::PageRequest> page_request(const http::Context& context) {
    constexpr std::size_t kMaxCursor = 128;
    constexpr std::uint64_t kMaxLimit = 500;
    service::PageRequest page;
    if (const auto cursor = context.query_value("cursor")) {
        if (cursor->empty() || cursor->size() > kMaxCursor) return Members::invalid("cursor");
        page.cursor = *cursor;
    }
    if (const auto limit = context.query_value("limit")) {
        const auto number = http::parse_unsigned(*limit);
        if (!number || *number == 0 || *number > kMaxLimit) return Members::invalid("limit");
        page.limit = static_cast<std::size_t>(*number);
    }
    return page;
}

}  // namespace rogatory::api
