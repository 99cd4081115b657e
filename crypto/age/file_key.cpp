#include "crypto/age/file_key.hpp"

#include "crypto/primitives/hkdf.hpp"

namespace rogatory::age {

namespace {

using HeaderMacKey = crypto::Secret<32, struct HeaderMacKeyTag>;

}  // namespace

crypto::Mac header_mac(const FileKey& file_key, ByteView header_before_mac) {
    const auto key = crypto::hkdf_sha256<HeaderMacKey>(file_key.expose_secret(), {}, as_bytes("header"));
    return crypto::hmac_sha256(key.expose_secret(), header_before_mac);
}

PayloadKey payload_key(const FileKey& file_key, const PayloadNonce& nonce) {
    return crypto::hkdf_sha256<PayloadKey>(file_key.expose_secret(), nonce, as_bytes("payload"));
}

}  // namespace rogatory::age
