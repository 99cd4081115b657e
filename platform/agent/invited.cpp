#include "platform/agent/invited.hpp"

#include "crypto/encoding/crockford.hpp"
#include "platform/agent/draft_file.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

constexpr std::string_view kFolder = "drafts/invited";

std::string name_of(const model::InvitationId& invitation) {
    return std::string{kFolder} + "/" + model::to_hex(invitation);
}

const record::Invited* invited_of(const Package& package) {
    for (const auto& statement : package.statements) {
        if (const auto* invited = statement.body<record::Invited>()) return invited;
    }
    return nullptr;
}

// With whichever of the person's keys it was sealed to; the statement says which code it was.
std::optional<KeptCode> code_of(const Agent::State& state, const Package& package, const record::Invited& invited) {
    for (const auto& membership : state.unlocked.secrets().bundle->memberships) {
        auto kept = open_kept_code(package.invitation->kept_code, membership.identity);
        if (kept && record::derive_invitation(kept->code).commit() == invited.commit) return *std::move(kept);
    }
    return std::nullopt;
}

}  // namespace

Result<> keep_invited(const Agent::State& state, const Package& package) {
    const auto* invited = invited_of(package);
    if (!package.invitation || invited == nullptr) return {};
    auto& observer = state.environment.observer;
    if (!code_of(state, package, *invited)) {
        observer.on_notice({"draft.invitation_code_lost", {}});
        return {};
    }
    ROGATORY_TRY_VOID(state.environment.profile.save(name_of(invited->invitation), encode_draft(package)));
    observer.on_notice({"draft.invitation_stands", {}});
    return {};
}

Result<std::optional<InvitationMade>> take_invited(const Agent::State& state, const Wanted& wanted) {
    auto& profile = state.environment.profile;
    ROGATORY_TRY(const auto names, profile.list(kFolder));
    for (const auto& name : names) {
        ROGATORY_TRY(const auto stored, profile.load(name));
        const auto package = stored ? decode_draft(*stored) : Result<Package>{Package{}};
        const auto* invited = package ? invited_of(*package) : nullptr;
        const auto* stands = invited == nullptr ? nullptr : state.own().invitation(invited->invitation);
        const bool over = stands != nullptr && (stands->spent || invited->not_after < state.latest_now());
        if (invited == nullptr || !package->invitation || over) {
            ROGATORY_TRY_VOID(profile.remove(name));
            continue;
        }
        if (stands == nullptr) continue;  // of another register
        const auto kept = code_of(state, *package, *invited);
        if (!kept || !wanted(*invited, *kept)) continue;
        InvitationMade made{invited->invitation.value(), std::string{encoding::code_encode(kept->code).expose_secret()},
                            invited->not_after};
        ROGATORY_TRY_VOID(profile.remove(name));
        return made;
    }
    return std::nullopt;
}

Result<> forget_invited(ports::ProfileStore& profile, const model::InvitationId& invitation) {
    return profile.remove(name_of(invitation));
}

}  // namespace rogatory::agent
