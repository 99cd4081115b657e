#include <catch2/catch_test_macros.hpp>

#include "crypto/tlog/log_proof.hpp"
#include "storage/log/tree_memory.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/unit/storage/made_up.hpp"
#include "tests/unit/storage/temporary.hpp"

using namespace rogatory;
using namespace rogatory::storage;
using namespace rogatory::tests;

TEST_CASE("proofs made from memory are those of the stored tree", "[storage][log]") {
    StoreFixture fixture;
    SeededRandom random;
    std::vector<tlog::Entry> entries;
    std::vector<tlog::TreeHead> heads{tlog::empty_tree()};
    tlog::Frontier tree;
    const auto add = [&](std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; ++i) {
            entries.push_back(
                fixture.store
                    ->write([&](ports::Repositories& r) { return append(r, chain_of(1), entries.size(), random); })
                    .value());
            tree.append(entries.back().leaf_hash());
            heads.push_back(tree.head());
        }
    };
    const auto check = [&] {
        fixture.store->read([&](const ports::Repositories& r) {
            for (std::uint64_t index = 0; index < entries.size(); ++index) {
                const auto proof = tlog::LogProof::parse(r.log().proof(index).value()).value();
                CHECK(proof.checkpoint.checkpoint.head == heads.back());
                CHECK(tlog::verify_inclusion(entries[index].leaf_hash(), index, heads.back(), proof.path));
            }
            CHECK(r.log().proof(entries.size()).error().code() == ErrorCode::not_found);
            for (std::uint64_t size = 0; size < heads.size(); size += 7) {
                CHECK(r.log().root(size) == heads[size].root);
                CHECK(tlog::verify_consistency(heads[size], heads.back(),
                                               r.log().consistency(size, entries.size()).value()));
            }
            return true;
        });
    };
    add(300);
    check();
    // What was undone leaves nothing: the same place is another's.
    for (int i = 0; i < 3; ++i) {
        CHECK_FALSE(fixture.store->write([&](ports::Repositories& r) -> Result<> {
            for (std::uint64_t more = 0; more < 10; ++more) {
                (void)append(r, chain_of(1), entries.size() + more, random);
            }
            return fail(ErrorCode::conflict, "undone");
        }));
    }
    add(250);
    check();
    fixture.reopen();
    check();
    add(3);
    check();
    CHECK(fixture.store->verify_log());
}

TEST_CASE("the memory of a tree is bounded and keeps what is wider and newer", "[storage][log]") {
    Bytes hashes(3 * tlog::kHashBytes, 7);
    const auto tile = [&](std::size_t width) {
        return std::make_shared<const tlog::TileTree>(
            tlog::TileTree::grown({}, ByteView{hashes}.first(width * tlog::kHashBytes)));
    };
    TreeMemory memory{2};
    CHECK(memory.find({0, 1, 0}, 0) == nullptr);
    memory.keep({0, 1, 0}, tile(2));
    memory.keep({0, 1, 0}, tile(1));
    CHECK(memory.find({0, 1, 0}, 2)->width() == 2);
    CHECK(memory.find({0, 1, 0}, 3) == nullptr);
    CHECK(memory.find({1, 1, 0}, 1) == nullptr);
    CHECK(memory.find({0, 1, 1}, 1) == nullptr);
    memory.keep({0, 2, 0}, tile(1));
    (void)memory.find({0, 1, 0}, 1);  // asked for last
    memory.keep({0, 3, 0}, tile(3));
    CHECK(memory.find({0, 1, 0}, 1) != nullptr);
    CHECK(memory.find({0, 2, 0}, 1) == nullptr);
    CHECK(memory.find({0, 3, 0}, 3) != nullptr);

    tlog::Frontier tree;
    CHECK(memory.head() == nullptr);
    for (std::uint8_t i = 0; i < 5; ++i) tree.append(crypto::sha256(ByteArray<1>{i}));
    memory.show(0, tree, "five");
    memory.show(0, tlog::Frontier{}, "none");
    CHECK(memory.head()->checkpoint == "five");
    memory.show(1, tlog::Frontier{}, "the next log");
    CHECK(memory.head()->log == 1);
}
