#include <algorithm>

#include "platform/agent/content_cache.hpp"
#include "platform/agent/dossiers.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/policy_text.hpp"
#include "platform/agent/recipients.hpp"
#include "platform/agent/seal.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

// A statement to be, with the files that travel with it and what it says under seal.
struct Act {
    record::Body body;
    std::vector<SealedFile> files;
    std::optional<record::SealedBody> content;       // texts only; chain, author and nonce are filled in
    std::optional<age::HybridRecipient> sealed_to;   // of the epoch it begins; else the current one
};
using MakeAct = std::function<Result<Act>(const DossierBook::Known&)>;

void set_sealed(record::Body& body, const model::Digest& digest) {
    std::visit(
        [&](auto& value) {
            if constexpr (requires { value.sealed = digest; }) value.sealed = digest;
        },
        body);
}

Result<Package> compose_act(Agent::State& state, const DossierBook::Known& known, Act act, std::optional<std::pair<model::StatementId, record::SealedBody>>& said) {
    auto statement = state.compose(known.replayed.head(), known.copy.chain(), std::move(act.body));
    Package package;
    if (act.content) {
        act.content->chain = statement.chain;
        act.content->author = statement.author;
        act.content->nonce = statement.nonce;
        ROGATORY_TRY(const auto file, seal_body(*act.content, act.sealed_to.value_or(known.replayed.epoch().recipient)));
        set_sealed(statement.body, file.sha256);
        package.add(file);
    }
    for (const auto& file : act.files) package.add(file);
    ROGATORY_TRY(auto signed_statement, state.sign(statement));
    // What would have no effect is not sent: the same judge says so here, in words, before anybody else does.
    const auto outcome = known.replayed.judge(signed_statement, state.log.size(), state.book);
    if (!outcome.effective()) return fail(outcome.refusal());
    if (act.content) said.emplace(signed_statement.id(), *std::move(act.content));
    package.add(std::move(signed_statement));
    return package;
}

Result<> append_act(Agent& agent, const Hash& chain_bytes, const MakeAct& make) {
    auto& state = agent.state();
    const model::ChainId chain{chain_bytes};
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_role(model::Role::officer));
    std::optional<std::pair<model::StatementId, record::SealedBody>> said;
    ROGATORY_TRY([[maybe_unused]] const auto package, append_settled(state, [&]() -> Result<Package> {
                     ROGATORY_TRY(const auto* const known, state.dossier(chain));
                     if (!known->replayed.opened()) return fail(ErrorCode::not_found, "dossier.unknown");
                     ROGATORY_TRY_VOID(state.require_complete(*known));
                     ROGATORY_TRY(auto act, make(*known));
                     said.reset();
                     return compose_act(state, *known, std::move(act), said);
                 }));
    if (said) {
        ROGATORY_TRY(auto cache, ContentCache::load(state, chain));
        cache.put(said->first, std::move(said->second));
        ROGATORY_TRY_VOID(cache.save(state));
    }
    return {};
}

// The ids of entries by seq, each an entry of one's own.
Result<std::vector<model::StatementId>> own_entries(const Agent::State& state, const DossierBook::Known& known,
                                                    const std::vector<std::uint64_t>& seqs) {
    std::vector<model::StatementId> ids;
    for (const auto seq : seqs) {
        const auto& items = known.replayed.items();
        const auto found = std::find_if(items.begin(), items.end(), [&](const auto& item) {
            return item.seq == seq && item.kind == record::Kind::entry;
        });
        if (found == items.end()) return fail(Error{ErrorCode::not_found, "entry.unknown"}.with("entry", std::to_string(seq)));
        if (found->owner != state.authority()) {
            return fail(Error{ErrorCode::forbidden, "entry.not_ours"}.with("entry", std::to_string(seq)));
        }
        ids.push_back(found->id);
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

Result<std::optional<record::SealedBody>> text_body(std::string_view text, std::optional<std::string> record::SealedBody::*field) {
    if (text.empty()) return std::nullopt;
    record::SealedBody body;
    ROGATORY_TRY(auto normal, normalised(text));
    body.*field = std::move(normal);
    return body;
}

Result<std::optional<record::SealedBody>> caveats_body(const PolicyHalves& halves) {
    record::SealedBody body;
    body.caveats = halves.sealed;
    return body;
}

// --- onward grants ------------------------------------------------------------------------------------------------------

struct GrantPlan {
    std::vector<std::uint64_t> epochs;
    std::vector<model::StatementId> consents;
};

std::vector<std::uint64_t> epochs_of(const record::Dossier& dossier, const Consent& consent);

}  // namespace

}  // namespace rogatory::agent
