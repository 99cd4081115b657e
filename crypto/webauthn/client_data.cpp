#include "crypto/webauthn/client_data.hpp"

#include <string>

#include "crypto/encoding/base64.hpp"

namespace rogatory::webauthn {
namespace {

// CCDToString of §5.8.1.1, for the characters that an origin can have: nothing of it needs an escape.
bool is_plain(std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte > 0x7e || c == '"' || c == '\\') return false;
    }
    return true;
}

bool take(std::string_view& left, std::string_view expected) {
    if (!left.starts_with(expected)) return false;
    left.remove_prefix(expected.size());
    return true;
}

}  // namespace

bool client_data_says(ByteView client_data, Act act, ByteView challenge, std::string_view origin) {
    constexpr std::size_t kMaxClientData = 4096;
    if (client_data.size() > kMaxClientData || origin.empty() || !is_plain(origin)) return false;
    auto left = as_text(client_data);
    const auto text = encoding::base64_encode(challenge, encoding::Base64::url_unpadded);
    const auto head = std::string{R"({"type":)"} + (act == Act::create ? R"("webauthn.create")" : R"("webauthn.get")") +
                      R"(,"challenge":")" + text + R"(","origin":")" + std::string{origin} + '"';
    if (!take(left, head)) return false;
    if (left == "}") return true;  // browsers before crossOrigin
    if (!take(left, R"(,"crossOrigin":false)")) return false;
    if (left == "}") return true;
    // §5.8.1.2: further members follow a comma and are the browser's own. topOrigin stands first among them where the
    // page was framed.
    return left.starts_with(',') && left.ends_with('}') && !left.starts_with(R"(,"topOrigin")");
}

}  // namespace rogatory::webauthn
