#include "platform/agent/evidence.hpp"

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/canonical_json.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/sha256.hpp"

namespace rogatory::agent {

tl::unexpected<Error> alarm(Environment& environment, std::string key, const EvidencePieces& pieces,
                            std::string log_detail) {
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
    // The same evidence another time is the same file.
    if (const auto kept = environment.profile.list("evidence")) {
        for (const auto& known : *kept) {
            if (known.ends_with(plain_key + "-" + digest.substr(0, 12) + ".json")) {
                return fail(std::move(error).with("evidence", known));
            }
        }
    }
    if (environment.profile.save(name, as_bytes(text))) return fail(std::move(error).with("evidence", name));
    // An alarm is an alarm even where it cannot be written down.
    return fail(std::move(error).with("evidence", "-"));
}

tl::unexpected<Error> fork_alarm(Environment& environment, std::string key, const EvidencePieces& pieces,
                                 std::string log_detail) {
    auto raised = alarm(environment, std::move(key), pieces, std::move(log_detail));
    const auto& arguments = raised.value().arguments();
    const auto name = arguments.find("evidence");
    if (name != arguments.end()) {
        // One file a fork: seen again in another run it is the same fork, whatever the hour.
        Bytes all;
        for (const auto& [piece, bytes] : pieces) append(all, bytes);
        const auto digest = encoding::hex_encode(crypto::sha256(all).value()).substr(0, 16);
        const auto standing = std::string{kStandingFolder} + "/" + digest;
        const auto known = environment.profile.load(standing);
        if (!known || !*known) (void)environment.profile.save(standing, as_bytes(name->second));
    }
    return raised;
}

}  // namespace rogatory::agent
