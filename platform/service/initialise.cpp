#include "platform/service/initialise.hpp"

#include <algorithm>

#include "crypto/encoding/crockford.hpp"
#include "crypto/primitives/random.hpp"
#include "platform/base/try.hpp"
#include "platform/record/chains.hpp"
#include "platform/record/invitation.hpp"

namespace rogatory::service {

namespace {

constexpr UnixSeconds kFirstCode = 60 * kDay;

// What may stand in a log's origin and a URL without escaping: names, and a port.
bool is_host(const std::string& host) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '[' ||
               c == ']';
    };
    return !host.empty() && host.size() <= 200 && std::all_of(host.begin(), host.end(), plain);
}

}  // namespace

Result<Initialised> initialise(ports::Store& store, const ports::Clock& clock, const std::string& host,
                               const std::string& witnesses) {
    if (!is_host(host)) return fail(ErrorCode::invalid_input, "init.host");
    ROGATORY_TRY(const auto log, store.create_log(host + "/log/0", witnesses));
    const auto code = record::InvitationCode::random(crypto::system_random());
    const auto secrets = record::derive_invitation(code);
    ports::InvitationRow row;
    row.id = record::random_id<ports::InvitationId>(crypto::system_random());
    row.kind = ports::InvitationFor::administrator;
    row.not_after = clock.now() + kFirstCode;
    row.redeem_sha256 = secrets.redeem_digest();
    const auto invite = [&](ports::Repositories& repositories) -> Result<> {
        ROGATORY_TRY_VOID(repositories.invitations().create(row));
        repositories.journal().audit({0, clock.now(), "-", "server.initialised", log.origin, "done"});
        return {};
    };
    ROGATORY_TRY_VOID(store.write(invite));
    return Initialised{log.origin, log.verifier_key, log.policy,
                       std::string{encoding::code_encode(code).expose_secret()}};
}

}  // namespace rogatory::service
