#include "web/transport/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string_view>
#include <system_error>

#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "web/transport/wire.hpp"

namespace rogatory::transport {
namespace {

std::string openssl_reason() {
    // The file that is not there comes first; the second error only says that reading it failed.
    const auto first = ERR_peek_error();
    const auto code = ERR_peek_last_error();
    ERR_clear_error();
    if (ERR_SYSTEM_ERROR(first)) return std::generic_category().message(ERR_GET_REASON(first));
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

constexpr long kLargestClientChain = 32L * 1024;

// A certificate that nothing here vouches for: the handshake proves that the client has its key, and no more. OpenSSL
// asks before it computes with that key, so one that is made to be dear ends here.
int take_any(X509_STORE_CTX* shown, void*) {
    constexpr int kLargestRsa = 4096;
    constexpr int kLargestCurve = 521;
    const auto* const certificate = X509_STORE_CTX_get0_cert(shown);
    const auto* const key = certificate == nullptr ? nullptr : X509_get0_pubkey(certificate);
    if (key == nullptr) return 0;
    const auto kind = EVP_PKEY_get_base_id(key);
    const bool rsa = kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS;
    if (!rsa && kind != EVP_PKEY_EC && kind != EVP_PKEY_ED25519 && kind != EVP_PKEY_ED448) return 0;
    return EVP_PKEY_get_bits(key) <= (rsa ? kLargestRsa : kLargestCurve) ? 1 : 0;
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
    // Two full records by one read(2) of the socket; idle connections give the buffer back (RELEASE_BUFFERS).
    SSL_CTX_set_read_ahead(raw, 1);
    SSL_CTX_set_default_read_buffer_len(raw, 33 * 1024);
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
    } else if (!settings.client_hints.empty()) {
        // Browsers ask their user only where he has a certificate of one of these names.
        STACK_OF(X509_NAME)* const names = SSL_load_client_CA_file(settings.client_hints.c_str());
        if (names == nullptr) return fail(ErrorCode::invalid_input, "tls.client_hints", openssl_reason());
        SSL_CTX_set_client_CA_list(raw, names);
        SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
        SSL_CTX_set_cert_verify_callback(raw, &take_any, nullptr);
        SSL_CTX_set_max_cert_list(raw, kLargestClientChain);
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

ssl_st* TlsContext::make_session() const {
    const std::lock_guard lock{guard_};
    // The session holds a reference of its own: a reload leaves it as it is.
    SSL* const session = SSL_new(current_.get());
    ensure(session != nullptr, "OpenSSL gives a session");
    auto* const bio = bio_of_this_thread();
    ensure(BIO_up_ref(bio) == 1, "a way to a socket is shared");
    SSL_set_bio(session, bio, bio);
    SSL_set_accept_state(session);
    return session;
}

}  // namespace rogatory::transport
