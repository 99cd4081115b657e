#include <catch2/catch_test_macros.hpp>

#include <algorithm>

#include "platform/agent/rotation.hpp"
#include "tests/support/agent_scene.hpp"

// Somebody leaves an authority of two hundred files, and the work is broken off in the middle.
namespace rogatory::test {
namespace {

constexpr std::size_t kDossiers = 200;

}  // namespace

TEST_CASE("all files of an authority get new keys, over an interruption, and what the leaver may have kept is told") {
    Scene scene;
    auto& cast = scene.cast;
    cast.join("x-otp.3", "x-otp.1", "officer");
    std::vector<agent::Sent> files;
    {
        auto sender = cast.person("sen.1").working();
        for (std::size_t i = 0; i < kDossiers; ++i) {
            agent::SendOrder order;
            order.to = {"X-OTP"};
            order.title = "Nr. " + std::to_string(i);
            order.message = "m";
            files.push_back(must(agent::send(sender, order)).front());
        }
    }
    for (const std::size_t i : {3U, 70U, 199U}) CHECK(scene.got("x-otp.3", files[i]).has_value());
    CHECK(scene.got("x-otp.1", files[5]).has_value());

    auto& manager = cast.person("x-otp.1");
    {
        auto custodian = manager.working();
        CHECK(must(agent::rotation_status(custodian)).stale.empty());
        manager.notices.stop = [&] { return manager.notices.progress.size() > 60; };
        const auto id = must(agent::find_member(custodian, "x-otp.3"));
        const auto outcome = must(agent::remove_member(custodian, id));
        CHECK(outcome.dossiers == kDossiers);
        CHECK(outcome.started.size() == 60);
        CHECK(outcome.not_started.size() == kDossiers - 60);
        CHECK(outcome.not_started.front().second == "rotation.interrupted");
        CHECK(manager.notices.progress.back().total == kDossiers);
    }
    manager.notices.stop = nullptr;
    manager.notices.keys.clear();
    {
        auto custodian = manager.working();
        const auto& told = manager.notices.keys;
        CHECK(std::count(told.begin(), told.end(), "rotation.unfinished") == 1);
        const auto status = must(agent::rotation_status(custodian));
        CHECK(status.unfinished);
        CHECK(status.generation == 2);
        CHECK(status.stale.size() == kDossiers - 60);
        const auto outcome = must(agent::resume_rotation(custodian));
        CHECK(outcome.started.size() == kDossiers - 60);
        CHECK(outcome.not_started.empty());
        const auto after = must(agent::rotation_status(custodian));
        CHECK_FALSE(after.unfinished);
        CHECK(after.stale.empty());
        CHECK(must(agent::resume_rotation(custodian)).started.empty());
        CHECK(must(agent::show_dossier(custodian, files[100].chain)).epoch == 2);

        const auto report = must(agent::kept_by(custodian, "x-otp.3"));
        CHECK(report.display_name == "x-otp.3");
        CHECK(report.until.has_value());
        CHECK(report.generations == 1);
        CHECK(report.dossiers.size() == kDossiers);
        CHECK(report.entries == kDossiers);
        CHECK(report.fetched == 3);
        const auto row = std::find_if(report.dossiers.begin(), report.dossiers.end(),
                                      [&](const auto& one) { return one.chain == files[70].chain; });
        REQUIRE(row != report.dossiers.end());
        CHECK(row->epochs == std::vector<std::uint64_t>{1});
        REQUIRE(row->entries.size() == 1);
        CHECK(row->entries[0].fetched_at > 0);
        CHECK(row->entries[0].opened_at > 0);
        // His colleague's downloads are not his.
        const auto other = std::find_if(report.dossiers.begin(), report.dossiers.end(),
                                        [&](const auto& one) { return one.chain == files[5].chain; });
        CHECK(other->fetched == 0);
        CHECK(key_of(agent::kept_by(custodian, "nemo")) == "member.unknown");
    }
    // What came after he left is not in it.
    auto sender = cast.person("sen.1").working();
    must(agent::add_entry(sender, {files[70].chain, {}, {}, "danach", std::nullopt}, nullptr));
    auto custodian = manager.working();
    CHECK(must(agent::kept_by(custodian, "x-otp.3")).entries == kDossiers);
    auto colleague = cast.person("x-otp.2").working();
    CHECK(must(agent::kept_by(colleague, "x-otp.2")).entries == kDossiers + 1);
}

TEST_CASE("a stolen device: its keys end at once, and its owner is invited anew in one act") {
    Scene scene;
    auto& cast = scene.cast;
    cast.join("x-otp.3", "x-otp.1", "officer");
    const auto file = scene.sent();
    auto custodian = cast.person("x-otp.1").working();
    const auto id = must(agent::find_member(custodian, "x-otp.3"));
    const auto done = must(agent::replace_member(custodian, id, 72));
    CHECK(done.epochs.started == std::vector<Hash>{file.chain});
    CHECK(key_of(cast.person("x-otp.3").at_work()) == "member.not_in_register");
    const auto answered = must(cast.answer("x-otp.anew", done.invitation.code));
    must(agent::approve_invitation(custodian, done.invitation.invitation, answered.comparison_digits));
    CHECK(scene.got("x-otp.anew", file).has_value());
    CHECK(key_of(agent::replace_member(custodian, id, 72)) == "member.unknown");
}

}  // namespace rogatory::test
