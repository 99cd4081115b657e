#pragma once

#include "platform/agent/enrol.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

// How a person takes a second factor's secret into an authenticator: base 32 to type, otpauth:// for a QR code.
[[nodiscard]] TotpSetup totp_setup(const Account& account, ByteView secret);

}  // namespace rogatory::agent
