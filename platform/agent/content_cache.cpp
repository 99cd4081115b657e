#include "platform/agent/content_cache.hpp"

#include <algorithm>

#include "crypto/age/file.hpp"
#include "crypto/encoding/canonical_json.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

constexpr std::size_t kMostCacheBytes = 64 * 1024 * 1024;

std::string file_of(const model::ChainId& chain) { return "cache/" + model::to_hex(chain) + ".age"; }

}  // namespace

Result<ContentCache> ContentCache::load(const Agent::State& state, const model::ChainId& chain) {
    ContentCache cache{chain};
    ROGATORY_TRY(const auto stored, state.environment.profile.load(file_of(chain)));
    if (!stored) return cache;
    // A cache that does not open (of an old key, damaged) is an empty one: everything can be opened again.
    const auto plaintext = age::open(state.membership().identity, *stored, age::Profile::single());
    if (!plaintext) return cache;
    const auto json = encoding::parse_canonical_json(as_text(plaintext->expose_secret()), kMostCacheBytes);
    const auto* rows = json ? json->object() : nullptr;
    if (rows == nullptr) return cache;
    for (const auto& [id_text, body_text] : *rows) {
        const auto id = model::parse_hex<model::StatementId>(id_text);
        if (!id || body_text.string() == nullptr) continue;
        auto body = record::SealedBody::parse(as_bytes(*body_text.string()));
        if (body && body->chain == chain) cache.bodies_.emplace(*id, *std::move(body));
    }
    return cache;
}

const record::SealedBody* ContentCache::find(const model::StatementId& id) const {
    const auto found = bodies_.find(id);
    return found == bodies_.end() ? nullptr : &found->second;
}

void ContentCache::put(const model::StatementId& id, record::SealedBody body) {
    bodies_.insert_or_assign(id, std::move(body));
}

Result<> ContentCache::save(const Agent::State& state) const {
    encoding::Json::Object rows;
    for (const auto& [id, body] : bodies_) {
        ROGATORY_TRY(const auto text, body.encode());
        rows.emplace(model::to_hex(id), std::string{as_text(text)});
    }
    auto text = encoding::encode_canonical_json(rows);
    const auto sealed = age::seal(state.membership().identity.recipient(), as_bytes(text), crypto::system_random());
    crypto::wipe(text);
    return state.environment.profile.save(file_of(chain_), sealed);
}

std::vector<model::StatementId> policy_items_for(const DossierBook::Known& known, const record::Dossier::Item& item) {
    // The policy statement in force when the item was appended, and every later one: it binds where it tightens, and a
    // union of caveats only ever tightens.
    std::vector<model::StatementId> ids;
    for (const auto& other : known.replayed.items()) {
        if (other.kind != record::Kind::opened && other.kind != record::Kind::policy_changed) continue;
        if (other.seq < item.seq) ids.clear();
        ids.push_back(other.id);
    }
    return ids;
}

std::optional<model::Caveats> caveats_in_force(const DossierBook::Known& known, const ContentCache& cache,
                                               const record::Dossier::Item& item) {
    // Released: the owner's last word about this entry replaces both halves.
    const auto& items = known.copy.items();
    for (auto i = items.size(); i-- > 0;) {
        const auto* released = items[i].statement.body<record::Released>();
        if (released == nullptr || i >= known.outcomes.size() || !known.outcomes[i].effective()) continue;
        if (std::find(released->entries.begin(), released->entries.end(), item.id) == released->entries.end()) continue;
        if (!released->sealed) return model::Caveats{};
        const auto* body = cache.find(items[i].statement.id());
        if (body == nullptr) return std::nullopt;
        return body->caveats.value_or(model::Caveats{});
    }
    const auto* own = cache.find(item.id);
    if (own == nullptr) return std::nullopt;
    auto caveats = own->caveats.value_or(model::Caveats{});
    for (const auto& id : policy_items_for(known, item)) {
        const auto* body = cache.find(id);
        if (body == nullptr) return std::nullopt;
        if (body->caveats) caveats = model::stricter(*body->caveats, caveats);
    }
    return caveats;
}

}  // namespace rogatory::agent
