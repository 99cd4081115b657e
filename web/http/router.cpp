#include "web/http/router.hpp"

#include <algorithm>
#include <array>

#include "platform/base/ensure.hpp"

namespace rogatory::http {
namespace {

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> parts;
    path.remove_prefix(1);
    while (true) {
        const auto slash = path.find('/');
        parts.emplace_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return parts;
        path.remove_prefix(slash + 1);
    }
}

bool is_name(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }
bool takes_rest(std::string_view segment) { return is_name(segment) && segment.ends_with("...}"); }

std::string name_of(std::string_view segment) {
    segment = segment.substr(1, segment.size() - 2);
    if (segment.ends_with("...")) segment.remove_suffix(3);
    return std::string{segment};
}

std::optional<std::vector<std::pair<std::string, std::string>>> match_path(const std::vector<std::string>& pattern,
                                                                           const std::vector<std::string>& parts) {
    std::vector<std::pair<std::string, std::string>> values;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (i >= parts.size()) return std::nullopt;
        if (takes_rest(pattern[i])) {
            std::string rest = parts[i];
            for (std::size_t j = i + 1; j < parts.size(); ++j) rest += '/' + parts[j];
            values.emplace_back(name_of(pattern[i]), std::move(rest));
            return values;
        }
        if (is_name(pattern[i])) {
            auto decoded = percent_decode(parts[i]);
            if (!decoded || decoded->empty()) return std::nullopt;
            values.emplace_back(name_of(pattern[i]), std::move(*decoded));
        } else if (pattern[i] != parts[i]) {
            return std::nullopt;
        }
    }
    if (parts.size() != pattern.size()) return std::nullopt;
    return values;
}

Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query,
                                                                     const std::vector<std::string>& allowed) {
    std::vector<std::pair<std::string, std::string>> values;
    while (!query.empty()) {
        const auto end = query.find('&');
        const auto item = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
        const auto equals = item.find('=');
        auto name = percent_decode(item.substr(0, equals));
        auto value = percent_decode(equals == std::string_view::npos ? std::string_view{} : item.substr(equals + 1));
        if (!name || !value) return fail(ErrorCode::invalid_input, "http.query_malformed");
        if (std::ranges::find(allowed, *name) == allowed.end()) {
            return fail(ErrorCode::invalid_input, "http.query_unknown");
        }
        if (std::ranges::any_of(values, [&](const auto& known) { return known.first == *name; })) {
            return fail(ErrorCode::invalid_input, "http.query_malformed");
        }
        values.emplace_back(std::move(*name), std::move(*value));
    }
    return values;
}

constexpr std::array<std::pair<Access, std::string_view>, 11> kAccessNames{{{Access::unset, "unset"},
                                                                            {Access::none, "none"},
                                                                            {Access::ticket, "ticket"},
                                                                            {Access::enrolment, "enrolment"},
                                                                            {Access::kit, "kit"},
                                                                            {Access::any, "any"},
                                                                            {Access::registry, "registry"},
                                                                            {Access::member, "member"},
                                                                            {Access::account, "account"},
                                                                            {Access::auditor, "auditor"},
                                                                            {Access::administrator, "administrator"}}};

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::string_view access_name(Access access) {
    for (const auto& [known, name] : kAccessNames) {
        if (known == access) return name;
    }
    return {};
}

std::optional<std::string> percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const int high = hex_digit(text[i + 1]);
        const int low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        const char decoded = static_cast<char>(high * 16 + low);
        if (decoded == '\0' || decoded == '/') return std::nullopt;
        out += decoded;
        i += 2;
    }
    return out;
}

std::string_view Context::path_value(std::string_view name) const {
    for (const auto& [known, value] : path) {
        if (known == name) return value;
    }
    ensure(false, "a handler asks only for names of its own pattern");
    return {};
}

std::optional<std::string_view> Context::query_value(std::string_view name) const {
    for (const auto& [known, value] : query) {
        if (known == name) return value;
    }
    return std::nullopt;
}

Router::Router(std::vector<Route> routes, std::optional<Route> elsewhere)
    : routes_{std::move(routes)}, elsewhere_{std::move(elsewhere)} {
    ensure(!elsewhere_ || (elsewhere_->access == Access::none && elsewhere_->handler &&
                           elsewhere_->body.kind == BodyPolicy::Kind::none),
           "what answers elsewhere is for everybody and takes no body");
    for (const auto& route : routes_) {
        const auto what = std::string{method_name(route.method)} + " " + route.pattern;
        ensure(route.access != Access::unset, what + ": a route says who may call it");
        ensure(route.pattern.starts_with('/'), what + ": a pattern starts with a slash");
        const bool streamed = route.body.kind == BodyPolicy::Kind::streamed;
        ensure(streamed == static_cast<bool>(route.streams) && streamed != static_cast<bool>(route.handler),
               what + ": a route has the one handler that fits its body policy");
        ensure((route.body.kind == BodyPolicy::Kind::none) == (route.body.max_bytes == 0),
               what + ": a body has a limit");
        segments_.push_back(split(route.pattern));
        for (std::size_t i = 0; i + 1 < segments_.size(); ++i) {
            ensure(routes_[i].method != route.method || routes_[i].pattern != route.pattern,
                   what + ": a route stands once");
        }
    }
}

Result<std::variant<Match, NoMatch>> Router::match(Method method, std::string_view path, std::string_view query) const {
    NoMatch none;
    if (!path.starts_with('/')) return none;
    const auto parts = split(path);
    // HEAD is GET without the body (RFC 9110 §9.3.2), unless a route of its own says more.
    std::optional<Match> as_get;
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        auto values = match_path(segments_[i], parts);
        if (!values) continue;
        const auto& route = routes_[i];
        none.allowed.push_back(route.method);
        const bool get_for_head = method == Method::head && route.method == Method::get;
        if (route.method != method && !get_for_head) continue;
        auto parsed = parse_query(query, route.query);
        if (!parsed) return fail(std::move(parsed).error());
        Match match{&route, Context{route.pattern, std::move(*values), std::move(*parsed), nullptr}};
        if (!get_for_head) return std::variant<Match, NoMatch>{std::move(match)};
        as_get = std::move(match);
    }
    if (as_get) return std::variant<Match, NoMatch>{std::move(*as_get)};
    if (elsewhere_ && none.allowed.empty() && (method == Method::get || method == Method::head)) {
        return std::variant<Match, NoMatch>{Match{&*elsewhere_, Context{elsewhere_->pattern, {}, {}, nullptr}}};
    }
    return std::variant<Match, NoMatch>{std::move(none)};
}

}  // namespace rogatory::http
