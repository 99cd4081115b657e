#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "platform/service/listeners.hpp"

using namespace rogatory;
using service::Listeners;
using service::Listening;

namespace {

ports::UploadId upload(std::uint32_t number) {
    ByteArray<16> bytes{};
    // Spread as drawn ones are.
    for (auto& byte : bytes) {
        number = number * 1664525U + 1013904223U;
        byte = static_cast<std::uint8_t>(number >> 24U);
    }
    return ports::UploadId{bytes};
}

std::vector<std::shared_ptr<Listening>> open(Listeners& listeners, std::uint32_t count) {
    std::vector<std::shared_ptr<Listening>> held;
    for (std::uint32_t i = 0; i < count; ++i) held.push_back(listeners.of(upload(i)));
    return held;
}

// Of many rounds the quickest: whatever else the machine does stands in the others.
std::chrono::nanoseconds time_to_ask(Listeners& listeners) {
    constexpr int kRounds = 40;
    constexpr std::uint32_t kAsked = 50;
    constexpr std::uint32_t kNotOpen = 1'000'000;
    auto least = std::chrono::nanoseconds::max();
    for (int round = 0; round < kRounds; ++round) {
        const auto begun = std::chrono::steady_clock::now();
        for (std::uint32_t i = 0; i < kAsked; ++i) {
            (void)listeners.of(upload(i));
            (void)listeners.of(upload(kNotOpen + i));
        }
        least = std::min<std::chrono::nanoseconds>(least, std::chrono::steady_clock::now() - begun);
    }
    return least;
}

}  // namespace

TEST_CASE("all who send the same upload share one slot, and it goes with the last of them", "[service][uploads]") {
    Listeners listeners;
    auto first = listeners.of(upload(1));
    auto second = listeners.of(upload(1));
    const auto other = listeners.of(upload(2));
    CHECK(first == second);
    CHECK(first != other);
    CHECK(listeners.any(upload(1)));
    CHECK_FALSE(listeners.any(upload(3)));
    CHECK(listeners.count() == 2);
    ++first->newest;
    first.reset();
    CHECK(listeners.of(upload(1))->newest == 1);
    second.reset();
    CHECK_FALSE(listeners.any(upload(1)));
    CHECK(listeners.count() == 1);
    CHECK(listeners.of(upload(1))->newest == 0);
}

TEST_CASE("to ask for an upload costs the same however many are open", "[service][uploads]") {
    constexpr std::uint32_t kMany = 50'000;
    constexpr int kMore = 20;  // a thousand times as many are open; memory that is not near is what it may cost
    Listeners few;
    Listeners many;
    const auto held_few = open(few, 50);
    const auto held_many = open(many, kMany);
    CHECK(many.count() == kMany);
    const auto alone = time_to_ask(few);
    const auto among_many = time_to_ask(many);
    INFO(alone.count() << " ns and " << among_many.count() << " ns");
    CHECK(among_many < kMore * alone);
}

TEST_CASE("whoever comes while the last one goes has the slot that all later ones get", "[service][uploads]") {
    constexpr int kThreads = 4;
    constexpr int kTimes = 20'000;
    Listeners listeners;
    std::atomic<int> inside{0};
    std::atomic<bool> alone{true};
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < kTimes; ++n) {
                const auto slot = listeners.of(upload(1));
                const std::lock_guard guard{slot->mutex};
                // Two slots for one upload would let two in.
                if (inside.fetch_add(1) != 0) alone = false;
                inside.fetch_sub(1);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(alone);
    CHECK(listeners.count() == 0);
}
