#include "web/client/peer.hpp"

#include <algorithm>
#include <charconv>

#include "platform/base/loopback.hpp"
#include "platform/base/try.hpp"

namespace rogatory::client {
namespace {

// "http://127.0.0.1:8444", "http://[::1]:8444".
bool is_on_this_machine(std::string_view origin) {
    constexpr std::string_view kPlain = "http://";
    const auto colon = origin.rfind(':');
    if (!origin.starts_with(kPlain) || colon < kPlain.size()) return false;
    auto host = origin.substr(kPlain.size(), colon - kPlain.size());
    const bool six = host.starts_with('[') && host.ends_with(']');
    if (six) host = host.substr(1, host.size() - 2);
    if (six != (host.find(':') != std::string_view::npos) || !is_loopback(std::string{host})) return false;
    const auto digits = origin.substr(colon + 1);
    unsigned port = 0;
    const auto [stop, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return failure == std::errc{} && stop == digits.data() + digits.size() && port != 0 && port <= 65535;
}

bool path_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~' || c == '/';
}

}  // namespace

Result<PeerAddress> PeerAddress::parse(std::string_view text) {
    const auto invalid = [&] {
        return fail(Error{ErrorCode::invalid_input, "client.address_invalid"}.with("address",
                                                                                   std::string{text.substr(0, 200)}));
    };
    const auto scheme = text.find("://");
    if (scheme == std::string_view::npos) return invalid();
    const auto slash = text.find('/', scheme + 3);
    std::string prefix{slash == std::string_view::npos ? std::string_view{} : text.substr(slash)};
    while (prefix.ends_with('/')) prefix.pop_back();
    if (!std::all_of(prefix.begin(), prefix.end(), path_character) || prefix.find("..") != std::string::npos) {
        return invalid();
    }
    const auto head = text.substr(0, slash);
    if (is_on_this_machine(head)) return PeerAddress{std::string{head}, std::move(prefix)};
    ROGATORY_TRY(const auto origin, Origin::parse(head));
    return PeerAddress{origin.text(), std::move(prefix)};
}

}  // namespace rogatory::client
