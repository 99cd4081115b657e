#include "crypto/secret.hpp"

#include <algorithm>
#include <cstring>
#include <sstream>
#include <type_traits>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/seeded_random.hpp"

using namespace rogatory;
using crypto::Secret;
using crypto::SecretBytes;
using crypto::SecretText;

namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
    out << value;
};
template <class T>
concept Hashable = requires(const T& value) {
    std::hash<T>{}(value);
};

using KeyA = Secret<32, struct KeyATag>;
using KeyB = Secret<32, struct KeyBTag>;

static_assert(!std::is_copy_constructible_v<KeyA> && !std::is_copy_assignable_v<KeyA> &&
              !std::is_default_constructible_v<KeyA>);
static_assert(std::is_nothrow_move_constructible_v<KeyA>);
static_assert(!std::is_convertible_v<KeyA, KeyB> && !std::is_constructible_v<KeyB, KeyA>);
static_assert(!Printable<KeyA> && !Printable<SecretBytes> && !Printable<SecretText>);
static_assert(!Hashable<KeyA> && !Hashable<SecretText>);
static_assert(!std::is_copy_constructible_v<SecretBytes> && !std::is_copy_constructible_v<SecretText>);

}  // namespace

TEST_CASE("a secret moves without leaving a copy behind", "[crypto][secret]") {
    tests::SeededRandom random;
    auto first = KeyA::random(random);
    const auto before = to_bytes(first.expose_secret());
    const auto* where = first.expose_secret().data();

    const auto second = std::move(first);

    CHECK(second.expose_secret().data() == where);
    CHECK(to_bytes(second.expose_secret()) == before);
    CHECK_THROWS_AS(first.expose_secret(), InvariantViolation);  // NOLINT: that is the point
}

TEST_CASE("a secret is wiped when it goes", "[crypto][secret]") {
#if defined(__SANITIZE_ADDRESS__)
    SKIP("under AddressSanitizer the memory is freed and may not be looked at");
#endif
    const std::uint8_t* where = nullptr;
    {
        const auto secret =
            KeyA::made_by([](MutableByteView out) { std::fill(out.begin(), out.end(), std::uint8_t{0xa5}); });
        where = secret.expose_secret().data();
        REQUIRE(where[31] == 0xa5);
    }
    // The block stays in the pool; beside the pool's own link in its first bytes it is zero.
    CHECK(std::all_of(where + sizeof(void*), where + 32, [](std::uint8_t byte) { return byte == 0; }));
}

TEST_CASE("an overwritten secret is wiped at once", "[crypto][secret]") {
#if defined(__SANITIZE_ADDRESS__)
    SKIP("under AddressSanitizer the memory is freed and may not be looked at");
#endif
    auto old_secret = KeyA::made_by([](MutableByteView out) { std::fill(out.begin(), out.end(), std::uint8_t{0xa5}); });
    const auto* where = old_secret.expose_secret().data();
    tests::SeededRandom random;
    auto newer = KeyA::random(random);

    old_secret = std::move(newer);

    CHECK(std::none_of(where + sizeof(void*), where + 32, [](std::uint8_t byte) { return byte == 0xa5; }));
}

TEST_CASE("secrets compare by content", "[crypto][secret]") {
    tests::SeededRandom random;
    const auto secret = KeyA::random(random);
    auto changed = secret.duplicate();
    CHECK(changed == secret);
    changed.expose_secret_mutable()[31] ^= 1U;
    CHECK_FALSE(changed == secret);
    CHECK(KeyB::retagged(secret).expose_secret()[0] == secret.expose_secret()[0]);
}

TEST_CASE("a secret of a wrong length is refused", "[crypto][secret]") {
    CHECK_FALSE(KeyA::from(Bytes(31)));
    CHECK_FALSE(KeyA::from(Bytes(33)));
    CHECK(KeyA::from(Bytes(32)));
}

TEST_CASE("secret bytes grow, shrink and stay themselves", "[crypto][secret]") {
    SecretBytes secret;
    CHECK(secret.empty());
    Bytes expected;
    for (int i = 0; i < 300; ++i) {
        const Bytes more(static_cast<std::size_t>(i), static_cast<std::uint8_t>(i));
        secret.append(more);
        append(expected, more);
    }
    CHECK(to_bytes(secret.expose_secret()) == expected);

    secret.append(secret.expose_secret().first(100));  // a part of itself
    append(expected, Bytes(expected.begin(), expected.begin() + 100));
    CHECK(to_bytes(secret.expose_secret()) == expected);

    secret.resize(10);
    secret.resize(20);
    CHECK(std::all_of(secret.expose_secret().begin() + 10, secret.expose_secret().end(),
                      [](std::uint8_t byte) { return byte == 0; }));
    CHECK(secret.duplicate() == secret);
    CHECK_FALSE(secret == SecretBytes{});

    SecretBytes other = std::move(secret);
    CHECK(other.size() == 20);
    secret = SecretBytes::copy_of(Bytes{1, 2, 3});  // a moved-from one may be assigned to
    CHECK(secret.size() == 3);
}

TEST_CASE("a secret text wipes the string it came in", "[crypto][secret]") {
    std::string source = "a passphrase that is longer than the small-string buffer";
    const auto* where = source.data();
    const auto size = source.size();

    const SecretText text{std::move(source)};

    CHECK(text.expose_secret() == "a passphrase that is longer than the small-string buffer");
    CHECK(source.empty());  // NOLINT: wiped, not moved from
    CHECK(std::all_of(where, where + size, [](char c) { return c == '\0'; }));
}

TEST_CASE("secrets of many sizes do not overlap", "[crypto][secret]") {
    std::vector<SecretBytes> all;
    for (std::size_t size = 1; size < 9000; size = size * 3 / 2 + 1) {
        for (int i = 0; i < 20; ++i) {
            SecretBytes one{size};
            CHECK(std::all_of(one.expose_secret().begin(), one.expose_secret().end(),
                              [](std::uint8_t byte) { return byte == 0; }));
            std::memset(one.expose_secret_mutable().data(), static_cast<int>(all.size() & 0xffU), size);
            all.push_back(std::move(one));
        }
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto bytes = all[i].expose_secret();
        CHECK(std::all_of(bytes.begin(), bytes.end(), [&](std::uint8_t byte) { return byte == (i & 0xffU); }));
    }
}
