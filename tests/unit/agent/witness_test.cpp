#include <catch2/catch_test_macros.hpp>

#include <algorithm>

#include "platform/agent/state.hpp"
#include "tests/support/agent_scene.hpp"

// Pending and counting statements under three witnesses of whom two are needed (protocol §5).
namespace rogatory::test {
namespace {

void sleep(MemoryPlatform& platform, std::size_t how_many) {
    for (std::size_t i = 0; i < platform.witnesses.size(); ++i) platform.witnesses[i].awake = i >= how_many;
}

bool noticed(const Person& person, std::string_view key) {
    return std::find(person.notices.keys.begin(), person.notices.keys.end(), key) != person.notices.keys.end();
}

std::size_t receipts_of(Scene& scene, const agent::Sent& dossier, const std::string& who = "sen.1") {
    auto sender = scene.cast.person(who).working();
    return must(agent::receipts(sender, dossier.chain)).size();
}

bool misses(const Result<agent::Got>& got, std::string_view key) {
    return got && got->files.empty() &&
           std::any_of(got->missing.begin(), got->missing.end(), [&](const auto& row) { return row.second == key; });
}

}  // namespace

TEST_CASE("one colluding witness of three cannot make a statement count; a quorum can") {
    Scene scene{3, 2};
    auto& platform = scene.cast.platform;
    const auto early = scene.sent("vor allem");
    CHECK(early.counting);
    CHECK(scene.got("x-otp.1", early).has_value());

    // From here on the server and one witness are alone.
    sleep(platform, 2);
    const auto late = scene.sent("nur einer bezeugt");
    CHECK_FALSE(late.counting);
    auto& reader = scene.cast.person("x-otp.1");
    reader.clock.pauses = 0;
    CHECK(misses(scene.got("x-otp.1", late), "log.not_yet_witnessed"));
    CHECK(reader.clock.pauses == 20);  // it looked for a while, and not for ever
    CHECK(receipts_of(scene, late) == 0);
    CHECK(std::filesystem::is_empty(scene.cast.folder / "out-x-otp.1") == false);  // the early one
    {
        auto agent = reader.working();
        const auto view = must(agent::show_dossier(agent, late.chain));
        REQUIRE(view.entries.size() == 1);
        CHECK_FALSE(view.entries[0].counting);
        CHECK(view.entries[0].warnings == std::vector<std::string>{"not_yet_witnessed"});
        const auto status = agent.log_status();
        CHECK(status.counting_size < status.size);
        CHECK(status.witnesses.size() == 3);
        CHECK(status.quorum == 2);
    }
    // The sender may go on behind what he signed himself; a colleague may not.
    auto sender = scene.cast.person("sen.1").working();
    CHECK(key_of(agent::withdraw(sender, late.chain, late.seq, "irrtum")) ==
          "log.not_yet_witnessed");  // `opened` pends
    auto colleague = scene.cast.person("sen.2").working();
    CHECK(key_of(agent::close_dossier(colleague, late.chain)) == "log.not_yet_witnessed");

    // The second one wakes up while the reader waits.
    reader.clock.on_pause = [&] { sleep(platform, 1); };
    const auto got = scene.got("x-otp.1", late);
    REQUIRE(got.has_value());
    CHECK(got->files.size() == 1);
    CHECK(receipts_of(scene, late) == 2);
}

TEST_CASE("nothing is sealed to a key before the statement that introduced it counts") {
    Scene scene{3, 2};
    auto& platform = scene.cast.platform;
    const auto dossier = scene.sent();
    auto custodian = scene.cast.person("x-otp.1").working();
    sleep(platform, 2);
    const auto rekeyed = must(agent::rekey_authority(custodian));
    REQUIRE(rekeyed.not_started.size() == 1);
    CHECK(rekeyed.not_started[0].second == "log.not_yet_witnessed");

    auto sender = scene.cast.person("sen.1").working();
    CHECK(key_of(agent::send(sender, scene.order("geheim"))) == "log.not_yet_witnessed");
    agent::AddOrder more;
    more.chain = dossier.chain;
    more.message = "noch etwas";
    CHECK(key_of(agent::add_entry(sender, more, nullptr)) == "log.not_yet_witnessed");

    scene.cast.person("sen.1").clock.on_pause = [&] { sleep(platform, 0); };
    auto again = scene.cast.person("sen.1").working();
    CHECK(agent::send(again, scene.order("geheim")).has_value());
}

TEST_CASE("a log that is frozen for 25 hours, or cosigned by clocks ahead of ours, is read and not signed on") {
    Scene scene{3, 2};
    auto& platform = scene.cast.platform;
    const auto dossier = scene.sent();
    const auto read = scene.got("x-otp.1", dossier);
    CHECK(read.has_value());
    auto& who = scene.cast.person("sen.1");

    sleep(platform, 2);
    platform.now += 23 * kHour;
    {
        auto agent = who.working();
        CHECK(agent::send(agent, scene.order("noch am selben Tag")).has_value());
    }
    platform.now += 2 * kHour;
    {
        auto agent = who.working();
        CHECK(noticed(who, "log.not_fresh"));
        CHECK(key_of(agent::send(agent, scene.order("am Tag danach"))) == "log.not_fresh");
        CHECK(key_of(agent::invite_member(agent, "reader", 72)) == "log.not_fresh");
        CHECK(key_of(agent::close_dossier(agent, dossier.chain)) == "log.not_fresh");
        CHECK(must(agent::show_dossier(agent, dossier.chain)).entries.size() == 1);
        CHECK(scene.got("x-otp.1", dossier).has_value());  // opened before: needs no new receipt
        CHECK_FALSE(agent.log_status().fresh);
    }
    // An honest log again.
    sleep(platform, 0);
    {
        auto agent = who.working();
        CHECK(agent::send(agent, scene.order("wieder")).has_value());
    }
    for (auto& witness : platform.witnesses) witness.clock_is_off_by = 6 * kMinute;
    auto agent = who.working();
    CHECK(key_of(agent::send(agent, scene.order("aus der Zukunft"))) == "log.not_fresh");
    // One witness alone with a wrong clock changes nothing.
    for (auto& witness : platform.witnesses) witness.clock_is_off_by = 0;
    platform.witnesses[0].clock_is_off_by = 6 * kMinute;
    auto later = who.working();
    CHECK(agent::send(later, scene.order("drei Uhren")).has_value());
}

TEST_CASE("a statement whose date the cosignatures contradict is shown as disputed and not acted on") {
    Scene scene{3, 2};
    auto& platform = scene.cast.platform;
    const auto dossier = scene.sent();
    auto& reader = scene.cast.person("x-otp.1");
    CHECK(scene.got("x-otp.1", dossier).has_value());
    platform.now += 2 * kDay;
    reader.working();  // has seen this size cosigned two days later

    // The sender's own keys, and a server that takes what an honest one refuses.
    auto sender = scene.cast.person("sen.1").working();
    auto& state = sender.state();
    agent::AddOrder order;
    order.chain = dossier.chain;
    order.message = "vordatiert";
    const auto honest = must(agent::add_entry(sender, order, nullptr));
    const auto* known = must(state.dossier(model::ChainId{dossier.chain}));
    auto statement = known->copy.items()[honest.seq].statement.statement();
    const auto forge = [&](UnixSeconds at) {
        auto& chain = platform.chains.at(dossier.chain);
        statement.at = at;
        const auto forged = must(record::sign(statement, state.signing_key()));
        platform.log.pop_back();
        chain.pop_back();
        platform.force_append(dossier.chain, honest.seq, forged.id().value(), to_bytes(forged.encode()));
    };
    SECTION("back-dated by two days") { forge(platform.now - 2 * kDay); }
    SECTION("post-dated by a quarter of an hour") { forge(platform.now + 15 * kMinute); }
    auto agent = reader.working();
    const auto view = must(agent::show_dossier(agent, dossier.chain));
    REQUIRE(view.entries.size() == 2);
    CHECK(view.entries[1].warnings == std::vector<std::string>{"date_disputed"});
    const auto before = receipts_of(scene, dossier, "x-otp.2");
    const auto got = agent::get(agent, {dossier.chain, honest.seq, scene.cast.folder / "disputed", false});
    CHECK(misses(got, "date.disputed"));
    CHECK(receipts_of(scene, dossier, "x-otp.2") == before);
}

TEST_CASE("one witness with a clock in the past makes nobody refuse anything") {
    Scene scene{3, 2};
    auto& platform = scene.cast.platform;
    auto sender = scene.cast.person("sen.1").working();
    platform.witnesses[0].clock_is_off_by = -3 * kDay;
    platform.witnesses[1].awake = false;
    const auto dossier = must(agent::send(sender, scene.order("ein Bericht"))).front();
    CHECK(dossier.counting);
    scene.cast.person("x-otp.1").working();  // keeps what it has seen of this size
    platform.witnesses[1].awake = true;
    const auto got = scene.got("x-otp.1", dossier);
    REQUIRE(got.has_value());
    CHECK(got->files.size() == 1);
}

TEST_CASE("witnesses come and go by the register alone, and only by statements that count") {
    Scene scene{3, 2};
    auto& platform = scene.cast.platform;
    auto custodian = scene.cast.person("sen.1").working();
    auto& state = custodian.state();
    const auto set_policy = [&](const std::string& text) {
        const auto& head = state.own().head();
        const auto statement = must(
            record::sign(state.compose(head, state.own().chain(), record::LogPolicySet{text}), state.signing_key()));
        platform.force_append(state.own().chain().value(), head.length, statement.id().value(),
                              to_bytes(statement.encode()));
    };
    const auto none = "log " + platform.log_key() + "\nquorum none\n";
    SECTION("no witnesses any more: pending, it changes nothing") {
        sleep(platform, 2);
        set_policy(none);
        auto agent = scene.cast.person("sen.2").working();
        CHECK(agent.log_status().quorum == 2);
        sleep(platform, 0);
        auto later = scene.cast.person("sen.2").working();
        CHECK(later.log_status().quorum == 0);
        CHECK_FALSE(later.log_status().witnessed);
    }
    SECTION("other witnesses, once they have cosigned it") {
        const auto old = platform.witnesses;
        platform.witnesses.clear();
        platform.have_witnesses(3, 2);
        sleep(platform, 2);
        set_policy(platform.log_policy());
        auto agent = scene.cast.person("sen.2").working();
        CHECK(agent.log_status().policy != platform.log_policy());
        sleep(platform, 0);
        auto later = scene.cast.person("sen.2").working();
        CHECK(later.log_status().policy == platform.log_policy());
        CHECK(later.log_status().counting_size == later.log_status().size);
    }
    SECTION("the server's word is none") {
        platform.quorum = 0;
        auto agent = scene.cast.person("sen.2").working();
        CHECK(agent.log_status().quorum == 2);
    }
}

}  // namespace rogatory::test
