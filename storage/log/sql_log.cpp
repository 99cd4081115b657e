#include "storage/log/sql_log.hpp"

#include "crypto/tlog/entry.hpp"
#include "crypto/tlog/log_proof.hpp"
#include "crypto/tlog/proof.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::storage {

namespace {

constexpr std::uint64_t kWidth = tlog::kTileWidth;

// Tiles as they are stored: the rightmost of a level is wider than an older tree needs, so it is cut to what was asked.
class StoredTiles final : public tlog::TileReader {
public:
    explicit StoredTiles(Database& database) : database_{database} {}

    Result<Bytes> read_tile(const tlog::TileCoordinate& tile) override {
        auto query = database_.query("SELECT hashes FROM log_tile WHERE level = ? AND tile = ?");
        const std::size_t wanted = tile.width * tlog::kHashBytes;
        if (!query.bind(tile.level, tile.index).step() || query.view(0).size() < wanted) {
            return fail(ErrorCode::integrity, "log.tile_missing");
        }
        return to_bytes(query.view(0).first(wanted));
    }

private:
    Database& database_;
};

tl::unexpected<Error> absent() { return fail(ErrorCode::not_found, "log.beyond"); }

}  // namespace

std::uint64_t SqlLog::next_index() const {
    auto query = database_.query("SELECT coalesce(max(log_index) + 1, 0) FROM statement");
    ensure(query.step(), "an aggregate gives a row");
    return query.count(0);
}

std::uint64_t SqlLog::size() const {
    auto query = database_.query("SELECT size FROM log WHERE id = 1");
    return query.step() ? query.count(0) : 0;
}

ports::Digest SqlLog::root(std::uint64_t tree_size) const {
    StoredTiles tiles{database_};
    const auto root = tlog::root_of(tree_size, tiles);
    if (!root) throw StorageFailure{"log: the stored tree does not hold together: " + root.error().key()};
    return *root;
}

Bytes SqlLog::checkpoint() const {
    auto query = database_.query("SELECT checkpoint FROM log WHERE id = 1");
    ensure(query.step(), "the log is made by rogatoryd init");
    return query.bytes(0);
}

Result<Bytes> SqlLog::tile(std::uint32_t level, std::uint64_t index, std::uint32_t width) const {
    if (level > 63 || width < 1 || width > kWidth || index > (~std::uint64_t{0} >> 8)) return absent();
    if (index * kWidth + width > tlog::hashes_at_level(size(), level)) return absent();
    StoredTiles tiles{database_};
    return tiles.read_tile({static_cast<std::uint8_t>(level), index, static_cast<std::uint16_t>(width)});
}

Result<Bytes> SqlLog::entries(std::uint64_t index, std::uint32_t width) const {
    if (width < 1 || width > kWidth || index > (~std::uint64_t{0} >> 8)) return absent();
    if (index * kWidth + width > size()) return absent();
    auto query = database_.query("SELECT entry FROM statement WHERE log_index >= ? ORDER BY log_index LIMIT ?");
    query.bind(index * kWidth, width);
    std::vector<tlog::Entry> entries;
    while (query.step()) entries.push_back(tlog::Entry::from(query.id<ByteArray<tlog::Entry::kBytes>>(0)));
    ensure(entries.size() == width, "every index below the signed size has its statement");
    return tlog::encode_bundle(entries);
}

Result<std::string> SqlLog::proof(std::uint64_t index) const {
    const auto tree = size();
    if (index >= tree) return absent();
    StoredTiles tiles{database_};
    ROGATORY_TRY(auto path, tlog::prove_inclusion(index, tree, tiles));
    ROGATORY_TRY(auto checkpoint, tlog::SignedCheckpoint::parse(as_text(this->checkpoint())));
    return tlog::LogProof{std::nullopt, index, std::move(path), std::move(checkpoint)}.format();
}

Result<std::vector<ports::Digest>> SqlLog::consistency(std::uint64_t old_size, std::uint64_t tree_size) const {
    if (old_size > tree_size || tree_size > size()) return absent();
    StoredTiles tiles{database_};
    return tlog::prove_consistency(old_size, tree_size, tiles);
}

std::optional<ports::Log::Cosigned> SqlLog::cosigned(std::uint64_t tree_size) const {
    auto query = database_.query("SELECT note, first_note IS NOT NULL FROM cosigned_checkpoint WHERE size = ?");
    if (!query.bind(tree_size).step()) return std::nullopt;
    return Cosigned{tree_size, query.bytes(0), query.integer(1) != 0};
}

std::optional<Bytes> SqlLog::witnessed() const {
    auto query =
        database_.query("SELECT note FROM cosigned_checkpoint WHERE first_note IS NOT NULL ORDER BY size DESC LIMIT 1");
    if (!query.step()) return std::nullopt;
    return query.bytes(0);
}

std::optional<Bytes> SqlLog::first_witnessed(std::uint64_t tree_size) const {
    auto query = database_.query(R"(
        SELECT first_note FROM cosigned_checkpoint
         WHERE size >= ? AND first_note IS NOT NULL ORDER BY size LIMIT 1
    )");
    if (!query.bind(tree_size).step()) return std::nullopt;
    return query.bytes(0);
}

void SqlLog::keep_cosigned(const Cosigned& checkpoint) {
    database_
        .query(R"(
        INSERT INTO cosigned_checkpoint (size, note, first_note) VALUES (?, ?, ?)
            ON CONFLICT (size) DO UPDATE SET note = excluded.note,
                                             first_note = coalesce(first_note, excluded.first_note)
    )")
        .bind(checkpoint.size, checkpoint.note,
              checkpoint.counts ? std::optional{checkpoint.note} : std::optional<Bytes>{})
        .run();
    database_.query("DELETE FROM cosigned_checkpoint WHERE size < ? AND first_note IS NULL")
        .bind(checkpoint.size)
        .run();
}

bool SqlLog::seal(const tlog::LogSigner& signer, std::uint64_t first) {
    if (next_index() == first) return false;
    const auto signed_size = size();
    if (first != signed_size) throw StorageFailure{"log: statements stand beyond the signed tree"};
    StoredTiles tiles{database_};
    auto builder = tlog::TileBuilder::restore(signed_size, tiles);
    if (!builder) throw StorageFailure{"log: the stored tree does not hold together: " + builder.error().key()};
    {
        auto query = database_.query("SELECT log_index, entry FROM statement WHERE log_index >= ? ORDER BY log_index");
        query.bind(signed_size);
        while (query.step()) {
            ensure(query.count(0) == builder->size(), "log indexes have no gap");
            builder->append(tlog::leaf_hash(query.view(1)));
        }
    }
    for (const auto& tile : builder->take_changed()) {
        database_
            .query(R"(
            INSERT INTO log_tile (level, tile, hashes) VALUES (?, ?, ?)
                ON CONFLICT (level, tile) DO UPDATE SET hashes = excluded.hashes
        )")
            .bind(tile.coordinate.level, tile.coordinate.index, tile.hashes)
            .run();
    }
    database_.query("UPDATE log SET size = ?, checkpoint = ? WHERE id = 1")
        .bind(builder->size(), as_bytes(signer.sign(builder->head())))
        .run();
    return true;
}

std::optional<ports::LogIdentity> SqlLog::identity() const {
    auto query = database_.query("SELECT origin, verifier_key, policy FROM log WHERE id = 1");
    if (!query.step()) return std::nullopt;
    ports::LogIdentity identity{query.text(0), query.text(1), query.text(2)};
    // Of a server from before there were witnesses.
    if (identity.policy.empty()) identity.policy = "log " + identity.verifier_key + "\nquorum none\n";
    return identity;
}

std::optional<tlog::LogSigner> SqlLog::signer() const {
    auto query = database_.query("SELECT origin, seed FROM log WHERE id = 1");
    if (!query.step()) return std::nullopt;
    const auto seed = crypto::Ed25519Seed::from(query.view(1));
    if (!seed) throw StorageFailure{"log: the stored key is damaged"};
    auto signer = tlog::LogSigner::make(query.text(0), crypto::SigningKey::from_seed(*seed));
    if (!signer) throw StorageFailure{"log: the stored origin is damaged"};
    return std::move(*signer);
}

void SqlLog::create(const tlog::LogSigner& signer, const crypto::SigningKey& key, const std::string& policy) {
    const auto seed = key.seed();
    database_
        .query(
            "INSERT INTO log (id, origin, verifier_key, seed, size, checkpoint, policy) VALUES (1, ?, ?, ?, 0, ?, ?)")
        .bind(signer.origin(), signer.key().vkey(), ByteView{seed.expose_secret()},
              as_bytes(signer.sign(tlog::empty_tree())), policy)
        .run();
}

Result<> SqlLog::verify() const {
    const auto broken = [](const char* what) { return fail(ErrorCode::integrity, "log.behind", what); };
    const auto known = identity();
    if (!known) return fail(ErrorCode::not_found, "init.missing");
    const auto key = tlog::NoteKey::parse(known->verifier_key);
    if (!key) return broken("verifier key");
    const auto checkpoint = tlog::SignedCheckpoint::parse(as_text(this->checkpoint()));
    if (!checkpoint || !tlog::log_signature(*key, *checkpoint)) return broken("checkpoint is not signed by this log");

    tlog::Frontier tree;
    auto query = database_.query("SELECT log_index, entry FROM statement ORDER BY log_index");
    while (query.step()) {
        if (query.count(0) != tree.size()) return broken("a log index is missing");
        tree.append(tlog::leaf_hash(query.view(1)));
    }
    if (tree.head() != checkpoint->checkpoint.head) return broken("statements are not what was signed");
    if (tree.size() != size()) return broken("size");
    StoredTiles tiles{database_};
    const auto root = tlog::root_of(tree.size(), tiles);
    if (!root || *root != tree.root()) return broken("tiles are not what was signed");
    return {};
}

}  // namespace rogatory::storage
