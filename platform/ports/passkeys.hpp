#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"

namespace rogatory::ports {

struct PasskeyRow {
    std::int64_t id{};
    std::int64_t account{};
    Bytes credential_id;
    Bytes cose_key;
    std::uint32_t counter{};
    bool unlocks{};    // its PRF output opens the user bundle: a full sign-in by itself
    bool backed_up{};  // copied among the person's devices by their maker
    UnixSeconds created_at{};
    std::optional<UnixSeconds> last_used_at;
};

// The passkeys of accounts. A credential belongs to one account only.
class Passkeys {
public:
    virtual ~Passkeys() = default;

    // conflict "passkey.exists".
    [[nodiscard]] virtual Result<std::int64_t> add(const PasskeyRow& passkey) = 0;
    [[nodiscard]] virtual std::optional<PasskeyRow> find(ByteView credential_id) const = 0;
    [[nodiscard]] virtual std::vector<PasskeyRow> of_account(std::int64_t account) const = 0;
    // The counter never goes down.
    virtual void used(std::int64_t id, std::uint32_t counter, bool backed_up, UnixSeconds at) = 0;
    virtual void remove(std::int64_t id) = 0;
    virtual void remove_of_account(std::int64_t account) = 0;
};

}  // namespace rogatory::ports
