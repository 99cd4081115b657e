#include "crypto/age/hybrid.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/bech32.hpp"
#include "tests/unit/crypto/age/samples.hpp"

namespace rogatory::tests {
namespace {

using age::Failure;
using age::HybridIdentity;
using age::HybridRecipient;

TEST_CASE("a hybrid identity and its recipient survive being written", "[age][hybrid]") {
    const auto identity = sample_identity();

    const auto text = identity.encode();
    const auto again = HybridIdentity::parse(text.expose_secret());
    REQUIRE(again.has_value());
    CHECK(again->seed() == identity.seed());
    CHECK(again->recipient() == identity.recipient());
    CHECK(text.expose_secret().starts_with("AGE-SECRET-KEY-PQ-1"));

    const auto recipient = identity.recipient().text();
    CHECK(recipient.starts_with("age1pq1"));
    CHECK(HybridRecipient::parse(recipient) == identity.recipient());
    CHECK(HybridRecipient::from_bytes(identity.recipient().bytes()) == identity.recipient());
    CHECK(HybridIdentity::from_seed(identity.seed().duplicate()).recipient() == identity.recipient());
}

TEST_CASE("a hybrid recipient has one spelling", "[age][hybrid]") {
    auto text = sample_identity().recipient().text();
    const auto change = GENERATE(0, 1, 2, 3, 4, 5);
    CAPTURE(change);
    if (change == 0)
        std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
    if (change == 1) text.back() = text.back() == 'q' ? 'p' : 'q';
    if (change == 2) text += ' ';
    if (change == 3) text = "age1pq1";
    if (change == 4) text = encoding::bech32_encode("age", sample_identity().recipient().bytes());
    if (change == 5) text = encoding::bech32_encode("age1pq", Bytes(1215, 0));

    const auto parsed = HybridRecipient::parse(text);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().key() == "age.recipient");
    CHECK(parsed.error().code() == ErrorCode::invalid_input);
}

TEST_CASE("a recipient that nothing can be sealed to is refused", "[age][hybrid]") {
    auto key = to_bytes(sample_identity().recipient().bytes());

    SECTION("a coefficient is not reduced (FIPS 203, section 7.2)") {
        const auto place = GENERATE(std::size_t{0}, 1, 1150);
        key[place] = 0xff;
        key[place + 1] = 0xff;
        CHECK_FALSE(HybridRecipient::from_bytes(key).has_value());
    }
    SECTION("the greatest coefficient that is reduced is accepted") {
        key[0] = 0x00;  // 3328 = 0xd00
        key[1] = static_cast<std::uint8_t>((key[1] & 0xf0) | 0x0d);
        CHECK(HybridRecipient::from_bytes(key).has_value());
        key[0] = 0x01;
        CHECK_FALSE(HybridRecipient::from_bytes(key).has_value());
    }
    SECTION("the X25519 part is of low order") {
        std::fill(key.begin() + 1184, key.end(), 0);
        CHECK_FALSE(HybridRecipient::from_bytes(key).has_value());
        key[1184] = 1;
        CHECK_FALSE(HybridRecipient::from_bytes(key).has_value());
    }
}

TEST_CASE("a hybrid identity in another case or of another kind is refused", "[age][hybrid]") {
    const auto written = sample_identity().encode();
    std::string text{written.expose_secret()};
    const auto change = GENERATE(0, 1, 2, 3);
    CAPTURE(change);
    if (change == 0)
        std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    if (change == 1) text[30] = text[30] == 'Q' ? 'P' : 'Q';
    if (change == 2) text = encoding::bech32_encode("AGE-SECRET-KEY-", Bytes(32, 1));
    if (change == 3) text = encoding::bech32_encode("AGE-SECRET-KEY-PQ-", Bytes(31, 1));

    CHECK_FALSE(HybridIdentity::parse(text).has_value());
}

TEST_CASE("a stanza opens for its own identity and for no other", "[age][hybrid]") {
    SeededRandom random;
    const auto identity = sample_identity(1);
    const auto file_key = age::FileKey::random(random);

    const auto stanza = identity.recipient().wrap(file_key, random);
    CHECK(stanza.type() == "mlkem768x25519");
    CHECK(stanza.arguments.size() == 2);
    CHECK(stanza.body.size() == 32);

    CHECK(identity.unwrap(stanza).value() == file_key);
    CHECK(sample_identity(2).unwrap(stanza).error() == Failure::no_match);
    CHECK(identity.recipient().wrap(file_key, random) != stanza);
}

TEST_CASE("a hybrid stanza that is malformed is a header failure, not somebody else's", "[age][hybrid]") {
    SeededRandom random;
    const auto identity = sample_identity();
    auto stanza = identity.recipient().wrap(age::FileKey::random(random), random);
    auto share = encoding::base64_decode(stanza.arguments[1], encoding::Base64::unpadded).value();
    auto expected = Failure::header;

    SECTION("another kind") {
        stanza.arguments[0] = "MLKEM768X25519";
        expected = Failure::no_match;
    }
    SECTION("no share") { stanza.arguments.pop_back(); }
    SECTION("a further argument") { stanza.arguments.emplace_back("x"); }
    SECTION("padded base64") { stanza.arguments[1] += "="; }
    SECTION("a short share") {
        share.pop_back();
        stanza.arguments[1] = encoding::base64_encode(share, encoding::Base64::unpadded);
    }
    SECTION("a long file key") { stanza.body.push_back(0); }
    SECTION("a changed tag") {
        stanza.body.back() ^= 1;
        expected = Failure::no_match;
    }
    SECTION("a changed ML-KEM share") {
        share[5] ^= 1;
        stanza.arguments[1] = encoding::base64_encode(share, encoding::Base64::unpadded);
        expected = Failure::no_match;
    }
    SECTION("an X25519 share of low order") {
        std::fill(share.begin() + 1088, share.end(), 0);
        stanza.arguments[1] = encoding::base64_encode(share, encoding::Base64::unpadded);
    }

    CHECK(identity.unwrap(stanza).error() == expected);
}

}  // namespace
}  // namespace rogatory::tests
