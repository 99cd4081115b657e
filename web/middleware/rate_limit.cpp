#include "web/middleware/rate_limit.hpp"

#include "web/http/problem.hpp"

namespace rogatory::middleware {
namespace {

http::Response refuse(const http::Request& request) {
    return http::problem(Error{ErrorCode::too_many, "http.too_many"}.with("retry_after", "2"), request.request_id);
}

}  // namespace

std::optional<http::Response> AddressRate::on_head(const http::Request& request, http::Context&, const http::Route*) {
    if (buckets_.take(request.peer)) return std::nullopt;
    return refuse(request);
}

std::optional<http::Response> CallerRate::on_head(const http::Request& request, http::Context& context,
                                                  const http::Route*) {
    if (!context.caller || buckets_.take(context.caller->log_id())) return std::nullopt;
    return refuse(request);
}

}  // namespace rogatory::middleware
