#include "crypto/primitives/sha1.hpp"

#include <openssl/evp.h>

#include "platform/base/ensure.hpp"

namespace rogatory::crypto {

void Sha1ForDamage::Free::operator()(evp_md_ctx_st* context) const noexcept { EVP_MD_CTX_free(context); }

Sha1ForDamage::Sha1ForDamage() : context_{EVP_MD_CTX_new()} {
    ensure(context_ != nullptr && EVP_DigestInit_ex2(context_.get(), EVP_sha1(), nullptr) == 1, "SHA-1 starts");
}

Sha1ForDamage& Sha1ForDamage::update(ByteView more) {
    ensure(EVP_DigestUpdate(context_.get(), more.data(), more.size()) == 1, "SHA-1 takes input");
    return *this;
}

ByteArray<20> Sha1ForDamage::finish() {
    ByteArray<20> out;
    ensure(EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) == 1, "SHA-1 ends");
    ensure(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) == 1, "SHA-1 starts anew");
    return out;
}

}  // namespace rogatory::crypto
