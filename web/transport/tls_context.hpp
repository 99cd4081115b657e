#pragma once

#include <filesystem>
#include <memory>
#include <mutex>

#include "platform/base/result.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace rogatory::transport {

struct TlsSettings {
    std::filesystem::path certificate_chain;  // PEM, the server's own first
    std::filesystem::path private_key;        // PEM, 0600
    std::filesystem::path client_authority;   // PEM; not empty: a client must show a certificate of it
    // PEM; not empty: clients are asked for a certificate, those who have one of these first, and need show none. What
    // is shown proves only that its key is the client's: whose it is, the rules of the Parties say.
    std::filesystem::path client_hints;
    bool allow_tls_1_2 = false;  // for clients behind old gateways: AEAD with ECDHE only
};

// The only place for the server's TLS settings. TLS 1.3; no renegotiation, no compression, no session tickets, no
// early data. Where OpenSSL knows the hybrid group X25519MLKEM768 it comes first.
class TlsContext {
public:
    // invalid_input "tls.certificate" or "tls.key" with the reason for the log when a file cannot be used.
    [[nodiscard]] static Result<std::unique_ptr<TlsContext>> load(TlsSettings settings);

    // Reads both files again; connections that come from now on see the new certificate. A file that cannot be used
    // leaves everything as it was.
    [[nodiscard]] Result<> reload();

    // A server session, which reads and writes the wire that its thread chose last (web/transport/wire.hpp): it stays
    // on the thread that made it. The caller frees it (SSL_free) before the context dies.
    [[nodiscard]] ssl_st* make_session() const;

private:
    struct Free {
        void operator()(ssl_ctx_st* context) const;
    };
    using Handle = std::unique_ptr<ssl_ctx_st, Free>;

    explicit TlsContext(TlsSettings settings) : settings_{std::move(settings)} {}
    [[nodiscard]] static Result<Handle> make(const TlsSettings& settings);

    TlsSettings settings_;
    mutable std::mutex guard_;
    Handle current_;
};

}  // namespace rogatory::transport
