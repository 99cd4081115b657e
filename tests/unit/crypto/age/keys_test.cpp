#include "crypto/age/keys.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/unit/crypto/age/samples.hpp"

namespace rogatory::tests {
namespace {

// Published with the specification (c2sp.org/age, "The X25519 recipient type").
constexpr std::string_view kX25519Identity =
    "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
constexpr std::string_view kX25519Recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

std::string key_of(const auto& result) { return result ? "accepted" : result.error().key(); }

TEST_CASE("the keys of the specification are read and written", "[age][keys]") {
    const auto identity = age::parse_identity(kX25519Identity);
    REQUIRE(identity.has_value());

    CHECK(age::text_of(age::recipient_of(*identity)) == kX25519Recipient);
    CHECK(age::encode(*identity).expose_secret() == kX25519Identity);
    CHECK(age::text_of(age::parse_recipient(kX25519Recipient).value()) == kX25519Recipient);
}

TEST_CASE("keys that need another program are named as such", "[age][keys]") {
    CHECK(key_of(age::parse_recipient("age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t")) ==
          "age.plugin");
    CHECK(key_of(age::parse_recipient("age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2ttqp8h")) ==
          "age.plugin");
    CHECK(key_of(age::parse_recipient("ssh-ed25519 AAAA")) == "age.ssh");
    CHECK(key_of(age::parse_identity("AGE-PLUGIN-YUBIKEY-1Q5PSJQVZ2WUF6EG0YKTR6")) == "age.plugin");
    CHECK(key_of(age::parse_identity("-----BEGIN OPENSSH PRIVATE"
                                     " KEY-----")) == "age.ssh");
    CHECK(key_of(age::parse_recipient("alice@example.org")) == "age.recipient");
    CHECK(key_of(age::parse_recipient("")) == "age.recipient");
    CHECK(key_of(age::parse_identity(kX25519Recipient)) == "age.identity");
    CHECK(key_of(age::parse_recipient(kX25519Identity)) == "age.recipient");
}

TEST_CASE("a file of keys has one a line, with comments", "[age][keys]") {
    const std::string text = "# mine\r\n\n" + std::string{kX25519Identity} + "\r\n" +
                             std::string{sample_identity().encode().expose_secret()};

    const auto identities = age::parse_identities(text);
    REQUIRE(identities.has_value());
    CHECK(identities->size() == 2);

    CHECK(key_of(age::parse_identities("# none\n")) == "age.no_identities");
    CHECK(key_of(age::parse_recipients("")) == "age.no_recipients");
    const auto wrong =
        age::parse_recipients("# a\n" + std::string{kX25519Recipient} + "\n " + std::string{kX25519Recipient} + "\n");
    REQUIRE_FALSE(wrong.has_value());
    CHECK(wrong.error().key() == "age.recipient");
    CHECK(wrong.error().arguments().at("line") == "3");
}

TEST_CASE("recipients of two kinds are not mixed", "[age][keys]") {
    SeededRandom random;
    const std::vector<age::Recipient> mixed{age::parse_recipient(kX25519Recipient).value(),
                                            sample_identity().recipient()};

    CHECK(key_of(age::start_file(mixed, random)) == "age.mixed_recipients");
    CHECK(key_of(age::start_file(std::span<const age::Recipient>{}, random)) == "age.no_recipients");
}

Bytes file_of(age::FileStart start) {
    age::Sealer sealer{std::move(start)};
    Bytes file;
    sealer.update(as_bytes("hello"), file);
    sealer.finish(file);
    return file;
}

age::Outcome<Bytes> opened(ByteView file, std::span<const std::unique_ptr<age::Opens>> keys) {
    age::Opener opener{age::unwrap_with(keys), age::kForeignHeaderBytes};
    Bytes out;
    if (auto taken = opener.update(file, out); !taken) return age::failed(taken.error());
    if (auto ended = opener.finish(out); !ended) return age::failed(ended.error());
    return out;
}

TEST_CASE("the first key that fits opens a file, of whatever kind", "[age][keys]") {
    SeededRandom random;
    std::vector<age::Recipient> to;
    to.push_back(GENERATE(true, false) ? age::Recipient{sample_identity(3).recipient()}
                                       : age::parse_recipient(kX25519Recipient).value());
    const auto file = file_of(age::start_file(to, random).value());

    std::vector<std::unique_ptr<age::Opens>> keys;
    keys.push_back(age::opens_with_passphrase([]() -> crypto::SecretText { throw std::logic_error{"not asked for"}; }));
    std::vector<age::Identity> identities;
    identities.emplace_back(sample_identity(2));
    keys.push_back(age::opens_with(std::move(identities)));
    CHECK(opened(file, keys).error() == age::Failure::no_match);

    std::vector<age::Identity> more;
    more.emplace_back(sample_identity(3));
    more.push_back(age::parse_identity(kX25519Identity).value());
    keys.push_back(age::opens_with(std::move(more)));
    CHECK(opened(file, keys).value() == to_bytes("hello"));
}

TEST_CASE("a file for a passphrase asks for it, once", "[age][keys]") {
    SeededRandom random;
    int asked = 0;
    std::vector<std::unique_ptr<age::Opens>> keys;
    std::string answer = "";
    keys.push_back(age::opens_with_passphrase([&] {
        ++asked;
        return crypto::SecretText::copy_of(answer);
    }));
    const auto file = file_of(age::start_file(crypto::SecretText::copy_of("open sesame"), random));

    CHECK(opened(file, keys).error() == age::Failure::no_match);
    answer = "open sesame";
    CHECK(opened(file, keys).value() == to_bytes("hello"));
    CHECK(asked == 2);
}

}  // namespace
}  // namespace rogatory::tests
