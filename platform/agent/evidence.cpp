#include "platform/agent/evidence.hpp"

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/canonical_json.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/sha256.hpp"

namespace rogatory::agent {

tl::unexpected<Error> alarm(Environment& environment, std::string key,
                            const std::vector<std::pair<std::string_view, ByteView>>& pieces, std::string log_detail) {
    // Public bytes only: notes, envelopes, log entries, ciphertext. The same evidence twice is one file.
    encoding::Json::Object fields;
    fields.emplace("alarm", key);
    for (const auto& [name, bytes] : pieces) {
        constexpr std::size_t kMost = 64 * 1024;
        fields.emplace(std::string{name}, encoding::base64_encode(bytes.first(std::min(bytes.size(), kMost))));
        fields.emplace(std::string{name} + "_sha256", encoding::hex_encode(crypto::sha256(bytes).value()));
    }
    const auto text = encoding::encode_canonical_json(fields);
    const auto digest = encoding::hex_encode(crypto::sha256(as_bytes(text)).value());
    std::string plain_key = key;
    for (auto& c : plain_key) {
        if (c == '.') c = '-';
    }
    const auto name =
        "evidence/" + std::to_string(environment.clock.wall()) + "-" + plain_key + "-" + digest.substr(0, 12) + ".json";
    auto error = Error{ErrorCode::integrity, std::move(key), std::move(log_detail)};
    if (environment.profile.save(name, as_bytes(text))) return fail(std::move(error).with("evidence", name));
    // An alarm is an alarm even where it cannot be written down.
    return fail(std::move(error).with("evidence", "-"));
}

}  // namespace rogatory::agent
