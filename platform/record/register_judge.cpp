#include "platform/record/register_judge.hpp"

#include <algorithm>
#include <set>
#include <variant>

#include "crypto/primitives/sha256.hpp"
#include "crypto/tlog/succession.hpp"
#include "platform/record/chains.hpp"

namespace rogatory::record {
namespace {

// The authority a body speaks about; nothing for those that speak about the Party.
std::optional<model::AuthorityId> named_authority(const Body& body) {
    return std::visit(
        [](const auto& value) -> std::optional<model::AuthorityId> {
            using T = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<T, MemberAdded> || std::is_same_v<T, MemberRekeyed> ||
                          std::is_same_v<T, AuthorityRecovered>) {
                return value.record.record.authority;
            } else if constexpr (std::is_same_v<T, VisaSet> || std::is_same_v<T, Invited> ||
                                 std::is_same_v<T, MemberRemoved> || std::is_same_v<T, RoleChanged> ||
                                 std::is_same_v<T, AuthorityRekeyed> || std::is_same_v<T, RecoverySet> ||
                                 std::is_same_v<T, RecoveryDrilled> || std::is_same_v<T, RecoveryApproved> ||
                                 std::is_same_v<T, RecoveryRefused>) {
                return value.authority;
            } else {
                return std::nullopt;
            }
        },
        body);
}

// A statement that brings its own key: nobody knew its author before.
const model::VerifyKey* own_key(const Body& body) {
    if (const auto* founded = std::get_if<Founded>(&body)) return &founded->key;
    if (const auto* recovered = std::get_if<AuthorityRecovered>(&body)) return &recovered->record.record.key;
    return nullptr;
}

}  // namespace

Outcome RegisterJudge::judge() const {
    if (auto outcome = check_frame(s_, state_.chain_, state_.head_, state_.stopped_, at_)) return *std::move(outcome);
    if (auto outcome = authenticate()) return *std::move(outcome);
    for (const auto pass : {&RegisterJudge::membership, &RegisterJudge::seen, &RegisterJudge::signer}) {
        if (const auto reason = (this->*pass)(); !reason.empty()) return Outcome::make_void(reason);
    }
    const auto reason = std::visit([this](const auto& body) { return check(body); }, s_.body);
    if (!reason.empty()) return Outcome::make_void(reason);
    if (reuses_files(s_, state_.files_)) return Outcome::make_void("void.file_reused");
    auto outcome = Outcome::ok();
    outcome.effects = effects();
    return outcome;
}

std::optional<Outcome> RegisterJudge::authenticate() const {
    if (s_.author.register_chain != state_.chain_) return Outcome::make_void("void.author_foreign");
    const auto* key = own_key(s_.body);
    if (key == nullptr) key = state_.key_ever(s_.author.member, s_.author.key);
    if (key == nullptr || key->digest() != s_.author.key) return Outcome::make_void("void.author_unknown");
    if (!signed_.envelope().verify(*key)) return Outcome::make_broken("broken.signature");
    return std::nullopt;
}

Reason RegisterJudge::membership() const {
    const auto& kind = row(s_.kind());
    if (kind.chain != ChainKind::party_register) return "void.wrong_chain";
    if (kind.starts_chain) return s_.seq == 0 ? "" : "void.not_first";
    if (!state_.founded()) return "void.not_founded";
    if (kind.signer == Signer::new_custodian) return "";
    const auto author = state_.member(s_.author.member, at_);
    if (!author || author->authority != s_.author.authority) return "void.not_a_member";
    if (author->key.digest() != s_.author.key) return "void.old_key";
    return "";
}

Reason RegisterJudge::seen() const {
    const auto judged = [&](std::string_view text) -> Reason {
        const auto policy = LogPolicy::parse(text);
        return policy ? policy->judge(s_.seen, at_) : "void.seen_forged";
    };
    if (const auto* founded = std::get_if<Founded>(&s_.body)) return judged(founded->log_policy);
    const auto reason = state_.log_policy(at_).judge(s_.seen, at_);
    // A Party adopts a new origin by a statement that may have seen only that.
    const auto* set = std::get_if<LogPolicySet>(&s_.body);
    return set != nullptr && reason == "void.seen_forged" ? judged(set->log_policy) : reason;
}

Reason RegisterJudge::signer() const {
    const auto signer = row(s_.kind()).signer;
    if (signer == Signer::first_custodian || signer == Signer::new_custodian) return "";
    const auto author = state_.member(s_.author.member, at_);
    const bool custodian = author && author->role == model::Role::custodian;
    const auto named = named_authority(s_.body);
    const bool of_named = named && author && author->authority == *named;
    switch (signer) {
        case Signer::root_custodian:
            return custodian && author->authority == state_.root_ ? "" : "void.not_root_custodian";
        case Signer::authority_custodian:
            return custodian && of_named ? "" : "void.not_custodian";
        case Signer::inviter: {
            const auto& invited = std::get<Invited>(s_.body);
            if (invited.purpose == InvitationPurpose::authority) {
                return custodian && author->authority == state_.root_ ? "" : "void.not_root_custodian";
            }
            return custodian && of_named ? "" : "void.not_custodian";
        }
        case Signer::member_or_custodian: {
            const auto& rekeyed = std::get<MemberRekeyed>(s_.body);
            const bool himself = rekeyed.record.record.member == s_.author.member;
            if (rekeyed.reason == RekeyReason::rotated) return himself && of_named ? "" : "void.not_the_member";
            return custodian && of_named && !himself ? "" : "void.not_custodian";
        }
        case Signer::recovery_holder: {
            const auto set = state_.recovery(*named, at_);
            const RecoveryShare::Holder holder{s_.author.authority, s_.author.member};
            const bool holds = set && std::any_of(set->shares.begin(), set->shares.end(),
                                                  [&](const RecoveryShare& share) { return share.holder == holder; });
            return holds ? "" : "void.not_a_holder";
        }
        default:
            return "void.wrong_chain";
    }
}

bool RegisterJudge::fresh(const Recipient& recipient) const {
    return !state_.used_recipients_.contains(crypto::sha256(recipient.bytes()));
}

Reason RegisterJudge::fresh_keys(const EnrolmentRecord& record) const {
    const bool fresh_key = !state_.used_keys_.contains(record.key);
    const bool distinct = !record.first_generation || record.first_generation->recipient != record.recipient;
    const bool fresh_first = !record.first_generation || fresh(record.first_generation->recipient);
    return fresh_key && fresh(record.recipient) && fresh_first && distinct ? "" : "void.key_reused";
}

Reason RegisterJudge::next_generation(const model::AuthorityId& authority, const NewGeneration& next) const {
    const auto* current = state_.generation(authority, at_);
    if (current == nullptr || next.generation != current->number + 1) return "void.generation";
    return fresh(next.recipient) ? "" : "void.key_reused";
}

Reason RegisterJudge::answers(const SignedRecord& answer, InvitationPurpose purpose) const {
    const auto& record = answer.record;
    const auto* invitation = record.invitation ? state_.invitation(*record.invitation) : nullptr;
    if (invitation == nullptr) return "void.invitation_unknown";
    const auto& invited = invitation->body;
    if (invitation->spent) return "void.invitation_spent";
    if (s_.at > invited.not_after) return "void.invitation_expired";
    const bool as_invited = invited.purpose == purpose && invited.authority == record.authority &&
                            invited.member == record.member && invited.role == record.role &&
                            invited.service == record.service;
    const bool first = purpose == InvitationPurpose::authority;
    if (!as_invited || record.party != state_.party() || first != record.first_generation.has_value()) {
        return "void.record_differs";
    }
    if (!answer.signature_holds()) return "void.record_signature";
    return fresh_keys(record);
}

Reason RegisterJudge::check(const Founded& body) const {
    if (s_.chain != register_chain(body.key)) return "void.chain_id";
    if (s_.author.authority != body.authority.id || s_.author.member != body.member) return "void.not_the_founder";
    return body.recipient == body.member_recipient ? "void.key_reused" : "";
}

Reason RegisterJudge::check(const AuthorityAdded& body) const {
    if (state_.authorities_.contains(body.authority.id)) return "void.authority_exists";
    if (body.record.record.authority != body.authority.id) return "void.record_differs";
    if (state_.members_.contains(body.record.record.member)) return "void.member_exists";
    return answers(body.record, InvitationPurpose::authority);
}

Reason RegisterJudge::check(const Pinned& body) const {
    if (body.party == state_.party() || body.code == *state_.code_) return "void.pin_self";
    if (!body.accepts_vouches) return "";
    if (body.code.is_state()) return "void.voucher";
    const auto pins = state_.pins(at_);
    const bool another = std::any_of(pins.begin(), pins.end(), [&](const Register::Pin& pin) {
        return pin.accepts_vouches && pin.code != body.code;
    });
    return another ? "void.voucher" : "";
}

Reason RegisterJudge::check(const Unpinned& body) const {
    const auto pins = state_.pins(at_);
    const bool pinned = std::any_of(pins.begin(), pins.end(), [&](const Register::Pin& pin) {
        return pin.code == body.code && pin.party == body.party;
    });
    return pinned ? "" : "void.not_pinned";
}

Reason RegisterJudge::check(const VouchesSet& /*body*/) const { return ""; }

Reason RegisterJudge::check(const LogPolicySet& body) const {
    return LogPolicy::parse(body.log_policy) ? "" : "void.log_policy";
}

Reason RegisterJudge::check(const AccessPolicySet& /*body*/) const { return ""; }

Reason RegisterJudge::check(const PublisherSet& body) const {
    return state_.authority(body.authority, at_) != nullptr ? "" : "void.authority_unknown";
}

Reason RegisterJudge::check(const VisaSet& body) const {
    return state_.visa_acts(body.authority, at_) == body.acts ? "void.nothing_changed" : "";
}

Reason RegisterJudge::check(const Invited& body) const {
    if (state_.invitations_.contains(body.invitation)) return "void.invitation_exists";
    if (body.not_after <= s_.at || body.not_after > s_.at + Register::kMaxInvitation) return "void.invitation_period";
    if (body.service && body.role == model::Role::custodian) return "void.service_custodian";
    const auto target = state_.member(body.member, at_);
    switch (body.purpose) {
        case InvitationPurpose::member:
            return state_.members_.contains(body.member) ? "void.member_exists" : "";
        case InvitationPurpose::authority:
            if (state_.authorities_.contains(body.authority)) return "void.authority_exists";
            if (state_.members_.contains(body.member)) return "void.member_exists";
            return body.role == model::Role::custodian ? "" : "void.first_is_custodian";
        case InvitationPurpose::rekey:
            break;
    }
    if (!target || target->authority != body.authority) return "void.member_unknown";
    if (body.member == s_.author.member) return "void.own_rekey";
    return target->role == body.role && target->service == body.service ? "" : "void.record_differs";
}

Reason RegisterJudge::check(const MemberAdded& body) const {
    const auto& record = body.record.record;
    if (state_.members_.contains(record.member)) return "void.member_exists";
    if (state_.members(record.authority, at_).size() >= Register::kMaxMembers) return "void.too_many_members";
    return answers(body.record, InvitationPurpose::member);
}

Reason RegisterJudge::check(const MemberRemoved& body) const {
    const auto target = state_.member(body.member, at_);
    if (!target || target->authority != body.authority) return "void.member_unknown";
    // Who leaves must not make the generation that he is to be shut out of; so a custodian always stays, too.
    if (body.member == s_.author.member) return "void.own_removal";
    return next_generation(body.authority, body.next);
}

Reason RegisterJudge::check(const RoleChanged& body) const {
    const auto target = state_.member(body.member, at_);
    if (!target || target->authority != body.authority) return "void.member_unknown";
    if (target->role == body.role) return "void.nothing_changed";
    if (target->service && body.role == model::Role::custodian) return "void.service_custodian";
    const bool steps_down = target->role == model::Role::custodian;
    return steps_down && state_.custodians(body.authority, at_) < 2 ? "void.last_custodian" : "";
}

Reason RegisterJudge::check(const AuthorityRekeyed& body) const { return next_generation(body.authority, body.next); }

Reason RegisterJudge::check(const MemberRekeyed& body) const {
    const auto& record = body.record.record;
    const auto target = state_.member(record.member, at_);
    if (!target || target->authority != record.authority) return "void.member_unknown";
    const bool same = target->role == record.role && target->service == record.service &&
                      record.party == state_.party() && !record.first_generation;
    if (!same) return "void.record_differs";
    if (body.reason != RekeyReason::rotated) {
        if (const auto reason = next_generation(record.authority, *body.next); !reason.empty()) return reason;
        if (body.next->recipient == record.recipient) return "void.key_reused";
        return answers(body.record, InvitationPurpose::rekey);
    }
    return body.record.signature_holds() ? fresh_keys(record) : "void.record_signature";
}

Reason RegisterJudge::check(const RecoverySet& body) const {
    if (!fresh(body.recipient)) return "void.key_reused";
    std::set<RecoveryShare::Holder> holders;
    std::set<model::Digest> shares;
    for (const auto& share : body.shares) {
        shares.insert(share.share);
        if (!share.holder) continue;
        const auto holder = state_.member(share.holder->member, at_);
        if (!holder || holder->authority != share.holder->authority || holder->role != model::Role::custodian) {
            return "void.recovery_holder";
        }
        holders.insert(*share.holder);
    }
    const auto n = body.shares.size();
    const bool one_each = shares.size() == n && holders.size() + 1 >= n;  // at most one is printed
    const bool enough = body.threshold >= 2 && n >= body.threshold + 1 && holders.size() >= body.threshold;
    return one_each && enough ? "" : "void.recovery_shares";
}

Reason RegisterJudge::check(const RecoveryDrilled& body) const {
    const auto set = state_.recovery(body.authority, at_);
    return set && set->statement == body.recovery_set ? "" : "void.recovery_unknown";
}

Reason RegisterJudge::check(const RecoveryApproved& body) const {
    const auto found = state_.candidates_.find({body.authority, body.record});
    if (found == state_.candidates_.end()) return "";
    if (found->second.refused) return "void.recovery_refused";
    return found->second.approvals.contains(s_.author.member) ? "void.nothing_changed" : "";
}

Reason RegisterJudge::check(const RecoveryRefused& body) const {
    const auto found = state_.candidates_.find({body.authority, body.record});
    return found != state_.candidates_.end() && found->second.refused ? "void.nothing_changed" : "";
}

Reason RegisterJudge::check(const AuthorityRecovered& body) const {
    const auto& record = body.record.record;
    if (s_.author.member != record.member || s_.author.authority != record.authority) return "void.not_the_candidate";
    if (state_.authority(record.authority, at_) == nullptr) return "void.authority_unknown";
    const bool custodian = record.role == model::Role::custodian && !record.service && !record.first_generation;
    if (!custodian || record.party != state_.party()) return "void.record_differs";
    if (state_.members_.contains(record.member)) return "void.member_exists";
    if (!body.record.signature_holds()) return "void.record_signature";
    if (const auto reason = fresh_keys(record); !reason.empty()) return reason;
    if (const auto reason = next_generation(record.authority, body.next); !reason.empty()) return reason;
    if (body.next.recipient == record.recipient) return "void.key_reused";
    const auto set = state_.recovery(record.authority, at_);
    if (!set) return "void.recovery_unknown";
    return approvals_hold(body, *set);
}

// k approvals for this very record by distinct holders, none refused it, and 72 hours lie between the first cosigned
// checkpoint that covers them and `at`. Without witnesses there is no clock to believe, so there is no recovery.
Reason RegisterJudge::approvals_hold(const AuthorityRecovered& body, const Register::Recovery& set) const {
    const auto& policy = state_.log_policy(at_);
    if (!policy.witnessed()) return "void.recovery_needs_witnesses";
    const auto found = state_.candidates_.find({body.record.record.authority, body.record.record.digest()});
    if (found == state_.candidates_.end()) return "void.recovery_not_approved";
    if (found->second.refused) return "void.recovery_refused";
    std::set<model::StatementId> covered;
    std::optional<UnixSeconds> first;
    for (const auto& ref : body.refs) {
        const auto approval = std::find_if(found->second.approvals.begin(), found->second.approvals.end(),
                                           [&](const auto& entry) { return entry.second.first == ref.approval; });
        if (approval == found->second.approvals.end()) return "void.recovery_not_approved";
        const auto note = tlog::SignedCheckpoint::parse(ref.checkpoint);
        if (!note) return "void.recovery_checkpoint";
        const auto verified = policy.policy().verify(*note);
        // A log comes after all of the one before it, whose end its entry 0 commits to (decision 1602). None is later
        // than the statement that names its checkpoint.
        const auto number = std::min(tlog::log_number(policy.origin()).value_or(0), tlog::log_of(at_));
        const bool covers = verified && verified->counts() && verified->quorum_time() && verified->head().size > 0 &&
                            tlog::place_of(number, verified->head().size) > approval->second.second;
        if (!covers) return "void.recovery_checkpoint";
        first = std::min(first.value_or(*verified->quorum_time()), *verified->quorum_time());
        covered.insert(ref.approval);
    }
    if (covered.size() < set.threshold) return "void.recovery_not_approved";
    return s_.at - *first >= Register::kRecoveryDelay ? "" : "void.recovery_too_early";
}

}  // namespace rogatory::record
