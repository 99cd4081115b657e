#include "platform/record/dossier.hpp"

#include <algorithm>

#include "platform/base/ensure.hpp"

namespace rogatory::record {

Dossier::Standing Dossier::standing(const model::AuthorityRef& who, model::LogIndex before) const {
    const auto found = readers_.find(who);
    if (found == readers_.end()) return Standing::none;
    const auto& changes = found->second.changes;
    for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
        if (change->at < before) return change->standing;
    }
    return Standing::none;
}

std::vector<model::AuthorityRef> Dossier::participants() const {
    std::vector<model::AuthorityRef> out;
    for (const auto& [ref, reader] : readers_) {
        if (reader.now() == Standing::participant) out.push_back(ref);
    }
    return out;
}

std::vector<model::AuthorityRef> Dossier::readers() const {
    std::vector<model::AuthorityRef> out;
    for (const auto& [ref, reader] : readers_) {
        if (reader.now() != Standing::none) out.push_back(ref);
    }
    return out;
}

std::vector<model::AuthorityRef> Dossier::ever_let_in() const {
    std::vector<model::AuthorityRef> out;
    for (const auto& [ref, reader] : readers_) {
        if (!reader.changes.empty()) out.push_back(ref);
    }
    return out;
}

const Dossier::Epoch& Dossier::epoch() const {
    ensure(!epochs_.empty(), "an opened dossier has an epoch");
    return epochs_.back();
}

std::vector<Dossier::Grant> Dossier::grants(const model::AuthorityRef& to) const {
    std::vector<Grant> out;
    const auto found = readers_.find(to);
    if (found == readers_.end()) return out;
    std::copy_if(found->second.grants.begin(), found->second.grants.end(), std::back_inserter(out),
                 [](const Grant& grant) { return !grant.until; });
    std::sort(out.begin(), out.end(), [](const Grant& a, const Grant& b) { return a.epoch < b.epoch; });
    return out;
}

bool Dossier::holds(const model::AuthorityRef& who, std::uint64_t epoch, model::LogIndex before) const {
    const auto found = readers_.find(who);
    if (found == readers_.end()) return false;
    const auto& all = found->second.grants;
    return std::any_of(all.begin(), all.end(), [&](const Grant& grant) {
        return grant.epoch == epoch && grant.since < before && (!grant.until || *grant.until >= before);
    });
}

std::optional<UnixSeconds> Dossier::access_until(const model::AuthorityRef& who) const {
    const auto found = readers_.find(who);
    if (found == readers_.end()) return std::nullopt;
    const auto& reader = found->second;
    if (reader.now() != Standing::past_reader) return reader.access_until;
    std::optional<UnixSeconds> last;
    for (const auto& grant : reader.grants) {
        if (grant.until) continue;
        if (!grant.access_until) return std::nullopt;
        last = std::max(last.value_or(*grant.access_until), *grant.access_until);
    }
    return last;
}

model::StatementId Dossier::policy_line(std::uint64_t number, const model::StatementId& listed_by) const {
    ensure(number >= 1 && number <= epochs_.size(), "an epoch of this dossier");
    const auto& policy = epochs_[number - 1].policy;
    return policy == listed_by ? model::StatementId{} : policy;
}

Dossier::Stale Dossier::stale(const Registers& registers, UnixSeconds at, model::LogIndex before) const {
    if (next_audience(at).size() != participants().size()) return Stale::access_expired;
    if (standing(epoch().author, before) != Standing::participant) return Stale::author_left;
    // Everybody may read a library: it matters only once somebody was shut out.
    if (kind_ == DossierKind::library && !ever_revoked_) return Stale::no;
    for (const auto& [ref, reader] : readers_) {
        if (reader.now() != Standing::participant) continue;
        const auto* party_register = registers.by_party(ref.party);
        const auto* current = party_register == nullptr ? nullptr : party_register->generation(ref.authority, before);
        const auto granted = std::find_if(reader.grants.rbegin(), reader.grants.rend(), [&](const Grant& grant) {
            return grant.epoch == epochs_.size() && !grant.until;
        });
        ensure(granted != reader.grants.rend(), "a participant has a grant of the current epoch");
        if (current == nullptr || current->number != granted->generation) return Stale::generation;
    }
    return Stale::no;
}

std::vector<model::AuthorityRef> Dossier::next_audience(UnixSeconds at) const {
    std::vector<model::AuthorityRef> out;
    for (const auto& [ref, reader] : readers_) {
        const bool over = reader.access_until && at >= *reader.access_until;
        if (reader.now() == Standing::participant && !over) out.push_back(ref);
    }
    return out;
}

const Dossier::Item* Dossier::item(const model::StatementId& id) const {
    const auto found = item_by_id_.find(id);
    return found == item_by_id_.end() ? nullptr : &items_[found->second];
}

std::vector<Dossier::Consent> Dossier::consents() const {
    std::vector<Consent> out;
    for (const auto& [id, consent] : consents_) out.push_back(consent);
    return out;
}

const Dossier::Consent* Dossier::consent(const model::StatementId& id) const {
    const auto found = consents_.find(id);
    return found == consents_.end() ? nullptr : &found->second;
}

namespace {

bool names(const std::vector<std::uint64_t>& epochs, std::uint64_t epoch) {
    return std::find(epochs.begin(), epochs.end(), epoch) != epochs.end();
}

}  // namespace

Result<std::vector<model::AuthorityRef>> Dossier::consents_needed(const model::AuthorityRef& granter,
                                                                  const model::AuthorityRef& to,
                                                                  const std::vector<std::uint64_t>& epochs) const {
    std::set<model::AuthorityRef> owners;
    const auto ask = [&](const model::AuthorityRef& owner, model::Onward rule) -> Result<> {
        if (owner == granter || owner == to || rule == model::Onward::free) return {};
        if (rule == model::Onward::own_party && to.party == granter.party) return {};
        if (rule == model::Onward::own_party) return fail(ErrorCode::forbidden, "void.own_party");
        if (rule == model::Onward::participants_only) return fail(ErrorCode::forbidden, "void.participants_only");
        owners.insert(owner);
        return {};
    };
    // Who else may listen is the opener's to say, as though it had an entry in every epoch: otherwise anybody could
    // let somebody in before the first entry of an epoch.
    if (auto allowed = ask(opener_, policy_.onward); !allowed) return fail(std::move(allowed).error());
    for (const auto& item : items_) {
        if (item.kind != Kind::entry || !names(epochs, item.epoch)) continue;
        if (auto allowed = ask(item.owner, item.in_force.onward); !allowed) return fail(std::move(allowed).error());
    }
    return std::vector<model::AuthorityRef>{owners.begin(), owners.end()};
}

bool Dossier::covers(const Consent& consent, const std::vector<std::uint64_t>& epochs) const {
    const auto& body = consent.body;
    std::set<std::uint64_t> touched{body.epochs.begin(), body.epochs.end()};
    for (const auto& id : body.entries) touched.insert(items_[item_by_id_.at(id)].epoch);
    for (const auto& item : items_) {
        const bool matters = item.kind == Kind::entry && item.owner == consent.owner && names(epochs, item.epoch) &&
                             item.in_force.onward == model::Onward::source_consent;
        if (!matters) continue;
        const bool named = body.epochs.empty() ? std::binary_search(body.entries.begin(), body.entries.end(), item.id)
                                               : names(body.epochs, item.epoch);
        if (!named || item.seq > consent.up_to_seq) return false;
    }
    // As the opener's say about the audience: each epoch, or an entry in it, must be named.
    return consent.owner != opener_ || policy_.onward != model::Onward::source_consent ||
           std::all_of(epochs.begin(), epochs.end(), [&](std::uint64_t epoch) { return touched.contains(epoch); });
}

}  // namespace rogatory::record
