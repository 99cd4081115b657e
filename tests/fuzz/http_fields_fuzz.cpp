#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "crypto/encoding/base64.hpp"
#include "platform/base/bytes.hpp"
#include "web/http/fields.hpp"
#include "web/http/router.hpp"

// Values of fields that a peer chooses: tus metadata, ranges, tags, cookies, escapes. The first byte picks one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rogatory;
    if (size == 0) return 0;
    const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
    switch (data[0] % 5) {
        case 0: {
            const auto pairs = http::parse_upload_metadata(text);
            if (!pairs) break;
            // Canonical: written anew it is the same text, but for values that are empty.
            std::string again;
            bool empty = false;
            for (const auto& [name, value] : *pairs) {
                again += (again.empty() ? "" : ",") + name + " " + encoding::base64_encode(as_bytes(value));
                empty = empty || value.empty();
            }
            if (!empty && again != text) std::abort();
            break;
        }
        case 1: {
            constexpr std::uint64_t kSize = 1000;
            const auto answer = http::parse_range(text, kSize);
            if (answer.outcome == http::RangeOutcome::part &&
                (answer.range.first > answer.range.last || answer.range.last >= kSize)) {
                std::abort();
            }
            break;
        }
        case 2:
            (void)http::parse_entity_tags(text);
            break;
        case 3: {
            const auto found = http::cookie(text, "__Host-rogatory");
            if (found && found->find(';') != std::string_view::npos) std::abort();
            break;
        }
        case 4: {
            const auto decoded = http::percent_decode(text);
            if (decoded && (decoded->size() > text.size() || decoded->find('\0') != std::string::npos)) {
                if (text.find('\0') == std::string_view::npos) std::abort();
            }
            break;
        }
        default:
            break;
    }
    return 0;
}
