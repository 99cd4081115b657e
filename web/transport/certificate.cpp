#include "web/transport/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <memory>

#include "platform/base/try.hpp"

namespace rogatory::transport {
namespace {

struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeCertificate {
    void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeNames {
    void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};
using Certificate = std::unique_ptr<X509, FreeCertificate>;

Certificate first_of(const std::filesystem::path& chain) {
    const std::unique_ptr<BIO, FreeBio> file{BIO_new_file(chain.c_str(), "r")};
    return Certificate{file ? PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr) : nullptr};
}

UnixSeconds seconds_of(const ASN1_TIME* time) {
    std::tm parts{};
    return ASN1_TIME_to_tm(time, &parts) == 1 ? timegm(&parts) : 0;
}

bool is_for(X509* certificate, const std::string& host) {
    return X509_check_host(certificate, host.data(), host.size(), 0, nullptr) == 1 ||
           X509_check_ip_asc(certificate, host.c_str(), 0) == 1;
}

}  // namespace

Result<CertificateFacts> certificate_facts(const std::filesystem::path& chain) {
    const auto certificate = first_of(chain);
    if (!certificate) return fail(ErrorCode::invalid_input, "tls.certificate", "no certificate in the file");
    CertificateFacts facts;
    facts.not_before = seconds_of(X509_get0_notBefore(certificate.get()));
    facts.not_after = seconds_of(X509_get0_notAfter(certificate.get()));
    const std::unique_ptr<GENERAL_NAMES, FreeNames> names{
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr))};
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const auto* const name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type != GEN_DNS) continue;
        const auto* const text = ASN1_STRING_get0_data(name->d.dNSName);
        const auto size = static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName));
        facts.names.emplace_back(reinterpret_cast<const char*>(text), size);
    }
    return facts;
}

bool certificate_is_for(const std::filesystem::path& chain, const std::string& host) {
    const auto certificate = first_of(chain);
    return certificate && is_for(certificate.get(), host);
}

}  // namespace rogatory::transport
