#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "web/http/message.hpp"

namespace rogatory::http {

// Who may call a route at all; the words of openapi.yaml's x-access. What the caller then finds is decided by the
// service's one decision function.
enum class Access {
    unset,  // a route left like this stops the server from starting: deny by default
    none,
    ticket,
    enrolment,
    kit,
    any,
    registry,
    member,
    account,
    auditor,
    administrator,
};
[[nodiscard]] std::string_view access_name(Access access);

// How a request's body is taken.
struct BodyPolicy {
    enum class Kind { none, buffered, streamed };
    Kind kind = Kind::none;
    std::uint64_t max_bytes = 0;

    [[nodiscard]] static BodyPolicy buffered(std::uint64_t max) { return {Kind::buffered, max}; }
    [[nodiscard]] static BodyPolicy streamed(std::uint64_t max) { return {Kind::streamed, max}; }
};

// Who calls: made by the session stage, read by the handlers. web/http knows only what the log may say of him.
class Caller {
public:
    virtual ~Caller() = default;
    [[nodiscard]] virtual std::string log_id() const = 0;  // an opaque id, never a name
};

// What one request carries from stage to stage besides itself.
struct Context {
    std::string_view route;                                 // the pattern, for logs and metrics; owned by the router
    std::vector<std::pair<std::string, std::string>> path;  // the pattern's names with their decoded values
    std::vector<std::pair<std::string, std::string>> query;
    std::shared_ptr<const Caller> caller;

    [[nodiscard]] std::string_view path_value(std::string_view name) const;  // ensures that the pattern has it
    [[nodiscard]] std::optional<std::string_view> query_value(std::string_view name) const;
};

using Handler = std::function<Response(const Request&, const Context&)>;
using StreamStart = std::variant<Response, std::unique_ptr<BodySink>>;
using StreamHandler = std::function<StreamStart(const Request&, const Context&)>;

struct Route {
    Method method = Method::get;
    std::string pattern;  // "/api/v1/chains/{chain}"; a last "{path...}" takes the rest with its slashes
    Access access = Access::unset;
    BodyPolicy body;
    Handler handler;                 // none or buffered
    StreamHandler streams;           // streamed
    std::vector<std::string> query;  // the names allowed in the query: an unknown one is refused
    // Answered from a few small rows and without waiting for a write: on the connection's own thread, since to hand it
    // to another costs as much as the reading.
    bool brief = false;
    // Reads, waits for no write, and is as long as what it reads has become: there too, as long as it was short and
    // quick the last time (middleware::QuickAnswers).
    bool brief_as_before = false;
    // Open as well to an access manager whom his Party's own rules keep out and who may set them anew.
    bool open_to_barred = false;
};

struct Match {
    const Route* route = nullptr;
    Context context;
};
struct NoMatch {
    std::vector<Method> allowed;  // empty: no such path
};

// Routes by path segments. Built once; an incomplete, double or ambiguous route throws InvariantViolation: the server
// does not start.
class Router {
public:
    // `elsewhere`: what answers a GET or HEAD whose path no route has; its query is not read.
    explicit Router(std::vector<Route> routes, std::optional<Route> elsewhere = std::nullopt);

    [[nodiscard]] Result<std::variant<Match, NoMatch>> match(Method method, std::string_view path,
                                                             std::string_view query) const;
    [[nodiscard]] const std::vector<Route>& routes() const noexcept { return routes_; }

private:
    std::vector<Route> routes_;
    std::optional<Route> elsewhere_;
    std::vector<std::vector<std::string>> segments_;  // of routes_[i].pattern
};

// RFC 3986 §2.1; refuses a broken escape, a NUL and, so that a decoded value can never grow segments, a slash.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

}  // namespace rogatory::http
