#include "platform/agent/succession.hpp"

#include <algorithm>

#include "platform/agent/content_cache.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/recipients.hpp"
#include "platform/agent/successor.hpp"
#include "platform/base/try.hpp"
#include "platform/record/fingerprint.hpp"

namespace rogatory::agent {
namespace {

// The register before the newest of a code: what is pinned, if the newest is not, else what the pinned one follows.
Result<std::pair<model::PartyId, Successor>> pair_of(Agent::State& state, const model::PartyCode& code) {
    ROGATORY_TRY(const auto* const rows, state.book.directory(state.environment));
    for (const auto& row : *rows) {
        if (row.code != code.text() || !row.founded_id) continue;
        const model::PartyId party{*row.founded_id};
        ROGATORY_TRY(const auto* const known, state.book.update_party(state.environment, state.log, party));
        ROGATORY_TRY(const auto next, successor_of(state, known->replayed));
        if (!next) continue;
        // The last step of several: nobody follows its successor.
        ROGATORY_TRY(const auto* const newer, state.book.update_party(state.environment, state.log, next->party));
        ROGATORY_TRY(const auto again, successor_of(state, newer->replayed));
        if (!again) return std::pair{party, *next};
    }
    return fail(Error{ErrorCode::not_found, "party.not_succeeded"}.with("party", code.text()));
}

std::optional<SuccessionDossier> what_it_had(Agent::State& state, const DossierBook::Known& known,
                                             const model::PartyId& old) {
    const auto& dossier = known.replayed;
    SuccessionDossier row;
    row.chain = known.copy.chain().value();
    for (const auto& reader : dossier.readers()) {
        if (reader.party != old) continue;
        row.was.push_back(label_of(state, reader));
        for (const auto& epoch : dossier.epochs()) {
            const bool had = dossier.holds(reader, epoch.number) && dossier.holds(state.authority(), epoch.number);
            const bool listed = std::find(row.epochs.begin(), row.epochs.end(), epoch.number) != row.epochs.end();
            if (had && !listed) row.epochs.push_back(epoch.number);
        }
    }
    if (row.was.empty()) return std::nullopt;
    std::sort(row.epochs.begin(), row.epochs.end());
    for (const auto& item : dossier.items()) {
        if (item.kind == record::Kind::entry &&
            std::find(row.epochs.begin(), row.epochs.end(), item.epoch) != row.epochs.end())
            ++row.entries;
    }
    return row;
}

}  // namespace

Result<SuccessionView> succession(Agent& agent, std::string_view code_text, std::string_view to_text) {
    auto& state = agent.state();
    state.book.forget_directory();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(const auto code, model::PartyCode::parse(code_text));
    ROGATORY_TRY(const auto pair, pair_of(state, code));
    const auto& old = pair.first;
    const auto& next = pair.second;
    SuccessionView view;
    view.code = code.text();
    view.old_fingerprint = record::fingerprint_digits(old);
    view.new_fingerprint = record::fingerprint_digits(next.party);
    view.note_verbale = next.note_verbale;
    view.pinned = record::pin_basis(state.book, state.own(), next.party).has_value();
    std::optional<model::AuthorityRef> to;
    if (view.pinned) {
        ROGATORY_TRY(to, resolve_authority(state, to_text.empty() ? code_text : to_text));
    }
    ROGATORY_TRY(const auto chains, own_dossiers(state));
    for (const auto& chain : chains) {
        ROGATORY_TRY(const auto* const known, state.dossier(chain));
        // What is in the library its publisher gives to whoever lacks it.
        if (!known->replayed.opened() || known->replayed.kind() == record::DossierKind::library) continue;
        auto row = what_it_had(state, *known, old);
        if (!row) continue;
        ROGATORY_TRY(const auto cache, ContentCache::load(state, chain));
        for (const auto& item : known->replayed.items()) {
            const auto* body = cache.find(item.id);
            if (row->title.empty() && body != nullptr && body->title) row->title = *body->title;
        }
        if (!to) {
            row->problem = "party.founded_anew";
        } else if (row->epochs.empty()) {
            row->problem = "epoch.not_granted";
        } else {
            const auto owners = known->replayed.consents_needed(state.authority(), *to, row->epochs);
            const bool lost = owners && std::any_of(owners->begin(), owners->end(),
                                                    [&](const auto& owner) { return owner.party == old; });
            if (lost) {
                // Whose keys are gone agrees to nothing any more.
                row->problem = "succession.owner_lost";
            } else if (owners) {
                row->may_grant = true;
                for (const auto& owner : *owners) row->consents_of.push_back(text_of(label_of(state, owner)));
            } else {
                row->problem = owners.error().key();
            }
        }
        view.dossiers.push_back(*std::move(row));
    }
    return view;
}

}  // namespace rogatory::agent
