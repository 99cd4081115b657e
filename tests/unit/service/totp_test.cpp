#include "platform/service/totp.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace rogatory;
using namespace rogatory::service;

namespace {

using Hash = TotpKind::Hash;

// RFC 6238, Appendix B, with erratum 2866: the seed is as long as the hash.
struct Row {
    UnixSeconds time;
    const char* sha1;
    const char* sha256;
    const char* sha512;
};
constexpr Row kRows[] = {
    {59, "94287082", "46119246", "90693936"},         {1111111109, "07081804", "68084774", "25091201"},
    {1111111111, "14050471", "67062674", "99943326"}, {1234567890, "89005924", "91819424", "93441116"},
    {2000000000, "69279037", "90698825", "38618901"}, {20000000000, "65353130", "77737706", "47863826"},
};

std::string seed(std::size_t bytes) {
    std::string text;
    while (text.size() < bytes) text += "1234567890";
    text.resize(bytes);
    return text;
}

}  // namespace

TEST_CASE("one-time codes are RFC 6238's, all eighteen of its vectors", "[service][totp]") {
    for (const auto& row : kRows) {
        CHECK(totp_code(as_bytes(seed(20)), row.time, {8, Hash::sha1}) == row.sha1);
        CHECK(totp_code(as_bytes(seed(32)), row.time, {8, Hash::sha256}) == row.sha256);
        CHECK(totp_code(as_bytes(seed(64)), row.time, {8, Hash::sha512}) == row.sha512);
        // Six digits are the last six of eight.
        CHECK(totp_code(as_bytes(seed(20)), row.time) == std::string{row.sha1}.substr(2));
    }
}

TEST_CASE("a code is good for its own step and the one on either side, and once", "[service][totp]") {
    const auto secret = seed(20);
    const UnixSeconds now = 1'800'000'015;
    const auto at = [&](UnixSeconds when) { return totp_code(as_bytes(secret), when); };
    const auto match = [&](const std::string& code, std::int64_t last = 0) {
        return match_totp(as_bytes(secret), code, now, last);
    };
    CHECK(match(at(now)) == now / 30);
    CHECK(match(at(now - 30)) == now / 30 - 1);
    CHECK(match(at(now + 30)) == now / 30 + 1);
    CHECK_FALSE(match(at(now - 60)));
    CHECK_FALSE(match(at(now + 60)));
    CHECK_FALSE(match(at(now), now / 30));
    CHECK_FALSE(match(at(now - 30), now / 30));
    CHECK(match(at(now + 30), now / 30) == now / 30 + 1);
    for (const auto* wrong : {"", "1", "12345", "1234567", "abcdef", "      "}) CHECK_FALSE(match(wrong));
    CHECK_FALSE(match(at(now) + "0"));
}
