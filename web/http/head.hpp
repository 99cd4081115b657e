#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "web/http/message.hpp"

namespace rogatory::http {

// Limits of a request's head: above them 431 or 414, and the connection closes.
inline constexpr std::size_t kMaxHeadBytes = 16 * 1024;
inline constexpr std::size_t kMaxTargetBytes = 2 * 1024;
inline constexpr std::size_t kMaxFields = 64;

struct HeadMore {};  // the head is not complete yet
struct HeadRefused {
    int status = 400;
    std::string key;  // "http.<what>"
};
struct HeadComplete {
    Request request;        // without body, peer and request_id
    std::size_t bytes = 0;  // how many of the input were the head
};

// Parses the head of one HTTP/1.1 request (RFC 9112) from the start of what a connection has received.
//
// Strict on purpose: two parsers that disagree on where a request ends are how requests are smuggled, so whatever
// could be read in two ways is refused and closes the connection: a bare LF or CR, white space before the colon or in
// the request line, folded lines, any Transfer-Encoding, Content-Length twice or not plain digits, targets not in
// origin form, a Host that is missing or stands twice, control bytes. HTTP/1.0 is refused: nobody we serve speaks it.
//
// Looks at no byte twice in vain: the caller passes how many bytes it had looked at before.
[[nodiscard]] std::variant<HeadMore, HeadRefused, HeadComplete> parse_head(std::string_view received,
                                                                           std::size_t seen_before = 0);

}  // namespace rogatory::http
