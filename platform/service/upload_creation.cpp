#include "platform/service/upload_creation.hpp"

#include <algorithm>

#include "platform/base/try.hpp"
#include "platform/record/chains.hpp"
#include "platform/service/access.hpp"
#include "platform/service/session_start.hpp"
#include "platform/service/upload_sink.hpp"

namespace rogatory::service {

namespace {

// The smallest age file with one hybrid stanza is larger than this; the largest is the operator's choice.
constexpr std::uint64_t kMinLength = 1024;

tl::unexpected<Error> over_quota(const char* what) {
    return fail(Error{ErrorCode::too_many, "upload.quota"}.with("what", what));
}

constexpr std::uint64_t kMegabyte = 1'000'000;
std::string megabytes_up(std::uint64_t bytes) {
    return std::to_string(bytes / kMegabyte + (bytes % kMegabyte == 0 ? 0 : 1));
}

// With the figures: whoever reads it has to know whether to choose a smaller file or to telephone.
Result<> check_space(const char* whose, std::uint64_t used, std::uint64_t asked, std::uint64_t limit) {
    if (asked <= limit && used <= limit - asked) return {};
    return fail(Error{ErrorCode::too_many, whose}
                    .with("used", megabytes_up(used))
                    .with("asked", megabytes_up(asked))
                    .with("limit", std::to_string(limit / kMegabyte)));
}

// Whether `asked` asks once more for the bytes of `earlier`, which no statement lists yet.
bool same_upload(const ports::UploadRow& earlier, const ports::UploadRow& asked) {
    return earlier.account == asked.account && earlier.authority == asked.authority && earlier.chain == asked.chain &&
           earlier.length == asked.length && earlier.stage < ports::UploadStage::attached;
}

}  // namespace

Result<Creation> Creation::permitted(Context& context, const Principal& principal, const UploadRequest& request) {
    const auto* const membership = principal.membership_in(request.authority);
    ROGATORY_TRY_VOID(permit(principal, Act::upload, membership ? Tie::authority : Tie::none,
                             membership ? std::optional{membership->role} : std::nullopt));
    if (request.length > context.settings.max_upload) return fail(ErrorCode::too_large, "upload.too_large");
    if (request.length < kMinLength) return fail(ErrorCode::invalid_input, "blob.stanzas");
    auto token = make_token();
    Creation creation{context};
    creation.user_name_ = principal.user_name();
    creation.party_code_ = membership->party_code;
    creation.ticket_ = std::move(token.text);
    auto& row = creation.row_;
    row.id = record::random_id<ports::UploadId>(crypto::system_random());
    row.ticket_sha256 = token.sha256;
    row.account = *principal.account();
    row.authority = request.authority;
    row.party = membership->party;
    row.chain = request.chain;
    row.attachment = request.attachment;
    row.length = request.length;
    row.created_at = context.time.now();
    row.expires_at = row.created_at + context.settings.ticket_life;
    return creation;
}

// Who was in the dossier and is not any more adds nothing. To who never was, a refusal would tell that there is one:
// his bytes can never be attached, count against his own limits and go when the ticket expires.
Result<> Creation::check_place(const ports::Repositories& repositories) const {
    const auto reader = repositories.records().find_reader(row_.chain, row_.authority);
    if (reader && (!reader->participant || reader->until_seq)) return not_there();
    if (repositories.records().introduced(ports::IntroducedKind::attachment, row_.attachment.value())) {
        return fail(ErrorCode::conflict, "attachment.exists");
    }
    return {};
}

Result<> Creation::check_room(const ports::Repositories& repositories) const {
    const auto& settings = context_->settings;
    const auto mine = repositories.attachments().usage_of_account(row_.account);
    if (mine.open_uploads + 1 > settings.open_uploads_per_member) return over_quota("member.count");
    if (mine.open_bytes + row_.length > settings.open_bytes_per_member) return over_quota("member.bytes");
    const auto authority = repositories.attachments().usage_of_authority(row_.authority);
    const auto& records = repositories.records();
    ROGATORY_TRY_VOID(check_space("upload.space_authority",
                                  authority.bytes + records.bytes_of_authority(row_.authority), row_.length,
                                  settings.bytes_per_authority));
    const auto party = repositories.attachments().usage_of_party(row_.party);
    const auto row = repositories.parties().find_by_founded(row_.party);
    const auto limit = row && row->quota_bytes ? *row->quota_bytes : settings.bytes_per_party;
    return check_space("upload.space_party", party.bytes + records.bytes_of_party(row_.party), row_.length, limit);
}

void Creation::note(ports::Repositories& repositories, const char* action) const {
    context_->time.keep(repositories);
    context_->audit(repositories, user_name_, action, model::to_hex(row_.attachment), {{party_code_, row_.authority}});
}

Result<bool> Creation::begun_before() const {
    const auto free = context_->blobs.free_bytes();
    return context_->store.read([&](const ports::Repositories& repositories) -> Result<bool> {
        const auto earlier = repositories.attachments().find_attachment(row_.attachment);
        if (earlier && same_upload(*earlier, row_)) return true;
        ROGATORY_TRY_VOID(check_place(repositories));
        ROGATORY_TRY_VOID(check_room(repositories));
        if (free < row_.length) return fail(ErrorCode::storage_full, "storage.full");
        return false;
    });
}

Result<UploadCreated> Creation::write() const {
    const auto free = context_->blobs.free_bytes();
    // All of it in one write. The file is made by the first bytes that come: until then there is nothing in it.
    return context_->store.write([&](ports::Repositories& repositories) -> Result<UploadCreated> {
        const auto earlier = repositories.attachments().find_attachment(row_.attachment);
        ROGATORY_TRY_VOID(check_place(repositories));
        if (earlier && same_upload(*earlier, row_)) {
            repositories.attachments().set_ticket(earlier->id, row_.ticket_sha256, row_.expires_at);
            note(repositories, "upload.renewed");
            return UploadCreated{earlier->id, ticket_, row_.expires_at, earlier->received};
        }
        ROGATORY_TRY_VOID(check_room(repositories));
        if (free < row_.length) return fail(ErrorCode::storage_full, "storage.full");
        ROGATORY_TRY_VOID(repositories.attachments().create(row_));
        note(repositories, "upload.created");
        return UploadCreated{row_.id, ticket_, row_.expires_at, 0};
    });
}

Result<UploadCreated> Creation::write_complete(const ports::Digest& sha256) const {
    auto complete = row_;
    complete.received = row_.length;
    complete.sha256 = sha256;
    complete.stage = ports::UploadStage::sealed;
    return context_->store.write([&](ports::Repositories& repositories) -> Result<UploadCreated> {
        // The bytes took their time: as with each PATCH, his leave to bring them is asked for as it is now.
        if (!still_member(repositories, row_.account, row_.authority)) return not_there();
        ROGATORY_TRY_VOID(check_place(repositories));
        // The ticket of whoever was first stands. He need only ask again: the id is his own.
        const auto earlier = repositories.attachments().find_attachment(row_.attachment);
        if (earlier && same_upload(*earlier, row_)) return fail(ErrorCode::conflict, "upload.begun");
        ROGATORY_TRY_VOID(check_room(repositories));
        ROGATORY_TRY_VOID(repositories.attachments().create(complete));
        note(repositories, "upload.created");
        return UploadCreated{row_.id, ticket_, row_.expires_at, row_.length};
    });
}

Result<> CompleteUpload::write(ByteView bytes) {
    if (bytes.empty()) return {};
    if (bytes.size() > creation_.length() - (writer_ ? writer_->position() : 0)) {
        return fail(ErrorCode::too_large, "upload.too_large");
    }
    if (!writer_) {
        ROGATORY_TRY(writer_, context_.blobs.create(creation_.id()));
    }
    ROGATORY_TRY_VOID(writer_->write(bytes));
    if (start_.size() < kUploadHeaderBytes) {
        rogatory::append(start_, bytes.first(std::min(bytes.size(), kUploadHeaderBytes - start_.size())));
    }
    hash_.update(bytes);
    if (checksum_ && std::holds_alternative<ByteArray<20>>(*checksum_)) sha1_.update(bytes);
    return {};
}

Result<> CompleteUpload::check_bytes() {
    if (!writer_ || writer_->position() != creation_.length()) return fail(ErrorCode::invalid_input, "upload.length");
    return check_upload_header(start_);
}

Result<UploadCreated> CompleteUpload::finish() {
    const auto digest = hash_.finish();
    auto good = check_bytes();
    if (good && checksum_) {
        const auto* const sha1 = std::get_if<ByteArray<20>>(&*checksum_);
        const bool agrees = sha1 != nullptr ? sha1_.finish() == *sha1 : digest == std::get<ports::Digest>(*checksum_);
        if (!agrees) good = fail(ErrorCode::invalid_input, "upload.checksum");
    }
    if (good) good = writer_->seal();
    auto created = good ? creation_.write_complete(digest) : Result<UploadCreated>{fail(std::move(good).error())};
    // A refusal has kept no row, and a blob that no row names is nobody's.
    if (!created) abandon();
    return created;
}

void CompleteUpload::abandon() {
    if (!writer_) return;
    writer_.reset();
    context_.blobs.remove(creation_.id());
}

}  // namespace rogatory::service
