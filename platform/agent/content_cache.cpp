#include "platform/agent/content_cache.hpp"

#include <algorithm>

#include "crypto/age/file.hpp"
#include "crypto/encoding/canonical_json.hpp"
#include "platform/base/try.hpp"
#include "platform/record/caveats.hpp"

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
    return record::policy_items_for(known.replayed, item);
}

std::optional<model::Caveats> caveats_in_force(const DossierBook::Known& known, const ContentCache& cache,
                                               const record::Dossier::Item& item) {
    std::vector<const record::SignedStatement*> effective;
    const auto& items = known.copy.items();
    for (std::size_t i = 0; i < items.size() && i < known.outcomes.size(); ++i) {
        if (known.outcomes[i].effective()) effective.push_back(&items[i].statement);
    }
    return record::caveats_in_force(known.replayed, effective, item,
                                    [&](const model::StatementId& id) { return cache.find(id); });
}

}  // namespace rogatory::agent
