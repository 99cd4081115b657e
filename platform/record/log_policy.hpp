#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "crypto/tlog/policy.hpp"
#include "platform/base/result.hpp"
#include "platform/model/ids.hpp"

namespace rogatory::record {

struct Seen;

inline constexpr std::size_t kMaxLogPolicyBytes = 16 * 1024;

// A C2SP tlog-policy as registers and founding sheets carry it: the exact text, and what it means.
class LogPolicy {
public:
    // One log; `quorum none` or one flat group with k > n/2 and n − k ≥ 1; at most kMaxLogPolicyBytes. Errors:
    // crypto/tlog's.
    [[nodiscard]] static Result<LogPolicy> parse(std::string_view text);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] const tlog::Policy& policy() const noexcept { return policy_; }
    [[nodiscard]] const tlog::NoteKey& log() const { return policy_.logs().front().key; }
    [[nodiscard]] const std::string& origin() const { return log().name(); }  // "<host>/log/<n>"
    [[nodiscard]] bool witnessed() const noexcept { return !policy_.quorum_none(); }

    // The log's own signature over the checkpoint that `seen` names.
    [[nodiscard]] bool signature_holds(const Seen& seen) const;
    // What a statement at this place may say that it has seen; empty, or why it is void. The log is the one in which it
    // stands (whoever has not adopted a new one cannot write in it), and nobody can have seen a tree of it that was
    // larger than the place he was then given.
    [[nodiscard]] std::string_view judge(const Seen& seen, std::uint64_t place) const;

    friend bool operator==(const LogPolicy& a, const LogPolicy& b) { return a.text_ == b.text_; }

private:
    LogPolicy(std::string text, tlog::Policy policy) : text_{std::move(text)}, policy_{std::move(policy)} {}
    std::string text_;
    tlog::Policy policy_;
};

}  // namespace rogatory::record
