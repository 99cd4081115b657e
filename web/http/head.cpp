#include "web/http/head.hpp"

#include <algorithm>
#include <array>

#include "web/http/fields.hpp"

namespace rogatory::http {
namespace {

HeadRefused refused(int status, std::string key) { return {status, std::move(key)}; }

// RFC 9110 §5.6.2 tchar.
bool is_token(std::string_view text) {
    constexpr std::string_view kSymbols = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               kSymbols.find(c) != std::string_view::npos;
    });
}

// RFC 9110 §5.5: visible ASCII, space and tab. obs-text (0x80 and above) is refused: no field we read has a use for it.
bool is_field_value(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c == '\t' || (c >= 0x20 && c < 0x7f); });
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// Origin form only (RFC 9112 §3.2.1): absolute form, authority form and "*" belong to proxies and are refused, as are
// a fragment, an empty segment and dot segments, which another hop might resolve.
bool is_origin_form(std::string_view target) {
    if (!target.starts_with('/')) return false;
    if (!std::ranges::all_of(target,
                             [](char c) { return c > 0x20 && c < 0x7f && c != '#' && c != '\\' && c != '"'; })) {
        return false;
    }
    auto path = target.substr(0, target.find('?'));
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto slash = path.find('/');
        const auto segment = path.substr(0, slash);
        if (segment.empty() || segment == "." || segment == "..") return target.substr(0, target.find('?')) == "/";
        if (slash == std::string_view::npos) return true;
        path.remove_prefix(slash);
    }
    return true;
}

std::optional<HeadRefused> parse_request_line(std::string_view line, Request& request) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return refused(400, "http.malformed");
    const auto method = line.substr(0, first);
    const auto target = line.substr(first + 1, last - first - 1);
    const auto version = line.substr(last + 1);
    if (!is_token(method) || !is_origin_form(target)) return refused(400, "http.malformed");
    if (version != "HTTP/1.1") {
        const bool other = version.starts_with("HTTP/") && version.size() == 8;
        return other ? refused(505, "http.version") : refused(400, "http.malformed");
    }
    if (target.size() > kMaxTargetBytes) return refused(414, "http.target_too_long");
    const auto known = parse_method(method);
    if (!known) return refused(501, "http.method_unknown");
    const auto question = target.find('?');
    request.method = *known;
    request.path = target.substr(0, question);
    request.query = question == std::string_view::npos ? std::string{} : std::string{target.substr(question + 1)};
    return std::nullopt;
}

std::optional<HeadRefused> parse_field(std::string_view line, Request& request) {
    const auto colon = line.find(':');
    // A line that starts with a blank has no token before its colon: obs-fold is refused here too (RFC 9112 §5.2).
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return refused(400, "http.malformed");
    const auto value = trim(line.substr(colon + 1));
    if (!is_field_value(value)) return refused(400, "http.malformed");
    if (request.headers.size() == kMaxFields) return refused(431, "http.head_too_large");
    request.headers.add(std::string{line.substr(0, colon)}, std::string{value});
    return std::nullopt;
}

// Host: exactly one (RFC 9112 §3.2), of the bytes a host and port can have. Which host is the application's business.
bool is_host(std::string_view host) {
    return !host.empty() && host.size() <= 261 && std::ranges::all_of(host, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
               c == ':' || c == '[' || c == ']' || c == '_';
    });
}

std::optional<HeadRefused> check_framing(Request& request) {
    const auto& headers = request.headers;
    if (headers.has("Transfer-Encoding")) return refused(501, "http.transfer_encoding");
    // No route reads a packed body; whoever unpacks it on the way would judge other bytes than we do.
    if (headers.has("Content-Encoding")) return refused(415, "http.content_encoding");
    if (headers.has("Upgrade") || headers.has("TE") || headers.has("Trailer")) return refused(400, "http.malformed");
    const auto host = headers.find("Host");
    if (!host || !is_host(*host)) return refused(400, "http.malformed");
    if (headers.has("Content-Length")) {
        const auto value = headers.find("Content-Length");
        const auto length = value ? parse_unsigned(*value) : std::nullopt;
        if (!length) return refused(400, "http.malformed");
        request.content_length = *length;
    }
    if (headers.has("Connection")) {
        const auto value = headers.find("Connection");
        if (!value) return refused(400, "http.malformed");
        if (same_name(*value, "close")) {
            request.keep_alive = false;
        } else if (!same_name(*value, "keep-alive")) {
            // Any other option names hop-by-hop fields for somebody else to drop: a way to make two hops disagree.
            return refused(400, "http.malformed");
        }
    }
    if (headers.has("Expect")) {
        const auto value = headers.find("Expect");
        if (!value || !same_name(*value, "100-continue")) return refused(417, "http.expectation");
    }
    // Fields that our stages read as one value must stand at most once.
    constexpr std::array<std::string_view, 16> kSingle{"Authorization",   "Cookie",
                                                       "Content-Type",    "Origin",
                                                       "Idempotency-Key", "If-Match",
                                                       "Range",           "If-Range",
                                                       "Upload-Length",   "Upload-Offset",
                                                       "Upload-Metadata", "Upload-Checksum",
                                                       "Tus-Resumable",   "X-HTTP-Method-Override",
                                                       "Sec-Fetch-Site",  "If-None-Match"};
    for (const auto name : kSingle) {
        if (headers.count(name) > 1) return refused(400, "http.malformed");
    }
    return std::nullopt;
}

}  // namespace

std::variant<HeadMore, HeadRefused, HeadComplete> parse_head(std::string_view received, std::size_t seen_before) {
    // Every LF must follow a CR and every CR must be followed by an LF, so one pass finds the end and all line faults.
    for (std::size_t i = std::min(seen_before, received.size()); i < received.size(); ++i) {
        if (received[i] == '\0') return refused(400, "http.malformed");
        if (received[i] == '\n' && (i == 0 || received[i - 1] != '\r')) return refused(400, "http.malformed");
        if (i > 0 && received[i - 1] == '\r' && received[i] != '\n') return refused(400, "http.malformed");
        if (received[i] != '\n' || i < 3 || received.substr(i - 3, 4) != "\r\n\r\n") {
            if (i >= kMaxHeadBytes) return refused(431, "http.head_too_large");
            continue;
        }

        HeadComplete complete;
        complete.bytes = i + 1;
        auto lines = received.substr(0, i - 1);  // ends with the CRLF of the last line
        bool first = true;
        while (!lines.empty()) {
            const auto end = lines.find("\r\n");
            const auto line = lines.substr(0, end);
            auto fault = first ? parse_request_line(line, complete.request) : parse_field(line, complete.request);
            if (fault) return *std::move(fault);
            first = false;
            lines.remove_prefix(end + 2);
        }
        if (auto fault = check_framing(complete.request)) return *std::move(fault);
        return complete;
    }
    // An empty line before the request line is allowed by RFC 9112 §2.2 ("SHOULD ignore"); we do not need it.
    if (received.starts_with("\r\n")) return refused(400, "http.malformed");
    return HeadMore{};
}

}  // namespace rogatory::http
