#include "crypto/age/hybrid.hpp"

#include <algorithm>

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/bech32.hpp"
#include "crypto/primitives/chacha20poly1305.hpp"
#include "crypto/primitives/hpke.hpp"
#include "crypto/primitives/x25519.hpp"

namespace rogatory::age {

namespace {

constexpr std::string_view kRecipientPrefix = "age1pq";
constexpr std::string_view kIdentityPrefix = "AGE-SECRET-KEY-PQ-";
constexpr std::string_view kInfo = "age-encryption.org/mlkem768x25519";

constexpr std::size_t kMlKemPartBytes = 1184;
constexpr std::size_t kMlKemVectorBytes = 1152;  // 768 coefficients of 12 bits, then the 32-byte seed of the matrix

// FIPS 203 §7.2, "modulus check": each 12-bit coefficient is below q, or the key has a second encoding.
bool is_reduced(ByteView vector) noexcept {
    constexpr unsigned kQ = 3329;
    for (std::size_t i = 0; i < kMlKemVectorBytes; i += 3) {
        const unsigned low = vector[i] | (vector[i + 1] & 0x0fU) << 8;
        const unsigned high = vector[i + 1] >> 4 | static_cast<unsigned>(vector[i + 2]) << 4;
        if (low >= kQ || high >= kQ) return false;
    }
    return true;
}

// A point of low order gives zero with every private key, so any one shows it.
bool is_low_order(ByteView point) {
    crypto::X25519PublicKey::Value key;
    std::copy(point.begin(), point.end(), key.begin());
    const auto some =
        crypto::X25519PrivateKey::made_by([](MutableByteView out) { std::fill(out.begin(), out.end(), 1); });
    return !crypto::x25519(some, crypto::X25519PublicKey{key});
}

}  // namespace

Result<HybridRecipient> HybridRecipient::parse(std::string_view text) {
    const auto decoded = encoding::bech32_decode(text);
    if (!decoded || decoded->human_part != kRecipientPrefix) return fail(ErrorCode::invalid_input, "age.recipient");
    return from_bytes(decoded->data.expose_secret());
}

Result<HybridRecipient> HybridRecipient::from_bytes(ByteView key) {
    crypto::XWingPublicKey::Value value;
    if (key.size() != value.size() || !is_reduced(key) || is_low_order(key.subspan(kMlKemPartBytes))) {
        return fail(ErrorCode::invalid_input, "age.recipient");
    }
    std::copy(key.begin(), key.end(), value.begin());
    return HybridRecipient{crypto::XWingPublicKey{value}};
}

std::string HybridRecipient::text() const { return encoding::bech32_encode(kRecipientPrefix, bytes()); }

Stanza HybridRecipient::wrap(const FileKey& file_key, crypto::Random& random) const {
    const auto sealed = crypto::hpke_seal(key_, as_bytes(kInfo), {}, file_key.expose_secret(), random);
    ensure(sealed.has_value(), "a recipient was checked when it was made");
    const auto share = encoding::base64_encode(sealed->encapsulated.value(), encoding::Base64::unpadded);
    return {{std::string{kHybridStanza}, share}, sealed->ciphertext};
}

HybridIdentity::HybridIdentity(crypto::XWingSeed seed)
    : seed_{std::move(seed)}, recipient_{crypto::xwing_public_key(seed_)} {}

HybridIdentity HybridIdentity::generate(crypto::Random& random) {
    return HybridIdentity{crypto::XWingSeed::random(random)};
}

HybridIdentity HybridIdentity::from_seed(crypto::XWingSeed seed) { return HybridIdentity{std::move(seed)}; }

Result<HybridIdentity> HybridIdentity::parse(std::string_view text) {
    const auto decoded = encoding::bech32_decode(text);
    if (!decoded || decoded->human_part != kIdentityPrefix) return fail(ErrorCode::invalid_input, "age.identity");
    auto seed = crypto::XWingSeed::from(decoded->data.expose_secret());
    if (!seed) return fail(ErrorCode::invalid_input, "age.identity");
    return HybridIdentity{*std::move(seed)};
}

HybridIdentity HybridIdentity::duplicate() const { return HybridIdentity{seed_.duplicate()}; }

crypto::SecretText HybridIdentity::encode() const {
    return crypto::SecretText{encoding::bech32_encode(kIdentityPrefix, seed_.expose_secret())};
}

Outcome<FileKey> HybridIdentity::unwrap(const Stanza& stanza) const {
    if (stanza.type() != kHybridStanza) return failed(Failure::no_match);
    if (stanza.arguments.size() != 2) return failed(Failure::header);
    const auto share = encoding::base64_decode(stanza.arguments[1], encoding::Base64::unpadded);
    crypto::XWingCiphertext::Value value;
    if (!share || share->size() != value.size()) return failed(Failure::header);
    // The size is checked before decrypting: a longer file key could be made to open under two keys.
    if (stanza.body.size() != kFileKeyBytes + crypto::kAeadTagBytes) return failed(Failure::header);
    std::copy(share->begin(), share->end(), value.begin());
    const crypto::XWingCiphertext encapsulated{value};
    const auto opened = crypto::hpke_open(seed_, encapsulated, as_bytes(kInfo), {}, stanza.body);
    if (!opened) {
        // A share of low order is malformed for everybody, not somebody else's.
        return failed(crypto::xwing_decapsulate(seed_, encapsulated) ? Failure::no_match : Failure::header);
    }
    return *FileKey::from(opened->expose_secret());
}

}  // namespace rogatory::age
