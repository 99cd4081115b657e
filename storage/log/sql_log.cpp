#include "storage/log/sql_log.hpp"

#include <algorithm>

#include "crypto/tlog/entry.hpp"
#include "crypto/tlog/log_proof.hpp"
#include "crypto/tlog/proof.hpp"
#include "crypto/tlog/succession.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::storage {

namespace {

constexpr std::uint64_t kWidth = tlog::kTileWidth;

// Tiles as they are stored: the rightmost of a level is wider than an older tree needs, so it is cut to what was asked.
class StoredTiles final : public tlog::TileReader {
public:
    StoredTiles(Database& database, std::uint64_t log) : database_{database}, log_{log} {}

    Result<Bytes> read_tile(const tlog::TileCoordinate& tile) override {
        auto query = database_.query("SELECT hashes FROM log_tile WHERE log = ? AND level = ? AND tile = ?");
        const std::size_t wanted = tile.width * tlog::kHashBytes;
        if (!query.bind(log_, tile.level, tile.index).step() || query.view(0).size() < wanted) {
            return fail(ErrorCode::integrity, "log.tile_missing");
        }
        return to_bytes(query.view(0).first(wanted));
    }

private:
    Database& database_;
    std::uint64_t log_;
};

// Nodes of the tree of that size from memory, and into it.
class StoredNodes final : public tlog::NodeReader {
public:
    StoredNodes(Database& database, TreeMemory& memory, std::uint64_t log, std::uint64_t size,
                const TreeMemory::Head* head = nullptr)
        : tiles_{database, log}, memory_{memory}, log_{log}, size_{size}, head_{head} {}

    Result<tlog::Hash> node(unsigned height, std::uint64_t index) override {
        const auto level = height / tlog::kTileHeight;
        const auto within = height % tlog::kTileHeight;
        const auto first = index << within;  // number of its first hash at that level
        if (!tile_ || place_.level != level || place_.index != first / kWidth) {
            place_ = {.log = log_, .index = first / kWidth, .level = level};
            ROGATORY_TRY(tile_, read());
            tile_->expect_path((first % kWidth) ^ (std::uint64_t{1} << within));
        }
        return tile_->node(within, (first % kWidth) >> within);
    }

    const tlog::Hash* edge(std::uint64_t begin, std::uint64_t end) override {
        if (head_ == nullptr || end != head_->size) return nullptr;
        for (const auto& [at, root] : head_->edges) {
            if (at == begin) return &root;
        }
        return nullptr;
    }

private:
    Result<TreeMemory::Tile> read() {
        const auto width = std::min(kWidth, tlog::hashes_at_level(size_, place_.level) - place_.index * kWidth);
        if (auto kept = memory_.find(place_, width)) return kept;
        ROGATORY_TRY(const auto hashes, tiles_.read_tile({static_cast<std::uint8_t>(place_.level), place_.index,
                                                          static_cast<std::uint16_t>(width)}));
        auto tile = std::make_shared<const tlog::TileTree>(tlog::TileTree::grown({}, hashes));
        memory_.keep(place_, tile);
        return tile;
    }

    StoredTiles tiles_;
    TreeMemory& memory_;
    std::uint64_t log_;
    std::uint64_t size_;
    const TreeMemory::Head* head_;
    TreeMemory::Place place_;
    TreeMemory::Tile tile_;
};

tl::unexpected<Error> absent() { return fail(ErrorCode::not_found, "log.beyond"); }

}  // namespace

std::uint64_t SqlLog::number() const {
    if (past_) return *past_;
    auto query = database_.query("SELECT coalesce(max(number), 0) FROM log");
    ensure(query.step(), "an aggregate gives a row");
    return query.count(0);
}

std::uint64_t SqlLog::first_place() const { return tlog::place_of(number(), 0); }

std::uint64_t SqlLog::next_index() const {
    auto query = database_.query(R"(
        SELECT max(coalesce((SELECT max(log_index) + 1 FROM statement), 0),
                   coalesce((SELECT max(log_index) + 1 FROM entry_alone), 0))
    )");
    ensure(query.step(), "an aggregate gives a row");
    return std::max(first_place(), query.count(0));
}

std::uint64_t SqlLog::size() const {
    auto query = database_.query("SELECT size FROM log WHERE number = ?");
    return query.bind(number()).step() ? query.count(0) : 0;
}

ports::Digest SqlLog::root(std::uint64_t tree_size) const {
    StoredNodes nodes{database_, memory_, number(), tree_size};
    const auto root = tlog::root_of(tree_size, nodes);
    if (!root) throw StorageDamaged{"log: the stored tree does not hold together: " + root.error().key()};
    return *root;
}

Bytes SqlLog::checkpoint() const {
    auto query = database_.query("SELECT checkpoint FROM log WHERE number = ?");
    ensure(query.bind(number()).step(), "the log is made by rogatoryd init");
    return query.bytes(0);
}

Result<Bytes> SqlLog::tile(std::uint32_t level, std::uint64_t index, std::uint32_t width) const {
    if (level > 63 || width < 1 || width > kWidth || index > (~std::uint64_t{0} >> 8)) return absent();
    if (index * kWidth + width > tlog::hashes_at_level(size(), level)) return absent();
    StoredTiles tiles{database_, number()};
    return tiles.read_tile({static_cast<std::uint8_t>(level), index, static_cast<std::uint16_t>(width)});
}

Result<Bytes> SqlLog::entries(std::uint64_t index, std::uint32_t width) const {
    if (width < 1 || width > kWidth || index > (~std::uint64_t{0} >> 8)) return absent();
    if (index * kWidth + width > size()) return absent();
    // With the index among what is selected the two halves of the view are merged; without it all would be sorted.
    auto query =
        database_.query("SELECT log_index, entry FROM log_entry WHERE log_index >= ? ORDER BY log_index LIMIT ?");
    query.bind(first_place() + index * kWidth, width);
    std::vector<tlog::Entry> entries;
    while (query.step()) entries.push_back(tlog::Entry::from(query.id<ByteArray<tlog::Entry::kBytes>>(1)));
    ensure(entries.size() == width, "every index below the signed size has its entry");
    return tlog::encode_bundle(entries);
}

Result<std::string> SqlLog::proof(std::uint64_t index) const {
    // What is shown was durable before it was shown, so it may be newer than this snapshot and never says too much.
    if (const auto head = past_ ? nullptr : memory_.head(); head && index < head->size) {
        StoredNodes nodes{database_, memory_, head->log, head->size, head.get()};
        ROGATORY_TRY(const auto path, tlog::prove_inclusion(index, head->size, nodes));
        return tlog::LogProof::format(index, path, head->checkpoint);
    }
    const auto tree = size();
    if (index >= tree) return absent();
    StoredNodes nodes{database_, memory_, number(), tree};
    ROGATORY_TRY(const auto path, tlog::prove_inclusion(index, tree, nodes));
    return tlog::LogProof::format(index, path, as_text(checkpoint()));
}

Result<std::vector<ports::Digest>> SqlLog::consistency(std::uint64_t old_size, std::uint64_t tree_size) const {
    if (old_size > tree_size || tree_size > size()) return absent();
    StoredNodes nodes{database_, memory_, number(), tree_size};
    return tlog::prove_consistency(old_size, tree_size, nodes);
}

std::optional<ports::Log::Cosigned> SqlLog::cosigned(std::uint64_t tree_size) const {
    auto query =
        database_.query("SELECT note, first_note IS NOT NULL FROM cosigned_checkpoint WHERE log = ? AND size = ?");
    if (!query.bind(number(), tree_size).step()) return std::nullopt;
    return Cosigned{tree_size, query.bytes(0), query.integer(1) != 0};
}

std::optional<Bytes> SqlLog::witnessed() const {
    auto query = database_.query(R"(
        SELECT note FROM cosigned_checkpoint
         WHERE log = ? AND first_note IS NOT NULL ORDER BY size DESC LIMIT 1
    )");
    if (!query.bind(number()).step()) return std::nullopt;
    return query.bytes(0);
}

std::optional<Bytes> SqlLog::first_witnessed(std::uint64_t tree_size) const {
    auto query = database_.query(R"(
        SELECT first_note FROM cosigned_checkpoint
         WHERE log = ? AND size >= ? AND first_note IS NOT NULL ORDER BY size LIMIT 1
    )");
    if (!query.bind(number(), tree_size).step()) return std::nullopt;
    return query.bytes(0);
}

void SqlLog::keep_cosigned(const Cosigned& checkpoint) {
    database_
        .query(R"(
        INSERT INTO cosigned_checkpoint (log, size, note, first_note) VALUES (?, ?, ?, ?)
            ON CONFLICT (log, size) DO UPDATE SET note = excluded.note,
                                             first_note = coalesce(first_note, excluded.first_note)
    )")
        .bind(number(), checkpoint.size, checkpoint.note,
              checkpoint.counts ? std::optional{checkpoint.note} : std::optional<Bytes>{})
        .run();
    database_.query("DELETE FROM cosigned_checkpoint WHERE log = ? AND size < ? AND first_note IS NULL")
        .bind(number(), checkpoint.size)
        .run();
}

SqlLog::Grown SqlLog::grow() {
    const auto stored = size();
    const auto first = first_place();
    Grown grown{number(), {}, {}, {}};
    if (stands_ && stands_->log == grown.log && stands_->builder.size() == stored) {
        grown.builder = stands_->builder;
    } else {
        StoredTiles tiles{database_, grown.log};
        auto builder = tlog::TileBuilder::restore(stored, tiles);
        if (!builder) throw StorageDamaged{"log: the stored tree does not hold together: " + builder.error().key()};
        grown.builder = std::move(*builder);
    }
    {
        auto query = database_.query("SELECT log_index, entry FROM log_entry WHERE log_index >= ? ORDER BY log_index");
        query.bind(first + stored);
        while (query.step()) {
            ensure(query.count(0) == first + grown.builder.size(), "log indexes have no gap");
            grown.builder.append(tlog::leaf_hash(query.view(1)));
        }
    }
    grown.tiles = grown.builder.take_changed();
    for (const auto& tile : grown.tiles) {
        database_
            .query(R"(
            INSERT INTO log_tile (log, level, tile, hashes) VALUES (?, ?, ?, ?)
                ON CONFLICT (log, level, tile) DO UPDATE SET hashes = excluded.hashes
        )")
            .bind(grown.log, tile.coordinate.level, tile.coordinate.index, tile.hashes)
            .run();
    }
    return grown;
}

bool SqlLog::seal(const tlog::LogSigner& signer, std::uint64_t first) {
    if (next_index() == first) return false;
    if (first != first_place() + size()) throw StorageDamaged{"log: statements stand beyond the signed tree"};
    auto grown = grow();
    const auto head = grown.builder.head();
    grown.checkpoint = signer.sign(head);
    database_.query("UPDATE log SET size = ?, checkpoint = ? WHERE number = ?")
        .bind(head.size, as_bytes(grown.checkpoint), grown.log)
        .run();
    sealed_ = std::move(grown);
    return true;
}

void SqlLog::sealed_is_durable() noexcept {
    if (!sealed_) return;
    try {
        stands_ = std::exchange(sealed_, std::nullopt);
        // Only the right edge is kept ready; what lies to its left is read when somebody asks.
        for (const auto& tile : std::exchange(stands_->tiles, {})) {
            const TreeMemory::Place place{stands_->log, tile.coordinate.index, tile.coordinate.level};
            const auto before = memory_.find(place, 0);
            memory_.keep(place, std::make_shared<const tlog::TileTree>(
                                    tlog::TileTree::grown(before ? *before : tlog::TileTree{}, tile.hashes)));
        }
        memory_.show(stands_->log, stands_->builder.frontier(), stands_->checkpoint);
    } catch (...) {
        // No memory: what stands is in the database, and is read from there until the next time.
        stands_.reset();
        sealed_.reset();
    }
}

void SqlLog::show_stored() {
    if (!identity()) return;
    StoredTiles tiles{database_, number()};
    // A tree that does not hold together is for whoever verifies or appends to say.
    if (const auto builder = tlog::TileBuilder::restore(size(), tiles)) {
        memory_.show(number(), builder->frontier(), std::string{as_text(checkpoint())});
    }
}

Result<> SqlLog::end(const Cosigned& last) {
    ROGATORY_TRY(const auto checkpoint, tlog::SignedCheckpoint::parse(as_text(last.note)));
    if (grow().builder.head() != checkpoint.checkpoint.head) return fail(ErrorCode::integrity, "log.inconsistent");
    keep_cosigned(last);
    database_.query("UPDATE log SET size = ?, checkpoint = ?, seed = NULL WHERE number = ?")
        .bind(last.size, last.note, number())
        .run();
    return {};
}

Result<> SqlLog::begin_after(const tlog::LogSigner& signer, const Cosigned& last) {
    ROGATORY_TRY(const auto checkpoint, tlog::SignedCheckpoint::parse(as_text(last.note)));
    add_alone(first_place(), tlog::successor_entry(signer.origin(), checkpoint.checkpoint));
    ensure(seal(signer, first_place()), "entry 0 makes it grow");
    return {};
}

std::unique_ptr<const ports::Log> SqlLog::past(std::uint64_t wanted) const {
    auto query = database_.query("SELECT 1 FROM log WHERE number = ? AND seed IS NULL");
    if (!query.bind(wanted).step()) return nullptr;
    return std::unique_ptr<const ports::Log>{new SqlLog{database_, memory_, wanted}};
}

std::optional<std::string> SqlLog::verifier_key(std::uint64_t wanted) const {
    auto query = database_.query("SELECT verifier_key FROM log WHERE number = ?");
    if (!query.bind(wanted).step()) return std::nullopt;
    return query.text(0);
}

void SqlLog::add_alone(std::uint64_t place, const tlog::Entry& entry) {
    database_.query("INSERT INTO entry_alone (log_index, label, entry) VALUES (?, ?, ?)")
        .bind(place, entry.label.value(), entry.bytes())
        .run();
}

void SqlLog::add_lost(const ByteArray<64>& entry) {
    add_alone(next_index(), tlog::Entry::from(std::span<const std::uint8_t, tlog::Entry::kBytes>{entry}));
}

bool SqlLog::is_lost(const ports::Digest& label) const {
    auto query = database_.query("SELECT 1 FROM entry_alone WHERE label = ?");
    return query.bind(label).step();
}

std::optional<ports::LogIdentity> SqlLog::identity() const {
    auto query = database_.query("SELECT origin, verifier_key, policy FROM log WHERE number = ?");
    if (!query.bind(number()).step()) return std::nullopt;
    ports::LogIdentity identity{query.text(0), query.text(1), query.text(2)};
    // Of a server from before there were witnesses.
    if (identity.policy.empty()) identity.policy = "log " + identity.verifier_key + "\nquorum none\n";
    return identity;
}

std::optional<tlog::LogSigner> SqlLog::signer() const {
    auto query = database_.query("SELECT origin, seed FROM log WHERE number = ? AND seed IS NOT NULL");
    if (!query.bind(number()).step()) return std::nullopt;
    const auto seed = crypto::Ed25519Seed::from(query.view(1));
    if (!seed) throw StorageDamaged{"log: the stored key is damaged"};
    auto signer = tlog::LogSigner::make(query.text(0), crypto::SigningKey::from_seed(*seed));
    if (!signer) throw StorageDamaged{"log: the stored origin is damaged"};
    return std::move(*signer);
}

void SqlLog::create(const tlog::LogSigner& signer, const crypto::SigningKey& key, const std::string& policy) {
    const auto number = tlog::log_number(signer.origin());
    if (!number) throw StorageDamaged{"log: an origin without a number"};
    const auto seed = key.seed();
    database_
        .query(R"(
        INSERT INTO log (number, origin, verifier_key, seed, size, checkpoint, policy) VALUES (?, ?, ?, ?, 0, ?, ?)
    )")
        .bind(*number, signer.origin(), signer.key().vkey(), ByteView{seed.expose_secret()},
              as_bytes(signer.sign(tlog::empty_tree())), policy)
        .run();
}

Result<> SqlLog::verify(const Verification& how) const {
    if (!identity()) return fail(ErrorCode::not_found, "init.missing");
    std::vector<std::uint64_t> before;
    {
        auto query = database_.query("SELECT number FROM log WHERE seed IS NULL ORDER BY number");
        while (query.step()) before.push_back(query.count(0));
    }
    for (const auto log : before) ROGATORY_TRY_VOID((SqlLog{database_, memory_, log}.verify_one(how)));
    return verify_one(how);
}

Result<> SqlLog::verify_one(const Verification& how) const {
    const auto broken = [](const char* what) { return fail(ErrorCode::integrity, "log.behind", what); };
    const auto known = identity();
    const auto key = tlog::NoteKey::parse(known->verifier_key);
    if (!key) return broken("verifier key");
    const auto checkpoint = tlog::SignedCheckpoint::parse(as_text(this->checkpoint()));
    if (!checkpoint || !tlog::log_signature(*key, *checkpoint)) return broken("checkpoint is not signed by this log");

    const auto stored = size();
    if (checkpoint->checkpoint.head.size != stored) return broken("size");
    StoredTiles tiles{database_, number()};
    // The tree before what is read: out of its tiles, which are held to the signature together with what follows.
    auto built = tlog::TileBuilder::restore(how.newest && *how.newest < stored ? stored - *how.newest : 0, tiles);
    if (!built) return broken("tiles do not hold together");
    auto& tree = *built;
    const auto same_tiles = [&] {
        const auto made = tree.take_changed();
        return std::all_of(made.begin(), made.end(), [&](const auto& tile) {
            const auto there = tiles.read_tile(tile.coordinate);
            return there && *there == tile.hashes;
        });
    };
    const auto first = first_place();
    auto query = database_.query(
        "SELECT log_index, entry FROM log_entry WHERE log_index >= ? AND log_index < ? ORDER BY log_index");
    query.bind(first + tree.size(), first + tlog::kEntriesPerLog);
    while (query.step()) {
        if (tree.size() % kWidth == 0) {
            if (how.stopping.stop_requested()) return fail(ErrorCode::unavailable, "server.stopping");
            if (!same_tiles()) return broken("tiles are not what was signed");
        }
        if (query.count(0) != first + tree.size()) return broken("a log index is missing");
        tree.append(tlog::leaf_hash(query.view(1)));
    }
    if (tree.head() != checkpoint->checkpoint.head) return broken("statements are not what was signed");
    if (!same_tiles()) return broken("tiles are not what was signed");
    const auto root = tlog::root_of(tree.size(), tiles);
    if (!root || *root != tree.root()) return broken("tiles are not what was signed");
    return {};
}

}  // namespace rogatory::storage
