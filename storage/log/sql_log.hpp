#pragma once

#include <memory>
#include <optional>
#include <string>

#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/tile.hpp"
#include "platform/ports/log.hpp"
#include "platform/ports/store.hpp"
#include "storage/sqlite/database.hpp"

namespace rogatory::storage {

// The log, in the database: entries are columns of the statements themselves, the hashes above them are tiles, and the
// signed checkpoint is a row. One commit makes all of them durable, so there is no order of files to get wrong, and a
// checkpoint is seen by nobody before its tree is on the disk (protocol §5, "never fork").
class SqlLog final : public ports::Log {
public:
    explicit SqlLog(Database& database) : database_{database} {}

    std::uint64_t next_index() const override;
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

    // Within the writer's transaction, last before its commit: hashes the statements it added, stores their tiles,
    // signs. `first` is next_index() as it was when the transaction began. Nothing new: does nothing. Rows that stood
    // beyond the signed tree already are nobody's work here and are never signed: throws. True when the tree grew.
    bool seal(const tlog::LogSigner& signer, std::uint64_t first);

    [[nodiscard]] std::optional<ports::LogIdentity> identity() const;
    // The signer from the stored seed; only the writer asks.
    [[nodiscard]] std::optional<tlog::LogSigner> signer() const;
    void create(const tlog::LogSigner& signer, const crypto::SigningKey& key, const std::string& policy);
    // Builds the tree anew from every statement and compares it with tiles and checkpoint.
    [[nodiscard]] Result<> verify() const;

private:
    Database& database_;
};

}  // namespace rogatory::storage
