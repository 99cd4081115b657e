#include <catch2/catch_test_macros.hpp>

#include "crypto/sign.hpp"
#include "platform/agent/state.hpp"
#include "tests/support/agent_scene.hpp"
#include "tests/support/naive_log.hpp"

// A server that lies about the log, or about what stands in it.
namespace rogatory::test {
namespace {

Hash register_of(const MemoryPlatform& platform, const std::string& code) {
    for (const auto& party : platform.parties) {
        if (party.code == code) return *party.register_chain;
    }
    throw std::runtime_error{"no such Party"};
}

}  // namespace

TEST_CASE("a log that goes back, forks, or is signed by another key stops everything and leaves evidence") {
    Scene scene;
    auto& platform = scene.cast.platform;
    auto& who = scene.cast.person("sen.1");
    const auto old_note = platform.sign_checkpoint();
    const auto dossier = scene.sent();
    auto agent = who.working();

    SECTION("an older checkpoint, shown to the same device later") {
        scene.server().checkpoint = [&](Bytes& note) { note = old_note; };
        CHECK(key_of(agent.synchronise()) == "log.rolled_back");
        CHECK(key_of(who.at_work()) == "log.rolled_back");
        // The server is shown what it goes back behind: an honest one, restored from an old backup, stops there.
        REQUIRE_FALSE(platform.offered.empty());
        CHECK(as_text(platform.offered.back()).starts_with(platform.log_origin()));
    }
    SECTION("another history of the same length, from the next run on") {
        platform.log.back()[40] ^= 1;
        CHECK(key_of(who.at_work()) == "log.forked");
    }
    SECTION("another history that is longer") {
        platform.log[3][40] ^= 1;
        platform.log_only({}, 7, {});
        CHECK(key_of(agent.synchronise()) == "log.forked");
    }
    SECTION("entries that do not give the root") {
        platform.log_only({}, 7, {});
        scene.server().entries = [](std::uint64_t, Bytes& bundle) { bundle[bundle.size() - 1] ^= 1; };
        CHECK(key_of(agent.synchronise()) == "log.entries");
        scene.server().entries = nullptr;
        CHECK(key_of(agent.synchronise()).empty());  // an honest answer later is taken
        return;
    }
    SECTION("a bundle that is none") {
        platform.log_only({}, 7, {});
        scene.server().entries = [](std::uint64_t, Bytes& bundle) { bundle.resize(10); };
        CHECK(key_of(agent.synchronise()) == "log.entries");
    }
    SECTION("a signature by another key") {
        scene.server().checkpoint = [](Bytes& note) {
            note[note.size() - 10] = note[note.size() - 10] == 'A' ? 'B' : 'A';
        };
        CHECK(key_of(agent.synchronise()) == "log.signature");
    }
    CHECK(has_evidence(who));
    CHECK_FALSE(scene.got("sen.1", dossier).has_value());
}

TEST_CASE("a new device of the same person learns of a rollback from the state file") {
    Scene scene;
    auto& platform = scene.cast.platform;
    const auto old_note = platform.sign_checkpoint();
    scene.sent();
    auto& who = scene.cast.person("sen.1");
    who.working();
    Person other{platform, "sen.1", scene.cast.folder / "other"};
    other.kept = who.kept;
    other.working();
    Person late{platform, "sen.1", scene.cast.folder / "late"};
    late.kept = who.kept;
    platform.log.resize(platform.log.size() - 2);
    platform.log_only({}, 1, {});
    platform.log_only({}, 2, {});
    CHECK(key_of(late.at_work()) == "log.forked");
}

TEST_CASE("two statements for one place: both are kept, neither is acted on") {
    Scene scene;
    auto& platform = scene.cast.platform;
    const auto dossier = scene.sent();
    // Another entry under the label that already stands.
    Hash other{};
    other.fill(7);
    platform.log_only(dossier.chain, 1, other);
    CHECK(key_of(scene.got("x-otp.1", dossier)) == "chain.forked");
    CHECK(has_evidence(scene.cast.person("x-otp.1")));
    // Whoever had read it before alarms at the next look.
    auto sender = scene.cast.person("sen.1").working();
    CHECK(key_of(agent::show_dossier(sender, dossier.chain)) == "chain.forked");
}

TEST_CASE("a statement that is dropped, swapped, moved, replayed or not logged is not taken") {
    Scene scene;
    auto& platform = scene.cast.platform;
    const auto dossier = scene.sent();
    const auto second = scene.sent("ein anderer");
    auto& reader = scene.cast.person("x-otp.1");
    auto agent = reader.working();

    SECTION("the last one is held back: shown, not opened") {
        scene.server().chain = [&](const Hash& chain, ports::remote::ChainPage& page) {
            if (chain == dossier.chain) std::erase_if(page.items, [](const auto& item) { return item.seq > 0; });
        };
        const auto view = must(agent::show_dossier(agent, dossier.chain));
        CHECK(view.state == "incomplete");
        CHECK(key_of(agent::get(agent, {dossier.chain, std::nullopt, scene.cast.folder / "out", false})) ==
              "dossier.incomplete");
        CHECK_FALSE(std::filesystem::exists(scene.cast.folder / "out"));
        return;
    }
    SECTION("two in the wrong order") {
        scene.server().chain = [&](const Hash& chain, ports::remote::ChainPage& page) {
            if (chain == dossier.chain && page.items.size() > 1)
                std::swap(page.items[0].envelope, page.items[1].envelope);
        };
        CHECK(key_of(agent::show_dossier(agent, dossier.chain)) == "chain.malformed");
    }
    SECTION("another dossier's") {
        const auto foreign = platform.chains.at(second.chain);
        scene.server().chain = [&](const Hash& chain, ports::remote::ChainPage& page) {
            if (chain == dossier.chain && !page.items.empty()) page.items[0].envelope = foreign[0].envelope;
        };
        CHECK(key_of(agent::show_dossier(agent, dossier.chain)) == "chain.malformed");
    }
    SECTION("with one character changed") {
        scene.server().chain = [&](const Hash& chain, ports::remote::ChainPage& page) {
            if (chain != dossier.chain || page.items.empty()) return;
            auto& envelope = page.items[0].envelope;
            envelope[20] = envelope[20] == 'A' ? 'B' : 'A';
        };
        CHECK_FALSE(agent::show_dossier(agent, dossier.chain).has_value());
        return;
    }
    SECTION("one that the log does not have") {
        auto& chain = platform.chains.at(dossier.chain);
        chain.push_back(chain.back());
        platform.log_only(dossier.chain, 2, {});  // the log names another
        CHECK_FALSE(agent::show_dossier(agent, dossier.chain).has_value());
    }
    CHECK(has_evidence(reader));
}

TEST_CASE("a removal that the server logs but does not hand out stops sealing") {
    Scene scene;
    auto custodian = scene.cast.person("x-otp.1").working();
    const auto leaver = must(agent::find_member(custodian, "x-otp.2"));
    auto sender = scene.cast.person("sen.1").working();
    must(sender.synchronise());
    must(agent::remove_member(custodian, leaver));

    const auto chain = register_of(scene.cast.platform, "X-OTP");
    scene.server().chain = [chain](const Hash& asked, ports::remote::ChainPage& page) {
        if (asked == chain) page.items.clear();
    };
    CHECK(key_of(agent::send(sender, scene.order("geheim"))) == "register.incomplete");
    scene.server().chain = nullptr;
    CHECK(agent::send(sender, scene.order("geheim")).has_value());
}

TEST_CASE("a true checkpoint of another history inside a statement is the proof of a fork; a forged one is only void") {
    Scene scene;
    auto& platform = scene.cast.platform;
    const auto dossier = scene.sent();
    // A member of the sender's, whose client was shown another log of the same key and size.
    auto sender = scene.cast.person("sen.1").working();
    auto& state = sender.state();
    auto* const known = must(state.dossier(model::ChainId{dossier.chain}));
    auto statement = state.compose(known->replayed.head(), known->copy.chain(), record::Closed{std::nullopt});

    SECTION("forged") {
        statement.seen.root = model::Digest{};
        const auto closed = must(record::sign(statement, state.signing_key()));
        platform.force_append(dossier.chain, 2, closed.id().value(), to_bytes(closed.encode()));
        auto reader = scene.cast.person("x-otp.1").working();
        const auto view = must(agent::show_dossier(reader, dossier.chain));
        CHECK(view.state == "open");
        CHECK(view.acts.back().void_);
        CHECK(must(agent::verify_dossier(reader, dossier.chain)).void_statements == 1);
        // Others go on working.
        CHECK(scene.got("x-otp.1", dossier).has_value());
    }
    SECTION("true, of a fork") {
        const auto forked = platform.fork();
        forked->log[2][50] ^= 1;
        const auto note = must(tlog::SignedCheckpoint::parse(as_text(forked->sign_checkpoint())));
        const auto policy = must(tlog::Policy::parse(platform.log_policy()));
        statement.seen = {note.checkpoint.head.size, note.checkpoint.head.root,
                          *tlog::log_signature(policy.logs().front().key, note)};
        const auto closed = must(record::sign(statement, state.signing_key()));
        platform.force_append(dossier.chain, 2, closed.id().value(), to_bytes(closed.encode()));
        CHECK(key_of(scene.got("x-otp.1", dossier)) == "log.forked");
        CHECK(has_evidence(scene.cast.person("x-otp.1")));
    }
}

TEST_CASE("a clock that is wrong is noticed and does not matter") {
    Scene scene;
    auto& who = scene.cast.person("sen.1");
    who.clock.wall_is_off_by = 3 * kHour;
    const auto dossier = scene.sent();
    CHECK(std::find(who.notices.keys.begin(), who.notices.keys.end(), "clock.differs") != who.notices.keys.end());
    CHECK(scene.got("x-otp.1", dossier).has_value());
}

}  // namespace rogatory::test
