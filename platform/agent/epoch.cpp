#include "platform/agent/epoch.hpp"

#include <algorithm>
#include <set>

#include "crypto/age/file.hpp"
#include "platform/agent/successor.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

// The dossiers whose beginning this device keeps.
Result<std::vector<model::ChainId>> known_dossiers(Agent::State& state) {
    ROGATORY_TRY(const auto names, state.environment.profile.list("chains"));
    std::vector<model::ChainId> chains;
    for (const auto& name : names) {
        const auto chain = model::parse_hex<model::ChainId>(std::string_view{name}.substr(name.rfind('/') + 1));
        if (!chain) continue;
        ChainCopy copy{*chain};
        copy.restore(state.environment.profile);
        if (!copy.items().empty() && copy.items().front().statement.kind() == record::Kind::opened)
            chains.push_back(*chain);
    }
    return chains;
}

}  // namespace

Result<std::vector<model::ChainId>> own_dossiers(Agent::State& state) {
    constexpr std::size_t kMost = 100'000;
    std::vector<model::ChainId> chains;
    std::set<model::ChainId> listed;
    std::string cursor;
    do {
        ROGATORY_TRY(const auto page, state.environment.server.dossiers(state.membership().authority.value(), cursor));
        for (const auto& row : page.items) {
            if (listed.insert(model::ChainId{row.chain}).second) chains.push_back(model::ChainId{row.chain});
        }
        cursor = page.next_cursor.value_or("");
        // A page that leads on brings something: pages of nothing would never end.
        if (chains.size() > kMost || (page.items.empty() && !cursor.empty()))
            return fail(ErrorCode::integrity, "dossiers.endless");
    } while (!cursor.empty());
    // The list is the server's word. What this device has read before does not vanish with a row of it.
    ROGATORY_TRY(const auto known, known_dossiers(state));
    for (const auto& chain : known) {
        if (listed.contains(chain)) continue;
        const auto dossier = state.dossier(chain);
        if (!dossier && dossier.error().code() == ErrorCode::unavailable) return fail(dossier.error());
        // Not ours any more: the server need not list it. A broken one shows itself where it is read.
        if (dossier && (*dossier)->replayed.standing(state.authority()) != record::Dossier::Standing::participant)
            continue;
        state.environment.observer.on_notice({"dossier.not_listed", {{"dossier", model::to_hex(chain).substr(0, 12)}}});
        chains.push_back(chain);
    }
    return chains;
}

Result<> require_sealable(Agent::State& state, const model::AuthorityRef& to) {
    ROGATORY_TRY(const auto* const known, state.book.update_party(state.environment, state.log, to.party));
    const auto& reg = known->replayed;
    if (known->copy.incomplete()) {
        return fail(Error{ErrorCode::integrity, "register.incomplete"}.with("party", reg.code().text()));
    }
    // Its old keys are lost, or in somebody's hands: the State says so itself, in the register that follows.
    ROGATORY_TRY(const auto successor, successor_of(state, reg));
    if (successor) return fail(Error{ErrorCode::forbidden, "party.founded_anew"}.with("party", reg.code().text()));
    if (!record::pin_basis(state.book, state.own(), to.party)) {
        return fail(Error{ErrorCode::forbidden, "party.not_pinned"}.with("party", reg.code().text()));
    }
    const auto* generation = reg.generation(to.authority);
    if (generation == nullptr)
        return fail(Error{ErrorCode::not_found, "authority.unknown"}.with("party", reg.code().text()));
    // Pin and key count once the statements that introduced them are under a checkpoint that meets the policy.
    if (!record::pin_basis(state.book, state.own(), to.party, state.log.counting_size())) {
        return fail(ErrorCode::unavailable, "log.not_yet_witnessed");
    }
    const auto& items = known->copy.items();
    const auto maker =
        std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.index == generation->since; });
    ensure(maker != items.end(), "a generation was begun by a statement");
    return state.require_counts(generation->since, maker->statement.statement().at);
}

Result<std::pair<SealedFile, std::uint64_t>> make_grant(Agent::State& state, const model::ChainId& chain,
                                                        std::uint64_t epoch, const model::AuthorityRef& to,
                                                        const model::StatementId& policy_line,
                                                        const age::HybridIdentity& identity) {
    ROGATORY_TRY_VOID(require_sealable(state, to));
    const auto* generation = state.book.by_party(to.party)->generation(to.authority);
    const record::GrantFile grant{chain, epoch, to.authority, generation->number, policy_line, identity.duplicate()};
    const auto text = grant.encode();
    SealedFile file;
    file.bytes = age::seal(generation->recipient, text.expose_secret_bytes(), crypto::system_random());
    file.sha256 = crypto::sha256(file.bytes);
    return std::pair{std::move(file), generation->number};
}

Result<FreshEpoch> make_epoch(Agent::State& state, const EpochPlan& plan) {
    auto identity = age::HybridIdentity::generate(crypto::system_random());
    record::NewEpoch epoch{plan.number, identity.recipient(), {}};
    std::vector<SealedFile> grants;
    auto audience = plan.audience;
    std::sort(audience.begin(), audience.end());
    for (const auto& to : audience) {
        ROGATORY_TRY(auto made, make_grant(state, plan.chain, plan.number, to, plan.policy_line, identity));
        epoch.grants.push_back({to.party, to.authority, made.second, made.first.sha256});
        grants.push_back(std::move(made.first));
    }
    return FreshEpoch{std::move(identity), std::move(epoch), std::move(grants)};
}

bool is_grant_fault(const Error& error) {
    return error.code() == ErrorCode::integrity && error.key().starts_with("grant.");
}

Result<age::HybridIdentity> open_epoch(Agent::State& state, const DossierBook::Known& known, std::uint64_t epoch) {
    const auto& dossier = known.replayed;
    if (epoch == 0 || epoch > dossier.epochs().size()) return fail(ErrorCode::integrity, "grant.no_such_epoch");
    const auto& facts = dossier.epochs()[epoch - 1];
    // One identity in two epochs would hand an old reader the new one.
    for (const auto& other : dossier.epochs()) {
        if (other.number == epoch || other.recipient != facts.recipient) continue;
        // Whoever wrote in the first of the two is not to blame for the second.
        return fail(ErrorCode::integrity, other.number < epoch ? "grant.epoch_repeated" : "epoch.repeated");
    }
    ROGATORY_TRY(const auto* const keyring, state.keyring());
    std::optional<Error> failure;
    // As long as one of several could not be tried, nobody knows that none of them opens.
    const auto failed = [&failure](Error error) {
        if (!failure || is_grant_fault(*failure)) failure = std::move(error);
    };
    for (const auto& grant : dossier.grants(state.authority())) {
        if (grant.epoch != epoch) continue;
        const auto maker = std::find_if(known.copy.items().begin(), known.copy.items().end(),
                                        [&](const auto& item) { return item.statement.id() == grant.statement; });
        ensure(maker != known.copy.items().end(), "a grant is listed by a statement");
        if (auto counting = state.require_counts(grant.since, maker->statement.statement().at); !counting) {
            failed(std::move(counting).error());
            continue;
        }
        if (grant.generation == 0 || grant.generation > state.own().generations(keyring->authority).size()) {
            failed(Error{ErrorCode::integrity, "grant.mismatch"});
            continue;
        }
        // The register has it and this keyring has not: a colleague's doing (State::keyring), not the grant's author's.
        if (grant.generation > keyring->generations.size()) {
            failed(Error{ErrorCode::integrity, "keyring.incomplete"});
            continue;
        }
        auto opened = [&]() -> Result<age::HybridIdentity> {
            ROGATORY_TRY(const auto file, fetch_blob(state.environment, dossier.chain(), grant.file));
            const auto plaintext = age::open(keyring->generations[grant.generation - 1], file, age::Profile::single());
            if (!plaintext) return fail(ErrorCode::integrity, "grant.does_not_open", plaintext.error().key());
            ROGATORY_TRY(auto content, record::GrantFile::parse(plaintext->expose_secret()));
            ROGATORY_TRY_VOID(content.check({dossier.chain(), epoch, state.membership().authority, grant.generation,
                                             dossier.policy_line(epoch, grant.statement), facts.recipient}));
            return std::move(content.identity);
        }();
        if (opened) return opened;
        failed(std::move(opened).error());
    }
    if (failure) return fail(*std::move(failure));
    return fail(ErrorCode::forbidden, "epoch.not_granted");
}

Result<StartedEpoch> compose_epoch_started(Agent::State& state, const DossierBook::Known& known,
                                           const record::Head& head) {
    const auto& dossier = known.replayed;
    ROGATORY_TRY_VOID(state.require_complete(known));
    ROGATORY_TRY_VOID(state.require_settled(known.copy));
    ROGATORY_TRY(auto fresh, make_epoch(state, {dossier.chain(), dossier.epoch().number + 1,
                                                dossier.next_audience(state.now()), dossier.policy_statement()}));
    ROGATORY_TRY(auto statement, state.sign(state.compose(
                                     head, dossier.chain(),
                                     record::EpochStarted{fresh.epoch, dossier.policy_statement(), std::nullopt})));
    return StartedEpoch{std::move(statement), std::move(fresh)};
}

Result<bool> start_epoch_if_stale(Agent::State& state, const model::ChainId& chain) {
    ROGATORY_TRY(const auto* const first, state.dossier(chain));
    const auto needed = [&](const DossierBook::Known& known) {
        const auto& dossier = known.replayed;
        return dossier.opened() && dossier.standing(state.authority()) == record::Dossier::Standing::participant &&
               dossier.stale(state.book, state.now()) != record::Dossier::Stale::no;
    };
    if (!needed(*first)) return false;
    bool appended = false;
    ROGATORY_TRY([[maybe_unused]] const auto package, append_settled(state, [&]() -> Result<Package> {
                     ROGATORY_TRY(const auto* const known, state.dossier(chain));
                     ROGATORY_TRY(auto started, compose_epoch_started(state, *known, known->replayed.head()));
                     Package built;
                     built.add(std::move(started.statement));
                     for (const auto& grant : started.fresh.grants) built.add(grant);
                     appended = true;
                     return built;
                 }));
    return appended;
}

Result<DossierBook::Known*> ready_to_seal(Agent::State& state, const model::ChainId& chain) {
    ROGATORY_TRY([[maybe_unused]] const auto started, start_epoch_if_stale(state, chain));
    ROGATORY_TRY(auto* const known, state.dossier(chain));
    ROGATORY_TRY_VOID(state.require_complete(*known));
    ROGATORY_TRY_VOID(state.require_settled(known->copy));
    // A library is for everybody: also for who founded anew, or whose key nobody vouches for any more.
    if (known->replayed.kind() == record::DossierKind::library) return known;
    for (const auto& participant : known->replayed.participants()) {
        ROGATORY_TRY_VOID(require_sealable(state, participant));
    }
    return known;
}

}  // namespace rogatory::agent
