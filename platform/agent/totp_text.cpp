#include "platform/agent/totp_text.hpp"

namespace rogatory::agent {
namespace {

// RFC 4648, section 6; authenticators want it without padding.
std::string base32(ByteView bytes) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string text;
    unsigned buffer = 0;
    unsigned bits = 0;
    for (const auto byte : bytes) {
        buffer = (buffer << 8U | byte) & 0xFFFU;
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            text += kAlphabet[(buffer >> bits) & 31U];
        }
    }
    if (bits > 0) text += kAlphabet[(buffer << (5 - bits)) & 31U];
    return text;
}

}  // namespace

TotpSetup totp_setup(const Account& account, ByteView secret) {
    TotpSetup setup;
    setup.secret = base32(secret);
    // User names are of [a-z0-9._-]; the host needs no escape either.
    constexpr std::string_view kScheme = "https://";
    std::string_view host = account.server;
    if (host.starts_with(kScheme)) host.remove_prefix(kScheme.size());
    host = host.substr(0, host.find(':'));
    setup.uri = "otpauth://totp/Rogatory:" + account.user_name + "@" + std::string{host} + "?secret=" + setup.secret +
                "&issuer=Rogatory&algorithm=SHA1&digits=6&period=30";
    return setup;
}

}  // namespace rogatory::agent
