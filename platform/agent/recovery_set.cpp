#include <algorithm>
#include <map>

#include "crypto/age/file.hpp"
#include "platform/agent/recovery_parts.hpp"
#include "platform/agent/rotate.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

using Holder = record::RecoveryShare::Holder;

struct Keeper {
    Holder holder;
    age::HybridRecipient recipient;
};

// A custodian of this Party, as people name him.
Result<Keeper> find_keeper(const record::Register& reg, std::string_view text) {
    std::vector<Keeper> found;
    for (const auto& authority : reg.authorities()) {
        for (const auto& member : reg.members(authority.description.id)) {
            if (member.role != model::Role::custodian) continue;
            const Holder holder{member.authority, member.id};
            const auto id = model::to_hex(member.id);
            if (id == text || holder_name(reg, holder) == text) return Keeper{holder, member.recipient};
            if (member.display_name.text() == text || (text.size() >= 4 && id.starts_with(text)))
                found.push_back({holder, member.recipient});
        }
    }
    if (found.size() == 1) return found.front();
    const auto name = std::string{text};
    if (found.empty()) return fail(Error{ErrorCode::not_found, "recovery.holder_unknown"}.with("name", name));
    return fail(Error{ErrorCode::invalid_input, "name.ambiguous"}.with("name", name));
}

Result<std::vector<Keeper>> find_keepers(const record::Register& reg, const RecoveryOrder& order) {
    std::vector<Keeper> keepers;
    for (const auto& text : order.holders) {
        ROGATORY_TRY(auto keeper, find_keeper(reg, text));
        const bool twice = std::any_of(keepers.begin(), keepers.end(),
                                       [&](const Keeper& other) { return other.holder == keeper.holder; });
        if (twice) return fail(Error{ErrorCode::invalid_input, "recovery.holder_twice"}.with("name", text));
        keepers.push_back(std::move(keeper));
    }
    const auto parts = keepers.size() + (order.keep_envelope ? 1 : 0);
    if (order.threshold < 2 || parts < order.threshold + 1 || keepers.size() < order.threshold || parts > 32) {
        return fail(ErrorCode::invalid_input, "void.recovery_shares");
    }
    return keepers;
}

SealedFile sealed_share(const record::ShareFile& share, const age::HybridRecipient& to) {
    const auto text = share.encode();
    SealedFile file;
    file.bytes = age::seal(to, text.expose_secret_bytes(), crypto::system_random());
    file.sha256 = crypto::sha256(file.bytes);
    return file;
}

}  // namespace

Result<> set_recovery(Agent& agent, const RecoveryOrder& order) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_role(model::Role::custodian));
    const auto authority = state.membership().authority;
    ROGATORY_TRY(const auto keepers, find_keepers(state.own(), order));
    auto& random = crypto::system_random();
    const auto identity = age::HybridIdentity::generate(random);
    const auto parts = keepers.size() + (order.keep_envelope ? 1 : 0);
    auto shares =
        crypto::shamir_split(identity.seed().expose_secret(),
                             {static_cast<std::uint8_t>(order.threshold), static_cast<std::uint8_t>(parts)}, random);
    std::vector<record::RecoveryShare> listed;
    std::vector<SealedFile> files;
    for (std::size_t i = 0; i < keepers.size(); ++i) {
        const auto digest = record::share_digest(shares[i]);
        files.push_back(sealed_share({authority, std::move(shares[i])}, keepers[i].recipient));
        listed.push_back({keepers[i].holder, files.back().sha256, digest});
    }
    if (order.keep_envelope) {
        listed.push_back({std::nullopt, std::nullopt, record::share_digest(shares.back())});
        const record::PrintedShare printed{state.own().code(), {authority, std::move(shares.back())}};
        ROGATORY_TRY_VOID(order.keep_envelope({std::string{printed.encode().expose_secret()}}));
    }
    return append_to_register(state, [&]() -> Result<RegisterBody> {
        // To the members and the new recovery recipient alone: the old one opens nothing from here on.
        std::vector<age::HybridRecipient> audience;
        for (const auto& member : state.own().members(authority)) audience.push_back(member.recipient);
        audience.push_back(identity.recipient());
        ROGATORY_TRY(auto keyring, reseal_keyring(state, audience));
        record::RecoverySet body{authority, identity.recipient(), order.threshold, listed, keyring.sha256};
        auto all = files;
        all.push_back(std::move(keyring));
        return RegisterBody{std::move(body), std::move(all)};
    });
}

Result<std::vector<HeldShare>> recovery_shares(Agent& agent) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    const Holder me{state.membership().authority, state.membership().member};
    std::vector<HeldShare> rows;
    for (const auto& authority : state.own().authorities()) {
        const auto set = state.own().recovery(authority.description.id);
        if (!set || !is_holder(*set, me)) continue;
        HeldShare row{authority.description.id.value(),
                      authority.description.name.text(),
                      set->threshold,
                      set->shares.size(),
                      false,
                      {}};
        const auto share = own_share(state, authority.description.id);
        if (!share && share.error().code() == ErrorCode::unavailable) return fail(share.error());
        row.opens = share.has_value();
        if (!share) row.problem = share.error().key();
        rows.push_back(std::move(row));
    }
    return rows;
}

Result<ShareProof> prove_share(Agent& agent, std::string_view authority_text) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(const auto authority, held_authority(state, authority_text));
    ROGATORY_TRY(const auto share, own_share(state, authority));
    // To the authority's own key: its members hold all that the identity opens, so they learn nothing by it.
    const auto file = sealed_share(share, state.own().generation(authority)->recipient);
    return ShareProof{authority.value(), file.bytes};
}

Result<> drill_recovery(Agent& agent, const Drill& drill) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_role(model::Role::custodian));
    const auto authority = state.membership().authority;
    const auto set = state.own().recovery(authority);
    if (!set) return fail(ErrorCode::not_found, "void.recovery_unknown");
    ROGATORY_TRY(const auto* const keyring, state.keyring());

    std::map<model::Digest, record::ShareFile> proven;
    const auto keep = [&](record::ShareFile share) {
        const auto* part = part_of(*set, share.share);
        if (part == nullptr) return false;
        proven.emplace(part->share, std::move(share));
        return true;
    };
    for (const auto& file : drill.proofs) {
        std::optional<record::ShareFile> opened;
        // A holder may have sealed to the generation before.
        for (const auto& identity : keyring->generations) {
            if (auto share = open_share(file, identity, authority)) opened = *std::move(share);
        }
        if (!opened || !keep(*std::move(opened))) return fail(ErrorCode::invalid_input, "recovery.proof_wrong");
    }
    for (const auto& text : drill.envelopes) {
        ROGATORY_TRY(auto share, read_envelope(state.own(), authority, text));
        keep(std::move(share));
    }
    if (is_holder(*set, {authority, state.membership().member})) {
        ROGATORY_TRY(auto share, own_share(state, authority));
        keep(std::move(share));
    }
    std::string missing;
    for (const auto& part : set->shares) {
        if (!part.holder || proven.contains(part.share)) continue;
        missing += (missing.empty() ? "" : ", ") + holder_name(state.own(), *part.holder);
    }
    if (!missing.empty())
        return fail(Error{ErrorCode::invalid_input, "recovery.drill_incomplete"}.with("holders", missing));
    std::vector<record::ShareFile> parts;
    for (auto& [digest, share] : proven) parts.push_back(std::move(share));
    ROGATORY_TRY_VOID(combine_parts(*set, parts));
    return append_to_register(state, [&]() -> Result<RegisterBody> {
        return RegisterBody{record::RecoveryDrilled{authority, set->statement}, {}};
    });
}

}  // namespace rogatory::agent
