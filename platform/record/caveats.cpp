#include "platform/record/caveats.hpp"

#include <algorithm>

namespace rogatory::record {

std::vector<model::StatementId> policy_items_for(const Dossier& dossier, const Dossier::Item& item) {
    // A later one binds where it tightens, and a union of caveats only ever tightens.
    std::vector<model::StatementId> ids;
    for (const auto& other : dossier.items()) {
        if (other.kind != Kind::opened && other.kind != Kind::policy_changed) continue;
        if (other.seq < item.seq) ids.clear();
        ids.push_back(other.id);
    }
    return ids;
}

std::optional<model::Caveats> caveats_in_force(const Dossier& dossier,
                                               const std::vector<const SignedStatement*>& effective,
                                               const Dossier::Item& item, const OpenedBodies& bodies) {
    // Released: the owner's last word about this entry replaces both halves.
    for (auto i = effective.size(); i-- > 0;) {
        const auto* released = effective[i]->body<Released>();
        if (released == nullptr) continue;
        if (std::find(released->entries.begin(), released->entries.end(), item.id) == released->entries.end()) continue;
        if (!released->sealed) return model::Caveats{};
        const auto* body = bodies(effective[i]->id());
        if (body == nullptr) return std::nullopt;
        return body->caveats.value_or(model::Caveats{});
    }
    const auto* own = bodies(item.id);
    if (own == nullptr) return std::nullopt;
    auto caveats = own->caveats.value_or(model::Caveats{});
    for (const auto& id : policy_items_for(dossier, item)) {
        const auto* body = bodies(id);
        if (body == nullptr) return std::nullopt;
        if (body->caveats) caveats = model::stricter(*body->caveats, caveats);
    }
    return caveats;
}

}  // namespace rogatory::record
