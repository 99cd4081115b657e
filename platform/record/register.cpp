#include "platform/record/register.hpp"

#include <algorithm>

#include "platform/base/ensure.hpp"

namespace rogatory::record {

const model::PartyId& Register::party() const {
    ensure(founded(), "the register is founded");
    return *party_;
}
const model::PartyCode& Register::code() const {
    ensure(founded(), "the register is founded");
    return *code_;
}
const model::DisplayName& Register::name() const {
    ensure(founded(), "the register is founded");
    return *name_;
}
const model::AuthorityId& Register::root() const {
    ensure(founded(), "the register is founded");
    return root_;
}
model::LogIndex Register::founded_at() const {
    ensure(founded(), "the register is founded");
    return founded_at_;
}

std::optional<Register::Member> Register::member(const model::MemberId& id, model::LogIndex before) const {
    const auto found = members_.find(id);
    if (found == members_.end()) return std::nullopt;
    const auto& history = found->second;
    const auto* present = history.present.before(before);
    if (present == nullptr || !*present) return std::nullopt;
    const auto* keys = history.keys.before(before);
    const auto* role = history.role.before(before);
    ensure(keys != nullptr && role != nullptr, "a member has keys and a role from its first day");
    return Member{id, history.authority, keys->display_name, *role, history.service, keys->key, keys->recipient};
}

std::vector<Register::Member> Register::members(const model::AuthorityId& authority, model::LogIndex before) const {
    std::vector<Member> out;
    const auto found = authorities_.find(authority);
    if (found == authorities_.end()) return out;
    for (const auto& id : found->second.members) {
        if (auto current = member(id, before)) out.push_back(*std::move(current));
    }
    return out;
}

std::size_t Register::custodians(const model::AuthorityId& authority, model::LogIndex before) const {
    const auto found = authorities_.find(authority);
    if (found == authorities_.end()) return 0;
    return static_cast<std::size_t>(
        std::count_if(found->second.members.begin(), found->second.members.end(), [&](const model::MemberId& id) {
            const auto& history = members_.at(id);
            const auto* present = history.present.before(before);
            const auto* role = history.role.before(before);
            return present != nullptr && *present && role != nullptr && *role == model::Role::custodian;
        }));
}

const model::VerifyKey* Register::key_ever(const model::MemberId& id, const model::Digest& key) const {
    const auto found = members_.find(id);
    if (found == members_.end()) return nullptr;
    for (const auto& candidate : found->second.all_keys) {
        if (candidate.digest() == key) return &candidate;
    }
    return nullptr;
}

std::vector<Register::Authority> Register::authorities(model::LogIndex before) const {
    std::vector<Authority> out;
    for (const auto& id : authority_order_) {
        if (const auto* found = authority(id, before)) out.push_back(*found);
    }
    return out;
}

const Register::Authority* Register::authority(const model::AuthorityId& id, model::LogIndex before) const {
    const auto found = authorities_.find(id);
    if (found == authorities_.end() || found->second.authority.since >= before) return nullptr;
    return &found->second.authority;
}

const Register::Generation* Register::generation(const model::AuthorityId& id, model::LogIndex before) const {
    const auto found = authorities_.find(id);
    if (found == authorities_.end()) return nullptr;
    const auto& all = found->second.generations;
    for (auto candidate = all.rbegin(); candidate != all.rend(); ++candidate) {
        if (candidate->since < before) return &*candidate;
    }
    return nullptr;
}

const std::vector<Register::Generation>& Register::generations(const model::AuthorityId& id) const {
    static const std::vector<Generation> kNone;
    const auto found = authorities_.find(id);
    return found == authorities_.end() ? kNone : found->second.generations;
}

std::optional<model::Digest> Register::keyring(const model::AuthorityId& id, model::LogIndex before) const {
    const auto found = authorities_.find(id);
    const auto* keyring = found == authorities_.end() ? nullptr : found->second.keyring.before(before);
    return keyring == nullptr ? std::nullopt : std::optional{*keyring};
}

std::vector<Recipient> Register::keyring_recipients(const model::AuthorityId& id, model::LogIndex before) const {
    std::vector<Recipient> out;
    for (auto& current : members(id, before)) out.push_back(current.recipient);
    if (const auto set = recovery(id, before)) out.push_back(set->recipient);
    return out;
}

bool Register::publisher(const model::AuthorityId& id, model::LogIndex before) const {
    const auto found = authorities_.find(id);
    const auto* publisher = found == authorities_.end() ? nullptr : found->second.publisher.before(before);
    return publisher != nullptr && *publisher;
}

std::vector<VisaAct> Register::visa_acts(const model::AuthorityId& id, model::LogIndex before) const {
    const auto found = authorities_.find(id);
    const auto* acts = found == authorities_.end() ? nullptr : found->second.visa.before(before);
    return acts == nullptr ? std::vector<VisaAct>{} : *acts;
}

std::optional<Register::Recovery> Register::recovery(const model::AuthorityId& id, model::LogIndex before) const {
    const auto found = authorities_.find(id);
    const auto* set = found == authorities_.end() ? nullptr : found->second.recovery.before(before);
    return set == nullptr ? std::nullopt : *set;
}

std::vector<Register::Candidacy> Register::candidacies(const model::AuthorityId& authority) const {
    std::vector<Candidacy> out;
    for (const auto& [key, candidate] : candidates_) {
        if (key.first != authority) continue;
        Candidacy one{key.second, {}, candidate.refused};
        for (const auto& [holder, given] : candidate.approvals) {
            one.approvals.push_back({holder, given.first, given.second});
        }
        std::sort(one.approvals.begin(), one.approvals.end(),
                  [](const auto& a, const auto& b) { return a.index < b.index; });
        out.push_back(std::move(one));
    }
    return out;
}

bool Register::recovery_outdated(const model::AuthorityId& id, model::LogIndex before) const {
    const auto set = recovery(id, before);
    return set && !std::all_of(set->shares.begin(), set->shares.end(), [&](const RecoveryShare& share) {
               if (!share.holder) return true;
               const auto holder = member(share.holder->member, before);
               return holder && holder->authority == share.holder->authority && holder->role == model::Role::custodian;
           });
}

bool Register::live(const model::AuthorityId& id, model::LogIndex before) const {
    const auto custodians_now = custodians(id, before);
    if (custodians_now != 1) return custodians_now > 1;
    const auto set = recovery(id, before);
    return set && set->drilled && !recovery_outdated(id, before);
}

std::vector<Register::Pin> Register::pins(model::LogIndex before) const {
    std::vector<Pin> out;
    for (const auto& [code, timeline] : pins_) {
        const auto* pin = timeline.before(before);
        if (pin != nullptr && *pin) out.push_back(**pin);
    }
    return out;
}

std::vector<Vouch> Register::vouches(model::LogIndex before) const {
    const auto* list = vouches_.before(before);
    return list == nullptr ? std::vector<Vouch>{} : *list;
}

const LogPolicy& Register::log_policy(model::LogIndex before) const {
    const auto* policy = log_policy_.before(before);
    ensure(policy != nullptr, "a founded register has a log policy");
    return *policy;
}

std::optional<AccessPolicySet> Register::access_policy(model::LogIndex before) const {
    const auto* policy = access_policy_.before(before);
    return policy == nullptr ? std::nullopt : std::optional{*policy};
}

const Register::Invitation* Register::invitation(const model::InvitationId& id) const {
    const auto found = invitations_.find(id);
    return found == invitations_.end() ? nullptr : &found->second;
}

std::vector<Register::Invitation> Register::invitations() const {
    std::vector<Invitation> out;
    for (const auto& [id, invitation] : invitations_) out.push_back(invitation);
    return out;
}

PinLookup look_up_pin(const Registers& registers, const Register& by, const model::PartyId& party,
                      model::LogIndex before) {
    if (by.party() == party) return {PinBasis::own, false};
    const auto* other = registers.by_party(party);
    if (other == nullptr) return {std::nullopt, true};
    if (!other->founded() || other->founded_at() >= before) return {};
    PinLookup vouched;
    for (const auto& pin : by.pins(before)) {
        // A pin of this code binds: what the list says of the same code does not count beside it.
        if (pin.code == other->code()) {
            return {pin.party == party ? std::optional{PinBasis::note_verbale} : std::nullopt, false};
        }
        if (!pin.accepts_vouches) continue;
        const auto* voucher = registers.by_party(pin.party);
        if (voucher == nullptr) {
            vouched.missing = true;
            continue;
        }
        if (!voucher->founded() || voucher->code() != pin.code) continue;
        const auto list = voucher->vouches(before);
        const Vouch wanted{other->code(), party};
        if (std::find(list.begin(), list.end(), wanted) != list.end()) vouched.basis = PinBasis::vouched;
    }
    return vouched;
}

std::optional<PinBasis> pin_basis(const Registers& registers, const Register& by, const model::PartyId& party,
                                  model::LogIndex before) {
    return look_up_pin(registers, by, party, before).basis;
}

}  // namespace rogatory::record
