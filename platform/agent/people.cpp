#include "platform/agent/people.hpp"

#include <algorithm>

#include "crypto/encoding/hex.hpp"
#include "platform/agent/rotate.hpp"
#include "platform/agent/state.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

template <class Id, class Name>
Result<Id> find_by(const std::vector<std::pair<Id, Name>>& rows, std::string_view text, std::string_view what) {
    std::vector<Id> found;
    for (const auto& [id, name] : rows) {
        if (encoding::hex_encode(id) == text || (!text.empty() && name == text)) return id;
        if (text.size() >= 4 && encoding::hex_encode(id).starts_with(text)) found.push_back(id);
    }
    if (found.size() == 1) return found.front();
    if (found.empty())
        return fail(Error{ErrorCode::not_found, std::string{what} + ".unknown"}.with("name", std::string{text}));
    return fail(Error{ErrorCode::invalid_input, "name.ambiguous"}.with("name", std::string{text}));
}

}  // namespace

Result<std::vector<MemberView>> members(Agent& agent) {
    ROGATORY_TRY_VOID(agent.synchronise());
    auto& state = agent.state();
    // A removal that is held back would leave its member in this list.
    if (state.book.known(state.membership().register_chain)->copy.incomplete()) {
        state.environment.observer.on_notice({"register.incomplete", {}});
    }
    std::vector<MemberView> rows;
    for (const auto& member : state.own().members(state.membership().authority)) {
        rows.push_back({member.id.value(), member.display_name.text(), std::string{model::to_text(member.role)},
                        member.id == state.membership().member, member.service});
    }
    return rows;
}

Result<std::vector<KitAttemptView>> kit_attempts(Agent& agent) {
    auto& state = agent.state();
    const auto& own = state.membership();
    ROGATORY_TRY(const auto attempts, state.environment.server.kit_attempts(own.authority.value()));
    std::vector<KitAttemptView> rows;
    for (const auto& one : attempts) {
        const auto member = state.own().member(model::MemberId{one.member});
        // Whom the register does not name gets in nowhere.
        if (!member || member->authority != own.authority) continue;
        rows.push_back({one.member, member->display_name.text(), member->id == own.member, one.since, one.available_at,
                        one.used_at});
    }
    return rows;
}

Result<EpochOutcome> remove_member(Agent& agent, const Id& member) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_role(model::Role::custodian));
    const model::MemberId leaver{member};
    const auto& authority = state.membership().authority;
    const auto found = state.own().member(leaver);
    if (!found || found->authority != authority) return fail(ErrorCode::not_found, "member.unknown");
    if (leaver == state.membership().member) return fail(ErrorCode::invalid_input, "member.oneself");
    ROGATORY_TRY_VOID(begin_rotation(state));
    ROGATORY_TRY_VOID(append_to_register(state, [&]() -> Result<std::pair<record::Body, std::vector<SealedFile>>> {
        ROGATORY_TRY(auto rotated, next_generation(state, keyring_audience(state, authority, leaver, std::nullopt)));
        return std::pair{record::Body{record::MemberRemoved{authority, leaver, rotated.next, rotated.keyring.sha256}},
                         std::vector{std::move(rotated.keyring)}};
    }));
    return start_epochs(agent);
}

Result<StolenDevice> replace_member(Agent& agent, const Id& member, std::int64_t hours) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    const auto known = state.own().member(model::MemberId{member});
    if (!known || known->authority != state.membership().authority) return fail(ErrorCode::not_found, "member.unknown");
    const auto role = std::string{model::to_text(known->role)};
    StolenDevice done;
    ROGATORY_TRY(done.epochs, remove_member(agent, member));
    ROGATORY_TRY(done.invitation,
                 invite_member(agent, role, hours, known->service ? Invited::service : Invited::person));
    return done;
}

Result<> set_member_role(Agent& agent, const Id& member, std::string_view role_text) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_role(model::Role::custodian));
    const auto role = model::parse_role(role_text);
    if (!role) return fail(Error{ErrorCode::invalid_input, "role.unknown"}.with("role", std::string{role_text}));
    return append_to_register(state, [&]() -> Result<std::pair<record::Body, std::vector<SealedFile>>> {
        return std::pair{
            record::Body{record::RoleChanged{state.membership().authority, model::MemberId{member}, *role}},
            std::vector<SealedFile>{}};
    });
}

Result<EpochOutcome> rekey_authority(Agent& agent) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_role(model::Role::custodian));
    const auto& authority = state.membership().authority;
    ROGATORY_TRY_VOID(begin_rotation(state));
    ROGATORY_TRY_VOID(append_to_register(state, [&]() -> Result<std::pair<record::Body, std::vector<SealedFile>>> {
        ROGATORY_TRY(auto rotated,
                     next_generation(state, keyring_audience(state, authority, std::nullopt, std::nullopt)));
        return std::pair{record::Body{record::AuthorityRekeyed{authority, rotated.next, rotated.keyring.sha256}},
                         std::vector{std::move(rotated.keyring)}};
    }));
    return start_epochs(agent);
}

Result<> rekey_self(Agent& agent, std::string_view passphrase) {
    auto& state = agent.state();
    auto& environment = state.environment;
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(const auto self, state.self());
    // The new keys must be safe before the register names them, and the old ones usable until it does: write a bundle
    // that holds both, append, then write one with the new ones alone.
    auto& random = crypto::system_random();
    auto seed = crypto::Ed25519Seed::random(random);
    const auto signing = crypto::SigningKey::from_seed(seed);
    auto identity = age::HybridIdentity::generate(random);
    const auto copy_of = [](const record::UserBundle& bundle) {
        return record::UserBundle::parse(bundle.encode().expose_secret_bytes());
    };
    const auto& bundle = *state.unlocked.secrets().bundle;
    if (bundle.memberships.size() >= record::UserBundle::kMaxMemberships)
        return fail(ErrorCode::too_large, "bundle.full");
    ROGATORY_TRY(auto both, copy_of(bundle));
    const auto& mine = state.membership();
    both.memberships.push_back({mine.register_chain, mine.authority, mine.member, mine.party, mine.checkpoint_size,
                                mine.checkpoint_root, seed.duplicate(), identity.duplicate()});
    const auto acting = state.acting;
    ROGATORY_TRY(auto only_new, copy_of(bundle));
    only_new.memberships[acting].signing_seed = std::move(seed);
    only_new.memberships[acting].identity = identity.duplicate();
    ROGATORY_TRY_VOID(rewrite_bundle(environment, state.unlocked, passphrase, std::move(both)));

    record::EnrolmentRecord answer{
        std::nullopt,      state.own().party(),  self.authority,       self.id,     self.role, self.service,
        self.display_name, signing.verify_key(), identity.recipient(), std::nullopt};
    const auto record = record::sign(std::move(answer), signing);
    ROGATORY_TRY_VOID(append_to_register(state, [&]() -> Result<std::pair<record::Body, std::vector<SealedFile>>> {
        ROGATORY_TRY(auto keyring,
                     reseal_keyring(state, keyring_audience(state, self.authority, self.id, identity.recipient())));
        record::Body body = record::MemberRekeyed{record::RekeyReason::rotated, record, std::nullopt, keyring.sha256};
        return std::pair{std::move(body), std::vector{std::move(keyring)}};
    }));
    state.keyrings.clear();
    ROGATORY_TRY_VOID(rewrite_bundle(environment, state.unlocked, passphrase, std::move(only_new)));
    return {};
}

Result<Id> find_member(Agent& agent, std::string_view text) {
    auto& state = agent.state();
    std::vector<std::pair<Id, std::string>> rows;
    for (const auto& member : state.own().members(state.membership().authority)) {
        rows.emplace_back(member.id.value(), member.display_name.text());
    }
    return find_by(rows, text, "member");
}

Result<Id> find_invitation(Agent& agent, std::string_view text) {
    auto& state = agent.state();
    std::vector<std::pair<Id, std::string>> rows;
    for (const auto& invitation : state.own().invitations()) rows.emplace_back(invitation.body.invitation.value(), "");
    return find_by(rows, text, "invitation");
}

}  // namespace rogatory::agent
