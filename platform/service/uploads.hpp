#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/service/context.hpp"
#include "platform/service/principal.hpp"

namespace rogatory::service {

struct UploadRequest {
    ports::ChainId chain;            // the dossier it is for; it need not exist yet
    ports::AttachmentId attachment;  // unique on the server
    ports::AuthorityId authority;
    std::uint64_t length{};  // exact size of the age file
};

struct UploadCreated {
    ports::UploadId upload;
    std::string ticket;  // base64url, 256 bits; shown once; good for this blob's bytes only
    UnixSeconds expires_at{};
    std::uint64_t offset{};  // what is durable
};

struct UploadState {
    std::uint64_t offset{};  // what is durable
    std::uint64_t length{};
    UnixSeconds expires_at{};
    // As create() was told.
    ports::ChainId chain;
    ports::AttachmentId attachment;
    ports::AuthorityId authority;
};

// Of the bytes of one PATCH: SHA-256, or the SHA-1 that tus 1.0 obliges servers to know.
using UploadChecksum = std::variant<ports::Digest, ByteArray<20>>;

// Takes the body of one PATCH as it arrives. At most one a upload is open; a later one takes over from one whose
// connection hangs: the older one's next write fails with conflict.
class UploadSink {
public:
    virtual ~UploadSink() = default;
    // too_large when the bytes would pass the upload's length, storage_full (507), conflict when taken over.
    [[nodiscard]] virtual Result<> write(ByteView bytes) = 0;
    // Makes what was written durable and returns the new offset. Call it also when the connection broke, so that the
    // sender can go on from there; with a checksum, a body that is cut or differs leaves the offset as it was
    // (invalid_input "upload.checksum", tus 460). At the full length the blob is sealed, or refused ("blob.stanzas")
    // when it is not an age file with exactly one mlkem768x25519 stanza.
    [[nodiscard]] virtual Result<UploadState> finish() = 0;
};

// Takes the bytes that come with a creation.
class UploadCreation {
public:
    virtual ~UploadCreation() = default;
    // As UploadSink's.
    [[nodiscard]] virtual Result<> write(ByteView bytes) = 0;
    // All that was announced has come: durable as far as `offset` says.
    [[nodiscard]] virtual Result<UploadCreated> finish() = 0;
    // It has not, or a write was refused.
    virtual void abandon() = 0;
};

// tus 1.0 for ciphertext: web/api speaks the protocol, this keeps the bytes.
class Uploads {
public:
    explicit Uploads(Context& context) : context_{context} {}

    // POST. By an officer of the authority (scope full); too_many "upload.quota" {what} over a limit of member,
    // authority or Party, storage_full when the device has no room for it, conflict when the attachment id is taken.
    // Asked again by the same member for the same attachment (the answer was lost, and its ticket with it): another
    // ticket for the upload as it stands; the earlier ticket ends.
    [[nodiscard]] Result<UploadCreated> create(const Principal& principal, const UploadRequest& request);
    // The same with the first `bytes` of it, or with all. What can be refused is, before one of them is taken; where
    // the upload is further than its beginning already, none is, and the answer says where to go on. A small file that
    // comes whole is an upload when all of it is durable and none before; of any other, what came of a body that was
    // cut is kept as that of a PATCH. Two requests for one small file at once: one is refused with conflict
    // "upload.begun", and asked again that is answered as any other.
    using Begun = std::variant<UploadCreated, std::unique_ptr<UploadCreation>>;
    [[nodiscard]] Result<Begun> create_with(const Principal& principal, const UploadRequest& request,
                                            std::uint64_t bytes, std::optional<UploadChecksum> checksum);

    // HEAD, PATCH, DELETE: `ticket` is what stands after "Bearer ". not_found for a wrong ticket, a foreign upload and
    // none.
    [[nodiscard]] Result<UploadState> state(std::string_view ticket, ports::UploadId upload);
    // conflict "upload.offset" {offset} when the offset is not what is durable. `checksum` as Upload-Checksum gave it.
    [[nodiscard]] Result<std::unique_ptr<UploadSink>> open(std::string_view ticket, ports::UploadId upload,
                                                           std::uint64_t offset,
                                                           std::optional<UploadChecksum> checksum);
    // Ends it and deletes the bytes; conflict once a statement lists the attachment.
    [[nodiscard]] Result<> remove(std::string_view ticket, ports::UploadId upload);

private:
    Context& context_;
};

}  // namespace rogatory::service
