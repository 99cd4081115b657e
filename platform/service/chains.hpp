#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/ports/blob_store.hpp"
#include "platform/ports/requests.hpp"
#include "platform/service/context.hpp"
#include "platform/service/page.hpp"
#include "platform/service/principal.hpp"

namespace rogatory::service {

struct ChainItem {
    std::uint64_t seq{};
    ports::StatementId id;
    std::uint64_t index{};  // in the log
    Bytes envelope;
};

struct ChainPage {
    std::uint64_t head_seq{};
    std::vector<ChainItem> items;
};

struct Attachment {
    ports::Digest sha256{};
    std::unique_ptr<ports::BlobReader> reader;
};
// 410: withdrawn by its owner.
struct Tombstone {
    UnixSeconds withdrawn_at{};
};

struct Participant {
    ports::PartyId party;
    ports::AuthorityId authority;
};

struct DossierItem {
    ports::ChainId chain;
    std::string kind;  // share, request, library, internal
    UnixSeconds opened_at{};
    std::uint64_t head_seq{};
    std::uint64_t last_index{};
    Participant opener;
    std::vector<Participant> participants;
};

struct RequestItem {
    ports::RequestRow row;
    bool overdue{};
};

struct RequestQuery {
    std::optional<ports::AuthorityId> authority;
    ports::RequestFilter filter;
    bool overdue{};
};

struct PartyItem {
    std::string code;
    std::string name;
    std::optional<ports::ChainId> register_chain;  // absent: not founded yet
    std::optional<ports::PartyId> founded_id;
    std::string state;  // empty | founded | suspended
};

// Reading. Whatever is not the caller's business is not_found, with the same error as what does not exist.
class Chains {
public:
    explicit Chains(Context& context) : context_{context} {}

    // GET chains/{chain}?from=&limit=. A register: any signed-in member (an enrolment session: its own Party's); a
    // dossier and its receipts: participants, past ones up to where they were revoked.
    [[nodiscard]] Result<ChainPage> read(const Principal& principal, ports::ChainId chain, std::uint64_t from,
                                         std::size_t limit);

    // GET chains/{chain}/blobs/{sha256}: keyrings to members of that authority, grants to the grantee's members, sealed
    // bodies to participants.
    [[nodiscard]] Result<Bytes> blob(const Principal& principal, ports::ChainId chain, const ports::Digest& sha256);

    // GET chains/{chain}/attachments/{id}.
    [[nodiscard]] Result<std::variant<Attachment, Tombstone>> attachment(const Principal& principal,
                                                                         ports::ChainId chain,
                                                                         ports::AttachmentId attachment);

    // GET dossiers: newest first.
    [[nodiscard]] Result<Page<DossierItem>> dossiers(const Principal& principal,
                                                     std::optional<ports::AuthorityId> authority,
                                                     const PageRequest& page);

    // GET requests: newest first. Of a confidential one no more than whom it asks, its status and its due date.
    [[nodiscard]] Result<Page<RequestItem>> requests(const Principal& principal, RequestQuery query,
                                                     const PageRequest& page);

    // GET parties (scopes full and enrolment): an untrusted directory.
    [[nodiscard]] Result<Page<PartyItem>> parties(const Principal& principal, const PageRequest& page);

private:
    Context& context_;
};

}  // namespace rogatory::service
