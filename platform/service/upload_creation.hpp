#pragma once

#include <memory>
#include <optional>
#include <string>

#include "crypto/primitives/sha1.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/ports/blob_store.hpp"
#include "platform/ports/store.hpp"
#include "platform/service/context_state.hpp"
#include "platform/service/uploads.hpp"

namespace rogatory::service {

// A new upload that may be asked for: judged against what is there, and written, in one transaction.
class Creation {
public:
    // forbidden and the like as `permit` says it; too_large, or invalid_input "blob.stanzas" for what is too short.
    [[nodiscard]] static Result<Creation> permitted(Context& context, const Principal& principal,
                                                    const UploadRequest& request);

    // Nothing is written: the refusal there would be, or whether the same member has begun this one already.
    [[nodiscard]] Result<bool> begun_before() const;
    // Without a byte; or another ticket for the one that was begun before.
    [[nodiscard]] Result<UploadCreated> write() const;
    // With all of them: they lie in the blob of this id, sealed. conflict "upload.begun" where another request of the
    // same member for the same has come first, which he goes on from when he asks again; not_found "access.not_found"
    // where he is a member no more.
    [[nodiscard]] Result<UploadCreated> write_complete(const ports::Digest& sha256) const;

    [[nodiscard]] ports::UploadId id() const noexcept { return row_.id; }
    [[nodiscard]] std::uint64_t length() const noexcept { return row_.length; }

private:
    explicit Creation(Context& context) : context_{&context} {}

    [[nodiscard]] Result<> check_place(const ports::Repositories& repositories) const;
    [[nodiscard]] Result<> check_room(const ports::Repositories& repositories) const;
    void note(ports::Repositories& repositories, const char* action) const;

    Context* context_;
    std::string user_name_;
    std::string party_code_;
    std::string ticket_;
    ports::UploadRow row_;
};

// All bytes of a small file with its creation. There is no row before they are durable, so that both take one commit:
// what is cut or refused leaves nothing, neither for quotas nor for whoever asks for it again.
class CompleteUpload final : public UploadCreation {
public:
    CompleteUpload(Context& context, Creation creation, std::optional<UploadChecksum> checksum)
        : context_{context},
          creation_{std::move(creation)},
          on_its_way_{context.listeners.of(creation_.id())},
          checksum_{checksum} {}

    Result<> write(ByteView bytes) override;
    Result<UploadCreated> finish() override;
    void abandon() override;

private:
    [[nodiscard]] Result<> check_bytes();

    Context& context_;
    Creation creation_;
    std::shared_ptr<Listening> on_its_way_;  // until it is a row or none: the sweep leaves its file alone
    std::optional<UploadChecksum> checksum_;
    std::unique_ptr<ports::BlobWriter> writer_;  // from the first bytes on
    Bytes start_;                                // as much as says whether it is an age file to one recipient
    crypto::Sha256 hash_;
    crypto::Sha1ForDamage sha1_;
};

}  // namespace rogatory::service
