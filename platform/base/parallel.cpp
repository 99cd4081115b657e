#include "platform/base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>
#include <vector>

namespace rogatory {
namespace {

// What one thread takes at once: a thread costs as much as one or two signatures.
constexpr std::size_t kShare = 16;

}  // namespace

void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next = 0;
    const auto run = [&] {
        for (;;) {
            const auto first = next.fetch_add(kShare);
            if (first >= count) return;
            for (auto i = first; i < std::min(count, first + kShare); ++i) work(i);
        }
    };
    const auto most = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 16);
    std::vector<std::future<void>> helpers;
    for (std::size_t i = 1; i < std::min(most, (count + kShare - 1) / kShare); ++i) {
        helpers.push_back(std::async(std::launch::async, run));
    }
    // A future waits for its thread when it goes, whatever is thrown on the way.
    run();
    for (auto& helper : helpers) helper.get();
}

}  // namespace rogatory
