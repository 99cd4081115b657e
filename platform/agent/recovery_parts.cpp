#include "platform/agent/recovery_parts.hpp"

#include <algorithm>

#include "crypto/age/file.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {

bool is_holder(const record::Register::Recovery& set, const record::RecoveryShare::Holder& holder) {
    return std::any_of(set.shares.begin(), set.shares.end(), [&](const auto& share) { return share.holder == holder; });
}

Result<model::AuthorityId> held_authority(const Agent::State& state, std::string_view text) {
    const record::RecoveryShare::Holder me{state.membership().authority, state.membership().member};
    std::vector<model::AuthorityId> held;
    for (const auto& authority : state.own().authorities()) {
        const auto& description = authority.description;
        const auto set = state.own().recovery(description.id);
        if (!set || !is_holder(*set, me)) continue;
        if (!text.empty() && description.name.text() == text) return description.id;
        const bool meant = text.empty() || (text.size() >= 4 && model::to_hex(description.id).starts_with(text));
        if (meant) held.push_back(description.id);
    }
    if (held.size() == 1) return held.front();
    if (held.empty()) return fail(ErrorCode::not_found, "recovery.not_a_holder");
    return fail(Error{ErrorCode::invalid_input, "name.ambiguous"}.with("name", std::string{text}));
}

Result<record::ShareFile> open_share(ByteView file, const age::HybridIdentity& identity,
                                     const model::AuthorityId& authority) {
    const auto plaintext = age::open(identity, file, age::Profile::single());
    if (!plaintext) return fail(ErrorCode::integrity, "share.does_not_open", plaintext.error().key());
    ROGATORY_TRY(auto share, record::ShareFile::parse(plaintext->expose_secret()));
    if (share.authority != authority) return fail(ErrorCode::integrity, "share.mismatch");
    return share;
}

const record::RecoveryShare* part_of(const record::Register::Recovery& set, const crypto::ShamirShare& share) {
    const auto digest = record::share_digest(share);
    for (const auto& part : set.shares) {
        if (part.share == digest) return &part;
    }
    return nullptr;
}

Result<record::ShareFile> own_share(Agent::State& state, const model::AuthorityId& authority) {
    const auto set = state.own().recovery(authority);
    const record::RecoveryShare::Holder me{state.membership().authority, state.membership().member};
    if (!set) return fail(ErrorCode::not_found, "void.recovery_unknown");
    for (const auto& part : set->shares) {
        if (part.holder != me) continue;
        ROGATORY_TRY(const auto file, fetch_blob(state.environment, state.own().chain(), *part.file));
        ROGATORY_TRY(auto share, open_share(file, state.membership().identity, authority));
        if (record::share_digest(share.share) != part.share) return fail(ErrorCode::integrity, "share.mismatch");
        return share;
    }
    return fail(ErrorCode::not_found, "recovery.not_a_holder");
}

Result<age::HybridIdentity> combine_parts(const record::Register::Recovery& set,
                                          const std::vector<record::ShareFile>& parts) {
    std::vector<crypto::ShamirShare> chosen;
    for (const auto& part : parts) {
        const bool known = std::any_of(chosen.begin(), chosen.end(),
                                       [&](const auto& share) { return share.index == part.share.index; });
        if (known || chosen.size() == set.threshold) continue;
        chosen.push_back({part.share.index, part.share.value.duplicate()});
    }
    const auto seed = chosen.size() < set.threshold ? std::nullopt : crypto::shamir_combine(chosen);
    auto fits = seed ? crypto::XWingSeed::from(seed->expose_secret()) : std::nullopt;
    if (!fits) return fail(ErrorCode::integrity, "recovery.does_not_combine");
    auto identity = age::HybridIdentity::from_seed(*std::move(fits));
    if (identity.recipient() != set.recipient) return fail(ErrorCode::integrity, "recovery.does_not_combine");
    return identity;
}

Result<record::ShareFile> read_envelope(const record::Register& reg, const model::AuthorityId& authority,
                                        std::string_view text) {
    ROGATORY_TRY(auto printed, record::PrintedShare::parse(text));
    const auto set = reg.recovery(authority);
    const auto* part = set && printed.file.authority == authority ? part_of(*set, printed.file.share) : nullptr;
    if (part == nullptr) return fail(ErrorCode::invalid_input, "envelope.another");
    return std::move(printed.file);
}

void tell_recovery(const Agent::State& state) {
    const auto& reg = state.own();
    const auto self = reg.member(state.membership().member);
    if (!self || !model::includes(self->role, model::Role::custodian)) return;
    auto& observer = state.environment.observer;
    if (reg.recovery_outdated(self->authority)) observer.on_notice({"recovery.outdated", {}});
    const auto set = reg.recovery(self->authority);
    for (const auto& candidacy : reg.candidacies(self->authority)) {
        if (candidacy.refused || !set) continue;
        observer.on_notice(
            {"recovery.under_way",
             {{"have", std::to_string(candidacy.approvals.size())}, {"need", std::to_string(set->threshold)}}});
    }
}

std::string holder_name(const record::Register& reg, const record::RecoveryShare::Holder& holder) {
    const auto* authority = reg.authority(holder.authority);
    const auto member = reg.member(holder.member);
    const auto authority_name =
        authority != nullptr ? authority->description.name.text() : model::to_hex(holder.authority).substr(0, 8);
    return authority_name + "/" + (member ? member->display_name.text() : model::to_hex(holder.member).substr(0, 8));
}

}  // namespace rogatory::agent
