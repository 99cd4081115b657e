#pragma once

#include "crypto/age/parallel.hpp"
#include "crypto/secret.hpp"

namespace rogatory::cli {

// Holds what is meant for a terminal until it is complete: bytes that are no text would move the cursor, change the
// keyboard or run what they spell.
class TerminalSink final : public age::Sink {
public:
    // Errors: too_large "age.too_long_for_terminal".
    [[nodiscard]] Result<> write(ByteView bytes) override;
    // Errors: invalid_input "age.binary_output".
    [[nodiscard]] Result<> show(age::Sink& terminal) const;

private:
    crypto::SecretBytes held_;
};

}  // namespace rogatory::cli
