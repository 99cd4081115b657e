#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "crypto/sign.hpp"
#include "platform/agent/alarms.hpp"
#include "platform/agent/state.hpp"
#include "platform/custody/evidence.hpp"
#include "tests/support/agent_scene.hpp"
#include "tests/support/places.hpp"

// A proven fork: one alarm, over restarts, with evidence that a third person can check.
namespace rogatory::test {
namespace {

bool noticed(const Person& person, std::string_view key) {
    return std::find(person.notices.keys.begin(), person.notices.keys.end(), key) != person.notices.keys.end();
}

agent::Alarm the_alarm(const Person& person) {
    const auto rows = must(agent::alarms(person.profile));
    const auto standing = std::find_if(rows.begin(), rows.end(), [](const auto& row) { return row.standing; });
    REQUIRE(standing != rows.end());
    return *standing;
}

// No byte of the proof can be changed without being noticed. Padding and the words for people are not the proof.
void check_tamper_evident(const Bytes& archive) {
    CHECK(must(custody::verify_evidence(archive)).proven);
    std::size_t accepted = 0;
    for (std::size_t i = 0; i < archive.size(); i += 37) {
        auto spoilt = archive;
        spoilt[i] ^= 0x01;
        const auto verdict = custody::verify_evidence(spoilt);
        if (verdict && verdict->proven) ++accepted;
    }
    // README and the statement are there to be read; everything else is held.
    CHECK(accepted < archive.size() / 37);
    CHECK_FALSE(custody::verify_evidence(ByteView{archive}.first(archive.size() - 512)).has_value());
}

}  // namespace

TEST_CASE("a proven fork stands over restarts, stops all signing and gives evidence that proves itself") {
    Scene scene;
    auto& platform = scene.cast.platform;
    auto& who = scene.cast.person("sen.1");
    const auto dossier = scene.sent();
    who.working();

    platform.log[3][40] ^= 1;
    SECTION("of the same length") {}
    SECTION("longer") { platform.log_only({}, 7, {}); }
    SECTION("shorter") { platform.log.pop_back(); }
    CHECK(key_of(who.at_work()) == "log.forked");
    CHECK(key_of(who.at_work()) == "log.forked");
    CHECK(must(agent::alarms(who.profile)).size() == 1);  // one fork, one alarm

    // The server thinks better of it; the client does not forget.
    platform.log[3][40] ^= 1;
    while (platform.log.size() > dossier.index + 1) platform.log.pop_back();
    if (platform.log.size() == dossier.index) {
        platform.log_only(dossier.chain, dossier.seq, dossier.entry);
    }
    auto agent = who.working();
    CHECK(noticed(who, "alarm.standing"));
    CHECK(key_of(agent::send(agent, scene.order("geheim"))) == "alarm.standing");
    CHECK(key_of(agent::close_dossier(agent, dossier.chain)) == "alarm.standing");
    CHECK(key_of(agent::invite_member(agent, "reader", 72)) == "alarm.standing");
    CHECK(must(agent::show_dossier(agent, dossier.chain)).entries.size() == 1);

    const auto alarm = the_alarm(who);
    CHECK(alarm.what == "log.forked");
    const auto archive = must(agent::export_evidence(who.profile, alarm.name));
    const auto verdict = must(custody::verify_evidence(archive));
    CHECK(verdict.finding == "two_histories");
    CHECK(verdict.log_key == platform.log_key());
    check_tamper_evident(archive);

    CHECK(key_of(agent::resolve_alarm(who.profile, alarm.name, "")) == "alarm.reason_needed");
    must(agent::resolve_alarm(who.profile, alarm.name, "note verbale 14"));
    CHECK(agent::send(agent, scene.order("geheim")).has_value());
    CHECK(must(agent::alarms(who.profile)).front().resolution == "note verbale 14");
    CHECK(must(agent::export_evidence(who.profile, alarm.name)) == archive);  // the evidence stays
}

TEST_CASE("a proven fork that a full disk cannot keep stands in memory, is told, and is kept when there is room") {
    Scene scene;
    auto& platform = scene.cast.platform;
    auto& who = scene.cast.person("sen.1");
    const auto dossier = scene.sent();
    auto agent = who.working();

    who.profile.full = true;
    platform.log[3][40] ^= 1;
    platform.log_only({}, 7, {});
    CHECK(key_of(agent::show_dossier(agent, dossier.chain)) == "log.forked");
    CHECK(noticed(who, "alarm.not_kept"));
    CHECK(must(agent::alarms(who.profile)).empty());
    CHECK(key_of(agent.state().require_may_sign()) == "alarm.standing");

    who.profile.full = false;
    CHECK(key_of(agent.state().require_may_sign()) == "alarm.standing");
    const auto alarm = the_alarm(who);
    CHECK(alarm.what == "log.forked");
    CHECK(must(custody::verify_evidence(must(agent::export_evidence(who.profile, alarm.name)))).proven);
    CHECK(who.environment.unkept_alarms.empty());
    must(agent::resolve_alarm(who.profile, alarm.name, "vu avec la sécurité"));
    CHECK(key_of(agent.state().require_may_sign()) != "alarm.standing");
}

TEST_CASE("an older log is an alarm and no proof of a fork") {
    Scene scene;
    auto& platform = scene.cast.platform;
    auto& who = scene.cast.person("sen.1");
    scene.sent();
    who.working();
    const auto last = platform.log.back();
    platform.log.pop_back();
    CHECK(key_of(who.at_work()) == "log.rolled_back");
    platform.log.push_back(last);
    auto agent = who.working();
    CHECK(agent::send(agent, scene.order("weiter")).has_value());
    const auto rows = must(agent::alarms(who.profile));
    REQUIRE(rows.size() == 1);
    CHECK_FALSE(rows[0].standing);
    const auto verdict = must(custody::verify_evidence(must(agent::export_evidence(who.profile, rows[0].name))));
    CHECK(verdict.finding == "testimony");
    CHECK_FALSE(verdict.proven);
}

TEST_CASE("two statements for one place, and a checkpoint that somebody else saw, prove a fork to a third person") {
    Scene scene;
    auto& platform = scene.cast.platform;
    const auto dossier = scene.sent();
    auto& reader = scene.cast.person("x-otp.1");
    SECTION("two for one place") {
        Hash other{};
        other.fill(7);
        platform.log_only(dossier.chain, 1, other);
        CHECK(key_of(scene.got("x-otp.1", dossier)) == "chain.forked");
        const auto archive = must(agent::export_evidence(reader.profile, the_alarm(reader).name));
        CHECK(must(custody::verify_evidence(archive)).finding == "two_statements");
        check_tamper_evident(archive);
    }
    SECTION("split views, found by `seen`") {
        auto sender = scene.cast.person("sen.1").working();
        auto& state = sender.state();
        auto* const known = must(state.dossier(model::ChainId{dossier.chain}));
        auto statement = state.compose(known->replayed.head(), known->copy.chain(), record::Closed{std::nullopt});
        const auto forked = platform.fork();
        forked->log[2][50] ^= 1;
        const auto note = must(tlog::SignedCheckpoint::parse(as_text(forked->sign_checkpoint())));
        const auto policy = must(tlog::Policy::parse(platform.log_policy()));
        statement.seen = {note.checkpoint.head.size, note.checkpoint.head.root,
                          *tlog::log_signature(policy.logs().front().key, note)};
        const auto closed = must(record::sign(statement, state.signing_key()));
        platform.force_append(dossier.chain, 2, closed.id().value(), to_bytes(closed.encode()));
        CHECK(key_of(scene.got("x-otp.1", dossier)) == "log.forked");
        const auto archive = must(agent::export_evidence(reader.profile, the_alarm(reader).name));
        CHECK(must(custody::verify_evidence(archive)).finding == "two_histories");
    }
}

namespace {

constexpr std::array kFindings{"two_histories", "two_statements", "testimony"};

// An archive that comes to this finding.
Bytes evidence_of(std::string_view finding) {
    Scene scene;
    auto& platform = scene.cast.platform;
    const auto dossier = scene.sent();
    auto& who = scene.cast.person(finding == "two_statements" ? "x-otp.1" : "sen.1");
    if (finding == "two_statements") {
        Hash other{};
        other.fill(7);
        platform.log_only(dossier.chain, 1, other);
        static_cast<void>(scene.got("x-otp.1", dossier));
    } else {
        who.working();
        if (finding == "two_histories") platform.log[3][40] ^= 1;
        if (finding == "testimony") platform.log.pop_back();
        static_cast<void>(who.at_work());
    }
    return must(agent::export_evidence(who.profile, must(agent::alarms(who.profile)).front().name));
}

}  // namespace

TEST_CASE("evidence of this version stays readable") {
    for (const std::string finding : kFindings) {
        std::ifstream file{test::source_folder() / "tests/vectors/evidence" / (finding + ".tar"), std::ios::binary};
        std::ostringstream read;
        read << file.rdbuf();
        CAPTURE(finding);
        CHECK(must(custody::verify_evidence(as_bytes(read.str()))).finding == finding);
    }
}

// Not run by itself: writes the vectors anew, into the current folder.
TEST_CASE("evidence vectors", "[.make]") {
    for (const std::string finding : kFindings) {
        const auto archive = evidence_of(finding);
        CHECK(must(custody::verify_evidence(archive)).finding == finding);
        std::ofstream{finding + ".tar", std::ios::binary} << as_text(archive);
    }
}

TEST_CASE("a 201 without a proof that holds is an alarm, and the act is settled by the log") {
    Scene scene;
    auto agent = scene.cast.person("sen.1").working();
    SECTION("no proof") {
        scene.server().appended = [](auto& answers) {
            for (auto& answer : answers) answer.proof.clear();
        };
    }
    SECTION("of another place") {
        scene.server().appended = [](auto& answers) { answers.front().index += 1; };
    }
    SECTION("spoilt") {
        scene.server().appended = [](auto& answers) {
            auto& proof = answers.front().proof;
            const auto text = std::string{as_text(proof)};
            const auto at = text.find("index ") + 6;
            proof[at] = proof[at] == '9' ? '8' : '9';
        };
    }
    SECTION("too few") {
        scene.server().appended = [](auto& answers) { answers.clear(); };
    }
    CHECK(key_of(agent::invite_member(agent, "reader", 72)) == "append.proof");
    CHECK(key_of(agent::send(agent, scene.order("geheim"))) == "append.proof");
    CHECK(has_evidence(scene.cast.person("sen.1")));
    // An honest server again: the same bytes are sent once more and stand.
    scene.server().appended = nullptr;
    auto again = scene.cast.person("sen.1").working();
    REQUIRE(agent::send(again, scene.order("geheim")).has_value());
    CHECK(must(agent::list_dossiers(again, false)).size() == 1);
}

}  // namespace rogatory::test
