#include "platform/agent/rotation.hpp"

#include <algorithm>
#include <map>

#include "platform/agent/content_cache.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/rotate.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

// Somebody who is or was a member, and the part of the log in which he was.
struct Stay {
    model::MemberId member;
    std::string display_name;
    model::LogIndex from = 0;
    model::LogIndex until = record::Register::now;
    UnixSeconds since = 0;
    std::optional<UnixSeconds> left;
};

Result<Stay> find_stay(const Agent::State& state, std::string_view text) {
    const auto& reg = state.own();
    const auto& known = *state.book.known(reg.chain());
    const auto authority = state.membership().authority;
    std::vector<Stay> stays;
    for (std::size_t i = 0; i < known.outcomes.size(); ++i) {
        const auto& item = known.copy.items()[i];
        if (!known.outcomes[i].effective()) continue;
        const auto at = item.statement.statement().at;
        for (const auto& effect : known.outcomes[i].effects) {
            if (const auto* in = std::get_if<record::MemberAdmitted>(&effect)) {
                if (in->authority != authority) continue;
                const auto member = reg.member(in->member, item.index + 1);
                stays.push_back({in->member, member ? member->display_name.text() : std::string{}, item.index,
                                 record::Register::now, at, std::nullopt});
            } else if (const auto* out = std::get_if<record::MemberLeft>(&effect)) {
                for (auto& stay : stays) {
                    if (stay.member != out->member) continue;
                    stay.until = item.index;
                    stay.left = at;
                }
            }
        }
    }
    std::vector<Stay> found;
    for (const auto& stay : stays) {
        const auto id = model::to_hex(stay.member);
        if (id == text) return stay;
        if (stay.display_name == text || (text.size() >= 4 && id.starts_with(text))) found.push_back(stay);
    }
    if (found.size() == 1) return found.front();
    const auto name = std::string{text};
    if (found.empty()) return fail(Error{ErrorCode::not_found, "member.unknown"}.with("name", name));
    return fail(Error{ErrorCode::invalid_input, "name.ambiguous"}.with("name", name));
}

// What he signed himself: when he fetched and opened each entry.
struct Signed {
    UnixSeconds fetched = 0;
    UnixSeconds opened = 0;
};
Result<std::map<model::StatementId, Signed>> records_of(Agent::State& state, DossierBook::Known& known,
                                                        const model::MemberId& member) {
    ROGATORY_TRY(const auto* const receipts,
                 state.dossiers.update_receipts(state.environment, state.log, state.book, known, state.authority()));
    std::map<model::StatementId, Signed> out;
    for (const auto& item : receipts->copy.items()) {
        const auto& said = item.statement.statement();
        if (said.author.member != member) continue;
        if (const auto* fetched = item.statement.body<record::Fetched>()) {
            for (const auto& entry : fetched->entries) out[entry].fetched = said.at;
        } else if (const auto* opened = item.statement.body<record::OpenedReceipt>()) {
            for (const auto& entry : opened->entries) out[entry].opened = said.at;
        }
    }
    return out;
}

Result<std::optional<KeptDossier>> kept_of(Agent::State& state, const model::ChainId& chain, const Stay& stay) {
    ROGATORY_TRY(auto* const known, state.dossier(chain));
    const auto& dossier = known->replayed;
    if (!dossier.opened()) return std::nullopt;
    KeptDossier row;
    row.chain = chain.value();
    for (const auto& grant : dossier.grants(state.authority())) {
        // A keyring has all generations before: what was granted before he came he could read as well.
        const bool had = grant.since < stay.until;
        if (had && std::find(row.epochs.begin(), row.epochs.end(), grant.epoch) == row.epochs.end())
            row.epochs.push_back(grant.epoch);
    }
    if (row.epochs.empty()) return std::nullopt;
    std::sort(row.epochs.begin(), row.epochs.end());
    ROGATORY_TRY(const auto records, records_of(state, *known, stay.member));
    ROGATORY_TRY(const auto cache, ContentCache::load(state, chain));
    for (const auto& item : dossier.items()) {
        const auto* body = cache.find(item.id);
        if (row.title.empty() && body != nullptr && body->title) row.title = *body->title;
        const bool readable = item.kind == record::Kind::entry && item.index < stay.until &&
                              std::binary_search(row.epochs.begin(), row.epochs.end(), item.epoch);
        if (!readable) continue;
        KeptEntry entry{item.seq, item.at, 0, 0};
        if (const auto found = records.find(item.id); found != records.end()) {
            entry.fetched_at = found->second.fetched;
            entry.opened_at = found->second.opened;
        }
        if (entry.fetched_at > 0) ++row.fetched;
        row.entries.push_back(entry);
    }
    return row;
}

}  // namespace

Result<EpochOutcome> resume_rotation(Agent& agent) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_role(model::Role::officer));
    return start_epochs(agent);
}

Result<RotationStatus> rotation_status(Agent& agent) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    RotationStatus status;
    const auto authority = state.membership().authority;
    status.generation = state.own().generation(authority)->number;
    ROGATORY_TRY(const auto pending, state.environment.profile.load("rotation/" + model::to_hex(authority)));
    status.unfinished = pending.has_value();
    ROGATORY_TRY(const auto chains, own_dossiers(state));
    status.dossiers = chains.size();
    for (const auto& chain : chains) {
        ROGATORY_TRY(const auto* const known, state.dossier(chain));
        const auto& dossier = known->replayed;
        const bool ours =
            dossier.opened() && dossier.standing(state.authority()) == record::Dossier::Standing::participant;
        if (ours && dossier.stale(state.book, state.now()) != record::Dossier::Stale::no)
            status.stale.push_back(chain.value());
    }
    return status;
}

Result<KeptReport> kept_by(Agent& agent, std::string_view member) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_role(model::Role::custodian));
    ROGATORY_TRY(const auto stay, find_stay(state, member));
    const auto authority = state.membership().authority;
    KeptReport report;
    report.member = stay.member.value();
    report.display_name = stay.display_name;
    report.authority_name = state.own().authority(authority)->description.name.text();
    report.since = stay.since;
    report.until = stay.left;
    const auto* generation = state.own().generation(authority, stay.until);
    report.generations = generation == nullptr ? 0 : generation->number;
    ROGATORY_TRY(const auto chains, own_dossiers(state));
    for (std::size_t i = 0; i < chains.size(); ++i) {
        state.environment.observer.on_progress({"report", i, chains.size()});
        ROGATORY_TRY(auto row, kept_of(state, chains[i], stay));
        if (!row) continue;
        report.entries += row->entries.size();
        report.fetched += row->fetched;
        report.dossiers.push_back(*std::move(row));
    }
    state.environment.observer.on_progress({"report", chains.size(), chains.size()});
    return report;
}

}  // namespace rogatory::agent
