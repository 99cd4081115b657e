#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"
#include "platform/ports/ids.hpp"

namespace rogatory::ports {

enum class ChainKind { party_register, dossier, receipts };

struct ChainRow {
    std::int64_t id{};
    ChainId chain;
    ChainKind kind{ChainKind::dossier};
    std::optional<ChainId> dossier;        // of a receipt side chain
    std::optional<AuthorityId> authority;  // of a receipt side chain: whose
    std::uint64_t head_seq{};
    StatementId head;
    std::uint64_t last_index{};
};

struct StatementRow {
    std::uint64_t index{};  // in the log
    StatementId id;
    ChainId chain;
    std::uint64_t seq{};
    Bytes envelope;
    UnixSeconds appended_at{};
};

enum class BlobKind { grant, keyring, body };

struct InlineBlobRow {
    Digest sha256{};
    BlobKind kind{BlobKind::body};
    std::optional<AuthorityId> authority;  // of a grant: the grantee; of a keyring: whose
    Bytes data;
};

struct ParticipantRow {
    PartyId party;
    AuthorityId authority;
    std::optional<std::uint64_t> until_seq;  // revoked by this statement; reads up to it
};

struct DossierRow {
    ChainId chain;
    std::string kind;
    UnixSeconds opened_at{};
    std::uint64_t head_seq{};
    std::uint64_t last_index{};
    PartyId opener_party;
    AuthorityId opener;
    std::vector<ParticipantRow> participants;
};

// Chains, their statements, and the small age files that travel in an append.
class Records {
public:
    virtual ~Records() = default;

    [[nodiscard]] virtual std::optional<ChainRow> find_chain(ChainId chain) const = 0;
    virtual std::int64_t create_chain(const ChainRow& chain) = 0;
    [[nodiscard]] virtual std::optional<StatementRow> find_statement(StatementId id) const = 0;
    [[nodiscard]] virtual std::vector<StatementRow> statements(ChainId chain, std::uint64_t from,
                                                               std::size_t limit) const = 0;
    // Stores it and moves the chain's head. The caller has checked seq and prev; a second statement at one seq is a
    // bug.
    virtual void add_statement(const StatementRow& statement) = 0;
    [[nodiscard]] virtual std::uint64_t count_chains() const = 0;
    [[nodiscard]] virtual std::uint64_t count_statements() const = 0;

    // One blob may be stored once a chain; storing it again is no error.
    virtual void add_blob(ChainId chain, const InlineBlobRow& blob) = 0;
    [[nodiscard]] virtual std::optional<InlineBlobRow> find_blob(ChainId chain, const Digest& sha256) const = 0;

    virtual void create_dossier(ChainId chain, const std::string& kind, UnixSeconds opened_at, PartyId opener_party,
                                AuthorityId opener) = 0;
    virtual void set_participants(ChainId chain, const std::vector<ParticipantRow>& participants) = 0;
    [[nodiscard]] virtual std::optional<DossierRow> find_dossier(ChainId chain) const = 0;
    [[nodiscard]] virtual std::optional<ParticipantRow> find_participant(ChainId chain,
                                                                         AuthorityId authority) const = 0;
    // Of any of these authorities, newest first, with last_index below `before`.
    [[nodiscard]] virtual std::vector<DossierRow> dossiers(const std::vector<AuthorityId>& authorities,
                                                           std::uint64_t before, std::size_t limit) const = 0;
};

}  // namespace rogatory::ports
