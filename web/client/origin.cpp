#include <algorithm>
#include <charconv>

#include "web/client/https.hpp"

namespace rogatory::client {
namespace {

constexpr std::string_view kScheme = "https://";

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) {
               return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + ('a' - 'A')) : b);
           });
}

bool host_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; }

bool is_host(std::string_view host) {
    if (host.starts_with('[')) {
        return host.size() > 2 && host.ends_with(']') &&
               std::ranges::all_of(host.substr(1, host.size() - 2), [](char c) {
                   return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
               });
    }
    return !host.empty() && host.size() <= 253 && std::ranges::all_of(host, host_character) && host.front() != '.' &&
           host.front() != '-';
}

}  // namespace

Result<Origin> Origin::parse(std::string_view text) {
    const auto invalid = [&] {
        return fail(Error{ErrorCode::invalid_input, "client.address_invalid"}.with("address",
                                                                                   std::string{text.substr(0, 200)}));
    };
    auto rest = text;
    if (starts_with_ignoring_case(rest, kScheme)) {
        rest.remove_prefix(kScheme.size());
    } else if (rest.find("://") != std::string_view::npos) {
        return fail(ErrorCode::invalid_input, "client.https_only");
    }
    if (rest.ends_with('/')) rest.remove_suffix(1);
    std::string host{rest};
    std::ranges::transform(host, host.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    unsigned port = 443;
    const auto colon = host.rfind(':');
    if (colon != std::string::npos && host.find(']', colon) == std::string::npos) {
        const auto* begin = host.data() + colon + 1;
        const auto* end = host.data() + host.size();
        const auto [stop, failure] = std::from_chars(begin, end, port);
        if (failure != std::errc{} || stop != end || port == 0 || port > 65535) return invalid();
        host.resize(colon);
    }
    if (!is_host(host)) return invalid();
    return Origin{std::string{kScheme} + host + (port == 443 ? "" : ":" + std::to_string(port))};
}

}  // namespace rogatory::client
