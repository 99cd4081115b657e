#include <catch2/catch_test_macros.hpp>

#include <algorithm>

#include "platform/agent/succession.hpp"
#include "platform/agent/successor.hpp"
#include "platform/record/fingerprint.hpp"
#include "tests/support/agent_scene.hpp"

// A State that lost every key founds anew and says which register it follows (protocol §6).
namespace rogatory::test {
namespace {

struct Anew {
    Anew() {
        before = scene.sent("avant");
        auto otp = scene.cast.person("x-otp.1").working();
        reply = must(agent::add_entry(otp, {before.chain, {}, {}, "reponse", std::nullopt}, nullptr));
        old_digits = fingerprint("SEN");
    }
    std::string fingerprint(const std::string& code) {
        auto otp = scene.cast.person("x-otp.1").working();
        return must(agent::show_party(otp, code)).fingerprint;
    }
    Result<agent::EnrolmentOutcome> found(const std::string& succeeds, const std::string& note) {
        auto& cast = scene.cast;
        auto& who = cast.person("sen.neu");
        Person administrator{cast.platform, "admin", cast.folder / "admin"};
        administrator.server->use_session(cast.platform.connect_as("admin")->session_token());
        const auto founding = succeeds.empty() ? agent::FoundingKind::first : agent::FoundingKind::anew;
        const auto invitation = must(agent::invite_founder(administrator.environment, "SEN", 60, founding));
        agent::EnrolmentOrder order;
        order.server = cast.platform.origin();
        order.sheet = cast.sheet;
        order.code = invitation.code;
        order.user_name = "sen.neu";
        order.passphrase = who.passphrase;
        order.display_name = "sen.neu";
        order.found_code = "SEN";
        order.party_name = "Senegal";
        order.authority_kind = "fiu";
        order.authority_name = "CENTIF";
        order.succeeds = succeeds;
        order.note_verbale = note;
        Willing willing{who};
        return agent::enrol(who.environment, order, willing);
    }

    Scene scene;
    agent::Sent before;
    agent::Sent reply;
    std::string old_digits;
};

}  // namespace

TEST_CASE("a State that founds anew is shown as such, sealed nothing until pinned again, and stays readable") {
    Anew anew;
    auto& cast = anew.scene.cast;
    CHECK(key_of(anew.found("11111 11111 11111 11111 11111 11111 11111 11111", "NV 1/2027")) ==
          "founding.predecessor_unknown");
    CHECK(key_of(anew.found(anew.old_digits, "")) == "founding.note_verbale");
    const auto founded = must(anew.found(anew.old_digits, "NV 1/2027"));
    CHECK(founded.party_digits != anew.old_digits);

    auto otp = cast.person("x-otp.1").working();
    const auto parties = must(agent::list_parties(otp));
    const auto of = [&](const std::string& digits) {
        return *std::find_if(parties.begin(), parties.end(),
                             [&](const auto& one) { return one.fingerprint == digits; });
    };
    CHECK(of(anew.old_digits).succeeded_by == founded.party_digits);
    CHECK(of(anew.old_digits).problem.empty());
    CHECK(of(founded.party_digits).succeeds == anew.old_digits);
    CHECK(of(founded.party_digits).note_verbale == "NV 1/2027");
    CHECK(of(founded.party_digits).pinned.empty());
    CHECK(must(agent::show_party(otp, "SEN")).fingerprint == founded.party_digits);

    // Nothing is sealed to the old keys, nor to the new ones before somebody has checked them.
    CHECK(key_of(agent::send(otp, anew.scene.order("x", {"SEN"}))) == "party.founded_anew");
    CHECK(key_of(agent::add_entry(otp, {anew.before.chain, {}, {}, "noch", std::nullopt}, nullptr)) ==
          "party.founded_anew");
    const auto waiting = must(agent::succession(otp, "SEN"));
    CHECK_FALSE(waiting.pinned);
    REQUIRE(waiting.dossiers.size() == 1);
    CHECK(waiting.dossiers[0].problem == "party.founded_anew");
    CHECK(anew.scene.got("x-otp.2", anew.before).has_value());

    CHECK(key_of(agent::pin_by_fingerprint(otp, "SEN", "11111 11111 11111 11111 11111 11111 11111 11111")) ==
          "pin.digits_differ");
    must(agent::pin_by_fingerprint(otp, "SEN", founded.party_digits));
    // The old chain stays readable: what was sent before opens, and is shown under its name.
    const auto got = must(anew.scene.got("x-otp.1", anew.before));
    CHECK(got.missing.empty());
    auto later = cast.person("x-otp.1").working();
    const auto view = must(agent::show_dossier(later, anew.before.chain));
    CHECK(view.state == "open");
    CHECK(std::find(view.warnings.begin(), view.warnings.end(), "participant_founded_anew") != view.warnings.end());
    CHECK(view.opener.party_code == "SEN");
    // No epoch is started for the old keys, so nothing new goes into this dossier while they are in it.
    CHECK(key_of(agent::add_entry(later, {anew.before.chain, {}, {}, "noch", std::nullopt}, nullptr)) ==
          "party.founded_anew");

    // What its owners may give again: the Prosecutor his own words, the opener is gone and its rule stands.
    const auto again = must(agent::succession(later, "SEN"));
    CHECK(again.pinned);
    REQUIRE(again.dossiers.size() == 1);
    CHECK(again.dossiers[0].was.front().authority_name == "CENTIF");
    CHECK(again.dossiers[0].entries == 2);
    CHECK(again.dossiers[0].epochs == std::vector<std::uint64_t>{1});
    // The opener’s consent would be needed, and its keys are gone.
    CHECK_FALSE(again.dossiers[0].may_grant);
    CHECK(again.dossiers[0].problem == "succession.owner_lost");
    CHECK(key_of(agent::succession(later, "X-OTP")) == "party.not_succeeded");
}

TEST_CASE("the opener gives a State that founded anew its files again") {
    Anew anew;
    auto& cast = anew.scene.cast;
    auto otp = cast.person("x-otp.1").working();
    const auto own = must(agent::send(otp, anew.scene.order("ein Ersuchen", {"SEN"}))).front();
    const auto founded = must(anew.found(anew.old_digits, "NV 1/2027"));
    cast.pin("sen.neu", "X-OTP");
    auto custodian = cast.person("x-otp.1").working();
    must(agent::pin_by_fingerprint(custodian, "SEN", founded.party_digits));
    const auto rows = must(agent::succession(custodian, "SEN")).dossiers;
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& one) { return one.chain == own.chain; });
    REQUIRE(row != rows.end());
    CHECK(row->may_grant);
    CHECK(row->consents_of.empty());
    must(agent::grant(custodian, own.chain, "SEN/CENTIF"));
    auto neu = cast.person("sen.neu").working();
    const auto got = must(agent::get(neu, {own.chain, std::nullopt, cast.folder / "neu", false}));
    CHECK(got.files.size() == 1);
}

TEST_CASE("two founded ids for one code, of which none says that it follows the other, are an alarm") {
    Anew anew;
    auto& cast = anew.scene.cast;
    // The server's operator has a second Senegal founded and lists both.
    cast.platform.create_party("SEN", "SEN");
    must(anew.found("", ""));
    auto otp = cast.person("x-otp.2").working();
    CHECK(key_of(agent::send(otp, anew.scene.order("x", {"SEN"}))) == "pin.two_fingerprints");
    CHECK(has_evidence(cast.person("x-otp.2")));
    const auto parties = must(agent::list_parties(otp));
    CHECK(std::count_if(parties.begin(), parties.end(),
                        [](const auto& one) { return one.problem == "pin.two_fingerprints"; }) == 2);
    CHECK(anew.scene.got("x-otp.1", anew.before).has_value());
}

}  // namespace rogatory::test
