// States of chains that are used again: each is what a replay from the beginning gives.
#include <atomic>
#include <future>

#include <catch2/catch_test_macros.hpp>

#include "crypto/primitives/random.hpp"
#include "platform/service/spare_states.hpp"
#include "tests/unit/service/fixture.hpp"

using namespace rogatory;
using namespace rogatory::tests;
using service::ChainState;
using service::SpareStates;

namespace {

// A register of a Party, statement by statement.
struct History {
    model::ChainId chain;
    std::vector<std::shared_ptr<const record::SignedStatement>> statements;
    std::vector<model::LogIndex> indexes;

    explicit History(PeopledFixture& f) : chain{f.senegal->register_chain} {
        f.world->join(*f.senegal, model::Role::officer, "sen.crf.2");
        const auto page = f.services->chains.read(f.world->principal(*f.senegal), chain, 0, 100).value();
        for (const auto& item : page.items) {
            statements.push_back(std::make_shared<const record::SignedStatement>(
                record::SignedStatement::parse(as_text(item.envelope)).value()));
            indexes.push_back(item.index);
        }
    }
    [[nodiscard]] std::unique_ptr<ChainState> at(std::size_t length) const {
        auto state = std::make_unique<ChainState>(record::Register{chain});
        for (std::size_t i = 0; i < length; ++i) apply(*state, i);
        return state;
    }
    void apply(ChainState& state, std::size_t i) const {
        REQUIRE(std::get<record::Register>(state).apply(*statements[i], indexes[i]).effective());
    }
    // Statement i took effect.
    void note(SpareStates& spares, std::size_t i) const {
        spares.note(chain, {service::head_of(*at(i)), statements[i], indexes[i]});
    }
};

std::uint64_t length(const ChainState& state) { return service::head_of(state).length; }

}  // namespace

TEST_CASE("a state that nobody reads any more is given back with the statements that it lacks", "[service][spares]") {
    PeopledFixture f;
    const History history{f};
    REQUIRE(history.statements.size() >= 4);
    const auto spares = std::make_shared<SpareStates>();
    const auto& chain = history.chain;
    CHECK_FALSE(spares->take(chain, service::head_of(*history.at(2))));

    auto lent = spares->lend(chain, history.at(1));
    history.note(*spares, 1);
    auto read_twice = lent;
    lent.reset();
    CHECK_FALSE(spares->take(chain, service::head_of(*history.at(2))));  // somebody still reads it
    read_twice.reset();

    auto spare = spares->take(chain, service::head_of(*history.at(2)));
    REQUIRE(spare);
    CHECK(length(*spare->state) == 1);
    REQUIRE(spare->lacks.size() == 1);
    CHECK(spare->lacks[0].statement->id() == history.statements[1]->id());
    CHECK(spare->lacks[0].index == history.indexes[1]);
    CHECK_FALSE(spares->take(chain, service::head_of(*history.at(2))));  // it is given once

    // One that lacks nothing, and the newer of two before the older.
    history.note(*spares, 2);
    spares->lend(chain, history.at(2)).reset();
    spares->lend(chain, history.at(3)).reset();
    CHECK(length(*spares->take(chain, service::head_of(*history.at(3)))->state) == 3);
    spare = spares->take(chain, service::head_of(*history.at(3)));
    REQUIRE(spare);
    CHECK(length(*spare->state) == 2);
    CHECK(spare->lacks.size() == 1);
}

TEST_CASE("what was rolled back is nobody's state again", "[service][spares]") {
    PeopledFixture f;
    const History history{f};
    const auto spares = std::make_shared<SpareStates>();
    const auto& chain = history.chain;
    history.note(*spares, 1);
    history.note(*spares, 2);
    auto undone = spares->lend(chain, history.at(3));
    spares->lend(chain, history.at(2)).reset();

    // The stored chain ends with two statements: the state of that very head can be read again, not with another index.
    const auto head = service::head_of(*history.at(2));
    CHECK(spares->exactly(chain, *head.last, head.index + 1) == nullptr);
    auto before = spares->exactly(chain, *head.last, head.index);
    REQUIRE(before);
    CHECK(length(*before) == 2);
    spares->lend(chain, std::move(before)).reset();

    const auto spare = spares->take(chain, head);
    REQUIRE(spare);
    CHECK(length(*spare->state) == 2);
    CHECK(spare->lacks.empty());
    // The third one comes again, at another index: the state that has it at the old one is not taken for it.
    spares->note(chain, {head, history.statements[2], history.indexes[2] + 1});
    undone.reset();
    auto after = head;
    after.length = 3;
    after.last = history.statements[2]->id();
    after.index = history.indexes[2] + 1;
    CHECK_FALSE(spares->take(chain, after));
}

TEST_CASE("spare states are few: of the chains written last, two of each, and none that lacks much",
          "[service][spares]") {
    PeopledFixture f;
    const History history{f};
    const auto spares = std::make_shared<SpareStates>();
    const auto& chain = history.chain;
    for (std::size_t i = 1; i < 4; ++i) history.note(*spares, i);
    std::vector<service::SharedState> lent;
    for (std::size_t i = 1; i < 4; ++i) lent.push_back(spares->lend(chain, history.at(i)));
    lent.clear();
    const auto head = service::head_of(*history.at(4));
    CHECK(length(*spares->take(chain, head)->state) == 3);
    CHECK(length(*spares->take(chain, head)->state) == 2);
    CHECK_FALSE(spares->take(chain, head));

    spares->lend(chain, history.at(4)).reset();
    for (std::size_t i = 0; i < SpareStates::kChains; ++i) {
        spares->note(model::ChainId{crypto::system_random().bytes<32>()}, {{}, history.statements[0], 0});
    }
    CHECK_FALSE(spares->take(chain, head));

    // Whoever reads longer than the server lives harms nobody.
    auto longest = std::make_shared<SpareStates>()->lend(chain, history.at(1));
    longest.reset();
}

TEST_CASE("a dossier that grows, is read beside it and is refused statements is what a replay gives",
          "[service][append][spares]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto chain = world.open(*f.senegal, {world.ref(*f.france)});
    const auto who = world.principal(*f.senegal);
    const auto reader = world.principal(*f.france);
    std::atomic<bool> done{false};
    auto readers = std::async(std::launch::async, [&] {
        std::size_t pages = 0;
        for (; !done; ++pages) {
            if (!f.services->chains.read(reader, chain, 0, 100)) return std::size_t{0};
        }
        return pages;
    });
    for (int i = 0; i < 12; ++i) {
        std::vector<Bytes> bodies;
        const auto statement = world.sign(*f.senegal, chain, world.entry(chain, {}, bodies));
        const auto request = request_of(statement, bodies);
        if (i % 3 == 1) {
            // The first of two takes effect, the second cannot: neither stands, and the first comes again alone.
            auto both = request;
            both.envelopes.push_back(request.envelopes.front());
            both.envelopes.back().back() ^= 1;
            CHECK_FALSE(f.services->append.append(who, both));
            std::vector<Bytes> others;
            const auto beside = world.sign(*f.senegal, chain, world.entry(chain, {}, others));
            auto forked = request;
            const auto second = request_of(beside, others);
            forked.envelopes.insert(forked.envelopes.end(), second.envelopes.begin(), second.envelopes.end());
            forked.blobs.insert(forked.blobs.end(), second.blobs.begin(), second.blobs.end());
            CHECK_FALSE(f.services->append.append(who, forked));
        }
        const auto stored = f.services->append.append(who, request).value();
        world.learn(statement, stored.front().index);
    }
    done = true;
    CHECK(readers.get() > 0);
    const auto grown = f.services->chains.read(reader, chain, 0, 100).value();
    CHECK(grown.head_seq == 12);

    f.restart();
    const auto replayed = f.services->chains.read(f.world->principal(*f.france), chain, 0, 100).value();
    REQUIRE(replayed.items.size() == grown.items.size());
    for (std::size_t i = 0; i < grown.items.size(); ++i) CHECK(replayed.items[i].envelope == grown.items[i].envelope);
    CHECK(f.store->verify_log());
}
