#include "platform/service/uploads.hpp"

#include "platform/base/try.hpp"
#include "platform/service/context_state.hpp"
#include "platform/service/session_start.hpp"
#include "platform/service/upload_creation.hpp"
#include "platform/service/upload_sink.hpp"

namespace rogatory::service {

namespace {

tl::unexpected<Error> unknown() { return fail(ErrorCode::not_found, "upload.not_found"); }

// More than this is written and counted as it comes; less has come before that would be done.
constexpr std::uint64_t kAtOnce = std::uint64_t{256} << 10;

// The bytes that came with a creation whose row is there already: as a first PATCH brings them.
class FirstBytes final : public UploadCreation {
public:
    FirstBytes(UploadCreated created, std::unique_ptr<UploadSink> sink)
        : created_{std::move(created)}, sink_{std::move(sink)} {}

    Result<> write(ByteView bytes) override { return sink_->write(bytes); }
    Result<UploadCreated> finish() override {
        ROGATORY_TRY(const auto state, sink_->finish());
        created_.offset = state.offset;
        return created_;
    }
    // What came is kept: asked again by the same member, create() says how much.
    void abandon() override { [[maybe_unused]] const auto ignored = sink_->finish(); }

private:
    UploadCreated created_;
    std::unique_ptr<UploadSink> sink_;
};

UploadState state_of(const ports::UploadRow& row) {
    return {row.received, row.length, row.expires_at, row.chain, row.attachment, row.authority};
}

// The row a ticket is for; not_found for a wrong ticket, a foreign or an ended upload, and none.
Result<ports::UploadRow> ticketed(Context& context, std::string_view ticket, ports::UploadId upload) {
    const auto digest = token_digest(ticket);
    const auto now = context.time.now();
    return context.store.read([&](const ports::Repositories& repositories) -> Result<ports::UploadRow> {
        const auto row = repositories.attachments().find(upload);
        if (!row || row->ticket_sha256 != digest || row->expires_at < now) return unknown();
        // It goes on when the session ends, but not when its owner leaves the authority or is suspended.
        if (!still_member(repositories, row->account, row->authority)) return unknown();
        return *row;
    });
}

}  // namespace

Result<UploadCreated> Uploads::create(const Principal& principal, const UploadRequest& request) {
    ROGATORY_TRY(const auto creation, Creation::permitted(context_, principal, request));
    return creation.write();
}

Result<Uploads::Begun> Uploads::create_with(const Principal& principal, const UploadRequest& request,
                                            std::uint64_t bytes, std::optional<UploadChecksum> checksum) {
    if (bytes > request.length) return fail(ErrorCode::too_large, "upload.too_large");
    ROGATORY_TRY(auto creation, Creation::permitted(context_, principal, request));
    if (bytes == request.length && bytes <= kAtOnce) {
        ROGATORY_TRY(const auto before, creation.begun_before());
        if (!before) return std::make_unique<CompleteUpload>(context_, std::move(creation), checksum);
    }
    ROGATORY_TRY(auto created, creation.write());
    if (created.offset != 0) return created;
    auto sink = DurableSink::open(context_, created.upload, 0, checksum);
    if (!sink) {
        // Begun before, and the request of then has brought bytes just now: the sender goes on from those.
        if (sink.error().key() != "upload.offset") return fail(std::move(sink).error());
        ROGATORY_TRY(const auto now, state(created.ticket, created.upload));
        created.offset = now.offset;
        return created;
    }
    return std::make_unique<FirstBytes>(std::move(created), *std::move(sink));
}

Result<UploadState> Uploads::state(std::string_view ticket, ports::UploadId upload) {
    ROGATORY_TRY(const auto row, ticketed(context_, ticket, upload));
    return state_of(row);
}

Result<std::unique_ptr<UploadSink>> Uploads::open(std::string_view ticket, ports::UploadId upload, std::uint64_t offset,
                                                  std::optional<UploadChecksum> checksum) {
    ROGATORY_TRY(const auto row, ticketed(context_, ticket, upload));
    return DurableSink::open(context_, row.id, offset, checksum);
}

Result<> Uploads::remove(std::string_view ticket, ports::UploadId upload) {
    if (auto row = ticketed(context_, ticket, upload); !row) return fail(std::move(row).error());
    const auto end = [&](ports::Repositories& repositories) -> Result<> {
        const auto current = repositories.attachments().find(upload);
        if (!current) return unknown();
        if (current->stage >= ports::UploadStage::attached) return fail(ErrorCode::conflict, "upload.attached");
        repositories.attachments().remove(upload);
        return {};
    };
    ROGATORY_TRY_VOID(context_.store.write(end));
    // Row first: what no row names is nobody's, and the sweep takes it if this is not reached.
    context_.blobs.remove(upload);
    return {};
}

}  // namespace rogatory::service
