#pragma once

#include <optional>
#include <vector>

#include "platform/base/result.hpp"
#include "platform/ports/store.hpp"
#include "platform/service/account.hpp"
#include "platform/service/context.hpp"
#include "platform/service/principal.hpp"

// Somebody signs in with a recovery kit and without a second factor: it waits 72 hours, its owner and the custodians of
// his authorities are told, and whoever signs in with everything ends it (protocol, section 7).
namespace rogatory::service {

// It waits since and until then, or it has let its holder in.
struct KitAttempt {
    ports::MemberId member;
    std::optional<UnixSeconds> since;
    std::optional<UnixSeconds> available_at;
    std::optional<UnixSeconds> used_at;
};

// After the wait it is good for so long, as often as is asked; then the next attempt waits anew, and is told anew.
constexpr UnixSeconds kKitWindow = 7 * kDay;

class KitAttempts {
public:
    explicit KitAttempts(Context& context) : context_{context} {}

    // GET kit-attempts?authority=: to its custodians, who of its members waits now, and who came in so within 30 days.
    [[nodiscard]] Result<std::vector<KitAttempt>> list(const Principal& principal, ports::AuthorityId authority);

    // DELETE me/kit-attempt: by its owner, who is in with everything. Ends what waits, and he has been told of it.
    // not_found when there is nothing to tell.
    [[nodiscard]] Result<> end(const Principal& principal);

private:
    Context& context_;
};

// Since when a kit waits, or has waited and is good; and whether it is.
[[nodiscard]] std::optional<UnixSeconds> kit_waits(Context& context, const ports::AccountRow& account);
[[nodiscard]] bool kit_has_waited(Context& context, const ports::AccountRow& account);

// Within a write: nothing waits any more, and what had waited is out again.
void end_kit_wait(Context& context, ports::Repositories& repositories, const ports::AccountRow& account);

// Within a write: a kit that has waited lets its holder in. From here on he has the keys, whatever else he does: it is
// told once for each wait, and again when he sets everything anew.
void kit_comes_in(Context& context, ports::Repositories& repositories, const ports::AccountRow& account);

// Whether this session, or one that has just ended, showed a kit and no second factor.
[[nodiscard]] bool by_kit_alone(const ports::Repositories& repositories, const Principal& principal);

// Within a write: the new one in the place of all second factors, passkeys among them. Its code is spent by this.
//   forbidden "kit.factor_stays" unless this is the session of a kit that has waited; invalid_input "enrolment.totp".
[[nodiscard]] Result<> reset_second_factor(Context& context, ports::Repositories& repositories,
                                           const Principal& principal, const ports::AccountRow& account,
                                           const NewTotp& fresh);

}  // namespace rogatory::service
