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

enum class ChainKind { party_register, dossier, receipts, notices, casebook };

struct ChainRow {
    ChainId chain;
    ChainKind kind{ChainKind::dossier};
    std::optional<ChainId> dossier;        // of a receipt side chain
    std::optional<AuthorityId> authority;  // of a receipt side chain or a casebook: whose
    std::uint64_t head_seq{};
    StatementId head;
    std::uint64_t last_index{};
    std::optional<PartyId> party = {};  // of a notice board: whose
};

struct StatementRow {
    std::uint64_t index{};  // in the log
    StatementId id;
    ChainId chain;
    std::uint64_t seq{};
    ByteArray<64> entry{};  // what the log holds: label and id
    Bytes envelope;
    UnixSeconds appended_at{};
};

enum class BlobKind { grant, keyring, body, share };

enum class IntroducedKind { authority, member, invitation, attachment };

struct InlineBlobRow {
    Digest sha256{};
    BlobKind kind{BlobKind::body};
    std::optional<AuthorityId>
        authority;                   // whose members may read it (keyring, grant, note); absent: the chain's readers
    std::optional<MemberId> member;  // who alone may read it (share)
    Bytes data;
    std::optional<UnixSeconds> withdrawn_at;  // then data is empty
};

struct ReaderRow {
    PartyId party;
    AuthorityId authority;
    bool participant{true};                  // else a reader of past epochs only
    std::optional<std::uint64_t> until_seq;  // revoked by this statement: sees envelopes up to it, and no blob
};

struct DossierRow {
    ChainId chain;
    std::string kind;
    UnixSeconds opened_at{};
    std::uint64_t head_seq{};
    std::uint64_t last_index{};
    PartyId opener_party;
    AuthorityId opener;
    std::vector<ReaderRow> readers;
};

// Chains, their statements, and the small age files that travel in an append.
class Records {
public:
    virtual ~Records() = default;

    // What an authority's statements and their blobs take, for its quota.
    virtual void count_bytes(PartyId party, AuthorityId authority, std::uint64_t bytes) = 0;
    [[nodiscard]] virtual std::uint64_t bytes_of_authority(AuthorityId authority) const = 0;
    [[nodiscard]] virtual std::uint64_t bytes_of_party(PartyId party) const = 0;

    [[nodiscard]] virtual std::optional<ChainRow> find_chain(ChainId chain) const = 0;
    virtual void create_chain(const ChainRow& chain) = 0;
    [[nodiscard]] virtual std::optional<StatementRow> find_statement(StatementId id) const = 0;
    [[nodiscard]] virtual std::vector<StatementRow> statements(ChainId chain, std::uint64_t from,
                                                               std::size_t limit) const = 0;
    // Stores it and moves the chain's head. The caller has checked seq and prev; a second statement at one seq is a
    // bug.
    virtual void add_statement(const StatementRow& statement) = 0;
    // Every one of them; for whoever must tell what was lost.
    [[nodiscard]] virtual std::vector<ChainRow> chains() const = 0;
    [[nodiscard]] virtual std::uint64_t count_chains() const = 0;
    [[nodiscard]] virtual std::uint64_t count_statements() const = 0;

    // Remembers an id that must be unique on this server; false when some statement had it already.
    // Announced by an `invited` and confirmed later, an id stays its register's: `owner` is the chain that may repeat
    // it.
    [[nodiscard]] virtual bool introduce(IntroducedKind kind, const ByteArray<16>& id, std::optional<ChainId> owner,
                                         std::uint64_t index) = 0;
    [[nodiscard]] virtual bool introduced(IntroducedKind kind, const ByteArray<16>& id) const = 0;

    // A blob belongs to the one statement that brought it: false when the chain has one of that digest (withdrawn ones
    // too), so that nobody can make another's blob his own and withdraw it.
    [[nodiscard]] virtual bool add_blob(ChainId chain, const InlineBlobRow& blob) = 0;
    // Empties it for good; a tombstone stays.
    virtual void withdraw_blob(ChainId chain, const Digest& sha256, UnixSeconds at) = 0;
    [[nodiscard]] virtual std::optional<InlineBlobRow> find_blob(ChainId chain, const Digest& sha256) const = 0;

    virtual void create_dossier(ChainId chain, const std::string& kind, UnixSeconds opened_at, PartyId opener_party,
                                AuthorityId opener) = 0;
    // Adds or changes one reader; the lists of all readers show the dossier at its newest index.
    virtual void set_reader(ChainId chain, const ReaderRow& reader) = 0;
    [[nodiscard]] virtual std::optional<DossierRow> find_dossier(ChainId chain) const = 0;
    [[nodiscard]] virtual std::optional<ReaderRow> find_reader(ChainId chain, AuthorityId authority) const = 0;
    // Of any of these authorities, newest first, with last_index below `before`.
    [[nodiscard]] virtual std::vector<DossierRow> dossiers(const std::vector<AuthorityId>& authorities,
                                                           std::uint64_t before, std::size_t limit) const = 0;
};

}  // namespace rogatory::ports
