#pragma once

#include <string>
#include <string_view>

#include "platform/service/context_state.hpp"
#include "platform/service/principal.hpp"
#include "platform/service/sign_in.hpp"

namespace rogatory::service {

// 256 random bits in base64url, and what is stored of them. A token is shown once and is nowhere afterwards.
struct NewToken {
    std::string text;
    ports::Digest sha256;
};
[[nodiscard]] NewToken make_token();
[[nodiscard]] ports::Digest token_digest(std::string_view token);

// Stores a session within a write.
[[nodiscard]] SignedIn start_session(Context& context, ports::Repositories& repositories, Scope scope,
                                     std::optional<std::int64_t> account,
                                     std::optional<ports::InvitationId> invitation);

// Of a kit that has waited: it has shown no second factor.
[[nodiscard]] SignedIn start_kit_session(Context& context, ports::Repositories& repositories, std::int64_t account);

// Of a service account: it has no second factor, and does nothing that asks for one shown lately.
[[nodiscard]] SignedIn start_service_session(Context& context, ports::Repositories& repositories, std::int64_t account);

// A full session in the place of an enrolment's, whose second factor it took over: no older than that one says.
[[nodiscard]] SignedIn admit_session(Context& context, ports::Repositories& repositories,
                                     const ports::SessionRow& enrolment, std::int64_t account);
// The same session under a new token: the one before is over. Its absolute age goes on.
[[nodiscard]] SignedIn renew_session(Context& context, ports::Repositories& repositories,
                                     const ports::SessionRow& session);

// Acts of access managers ask for a second factor shown lately: forbidden "session.step_up" otherwise.
struct ParsedAppend;
[[nodiscard]] Result<> require_step_up(const Principal& principal, const ParsedAppend& append);

// The account's memberships that the registers name now, suspended ones marked.
[[nodiscard]] std::vector<Membership> live_memberships(const ports::Repositories& repositories, std::int64_t account);
// Whether what he began for the authority may go on: nobody has suspended him or his Party, and the register still
// names him there.
[[nodiscard]] bool still_member(const ports::Repositories& repositories, std::int64_t account,
                                ports::AuthorityId authority);
// What he would take over; not where his Party is suspended.
[[nodiscard]] std::vector<Candidacy> candidacies_of(const ports::Repositories& repositories, std::int64_t account);

}  // namespace rogatory::service
