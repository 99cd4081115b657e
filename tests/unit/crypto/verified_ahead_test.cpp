#include "crypto/verified_ahead.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "platform/base/parallel.hpp"
#include "tests/support/seeded_random.hpp"

// Of its own, because it is run under ThreadSanitizer too.
using namespace rogatory;
using crypto::SigningKey;
using tests::SeededRandom;

TEST_CASE("what was verified ahead holds for that key, message and signature, and for nothing else", "[crypto][sign]") {
    SeededRandom random;
    const auto key = SigningKey::generate(random);
    const auto other = SigningKey::generate(random);
    const auto message = as_bytes("a statement");
    const auto signature = key.sign(message);
    auto bent_bytes = signature.value();
    bent_bytes[40] ^= 1U;
    const crypto::Signature bent{bent_bytes};
    CHECK_FALSE(crypto::was_verified_ahead(key.verify_key(), message, signature));
    // What does not hold is not remembered.
    crypto::verify_ahead(key.verify_key(), message, bent);
    crypto::verify_ahead(other.verify_key(), message, signature);
    CHECK_FALSE(crypto::was_verified_ahead(key.verify_key(), message, bent));
    CHECK_FALSE(crypto::was_verified_ahead(other.verify_key(), message, signature));

    crypto::verify_ahead(key.verify_key(), message, signature);
    CHECK(crypto::was_verified_ahead(key.verify_key(), message, signature));
    CHECK(key.verify_key().verify(message, signature));
    CHECK_FALSE(key.verify_key().verify(message, bent));
    CHECK_FALSE(key.verify_key().verify(as_bytes("a statemenu"), signature));
    CHECK_FALSE(other.verify_key().verify(message, signature));
}

TEST_CASE("work is shared among threads: each piece once, and what one throws comes back", "[base][parallel]") {
    std::vector<std::atomic<int>> times(1'000);
    in_parallel(times.size(), [&](std::size_t i) { ++times[i]; });
    CHECK(std::all_of(times.begin(), times.end(), [](const auto& each) { return each == 1; }));
    std::atomic<int> none = 0;
    in_parallel(0, [&](std::size_t) { ++none; });
    CHECK(none == 0);
    const auto throws = [](std::size_t i) {
        if (i == 700) throw std::runtime_error{"one of them"};
    };
    CHECK_THROWS_AS(in_parallel(1'000, throws), std::runtime_error);
}

TEST_CASE("many threads verify ahead while others ask", "[crypto][parallel]") {
    SeededRandom random;
    const auto key = SigningKey::generate(random);
    constexpr std::size_t kMessages = 64;
    std::vector<std::string> messages;
    std::vector<crypto::Signature> signatures;
    for (std::size_t i = 0; i < kMessages; ++i) {
        messages.push_back("statement " + std::to_string(i));
        signatures.push_back(key.sign(as_bytes(messages.back())));
    }
    std::atomic<int> wrong = 0;
    in_parallel(4 * kMessages, [&](std::size_t i) {
        const auto at = i % kMessages;
        if (i % 2 == 0) crypto::verify_ahead(key.verify_key(), as_bytes(messages[at]), signatures[at]);
        if (!key.verify_key().verify(as_bytes(messages[at]), signatures[at])) ++wrong;
        if (key.verify_key().verify(as_bytes(messages[at]), signatures[(at + 1) % kMessages])) ++wrong;
    });
    CHECK(wrong == 0);
}
