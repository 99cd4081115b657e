#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <future>
#include <mutex>

#include "platform/base/result.hpp"
#include "platform/model/ids.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

// SHA-256 of a file that is still being written, by a thread that follows the writing: when the last byte is there, so
// is the digest, nearly.
class FollowingDigest {
public:
    // The file stays open as long as this lives. What lies in it up to what is reached does not change any more.
    explicit FollowingDigest(int descriptor);
    FollowingDigest(const FollowingDigest&) = delete;
    FollowingDigest& operator=(const FollowingDigest&) = delete;
    ~FollowingDigest();

    void reached(std::uint64_t bytes);
    // Of all that was reached; once, and nothing after it. unavailable "profile.unusable": it cannot be read.
    Result<model::Digest> finish();

private:
    Result<model::Digest> follow();

    int descriptor_;
    std::mutex mutex_;
    std::condition_variable moved_;
    std::uint64_t reached_ = 0;
    std::uint64_t told_ = 0;  // of reached_, with a signal
    bool ended_ = false;
    std::atomic<bool> abandoned_ = false;  // nobody wants the digest any more
    std::future<Result<model::Digest>> digest_;
};

}  // namespace rogatory::agent
