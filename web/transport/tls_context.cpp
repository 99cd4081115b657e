#include "web/transport/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string_view>

#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::transport {
namespace {

std::string openssl_reason() {
    const auto code = ERR_peek_last_error();
    ERR_clear_error();
    const char* reason = ERR_reason_error_string(code);
    return reason == nullptr ? "unknown" : reason;
}

// ALPN (RFC 7301): a client that names protocols must name ours, so that a connection meant for another protocol is
// never answered (cross-protocol attacks).
int select_protocol(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* offered,
                    unsigned offered_length, void*) {
    constexpr std::string_view kHttp = "http/1.1";
    unsigned at = 0;
    while (at < offered_length) {
        const unsigned length = offered[at];
        if (at + 1 + length > offered_length) break;
        const std::string_view name{reinterpret_cast<const char*>(offered + at + 1), length};
        if (name == kHttp) {
            *out = offered + at + 1;
            *out_length = static_cast<unsigned char>(length);
            return SSL_TLSEXT_ERR_OK;
        }
        at += 1 + length;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Result<TlsContext::Handle> TlsContext::make(const TlsSettings& settings) {
    Handle context{SSL_CTX_new(TLS_server_method())};
    ensure(context != nullptr, "OpenSSL gives a context");
    auto* const raw = context.get();

    SSL_CTX_set_min_proto_version(raw, settings.allow_tls_1_2 ? TLS1_2_VERSION : TLS1_3_VERSION);
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    // No resumption of any kind: a session ticket is a key that outlives its connection, and 0-RTT can be replayed.
    SSL_CTX_set_num_tickets(raw, 0);
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_early_data(raw, 0);
    SSL_CTX_set_mode(raw,
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // Several records by one read(2) of the socket; idle connections give the buffer back (RELEASE_BUFFERS).
    SSL_CTX_set_read_ahead(raw, 1);
    SSL_CTX_set_default_read_buffer_len(raw, 64 * 1024);
    ensure(SSL_CTX_set_cipher_list(raw, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1, "OpenSSL has AEAD suites for TLS 1.2");
    // OpenSSL 3.5 and later have the hybrid group of RFC 9794's kind; older ones refuse the whole list for its name.
    if (SSL_CTX_set1_groups_list(raw, "X25519MLKEM768:X25519:P-256:P-384") != 1) {
        ERR_clear_error();
        ensure(SSL_CTX_set1_groups_list(raw, "X25519:P-256:P-384") == 1, "OpenSSL has X25519");
    }
    SSL_CTX_set_alpn_select_cb(raw, &select_protocol, nullptr);

    if (SSL_CTX_use_certificate_chain_file(raw, settings.certificate_chain.c_str()) != 1) {
        return fail(ErrorCode::invalid_input, "tls.certificate", openssl_reason());
    }
    if (SSL_CTX_use_PrivateKey_file(raw, settings.private_key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(raw) != 1) {
        return fail(ErrorCode::invalid_input, "tls.key", openssl_reason());
    }
    if (!settings.client_authority.empty()) {
        if (SSL_CTX_load_verify_file(raw, settings.client_authority.c_str()) != 1) {
            return fail(ErrorCode::invalid_input, "tls.certificate", openssl_reason());
        }
        SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    return context;
}

Result<std::unique_ptr<TlsContext>> TlsContext::load(TlsSettings settings) {
    std::unique_ptr<TlsContext> context{new TlsContext{std::move(settings)}};
    ROGATORY_TRY_VOID(context->reload());
    return context;
}

Result<> TlsContext::reload() {
    ROGATORY_TRY(auto fresh, make(settings_));
    const std::lock_guard lock{guard_};
    current_ = std::move(fresh);
    return {};
}

ssl_st* TlsContext::make_session(int descriptor) const {
    const std::lock_guard lock{guard_};
    // The session holds a reference of its own: a reload leaves it as it is.
    SSL* const session = SSL_new(current_.get());
    ensure(session != nullptr, "OpenSSL gives a session");
    ensure(SSL_set_fd(session, descriptor) == 1, "OpenSSL takes the socket");
    SSL_set_accept_state(session);
    return session;
}

}  // namespace rogatory::transport
