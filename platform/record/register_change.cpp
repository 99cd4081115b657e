#include <utility>
#include <variant>

#include "crypto/primitives/sha256.hpp"
#include "platform/base/ensure.hpp"
#include "platform/record/peek.hpp"
#include "platform/record/register_judge.hpp"

namespace rogatory::record {

std::vector<Effect> RegisterJudge::effects() const {
    return std::visit(
        [this](const auto& body) -> std::vector<Effect> {
            using T = std::decay_t<decltype(body)>;
            if constexpr (std::is_same_v<T, Founded>) {
                return {ChainStarted{}, AuthorityCreated{body.authority.id}, GenerationStarted{body.authority.id, 1},
                        MemberAdmitted{body.authority.id, body.member, model::Role::custodian}, LogPolicyChanged{}};
            } else if constexpr (std::is_same_v<T, AuthorityAdded>) {
                const auto& record = body.record.record;
                return {InvitationSpent{*record.invitation}, AuthorityCreated{body.authority.id},
                        GenerationStarted{body.authority.id, 1},
                        MemberAdmitted{body.authority.id, record.member, record.role}};
            } else if constexpr (std::is_same_v<T, Pinned> || std::is_same_v<T, Unpinned>) {
                return {PinChanged{body.code}};
            } else if constexpr (std::is_same_v<T, LogPolicySet>) {
                return {LogPolicyChanged{}};
            } else if constexpr (std::is_same_v<T, AccessPolicySet>) {
                return {AccessPolicyChanged{}};
            } else if constexpr (std::is_same_v<T, Invited>) {
                return {InvitationMade{body.invitation}};
            } else if constexpr (std::is_same_v<T, MemberAdded>) {
                const auto& record = body.record.record;
                return {InvitationSpent{*record.invitation},
                        MemberAdmitted{record.authority, record.member, record.role}};
            } else if constexpr (std::is_same_v<T, MemberRemoved>) {
                return {MemberLeft{body.authority, body.member},
                        GenerationStarted{body.authority, body.next.generation}};
            } else if constexpr (std::is_same_v<T, RoleChanged>) {
                return {RoleSet{body.authority, body.member, body.role}};
            } else if constexpr (std::is_same_v<T, AuthorityRekeyed>) {
                return {GenerationStarted{body.authority, body.next.generation}};
            } else if constexpr (std::is_same_v<T, MemberRekeyed>) {
                const auto& record = body.record.record;
                std::vector<Effect> out{MemberKeyChanged{record.authority, record.member}};
                if (record.invitation) out.emplace_back(InvitationSpent{*record.invitation});
                if (body.next) out.emplace_back(GenerationStarted{record.authority, body.next->generation});
                return out;
            } else if constexpr (std::is_same_v<T, AuthorityRecovered>) {
                const auto& record = body.record.record;
                return {MemberAdmitted{record.authority, record.member, record.role},
                        GenerationStarted{record.authority, body.next.generation}};
            } else {
                return {};
            }
        },
        s_.body);
}

void RegisterJudge::change(Register& r, const SignedStatement& statement, model::LogIndex at) {
    const auto& s = statement.statement();
    for (const auto& file : listed_files(s)) r.files_.insert(file);

    const auto use_recipient = [&](const Recipient& recipient) {
        r.used_recipients_.insert(crypto::sha256(recipient.bytes()));
    };
    const auto hold_keys = [&](Register::MemberHistory& member, const model::VerifyKey& key, const Recipient& recipient,
                               const model::DisplayName& name) {
        member.keys.set(at, {key, recipient, name});
        member.all_keys.push_back(key);
        r.used_keys_.insert(key);
        use_recipient(recipient);
    };
    const auto admit = [&](const EnrolmentRecord& record) {
        auto& member = r.members_[record.member];
        member.authority = record.authority;
        member.service = record.service;
        member.present.set(at, true);
        member.role.set(at, record.role);
        hold_keys(member, record.key, record.recipient, record.display_name);
        r.authorities_.at(record.authority).members.insert(record.member);
        if (record.invitation) r.invitations_.at(*record.invitation).spent = true;
    };
    const auto begin_generation = [&](const model::AuthorityId& authority, std::uint64_t number,
                                      const Recipient& recipient) {
        r.authorities_.at(authority).generations.push_back({number, recipient, at});
        use_recipient(recipient);
    };
    const auto set_keyring = [&](const model::AuthorityId& authority, const model::Digest& keyring) {
        r.authorities_.at(authority).keyring.set(at, keyring);
    };
    const auto create = [&](const AuthorityDescription& description) {
        r.authorities_.emplace(description.id, Register::AuthorityHistory{{description, at}, {}, {}, {}, {}, {}, {}});
        r.authority_order_.push_back(description.id);
    };
    const auto policy = [](const std::string& text) {
        auto parsed = LogPolicy::parse(text);
        ensure(parsed.has_value(), "an effective statement's log policy parses");
        return *std::move(parsed);
    };

    std::visit(
        Overloaded{
            [&](const Founded& body) {
                r.party_ = model::party_of(statement.id());
                r.code_ = body.code;
                r.name_ = body.name;
                r.succeeds_ = body.succeeds;
                r.root_ = body.authority.id;
                r.founded_at_ = at;
                r.log_policy_.set(at, policy(body.log_policy));
                create(body.authority);
                begin_generation(body.authority.id, 1, body.recipient);
                set_keyring(body.authority.id, body.keyring);
                admit({std::nullopt, *r.party_, body.authority.id, body.member, model::Role::custodian, false,
                       body.display_name, body.key, body.member_recipient, std::nullopt});
            },
            [&](const AuthorityAdded& body) {
                const auto& record = body.record.record;
                create(body.authority);
                begin_generation(body.authority.id, 1, record.first_generation->recipient);
                set_keyring(body.authority.id, record.first_generation->keyring);
                admit(record);
            },
            [&](const Pinned& body) {
                r.pins_[body.code].set(at, Register::Pin{body.code, body.party, body.accepts_vouches});
                if (body.accepts_vouches) r.vouchers_ever_.insert(body.party);
            },
            [&](const Unpinned& body) { r.pins_[body.code].set(at, std::nullopt); },
            [&](const VouchesSet& body) { r.vouches_.set(at, body.vouches); },
            [&](const LogPolicySet& body) { r.log_policy_.set(at, policy(body.log_policy)); },
            [&](const AccessPolicySet& body) { r.access_policy_.set(at, body); },
            [&](const PublisherSet& body) { r.authorities_.at(body.authority).publisher.set(at, body.publisher); },
            [&](const VisaSet& body) { r.authorities_.at(body.authority).visa.set(at, body.acts); },
            [&](const Invited& body) {
                r.invitations_.emplace(body.invitation, Register::Invitation{body, s.author.member, s.at, false});
            },
            [&](const MemberAdded& body) {
                admit(body.record.record);
                set_keyring(body.record.record.authority, body.keyring);
            },
            [&](const MemberRemoved& body) {
                r.members_.at(body.member).present.set(at, false);
                begin_generation(body.authority, body.next.generation, body.next.recipient);
                set_keyring(body.authority, body.keyring);
            },
            [&](const RoleChanged& body) { r.members_.at(body.member).role.set(at, body.role); },
            [&](const AuthorityRekeyed& body) {
                begin_generation(body.authority, body.next.generation, body.next.recipient);
                set_keyring(body.authority, body.keyring);
            },
            [&](const MemberRekeyed& body) {
                const auto& record = body.record.record;
                hold_keys(r.members_.at(record.member), record.key, record.recipient, record.display_name);
                if (record.invitation) r.invitations_.at(*record.invitation).spent = true;
                if (body.next) begin_generation(record.authority, body.next->generation, body.next->recipient);
                set_keyring(record.authority, body.keyring);
            },
            [&](const RecoverySet& body) {
                r.authorities_.at(body.authority)
                    .recovery.set(
                        at, Register::Recovery{statement.id(), body.recipient, body.threshold, body.shares, false});
                use_recipient(body.recipient);
                set_keyring(body.authority, body.keyring);
                // Approvals were given by the holders of the set before.
                std::erase_if(r.candidates_, [&](const auto& entry) { return entry.first.first == body.authority; });
            },
            [&](const RecoveryDrilled& body) {
                auto set = r.recovery(body.authority);
                set->drilled = true;
                r.authorities_.at(body.authority).recovery.set(at, std::move(set));
            },
            [&](const RecoveryApproved& body) {
                r.candidates_[{body.authority, body.record}].approvals.emplace(s.author.member,
                                                                               std::pair{statement.id(), at});
            },
            [&](const RecoveryRefused& body) {
                r.candidates_[{body.authority, body.record}].refused = true;
            },
            [&](const AuthorityRecovered& body) {
                const auto& record = body.record.record;
                admit(record);
                begin_generation(record.authority, body.next.generation, body.next.recipient);
                set_keyring(record.authority, body.keyring);
                // The recovery identity has been put together: it is spent, and no later keyring goes to it.
                r.authorities_.at(record.authority).recovery.set(at, std::nullopt);
                std::erase_if(r.candidates_, [&](const auto& entry) { return entry.first.first == record.authority; });
            },
            [](const auto& /*of another chain*/) { ensure(false, "an effective statement is of this chain"); }},
        s.body);
}

Outcome Register::judge(const SignedStatement& statement, model::LogIndex at) const {
    return RegisterJudge{*this, statement, at}.judge();
}

Outcome Register::apply(const SignedStatement& statement, model::LogIndex at) {
    auto outcome = judge(statement, at);
    if (outcome.verdict == Verdict::broken || outcome.verdict == Verdict::unsupported) {
        stopped_ = true;
        return outcome;
    }
    if (outcome.effective()) RegisterJudge::change(*this, statement, at);
    head_ = {head_.length + 1, statement.id(), at};
    return outcome;
}

}  // namespace rogatory::record
