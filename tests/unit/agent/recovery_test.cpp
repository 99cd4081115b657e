#include <catch2/catch_test_macros.hpp>

#include <algorithm>

#include "crypto/age/file.hpp"
#include "platform/agent/recovery.hpp"
#include "platform/agent/state.hpp"
#include "tests/support/agent_scene.hpp"

// An authority loses its only custodian; two of its State's others and an envelope bring it back (protocol §7).
namespace rogatory::test {
namespace {

struct Lost {
    explicit Lost(std::size_t witnesses = 3, std::size_t quorum = 2) : scene{witnesses, quorum} {
        auto root = scene.cast.person("sen.1").working();
        const auto invited = must(agent::add_authority(root, "BRA", "aro", 72));
        const auto answered = must(scene.cast.answer("bra.1", invited.code));
        must(agent::approve_invitation(root, invited.invitation, answered.comparison_digits));
    }

    // Two holders, who are Senegal's other custodians, and an envelope.
    void set(bool drill = true) {
        auto custodian = scene.cast.person("bra.1").working();
        agent::RecoveryOrder order;
        order.holders = {"CENTIF/sen.1", "sen.2"};
        order.keep_envelope = [this](const agent::RecoveryEnvelope& sheet) -> Result<> {
            envelope = sheet.text;
            return {};
        };
        must(agent::set_recovery(custodian, order));
        if (drill) must(agent::drill_recovery(custodian, {{proof("sen.1"), proof("sen.2")}, {envelope}}));
    }
    Bytes proof(const std::string& holder) {
        auto agent = scene.cast.person(holder).working();
        return must(agent::prove_share(agent, "BRA")).file;
    }
    // Somebody answers an invitation of a holder's; gives the digits he reads out.
    std::string candidate(const std::string& name, const std::string& holder = "sen.1") {
        auto agent = scene.cast.person(holder).working();
        const auto begun = must(agent::begin_recovery(agent, "", 72));
        return must(scene.cast.answer(name, begun.code)).comparison_digits;
    }
    Result<> approve(const std::string& holder, const std::string& name, const std::string& digits) {
        auto agent = scene.cast.person(holder).working();
        return agent::approve_recovery(agent, "BRA", name, digits);
    }
    Result<agent::RecoveryDone> finish(const std::string& name, const std::vector<std::string>& envelopes = {}) {
        auto& who = scene.cast.person(name);
        auto unlocked = who.sign_in();
        if (!unlocked) return fail(std::move(unlocked).error());
        return agent::finish_recovery(who.environment, *std::move(unlocked), envelopes);
    }
    agent::RecoveryView seen_by(const std::string& name) {
        auto agent = scene.cast.person(name).working();
        for (auto& view : must(agent::recovery_status(agent))) {
            if (view.authority_name == "BRA") return view;
        }
        FAIL("nothing is shown of BRA");
        return {};
    }

    Scene scene;
    std::string envelope;
};

bool noticed(const Person& person, std::string_view key) {
    return std::find(person.notices.keys.begin(), person.notices.keys.end(), key) != person.notices.keys.end();
}

}  // namespace

TEST_CASE("an authority with one custodian is live once its recovery has been drilled, and not before") {
    Lost lost;
    auto& cast = lost.scene.cast;
    agent::SendOrder order;
    order.to = {"X-OTP"};
    order.message = "allo";
    const auto sends = [&] {
        auto alone = cast.person("bra.1").working();
        return key_of(agent::send(alone, order));
    };
    cast.pin("sen.1", "X-OTP");
    CHECK(sends() == "authority.not_live");
    lost.set(false);
    CHECK(sends() == "authority.not_live");
    {
        auto custodian = cast.person("bra.1").working();
        CHECK(key_of(agent::drill_recovery(custodian, {{lost.proof("sen.1")}, {}})) == "recovery.drill_incomplete");
        CHECK(key_of(agent::drill_recovery(custodian, {{lost.proof("sen.1"), lost.proof("sen.1")}, {}})) ==
              "recovery.drill_incomplete");
        auto damaged = lost.proof("sen.2");
        damaged.back() ^= 1;
        CHECK(key_of(agent::drill_recovery(custodian, {{lost.proof("sen.1"), damaged}, {}})) == "recovery.proof_wrong");
        CHECK(key_of(agent::drill_recovery(custodian, {{}, {"nothing of the kind"}})) == "envelope.malformed");
    }
    CHECK_FALSE(lost.seen_by("sen.1").live);
    lost.set();
    const auto view = lost.seen_by("sen.1");
    CHECK(view.live);
    CHECK(view.drilled);
    CHECK(view.holder);
    REQUIRE(view.holders.size() == 3);
    CHECK(view.holders[0].self);
    CHECK(view.holders[2].printed);
    CHECK(sends().empty());

    // A holder who leaves: the rest of his part is somewhere, and nobody is to count on it.
    auto root = cast.person("sen.1").working();
    must(agent::remove_member(root, must(agent::find_member(root, "sen.2"))));
    CHECK(lost.seen_by("sen.1").outdated);
    CHECK_FALSE(lost.seen_by("sen.1").live);
    CHECK(sends() == "authority.not_live");
    CHECK(noticed(cast.person("bra.1"), "recovery.outdated"));
}

TEST_CASE("a recovery set needs two parts to open it, one to spare, and custodians to hold them") {
    Lost lost;
    auto& cast = lost.scene.cast;
    cast.join("sen.3", "sen.1", "officer");
    auto custodian = cast.person("bra.1").working();
    agent::RecoveryOrder order;
    order.holders = {"sen.1", "sen.2"};
    CHECK(key_of(agent::set_recovery(custodian, order)) == "void.recovery_shares");
    order.holders = {"sen.1", "sen.2", "sen.3"};
    CHECK(key_of(agent::set_recovery(custodian, order)) == "recovery.holder_unknown");
    order.holders = {"sen.1", "sen.2", "CENTIF/sen.1"};
    CHECK(key_of(agent::set_recovery(custodian, order)) == "recovery.holder_twice");
    order.holders = {"sen.1", "sen.2", "bra.1"};
    order.threshold = 3;
    CHECK(key_of(agent::set_recovery(custodian, order)) == "void.recovery_shares");
    order.threshold = 2;
    must(agent::set_recovery(custodian, order));
    // His own part he need not bring to the drill.
    must(agent::drill_recovery(custodian, {{lost.proof("sen.1"), lost.proof("sen.2")}, {}}));
    auto officer = cast.person("sen.3").working();
    CHECK(must(agent::recovery_shares(officer)).empty());
    CHECK(key_of(agent::begin_recovery(officer, "BRA", 72)) == "recovery.not_a_holder");
    CHECK(key_of(agent::set_recovery(officer, order)) == "role.needed");
}

TEST_CASE("k holders and 72 hours let one new custodian in, who reads what was sent before") {
    Lost lost;
    auto& cast = lost.scene.cast;
    lost.set();
    auto sender = cast.person("x-otp.1").working();
    agent::SendOrder order;
    order.to = {"SEN/BRA"};
    order.message = "avant la perte";
    const auto dossier = must(agent::send(sender, order)).front();

    const auto digits = lost.candidate("bra.neu");
    CHECK(lost.scene.cast.person("bra.neu").enrolled.state == "answered");
    CHECK(key_of(cast.person("bra.neu").at_work()) == "member.not_in_register");
    CHECK(key_of(lost.finish("bra.neu")) == "recovery.not_enough");
    CHECK(key_of(lost.approve("sen.1", "bra.neu", "")) == "invitation.digits_needed");
    CHECK(key_of(lost.approve("sen.1", "bra.neu", "11111 22222 33333 44444")) == "invitation.digits_differ");
    CHECK(key_of(lost.approve("sen.1", "nemo", digits)) == "recovery.candidate_unknown");
    must(lost.approve("sen.1", "bra.neu", digits));
    CHECK(key_of(lost.approve("sen.1", "bra.neu", digits)) == "void.nothing_changed");
    // k − 1 do not suffice, with the envelope neither: an approval is a person's word.
    cast.platform.now += 73 * kHour;
    CHECK(key_of(lost.finish("bra.neu", {lost.envelope})) == "recovery.not_enough");
    must(lost.approve("sen.2", "bra.neu", digits));
    const auto shown = lost.seen_by("sen.2");
    REQUIRE(shown.candidates.size() == 1);
    CHECK(shown.candidates[0].approvals.size() == 2);
    // The 72 hours run from the checkpoint that first covered the first of them.
    CHECK(shown.candidates[0].not_before <= cast.platform.now);
    const auto done = must(lost.finish("bra.neu"));
    CHECK(done.authority_name == "BRA");
    CHECK(done.generation == 2);
    CHECK(done.unreadable.empty());

    auto anew = cast.person("bra.neu").working();
    const auto got = must(agent::get(anew, {dossier.chain, std::nullopt, cast.folder / "out", false}));
    CHECK(got.entries.back().message == "avant la perte");
    CHECK(must(agent::members(anew)).size() == 2);
    CHECK(must(lost.finish("bra.neu")).again);
    // The recovery identity is spent; whoever lost his keys is removed like anybody.
    CHECK_FALSE(must(agent::recovery_status(anew)).front().set);
    must(agent::remove_member(anew, must(agent::find_member(anew, "bra.1"))));
}

TEST_CASE("before 72 hours have passed a recovery is void, and a custodian's refusal ends it for good") {
    Lost lost;
    auto& cast = lost.scene.cast;
    lost.set();
    const auto digits = lost.candidate("bra.neu");
    must(lost.approve("sen.1", "bra.neu", digits));
    must(lost.approve("sen.2", "bra.neu", digits));
    CHECK(key_of(lost.finish("bra.neu")) == "recovery.too_early");
    cast.platform.now += 71 * kHour;
    CHECK(key_of(lost.finish("bra.neu")) == "recovery.too_early");

    // He was not lost after all: he is told, and says no.
    auto custodian = cast.person("bra.1").working();
    CHECK(noticed(cast.person("bra.1"), "recovery.under_way"));
    must(agent::refuse_recovery(custodian, ""));
    cast.platform.now += 2 * kHour;
    CHECK(key_of(lost.finish("bra.neu")) == "recovery.refused");
    CHECK(lost.seen_by("sen.1").candidates.front().state == "refused");
    CHECK(key_of(lost.approve("sen.1", "bra.neu", digits)) == "void.recovery_refused");
}

TEST_CASE("approvals are for one record: nobody else uses them, and dates cannot be borrowed") {
    Lost lost;
    auto& cast = lost.scene.cast;
    lost.set();
    const auto digits = lost.candidate("bra.neu");
    must(lost.approve("sen.1", "bra.neu", digits));
    must(lost.approve("sen.2", "bra.neu", digits));
    lost.candidate("bra.false", "sen.2");
    cast.platform.now += 80 * kHour;
    CHECK(key_of(lost.finish("bra.false")) == "recovery.not_enough");

    // A client that asks nobody: the judge that everybody runs says no.
    auto& impostor = cast.person("bra.false");
    auto candidate = must(agent::Agent::open_as_candidate(impostor.environment, must(impostor.sign_in())));
    auto& state = candidate.state();
    const auto& mine = state.membership();
    const auto approvals = state.own().candidacies(mine.authority);
    REQUIRE(approvals.size() == 1);
    std::vector<record::AuthorityRecovered::Reference> refs;
    for (const auto& approval : approvals.front().approvals) {
        const auto note = must(impostor.server->first_witnessed_checkpoint(1, approval.index + 1));
        refs.push_back({approval.statement, std::string{as_text(note)}});
    }
    const auto next = age::HybridIdentity::generate(crypto::system_random());
    const auto record = record::sign(
        record::EnrolmentRecord{std::nullopt, mine.party, mine.authority, mine.member, model::Role::custodian, false,
                                must(model::DisplayName::parse("bra.false")), state.signing_key().verify_key(),
                                mine.identity.recipient(), std::nullopt},
        state.signing_key());
    const auto forged = must(
        record::sign(state.compose(state.own().head(), state.own().chain(),
                                   record::AuthorityRecovered{record, {2, next.recipient()}, model::Digest{}, refs}),
                     state.signing_key()));
    CHECK(state.own().judge(forged, state.log.size()).reason == "void.recovery_not_approved");
    must(lost.finish("bra.neu"));
    CHECK(key_of(lost.finish("bra.false")) == "recovery.no_candidacy");
}

TEST_CASE("a holder whose part does not open is named, and the envelope stands in for it") {
    Lost lost;
    auto& cast = lost.scene.cast;
    lost.set();
    const auto digits = lost.candidate("bra.neu");
    must(lost.approve("sen.1", "bra.neu", digits));
    {
        // The other holder approves and sends noise.
        auto holder = cast.person("sen.2").working();
        auto& state = holder.state();
        const auto view = lost.seen_by("sen.2");
        const auto recipient = age::HybridIdentity::generate(crypto::system_random()).recipient();
        const auto noise = age::seal(recipient, as_bytes("noise"), crypto::system_random());
        const record::RecoveryApproved body{model::AuthorityId{view.authority},
                                            model::Digest{view.candidates.front().record}, crypto::sha256(noise)};
        must(state.refresh_own());
        const auto statement = must(state.sign(state.compose(state.own().head(), state.own().chain(), body)));
        must(state.environment.server.append(
            {{to_bytes(statement.encode())}, {{crypto::sha256(noise).value(), noise}}}));
    }
    cast.platform.now += 73 * kHour;
    const auto missing = lost.finish("bra.neu");
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().key() == "recovery.parts_missing");
    CHECK(missing.error().arguments().at("holders") == "CENTIF/sen.2");
    CHECK(missing.error().arguments().at("have") == "1");
    CHECK(noticed(cast.person("bra.neu"), "recovery.part_unreadable"));
    // A sheet with a slip of the pen, and one of another key.
    auto slip = lost.envelope;
    const auto at = slip.find("code-1: ") + 8;
    slip[at] = slip[at] == 'A' ? 'B' : 'A';
    CHECK(key_of(lost.finish("bra.neu", {slip})) == "envelope.malformed");
    const auto done = must(lost.finish("bra.neu", {lost.envelope}));
    CHECK(done.unreadable == std::vector<std::string>{"CENTIF/sen.2"});
}

TEST_CASE(
    "a server that gives another file than the signed one is caught, and without witnesses there is no recovery") {
    SECTION("another file") {
        Lost lost;
        auto& cast = lost.scene.cast;
        lost.set();
        const auto digits = lost.candidate("bra.neu");
        must(lost.approve("sen.1", "bra.neu", digits));
        must(lost.approve("sen.2", "bra.neu", digits));
        cast.platform.now += 73 * kHour;
        lost.scene.server().blob = [](const Hash&, const Hash&, Bytes& bytes) { bytes.back() ^= 1; };
        CHECK(key_of(lost.finish("bra.neu")) == "blob.digest");
        CHECK(has_evidence(cast.person("bra.neu")));
    }
    SECTION("quorum none") {
        Lost lost{0, 0};
        lost.set();
        auto holder = lost.scene.cast.person("sen.1").working();
        CHECK(key_of(agent::begin_recovery(holder, "BRA", 72)) == "void.recovery_needs_witnesses");
    }
}

TEST_CASE("a custodian or holder who has signed nothing for 180 days is shown") {
    Lost lost;
    lost.set();
    lost.scene.cast.platform.now += 181 * kDay;
    const auto view = lost.seen_by("sen.1");
    CHECK(view.holders[0].long_unseen);
    CHECK(view.holders[1].long_unseen);
    auto root = lost.scene.cast.person("sen.1").working();
    must(agent::invite_member(root, "reader", 1));
    CHECK_FALSE(lost.seen_by("sen.2").holders[0].long_unseen);
    CHECK(lost.seen_by("sen.2").holders[1].long_unseen);
}

}  // namespace rogatory::test
