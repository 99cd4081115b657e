#include "platform/agent/draft_versions.hpp"

#include <algorithm>

#include "platform/agent/content_cache.hpp"
#include "platform/agent/kept_bodies.hpp"
#include "platform/agent/send.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

using Item = record::Dossier::Item;
using Body = record::SealedBody;

// The newest first; copies, because receipts that are signed meanwhile move what they lie in.
std::vector<Item> entries_of(const record::Dossier& dossier) {
    std::vector<Item> entries;
    for (const auto& item : dossier.items()) {
        if (item.kind == record::Kind::entry && !item.withdrawn) entries.push_back(item);
    }
    std::reverse(entries.begin(), entries.end());
    return entries;
}

}  // namespace

bool is_standing_draft(const Agent::State& state, const record::Dossier& dossier) {
    return is_own_draft(state, dossier) && dossier.open() &&
           dossier.standing(state.authority()) == record::Dossier::Standing::participant;
}

Result<> require_draft(Agent::State& state, const model::ChainId& chain) {
    ROGATORY_TRY(const auto* const known, state.dossier(chain));
    if (!is_standing_draft(state, known->replayed)) return fail(ErrorCode::not_found, "draft.unknown");
    return {};
}

Result<std::optional<DraftRead>> newest_of_draft(Agent::State& state, const model::ChainId& chain, Open open) {
    ROGATORY_TRY(const auto* const known, state.dossier(chain));
    const auto entries = entries_of(known->replayed);
    ROGATORY_TRY(const auto cache, ContentCache::load(state, chain));
    bool unread = false;
    for (const auto& item : entries) {
        const auto* read = cache.find(item.id);
        if (read == nullptr && open == Open::no) {
            unread = true;
            continue;
        }
        auto body = read != nullptr ? Result<Body>{*read} : kept_body(state, chain, item);
        if (!body) return DraftRead{item, std::nullopt, false, std::move(body).error()};
        if (body->draft) return DraftRead{item, *std::move(body), unread, std::nullopt};
    }
    if (!unread) return std::nullopt;
    return DraftRead{entries.front(), std::nullopt, false, std::nullopt};
}

Result<DraftFiles> files_of_draft(Agent::State& state, const model::ChainId& chain, const DraftRead& version,
                                  Open open) {
    ROGATORY_TRY(const auto* const known, state.dossier(chain));
    const auto entries = entries_of(known->replayed);
    const auto& kept = version.body->draft->kept;
    const auto is_kept = [&](const auto& each) { return std::binary_search(kept.begin(), kept.end(), each.id); };
    DraftFiles out;
    // In the order in which they were added.
    for (auto item = entries.rbegin(); item != entries.rend(); ++item) {
        const auto count = std::count_if(item->attachments.begin(), item->attachments.end(), is_kept);
        if (count == 0) continue;
        out.found += static_cast<std::size_t>(count);
        if (open == Open::no) {
            ROGATORY_TRY(const auto cache, ContentCache::load(state, chain));
            if (cache.find(item->id) == nullptr) continue;
        }
        ROGATORY_TRY(const auto body, kept_body(state, chain, *item));
        for (const auto& file : body.files) {
            if (is_kept(file)) out.files.emplace_back(item->seq, file);
        }
    }
    out.gone = kept.size() - std::min(kept.size(), out.found);
    for (const auto& file : version.body->files) out.files.emplace_back(version.item.seq, file);
    return out;
}

}  // namespace rogatory::agent
