#include "crypto/age/scrypt.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/unit/crypto/age/samples.hpp"

namespace rogatory::tests {
namespace {

using age::Failure;

constexpr std::uint8_t kCheap = 4;

crypto::SecretText words(std::string_view text) { return crypto::SecretText::copy_of(text); }

TEST_CASE("a passphrase opens what it sealed, and no other does", "[age][scrypt]") {
    SeededRandom random;
    const auto file_key = age::FileKey::random(random);

    const auto stanza = age::scrypt_wrap(file_key, words("correct horse"), random, kCheap);

    CHECK(stanza.arguments.size() == 3);
    CHECK(stanza.arguments[2] == "4");
    CHECK(age::scrypt_unwrap(stanza, words("correct horse")).value() == file_key);
    CHECK(age::scrypt_unwrap(stanza, words("correct house")).error() == Failure::no_match);
}

TEST_CASE("a work factor is a plain number up to the ceiling", "[age][scrypt]") {
    SeededRandom random;
    auto stanza = age::scrypt_wrap(age::FileKey::random(random), words("x"), random, kCheap);

    CHECK(age::scrypt_unwrap(stanza, words("x"), kCheap).has_value());
    CHECK(age::scrypt_unwrap(stanza, words("x"), kCheap - 1).error() == Failure::header);
    stanza.arguments[2] = GENERATE(as<std::string>{}, "", "0", "04", "+4", "-4", "4 ", "0x4", "23", "30", "99", "256",
                                   "260", "18446744073709551620", "4a");
    CAPTURE(stanza.arguments[2]);
    CHECK(age::scrypt_unwrap(stanza, words("x")).error() == Failure::header);
}

TEST_CASE("a passphrase stanza stands alone", "[age][scrypt]") {
    SeededRandom random;
    const auto stanza = age::scrypt_wrap(age::FileKey::random(random), words("x"), random, kCheap);
    const age::Stanza other{{"X25519", "x"}, {}};

    age::Header header;
    header.stanzas = {stanza};
    CHECK(age::wants_passphrase(header) == true);
    header.stanzas = {other, other};
    CHECK(age::wants_passphrase(header) == false);
    header.stanzas = {other, stanza};
    CHECK(age::wants_passphrase(header).error() == Failure::header);
    header.stanzas = {stanza, stanza};
    CHECK(age::wants_passphrase(header).error() == Failure::header);
}

TEST_CASE("an empty passphrase seals nothing", "[age][scrypt]") {
    SeededRandom random;

    CHECK_THROWS_AS(age::scrypt_wrap(age::FileKey::random(random), words(""), random, kCheap), InvariantViolation);
}

}  // namespace
}  // namespace rogatory::tests
