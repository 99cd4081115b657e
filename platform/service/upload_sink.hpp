#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "crypto/age/file.hpp"
#include "crypto/primitives/sha1.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/ports/blob_store.hpp"
#include "platform/ports/store.hpp"
#include "platform/service/context_state.hpp"
#include "platform/service/uploads.hpp"

namespace rogatory::service {

// An upload is an age file with exactly one mlkem768x25519 stanza: so many of its first bytes say so, without a key.
// invalid_input "blob.stanzas".
inline constexpr std::size_t kUploadHeaderBytes = age::Profile::single().header_bytes;
[[nodiscard]] Result<> check_upload_header(ByteView start);

// The bytes of one PATCH on their way to the disk. Every so many bytes they are synced and the row's offset follows, so
// that a crash in the middle of a long body loses little; with a checksum nothing counts before all of it agrees.
class DurableSink final : public UploadSink {
public:
    [[nodiscard]] static Result<std::unique_ptr<UploadSink>> open(Context& context, ports::UploadId upload,
                                                                  std::uint64_t offset,
                                                                  std::optional<UploadChecksum> checksum);

    Result<> write(ByteView bytes) override;
    Result<UploadState> finish() override;

private:
    DurableSink(Context& context, std::shared_ptr<Listening> slot, std::uint64_t number, const ports::UploadRow& upload,
                std::optional<UploadChecksum> checksum)
        : context_{context}, slot_{std::move(slot)}, number_{number}, upload_{upload}, checksum_{checksum} {}

    [[nodiscard]] bool taken_over();
    [[nodiscard]] bool agrees(const UploadChecksum& expected);
    // Within a write: the row, unless another sink or an end took the upload from this one.
    Result<> still_mine(const ports::Repositories& repositories);
    Result<> make_durable();
    Result<> complete();
    Result<ports::Digest> digest_of_whole();

    Context& context_;
    std::shared_ptr<Listening> slot_;
    std::uint64_t number_;
    ports::UploadRow upload_;
    std::optional<UploadChecksum> checksum_;
    std::unique_ptr<ports::BlobWriter> writer_;
    crypto::Sha256 body_hash_;
    crypto::Sha1ForDamage body_sha1_;
    // Of the blob from its beginning, as long as each sink takes up what the one before has left; else it is read again
    // when it is complete.
    std::optional<crypto::Sha256> whole_hash_;
};

}  // namespace rogatory::service
