#include "crypto/password.hpp"

#include <catch2/catch_test_macros.hpp>

#include "crypto/encoding/hex.hpp"
#include "tests/support/seeded_random.hpp"

using namespace rogatory;
using namespace rogatory::crypto;
using tests::SeededRandom;

namespace {

AccountKey account_key(std::uint8_t byte = 0x11) { return AccountKey::from(Bytes(16, byte)).value(); }

Result<PasswordSecrets> derive(std::string_view passphrase, const AccountKey& key, std::string_view origin,
                               std::string_view user) {
    return derive_password_secrets(SecretText::copy_of(passphrase), key, origin, user);
}

}  // namespace

TEST_CASE("the password schedule gives what the protocol says", "[crypto][password]") {
    // Computed once with independent code (the Argon2id, HKDF and HMAC of Python's cryptography and hmac) from protocol
    // §7.
    const auto secrets = derive("six words of a good passphrase", account_key(), "example.org/log/1", "fiu-07");
    REQUIRE(secrets);
    CHECK(encoding::hex_encode(secrets->sign_in_key.seed().expose_secret()) ==
          "8fa9c4d5bdc8d58433c1c3d5ef3422b08c85d5092efc9a4db683531505dfaea7");
    CHECK(encoding::hex_encode(secrets->unlock_identity.expose_secret()) ==
          "594ed465da00a40cb3151f66255cb10de87874fc1aa344e4f745f3a7f3ede19e");
}

TEST_CASE("every input of the password schedule counts", "[crypto][password]") {
    const auto base = derive("passphrase", account_key(), "example.org/log/1", "fiu-07").value();
    CHECK_FALSE(base.sign_in_key.seed().expose_secret().front() == base.unlock_identity.expose_secret().front());
    const auto differs = [&](const Result<PasswordSecrets>& other) {
        return !(other.value().sign_in_key.verify_key() == base.sign_in_key.verify_key()) &&
               !(other.value().unlock_identity == base.unlock_identity);
    };
    CHECK(differs(derive("passphrasf", account_key(), "example.org/log/1", "fiu-07")));
    CHECK(differs(derive("passphrase", account_key(0x12), "example.org/log/1", "fiu-07")));
    CHECK(differs(derive("passphrase", account_key(), "example.net/log/1", "fiu-07")));
    CHECK(differs(derive("passphrase", account_key(), "example.org/log/1", "fiu-08")));
    CHECK(differs(derive("passphrase", account_key(), "example.org/log/1f", "iu-07")));
}

TEST_CASE("a name that would move a boundary of the salt is refused", "[crypto][password]") {
    for (const auto& [origin, user] : {std::pair<std::string, std::string>{"", "u"},
                                       {"o", ""},
                                       {std::string("o\0p", 3), "u"},
                                       {"o", std::string("u\0", 2)}}) {
        const auto refused = derive("p", account_key(), origin, user);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code() == ErrorCode::invalid_input);
        CHECK(refused.error().key() == "password.name_malformed");
    }
}

TEST_CASE("the kit opens by itself and every half of it counts", "[crypto][password]") {
    const auto kit_secret = KitSecret::from(Bytes(16, 0x22)).value();
    const auto kit = derive_kit_secrets(account_key(), kit_secret);
    CHECK(encoding::hex_encode(kit.sign_in_key.seed().expose_secret()) ==
          "64d1e2814c1dd61dd8bdfdbeb102d0025b6712bf8a02fdf29047649b781d7026");
    CHECK(encoding::hex_encode(kit.identity.expose_secret()) ==
          "ee8061a0dec8884bbb5c65487b1d134cf6b4f8116a8eea4339d4ed240047187c");
    const auto other_account = derive_kit_secrets(account_key(0x12), kit_secret);
    const auto other_kit = derive_kit_secrets(account_key(), KitSecret::from(Bytes(16, 0x23)).value());
    CHECK_FALSE(other_account.identity == kit.identity);
    CHECK_FALSE(other_kit.identity == kit.identity);
    CHECK_FALSE(other_kit.sign_in_key.verify_key() == kit.sign_in_key.verify_key());
}

TEST_CASE("a passkey's output becomes an identity of its own", "[crypto][password]") {
    const auto identity = derive_prf_identity(PrfOutput::from(Bytes(32, 0x33)).value());
    CHECK(encoding::hex_encode(identity.expose_secret()) ==
          "ef594528c36e2b15dbffa04dd7b6d3fe147b8b3c5c83ee3aed85141936a80a4c");
}

TEST_CASE("a sign-in is signed for one origin, one name and one challenge", "[crypto][password]") {
    SeededRandom random;
    const auto key = SigningKey::generate(random);
    const auto signature = key.sign(sign_in_text("example.org/log/1", "fiu-07", Bytes(32, 1)));
    CHECK(key.verify_key().verify(sign_in_text("example.org/log/1", "fiu-07", Bytes(32, 1)), signature));
    CHECK_FALSE(key.verify_key().verify(sign_in_text("evil.example/log/1", "fiu-07", Bytes(32, 1)), signature));
    CHECK_FALSE(key.verify_key().verify(sign_in_text("example.org/log/1", "fiu-08", Bytes(32, 1)), signature));
    CHECK_FALSE(key.verify_key().verify(sign_in_text("example.org/log/1", "fiu-07", Bytes(32, 2)), signature));
}

TEST_CASE("a change of credentials is signed as a whole", "[crypto][password]") {
    SeededRandom random;
    const auto signer = SigningKey::generate(random);
    const auto sign_in = SigningKey::generate(random).verify_key();
    const auto kit = SigningKey::generate(random).verify_key();
    const auto text = [&](std::uint64_t version, const Bytes& bundle, const VerifyKey& first, const VerifyKey& second,
                          std::uint8_t challenge) {
        return credential_change_text("o", "u", Bytes(32, challenge), {version, bundle, first, second});
    };
    const auto signature = signer.sign(text(3, {1, 2}, sign_in, kit, 7));
    const auto holds = [&](const Labelled& other) { return signer.verify_key().verify(other, signature); };
    CHECK(holds(text(3, {1, 2}, sign_in, kit, 7)));
    CHECK_FALSE(holds(text(4, {1, 2}, sign_in, kit, 7)));
    CHECK_FALSE(holds(text(3, {1, 3}, sign_in, kit, 7)));
    CHECK_FALSE(holds(text(3, {1, 2}, kit, sign_in, 7)));
    CHECK_FALSE(holds(text(3, {1, 2}, sign_in, sign_in, 7)));
    CHECK_FALSE(holds(text(3, {1, 2}, sign_in, kit, 8)));
    const auto with_factor = [&](const Bytes& secret) {
        const Bytes bundle{1, 2};
        return credential_change_text("o", "u", Bytes(32, 7), {3, bundle, sign_in, kit, secret});
    };
    CHECK(holds(with_factor({})));
    CHECK_FALSE(holds(with_factor(Bytes(20, 1))));
    CHECK(to_bytes(with_factor(Bytes(20, 1)).bytes()) != to_bytes(with_factor(Bytes(20, 2)).bytes()));
}
