#include "platform/service/access.hpp"

namespace rogatory::service {

namespace {

// Members and service accounts, signed in for everything.
bool signed_in_member(const Question& question) noexcept {
    return question.scope == Scope::full &&
           (question.kind == AccountKind::member || question.kind == AccountKind::service);
}

// Kept out by his Party's own rules, which he may set anew.
bool sets_rules(const Question& question) noexcept {
    return question.scope == Scope::rules && question.kind == AccountKind::member;
}

bool holds(const Question& question, Role needed) noexcept {
    return question.role && model::includes(*question.role, needed);
}

Answer yes_if(bool allowed) noexcept { return allowed ? Answer::yes : Answer::not_there; }

}  // namespace

Answer decide(const Question& question) noexcept {
    const bool member = signed_in_member(question);
    switch (question.act) {
        case Act::see_directory:
            return yes_if(member || question.scope == Scope::enrolment);
        case Act::read_register:
            return yes_if(member || (question.scope == Scope::enrolment && question.tie == Tie::inviting_register) ||
                          (sets_rules(question) && question.tie == Tie::authority));
        case Act::read_notices:
            return yes_if(member);
        case Act::read_envelopes:
            return yes_if(member && (question.tie == Tie::participant || question.tie == Tie::past_reader ||
                                     question.tie == Tie::revoked));
        case Act::read_sealed_body:
        case Act::read_attachment:
            return yes_if(member && (question.tie == Tie::participant || question.tie == Tie::past_reader));
        case Act::read_for_authority:
            return yes_if(member && (question.tie == Tie::authority || question.tie == Tie::candidate));
        case Act::read_for_member:
            return yes_if(member && question.tie == Tie::named);
        case Act::list_dossiers:
            return yes_if(member && question.tie == Tie::authority);
        case Act::append:
            // What a role may sign the register's and the dossier's judges say; here: as himself, and where he may
            // read.
            if (sets_rules(question)) {  // which one, the use case says
                return yes_if(question.tie == Tie::authority && holds(question, Role::custodian));
            }
            return yes_if(member && question.role && question.tie != Tie::none && question.tie != Tie::revoked);
        case Act::upload:
            if (!member || question.tie != Tie::authority) return Answer::not_there;
            return holds(question, Role::officer) ? Answer::yes : Answer::not_allowed;
        case Act::invite:
            if (!member || (question.tie != Tie::authority && question.tie != Tie::root_of_party)) {
                return Answer::not_there;
            }
            return holds(question, Role::custodian) ? Answer::yes : Answer::not_allowed;
        case Act::begin_recovery:
            return yes_if(member && question.tie == Tie::holder);
        case Act::see_candidates:
            if (member && question.tie == Tie::authority) {
                return holds(question, Role::custodian) ? Answer::yes : Answer::not_allowed;
            }
            return yes_if(member && (question.tie == Tie::holder || question.tie == Tie::candidate));
        case Act::see_self:
            return yes_if(question.scope == Scope::full || sets_rules(question));
        case Act::use_account:
            return yes_if(question.scope == Scope::full);
        case Act::read_bundle:
            return yes_if(question.scope == Scope::full || question.scope == Scope::kit || sets_rules(question));
        case Act::use_bundle:
            return yes_if(question.scope == Scope::full || question.scope == Scope::kit);
        case Act::use_state:
            return yes_if(member);
        case Act::enrol:
            return yes_if(question.scope == Scope::enrolment);
        case Act::administer:
            return yes_if(question.scope == Scope::full && question.kind == AccountKind::administrator);
        case Act::audit:
            return yes_if(question.scope == Scope::full &&
                          (question.kind == AccountKind::administrator || question.kind == AccountKind::auditor));
        case Act::read_party_audit:
            if (!member || question.tie != Tie::root_of_party) return Answer::not_there;
            // A service there was admitted by an access manager; a feed that runs at night can ask no person.
            return question.kind == AccountKind::service || holds(question, Role::custodian) ? Answer::yes
                                                                                             : Answer::not_allowed;
    }
    return Answer::not_there;
}

Result<> permit(const Question& question) {
    switch (decide(question)) {
        case Answer::yes:
            return {};
        case Answer::not_allowed:
            return fail(ErrorCode::forbidden, "access.role");
        case Answer::not_there:
            break;
    }
    return not_there();
}

Result<> permit(const Principal& principal, Act act, Tie tie, std::optional<Role> role) {
    return permit(Question{act, principal.scope(), principal.kind(), tie, role});
}

tl::unexpected<Error> not_there() { return fail(ErrorCode::not_found, "access.not_found"); }

}  // namespace rogatory::service
