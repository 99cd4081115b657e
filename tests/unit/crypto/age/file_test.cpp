#include "crypto/age/file.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "crypto/age/armor.hpp"
#include "crypto/age/keys.hpp"
#include "tests/unit/crypto/age/samples.hpp"

namespace rogatory::tests {
namespace {

using age::Profile;

std::vector<age::HybridRecipient> recipients(std::size_t count) {
    std::vector<age::HybridRecipient> all;
    for (std::size_t i = 1; i <= count; ++i) all.push_back(sample_identity(i).recipient());
    return all;
}

Bytes made_for(std::span<const age::HybridRecipient> to, ByteView plaintext) {
    SeededRandom random;
    return age::seal(to, plaintext, random);
}

std::string key_of_failure(const age::HybridIdentity& identity, ByteView file, Profile profile = Profile::single()) {
    const auto opened = age::open(identity, file, profile);
    if (opened) return "opened";
    CHECK(opened.error().code() == ErrorCode::integrity);
    return opened.error().key();
}

TEST_CASE("a sealed file opens for its recipient", "[age][file]") {
    const auto size = GENERATE(from_range(kBoundarySizes));
    const auto plaintext = sample_bytes(size);
    const auto file = made_for(recipients(1), plaintext);

    const auto opened = age::open(sample_identity(1), file, Profile::single());

    REQUIRE(opened.has_value());
    CHECK(plain(*opened) == plaintext);
    CHECK(file.size() == age::sealed_size(size, 1));
}

TEST_CASE("each recipient of a keyring opens it, and nobody else", "[age][file]") {
    const auto file = made_for(recipients(3), as_bytes("keys"));

    for (std::uint64_t i = 1; i <= 3; ++i)
        CHECK(key_of_failure(sample_identity(i), file, Profile::keyring(3)) == "opened");
    CHECK(key_of_failure(sample_identity(4), file, Profile::keyring(3)) == "age.no_match");
    CHECK(file.size() == age::sealed_size(4, 3));
}

TEST_CASE("an age file of another shape than the protocol's is refused before any key is used", "[age][file]") {
    SeededRandom random;
    const auto identity = sample_identity(1);
    const auto plaintext = as_bytes("x");

    SECTION("more stanzas than one") {
        CHECK(key_of_failure(identity, made_for(recipients(2), plaintext)) == "age.refused");
    }
    SECTION("fewer stanzas than the register lists, or more") {
        CHECK(key_of_failure(identity, made_for(recipients(2), plaintext), Profile::keyring(3)) == "age.refused");
        CHECK(key_of_failure(identity, made_for(recipients(4), plaintext), Profile::keyring(3)) == "age.refused");
    }
    SECTION("stanzas of another kind beside ours: no passphrase work, no plugin, nothing to try") {
        const auto file_key = age::FileKey::random(random);
        const auto other = GENERATE(
            as<age::Stanza>{}, age::Stanza{{"scrypt", "AAAAAAAAAAAAAAAAAAAAAA", "10"}, Bytes(32, 0)},
            age::Stanza{{"X25519", "x"}, Bytes(32, 0)}, age::Stanza{{"yubikey", "a", "b"}, {}},
            age::Stanza{{"mlkem768x25519"}, Bytes(32, 0)}, age::Stanza{{"mlkem768x25519", "x", "y"}, Bytes(32, 0)},
            age::Stanza{{"mlkem768x25519", "x"}, Bytes(33, 0)});
        auto start = age::start_file(std::vector{identity.recipient().wrap(file_key, random), other}, file_key, random);
        Bytes file;
        age::Sealer sealer{std::move(start)};
        sealer.finish(file);
        CHECK(key_of_failure(identity, file, Profile::keyring(2)) == "age.refused");
    }
    SECTION("armored") {
        age::ArmorWriter writer;
        Bytes armored;
        writer.update(made_for(recipients(1), plaintext), armored);
        writer.finish(armored);
        CHECK(key_of_failure(identity, armored) == "age.header");
    }
    SECTION("a header over its limit, though its stanza opens") {
        const auto file = made_for(recipients(1), plaintext);
        const auto header = age::parse_header(file, age::kSmallHeaderBytes)->value().size;
        CHECK(key_of_failure(identity, file, {.stanzas = 1, .header_bytes = header}) == "opened");
        CHECK(key_of_failure(identity, file, {.stanzas = 1, .header_bytes = header - 1}) == "age.header");
        CHECK(key_of_failure(sample_identity(1), made_for(recipients(3), plaintext), {.stanzas = 3}) == "age.header");
    }
}

TEST_CASE("a keyring of 501 recipients fits its header limit", "[age][file]") {
    std::vector<age::HybridRecipient> many(500, sample_identity(1).recipient());
    many.push_back(sample_identity(2).recipient());

    const auto file = made_for(many, as_bytes("keys"));
    const auto seen = age::inspect(file, age::kKeyringHeaderBytes);

    REQUIRE((seen && *seen));
    CHECK((*seen)->header_bytes > 780'000);
    CHECK((*seen)->fits(Profile::keyring(501)));
    CHECK(file.size() == age::sealed_size(4, 501));
    CHECK(key_of_failure(sample_identity(2), file, Profile::keyring(501)) == "opened");
}

TEST_CASE("the header MAC guards the header as a whole", "[age][file]") {
    const auto file = made_for(recipients(2), as_bytes("x"));
    const auto header = age::parse_header(file, age::kKeyringHeaderBytes)->value();

    // The two stanzas exchanged: each still opens.
    auto text = age::write_header_before_mac(std::vector{header.stanzas[1], header.stanzas[0]}) +
                age::write_header_end(header.mac);
    auto changed = to_bytes(text);
    append(changed, ByteView{file}.subspan(header.size));

    CHECK(key_of_failure(sample_identity(1), changed, Profile::keyring(2)) == "age.hmac");
    CHECK(key_of_failure(sample_identity(2), changed, Profile::keyring(2)) == "age.hmac");
}

TEST_CASE("a whole file that was cut short gives nothing", "[age][file]") {
    const auto file = made_for(recipients(1), sample_bytes(70'000));
    const auto identity = sample_identity(1);
    const auto header = age::parse_header(file, age::kSmallHeaderBytes)->value().size;

    for (const auto size : {std::size_t{0}, std::size_t{10}, header - 1, header, header + 15}) {
        CHECK(key_of_failure(identity, ByteView{file}.first(size)) == "age.header");
    }
    for (const auto size : {header + 16, header + 31, header + 16 + 65'552, file.size() - 1}) {
        CHECK(key_of_failure(identity, ByteView{file}.first(size)) == "age.payload");
    }
}

TEST_CASE("what a server sees of an upload tells its kind", "[age][file]") {
    const auto file = made_for(recipients(2), as_bytes("x"));

    const auto seen = age::inspect(file, age::kKeyringHeaderBytes);
    REQUIRE((seen && *seen));
    CHECK((*seen)->stanza_types == std::vector<std::string>(2, "mlkem768x25519"));
    CHECK((*seen)->hybrid_only);
    CHECK((*seen)->fits(Profile::keyring(2)));
    CHECK_FALSE((*seen)->fits(Profile::keyring(1)));
    CHECK_FALSE((*seen)->fits(Profile::single()));

    CHECK_FALSE(age::inspect(ByteView{file}.first(1000), age::kSmallHeaderBytes)->has_value());
    CHECK(age::inspect(as_bytes("PK\x03\x04"), age::kSmallHeaderBytes).error() == age::Failure::header);
    CHECK(age::inspect(as_bytes(age::kArmorBegin), age::kSmallHeaderBytes).error() == age::Failure::header);
}

}  // namespace
}  // namespace rogatory::tests
