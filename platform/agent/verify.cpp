#include "platform/agent/epoch.hpp"
#include "platform/agent/inbox.hpp"
#include "platform/agent/successor.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {

// Everything that can be checked without opening a document: chain, log, registers, pins, grants, sealed digests.
Result<Verified> verify_dossier(Agent& agent, const Hash& chain) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(auto* const known, state.dossier(model::ChainId{chain}));
    if (!known->replayed.opened()) return fail(ErrorCode::not_found, "dossier.unknown");
    const auto& dossier = known->replayed;
    Verified verified;
    verified.log_size = state.log.head().size;
    verified.statements = known->copy.items().size();
    for (const auto& outcome : known->outcomes) {
        if (!outcome.effective()) ++verified.void_statements;
    }
    if (known->copy.incomplete()) verified.problems.emplace_back("dossier.incomplete");
    // Who else reads the library is its publisher's to check.
    const bool library = dossier.kind() == record::DossierKind::library;
    for (const auto& participant : dossier.participants()) {
        const bool apart = library && participant != dossier.opener();
        if (!apart && !may_read_of(state, participant.party)) verified.problems.emplace_back("party.not_pinned");
        const auto* other = state.book.known_party(participant.party);
        if (other == nullptr || other->copy.incomplete()) verified.problems.emplace_back("register.incomplete");
    }
    for (const auto& epoch : dossier.epochs()) {
        if (!dossier.holds(state.authority(), epoch.number)) continue;
        const auto identity = open_epoch(state, *known, epoch.number);
        if (identity) {
            ++verified.grants;
        } else if (identity.error().code() == ErrorCode::unavailable) {
            return fail(identity.error());
        } else {
            verified.problems.push_back(identity.error().key());
        }
    }
    for (const auto& item : dossier.items()) {
        if (item.kind != record::Kind::entry) continue;
        ++verified.entries;
        if (!dossier.holds(state.authority(), item.epoch) || item.withdrawn) continue;
        const auto body = fetch_blob(state.environment, known->copy.chain(), item.sealed);
        if (body) continue;
        if (body.error().code() == ErrorCode::unavailable) return fail(body.error());
        verified.problems.push_back(body.error().code() == ErrorCode::not_found ? "attachment.withheld"
                                                                                : body.error().key());
    }
    for (const auto& reader : dossier.readers()) {
        ROGATORY_TRY(const auto* const receipts,
                     state.dossiers.update_receipts(state.environment, state.log, state.book, *known, reader));
        verified.statements += receipts->copy.items().size();
        if (receipts->copy.incomplete()) verified.problems.emplace_back("receipts.incomplete");
    }
    return verified;
}

}  // namespace rogatory::agent
