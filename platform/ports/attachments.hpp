#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"
#include "platform/ports/ids.hpp"

namespace rogatory::ports {

enum class UploadStage {
    receiving,  // bytes are coming
    sealed,     // complete, digest known, waits for its statement
    attached,   // listed by a statement
    withdrawn,  // its owner withdrew it; the blob is to be deleted
    gone,       // withdrawn, and the blob is deleted: the tombstone stays
};

struct UploadRow {
    UploadId id;
    Digest ticket_sha256{};
    std::int64_t account{};
    AuthorityId authority;
    PartyId party;
    ChainId chain;
    AttachmentId attachment;
    std::uint64_t length{};
    std::uint64_t received{};  // durable
    std::optional<Digest> sha256;
    UploadStage stage{UploadStage::receiving};
    std::uint64_t entry_seq{};  // once attached: the statement that lists it
    UnixSeconds created_at{};
    UnixSeconds expires_at{};
    std::optional<UnixSeconds> withdrawn_at;
};

struct Usage {
    std::uint64_t open_uploads{};
    std::uint64_t open_bytes{};
    std::uint64_t bytes{};  // of everything not withdrawn
};

// Uploads, and the attachments they become.
class Attachments {
public:
    virtual ~Attachments() = default;

    // As far along as the row says. conflict "attachment.exists" when the attachment id is taken.
    [[nodiscard]] virtual Result<> create(const UploadRow& upload) = 0;
    // Another ticket in the place of the one it had.
    virtual void set_ticket(UploadId id, const Digest& ticket_sha256, UnixSeconds expires_at) = 0;
    [[nodiscard]] virtual std::optional<UploadRow> find(UploadId id) const = 0;
    [[nodiscard]] virtual std::optional<UploadRow> find_attachment(AttachmentId attachment) const = 0;
    virtual void set_received(UploadId id, std::uint64_t received) = 0;
    virtual void set_sealed(UploadId id, const Digest& sha256) = 0;
    virtual void set_attached(UploadId id, std::uint64_t entry_seq) = 0;
    virtual void set_withdrawn(ChainId chain, std::uint64_t entry_seq, UnixSeconds at) = 0;
    virtual void set_gone(UploadId id) = 0;
    virtual void remove(UploadId id) = 0;
    // Withdrawn ones whose blob may still be there.
    [[nodiscard]] virtual std::vector<UploadId> to_delete(std::size_t limit) const = 0;
    // Receiving or sealed ones whose ticket is over.
    [[nodiscard]] virtual std::vector<UploadId> expired(UnixSeconds now, std::size_t limit) const = 0;

    // Of what is under way alone, in `bytes` too.
    [[nodiscard]] virtual Usage usage_of_account(std::int64_t account) const = 0;
    [[nodiscard]] virtual Usage usage_of_authority(AuthorityId authority) const = 0;
    [[nodiscard]] virtual Usage usage_of_party(PartyId party) const = 0;
    [[nodiscard]] virtual Usage usage() const = 0;
    [[nodiscard]] virtual std::uint64_t count_attached() const = 0;
};

}  // namespace rogatory::ports
