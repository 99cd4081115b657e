#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "crypto/webauthn/ceremony.hpp"
#include "platform/base/result.hpp"
#include "platform/service/context.hpp"
#include "platform/service/principal.hpp"

namespace rogatory::service {

struct NewPasskey {
    Bytes challenge;  // a fresh one from SignIn::challenge
    webauthn::Registration registration;
    bool unlocks{false};  // the client has put its PRF recipient into the user bundle
};

struct PasskeyInfo {
    std::int64_t id{};
    Bytes credential_id;
    bool unlocks{false};
    bool backed_up{false};
    UnixSeconds created_at{};
    std::optional<UnixSeconds> last_used_at;
};

// A person's own passkeys: GET/POST/DELETE me/passkeys.
class Passkeys {
public:
    explicit Passkeys(Context& context) : context_{context} {}

    [[nodiscard]] Result<std::vector<PasskeyInfo>> list(const Principal& principal);
    // invalid_input "passkey.registration"; conflict "passkey.exists", "passkey.many"; forbidden "session.step_up".
    [[nodiscard]] Result<std::int64_t> add(const Principal& principal, const NewPasskey& passkey);
    // conflict "passkey.last" when no second factor would be left; forbidden "session.step_up".
    [[nodiscard]] Result<> remove(const Principal& principal, std::int64_t id);

private:
    Context& context_;
};

}  // namespace rogatory::service
