#include "platform/agent/following_digest.hpp"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cstdio>
#include <memory>

#include "crypto/primitives/sha256.hpp"
#include "platform/base/bytes.hpp"

// Of its own, because it is run under ThreadSanitizer too.
namespace rogatory::test {
namespace {

struct File {
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::tmpfile(), std::fclose};
    [[nodiscard]] int fd() const { return ::fileno(file.get()); }
    void add(ByteView bytes) const {
        REQUIRE(::write(fd(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    }
};

Bytes pattern(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 + i / 977);
    return bytes;
}

}  // namespace

TEST_CASE("the digest of a file that is still being written is that of the whole", "[digest]") {
    const auto size = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{1'000'000}, std::size_t{5'000'017});
    const auto step = GENERATE(std::size_t{16'384}, std::size_t{3'000'000});
    const auto content = pattern(size);
    const File file;
    agent::FollowingDigest following{file.fd()};
    for (std::size_t at = 0; at < size;) {
        const auto count = std::min(step, size - at);
        file.add(ByteView{content}.subspan(at, count));
        at += count;
        following.reached(at);
    }
    const auto digest = following.finish();
    REQUIRE(digest.has_value());
    CHECK(*digest == crypto::sha256(content));
}

TEST_CASE("what lies there already counts, and nothing is read that was not reached", "[digest]") {
    const auto content = pattern(3'000'000);
    const File file;
    file.add(content);
    agent::FollowingDigest following{file.fd()};
    following.reached(2'000'000);
    const auto digest = following.finish();
    REQUIRE(digest.has_value());
    CHECK(*digest == crypto::sha256(ByteView{content}.first(2'000'000)));
}

TEST_CASE("nobody waits for a digest that is not wanted any more, nor for bytes that cannot be read", "[digest]") {
    const File file;
    file.add(pattern(8'000'000));
    {
        agent::FollowingDigest left{file.fd()};
        left.reached(8'000'000);
    }
    agent::FollowingDigest beyond{file.fd()};
    beyond.reached(9'000'000);
    CHECK_FALSE(beyond.finish().has_value());
}

}  // namespace rogatory::test
