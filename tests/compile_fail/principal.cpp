// A use case cannot be called for somebody who has not signed in.
#include "platform/service/principal.hpp"
#include "platform/service/account.hpp"

using namespace rogatory::service;

void use(Account& account, const Principal& principal, Membership membership) {
    (void)account.me(principal);
#if MUST_FAIL == 1  // without anybody
    (void)account.me();
#elif MUST_FAIL == 2  // with somebody made up
    Principal invented;
#elif MUST_FAIL == 3  // made up in place
    (void)account.me(Principal{});
#elif MUST_FAIL == 4  // with a name instead of a session
    (void)account.me("amina");
#elif MUST_FAIL == 5  // given a membership afterwards
    const_cast<Principal&>(principal).memberships_.push_back(membership);
#elif MUST_FAIL == 6  // given a membership by way of its list
    principal.memberships().push_back(membership);
#endif
    (void)membership;
}
