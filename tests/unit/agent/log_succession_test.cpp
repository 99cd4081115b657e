#include <catch2/catch_test_macros.hpp>

#include <algorithm>

#include "crypto/tlog/succession.hpp"
#include "platform/agent/log_succession.hpp"
#include "platform/agent/people.hpp"
#include "platform/agent/state.hpp"
#include "platform/record/successor_sheet.hpp"
#include "tests/support/agent_scene.hpp"

// A log that could not be repaired goes on in a new one.
namespace rogatory::test {
namespace {

std::string sheet_of(const MemoryPlatform& platform) {
    record::SuccessorSheet sheet;
    sheet.date = "2026-11-28";
    sheet.server = platform.origin();
    sheet.last = must(tlog::SignedCheckpoint::parse(as_text(platform.ended.back().note))).checkpoint;
    sheet.log_policy = platform.log_policy();
    return sheet.encode();
}

}  // namespace

TEST_CASE("a successor is read at once, and signed in only once the own register has adopted it",
          "[agent][succession]") {
    Scene scene{3, 2};
    auto& platform = scene.cast.platform;
    const auto before = scene.sent();
    REQUIRE(scene.got("x-otp.1", before));
    platform.succeed();

    auto agent = scene.cast.person("sen.1").working();
    CHECK_FALSE(agent.log_status().adopted);
    CHECK(agent.log_status().origin == platform.log_origin());
    CHECK(agent.log_status().follows == platform.origin().substr(8) + "/log/0");
    CHECK(agent::show_dossier(agent, before.chain));
    CHECK(key_of(agent::send(agent, scene.order("refusé"))) == "log.moved");
    CHECK_FALSE(has_evidence(scene.cast.person("sen.1")));

    // Another end, another key, another kind of text.
    auto wrong = sheet_of(platform);
    wrong.replace(wrong.find("root: ") + 6, 2, "00");
    CHECK(key_of(agent::adopt_successor(agent, wrong)) == "log.successor_not_the_sheet");
    CHECK(has_evidence(scene.cast.person("sen.1")));
    CHECK(key_of(agent::adopt_successor(agent, "nothing")) == "successor_sheet.malformed");
    CHECK(platform.log.size() == 1);

    const auto said = must(agent::adopt_successor(agent, sheet_of(platform)));
    CHECK((said.next == platform.log_origin() && said.change.quorum_after == 2));
    CHECK(agent.log_status().adopted);
    CHECK(key_of(agent::adopt_successor(agent, sheet_of(platform))) == "void.nothing_changed");
    // Her colleague by her statement alone; the other Party not yet.
    auto colleague = scene.cast.person("sen.2").working();
    CHECK(colleague.log_status().adopted);
    const auto after = must(agent::send(colleague, scene.order("après"))).front();
    CHECK(tlog::log_of(after.index) == 1);
    const auto early = must(scene.got("x-otp.1", after));
    CHECK(early.files.empty());
    REQUIRE_FALSE(early.missing.empty());
    for (const auto& [what, why] : early.missing) CHECK(why == "log.not_yet_witnessed");
    auto prosecutor = scene.cast.person("x-otp.1").working();
    CHECK_FALSE(prosecutor.log_status().adopted);
    must(agent::adopt_successor(prosecutor, sheet_of(platform)));
    CHECK(scene.got("x-otp.1", after));
    CHECK(scene.got("x-otp.2", before));
}

TEST_CASE("a new device reads both logs and finds the adoption in its register", "[agent][succession]") {
    Scene scene{3, 2};
    auto& platform = scene.cast.platform;
    const auto before = scene.sent();
    platform.succeed();
    {
        auto agent = scene.cast.person("sen.1").working();
        must(agent::adopt_successor(agent, sheet_of(platform)));
    }
    auto& who = scene.cast.person("sen.1");
    Person other{platform, "sen.1", scene.cast.folder / "other"};
    other.kept = who.kept;
    auto fresh = other.working();
    CHECK(fresh.log_status().adopted);
    CHECK(agent::show_dossier(fresh, before.chain));
    must(agent::send(fresh, scene.order("du nouvel appareil")));
    // And a second succession.
    platform.succeed();
    auto again = who.working();
    CHECK_FALSE(again.log_status().adopted);
    must(agent::adopt_successor(again, sheet_of(platform)));
    CHECK(again.log_status().follows.ends_with("/log/1"));
    CHECK(agent::show_dossier(again, before.chain));
    must(agent::send(again, scene.order("encore")));
}

TEST_CASE("a successor of something else than was seen is refused, with evidence", "[agent][succession]") {
    Scene scene{3, 2};
    auto& platform = scene.cast.platform;
    scene.sent();
    auto& who = scene.cast.person("sen.1");
    who.working();
    const auto older = [&] {
        const auto kept = platform.log;
        platform.log.resize(platform.log.size() - 2);
        const auto note = platform.cosigned_checkpoint();
        platform.log = kept;
        return note;
    };
    SECTION("it begins before what counted") {
        const auto note = older();
        platform.succeed();
        platform.ended.back().note = note;
        CHECK(key_of(who.at_work()) == "log.successor_older");
    }
    SECTION("its first entry commits to another end") {
        platform.succeed();
        platform.log.front()[40] ^= 1;
        CHECK(key_of(who.at_work()) == "log.successor_differs");
    }
    SECTION("the old log ends in another history") {
        platform.log[3][40] ^= 1;
        platform.succeed();
        CHECK(key_of(who.at_work()) == "log.forked");
    }
    SECTION("it says again what stands in the old one") {
        const auto first = platform.log.front();
        platform.succeed();
        platform.log.push_back(first);
        CHECK(key_of(who.at_work()) == "log.repeated_in_successor");
    }
    SECTION("its key is for another log") {
        platform.succeed();
        scene.server().successor = [&](Bytes& text) { text = to_bytes(platform.ended.back().key + "\n"); };
        CHECK(key_of(who.at_work()) == "log.successor_malformed");
    }
    SECTION("the co-signers have not signed the end") {
        for (auto& witness : platform.witnesses) witness.awake = false;
        platform.log_only({}, 9, {});
        platform.succeed();
        for (auto& witness : platform.witnesses) witness.awake = true;
        auto agent = who.working();
        CHECK(key_of(agent::adopt_successor(agent, sheet_of(platform))) == "log.successor_uncounted");
    }
    SECTION("another key than the register has adopted") {
        platform.succeed();
        {
            auto agent = who.working();
            must(agent::adopt_successor(agent, sheet_of(platform)));
        }
        platform.log.resize(1);
        scene.server().successor = [&](Bytes& text) {
            const auto key = tlog::NoteKey::make(platform.log_origin(), tlog::SignatureType::ed25519,
                                                 crypto::SigningKey::generate(crypto::system_random()).verify_key());
            text = to_bytes(must(key).vkey() + "\n");
        };
        CHECK(key_of(who.at_work()) == "log.successor_differs");
    }
    CHECK(has_evidence(who));
}

// The last `count` entries were signed and never co-signed, and the log ends before them.
void succeed_without(MemoryPlatform& platform, std::size_t count) {
    const auto whole = platform.log;
    platform.log.resize(whole.size() - count);
    for (auto& witness : platform.witnesses) witness.awake = true;
    platform.succeed();
}

TEST_CASE("a device whose own statements were lost beyond the end comes back into use, and keeps a copy",
          "[agent][succession]") {
    Scene scene{3, 2};
    auto& platform = scene.cast.platform;
    const auto before = scene.sent();
    auto& who = scene.cast.person("sen.1");
    const auto counted = platform.log.size();
    for (auto& witness : platform.witnesses) witness.awake = false;
    {
        auto agent = who.working();
        agent::AddOrder more;
        more.chain = before.chain;
        more.files = {{scene.cast.write("suite.txt", "la suite"), -1, "suite.txt", "text/plain"}};
        must(agent::add_entry(agent, more, nullptr));
        CHECK(agent.log_status().size > agent.log_status().counting_size);
    }
    const auto lost = platform.log.size() - counted;
    REQUIRE(lost > 0);
    succeed_without(platform, lost);
    {
        // Read at once; nothing is thrown away before somebody has adopted what goes on.
        auto agent = who.working();
        CHECK_FALSE(agent.log_status().adopted);
        CHECK(agent::show_dossier(agent, before.chain));
        CHECK(must(who.profile.list("lost")).empty());
        must(agent::adopt_successor(agent, sheet_of(platform)));
    }
    auto agent = who.working();
    CHECK(agent.log_status().adopted);
    CHECK(agent::show_dossier(agent, before.chain));
    CHECK(must(who.profile.list("lost")).size() == 1);
    CHECK(std::count(who.notices.keys.begin(), who.notices.keys.end(), "log.statement_lost") == 1);
    CHECK(must(who.profile.load("log/beyond.entries"))->size() == lost * 64);
    CHECK_FALSE(has_evidence(who));
    must(agent::send(agent, scene.order("à nouveau")));
    // Told once.
    who.working();
    CHECK(must(who.profile.list("lost")).size() == 1);
}

TEST_CASE("a successor that was seen once is not denied", "[agent][succession]") {
    Scene scene{3, 2};
    auto& platform = scene.cast.platform;
    scene.sent();
    auto& who = scene.cast.person("sen.1");
    who.working();
    const auto first = platform.log;
    platform.succeed();

    CHECK_FALSE(who.working().log_status().adopted);
    SECTION("there is none, the server says") {
        platform.ended.clear();
        platform.log = first;
        CHECK(key_of(who.at_work()) == "log.successor_denied");
    }
    SECTION("it has another key than before") {
        scene.server().successor = [&](Bytes& text) {
            const auto key = tlog::NoteKey::make(platform.log_origin(), tlog::SignatureType::ed25519,
                                                 crypto::SigningKey::generate(crypto::system_random()).verify_key());
            text = to_bytes(must(key).vkey() + "\n");
        };
        CHECK(key_of(who.at_work()) == "log.successor_differs");
    }
    CHECK(has_evidence(who));
}

TEST_CASE("before adoption only that counts of the old log which its co-signers have signed", "[agent][succession]") {
    Scene scene{3, 2};
    auto& platform = scene.cast.platform;
    scene.sent();
    for (auto& witness : platform.witnesses) witness.awake = false;
    const auto pending = scene.sent("pas encore cosigné");
    platform.succeed();
    for (auto& witness : platform.witnesses) witness.awake = true;
    const auto early = must(scene.got("x-otp.1", pending));
    CHECK(early.files.empty());
    REQUIRE_FALSE(early.missing.empty());
    for (const auto& [what, why] : early.missing) CHECK(why == "log.not_yet_witnessed");
}

}  // namespace rogatory::test
