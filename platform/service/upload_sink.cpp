#include "platform/service/upload_sink.hpp"

#include "platform/base/try.hpp"

namespace rogatory::service {

namespace {

constexpr std::uint64_t kDurableEvery = std::uint64_t{32} << 20;
constexpr std::size_t kReadAtOnce = std::size_t{1} << 20;

tl::unexpected<Error> taken() { return fail(ErrorCode::conflict, "upload.taken_over"); }

Result<> check_header(ports::BlobReader& reader) {
    Bytes start(std::min<std::uint64_t>(reader.size(), kUploadHeaderBytes));
    start.resize(reader.read_at(0, start));
    return check_upload_header(start);
}

}  // namespace

Result<> check_upload_header(ByteView start) {
    constexpr auto kProfile = age::Profile::single();
    const auto seen = age::inspect(start, kProfile.header_bytes);
    if (!seen || !*seen || !(*seen)->fits(kProfile)) return fail(ErrorCode::invalid_input, "blob.stanzas");
    return {};
}

Result<std::unique_ptr<UploadSink>> DurableSink::open(Context& context, ports::UploadId upload, std::uint64_t offset,
                                                      std::optional<UploadChecksum> checksum) {
    auto slot = context.listeners.of(upload);
    std::uint64_t number = 0;
    {
        const std::lock_guard guard{slot->mutex};
        number = ++slot->newest;
    }
    const auto find = [&](const ports::Repositories& repositories) -> Result<ports::UploadRow> {
        const auto found = repositories.attachments().find(upload);
        if (!found) return fail(ErrorCode::not_found, "upload.not_found");
        return *found;
    };
    // Read by the writer where there may be an older sink: its offset that is on its way is either in this row already
    // or will be refused.
    ROGATORY_TRY(const auto row, number == 1 ? context.store.read(find) : context.store.write(find));
    if (offset != row.received) {
        return fail(Error{ErrorCode::conflict, "upload.offset"}.with("offset", std::to_string(row.received)));
    }
    std::unique_ptr<DurableSink> sink{new DurableSink{context, slot, number, row, checksum}};
    // A complete one takes an empty PATCH, as tus allows; there is nothing left to write to.
    if (row.stage == ports::UploadStage::receiving) {
        const std::lock_guard guard{slot->mutex};
        if (sink->taken_over()) return taken();
        auto writer = context.blobs.resume(upload, row.received);
        // Its first bytes make the file, unless a crash left one.
        if (!writer && writer.error().code() == ErrorCode::not_found && row.received == 0) {
            writer = context.blobs.create(upload);
            if (!writer) return fail(std::move(writer).error());
            // An end of the upload goes by row first and then file: it has either taken the row by now, or will find
            // this file. A file that no row names would count for nobody.
            const auto now = context.store.read(find);
            if (!now || now->stage != ports::UploadStage::receiving) {
                context.blobs.remove(upload);
                return fail(ErrorCode::not_found, "upload.not_found");
            }
        }
        if (!writer) return fail(std::move(writer).error());
        sink->writer_ = *std::move(writer);
    }
    if (row.stage == ports::UploadStage::receiving) {
        sink->whole_hash_ = context.begun_digests.take(upload, row.received);
        if (!sink->whole_hash_ && row.received == 0) sink->whole_hash_.emplace();
    }
    return std::unique_ptr<UploadSink>{std::move(sink)};
}

bool DurableSink::taken_over() { return slot_->newest != number_; }

bool DurableSink::agrees(const UploadChecksum& expected) {
    if (const auto* const sha256 = std::get_if<ports::Digest>(&expected)) return body_hash_.finish() == *sha256;
    return body_sha1_.finish() == std::get<ByteArray<20>>(expected);
}

Result<> DurableSink::write(ByteView bytes) {
    const auto position = writer_ ? writer_->position() : upload_.length;
    if (bytes.size() > upload_.length - position) return fail(ErrorCode::too_large, "upload.too_large");
    if (bytes.empty()) return {};
    {
        // Held over the write: whoever takes over cuts the file at what is durable, and no byte may come after that.
        const std::lock_guard guard{slot_->mutex};
        if (taken_over()) return taken();
        ROGATORY_TRY_VOID(writer_->write(bytes));
    }
    if (checksum_ && std::holds_alternative<ports::Digest>(*checksum_)) body_hash_.update(bytes);
    if (checksum_ && std::holds_alternative<ByteArray<20>>(*checksum_)) body_sha1_.update(bytes);
    if (whole_hash_) whole_hash_->update(bytes);
    if (!checksum_ && writer_->position() - upload_.received >= kDurableEvery) return make_durable();
    return {};
}

Result<> DurableSink::still_mine(const ports::Repositories& repositories) {
    const std::lock_guard guard{slot_->mutex};
    const auto row = repositories.attachments().find(upload_.id);
    if (taken_over() || !row || row->stage != ports::UploadStage::receiving) return taken();
    return {};
}

// The whole length is never noted here: a row that says so also says "sealed", in one commit (complete()).
Result<> DurableSink::make_durable() {
    const auto position = writer_->position();
    if (position == upload_.received || position == upload_.length) return {};
    writer_->sync();
    const auto note = [&](ports::Repositories& repositories) -> Result<> {
        ROGATORY_TRY_VOID(still_mine(repositories));
        repositories.attachments().set_received(upload_.id, position);
        return {};
    };
    ROGATORY_TRY_VOID(context_.store.write(note));
    upload_.received = position;
    return {};
}

Result<UploadState> DurableSink::finish() {
    if (writer_) {
        if (checksum_) {
            const auto expected = *checksum_;
            checksum_.reset();
            if (!agrees(expected)) {
                writer_.reset();  // what was written lies behind the offset and is cut off by the next PATCH
                return fail(ErrorCode::invalid_input, "upload.checksum");
            }
        }
        if (writer_->position() == upload_.length) {
            ROGATORY_TRY_VOID(complete());
        } else {
            ROGATORY_TRY_VOID(make_durable());
            // For the next PATCH, which begins where this one ended.
            if (whole_hash_ && upload_.received > 0) {
                context_.begun_digests.leave(upload_.id, upload_.received, *std::move(whole_hash_));
                whole_hash_.reset();
            }
        }
    }
    return UploadState{upload_.received, upload_.length,     upload_.expires_at,
                       upload_.chain,    upload_.attachment, upload_.authority};
}

Result<ports::Digest> DurableSink::digest_of_whole() {
    if (whole_hash_) return whole_hash_->finish();
    ROGATORY_TRY(const auto reader, context_.blobs.open(upload_.id));
    crypto::Sha256 hash;
    Bytes piece(kReadAtOnce);
    for (std::uint64_t offset = 0; offset < reader->size();) {
        const auto got = reader->read_at(offset, piece);
        hash.update(ByteView{piece}.first(got));
        offset += got;
    }
    return hash.finish();
}

Result<> DurableSink::complete() {
    writer_->sync_bytes();
    writer_.reset();
    ROGATORY_TRY(const auto reader, context_.blobs.open(upload_.id));
    if (auto fits = check_header(*reader); !fits) {
        // It can never be attached: row and bytes go, and the sender is told why.
        const auto drop = [&](ports::Repositories& repositories) -> Result<> {
            ROGATORY_TRY_VOID(still_mine(repositories));
            repositories.attachments().remove(upload_.id);
            return {};
        };
        ROGATORY_TRY_VOID(context_.store.write(drop));
        context_.blobs.remove(upload_.id);
        return fits;
    }
    ROGATORY_TRY(const auto digest, digest_of_whole());
    {
        // Named before the row says so: a crash between leaves a complete blob under its final name and a row that asks
        // for the last bytes again; going on then takes the name away again.
        const std::lock_guard guard{slot_->mutex};
        if (taken_over()) return taken();
        ROGATORY_TRY_VOID(context_.blobs.seal(upload_.id));
    }
    const auto seal_row = [&](ports::Repositories& repositories) -> Result<> {
        ROGATORY_TRY_VOID(still_mine(repositories));
        repositories.attachments().set_sealed(upload_.id, digest);
        return {};
    };
    ROGATORY_TRY_VOID(context_.store.write(seal_row));
    upload_.received = upload_.length;
    return {};
}

}  // namespace rogatory::service
