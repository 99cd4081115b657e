// What an older copy had lost comes back: the same filing as an append, under the log's own signature.
#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/succession.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/record/chains.hpp"
#include "platform/service/append_job.hpp"

namespace rogatory::service {

Result<> AppendJob::restore(const record::SignedStatement& statement, const tlog::Entry& entry, const RootOf& root_of) {
    const auto& said = statement.statement();
    const auto kind = record::row(statement.kind()).chain;
    ensure(tlog::entry_label(said.chain.value(), said.seq) == entry.label &&
               crypto::Digest{statement.id().value()} == entry.id,
           "an envelope is brought to the place that its entry names");
    const auto chain = repositories_.records().find_chain(said.chain);
    ROGATORY_TRY_VOID(check_place(statement, chain, kind));
    const auto& seen = said.seen;
    if (!tlog::verify_tree_head(context_.log_key, {seen.size, seen.root}, seen.signature) ||
        seen.size > tlog::entry_of(repositories_.log().next_index()) || root_of(seen.size) != seen.root) {
        return fail(ErrorCode::integrity, "repair.seen");
    }
    if (const auto party = repositories_.parties().find_by_register(said.author.register_chain);
        party && party->founded_id) {
        std::uint64_t bytes = statement.envelope().payload.size();
        for (const auto& need : record::needs(said).blobs) {
            if (const auto blob = repositories_.repair().find_blob(need.sha256)) bytes += blob->size();
        }
        repositories_.records().count_bytes(*party->founded_id, said.author.authority, bytes);
    }
    ROGATORY_TRY_VOID(store(statement, chain, kind));
    context_.audit(repositories_, appender_.actor, "statement.restored",
                   std::string{record::to_text(statement.kind())} + " " + model::to_hex(said.chain) + " " +
                       std::to_string(said.seq),
                   {});
    return {};
}

// The administrator's own record of a Party is no statement; where it was made after the copy, it is made again.
Result<std::int64_t> AppendJob::party_to_restore(const record::Founded& founded) {
    if (const auto party = repositories_.parties().find(founded.code.text())) return party->id;
    return repositories_.parties().create(founded.code.text(), founded.name.text(), context_.time.now());
}

void AppendJob::note_lost(const record::Statement& statement, const model::Digest& sha256,
                          std::optional<model::AttachmentId> attachment) {
    repositories_.repair().add_lost({.chain = statement.chain,
                                     .sha256 = sha256,
                                     .index = repositories_.log().next_index() - 1,
                                     .attachment = attachment});
}

// What was lost and is withdrawn stays away for good; its tombstone says so.
void AppendJob::leave_lost(const model::ChainId& chain, const record::Dossier::Item& item) {
    auto& repair = repositories_.repair();
    for (const auto& line : item.attachments) repair.remove_lost(chain, line.sha256);
    if (!repair.find_lost(chain, item.sealed)) return;
    repair.remove_lost(chain, item.sealed);
    ports::InlineBlobRow tombstone;
    tombstone.sha256 = item.sealed;
    ensure(repositories_.records().add_blob(chain, tombstone), "what is lost is not here");
}

}  // namespace rogatory::service
