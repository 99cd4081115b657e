#include "platform/agent/rotate.hpp"

#include "platform/agent/epoch.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {

namespace {

// What is handed on is the whole: a keyring that lacks a generation would be refused by everybody.
Result<const record::KeyringFile*> complete_keyring(Agent::State& state) {
    // Whoever reads it from now on was let in by a statement that counts.
    ROGATORY_TRY_VOID(state.require_settled(state.book.known(state.membership().register_chain)->copy));
    ROGATORY_TRY(const auto* const keyring, state.keyring());
    if (keyring->generations.size() != state.own().generations(keyring->authority).size()) {
        return fail(ErrorCode::integrity, "keyring.incomplete");
    }
    return keyring;
}

}  // namespace

std::vector<age::HybridRecipient> keyring_audience(const Agent::State& state, const model::AuthorityId& authority,
                                                   std::optional<model::MemberId> without,
                                                   std::optional<age::HybridRecipient> with) {
    std::vector<age::HybridRecipient> audience;
    for (const auto& member : state.own().members(authority)) {
        if (without && member.id == *without) continue;
        audience.push_back(member.recipient);
    }
    if (with) audience.push_back(*with);
    if (const auto recovery = state.own().recovery(authority)) audience.push_back(recovery->recipient);
    return audience;
}

Result<SealedFile> reseal_keyring(Agent::State& state, const std::vector<age::HybridRecipient>& recipients) {
    ROGATORY_TRY(const auto* const keyring, complete_keyring(state));
    return seal_keyring(*keyring, recipients);
}

Result<NextGeneration> next_generation(Agent::State& state, const std::vector<age::HybridRecipient>& recipients) {
    ROGATORY_TRY(const auto* const current, complete_keyring(state));
    record::KeyringFile grown;
    grown.authority = current->authority;
    for (const auto& identity : current->generations) grown.generations.push_back(identity.duplicate());
    grown.generations.push_back(age::HybridIdentity::generate(crypto::system_random()));
    return NextGeneration{{grown.generations.size(), grown.generations.back().recipient()},
                          seal_keyring(grown, recipients)};
}

Result<EpochOutcome> start_epochs(Agent& agent) {
    auto& state = agent.state();
    EpochOutcome outcome;
    ROGATORY_TRY(const auto chains, own_dossiers(state));
    for (const auto& chain : chains) {
        const auto started = start_epoch_if_stale(state, chain);
        if (!started) {
            outcome.not_started.emplace_back(chain.value(), started.error().key());
        } else if (*started) {
            outcome.started.push_back(chain.value());
        }
    }
    return outcome;
}

}  // namespace rogatory::agent
