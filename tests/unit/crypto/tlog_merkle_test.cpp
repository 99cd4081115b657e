#include <map>

#include <catch2/catch_test_macros.hpp>

#include "crypto/encoding/hex.hpp"
#include "crypto/tlog/entry.hpp"
#include "crypto/tlog/nodes.hpp"
#include "crypto/tlog/proof.hpp"
#include "crypto/tlog/tile.hpp"
#include "tests/support/memory_log.hpp"
#include "tests/support/seeded_random.hpp"

using namespace rogatory;
using namespace rogatory::tlog;
using tests::MemoryLog;
using tests::SeededRandom;

namespace {

// RFC 6962 §2.1 as it is written there, over leaf hashes: slow, and independent of what is tested.
Hash mth(std::span<const Hash> leaves) {
    if (leaves.empty()) return crypto::sha256(ByteView{});
    if (leaves.size() == 1) return leaves[0];
    std::size_t k = 1;
    while (2 * k < leaves.size()) k *= 2;
    return node_hash(mth(leaves.first(k)), mth(leaves.subspan(k)));
}

Entry entry_of(std::uint64_t number) {
    SeededRandom random{number};
    return Entry::from(random.bytes<64>());
}

struct Forest {
    MemoryLog log;
    std::vector<Hash> leaves;
    std::vector<TreeHead> heads{empty_tree()};

    explicit Forest(std::size_t size) {
        for (std::size_t i = 0; i < size; ++i) {
            log.append(entry_of(i));
            leaves.push_back(entry_of(i).leaf_hash());
            heads.push_back(log.publish());
        }
    }
};

}  // namespace

TEST_CASE("the roots of small trees are those of RFC 6962's recursion", "[tlog][merkle]") {
    CHECK(encoding::hex_encode(empty_root().value()) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    Frontier frontier;
    std::vector<Hash> leaves;
    for (std::uint64_t i = 0; i < 600; ++i) {
        CHECK(frontier.size() == i);
        CHECK(frontier.root() == mth(leaves));
        const auto decoded = Frontier::decode(frontier.encode());
        REQUIRE(decoded);
        CHECK(*decoded == frontier);
        leaves.push_back(entry_of(i).leaf_hash());
        frontier.append(leaves.back());
    }
}

TEST_CASE("a frontier that does not fit its size is refused", "[tlog][merkle]") {
    Frontier frontier;
    for (std::uint64_t i = 0; i < 5; ++i) frontier.append(entry_of(i).leaf_hash());
    auto bytes = frontier.encode();
    CHECK_FALSE(Frontier::decode(ByteView{bytes}.first(bytes.size() - 1)));
    CHECK_FALSE(Frontier::decode(ByteView{bytes}.first(7)));
    bytes.resize(bytes.size() + 32);
    CHECK_FALSE(Frontier::decode(bytes));
}

TEST_CASE("tile paths are those of tlog-tiles", "[tlog][tile]") {
    CHECK(TileCoordinate{0, 1234067, 256}.path() == "tile/0/x001/x234/067");
    CHECK(TileCoordinate{1, 0, 17}.path() == "tile/1/000.p/17");
    CHECK(TileCoordinate{63, 0, 1}.path() == "tile/63/000.p/1");
    CHECK(BundleCoordinate{1000, 255}.path() == "tile/entries/x001/000.p/255");
    for (const auto& tile : {TileCoordinate{0, 0, 256}, TileCoordinate{0, 999, 1}, TileCoordinate{2, 1000, 256},
                             TileCoordinate{3, 999'999, 255}}) {
        CHECK(TileCoordinate::parse(tile.path()) == tile);
    }
    for (const auto& bundle : {BundleCoordinate{0, 256}, BundleCoordinate{999'999'999, 3}})
        CHECK(BundleCoordinate::parse(bundle.path()) == bundle);

    for (const auto* bad : {"",
                            "tile/",
                            "tile/0",
                            "tile/0/",
                            "tile/0/0",
                            "tile/0/00",
                            "tile/0/0000",
                            "tile/0/x000/001",
                            "tile/0/x001",
                            "tile/0/x001/",
                            "tile/0/001/002",
                            "tile/00/000",
                            "tile/64/000",
                            "tile/-1/000",
                            "tile/0/000.p/0",
                            "tile/0/000.p/256",
                            "tile/0/000.p/01",
                            "tile/0/000.p/",
                            "tile/0/000.p/1/",
                            "tile/0/000/",
                            "/tile/0/000",
                            "tile/0/../000",
                            "tile/0/0a0",
                            "tile/8/001",
                            "tile/7/128",
                            "tile/0/x999/x999/x999/x999/x999/x999/999",
                            "tile/entries/000",
                            "tile/0/000.p/1.p/1"}) {
        CHECK_FALSE(TileCoordinate::parse(bad));
    }
    for (const auto* bad :
         {"tile/entries/", "tile/entries/0", "tile/0/000", "tile/entries/000.p/256", "tile/entries/x000/000"}) {
        CHECK_FALSE(BundleCoordinate::parse(bad));
    }
}

TEST_CASE("a tree of 70,000 has the tiles that tlog-tiles lists", "[tlog][tile]") {
    std::map<std::pair<unsigned, unsigned>, std::size_t> count;
    for (const auto& tile : new_tiles(0, 70'000)) ++count[{tile.level, tile.width}];
    CHECK(count == std::map<std::pair<unsigned, unsigned>, std::size_t>{
                       {{0, 256}, 273}, {{0, 112}, 1}, {{1, 256}, 1}, {{1, 17}, 1}, {{2, 1}, 1}});
    CHECK(new_tiles(0, 256) == std::vector<TileCoordinate>{{0, 0, 256}, {1, 0, 1}});
    CHECK(new_tiles(255, 256) == std::vector<TileCoordinate>{{0, 0, 256}, {1, 0, 1}});
    CHECK(new_tiles(256, 256).empty());
    CHECK(new_tiles(256, 257) == std::vector<TileCoordinate>{{0, 1, 1}});
    CHECK(new_bundles(255, 513) == std::vector<BundleCoordinate>{{0, 256}, {1, 256}, {2, 1}});
    CHECK(new_bundles(256, 300) == std::vector<BundleCoordinate>{{1, 44}});
    CHECK(new_bundles(0, 0).empty());
}

TEST_CASE("built tiles are the ones listed, and hold the hashes", "[tlog][tile]") {
    MemoryLog log;
    std::vector<Hash> leaves;
    SeededRandom random{7};
    std::uint64_t published = 0;
    while (leaves.size() < 70'000) {
        const auto more = 1 + random.bytes<2>()[0] * 37U;
        for (unsigned i = 0; i < more; ++i) {
            const auto entry = entry_of(leaves.size());
            log.append(entry);
            leaves.push_back(entry.leaf_hash());
        }
        log.files.clear();
        const auto head = log.publish();
        std::vector<std::string> expected;
        for (const auto& tile : new_tiles(published, head.size)) expected.push_back(tile.path());
        for (const auto& bundle : new_bundles(published, head.size)) expected.push_back(bundle.path());
        for (const auto& path : expected) CHECK(log.files.contains(path));
        CHECK(log.files.size() == expected.size());
        for (const auto& tile : new_tiles(published, head.size)) {
            const auto& bytes = log.files.at(tile.path());
            REQUIRE(bytes.size() == tile.width * kHashBytes);
            // Its last hash, by the recursion: MTH(D[(n * 256 + i) * 256**l : (n * 256 + i + 1) * 256**l]).
            const auto span = std::uint64_t{1} << (8 * tile.level);
            const auto number = tile.index * kTileWidth + tile.width - 1;
            const auto expected_hash = mth(std::span<const Hash>{leaves}.subspan(number * span, span));
            CHECK(std::equal(bytes.end() - 32, bytes.end(), expected_hash.value().begin()));
        }
        published = head.size;
    }
}

TEST_CASE("a tile builder restored from tiles goes on as the first one", "[tlog][tile]") {
    for (const std::uint64_t size : {0U, 1U, 255U, 256U, 257U, 511U, 512U, 65'535U, 65'536U, 65'537U, 66'000U}) {
        MemoryLog log;
        for (std::uint64_t i = 0; i < size; ++i) log.append(entry_of(i));
        const auto head = log.publish();
        auto restored = TileBuilder::restore(size, log);
        REQUIRE(restored);
        CHECK(restored->head() == head);
        CHECK(restored->take_changed().empty());

        for (std::uint64_t i = size; i < size + 300; ++i) {
            log.append(entry_of(i));
            restored->append(entry_of(i).leaf_hash());
        }
        CHECK(log.publish() == restored->head());
        for (const auto& tile : restored->take_changed()) CHECK(log.files.at(tile.coordinate.path()) == tile.hashes);
    }
}

TEST_CASE("a short or missing tile is no tree", "[tlog][tile]") {
    MemoryLog log;
    for (std::uint64_t i = 0; i < 300; ++i) log.append(entry_of(i));
    (void)log.publish();
    log.files["tile/0/001.p/44"].pop_back();
    CHECK(TileBuilder::restore(300, log).error().key() == "log.tile_malformed");
    CHECK(root_of(300, log).error().key() == "log.tile_malformed");
    CHECK(prove_inclusion(270, 300, log).error().code() == ErrorCode::integrity);
    log.files.erase("tile/0/001.p/44");
    CHECK(TileBuilder::restore(300, log).error().code() == ErrorCode::not_found);
}

TEST_CASE("a tile keeps the nodes above its hashes, however it grew", "[tlog][tile]") {
    Bytes hashes;
    std::vector<Hash> leaves;
    for (std::uint64_t i = 0; i < kTileWidth; ++i) {
        leaves.push_back(entry_of(i).leaf_hash());
        append(hashes, leaves.back().value());
    }
    TileTree one_by_one;
    for (std::size_t width = 1; width <= kTileWidth; ++width) {
        one_by_one = TileTree::grown(one_by_one, ByteView{hashes}.first(width * kHashBytes));
        CHECK(one_by_one.width() == width);
        CHECK_THROWS_AS(static_cast<void>(one_by_one.node(0, width)), InvariantViolation);
    }
    const auto at_once = TileTree::grown({}, hashes);
    for (unsigned height = 0; height < kTileHeight; ++height) {
        for (std::size_t index = 0; index < (kTileWidth >> height); ++index) {
            const auto expected = mth(std::span<const Hash>{leaves}.subspan(index << height, std::size_t{1} << height));
            CHECK(one_by_one.node(height, index) == expected);
            CHECK(at_once.node(height, index) == expected);
        }
    }
    CHECK_THROWS_AS(TileTree::grown(at_once, ByteView{hashes}.first(kHashBytes)), InvariantViolation);
    CHECK_THROWS_AS(TileTree::grown({}, ByteView{}), InvariantViolation);
}

TEST_CASE("every leaf of every small tree is proven, and no other", "[tlog][proof]") {
    Forest forest{70};
    for (std::uint64_t size = 1; size <= 70; ++size) {
        CHECK(root_of(size, forest.log).value() == forest.heads[size].root);
        for (std::uint64_t index = 0; index < size; ++index) {
            const auto path = prove_inclusion(index, size, forest.log);
            REQUIRE(path);
            const auto& leaf = forest.leaves[index];
            CHECK(verify_inclusion(leaf, index, forest.heads[size], *path));

            CHECK_FALSE(verify_inclusion(forest.leaves[(index + 1) % 70], index, forest.heads[size], *path));
            CHECK_FALSE(verify_inclusion(leaf, index + 1, forest.heads[size], *path));
            CHECK_FALSE(verify_inclusion(leaf, size, forest.heads[size], *path));
            CHECK_FALSE(verify_inclusion(leaf, index, {size, forest.heads[size - 1].root}, *path));
            auto longer = *path;
            longer.push_back(leaf);
            CHECK_FALSE(verify_inclusion(leaf, index, forest.heads[size], longer));
            if (path->empty()) continue;
            CHECK_FALSE(verify_inclusion(leaf, index, forest.heads[size], std::span{*path}.first(path->size() - 1)));
            auto changed = *path;
            changed.front() = leaf_hash({});
            CHECK_FALSE(verify_inclusion(leaf, index, forest.heads[size], changed));
        }
    }
}

TEST_CASE("every pair of small trees is consistent, and no other", "[tlog][proof]") {
    Forest forest{70};
    for (std::uint64_t old_size = 0; old_size <= 70; ++old_size) {
        for (std::uint64_t new_size = old_size; new_size <= 70; ++new_size) {
            const auto path = prove_consistency(old_size, new_size, forest.log);
            REQUIRE(path);
            const auto& older = forest.heads[old_size];
            const auto& newer = forest.heads[new_size];
            CHECK(verify_consistency(older, newer, *path));

            const Hash other = leaf_hash({});
            CHECK_FALSE(verify_consistency({old_size, other}, newer, *path));
            // An empty older tree is consistent with every tree: nothing about the newer one is claimed.
            if (old_size > 0) CHECK_FALSE(verify_consistency(older, {new_size, other}, *path));
            if (old_size < new_size) CHECK_FALSE(verify_consistency(newer, older, *path));
            auto longer = *path;
            longer.push_back(other);
            CHECK_FALSE(verify_consistency(older, newer, longer));
            for (std::size_t i = 0; i < path->size(); ++i) {
                auto changed = *path;
                changed[i] = other;
                CHECK_FALSE(verify_consistency(older, newer, changed));
                auto shorter = *path;
                shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
                CHECK_FALSE(verify_consistency(older, newer, shorter));
            }
        }
    }
}

TEST_CASE("a history that was changed has no consistency proof", "[tlog][proof]") {
    Forest forest{40};
    MemoryLog other;
    for (std::uint64_t i = 0; i < 40; ++i) other.append(entry_of(i == 11 ? 1000 : i));
    const auto forked = other.publish();
    for (std::uint64_t old_size = 12; old_size < 40; ++old_size) {
        CHECK_FALSE(verify_consistency(forest.heads[old_size], forked, prove_consistency(old_size, 40, other).value()));
        CHECK_FALSE(
            verify_consistency(forest.heads[old_size], forked, prove_consistency(old_size, 40, forest.log).value()));
    }
    CHECK(verify_consistency(forest.heads[11], forked, prove_consistency(11, 40, other).value()));
}

TEST_CASE("proofs of a large tree read few tiles and hold", "[tlog][proof]") {
    MemoryLog log;
    Frontier frontier;
    std::map<std::uint64_t, TreeHead> heads;
    SeededRandom random{3};
    for (std::uint64_t i = 0; i < 70'000; ++i) {
        const auto entry = entry_of(i);
        log.append(entry);
        frontier.append(entry.leaf_hash());
        if (i % 997 == 0) heads[i + 1] = frontier.head();
    }
    const auto head = log.publish();
    for (int i = 0; i < 60; ++i) {
        const auto bytes = random.bytes<4>();
        const auto index = (std::uint64_t{bytes[0]} << 16U | std::uint64_t{bytes[1]} << 8U | bytes[2]) % 70'000;
        log.tiles_read = 0;
        const auto path = prove_inclusion(index, head.size, log);
        CHECK(verify_inclusion(entry_of(index).leaf_hash(), index, head, path.value()));
        CHECK(log.tiles_read <= 7);
    }
    for (const auto& [size, older] : heads)
        CHECK(verify_consistency(older, head, prove_consistency(size, head.size, log).value()));
}

TEST_CASE("bundles hold whole entries of 64 bytes and nothing else", "[tlog][entry]") {
    std::vector<Entry> entries;
    for (std::uint64_t i = 0; i < 256; ++i) entries.push_back(entry_of(i));
    const auto bundle = encode_bundle(entries);
    CHECK(bundle.size() == 256 * 66);
    CHECK(decode_bundle(bundle).value() == entries);
    CHECK(decode_bundle({}).value().empty());
    CHECK_FALSE(decode_bundle(ByteView{bundle}.first(65)));
    auto wrong_length = bundle;
    wrong_length[1] = 63;
    CHECK(decode_bundle(wrong_length).error().key() == "log.bundle_malformed");
    auto too_long = bundle;
    append(too_long, ByteView{bundle}.first(66));
    CHECK_FALSE(decode_bundle(too_long));
}

TEST_CASE("an entry's label is the protocol's", "[tlog][entry]") {
    // SHA-256 of the protocol's spelling, put together by hand.
    auto spelled = to_bytes("rogatory/v1/leaf");
    spelled.push_back(0);
    append(spelled, Bytes(32, 0xab));
    append(spelled, Bytes{0, 0, 0, 0, 0, 0, 1, 2});
    ByteArray<32> chain;
    chain.fill(0xab);
    CHECK(entry_label(chain, 258).value() == crypto::sha256(spelled).value());
    CHECK(entry_label(chain, 258) != entry_label(chain, 259));
}
