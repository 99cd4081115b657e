#include "crypto/primitives/client_certificate.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>

#include "platform/base/ensure.hpp"

namespace rogatory::crypto {
namespace {

struct FreeCertificate {
    void operator()(X509* certificate) const { X509_free(certificate); }
};
using Certificate = std::unique_ptr<X509, FreeCertificate>;
struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeStack {
    void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};
using Stack = std::unique_ptr<STACK_OF(X509), FreeStack>;
struct FreeContext {
    void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
};

// OpenSSL would ask whoever is at the terminal, and wait for him.
int no_pass_phrase(char*, int, int, void*) { return -1; }

// Whoever names an authority or shows a certificate chooses what verifying costs the server.
bool of_usual_size(const X509* certificate) {
    constexpr int kLargestRsa = 4096;
    constexpr int kLargestCurve = 521;
    const auto* const key = X509_get0_pubkey(certificate);
    if (key == nullptr) return false;
    const auto kind = EVP_PKEY_get_base_id(key);
    const bool rsa = kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS;
    if (!rsa && kind != EVP_PKEY_EC && kind != EVP_PKEY_ED25519 && kind != EVP_PKEY_ED448) return false;
    return EVP_PKEY_get_bits(key) <= (rsa ? kLargestRsa : kLargestCurve);
}

// Certificates alone: a text with anything else in it, such as a private key, is not one of authorities.
std::vector<Certificate> read_all(std::string_view pem) {
    std::vector<Certificate> out;
    const std::unique_ptr<BIO, FreeBio> bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    ensure(bio != nullptr, "OpenSSL gives a buffer");
    while (out.size() <= ClientAuthorities::kMost) {
        Certificate one{PEM_read_bio_X509(bio.get(), nullptr, &no_pass_phrase, nullptr)};
        if (one == nullptr) break;
        out.push_back(std::move(one));
    }
    ERR_clear_error();
    return out;
}

Certificate read_der(const Bytes& der) {
    const auto* at = der.data();
    Certificate one{d2i_X509(nullptr, &at, static_cast<long>(der.size()))};
    if (one != nullptr && (at != der.data() + der.size() || !of_usual_size(one.get()))) one.reset();
    ERR_clear_error();
    return one;
}

std::optional<UnixSeconds> seconds_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    return static_cast<UnixSeconds>(::timegm(&parts));
}

bool may_issue(X509* certificate) { return X509_check_ca(certificate) == 1; }

// Of a client, and said to be so: one for servers, or for any purpose, is none.
bool for_clients(X509* certificate) {
    const auto flags = X509_get_extension_flags(certificate);
    if ((flags & EXFLAG_INVALID) != 0 || (flags & EXFLAG_XKUSAGE) == 0 || X509_check_ca(certificate) != 0) return false;
    return (X509_get_extended_key_usage(certificate) & XKU_SSL_CLIENT) != 0;
}

}  // namespace

void ClientAuthorities::Free::operator()(x509_store_st* store) const { X509_STORE_free(store); }

Result<ClientAuthorities> ClientAuthorities::parse(std::string_view pem) {
    const auto refused = [] { return fail(ErrorCode::invalid_input, "access.client_ca"); };
    for (const std::string_view secret : {"PRIVATE KEY", "Proc-Type"}) {
        if (pem.find(secret) != std::string_view::npos) return refused();
    }
    const auto certificates = read_all(pem);
    if (certificates.empty() || certificates.size() > kMost) return refused();
    Store store{X509_STORE_new()};
    ensure(store != nullptr, "OpenSSL gives a store");
    for (const auto& one : certificates) {
        if (!may_issue(one.get()) || !of_usual_size(one.get()) || X509_STORE_add_cert(store.get(), one.get()) != 1)
            return refused();
    }
    return ClientAuthorities{std::move(store)};
}

std::optional<ClientAuthorities::Window> ClientAuthorities::vouch_for(const std::vector<Bytes>& chain,
                                                                      UnixSeconds at) const {
    constexpr int kDeepest = 4;
    constexpr int kSecurityLevel = 2;  // 112 bits: RSA from 2048, no SHA-1
    if (chain.empty()) return std::nullopt;
    const auto own = read_der(chain.front());
    if (own == nullptr || !for_clients(own.get())) return std::nullopt;
    const Stack others{sk_X509_new_null()};
    ensure(others != nullptr, "OpenSSL gives a stack");
    for (std::size_t i = 1; i < chain.size(); ++i) {
        auto one = read_der(chain[i]);
        if (one == nullptr) return std::nullopt;
        if (sk_X509_push(others.get(), one.get()) > 0) (void)one.release();
    }
    const std::unique_ptr<X509_STORE_CTX, FreeContext> context{X509_STORE_CTX_new()};
    ensure(context != nullptr && X509_STORE_CTX_init(context.get(), store_.get(), own.get(), others.get()) == 1,
           "OpenSSL gives a verification");
    auto* const parameters = X509_STORE_CTX_get0_param(context.get());
    // An issuer below a root that is not named is enough: the Party named whom it trusts.
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_CLIENT);
    X509_VERIFY_PARAM_set_depth(parameters, kDeepest);
    X509_VERIFY_PARAM_set_auth_level(parameters, kSecurityLevel);
    X509_VERIFY_PARAM_set_time(parameters, static_cast<std::time_t>(at));
    const bool holds = X509_verify_cert(context.get()) == 1;
    ERR_clear_error();
    if (!holds) return std::nullopt;
    Window window{0, at};
    bool first = true;
    const auto* const verified = X509_STORE_CTX_get0_chain(context.get());
    for (int i = 0; i < sk_X509_num(verified); ++i) {
        const auto* const one = sk_X509_value(verified, i);
        const auto from = seconds_of(X509_get0_notBefore(one));
        const auto until = seconds_of(X509_get0_notAfter(one));
        if (!from || !until) return std::nullopt;
        window.from = std::max(window.from, *from);
        window.until = first ? *until : std::min(window.until, *until);
        first = false;
    }
    return window;
}

}  // namespace rogatory::crypto
