#include <atomic>
#include <barrier>
#include <filesystem>
#include <stop_token>
#include <thread>

#include <catch2/catch_test_macros.hpp>

#include "crypto/tlog/entry.hpp"
#include "crypto/tlog/log_proof.hpp"
#include "crypto/tlog/succession.hpp"
#include "platform/base/try.hpp"
#include "storage/failure.hpp"
#include "storage/log/sql_log.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/unit/storage/made_up.hpp"
#include "tests/unit/storage/temporary.hpp"

using namespace rogatory;
using namespace rogatory::storage;
using namespace rogatory::tests;

TEST_CASE("a fresh store has a log of size 0, signed", "[storage][log]") {
    StoreFixture fixture;
    CHECK(fixture.store->verify_log());
    const auto checkpoint = fixture.store->read([](const ports::Repositories& r) { return r.log().checkpoint(); });
    const auto parsed = tlog::SignedCheckpoint::parse(as_text(checkpoint));
    REQUIRE(parsed);
    CHECK(parsed->checkpoint.origin == "test.example/log/0");
    CHECK(parsed->checkpoint.head == tlog::empty_tree());
    CHECK(fixture.store->create_log("other", {}).error().key() == "init.done");
}

TEST_CASE("each append is under the checkpoint that its commit signs", "[storage][log]") {
    StoreFixture fixture;
    SeededRandom random;
    const auto identity = fixture.store->log_identity().value();
    const auto key = tlog::NoteKey::parse(identity.verifier_key).value();
    std::vector<tlog::Entry> entries;
    for (std::uint64_t seq = 0; seq < 600; ++seq) {
        entries.push_back(
            fixture.store->write([&](ports::Repositories& r) { return append(r, chain_of(1), seq, random); }).value());
        if (seq % 50 != 0 && seq != 599) continue;
        for (const std::uint64_t index : {std::uint64_t{0}, seq / 2, seq}) {
            const auto text =
                fixture.store->read([&](const ports::Repositories& r) { return r.log().proof(index); }).value();
            const auto proof = tlog::LogProof::parse(text).value();
            CHECK(proof.checkpoint.checkpoint.head.size == seq + 1);
            CHECK(tlog::log_signature(key, proof.checkpoint));
            CHECK(tlog::verify_inclusion(entries[index].leaf_hash(), index, proof.checkpoint.checkpoint.head,
                                         proof.path));
        }
    }
    CHECK(fixture.store->verify_log());
    fixture.store->read([&](const ports::Repositories& r) {
        const auto& log = r.log();
        CHECK(log.tile(0, 1, 256).value().size() == 8192);
        CHECK(log.tile(0, 2, 88).value().size() == 88 * 32);
        CHECK(log.tile(1, 0, 2).value().size() == 64);
        CHECK(log.tile(0, 2, 89).error().code() == ErrorCode::not_found);
        CHECK(log.tile(2, 0, 1).error().code() == ErrorCode::not_found);
        CHECK(log.tile(64, 0, 1).error().code() == ErrorCode::not_found);
        CHECK(log.tile(0, ~std::uint64_t{0}, 256).error().code() == ErrorCode::not_found);
        CHECK(log.proof(600).error().code() == ErrorCode::not_found);
        const auto bundle = tlog::decode_bundle(log.entries(1, 256).value()).value();
        CHECK(bundle.front() == entries[256]);
        CHECK(log.entries(2, 89).error().code() == ErrorCode::not_found);
        return true;
    });
    fixture.reopen();
    CHECK(fixture.store->verify_log());
}

TEST_CASE("a store whose statements are not what was signed is behind", "[storage][log]") {
    StoreFixture fixture;
    SeededRandom random;
    for (std::uint64_t seq = 0; seq < 5; ++seq) {
        REQUIRE(fixture.store->write([&](ports::Repositories& r) { return append(r, chain_of(1), seq, random); }));
    }
    fixture.store.reset();
    const auto change = [&](const char* sql) {
        auto key = read_database_key(fixture.layout.key()).value();
        Database database{fixture.layout.database(), key, Database::Access::write, fixture.emergency};
        database.execute(sql);
    };
    SECTION("the last statement is missing") { change("DELETE FROM statement WHERE log_index = 4"); }
    SECTION("one in the middle is missing") { change("DELETE FROM statement WHERE log_index = 2"); }
    SECTION("one is another") { change("UPDATE statement SET entry = zeroblob(64) WHERE log_index = 3"); }
    SECTION("a tile is another") { change("UPDATE log_tile SET hashes = zeroblob(160) WHERE level = 0"); }
    SECTION("the size is another") { change("UPDATE log SET size = 4"); }
    SECTION("the checkpoint is not this log's") { change("UPDATE log SET checkpoint = x'00'"); }
    fixture.open();
    const auto verified = fixture.store->verify_log();
    REQUIRE_FALSE(verified);
    CHECK(verified.error().key() == "log.behind");
    CHECK(fixture.store->verify_end_of_log().error().key() == "log.behind");
}

TEST_CASE("the end of a long log is verified without its beginning, and held to the same signature", "[storage][log]") {
    StoreFixture fixture;
    SeededRandom random;
    constexpr std::uint64_t kSize = 9'100;  // 8,192 are its end
    REQUIRE(fixture.store->write([&](ports::Repositories& r) -> Result<> {
        for (std::uint64_t seq = 0; seq < kSize; ++seq) {
            ROGATORY_TRY([[maybe_unused]] const auto entry, append(r, chain_of(1), seq, random));
        }
        return {};
    }));
    fixture.store.reset();
    const auto change = [&](const char* sql) {
        auto key = read_database_key(fixture.layout.key()).value();
        Database database{fixture.layout.database(), key, Database::Access::write, fixture.emergency};
        database.execute(sql);
    };
    bool early = false;
    SECTION("nothing is wrong") {
        fixture.open();
        CHECK(fixture.store->verify_end_of_log());
        CHECK(fixture.store->verify_log());
        std::stop_source stopped;
        stopped.request_stop();
        CHECK(fixture.store->verify_log(stopped.get_token()).error().key() == "server.stopping");
        return;
    }
    SECTION("an early statement is another") {
        change("UPDATE statement SET entry = zeroblob(64) WHERE log_index = 907");
        early = true;
    }
    SECTION("an early statement is missing") {
        change("DELETE FROM statement WHERE log_index = 5");
        early = true;
    }
    SECTION("the first of the end is another") {
        change("UPDATE statement SET entry = zeroblob(64) WHERE log_index = 908");
    }
    SECTION("the last is missing") { change("DELETE FROM statement WHERE log_index = 9099"); }
    SECTION("one stands beyond") { change("UPDATE statement SET log_index = 9100 WHERE log_index = 9099"); }
    SECTION("a tile before the end is another") {
        change("UPDATE log_tile SET hashes = zeroblob(8192) WHERE level = 0 AND tile = 3");
    }
    SECTION("a tile above is another") {
        change("UPDATE log_tile SET hashes = zeroblob(length(hashes)) WHERE level = 1");
    }
    fixture.open();
    CHECK(fixture.store->verify_end_of_log().has_value() == early);
    CHECK(fixture.store->verify_log().error().key() == "log.behind");
}

TEST_CASE("one label is never logged twice", "[storage][log]") {
    StoreFixture fixture;
    SeededRandom random;
    REQUIRE(fixture.store->write([&](ports::Repositories& r) { return append(r, chain_of(1), 0, random); }));
    CHECK_THROWS_AS(fixture.store->write([&](ports::Repositories& r) { return append(r, chain_of(1), 0, random); }),
                    UniqueViolation);
    CHECK(fixture.store->read([](const ports::Repositories& r) { return r.log().size(); }) == 1);
}

TEST_CASE("one caller's refusal undoes its own work alone", "[storage][store]") {
    StoreFixture fixture;
    // The first holds the writer while the others queue up, so that they share a transaction.
    std::atomic<bool> go{false};
    std::vector<std::thread> threads;
    std::atomic<int> kept{0}, refused{0}, thrown{0};
    threads.emplace_back([&] {
        (void)fixture.store->write([&](ports::Repositories&) -> Result<> {
            while (!go) std::this_thread::yield();
            return {};
        });
    });
    constexpr int kCallers = 60;
    std::atomic<int> started{0};
    for (int i = 0; i < kCallers; ++i) {
        threads.emplace_back([&, i] {
            ++started;
            try {
                const auto outcome = fixture.store->write([&](ports::Repositories& r) -> Result<> {
                    auto made = r.parties().create("P" + std::to_string(100 + i), "name", 1);
                    if (!made) return fail(std::move(made).error());
                    if (i % 3 == 1) return fail(ErrorCode::conflict, "test.refused");
                    if (i % 3 == 2) throw std::runtime_error{"a bug"};
                    return {};
                });
                ++(outcome ? kept : refused);
            } catch (const std::runtime_error&) {
                ++thrown;
            }
        });
    }
    while (started < kCallers) std::this_thread::yield();
    // Until they wait: in turns, so that a pause of this machine is not the whole of it.
    for (int i = 0; i < 10; ++i) std::this_thread::sleep_for(std::chrono::milliseconds{50});
    go = true;
    for (auto& thread : threads) thread.join();

    CHECK(kept == kCallers / 3);
    CHECK(refused == kCallers / 3);
    CHECK(thrown == kCallers / 3);
    CHECK(fixture.store->read([](const ports::Repositories& r) { return r.parties().count(); }) == kCallers / 3);
    const auto counts = fixture.store->writer_counts();
    CHECK(counts.jobs >= kCallers + 1);
    CHECK(counts.commits < counts.jobs / 2);
}

TEST_CASE("what is written behind is there before what is written after it, and when the store has closed",
          "[storage][store]") {
    StoreFixture fixture;
    const auto create = [](const std::string& code) {
        return [code](ports::Repositories& r) { static_cast<void>(r.parties().create(code, "name", 1)); };
    };
    const auto parties = [&] {
        return fixture.store->read([](const ports::Repositories& r) { return r.parties().count(); });
    };
    fixture.store->write_behind(create("SEN"));
    // Its failure is nobody's.
    fixture.store->write_behind([](ports::Repositories&) { throw std::runtime_error{"a bug"}; });
    CHECK(fixture.store->write([](ports::Repositories&) -> Result<> { return {}; }).has_value());
    CHECK(parties() == 1);
    fixture.store->write_behind(create("FRA"));
    fixture.reopen();
    CHECK(parties() == 2);
}

TEST_CASE("a reader sees one moment, whatever is written meanwhile", "[storage][store]") {
    StoreFixture fixture;
    fixture.store->read([&](const ports::Repositories& r) {
        CHECK(r.parties().count() == 0);
        std::thread other{[&] {
            (void)fixture.store->write([](ports::Repositories& w) { return w.parties().create("SEN", "Senegal", 1); });
        }};
        other.join();
        CHECK(r.parties().count() == 0);
        return true;
    });
    CHECK(fixture.store->read([](const ports::Repositories& r) { return r.parties().count(); }) == 1);
}

// All at once, each holding on until everybody reads; how many did.
int read_at_once(ports::Store& store, int readers) {
    std::barrier together{readers};
    std::atomic<int> read{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < readers; ++i) {
        threads.emplace_back([&] {
            store.read([&](const ports::Repositories& r) {
                together.arrive_and_wait();
                read += r.parties().count() == 0 ? 1 : 0;
                return true;
            });
        });
    }
    for (auto& thread : threads) thread.join();
    return read;
}

TEST_CASE("as many read at once as may, opened while others write", "[storage][store]") {
    StoreFixture fixture;
    std::atomic<bool> done{false};
    std::thread writer{[&] {
        while (!done) {
            (void)fixture.store->write([](ports::Repositories&) -> Result<> { return {}; });
        }
    }};
    CHECK(read_at_once(*fixture.store, 4) == 4);
    CHECK(read_at_once(*fixture.store, 4) == 4);
    done = true;
    writer.join();
}

TEST_CASE("a reader that cannot be opened waits for one that is", "[storage][store]") {
    StoreFixture fixture;
    const auto database = fixture.layout.database();
    const auto away = std::filesystem::path{database.string() + ".away"};
    std::thread second;
    std::atomic<bool> read{false};
    fixture.store->read([&](const ports::Repositories&) {
        std::filesystem::rename(database, away);
        second = std::thread{[&] {
            fixture.store->read([&](const ports::Repositories& r) {
                read = r.parties().count() == 0;
                return true;
            });
        }};
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
        CHECK_FALSE(read);
        return true;
    });
    second.join();
    CHECK(read);
    // It is tried again.
    std::filesystem::rename(away, database);
    CHECK(read_at_once(*fixture.store, 4) == 4);
}

TEST_CASE("a directory is opened by one process at a time and created once", "[storage][store]") {
    StoreFixture fixture;
    CHECK(SqlStore::open(fixture.layout, fixture.clock, fixture.emergency).error().key() == "storage.locked");
    fixture.store.reset();
    CHECK(create_storage(fixture.layout, fixture.clock, fixture.emergency).error().key() == "init.done");
    TemporaryDirectory empty;
    CHECK(SqlStore::open({empty.path(), {}}, fixture.clock, fixture.emergency).error().key() == "init.missing");
}

TEST_CASE("log times never go back", "[storage][log]") {
    StoreFixture fixture;
    const auto add = [&](std::uint64_t seq, UnixSeconds at) {
        REQUIRE(fixture.store->write([&](ports::Repositories& r) -> Result<> {
            const ports::StatementId id{ByteArray<32>{static_cast<std::uint8_t>(seq + 1)}};
            if (seq == 0) r.records().create_chain({chain_of(1), ports::ChainKind::dossier, {}, {}, 0, id, 0});
            r.records().add_statement({seq, id, chain_of(1), seq, {}, {}, at});
            return {};
        }));
    };
    add(0, 1000);
    add(1, 900);
    add(2, 1001);
    const auto rows =
        fixture.store->read([](const ports::Repositories& r) { return r.records().statements(chain_of(1), 0, 10); });
    CHECK(rows[1].appended_at == 1000);
    CHECK(rows[2].appended_at == 1001);
}

TEST_CASE("a log ends, another one follows it, and both are served and verified", "[storage][log]") {
    StoreFixture fixture;
    SeededRandom random;
    std::vector<tlog::Entry> entries;
    for (std::uint64_t seq = 0; seq < 5; ++seq) {
        entries.push_back(
            fixture.store->write([&](ports::Repositories& r) { return append(r, chain_of(1), seq, random); }).value());
    }
    const auto old = fixture.store->log_identity().value();
    const auto note = fixture.store->read([](const ports::Repositories& r) { return r.log().checkpoint(); });
    const tlog::Entry gone{tlog::entry_label(chain_of(2).value(), 0), crypto::Digest{random.bytes<32>()}};

    // Of another tree than what stands then it does not end, and nothing of it stays.
    const auto refused = fixture.store->succeed_log("", [&](ports::Repositories& r) -> Result<ports::Store::LogEnd> {
        r.log().add_lost(gone.bytes());
        return ports::Store::LogEnd{{5, note, true}};
    });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().key() == "log.inconsistent");
    CHECK(fixture.store->log_identity().value().origin == old.origin);
    entries.push_back(
        fixture.store->write([&](ports::Repositories& r) { return append(r, chain_of(1), 5, random); }).value());

    const auto last = fixture.store->read([](const ports::Repositories& r) { return r.log().checkpoint(); });
    const auto founded = fixture.store->succeed_log("", [&](ports::Repositories&) -> Result<ports::Store::LogEnd> {
        return ports::Store::LogEnd{{6, last, true}};
    });
    REQUIRE(founded);
    CHECK(founded->origin == "test.example/log/1");
    CHECK(founded->verifier_key != old.verifier_key);
    CHECK(founded->policy == "log " + founded->verifier_key + "\nquorum none\n");
    const auto ended = tlog::SignedCheckpoint::parse(as_text(last)).value();

    const auto look = [&] {
        CHECK(fixture.store->verify_log());
        fixture.store->read([&](const ports::Repositories& r) {
            const auto& log = r.log();
            CHECK((log.number() == 1 && log.size() >= 1));
            const auto first = tlog::decode_bundle(log.entries(0, 1).value()).value().front();
            CHECK(first == tlog::successor_entry("test.example/log/1", ended.checkpoint));
            const auto past = log.past(0);
            REQUIRE(past != nullptr);
            CHECK(past->checkpoint() == last);
            CHECK(past->witnessed() == last);
            CHECK(tlog::decode_bundle(past->entries(0, 6).value()).value() == entries);
            CHECK(past->entries(0, 7).error().code() == ErrorCode::not_found);
            CHECK(tlog::LogProof::parse(past->proof(3).value()).value().checkpoint.checkpoint == ended.checkpoint);
            CHECK(log.past(1) == nullptr);
            CHECK(log.verifier_key(0) == old.verifier_key);
            return true;
        });
    };
    look();
    // What is appended now stands in the new one, behind all of the old one.
    const auto place = fixture.store->read([](const ports::Repositories& r) { return r.log().next_index(); });
    CHECK(place == tlog::place_of(1, 1));
    REQUIRE(fixture.store->write([&](ports::Repositories& r) { return append(r, chain_of(1), 6, random); }));
    look();
    fixture.reopen();
    look();
    REQUIRE(fixture.store->write([&](ports::Repositories& r) { return append(r, chain_of(1), 7, random); }));
    CHECK(fixture.store->read([](const ports::Repositories& r) { return r.log().size(); }) == 3);
    CHECK(fixture.store->verify_log());
    // The old key is gone for good.
    auto key = read_database_key(fixture.layout.key()).value();
    fixture.store.reset();
    Database database{fixture.layout.database(), key, Database::Access::read, fixture.emergency};
    auto query = database.query("SELECT seed IS NULL FROM log ORDER BY number");
    REQUIRE(query.step());
    CHECK(query.integer(0) == 1);
}

TEST_CASE("a lost entry closes its place in its chain for good", "[storage][log]") {
    StoreFixture fixture;
    SeededRandom random;
    const tlog::Entry gone{tlog::entry_label(chain_of(2).value(), 0), crypto::Digest{random.bytes<32>()}};
    const auto entry =
        fixture.store->write([&](ports::Repositories& r) { return append(r, chain_of(1), 0, random); }).value();
    tlog::Frontier tree;
    tree.append(entry.leaf_hash());
    tree.append(gone.leaf_hash());
    // Signed by the log before its older copy was put back.
    auto key = read_database_key(fixture.layout.key()).value();
    fixture.store.reset();
    Bytes note;
    {
        Database database{fixture.layout.database(), key, Database::Access::write, fixture.emergency};
        TreeMemory memory;
        note = to_bytes(SqlLog{database, memory}.signer()->sign(tree.head()));
    }
    fixture.open();
    REQUIRE(fixture.store->succeed_log("", [&](ports::Repositories& r) -> Result<ports::Store::LogEnd> {
        r.log().add_lost(gone.bytes());
        return ports::Store::LogEnd{{2, note, true}};
    }));
    CHECK(fixture.store->verify_log());
    fixture.store->read([&](const ports::Repositories& r) {
        CHECK(r.log().is_lost(model::Digest{gone.label.value()}));
        CHECK_FALSE(r.log().is_lost(model::Digest{entry.label.value()}));
        CHECK(r.log().past(0)->size() == 2);
        CHECK(tlog::decode_bundle(r.log().past(0)->entries(0, 2).value()).value()[1] == gone);
        return true;
    });
}
