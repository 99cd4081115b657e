#include "web/transport/self_signed.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <array>
#include <memory>

#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::transport {
namespace {

constexpr long kYearSeconds = 365L * 24 * 3600;

struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;

bool is_address(const std::string& host) {
    std::array<unsigned char, 16> bytes{};
    return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

void add_extension(X509* certificate, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, Free> extension{X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str())};
    ensure(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "OpenSSL takes an extension");
}

Certificate make_certificate(const std::string& host, EVP_PKEY* key) {
    Certificate certificate{X509_new()};
    auto* const raw = certificate.get();
    ensure(raw != nullptr && X509_set_version(raw, 2) == 1, "OpenSSL makes a certificate");
    std::uint64_t serial = 0;
    ensure(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "OpenSSL has randomness");
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(raw), serial >> 1U);
    X509_gmtime_adj(X509_getm_notBefore(raw), -3600);
    X509_gmtime_adj(X509_getm_notAfter(raw), kYearSeconds);
    X509_set_pubkey(raw, key);
    auto* const name = X509_get_subject_name(raw);
    const auto* const common = reinterpret_cast<const unsigned char*>(host.c_str());
    // RFC 5280: a common name has at most 64 characters; clients look at the alternative name alone.
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, common, host.size() > 64 ? 64 : -1, -1, 0);
    X509_set_issuer_name(raw, name);
    add_extension(raw, NID_subject_alt_name, (is_address(host) ? "IP:" : "DNS:") + host);
    add_extension(raw, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(raw, NID_key_usage, "critical,digitalSignature");
    add_extension(raw, NID_ext_key_usage, "serverAuth");
    ensure(X509_sign(raw, key, EVP_sha256()) > 0, "OpenSSL signs a certificate");
    return certificate;
}

Result<> write_new(const std::filesystem::path& path, BIO* from, mode_t mode) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (file < 0) {
        const bool there = errno == EEXIST;
        return fail(
            Error{there ? ErrorCode::conflict : ErrorCode::unavailable, there ? "tls.exists" : "tls.write"}.with(
                "file", path.filename().string()));
    }
    char* data = nullptr;
    const long size = BIO_get_mem_data(from, &data);
    const bool whole = ::write(file, data, static_cast<std::size_t>(size)) == size && ::fsync(file) == 0;
    ::close(file);
    if (!whole) return fail(Error{ErrorCode::unavailable, "tls.write"}.with("file", path.filename().string()));
    return {};
}

}  // namespace

Result<> write_self_signed(const std::string& host, const std::filesystem::path& certificate,
                           const std::filesystem::path& private_key) {
    const Key key{EVP_EC_gen("P-256")};
    ensure(key != nullptr, "OpenSSL makes a key");
    const auto made = make_certificate(host, key.get());
    // Memory that OpenSSL wipes when it is freed, since a key passes through.
    const std::unique_ptr<BIO, Free> key_text{BIO_new(BIO_s_secmem())};
    const std::unique_ptr<BIO, Free> certificate_text{BIO_new(BIO_s_mem())};
    ensure(PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1 &&
               PEM_write_bio_X509(certificate_text.get(), made.get()) == 1,
           "OpenSSL writes PEM");
    ROGATORY_TRY_VOID(write_new(private_key, key_text.get(), S_IRUSR | S_IWUSR));
    return write_new(certificate, certificate_text.get(), S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
}

}  // namespace rogatory::transport
