#include "platform/service/uploads.hpp"

#include "platform/base/try.hpp"
#include "platform/record/chains.hpp"
#include "platform/service/access.hpp"
#include "platform/service/context_state.hpp"
#include "platform/service/session_start.hpp"
#include "platform/service/upload_sink.hpp"

namespace rogatory::service {

namespace {

// The smallest age file with one hybrid stanza is larger than this; the largest is the operator's choice.
constexpr std::uint64_t kMinLength = 1024;

tl::unexpected<Error> unknown() { return fail(ErrorCode::not_found, "upload.not_found"); }
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

Result<> check_quota(const Settings& settings, const ports::Repositories& repositories, std::int64_t account,
                     const Membership& membership, std::uint64_t length) {
    const auto mine = repositories.attachments().usage_of_account(account);
    if (mine.open_uploads + 1 > settings.open_uploads_per_member) return over_quota("member.count");
    if (mine.open_bytes + length > settings.open_bytes_per_member) return over_quota("member.bytes");
    const auto authority = repositories.attachments().usage_of_authority(membership.authority);
    const auto& records = repositories.records();
    ROGATORY_TRY_VOID(check_space("upload.space_authority",
                                  authority.bytes + records.bytes_of_authority(membership.authority), length,
                                  settings.bytes_per_authority));
    const auto party = repositories.attachments().usage_of_party(membership.party);
    const auto row = repositories.parties().find_by_founded(membership.party);
    const auto limit = row && row->quota_bytes ? *row->quota_bytes : settings.bytes_per_party;
    return check_space("upload.space_party", party.bytes + records.bytes_of_party(membership.party), length, limit);
}

UploadState state_of(const ports::UploadRow& row) {
    return {row.received, row.length, row.expires_at, row.chain, row.attachment, row.authority};
}

// Whether `asked` asks once more for the bytes of `earlier`, which no statement lists yet.
bool same_upload(const ports::UploadRow& earlier, const ports::UploadRow& asked) {
    return earlier.account == asked.account && earlier.authority == asked.authority && earlier.chain == asked.chain &&
           earlier.length == asked.length && earlier.stage < ports::UploadStage::attached;
}

// The row a ticket is for; not_found for a wrong ticket, a foreign or an ended upload, and none.
Result<ports::UploadRow> ticketed(Context& context, std::string_view ticket, ports::UploadId upload) {
    const auto digest = token_digest(ticket);
    const auto now = context.time.now();
    return context.store.read([&](const ports::Repositories& repositories) -> Result<ports::UploadRow> {
        const auto row = repositories.attachments().find(upload);
        if (!row || row->ticket_sha256 != digest || row->expires_at < now) return unknown();
        // It goes on when the session ends, but not when its owner leaves the authority or is suspended.
        const auto account = repositories.accounts().find(row->account);
        if (!account || account->suspended_at) return unknown();
        for (const auto& membership : live_memberships(repositories, row->account)) {
            if (membership.authority == row->authority && !membership.suspended) return *row;
        }
        return unknown();
    });
}

}  // namespace

Result<UploadCreated> Uploads::create(const Principal& principal, const UploadRequest& request) {
    const auto* const membership = principal.membership_in(request.authority);
    ROGATORY_TRY_VOID(permit(principal, Act::upload, membership ? Tie::authority : Tie::none,
                             membership ? std::optional{membership->role} : std::nullopt));
    if (request.length > context_.settings.max_upload) return fail(ErrorCode::too_large, "upload.too_large");
    if (request.length < kMinLength) return fail(ErrorCode::invalid_input, "blob.stanzas");
    auto token = make_token();
    ports::UploadRow row;
    row.id = record::random_id<ports::UploadId>(crypto::system_random());
    row.ticket_sha256 = token.sha256;
    row.account = *principal.account();
    row.authority = request.authority;
    row.party = membership->party;
    row.chain = request.chain;
    row.attachment = request.attachment;
    row.length = request.length;
    row.created_at = context_.time.now();
    row.expires_at = row.created_at + context_.settings.ticket_life;
    const Context::Concerns concerns{{membership->party_code, request.authority}};
    const auto check_place = [&](const ports::Repositories& repositories) -> Result<> {
        // Who was in the dossier and is not any more adds nothing. To who never was, a refusal would tell that there is
        // one: his bytes can never be attached, count against his own limits and go when the ticket expires.
        const auto reader = repositories.records().find_reader(request.chain, request.authority);
        if (reader && (!reader->participant || reader->until_seq)) return not_there();
        if (repositories.records().introduced(ports::IntroducedKind::attachment, request.attachment.value())) {
            return fail(ErrorCode::conflict, "attachment.exists");
        }
        return {};
    };
    // The same member, asking once more for the same bytes: a new ticket for what there is.
    const auto renew = [&](ports::Repositories& repositories,
                           const ports::UploadRow& earlier) -> Result<UploadCreated> {
        ROGATORY_TRY_VOID(check_place(repositories));
        repositories.attachments().set_ticket(earlier.id, row.ticket_sha256, row.expires_at);
        context_.time.keep(repositories);
        context_.audit(repositories, principal.user_name(), "upload.renewed", model::to_hex(request.attachment),
                       concerns);
        return UploadCreated{earlier.id, token.text, row.expires_at};
    };
    const auto free = context_.blobs.free_bytes();
    // All of it in one write. The file is made by the first bytes that come: until then there is nothing in it.
    return context_.store.write([&](ports::Repositories& repositories) -> Result<UploadCreated> {
        const auto earlier = repositories.attachments().find_attachment(request.attachment);
        if (earlier && same_upload(*earlier, row)) return renew(repositories, *earlier);
        ROGATORY_TRY_VOID(check_place(repositories));
        ROGATORY_TRY_VOID(check_quota(context_.settings, repositories, row.account, *membership, request.length));
        if (free < request.length) return fail(ErrorCode::storage_full, "storage.full");
        ROGATORY_TRY_VOID(repositories.attachments().create(row));
        context_.time.keep(repositories);
        context_.audit(repositories, principal.user_name(), "upload.created", model::to_hex(request.attachment),
                       concerns);
        return UploadCreated{row.id, token.text, row.expires_at};
    });
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
