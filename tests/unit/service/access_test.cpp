#include "platform/service/access.hpp"

#include <array>
#include <set>

#include <catch2/catch_test_macros.hpp>

using namespace rogatory;
using namespace rogatory::service;

namespace {

constexpr std::array kActs{Act::see_directory,
                           Act::read_register,
                           Act::read_notices,
                           Act::read_envelopes,
                           Act::read_sealed_body,
                           Act::read_attachment,
                           Act::read_for_authority,
                           Act::read_for_member,
                           Act::list_dossiers,
                           Act::append,
                           Act::upload,
                           Act::invite,
                           Act::begin_recovery,
                           Act::see_candidates,
                           Act::see_self,
                           Act::use_account,
                           Act::read_bundle,
                           Act::use_bundle,
                           Act::use_state,
                           Act::enrol,
                           Act::administer,
                           Act::audit,
                           Act::read_party_audit};
constexpr std::array kScopes{Scope::full, Scope::enrolment, Scope::kit, Scope::rules};
constexpr std::array kKinds{AccountKind::member, AccountKind::administrator, AccountKind::auditor,
                            AccountKind::service};
constexpr std::array kTies{Tie::none,    Tie::inviting_register, Tie::authority,   Tie::root_of_party,
                           Tie::revoked, Tie::past_reader,       Tie::participant, Tie::named,
                           Tie::holder,  Tie::candidate};
constexpr std::array<std::optional<Role>, 4> kRoles{std::nullopt, Role::reader, Role::officer, Role::custodian};

// The table again, written by hand as sentences of who may: what is in none of them is refused.
bool expected(const Question& q) {
    const bool person = q.scope == Scope::full && (q.kind == AccountKind::member || q.kind == AccountKind::service);
    // Whom his Party keeps out at this address: he reads who he is, his keys and his register, and writes there.
    const bool sets_rules = q.scope == Scope::rules && q.kind == AccountKind::member;
    const std::set<Tie> reads{Tie::past_reader, Tie::participant};
    switch (q.act) {
        case Act::see_directory:
            return person || q.scope == Scope::enrolment;
        case Act::read_register:
            return person || (q.scope == Scope::enrolment && q.tie == Tie::inviting_register) ||
                   (sets_rules && q.tie == Tie::authority);
        case Act::read_notices:
            return person;
        case Act::read_envelopes:
            return person && (reads.contains(q.tie) || q.tie == Tie::revoked);
        case Act::read_sealed_body:
        case Act::read_attachment:
            return person && reads.contains(q.tie);
        case Act::read_for_authority:
            return person && (q.tie == Tie::authority || q.tie == Tie::candidate);
        case Act::list_dossiers:
            return person && q.tie == Tie::authority;
        case Act::read_for_member:
            return person && q.tie == Tie::named;
        case Act::append:
            return (person && q.role && q.tie != Tie::none && q.tie != Tie::revoked) ||
                   (sets_rules && q.role == Role::custodian && q.tie == Tie::authority);
        case Act::upload:
            return person && q.tie == Tie::authority && q.role && *q.role != Role::reader;
        case Act::invite:
            return person && (q.tie == Tie::authority || q.tie == Tie::root_of_party) && q.role == Role::custodian;
        case Act::begin_recovery:
            return person && q.tie == Tie::holder;
        case Act::see_candidates:
            if (q.tie == Tie::authority) return person && q.role == Role::custodian;
            return person && (q.tie == Tie::holder || q.tie == Tie::candidate);
        case Act::see_self:
            return q.scope == Scope::full || sets_rules;
        case Act::use_account:
            return q.scope == Scope::full;
        case Act::read_bundle:
            return q.scope == Scope::full || q.scope == Scope::kit || sets_rules;
        case Act::use_bundle:
            return q.scope == Scope::full || q.scope == Scope::kit;
        case Act::use_state:
            return person;
        case Act::enrol:
            return q.scope == Scope::enrolment;
        case Act::administer:
            return q.scope == Scope::full && q.kind == AccountKind::administrator;
        case Act::audit:
            return q.scope == Scope::full && (q.kind == AccountKind::administrator || q.kind == AccountKind::auditor);
        case Act::read_party_audit:
            return person && q.tie == Tie::root_of_party &&
                   (q.role == Role::custodian || q.kind == AccountKind::service);
    }
    return false;
}

}  // namespace

TEST_CASE("who may do what, every combination", "[service][access]") {
    std::size_t asked = 0, allowed = 0, shown = 0;
    for (const auto act : kActs) {
        for (const auto scope : kScopes) {
            for (const auto kind : kKinds) {
                for (const auto tie : kTies) {
                    for (const auto& role : kRoles) {
                        const Question question{act, scope, kind, tie, role};
                        const auto answer = decide(question);
                        ++asked;
                        if (answer == Answer::yes) ++allowed;
                        INFO("act " << static_cast<int>(act) << " scope " << static_cast<int>(scope) << " kind "
                                    << static_cast<int>(kind) << " tie " << static_cast<int>(tie));
                        REQUIRE((answer == Answer::yes) == expected(question));
                        // "Not allowed" tells that the thing is there: only within one's own authority or Party.
                        if (answer == Answer::not_allowed) {
                            ++shown;
                            REQUIRE((tie == Tie::authority || tie == Tie::root_of_party));
                            REQUIRE(scope == Scope::full);
                        }
                    }
                }
            }
        }
    }
    CHECK(asked == 23 * 4 * 4 * 10 * 4);
    CHECK(allowed > 0);
    CHECK(shown > 0);
}

TEST_CASE("an administrator and an auditor see no content, whatever their tie", "[service][access]") {
    for (const auto kind : {AccountKind::administrator, AccountKind::auditor}) {
        for (const auto tie : kTies) {
            for (const auto act :
                 {Act::read_register, Act::read_notices, Act::read_envelopes, Act::read_sealed_body,
                  Act::read_attachment, Act::read_for_authority, Act::read_for_member, Act::list_dossiers, Act::append,
                  Act::upload, Act::invite, Act::begin_recovery, Act::see_candidates, Act::read_party_audit}) {
                CHECK(decide({act, Scope::full, kind, tie, Role::custodian}) == Answer::not_there);
            }
        }
    }
}

TEST_CASE("what is not there and what is not his give one and the same error", "[service][access]") {
    const auto refused =
        permit(Question{Act::read_envelopes, Scope::full, AccountKind::member, Tie::none, Role::officer});
    const auto absent = Result<>{not_there()};
    CHECK(refused.error().code() == absent.error().code());
    CHECK(refused.error().key() == absent.error().key());
    CHECK(refused.error().arguments() == absent.error().arguments());
}
