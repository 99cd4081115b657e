#include <algorithm>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "crypto/age/file.hpp"
#include "platform/agent/keyring.hpp"
#include "platform/agent/parties.hpp"
#include "platform/agent/state.hpp"
#include "tests/support/agent_scene.hpp"

// Who may read tomorrow: removal, roles, new keys.
namespace rogatory::test {

TEST_CASE("a removed member keeps what he had and opens nothing that comes after") {
    Scene scene;
    auto& cast = scene.cast;
    cast.join("x-otp.3", "x-otp.1", "officer");
    const auto before = scene.sent("avant");
    CHECK(scene.got("x-otp.3", before).has_value());
    auto leaver = cast.person("x-otp.3").working();  // his keys, and a session the server goes on serving
    must(leaver.state().keyring());

    auto custodian = cast.person("x-otp.1").working();
    const auto outcome = must(agent::remove_member(custodian, must(agent::find_member(custodian, "x-otp.3"))));
    CHECK(outcome.started == std::vector<Hash>{before.chain});
    CHECK(outcome.not_started.empty());
    CHECK(must(agent::members(custodian)).size() == 2);
    CHECK(must(agent::show_party(custodian, "X-OTP")).authorities.front().generation == 2);

    // A colluding server hands the old member everything there is.
    auto sender = cast.person("sen.1").working();
    const auto later = must(agent::add_entry(sender, {before.chain, {}, "après", "secret", std::nullopt}, nullptr));
    CHECK(later.seq > 2);
    cast.platform.accounts.at("x-otp.3").memberships.push_back(
        cast.platform.accounts.at("x-otp.1").memberships.front());
    leaver.state().environment.server.use_session(cast.platform.connect_as("x-otp.3")->session_token());
    const auto tried = agent::get(leaver, {before.chain, std::nullopt, cast.folder / "late", false});
    CHECK(key_of(tried) == "member.removed");
    // And a client that asked nobody: the new keyring does not open to him, the new grant not to the old generation.
    auto& state = leaver.state();
    const auto& mine = state.membership();
    const auto old = must(
        agent::open_keyring(state.environment, *state.book.known(mine.register_chain), mine.authority, mine.identity));
    CHECK(old.keyring.generations.size() == 1);  // what he had; the new one does not open
    auto* const dossier = must(state.dossier(model::ChainId{before.chain}));
    const auto grants = dossier->replayed.grants(state.authority());
    REQUIRE(grants.back().epoch == 2);
    const auto file = must(agent::fetch_blob(state.environment, model::ChainId{before.chain}, grants.back().file));
    REQUIRE(state.keyrings.contains(mine.authority));
    for (const auto& identity : state.keyrings.at(mine.authority).second.generations) {
        CHECK_FALSE(age::open(identity, file, age::Profile::single()).has_value());
    }
    CHECK_FALSE(std::filesystem::exists(cast.folder / "late"));
    CHECK(key_of(cast.person("x-otp.3").at_work()) == "member.not_in_register");
    // Who stayed reads on.
    CHECK(must(scene.got("x-otp.2", before)).entries.back().message == "secret");
}

TEST_CASE("an entry after somebody left begins with a new epoch, whoever starts it") {
    Scene scene;
    auto& cast = scene.cast;
    const auto dossier = scene.sent();
    auto custodian = cast.person("x-otp.1").working();
    // The custodian's client ends between the removal and the new epoch.
    cast.platform.misbehave.hide_dossiers = true;
    const auto outcome = must(agent::remove_member(custodian, must(agent::find_member(custodian, "x-otp.2"))));
    CHECK(outcome.started.empty());
    cast.platform.misbehave.hide_dossiers = false;
    CHECK(must(agent::show_dossier(custodian, dossier.chain)).warnings == std::vector<std::string>{"epoch_stale"});

    auto sender = cast.person("sen.2").working();
    must(agent::add_entry(sender, {dossier.chain, {}, {}, "suite", std::nullopt}, nullptr));
    const auto view = must(agent::show_dossier(sender, dossier.chain));
    CHECK(view.epoch == 2);
    CHECK(view.entries.back().epoch == 2);
    CHECK(view.entries.back().warnings.empty());
    CHECK(must(scene.got("x-otp.1", dossier)).entries.back().message == "suite");
}

TEST_CASE("roles: a reader reads, an officer sends, a custodian manages") {
    Scene scene;
    auto& cast = scene.cast;
    cast.join("sen.3", "sen.1", "reader");
    const auto dossier = scene.sent();
    auto reader = cast.person("sen.3").working();
    CHECK(scene.got("sen.3", dossier).has_value());
    CHECK(key_of(agent::send(reader, scene.order("x"))) == "role.needed");
    CHECK(key_of(agent::close_dossier(reader, dossier.chain)) == "role.needed");
    CHECK(key_of(agent::invite_member(reader, "reader", 1)) == "role.needed");

    auto custodian = cast.person("sen.1").working();
    must(agent::set_member_role(custodian, must(agent::find_member(custodian, "sen.3")), "officer"));
    auto officer = cast.person("sen.3").working();
    CHECK(agent::send(officer, scene.order("x")).has_value());
    CHECK(key_of(agent::set_member_role(custodian, must(agent::find_member(custodian, "sen.3")), "king")) ==
          "role.unknown");
    CHECK(key_of(agent::remove_member(custodian, must(agent::find_member(custodian, "sen.1")))) == "member.oneself");
}

TEST_CASE("an authority with one custodian receives, and does not send") {
    Cast cast;
    must(cast.found("sen.1", "SEN", "fiu", "CENTIF"));
    cast.party("X-OTP", "otp", "Investigations");
    cast.pin_each_other({"SEN", "X-OTP"});
    auto alone = cast.person("sen.1").working();
    agent::SendOrder order;
    order.to = {"X-OTP"};
    order.message = "allo";
    CHECK(key_of(agent::send(alone, order)) == "authority.not_live");
    auto other = cast.person("x-otp.1").working();
    order.to = {"SEN"};
    const auto sent = must(agent::send(other, order)).front();
    const auto& told = cast.person("x-otp.1").notices.keys;
    CHECK(std::find(told.begin(), told.end(), "recipient.not_live") != told.end());
    CHECK(agent::get(alone, {sent.chain, std::nullopt, cast.folder / "out", false}).has_value());
}

TEST_CASE("own keys are rotated, and what was sealed before still opens") {
    Scene scene;
    auto& cast = scene.cast;
    const auto dossier = scene.sent();
    auto& who = cast.person("x-otp.2");
    {
        auto agent = who.working();
        const auto old_key = agent.unlocked().to_secret();
        must(agent::rekey_self(agent, who.passphrase));
        CHECK(agent.unlocked().to_secret() != old_key);
        CHECK(scene.got("x-otp.1", dossier).has_value());
    }
    CHECK(key_of(who.at_work()) == "bundle.keys_not_current");  // what the keeper held
    who.kept.clear();
    CHECK(scene.got("x-otp.2", dossier).has_value());
}

TEST_CASE("a member who lost everything is invited again; the old keys end") {
    Scene scene;
    auto& cast = scene.cast;
    const auto dossier = scene.sent("avant");
    auto custodian = cast.person("x-otp.1").working();
    const auto made = must(agent::invite_again(custodian, must(agent::find_member(custodian, "x-otp.2")), 72));
    auto& old = cast.person("x-otp.2");
    old.working();

    Person anew{cast.platform, "x-otp.2", cast.folder / "anew"};
    anew.passphrase = "sept pommes roulent sous la table";
    agent::EnrolmentOrder order{
        cast.platform.origin(), {}, made.code, "x-otp.2", anew.passphrase, "en", "OTP-02", {}, {}, {}, {}, {}, {}};
    Willing willing{anew};
    const auto answered = must(agent::enrol(anew.environment, order, willing));
    CHECK(willing.welcome.kind == "rekey");
    const auto outcome = must(agent::approve_invitation(custodian, made.invitation, answered.comparison_digits));
    CHECK(outcome.started.size() == 1);

    CHECK(key_of(old.at_work()) == "bundle.keys_not_current");
    auto agent = anew.working();
    const auto got = must(agent::get(agent, {dossier.chain, std::nullopt, cast.folder / "anew-out", false}));
    CHECK(cast.read(got.files.front().path) == "avant");
}

TEST_CASE("an authority rotates its generation and its dossiers follow") {
    Scene scene;
    const auto dossier = scene.sent();
    auto custodian = scene.cast.person("sen.1").working();
    const auto outcome = must(agent::rekey_authority(custodian));
    CHECK(outcome.started.size() == 1);
    CHECK(must(agent::show_dossier(custodian, dossier.chain)).epoch == 2);
    CHECK(scene.got("sen.2", dossier).has_value());
    CHECK(scene.got("x-otp.2", dossier).has_value());
}

TEST_CASE("a reader who replaces the keyring by noise locks nobody out, and is named") {
    Scene scene;
    auto& cast = scene.cast;
    const auto dossier = scene.sent("avant");
    cast.join("x-otp.3", "x-otp.1", "reader");
    {
        auto rogue = cast.person("x-otp.3").working();
        auto& state = rogue.state();
        const auto self = must(state.self());
        auto& random = crypto::system_random();
        const auto signing = crypto::SigningKey::generate(random);
        const auto identity = age::HybridIdentity::generate(random);
        const auto record = record::sign(
            record::EnrolmentRecord{std::nullopt, state.own().party(), self.authority, self.id, self.role, false,
                                    self.display_name, signing.verify_key(), identity.recipient(), std::nullopt},
            signing);
        std::vector<age::HybridRecipient> noise;
        for (int i = 0; i < 3; ++i) noise.push_back(age::HybridIdentity::generate(random).recipient());
        const auto file = age::seal(noise, as_bytes("noise"), random);
        const auto rekeyed = must(state.sign(state.compose(
            state.own().head(), state.own().chain(),
            record::MemberRekeyed{record::RekeyReason::rotated, record, std::nullopt, crypto::sha256(file)})));
        must(state.environment.server.append({{to_bytes(rekeyed.encode())}, {{crypto::sha256(file).value(), file}}}));
    }
    auto custodian = cast.person("x-otp.1").working();
    CHECK(scene.got("x-otp.2", dossier).has_value());
    must(agent::remove_member(custodian, must(agent::find_member(custodian, "x-otp.3"))));
    const auto& told = cast.person("x-otp.1").notices.keys;
    CHECK(std::find(told.begin(), told.end(), "keyring.replaced_by_unreadable") != told.end());
    CHECK(scene.got("x-otp.2", dossier).has_value());
}

namespace {

bool has_unreadable(Scene& scene, const agent::Sent& dossier) {
    auto sender = scene.cast.person("sen.1").working();
    const auto rows = must(agent::receipts(sender, dossier.chain));
    return std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.kind == "unreadable"; });
}

}  // namespace

TEST_CASE("a colleague's keyring that does not open blames nobody who granted a key") {
    Scene scene;
    auto& cast = scene.cast;
    {
        auto rogue = cast.person("x-otp.1").working();
        auto& state = rogue.state();
        auto& random = crypto::system_random();
        std::vector<age::HybridRecipient> noise;
        for (int i = 0; i < 2; ++i) noise.push_back(age::HybridIdentity::generate(random).recipient());
        const auto file = age::seal(noise, as_bytes("noise"), random);
        const auto rekeyed = must(
            state.sign(state.compose(state.own().head(), state.own().chain(),
                                     record::AuthorityRekeyed{state.membership().authority,
                                                              {2, age::HybridIdentity::generate(random).recipient()},
                                                              crypto::sha256(file)})));
        must(state.environment.server.append({{to_bytes(rekeyed.encode())}, {{crypto::sha256(file).value(), file}}}));
    }
    const auto dossier = scene.sent();
    const auto got = must(scene.got("x-otp.2", dossier));
    REQUIRE_FALSE(got.missing.empty());
    for (const auto& [what, key] : got.missing) CHECK(key == "keyring.incomplete");
    CHECK_FALSE(has_unreadable(scene, dossier));
    const auto& told = cast.person("x-otp.2").notices.keys;
    CHECK(std::find(told.begin(), told.end(), "keyring.replaced_by_unreadable") != told.end());
}

TEST_CASE("a grant whose file the server does not give blames nobody either") {
    Scene scene;
    const auto dossier = scene.sent();
    auto reader = scene.cast.person("x-otp.2").working();
    const auto* const known = must(reader.state().dossier(model::ChainId{dossier.chain}));
    const auto grant = known->replayed.grants(reader.state().authority()).front().file;
    scene.cast.platform.blobs.erase(grant.value());
    const auto got = agent::get(reader, {dossier.chain, std::nullopt, scene.cast.folder / "out", false});
    CHECK((!got || !got->missing.empty()));
    CHECK_FALSE(has_unreadable(scene, dossier));
}

namespace {

// The next so many times something is appended, no answer comes: of what was stored, or of nothing.
class NoAnswer {
public:
    NoAnswer(Misbehaviour& server, int times, bool stored) : server_{server}, left_{times}, stored_{stored} { set(); }

private:
    void set() {
        (stored_ ? server_.lose_next_append_answer : server_.refuse_next_append) = true;
        server_.before_append = [this] {
            (stored_ ? server_.lose_next_append_answer : server_.refuse_next_append) = true;
            if (--left_ > 0) set();
        };
    }
    Misbehaviour& server_;
    int left_;
    bool stored_;
};

std::size_t invitations(Person& person) { return person.working().state().own().invitations().size(); }

}  // namespace

TEST_CASE("an invitation whose answer is lost is sent again, byte for byte, and its code is not") {
    Scene scene;
    auto& cast = scene.cast;
    auto& who = cast.person("sen.1");
    const auto before = invitations(who);
    const bool stored = GENERATE(true, false);
    {
        auto custodian = who.working();
        const NoAnswer silence{cast.platform.misbehave, 3, stored};
        CHECK(key_of(agent::invite_member(custodian, "reader", 72)) == "append.unsettled");
    }
    cast.platform.misbehave = {};
    const auto kept = must(who.profile.list("drafts/signed"));
    REQUIRE(kept.size() == 1);
    const auto draft = who.profile.files.at(kept.front());

    SECTION("the same is asked for again: the code of the first") {
        auto later = who.working();
        const auto made = must(agent::invite_member(later, "reader", 72));
        CHECK(invitations(who) == before + 1);
        CHECK(as_text(draft).find(made.code) == std::string_view::npos);
        CHECK(must(cast.answer("sen.3", made.code)).state == "answered");
        CHECK(must(agent::pending_invitations(later)).back().problem.empty());
    }
    SECTION("the second factor is asked for once more meanwhile: the code of the first all the same") {
        cast.platform.misbehave.refuse = [](const ports::remote::Append& append) -> std::optional<Error> {
            if (append.envelopes.empty()) return std::nullopt;
            return Error{ErrorCode::forbidden, "session.step_up"};
        };
        {
            auto custodian = who.working();
            CHECK(key_of(agent::invite_member(custodian, "reader", 72)) == "append.earlier_waits");
        }
        cast.platform.misbehave = {};
        CHECK(must(who.profile.list("drafts/refused")).empty());
        auto later = who.working();
        const auto made = must(agent::invite_member(later, "reader", 72));
        CHECK(invitations(who) == before + 1);
        CHECK(must(cast.answer("sen.3", made.code)).state == "answered");
    }
    SECTION("another act settles it, and the code waits for who asks") {
        auto later = who.working();
        must(agent::unpin(later, "X-OTP"));
        CHECK(std::find(who.notices.keys.begin(), who.notices.keys.end(), "draft.invitation_stands") !=
              who.notices.keys.end());
        CHECK(must(agent::invite_member(later, "officer", 72)).code != "");
        CHECK(invitations(who) == before + 2);
        const auto made = must(agent::invite_member(later, "reader", 72));
        CHECK(invitations(who) == before + 2);
        CHECK(must(cast.answer("sen.3", made.code)).state == "answered");
        // Once: whoever invites again after that invites somebody else.
        must(agent::invite_member(later, "reader", 72));
        CHECK(invitations(who) == before + 3);
    }
    SECTION("cancelled, and nobody gets it") {
        auto later = who.working();
        must(agent::unpin(later, "X-OTP"));
        const auto pending = must(agent::pending_invitations(later));
        const auto open =
            std::find_if(pending.begin(), pending.end(), [](const auto& row) { return row.state == "open"; });
        REQUIRE(open != pending.end());
        must(agent::cancel_invitation(later, open->invitation));
        must(agent::invite_member(later, "reader", 72));
        CHECK(invitations(who) == before + 2);
    }
    SECTION("his keys changed on another device meanwhile: the code is lost, and he is told") {
        Person other{cast.platform, "sen.1", cast.folder / "other"};
        auto files = who.profile.files;
        std::erase_if(files, [](const auto& row) { return row.first.starts_with("drafts/"); });
        other.profile.files = files;
        other.passphrase = who.passphrase;
        {
            auto agent = other.working();
            must(agent::rekey_self(agent, who.passphrase));
        }
        who.kept.clear();
        auto later = who.working();
        if (stored) {
            must(agent::unpin(later, "X-OTP"));
            CHECK(std::find(who.notices.keys.begin(), who.notices.keys.end(), "draft.invitation_code_lost") !=
                  who.notices.keys.end());
        } else {
            // The place was taken by the new keys: nothing stands, and nothing is lost.
            must(agent::unpin(later, "X-OTP"));
            CHECK(invitations(who) == before);
        }
    }
    CHECK(must(who.profile.list("drafts/signed")).empty());
    CHECK(must(who.profile.list("drafts/invited")).empty());
    CHECK_FALSE(has_evidence(who));
}

TEST_CASE("an invitation that is stored and said to be refused is found out") {
    Scene scene;
    auto& who = scene.cast.person("sen.1");
    auto custodian = who.working();
    scene.server().lying_refusal = true;
    CHECK(key_of(agent::invite_member(custodian, "reader", 72)) == "statement.refused");
    CHECK(must(who.profile.list("drafts/signed")).empty());
    CHECK(must(who.profile.list("drafts/refused")).size() == 1);
    CHECK(key_of(agent::invite_member(custodian, "reader", 72)) == "append.lying_refusal");
    CHECK(has_evidence(who));
}

TEST_CASE("an invitation behind which somebody else came is signed anew, with a code of its own") {
    Scene scene;
    auto& cast = scene.cast;
    auto custodian = cast.person("sen.1").working();
    auto other = cast.person("sen.2").working();
    scene.server().before_append = [&] { must(agent::unpin(other, "X-OTP")); };
    const auto made = must(agent::invite_member(custodian, "reader", 72));
    CHECK(must(cast.answer("sen.3", made.code)).state == "answered");
    must(agent::approve_invitation(custodian, made.invitation,
                                   must(agent::pending_invitations(custodian)).back().comparison_digits));
    CHECK(cast.person("sen.3").at_work().has_value());
}

}  // namespace rogatory::test
