// The age files that a statement names: brought with it, or uploaded before it.
#include "crypto/age/file.hpp"
#include "crypto/encoding/hex.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/service/append_job.hpp"

namespace rogatory::service {

Result<> AppendJob::take_blobs(const record::Statement& statement, const ChainState& after) {
    const auto needs = record::needs(statement);
    for (const auto& need : needs.blobs) {
        const auto brought = append_.blobs.find(need.sha256);
        const auto returned = restoring() ? repositories_.repair().find_blob(need.sha256) : std::optional<Bytes>{};
        const auto* const data = returned ? &*returned : brought == append_.blobs.end() ? nullptr : brought->second;
        if (data == nullptr) {
            // The keyring of a new authority's generation 1 came with its first custodian's enrolment.
            const bool enrolled = std::holds_alternative<record::AuthorityAdded>(statement.body) &&
                                  repositories_.records().find_blob(statement.chain, need.sha256).has_value();
            if (enrolled) continue;
            if (restoring()) {
                note_lost(statement, need.sha256);
                continue;
            }
            return fail(Error{ErrorCode::invalid_input, "blob.missing"}.with(
                "sha256", encoding::hex_encode(need.sha256.value())));
        }
        used_blobs_.insert(need.sha256);
        auto profile = age::Profile::single();
        ports::InlineBlobRow row{.sha256 = need.sha256,
                                 .kind = ports::BlobKind::body,
                                 .authority = need.reader,
                                 .member = need.holder,
                                 .data = *data,
                                 .withdrawn_at = std::nullopt};
        switch (need.kind) {
            case record::BlobKind::keyring: {
                row.kind = ports::BlobKind::keyring;
                const auto* const party = std::get_if<record::Register>(&after);
                ensure(party != nullptr && need.reader, "a keyring belongs to an authority of a register");
                profile = age::Profile::keyring(party->keyring_recipients(*need.reader).size());
                break;
            }
            case record::BlobKind::grant:
                row.kind = ports::BlobKind::grant;
                break;
            case record::BlobKind::sealed_body:
                break;
            case record::BlobKind::share:
                row.kind = ports::BlobKind::share;
                break;
        }
        const auto seen = age::inspect(*data, profile.header_bytes);
        if (!seen || !*seen || !(*seen)->fits(profile)) return fail(ErrorCode::invalid_input, "blob.stanzas");
        if (!repositories_.records().add_blob(statement.chain, row)) {
            return fail(ErrorCode::invalid_input, "blob.reused");
        }
    }
    return take_attachments(statement, needs);
}

Result<> AppendJob::take_attachments(const record::Statement& statement, const record::Needs& needs) {
    for (const auto& line : needs.attachments) {
        const auto upload = repositories_.attachments().find_attachment(line.id);
        const bool there = upload && upload->stage == ports::UploadStage::sealed && upload->chain == statement.chain &&
                           upload->authority == statement.author.authority && upload->length == line.size &&
                           upload->sha256 == line.sha256;
        if (!there && restoring()) {
            note_lost(statement, line.sha256, line.id);
            continue;
        }
        if (!there) {
            return fail(
                Error{ErrorCode::invalid_input, "attachment.missing"}.with("attachment", model::to_hex(line.id)));
        }
        repositories_.attachments().set_attached(upload->id, statement.seq);
    }
    return {};
}

}  // namespace rogatory::service
