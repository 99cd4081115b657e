#include "platform/service/totp.hpp"

#include <array>

#include <liboath/oath.h>

#include "crypto/primitives/memory.hpp"
#include "platform/base/ensure.hpp"

namespace rogatory::service {

namespace {

int flags_of(TotpKind::Hash hash) {
    switch (hash) {
        case TotpKind::Hash::sha1:
            return 0;
        case TotpKind::Hash::sha256:
            return OATH_TOTP_HMAC_SHA256;
        case TotpKind::Hash::sha512:
            return OATH_TOTP_HMAC_SHA512;
    }
    return 0;
}

}  // namespace

std::string totp_code(ByteView secret, UnixSeconds at, TotpKind kind) {
    static const bool ready = oath_init() == OATH_OK;
    ensure(ready, "liboath is ready");
    std::array<char, 16> digits{};
    const auto done =
        oath_totp_generate2(reinterpret_cast<const char*>(secret.data()), secret.size(), static_cast<time_t>(at),
                            static_cast<unsigned>(kTotpStep), 0, kind.digits, flags_of(kind.hash), digits.data());
    ensure(done == OATH_OK, "liboath makes a code");
    return {digits.data(), kind.digits};
}

std::optional<std::int64_t> match_totp(ByteView secret, std::string_view code, UnixSeconds now,
                                       std::int64_t last_counter) {
    std::optional<std::int64_t> matched;
    for (const int drift : {-1, 0, 1}) {
        const auto counter = now / kTotpStep + drift;
        const auto expected = totp_code(secret, counter * kTotpStep);
        const bool equal = crypto::equal_in_constant_time(as_bytes(expected), as_bytes(code));
        if (equal && counter > last_counter && !matched) matched = counter;
    }
    return matched;
}

std::optional<std::int64_t> totp_drift(ByteView secret, std::string_view code, UnixSeconds now) {
    constexpr std::int64_t kSteps = 12 * kHour / kTotpStep;
    const auto made_at = [&](std::int64_t drift) { return totp_code(secret, (now / kTotpStep + drift) * kTotpStep); };
    for (std::int64_t drift = 0; drift <= kSteps; ++drift) {
        if (made_at(drift) == code) return drift * kTotpStep;
        if (made_at(-drift) == code) return -drift * kTotpStep;
    }
    return std::nullopt;
}

}  // namespace rogatory::service
