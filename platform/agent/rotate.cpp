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

Result<> append_to_register(Agent::State& state, const MakeRegisterBody& make) {
    ROGATORY_TRY([[maybe_unused]] const auto package, append_settled(state, [&]() -> Result<Package> {
                     ROGATORY_TRY(const auto* const known, state.refresh_own());
                     ROGATORY_TRY(auto made, make());
                     const auto& reg = known->replayed;
                     ROGATORY_TRY(auto statement,
                                  state.sign(state.compose(reg.head(), reg.chain(), std::move(made.first))));
                     // What would have no effect is not sent: the same judge says so here, in words.
                     const auto outcome = reg.judge(statement, state.log.size());
                     if (!outcome.effective()) return fail(outcome.refusal());
                     Package built;
                     built.add(std::move(statement));
                     for (const auto& file : made.second) built.add(file);
                     return built;
                 }));
    return {};
}

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

namespace {

std::string pending_name(const Agent::State& state) {
    return "rotation/" + model::to_hex(state.membership().authority);
}

}  // namespace

Result<> begin_rotation(Agent::State& state) {
    const auto since = std::to_string(state.now());
    return state.environment.profile.save(pending_name(state), as_bytes(since));
}

void tell_rotation(const Agent::State& state) {
    const auto pending = state.environment.profile.load(pending_name(state));
    if (pending && *pending) state.environment.observer.on_notice({"rotation.unfinished", {}});
}

Result<EpochOutcome> start_epochs(Agent& agent) {
    auto& state = agent.state();
    auto& observer = state.environment.observer;
    EpochOutcome outcome;
    ROGATORY_TRY(const auto chains, own_dossiers(state));
    outcome.dossiers = chains.size();
    for (std::size_t i = 0; i < chains.size(); ++i) {
        const auto& chain = chains[i];
        observer.on_progress({"rotation", i, chains.size()});
        // What is left for later is found by the next run: a grant of an old generation is seen to be one.
        if (observer.cancelled()) {
            outcome.not_started.emplace_back(chain.value(), "rotation.interrupted");
            continue;
        }
        const auto started = start_epoch_if_stale(state, chain);
        if (!started) {
            outcome.not_started.emplace_back(chain.value(), started.error().key());
        } else if (*started) {
            outcome.started.push_back(chain.value());
        }
    }
    observer.on_progress({"rotation", chains.size(), chains.size()});
    if (outcome.not_started.empty()) ROGATORY_TRY_VOID(state.environment.profile.remove(pending_name(state)));
    return outcome;
}

}  // namespace rogatory::agent
