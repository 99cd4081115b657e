#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/service/context.hpp"
#include "platform/service/principal.hpp"

namespace rogatory::service {

// The answers to writes that came with an Idempotency-Key, kept for 24 hours by account and key.
//
// This serves requests whose effect is not idempotent by itself (an administrator's); an append needs none. The answer
// is remembered after the effect, so a crash between the two lets the effect happen again: every use case behind it
// answers a repetition with conflict, never with a second effect.
class Idempotency {
public:
    struct Reply {
        int status{};
        Bytes body;
    };
    explicit Idempotency(Context& context) : context_{context} {}

    // `request` is the SHA-256 of method, path and body. conflict "idempotency.reused" when the key came with another
    // one.
    [[nodiscard]] Result<std::optional<Reply>> find(const Principal& principal, std::string_view key,
                                                    const ports::Digest& request);
    void remember(const Principal& principal, std::string_view key, const ports::Digest& request, const Reply& reply);

private:
    Context& context_;
};

}  // namespace rogatory::service
