#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "web/http/head.hpp"

// What every peer may send first. Whatever it is, it parses the same in one piece and in two, and a complete head
// never reaches beyond its blank line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rogatory::http;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto whole = parse_head(text);
    if (const auto* const complete = std::get_if<HeadComplete>(&whole)) {
        if (complete->bytes > size || !text.substr(0, complete->bytes).ends_with("\r\n\r\n")) std::abort();
        if (text.find("\r\n\r\n") + 4 != complete->bytes) std::abort();
        if (complete->request.headers.has("Transfer-Encoding") ||
            complete->request.headers.count("Content-Length") > 1) {
            std::abort();
        }
        const auto before = parse_head(text.substr(0, complete->bytes / 2));
        if (std::holds_alternative<HeadComplete>(before)) std::abort();
        if (std::holds_alternative<HeadMore>(before)) {
            const auto again = parse_head(text, complete->bytes / 2);
            const auto* const same = std::get_if<HeadComplete>(&again);
            if (same == nullptr || same->request.path != complete->request.path) std::abort();
        }
    }
    return 0;
}
