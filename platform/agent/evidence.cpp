#include "platform/agent/evidence.hpp"

#include <algorithm>

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/canonical_json.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/sha256.hpp"

namespace rogatory::agent {

namespace {

// Evidence as a file of the profile: public bytes only (notes, envelopes, log entries, ciphertext).
struct Evidence {
    std::string name;
    std::string text;
    bool kept = false;
};

Evidence keep(Environment& environment, const std::string& key, const EvidencePieces& pieces) {
    encoding::Json::Object fields;
    fields.emplace("alarm", key);
    for (const auto& [name, bytes] : pieces) {
        constexpr std::size_t kMost = 64 * 1024;
        fields.emplace(std::string{name}, encoding::base64_encode(bytes.first(std::min(bytes.size(), kMost))));
        fields.emplace(std::string{name} + "_sha256", encoding::hex_encode(crypto::sha256(bytes).value()));
    }
    Evidence evidence;
    evidence.text = encoding::encode_canonical_json(fields);
    const auto digest = encoding::hex_encode(crypto::sha256(as_bytes(evidence.text)).value());
    auto tail = key + "-" + digest.substr(0, 12) + ".json";
    std::replace(tail.begin(), tail.begin() + static_cast<std::ptrdiff_t>(key.size()), '.', '-');
    evidence.name = "evidence/" + std::to_string(environment.clock.wall()) + "-" + tail;
    // The same evidence another time is the same file.
    if (const auto all = environment.profile.list("evidence")) {
        const auto known = std::find_if(all->begin(), all->end(), [&](const auto& one) { return one.ends_with(tail); });
        if (known != all->end()) {
            evidence.name = *known;
            evidence.kept = true;
            return evidence;
        }
    }
    evidence.kept = environment.profile.save(evidence.name, as_bytes(evidence.text)).has_value();
    return evidence;
}

// An alarm is an alarm even where it cannot be written down.
Error error_of(const Evidence& evidence, std::string key, std::string log_detail) {
    return Error{ErrorCode::integrity, std::move(key), std::move(log_detail)}.with("evidence",
                                                                                   evidence.kept ? evidence.name : "-");
}

}  // namespace

tl::unexpected<Error> alarm(Environment& environment, std::string key, const EvidencePieces& pieces,
                            std::string log_detail) {
    const auto evidence = keep(environment, key, pieces);
    return fail(error_of(evidence, std::move(key), std::move(log_detail)));
}

tl::unexpected<Error> fork_alarm(Environment& environment, std::string key, const EvidencePieces& pieces,
                                 std::string log_detail) {
    const auto evidence = keep(environment, key, pieces);
    // One file a fork: seen again in another run it is the same fork, whatever the hour.
    Bytes all;
    for (const auto& [piece, bytes] : pieces) append(all, bytes);
    const auto standing =
        std::string{kStandingFolder} + "/" + encoding::hex_encode(crypto::sha256(all).value()).substr(0, 16);
    const auto known = environment.profile.load(standing);
    const bool marked = (known && *known) || environment.profile.save(standing, as_bytes(evidence.name)).has_value();
    if (!marked || !evidence.kept) {
        environment.unkept_alarms[standing] = {evidence.name, to_bytes(evidence.text)};
        environment.observer.on_notice({"alarm.not_kept", {}});
    }
    return fail(error_of(evidence, std::move(key), std::move(log_detail)));
}

void keep_alarms_again(Environment& environment) {
    auto& profile = environment.profile;
    std::erase_if(environment.unkept_alarms, [&](const auto& row) {
        const auto& [standing, unkept] = row;
        const auto evidence = profile.load(unkept.evidence);
        const bool kept = (evidence && *evidence) || profile.save(unkept.evidence, unkept.text).has_value();
        return kept && profile.save(standing, as_bytes(unkept.evidence)).has_value();
    });
}

}  // namespace rogatory::agent
