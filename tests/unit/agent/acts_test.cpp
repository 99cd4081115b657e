#include <catch2/catch_test_macros.hpp>

#include <cstdlib>

#include "crypto/age/file.hpp"
#include "platform/agent/state.hpp"
#include "tests/support/agent_scene.hpp"

// What may be done with a dossier: pins, onward grants, consents, withdrawal, policy, export.
namespace rogatory::test {
namespace {

struct Three : Scene {
    Three() {
        cast.party("FRA", "fiu", "TRACFIN");
        cast.pin_each_other({"SEN", "FRA"});
        cast.pin_each_other({"X-OTP", "FRA"});
    }
};

}  // namespace

TEST_CASE("nothing is sealed to a Party that is not pinned, and nothing of it is opened") {
    Scene scene;
    auto& cast = scene.cast;
    cast.party("FRA", "fiu", "TRACFIN");
    auto sender = cast.person("sen.1").working();
    CHECK(key_of(agent::send(sender, scene.order("x", {"FRA"}))) == "party.not_pinned");
    CHECK(key_of(agent::send(sender, scene.order("x", {"DEU"}))) == "party.unknown");
    CHECK(key_of(agent::send(sender, scene.order("x", {"X-OTP/chambers"}))) == "authority.unknown");
    CHECK(key_of(agent::send(sender, scene.order("x", {"SEN"}))) == "send.to_oneself");
    CHECK(cast.platform.dossier_chains.empty());

    // France pins Senegal and sends; Senegal has not pinned France.
    cast.pin("fra.1", "SEN");
    auto stranger = cast.person("fra.1").working();
    const auto sent = must(agent::send(stranger, scene.order("bonjour", {"SEN"}))).front();
    const auto view = must(agent::show_dossier(sender, sent.chain));
    CHECK(view.state == "unverified");
    CHECK(view.opener.party_code.empty());
    const auto got = must(scene.got("sen.1", sent));
    CHECK(got.files.empty());
    CHECK(got.missing.front().second == "party.not_pinned");
    CHECK(key_of(agent::add_entry(sender, {sent.chain, {}, {}, "oui", std::nullopt}, nullptr)) == "party.not_pinned");
    cast.pin("sen.1", "FRA");
    CHECK(must(scene.got("sen.1", sent)).files.size() == 1);
}

TEST_CASE("a fingerprint that differs pins nothing; a pin can be taken back") {
    Scene scene;
    auto& cast = scene.cast;
    cast.party("FRA", "fiu", "TRACFIN");
    auto custodian = cast.person("sen.1").working();
    auto digits = must(agent::show_party(custodian, "FRA")).fingerprint;
    digits[0] = digits[0] == '1' ? '2' : '1';
    CHECK(key_of(agent::pin_by_fingerprint(custodian, "FRA", digits)) == "pin.digits_differ");
    CHECK(key_of(agent::pin_by_fingerprint(custodian, "FRA", "12345")) == "pin.digits_differ");
    // The server lists another Party's founded id under the code.
    const auto otp = must(agent::show_party(custodian, "X-OTP")).fingerprint;
    scene.server().parties = [](std::vector<ports::remote::PartyRow>& rows) {
        for (auto& row : rows) {
            if (row.code == "FRA") {
                row.founded_id = rows[1].founded_id;
                row.register_chain = rows[1].register_chain;
            }
        }
    };
    CHECK(key_of(agent::pin_by_fingerprint(custodian, "FRA", otp)) == "pin.another_code");
    scene.server().parties = nullptr;
    CHECK(must(agent::show_party(custodian, "FRA")).pinned.empty());
    auto officer = cast.person("sen.2").working();
    must(agent::unpin(officer, "X-OTP"));
    CHECK(key_of(agent::send(custodian, scene.order("x"))) == "party.not_pinned");
}

TEST_CASE("recipients of separate shares do not see one another; together they do") {
    Three scene;
    auto sender = scene.cast.person("sen.1").working();
    auto order = scene.order("x", {"X-OTP", "FRA"});
    const auto apart = must(agent::send(sender, order));
    REQUIRE(apart.size() == 2);
    CHECK(apart[0].chain != apart[1].chain);
    auto french = scene.cast.person("fra.1").working();
    CHECK(must(agent::list_dossiers(french, false)).size() == 1);
    CHECK_FALSE(agent::show_dossier(french, apart[0].chain).has_value());
    order.together = true;
    const auto both = must(agent::send(sender, order));
    REQUIRE(both.size() == 1);
    CHECK(must(agent::show_dossier(french, both[0].chain)).participants.size() == 3);
}

TEST_CASE("passing on needs the source's consent, once, for that recipient") {
    Three scene;
    auto& cast = scene.cast;
    const auto dossier = scene.sent("du Sénégal");
    auto prosecutor = cast.person("x-otp.1").working();
    auto source = cast.person("sen.1").working();
    auto french = cast.person("fra.1").working();
    CHECK(key_of(agent::grant(prosecutor, dossier.chain, "FRA")) == "grant.consent_needed");
    CHECK_FALSE(agent::show_dossier(french, dossier.chain).has_value());
    // Only the source can agree.
    CHECK_FALSE(agent::consent(prosecutor, {dossier.chain, "FRA", "enquête", {1}, 0, std::nullopt}).has_value());

    SECTION("too late") {
        must(agent::consent(source, {dossier.chain, "FRA", "enquête", {}, source.now() + kHour, std::nullopt}));
        cast.platform.now += 2 * kHour;
        auto later = cast.person("x-otp.1").working();
        CHECK(key_of(agent::grant(later, dossier.chain, "FRA")) == "grant.consent_needed");
    }
    SECTION("in time, and spent once") {
        must(agent::consent(source, {dossier.chain, "FRA", "enquête", {}, 0, std::nullopt}));
        must(agent::grant(prosecutor, dossier.chain, "FRA"));
        const auto got = must(scene.got("fra.1", dossier));
        CHECK(cast.read(got.files.front().path) == "du Sénégal");
        CHECK(key_of(agent::grant(prosecutor, dossier.chain, "FRA")) == "grant.already");
        must(agent::revoke(source, dossier.chain, "FRA"));
        CHECK(must(agent::show_dossier(source, dossier.chain)).participants.size() == 2);
        CHECK(key_of(agent::grant(prosecutor, dossier.chain, "FRA")) == "grant.consent_needed");
    }
    SECTION("participants_only: never") {
        auto order = scene.order("à vous seul");
        order.policy.onward = "participants_only";
        const auto strict = must(agent::send(source, order)).front();
        CHECK(key_of(agent::grant(prosecutor, strict.chain, "FRA")) == "void.participants_only");
    }
}

TEST_CASE("the source withdraws, releases, and nobody else does") {
    Scene scene;
    auto& cast = scene.cast;
    const auto dossier = scene.sent();
    auto source = cast.person("sen.1").working();
    auto prosecutor = cast.person("x-otp.1").working();
    CHECK(key_of(agent::withdraw(prosecutor, dossier.chain, 1, "non")) == "entry.not_ours");
    CHECK(key_of(agent::release(prosecutor, dossier.chain, {1}, {})) == "entry.not_ours");
    CHECK(key_of(agent::withdraw(source, dossier.chain, 7, "non")) == "entry.unknown");

    agent::PolicyOrder loose;
    loose.onward = "free";
    must(agent::release(source, dossier.chain, {1}, loose));
    CHECK(must(agent::show_dossier(prosecutor, dossier.chain)).entries.front().policy.onward == "free");

    must(agent::withdraw(source, dossier.chain, 1, "erreur de destinataire"));
    const auto got = must(scene.got("x-otp.1", dossier));
    CHECK(got.files.empty());
    CHECK(got.missing.front().second == "attachment.withdrawn");
    CHECK(must(agent::show_dossier(prosecutor, dossier.chain)).entries.front().attachments.front().state ==
          "withdrawn");
}

TEST_CASE("a dossier is closed and reopened, and its policy binds what comes later") {
    Scene scene;
    auto& cast = scene.cast;
    const auto dossier = scene.sent();
    auto source = cast.person("sen.1").working();
    auto prosecutor = cast.person("x-otp.1").working();
    CHECK_FALSE(agent::close_dossier(prosecutor, dossier.chain).has_value());  // the opener's
    must(agent::close_dossier(source, dossier.chain));
    CHECK(key_of(agent::add_entry(prosecutor, {dossier.chain, {}, {}, "encore", std::nullopt}, nullptr)) ==
          "dossier.closed");
    must(agent::reopen_dossier(source, dossier.chain));

    agent::PolicyOrder strict;
    strict.onward = "participants_only";
    strict.caveats = {"73"};
    strict.words = "Voir lettre du 3 mars.";
    must(agent::set_policy(source, dossier.chain, strict));
    must(agent::add_entry(source, {dossier.chain, {{cast.write("b.txt", "b"), -1, "b.txt", ""}}, {}, {}, std::nullopt},
                          nullptr));
    const auto got = must(scene.got("x-otp.2", dossier));
    REQUIRE(got.files.size() == 2);
    const auto text = cast.read(*got.files[1].restriction_sheet);
    CHECK(text.find("73") != std::string::npos);
    CHECK(text.find("Voir lettre du 3 mars.") != std::string::npos);
    CHECK(key_of(agent::set_policy(source, dossier.chain, {"everybody", {}, {}, {}, {}, {}})) == "policy.onward");
}

TEST_CASE("an author who seals nonsense is shown as unreadable, answered so, and the dossier goes on") {
    Scene scene;
    auto& cast = scene.cast;
    const auto dossier = scene.sent();
    // A client of the sender's that seals to the wrong key.
    auto sender = cast.person("sen.1").working();
    auto& state = sender.state();
    auto* const known = must(state.dossier(model::ChainId{dossier.chain}));
    const auto wrong = age::seal(age::HybridIdentity::generate(crypto::system_random()).recipient(), as_bytes("?"),
                                 crypto::system_random());
    const auto digest = crypto::sha256(wrong);
    const auto entry = must(
        state.sign(state.compose(known->replayed.head(), known->copy.chain(),
                                 record::Entry{1, known->replayed.basis(), digest, {}, std::nullopt, std::nullopt})));
    cast.platform.blobs[digest.value()] = wrong;
    cast.platform.force_append(dossier.chain, 2, entry.id().value(), to_bytes(entry.encode()));

    const auto got = must(scene.got("x-otp.1", dossier));
    CHECK(got.files.size() == 1);  // the good one
    REQUIRE(got.missing.size() == 1);
    CHECK(got.missing.front().second == "body.does_not_open");
    const auto receipts = must(agent::receipts(sender, dossier.chain));
    CHECK(std::count_if(receipts.begin(), receipts.end(), [](const auto& row) { return row.kind == "unreadable"; }) ==
          1);
    must(agent::add_entry(sender, {dossier.chain, {}, {}, "excusez", std::nullopt}, nullptr));
    auto reader = cast.person("x-otp.1").working();
    CHECK(must(agent::show_dossier(reader, dossier.chain)).entries[1].outcome == "unreadable");
}

TEST_CASE("a statement that its author may not make is void for everybody") {
    Scene scene;
    auto& cast = scene.cast;
    const auto dossier = scene.sent();
    auto stranger = cast.person("x-otp.1").working();
    auto& state = stranger.state();
    auto* const known = must(state.dossier(model::ChainId{dossier.chain}));
    const auto closed =
        must(state.sign(state.compose(known->replayed.head(), known->copy.chain(), record::Closed{std::nullopt})));
    cast.platform.force_append(dossier.chain, 2, closed.id().value(), to_bytes(closed.encode()));
    for (const auto* name : {"sen.1", "sen.2", "x-otp.2"}) {
        auto agent = cast.person(name).working();
        const auto view = must(agent::show_dossier(agent, dossier.chain));
        CHECK(view.state == "open");
        CHECK(view.acts.back().void_);
    }
}

TEST_CASE("what is exported opens with the identities beside it") {
    Scene scene;
    const auto dossier = scene.sent("pour toujours");
    auto reader = scene.cast.person("x-otp.1").working();
    const auto folder = scene.cast.folder / "export";
    const auto exported = must(agent::export_everything(reader, folder));
    CHECK(exported.files == 3);  // the policy's body, the entry's, its attachment
    const auto inside = folder / model::to_hex(model::ChainId{dossier.chain}).substr(0, 16);
    const auto identities = scene.cast.read(inside / "identities.txt");
    const auto line = identities.substr(identities.find('\n') + 1);
    const auto identity = must(age::HybridIdentity::parse(std::string_view{line}.substr(0, line.find('\n'))));
    const auto file = scene.cast.read(inside / "entry-1-1.age");
    CHECK(as_text(must(age::open(identity, as_bytes(file), age::Profile::single())).expose_secret()) ==
          "pour toujours");
    CHECK((std::filesystem::status(folder).permissions() & std::filesystem::perms::others_all) ==
          std::filesystem::perms::none);
    CHECK(must(agent::receipts(reader, dossier.chain)).size() == 1);  // an export is a fetch
}

TEST_CASE("no identity lies on the disk before the log says that it was fetched") {
    Scene scene;
    scene.sent("pour toujours");
    auto reader = scene.cast.person("x-otp.1").working();
    const auto folder = scene.cast.folder / "export";
    scene.server().lying_refusal = true;
    CHECK(key_of(agent::export_everything(reader, folder)) == "statement.refused");
    for (const auto& file : std::filesystem::recursive_directory_iterator{folder}) {
        INFO(file.path().string());
        CHECK((file.is_directory() || file.path().extension() == ".age"));
    }
}

}  // namespace rogatory::test
