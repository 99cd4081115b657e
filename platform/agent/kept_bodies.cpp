#include "platform/agent/kept_bodies.hpp"

#include <algorithm>

#include "platform/agent/content_cache.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/open.hpp"
#include "platform/agent/send.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

Result<record::SealedBody> open_now(Agent::State& state, const model::ChainId& chain,
                                    const record::Dossier::Item& item) {
    // Receipts are a member's; who was removed has none to give.
    ROGATORY_TRY([[maybe_unused]] const auto self, state.self());
    ROGATORY_TRY(const auto* const first, state.dossier(chain));
    ROGATORY_TRY_VOID(state.require_complete(*first));
    ROGATORY_TRY_VOID(state.once_counted([&] { return state.require_counts(item.index, item.at); }));
    if (const auto come = fetch_blob(state.environment, chain, item.sealed); !come) {
        if (come.error().code() == ErrorCode::not_found) return fail(ErrorCode::not_found, "attachment.withheld");
        return fail(come.error());
    }
    // The receipt that says "fetched" is in the log before the identity is used (protocol §4).
    ROGATORY_TRY_VOID(sign_receipts(state, chain, record::Kind::fetched, {item.id}));
    ROGATORY_TRY(const auto* const known, state.dossier(chain));
    auto identity = open_epoch(state, *known, item.epoch);
    if (!identity) {
        auto error = std::move(identity).error();
        if (is_grant_fault(error)) {
            ROGATORY_TRY_VOID(
                sign_receipts(state, chain, record::Kind::unreadable, {item.id}, record::UnreadableReason::grant));
        }
        return fail(std::move(error));
    }
    auto body = open_body(state, *known, item, *identity);
    if (!body) {
        auto error = std::move(body).error();
        // It came and was receipted: where it went since is not its author's affair.
        if (error.code() == ErrorCode::integrity && error.key() != "blob.digest") {
            ROGATORY_TRY_VOID(sign_receipts(state, chain, record::Kind::unreadable, {item.id},
                                            record::UnreadableReason::sealed_body));
        }
        return fail(std::move(error));
    }
    if (item.attachments.empty()) {
        ROGATORY_TRY_VOID(sign_receipts(state, chain, record::Kind::opened_receipt, {item.id}));
    }
    return body;
}

}  // namespace

Result<record::Dossier::Item> kept_item(Agent::State& state, const model::ChainId& chain, std::uint64_t seq) {
    ROGATORY_TRY(const auto* const known, state.dossier(chain));
    if (!is_own_draft(state, known->replayed)) return fail(ErrorCode::not_found, "draft.unknown");
    const auto& items = known->replayed.items();
    const auto found = std::find_if(items.begin(), items.end(), [&](const auto& item) {
        return item.kind == record::Kind::entry && item.seq == seq;
    });
    if (found != items.end()) return *found;
    return fail(Error{ErrorCode::not_found, "entry.unknown"}.with("entry", std::to_string(seq)));
}

Result<record::SealedBody> kept_body(Agent::State& state, const model::ChainId& chain,
                                     const record::Dossier::Item& item) {
    ROGATORY_TRY(auto cache, ContentCache::load(state, chain));
    if (const auto* read = cache.find(item.id)) return *read;
    ROGATORY_TRY(auto body, open_now(state, chain, item));
    cache.put(item.id, body);
    ROGATORY_TRY_VOID(cache.save(state));
    return body;
}

}  // namespace rogatory::agent
