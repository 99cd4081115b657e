#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/entry.hpp"
#include "crypto/tlog/tile.hpp"
#include "platform/ports/log.hpp"
#include "platform/ports/store.hpp"
#include "storage/log/tree_memory.hpp"
#include "storage/sqlite/database.hpp"

namespace rogatory::storage {

// The log, in the database: entries are columns of the statements themselves, the hashes above them are tiles, and the
// signed checkpoint is a row. One commit makes all of them durable, so there is no order of files to get wrong, and a
// checkpoint is seen by nobody before its tree is on the disk (protocol §5, "never fork").
class SqlLog final : public ports::Log {
public:
    // `memory` is shared by the connections to one database; it outlives them.
    SqlLog(Database& database, TreeMemory& memory) : database_{database}, memory_{memory} {}

    std::uint64_t next_index() const override;
    std::uint64_t number() const override;
    std::uint64_t size() const override;
    ports::Digest root(std::uint64_t size) const override;
    Bytes checkpoint() const override;
    Result<Bytes> tile(std::uint32_t level, std::uint64_t index, std::uint32_t width) const override;
    Result<Bytes> entries(std::uint64_t index, std::uint32_t width) const override;
    Result<std::string> proof(std::uint64_t index) const override;
    Result<std::vector<ports::Digest>> consistency(std::uint64_t old_size, std::uint64_t size) const override;
    std::optional<Cosigned> cosigned(std::uint64_t size) const override;
    std::optional<Bytes> witnessed() const override;
    std::optional<Bytes> first_witnessed(std::uint64_t size) const override;
    void keep_cosigned(const Cosigned& checkpoint) override;
    std::unique_ptr<const ports::Log> past(std::uint64_t number) const override;
    std::optional<std::string> verifier_key(std::uint64_t number) const override;
    void add_lost(const ByteArray<64>& entry) override;
    bool is_lost(const ports::Digest& label) const override;

    // Within the writer's transaction, last before its commit: hashes the statements it added, stores their tiles,
    // signs. `first` is next_index() as it was when the transaction began. Nothing new: does nothing. Rows that stood
    // beyond the signed tree already are nobody's work here and are never signed: throws. True when the tree grew.
    bool seal(const tlog::LogSigner& signer, std::uint64_t first);
    // Around each transaction: before it, and when it is durable, so that proofs may be made of what it sealed.
    void begin_seal() { sealed_.reset(); }
    void sealed_is_durable() noexcept;
    // The stored checkpoint into memory, when the store opens.
    void show_stored();

    [[nodiscard]] std::optional<ports::LogIdentity> identity() const;
    // The signer from the stored seed; only the writer asks.
    [[nodiscard]] std::optional<tlog::LogSigner> signer() const;
    // The first one, or the one after the newest; signed at size 0.
    void create(const tlog::LogSigner& signer, const crypto::SigningKey& key, const std::string& policy);
    // The newest log ends with this checkpoint, of the tree of what stands now, and its key is deleted. integrity
    // "log.inconsistent" when it is another tree.
    [[nodiscard]] Result<> end(const Cosigned& last);
    // The newest log begins: its entry 0 commits to that checkpoint of the one before it (tlog::successor_entry).
    [[nodiscard]] Result<> begin_after(const tlog::LogSigner& signer, const Cosigned& last);
    struct Verification {
        std::optional<std::uint64_t> newest;  // that many of its last entries, and the tiles before them; else all
        std::stop_token stopping;
    };
    // Builds the tree of every log anew from its entries and compares it with tiles and checkpoint. integrity
    // "log.behind"; unavailable "server.stopping".
    [[nodiscard]] Result<> verify(const Verification& how) const;

private:
    SqlLog(Database& database, TreeMemory& memory, std::uint64_t number)
        : database_{database}, memory_{memory}, past_{number} {}

    std::uint64_t first_place() const;
    // A tree as it grew in a transaction.
    struct Grown {
        std::uint64_t log = 0;
        tlog::TileBuilder builder;
        std::vector<tlog::TileBuilder::Tile> tiles;
        std::string checkpoint;  // empty: not signed
    };
    // Hashes what stands beyond the stored tree and stores its tiles.
    [[nodiscard]] Grown grow();
    [[nodiscard]] Result<> verify_one(const Verification& how) const;
    void add_alone(std::uint64_t place, const tlog::Entry& entry);

    Database& database_;
    TreeMemory& memory_;
    std::optional<std::uint64_t> past_;  // absent: the newest
    // The writer's own.
    std::optional<Grown> sealed_;  // in a transaction that is not durable yet
    std::optional<Grown> stands_;  // what was sealed last and is: the right edge need not be read again
};

}  // namespace rogatory::storage
