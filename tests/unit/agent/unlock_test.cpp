#include <catch2/catch_test_macros.hpp>

#include "crypto/age/file.hpp"
#include "platform/agent/people.hpp"
#include "platform/agent/secrets.hpp"
#include "tests/support/agent_cast.hpp"
#include "tests/support/must.hpp"

namespace rogatory::test {
namespace {

std::function<Result<>(const agent::Kit&)> keep_in(std::string& text) {
    return [&text](const agent::Kit& kit) -> Result<> {
        text = kit.text;
        return {};
    };
}

std::string totp_of(Cast& cast, const std::string& name) {
    return cast.platform.totp_of(cast.platform.accounts.at(name).totp_secret);
}

Bytes base32_of(std::string_view text) {
    Bytes out;
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (const char c : text) {
        held = held << 5U | static_cast<std::uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
        bits += 5;
        if (bits < 8) continue;
        bits -= 8;
        out.push_back(static_cast<std::uint8_t>(held >> bits));
    }
    return out;
}

}  // namespace

TEST_CASE("a wrong passphrase, a wrong code and an unknown name look alike; the account key is needed") {
    Cast cast;
    must(cast.found("sen.1", "SEN", "fiu", "CENTIF"));
    auto& who = cast.person("sen.1");
    const auto right = who.passphrase;
    who.passphrase = "une autre phrase que personne ne connait";
    CHECK(key_of(who.sign_in()) == "sign_in.refused");
    who.passphrase = right;
    CHECK(key_of(agent::sign_in(who.environment, {{}, {}, right, "111111", {}})) == "sign_in.refused");

    Person thief{cast.platform, "sen.1", cast.folder / "thief"};
    thief.passphrase = right;
    CHECK(key_of(thief.sign_in()) == "account_key.missing");
    // With the kit a new device gets the account key; passphrase and second factor are still asked for.
    const auto here = must(agent::sign_in(thief.environment, {{}, {}, right, totp_of(cast, "sen.1"), who.kit}));
    CHECK(here.secrets().account.user_name == "sen.1");
    CHECK(thief.profile.files.contains("account-key"));
    for (const auto& [name, bytes] : thief.profile.files)
        CHECK(as_text(bytes).find("AGE-SECRET-KEY") == std::string_view::npos);
}

TEST_CASE("the kit signs in, sets new credentials, and the old ones open nothing any more") {
    Cast cast;
    must(cast.found("sen.1", "SEN", "fiu", "CENTIF"));
    auto& who = cast.person("sen.1");
    const auto old_kit = who.kit;
    Person anew{cast.platform, "sen.1", cast.folder / "anew"};
    std::string kit;

    const agent::KitSignInOrder waiting{old_kit, "treize lanternes bleues sous la pluie", std::nullopt};
    CHECK(must(agent::sign_in_with_kit(anew.environment, waiting, keep_in(kit))).available_at > cast.platform.now);
    CHECK(key_of(agent::sign_in_with_kit(anew.environment, {old_kit, "court", totp_of(cast, "sen.1")}, keep_in(kit))) ==
          "passphrase.weak");
    const auto refuse = [](const agent::Kit&) -> Result<> { return fail(ErrorCode::storage_full, "test.no_printer"); };
    CHECK(key_of(agent::sign_in_with_kit(anew.environment, {old_kit, waiting.new_passphrase, totp_of(cast, "sen.1")},
                                         refuse)) == "test.no_printer");
    CHECK(cast.platform.accounts.at("sen.1").bundle_version == 1);  // nothing changed

    const auto done = must(agent::sign_in_with_kit(
        anew.environment, {old_kit, waiting.new_passphrase, totp_of(cast, "sen.1")}, keep_in(kit)));
    CHECK(done.kit->text == kit);
    anew.passphrase = waiting.new_passphrase;
    CHECK(anew.working().memberships().front().role == "custodian");
    CHECK(key_of(who.sign_in()) == "sign_in.refused");
    CHECK(key_of(agent::sign_in_with_kit(who.environment, {old_kit, waiting.new_passphrase, totp_of(cast, "sen.1")},
                                         keep_in(kit))) == "sign_in.refused");
    const auto unlocked = must(anew.sign_in());
    must(agent::check_kit(anew.environment, unlocked, kit));
    CHECK(key_of(agent::check_kit(anew.environment, unlocked, old_kit)) == "kit.not_current");
    CHECK(key_of(agent::check_kit(anew.environment, unlocked, "rogatory/v1/kit\nuser: x\n")) == "kit.malformed");
}

TEST_CASE("the kit alone waits, then sets everything anew, the second factor with it") {
    Cast cast;
    must(cast.found("sen.1", "SEN", "fiu", "CENTIF"));
    auto& who = cast.person("sen.1");
    Person anew{cast.platform, "sen.1", cast.folder / "anew"};
    std::string kit;
    std::string shown;
    agent::KitSignInOrder order{who.kit, "treize lanternes bleues sous la pluie", std::nullopt, {}};
    order.second_factor = [&](const agent::TotpSetup& setup) -> Result<std::string> {
        shown = setup.uri;
        return std::string{"000000"};
    };
    const auto first = must(agent::sign_in_with_kit(anew.environment, order, keep_in(kit)));
    CHECK(first.available_at == cast.platform.now + 72 * kHour);
    CHECK(kit.empty());
    CHECK(shown.empty());  // before the wait is over nothing is made
    auto working = who.working();
    const auto attempts = must(agent::kit_attempts(working));
    REQUIRE(attempts.size() == 1);
    CHECK(attempts.front().self);
    CHECK(attempts.front().available_at == first.available_at);

    cast.platform.now += 73 * kHour;
    CHECK(key_of(agent::sign_in_with_kit(anew.environment, order, keep_in(kit))) == "enrolment.totp");
    CHECK(shown.starts_with("otpauth://totp/Rogatory:sen.1@"));
    CHECK(cast.platform.accounts.at("sen.1").bundle_version == 1);
    CHECK_FALSE(anew.profile.files.contains("account-key"));

    const auto old_secret = cast.platform.accounts.at("sen.1").totp_secret;
    order.second_factor = [&](const agent::TotpSetup& setup) -> Result<std::string> {
        return cast.platform.totp_of(base32_of(setup.secret));
    };
    const auto done = must(agent::sign_in_with_kit(anew.environment, order, keep_in(kit)));
    CHECK(done.kit->text == kit);
    CHECK(cast.platform.accounts.at("sen.1").totp_secret != old_secret);
    anew.passphrase = order.new_passphrase;
    auto back = anew.working();
    CHECK(back.memberships().front().role == "custodian");
    const auto used = must(agent::kit_attempts(back));
    REQUIRE(used.size() == 1);
    CHECK(used.front().used_at == cast.platform.now);
    CHECK(used.front().available_at == 0);
    CHECK(key_of(agent::sign_in_with_kit(anew.environment, order, keep_in(kit))) == "sign_in.refused");
}

TEST_CASE("a passphrase and a kit are changed in one signed request") {
    Cast cast;
    must(cast.found("sen.1", "SEN", "fiu", "CENTIF"));
    auto& who = cast.person("sen.1");
    auto unlocked = must(who.sign_in());
    const std::string next = "neuf moulins tournent contre le vent";
    CHECK(key_of(agent::change_passphrase(who.environment, unlocked, "pas la bonne phrase du tout", next)) ==
          "bundle.not_for_this_key");
    must(agent::change_passphrase(who.environment, unlocked, who.passphrase, next));
    CHECK(key_of(who.sign_in()) == "sign_in.refused");
    who.passphrase = next;
    unlocked = must(who.sign_in());
    std::string kit;
    must(agent::make_new_kit(who.environment, unlocked, next, keep_in(kit)));
    CHECK(kit != who.kit);
    must(agent::check_kit(who.environment, must(who.sign_in()), kit));
}

TEST_CASE("a bundle that went back, or that somebody else made, is refused") {
    Cast cast;
    must(cast.found("sen.1", "SEN", "fiu", "CENTIF"));
    auto& who = cast.person("sen.1");
    auto unlocked = must(who.sign_in());
    const auto old = cast.platform.accounts.at("sen.1").bundle;
    std::string kit;

    SECTION("rolled back") {
        // The same unlock key opens both: only the version tells.
        auto changed = must(record::UserBundle::parse(unlocked.secrets().bundle->encode().expose_secret_bytes()));
        must(agent::rewrite_bundle(who.environment, unlocked, who.passphrase, std::move(changed)));
        must(who.sign_in());
        cast.platform.misbehave.bundle = [&](Bytes& bundle, std::uint64_t&) { bundle = old; };
        CHECK(key_of(who.sign_in()) == "bundle.rolled_back");
    }
    SECTION("rolled back behind what this device wrote and has not read again") {
        auto changed = must(record::UserBundle::parse(unlocked.secrets().bundle->encode().expose_secret_bytes()));
        must(agent::rewrite_bundle(who.environment, unlocked, who.passphrase, std::move(changed)));
        cast.platform.misbehave.bundle = [&](Bytes& bundle, std::uint64_t&) { bundle = old; };
        CHECK(key_of(who.sign_in()) == "bundle.rolled_back");
    }
    SECTION("forged to the right recipients") {
        auto forged = must(record::UserBundle::parse(unlocked.secrets().bundle->encode().expose_secret_bytes()));
        forged.memberships.front().signing_seed = crypto::Ed25519Seed::random(crypto::system_random());
        const auto sealed = agent::seal_bundle(forged);
        cast.platform.misbehave.bundle = [&](Bytes& bundle, std::uint64_t&) { bundle = sealed; };
        who.kept.clear();
        CHECK(key_of(who.at_work()) == "bundle.keys_not_current");
    }
    SECTION("with one recipient more") {
        auto forged = must(record::UserBundle::parse(unlocked.secrets().bundle->encode().expose_secret_bytes()));
        std::vector<age::HybridRecipient> recipients;
        for (const auto& row : forged.recipients) recipients.push_back(row.recipient);
        recipients.push_back(age::HybridIdentity::generate(crypto::system_random()).recipient());
        const auto sealed = age::seal(recipients, forged.encode().expose_secret_bytes(), crypto::system_random());
        cast.platform.misbehave.bundle = [&](Bytes& bundle, std::uint64_t&) { bundle = sealed; };
        CHECK(key_of(who.sign_in()) == "bundle.recipients");
    }
    SECTION("of somebody else") {
        cast.platform.misbehave.bundle = [&](Bytes& bundle, std::uint64_t&) {
            bundle = age::seal(age::HybridIdentity::generate(crypto::system_random()).recipient(), as_bytes("x"),
                               crypto::system_random());
        };
        CHECK(key_of(who.sign_in()) == "bundle.not_for_this_key");
    }
}

TEST_CASE("what the keeper holds comes back as it was, and nothing else does") {
    Cast cast;
    must(cast.found("sen.1", "SEN", "fiu", "CENTIF"));
    const auto unlocked = must(cast.person("sen.1").sign_in());
    const auto bytes = unlocked.to_secret();
    CHECK(must(agent::Unlocked::from_secret(bytes)).to_secret() == bytes);
    for (const std::size_t cut : {std::size_t{0}, std::size_t{10}, bytes.size() / 2, bytes.size() - 1}) {
        CHECK_FALSE(agent::Unlocked::from_secret(ByteView{bytes}.first(cut)).has_value());
    }
}

TEST_CASE("a proposed passphrase is strong, and what people invent is weighed") {
    for (int i = 0; i < 50; ++i) must(agent::check_passphrase(agent::propose_passphrase().passphrase, "sen.1"));
    CHECK(agent::propose_passphrase().strength_bits > 70);
    for (const auto* weak :
         {"", "password1234", "bonjour bonjour bonjour bonjour", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
          "sen.1sen.1sen.1sen.1sen.1", "abcdefghijklmnopqrstuvwxyz", "Azerty123!", "12345678901234567890"}) {
        CHECK(key_of(agent::check_passphrase(weak, "sen.1")) == "passphrase.weak");
    }
    CHECK(key_of(agent::check_passphrase("\xff\xfe phrase", "sen.1")) == "text.not_unicode");
}

}  // namespace rogatory::test
