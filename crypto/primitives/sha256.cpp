#include "crypto/primitives/sha256.hpp"

#include <openssl/evp.h>

#include "platform/base/ensure.hpp"

namespace rogatory::crypto {

namespace {

// Fetched once: EVP_sha256() would look the implementation up at every init.
const EVP_MD* implementation() {
    static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    ensure(fetched != nullptr, "OpenSSL provides SHA-256");
    return fetched;
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const noexcept { EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_{EVP_MD_CTX_new()} {
    ensure(context_ != nullptr && EVP_DigestInit_ex2(context_.get(), implementation(), nullptr) == 1, "SHA-256 starts");
}

Sha256& Sha256::update(ByteView more) {
    ensure(EVP_DigestUpdate(context_.get(), more.data(), more.size()) == 1, "SHA-256 takes input");
    return *this;
}

Digest Sha256::finish() {
    ByteArray<32> out;
    ensure(EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) == 1, "SHA-256 ends");
    ensure(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) == 1, "SHA-256 starts anew");
    return Digest{out};
}

Digest sha256(ByteView message) { return sha256({message}); }

Digest sha256(std::initializer_list<ByteView> parts) {
    thread_local Sha256 hasher;
    for (const auto part : parts) hasher.update(part);
    return hasher.finish();
}

}  // namespace rogatory::crypto
