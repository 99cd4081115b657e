#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "platform/base/result.hpp"
#include "platform/model/ids.hpp"

namespace rogatory::record {

struct Seen;

inline constexpr std::size_t kMaxLogPolicyBytes = 16 * 1024;

// What a register needs of a C2SP tlog-policy file to judge statements: the log it names, and whether witnesses count.
// (crypto/tlog verifies checkpoints and cosignatures against the same text.)
class LogPolicy {
public:
    // One log; one flat group or `quorum none`; k > n/2 and n − k ≥ 1. invalid_input "log_policy".
    [[nodiscard]] static Result<LogPolicy> parse(std::string_view text);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] const std::string& origin() const noexcept { return origin_; }  // "<host>/log/<n>"
    [[nodiscard]] const model::VerifyKey& log_key() const noexcept { return log_key_; }
    [[nodiscard]] std::uint64_t quorum() const noexcept { return quorum_; }  // k; 0: `quorum none`
    [[nodiscard]] std::uint64_t witnesses() const noexcept { return witnesses_; }

    // The log's own signature over the checkpoint that `seen` names.
    [[nodiscard]] bool signature_holds(const Seen& seen) const;

    friend bool operator==(const LogPolicy&, const LogPolicy&) = default;

private:
    LogPolicy(std::string text, std::string origin, model::VerifyKey log_key)
        : text_{std::move(text)}, origin_{std::move(origin)}, log_key_{log_key} {}
    std::string text_;
    std::string origin_;
    model::VerifyKey log_key_;
    std::uint64_t quorum_ = 0;
    std::uint64_t witnesses_ = 0;
};

// The text that a log signs (C2SP tlog-checkpoint): origin, size, base64 root, a line each.
[[nodiscard]] std::string checkpoint_text(std::string_view origin, std::uint64_t size, const model::Digest& root);

}  // namespace rogatory::record
