#include <set>

#include <catch2/catch_test_macros.hpp>

#include "crypto/tlog/follower.hpp"
#include "tests/support/memory_log.hpp"
#include "tests/support/seeded_random.hpp"

using namespace rogatory;
using namespace rogatory::tlog;
using tests::MemoryLog;
using tests::SeededRandom;

namespace {

ChainId chain_of(std::uint8_t number) {
    ByteArray<32> bytes;
    bytes.fill(number);
    return ChainId{bytes};
}

crypto::Digest id_of(std::uint8_t chain, std::uint64_t seq, std::uint8_t variant = 0) {
    return crypto::sha256(Bytes{chain, static_cast<std::uint8_t>(seq >> 8U), static_cast<std::uint8_t>(seq), variant});
}

Entry entry(std::uint8_t chain, std::uint64_t seq, std::uint8_t variant = 0) {
    return {entry_label(chain_of(chain).value(), seq), id_of(chain, seq, variant)};
}

std::vector<crypto::Digest> ids(std::uint8_t chain, std::uint64_t from, std::uint64_t to) {
    std::vector<crypto::Digest> all;
    for (auto seq = from; seq < to; ++seq) all.push_back(id_of(chain, seq));
    return all;
}

struct Fixture {
    MemoryLog log;
    LogFollower follower;

    Fixture() {
        follower.follow(chain_of(1));
        follower.follow(chain_of(2));
    }
    Result<> advance() { return follower.advance(log.publish(), log); }
};

}  // namespace

TEST_CASE("a follower finds each chain's statements in order", "[tlog][follower]") {
    Fixture f;
    f.log.append(entry(1, 0));
    f.log.append(entry(9, 0));  // a chain that is not followed
    f.log.append(entry(2, 0));
    f.log.append(entry(1, 1));
    REQUIRE(f.advance());
    CHECK(f.follower.length(chain_of(1)) == 2);
    CHECK(f.follower.length(chain_of(2)) == 1);
    CHECK(f.follower.length(chain_of(9)) == 0);
    CHECK(f.follower.index_of(chain_of(1), 1) == 3);
    CHECK_FALSE(f.follower.index_of(chain_of(1), 2));
    CHECK(f.follower.logged(chain_of(2), 0) == LoggedStatement{2, id_of(2, 0)});
    CHECK(f.follower.judge(chain_of(1), 0, ids(1, 0, 2)) == Standing::complete);
    CHECK(f.follower.judge(chain_of(2), 0, ids(2, 0, 1)) == Standing::complete);
}

TEST_CASE("a statement that the server withholds shows", "[tlog][follower]") {
    Fixture f;
    f.log.append(entry(1, 0));
    f.log.append(entry(1, 1));
    REQUIRE(f.advance());
    CHECK(f.follower.judge(chain_of(1), 0, ids(1, 0, 1)) == Standing::incomplete);
    CHECK(f.follower.judge(chain_of(1), 0, {}) == Standing::incomplete);
    f.follower.settle(chain_of(1), 1, id_of(1, 0));
    CHECK(f.follower.judge(chain_of(1), 1, {}) == Standing::incomplete);
    CHECK(f.follower.judge(chain_of(1), 1, ids(1, 1, 2)) == Standing::complete);
}

TEST_CASE("a statement that the log does not hold shows", "[tlog][follower]") {
    Fixture f;
    f.log.append(entry(1, 0));
    REQUIRE(f.advance());
    CHECK(f.follower.judge(chain_of(1), 0, ids(1, 0, 2)) == Standing::unlogged);
    CHECK(f.follower.judge(chain_of(2), 0, ids(2, 0, 1)) == Standing::unlogged);
    // Entries in the wrong order are not found either.
    f.log.append(entry(2, 1));
    f.log.append(entry(2, 0));
    REQUIRE(f.advance());
    CHECK(f.follower.judge(chain_of(2), 0, ids(2, 0, 2)) == Standing::unlogged);
}

TEST_CASE("another statement than the logged one shows", "[tlog][follower]") {
    Fixture f;
    f.log.append(entry(1, 0));
    f.log.append(entry(1, 1, 7));
    REQUIRE(f.advance());
    CHECK(f.follower.judge(chain_of(1), 0, ids(1, 0, 2)) == Standing::mismatch);
    f.follower.settle(chain_of(1), 1, id_of(1, 0));
    CHECK(f.follower.judge(chain_of(1), 0, std::vector{id_of(1, 0, 9)}) == Standing::mismatch);
}

TEST_CASE("two entries for one place are a fork, early, late and after a restart", "[tlog][follower]") {
    for (const bool settled : {false, true}) {
        for (const bool restarted : {false, true}) {
            for (const std::uint64_t seq : {0U, 1U, 2U}) {
                Fixture f;
                for (std::uint64_t i = 0; i < 3; ++i) f.log.append(entry(1, i));
                REQUIRE(f.advance());
                if (settled) f.follower.settle(chain_of(1), 3, id_of(1, 2));
                if (restarted) f.follower = LogFollower::decode(f.follower.encode()).value();

                f.log.append(entry(1, seq, 5));
                f.log.append(entry(1, seq, 6));  // the first evidence stays
                REQUIRE(f.advance());

                CHECK(f.follower.judge(chain_of(1), 0, ids(1, 0, 3)) == Standing::forked);
                CHECK(f.follower.judge(chain_of(2), 0, {}) == Standing::complete);
                const auto& fork = f.follower.fork(chain_of(1));
                REQUIRE(fork);
                CHECK(fork->seq == seq);
                CHECK(fork->first.index == seq);
                const auto known = !settled || seq == 2;
                CHECK(fork->first.id == (known ? id_of(1, seq) : crypto::Digest{}));
                CHECK(fork->second == LoggedStatement{3, id_of(1, seq, 5)});
                CHECK(LogFollower::decode(f.follower.encode()).value() == f.follower);
            }
        }
    }
}

TEST_CASE("the same statement logged twice is a fork too", "[tlog][follower]") {
    Fixture f;
    f.log.append(entry(1, 0));
    f.log.append(entry(1, 0));
    REQUIRE(f.advance());
    CHECK(f.follower.judge(chain_of(1), 0, ids(1, 0, 1)) == Standing::forked);
}

TEST_CASE("a log that does not give the signed root changes nothing", "[tlog][follower]") {
    Fixture f;
    for (std::uint64_t i = 0; i < 300; ++i) f.log.append(entry(1, i));
    REQUIRE(f.advance());
    const auto before = f.follower;
    for (std::uint64_t i = 300; i < 600; ++i) f.log.append(entry(1, i));
    const auto head = f.log.publish();

    const auto refused = [&](const TreeHead& to, std::string_view key, ErrorCode code) {
        const auto result = f.follower.advance(to, f.log);
        REQUIRE_FALSE(result);
        CHECK(result.error().key() == key);
        CHECK(result.error().code() == code);
        CHECK(f.follower == before);
    };
    refused({head.size, empty_root()}, "log.inconsistent", ErrorCode::integrity);
    refused({300, head.root}, "log.inconsistent", ErrorCode::integrity);
    refused({299, head.root}, "log.behind", ErrorCode::precondition_failed);
    refused({700, head.root}, "log.tile_malformed", ErrorCode::not_found);  // what the reader failed with

    auto& bundle = f.log.files.at("tile/entries/001");
    for (const std::size_t at : {std::size_t{44 * 66 + 2}, std::size_t{255 * 66 + 65}}) {
        bundle[at] ^= 1U;
        refused(head, "log.inconsistent", ErrorCode::integrity);
        bundle[at] ^= 1U;
    }
    const auto whole = bundle;
    bundle.resize(bundle.size() - 66);
    refused(head, "log.bundle_malformed", ErrorCode::invalid_input);
    bundle = whole;
    REQUIRE(f.follower.advance(head, f.log));
    CHECK(f.follower.length(chain_of(1)) == 600);
    CHECK(f.follower.judge(chain_of(1), 0, ids(1, 0, 600)) == Standing::complete);
}

TEST_CASE("only what is new is read", "[tlog][follower]") {
    Fixture f;
    for (std::uint64_t i = 0; i < 1000; ++i) f.log.append(entry(9, i));
    REQUIRE(f.advance());
    f.log.bundles_read = 0;
    REQUIRE(f.advance());
    CHECK(f.log.bundles_read == 0);
    f.log.append(entry(1, 0));
    REQUIRE(f.advance());
    CHECK(f.log.bundles_read == 1);
    CHECK(f.follower.index_of(chain_of(1), 0) == 1000);
}

TEST_CASE("chains learned later are read again and absorbed", "[tlog][follower]") {
    Fixture f;
    for (std::uint64_t i = 0; i < 500; ++i) f.log.append(entry(static_cast<std::uint8_t>(1 + i % 4), i / 4));
    const auto head = f.log.publish();
    REQUIRE(f.follower.advance(head, f.log));
    CHECK_THROWS_AS(f.follower.follow(chain_of(3)), InvariantViolation);

    LogFollower late;
    late.follow(chain_of(3));
    CHECK(f.follower.absorb(LogFollower{late}).error().key() == "log.inconsistent");
    REQUIRE(late.advance(head, f.log));
    REQUIRE(f.follower.absorb(std::move(late)));
    CHECK(f.follower.chains().size() == 3);
    CHECK(f.follower.judge(chain_of(3), 0, ids(3, 0, 125)) == Standing::complete);

    f.log.append(entry(3, 125));
    REQUIRE(f.advance());
    CHECK(f.follower.length(chain_of(3)) == 126);
}

TEST_CASE("the state of a follower is small, has one encoding and comes back", "[tlog][follower]") {
    Fixture f;
    SeededRandom random{11};
    std::uint64_t lengths[3] = {0, 0, 0};
    for (int round = 0; round < 40; ++round) {
        for (int i = 0; i < 20; ++i) {
            const auto chain = static_cast<std::uint8_t>(random.bytes<1>()[0] % 3);
            f.log.append(entry(static_cast<std::uint8_t>(chain + 1), lengths[chain]++));
        }
        REQUIRE(f.advance());
        for (const auto chain : Bytes{1, 2}) {
            CHECK(f.follower.length(chain_of(chain)) == lengths[chain - 1]);
            const auto settled = f.follower.settled_length(chain_of(chain));
            CHECK(f.follower.judge(chain_of(chain), settled, ids(chain, settled, lengths[chain - 1])) ==
                  Standing::complete);
            if (round % 3 == chain && lengths[chain - 1] > 0) {
                f.follower.settle(chain_of(chain), lengths[chain - 1], id_of(chain, lengths[chain - 1] - 1));
            }
        }
        const auto state = f.follower.encode();
        auto back = LogFollower::decode(state);
        REQUIRE(back);
        CHECK(back->encode() == state);
        CHECK(*back == f.follower);
        f.follower = *std::move(back);
    }
    f.follower.settle(chain_of(1), lengths[0], id_of(1, lengths[0] - 1));
    f.follower.settle(chain_of(2), lengths[1], id_of(2, lengths[1] - 1));
    // 800 entries, two chains: a header, ten hashes of frontier, and a byte or two a statement.
    CHECK(f.follower.encode().size() < 400 + 2 * (lengths[0] + lengths[1]));
}

TEST_CASE("a state cut or changed is refused or differs, and never read past its end", "[tlog][follower]") {
    Fixture f;
    for (std::uint64_t i = 0; i < 20; ++i) f.log.append(entry(1, i));
    f.log.append(entry(1, 3, 1));
    REQUIRE(f.advance());
    const auto state = f.follower.encode();
    for (std::size_t size = 0; size < state.size(); ++size)
        CHECK_FALSE(LogFollower::decode(ByteView{state}.first(size)));
    auto longer = state;
    longer.push_back(0);
    CHECK_FALSE(LogFollower::decode(longer));
    for (std::size_t i = 0; i < state.size(); ++i) {
        auto changed = state;
        changed[i] ^= 0x41U;
        const auto decoded = LogFollower::decode(changed);
        if (decoded) CHECK(decoded->encode() == changed);  // one state, one encoding
    }
}

TEST_CASE("settling what the log does not name is a bug", "[tlog][follower]") {
    Fixture f;
    f.log.append(entry(1, 0));
    REQUIRE(f.advance());
    CHECK_THROWS_AS(f.follower.settle(chain_of(1), 1, id_of(1, 0, 1)), InvariantViolation);
    CHECK_THROWS_AS(f.follower.settle(chain_of(1), 2, id_of(1, 1)), InvariantViolation);
    CHECK_THROWS_AS((void)f.follower.judge(chain_of(7), 0, {}), InvariantViolation);
    f.follower.settle(chain_of(1), 1, id_of(1, 0));
    f.follower.settle(chain_of(1), 1, id_of(1, 0));
    CHECK(f.follower.settled_length(chain_of(1)) == 1);
}
