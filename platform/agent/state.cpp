#include "platform/agent/state.hpp"

#include <algorithm>

#include "platform/agent/alarms.hpp"
#include "platform/agent/monitor.hpp"
#include "platform/agent/successor.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/record/chains.hpp"

namespace rogatory::agent {

namespace {

// Of a chain that was not read in this run: whose casebook it is. Nobody but its members can reckon the id of one.
std::optional<model::AuthorityRef> casebook_owner(const Agent::State& state, const model::ChainId& chain) {
    if (state.dossiers.known(chain) != nullptr) return std::nullopt;
    for (const auto& mine : state.unlocked.secrets().bundle->memberships) {
        const auto* const known = state.book.known(mine.register_chain);
        if (known == nullptr) continue;
        const auto opened = open_keyring(state.environment, *known, mine.authority, mine.identity);
        if (opened && record::casebook_chain(mine.authority, opened->keyring.generations.front()) == chain) {
            return model::AuthorityRef{mine.party, mine.authority};
        }
    }
    return std::nullopt;
}

}  // namespace

const record::UserBundle::Membership& Agent::State::membership() const {
    ensure(unlocked.secrets().bundle.has_value(), "an agent has a bundle");
    return unlocked.secrets().bundle->memberships.at(acting);
}

const record::Register& Agent::State::own() const {
    const auto* found = book.by_chain(membership().register_chain);
    ensure(found != nullptr, "one's own register is read when the agent is opened");
    return *found;
}

model::AuthorityRef Agent::State::authority() const { return {membership().party, membership().authority}; }

crypto::SigningKey Agent::State::signing_key() const {
    return crypto::SigningKey::from_seed(membership().signing_seed);
}

Result<record::Register::Member> Agent::State::self() const {
    const auto member = own().member(membership().member);
    if (!member || member->authority != membership().authority) return fail(ErrorCode::forbidden, "member.removed");
    // The keys of the bundle are the member's current keys, or the bundle is an old one (protocol §1).
    if (member->key != signing_key().verify_key() || member->recipient != membership().identity.recipient()) {
        return fail(ErrorCode::integrity, "bundle.keys_not_current");
    }
    return *member;
}

Result<> Agent::State::require_role(model::Role role) const {
    ROGATORY_TRY(const auto member, self());
    if (!model::includes(member.role, role)) {
        return fail(Error{ErrorCode::forbidden, "role.needed"}.with("role", std::string{model::to_text(role)}));
    }
    return {};
}

UnixSeconds Agent::State::now() const {
    const auto monotonic = environment.clock.monotonic_seconds();
    const auto said = log_time + (monotonic - log_time_taken);
    if (!witnessed_time) return said;
    // Not before the newest cosignature, nor a day after it: between the two the server, which refuses what is off,
    // says how late it is. Should it lie, the next cosignature says so (decision 1102).
    const auto reckoned = *witnessed_time + (monotonic - witnessed_time_taken);
    return said >= reckoned && said - reckoned <= kDay ? said : reckoned;
}

UnixSeconds Agent::State::latest_now() const { return std::max(now(), environment.clock.wall()); }

void Agent::State::take_witnessed_time() {
    const auto at = log.witnessed() ? log.quorum_time() : std::nullopt;
    // Cosigned time never goes back.
    const auto monotonic = environment.clock.monotonic_seconds();
    if (!at || (witnessed_time && *at <= *witnessed_time + (monotonic - witnessed_time_taken))) return;
    witnessed_time = *at;
    witnessed_time_taken = monotonic;
}

Result<> Agent::State::require_may_sign() const {
    const auto* known = book.known(membership().register_chain);
    if (known == nullptr || known->copy.incomplete()) return fail(ErrorCode::integrity, "register.incomplete");
    ROGATORY_TRY_VOID(require_no_standing_alarm(environment));
    if (!log.adopted()) {
        return fail(ErrorCode::unavailable, adoption_awaits ? "log.adoption_awaits" : "log.moved");
    }
    return log.require_fresh(environment.clock);
}

Result<> Agent::State::require_complete(const DossierBook::Known& known) const {
    if (known.copy.incomplete()) return fail(ErrorCode::integrity, "dossier.incomplete");
    const auto complete = [](const RegisterBook::Known* other) {
        return other != nullptr && !other->copy.incomplete();
    };
    for (const auto& participant : known.replayed.participants()) {
        if (!complete(book.known_party(participant.party))) return fail(ErrorCode::integrity, "register.incomplete");
    }
    // And of everybody who wrote in it, with the lists his pins rest on: all that was judged here was judged by these.
    for (const auto& item : known.copy.items()) {
        const auto* author = book.known(item.statement.statement().author.register_chain);
        if (author == nullptr || !author->replayed.founded()) continue;  // void for everybody
        if (!complete(author)) return fail(ErrorCode::integrity, "register.incomplete");
        for (const auto& voucher : author->replayed.vouchers_ever()) {
            if (!complete(book.known_party(voucher))) return fail(ErrorCode::integrity, "register.incomplete");
        }
    }
    return {};
}

Result<const record::KeyringFile*> Agent::State::keyring() {
    const auto& mine = membership();
    const auto digest = own().keyring(mine.authority);
    if (!digest) return fail(ErrorCode::not_found, "authority.unknown");
    const auto found = keyrings.find(mine.authority);
    if (found != keyrings.end() && found->second.first == *digest) return &found->second.second;
    ROGATORY_TRY_VOID(self());
    ROGATORY_TRY(auto opened,
                 open_keyring(environment, *book.known(mine.register_chain), mine.authority, mine.identity));
    if (opened.culprit) {
        const auto person = own().member(*opened.culprit);
        environment.observer.on_notice(
            {"keyring.replaced_by_unreadable",
             {{"member", person ? person->display_name.text() : model::to_hex(*opened.culprit)}}});
    }
    keyrings.erase(mine.authority);
    return &keyrings.emplace(mine.authority, std::pair{*digest, std::move(opened.keyring)}).first->second.second;
}

record::Statement Agent::State::compose(const model::ChainId& chain, std::uint64_t seq,
                                        std::optional<model::StatementId> prev, record::Body body) const {
    const auto& mine = membership();
    return record::Statement{
        chain,      seq,
        prev,       {mine.register_chain, mine.authority, mine.member, record::key_digest(signing_key().verify_key())},
        now(),      record::random_id<model::Nonce>(crypto::system_random()),
        log.seen(), std::move(body)};
}

Result<record::SignedStatement> Agent::State::sign(const record::Statement& statement) const {
    ROGATORY_TRY_VOID(require_may_sign());
    ROGATORY_TRY_VOID(require_turn(statement));
    auto made = record::sign(statement, signing_key());
    // So that a statement of one's own key from elsewhere is noticed.
    if (made && statement.chain == membership().register_chain) {
        ROGATORY_TRY_VOID(remember_signed(environment.profile, made->id().value()));
    }
    return made;
}

Result<DossierBook::Known*> Agent::State::dossier(const model::ChainId& chain) {
    ROGATORY_TRY(auto* const known, dossiers.update(environment, log, book, chain));
    if (known->replayed.opened()) ROGATORY_TRY_VOID(read_successors(*this, known->replayed));
    return known;
}

Result<const RegisterBook::Known*> Agent::State::refresh_own() {
    return book.update(environment, log, membership().register_chain);
}

Result<> Agent::State::refresh(const model::ChainId& chain) {
    ROGATORY_TRY_VOID(log.advance(environment));
    if (book.known(chain) != nullptr) {
        ROGATORY_TRY([[maybe_unused]] const auto* const updated, book.update(environment, log, chain));
        return {};
    }
    if (record::notices_chain(own().party()) == chain) {
        ROGATORY_TRY([[maybe_unused]] const auto* const updated, notices.update(environment, log, book, own().party()));
        return {};
    }
    // In a run that has not read it yet, what an earlier one left is settled all the same.
    const auto* const casebook = casebooks.known(chain);
    if (const auto whose =
            casebook != nullptr ? std::optional{casebook->replayed.authority()} : casebook_owner(*this, chain)) {
        ROGATORY_TRY([[maybe_unused]] const auto* const updated,
                     casebooks.update(environment, log, book, chain, *whose));
        return {};
    }
    for (const auto& [dossier_chain, known] : dossiers.all()) {
        for (const auto& [authority, receipts] : known->receipts) {
            if (receipts->copy.chain() != chain) continue;
            ROGATORY_TRY_VOID(dossier(dossier_chain));
            ROGATORY_TRY([[maybe_unused]] const auto* const updated,
                         dossiers.update_receipts(environment, log, book, *known, authority));
            return {};
        }
    }
    ROGATORY_TRY([[maybe_unused]] auto* const updated, dossier(chain));
    return {};
}

}  // namespace rogatory::agent
