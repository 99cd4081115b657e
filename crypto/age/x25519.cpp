#include "crypto/age/x25519.hpp"

#include <algorithm>

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/bech32.hpp"
#include "crypto/primitives/chacha20poly1305.hpp"
#include "crypto/primitives/hkdf.hpp"

namespace rogatory::age {

namespace {

using WrapKey = crypto::Secret<32, struct X25519WrapKeyTag>;

constexpr std::string_view kRecipientPrefix = "age";
constexpr std::string_view kIdentityPrefix = "AGE-SECRET-KEY-";
constexpr std::string_view kInfo = "age-encryption.org/v1/X25519";

// Safe with a zero nonce: each wrap key comes from a fresh ephemeral secret and seals exactly one message.
constexpr crypto::ChaChaNonce kZeroNonce{};

std::optional<crypto::X25519PublicKey> to_key(ByteView bytes) {
    crypto::X25519PublicKey::Value value;
    if (bytes.size() != value.size()) return std::nullopt;
    std::copy(bytes.begin(), bytes.end(), value.begin());
    return crypto::X25519PublicKey{value};
}

WrapKey wrap_key(const crypto::X25519SharedSecret& shared, const crypto::X25519PublicKey& share,
                 const crypto::X25519PublicKey& recipient) {
    Bytes salt;
    append(salt, ByteView{share.value()});
    append(salt, ByteView{recipient.value()});
    return crypto::hkdf_sha256<WrapKey>(shared.expose_secret(), salt, as_bytes(kInfo));
}

}  // namespace

Result<X25519Recipient> X25519Recipient::parse(std::string_view text) {
    const auto decoded = encoding::bech32_decode(text);
    if (!decoded || decoded->human_part != kRecipientPrefix) return fail(ErrorCode::invalid_input, "age.recipient");
    const auto key = to_key(decoded->data.expose_secret());
    // A point of low order gives zero with every private key, so any one shows it.
    const auto some =
        crypto::X25519PrivateKey::made_by([](MutableByteView out) { std::fill(out.begin(), out.end(), 1); });
    if (!key || !crypto::x25519(some, *key)) return fail(ErrorCode::invalid_input, "age.recipient");
    return X25519Recipient{*key};
}

std::string X25519Recipient::text() const { return encoding::bech32_encode(kRecipientPrefix, key_.value()); }

Stanza X25519Recipient::wrap(const FileKey& file_key, crypto::Random& random) const {
    const auto ephemeral = crypto::X25519PrivateKey::random(random);
    const auto share = crypto::x25519_public_key(ephemeral);
    const auto shared = crypto::x25519(ephemeral, key_);
    ensure(shared.has_value(), "a recipient was checked when it was made");
    auto body = crypto::chacha20poly1305_seal(wrap_key(*shared, share, key_), kZeroNonce, {}, file_key.expose_secret());
    return {{std::string{kX25519Stanza}, encoding::base64_encode(share.value(), encoding::Base64::unpadded)},
            std::move(body)};
}

X25519Identity::X25519Identity(crypto::X25519PrivateKey key)
    : key_{std::move(key)}, recipient_{crypto::x25519_public_key(key_)} {}

X25519Identity X25519Identity::generate(crypto::Random& random) {
    return X25519Identity{crypto::X25519PrivateKey::random(random)};
}

Result<X25519Identity> X25519Identity::parse(std::string_view text) {
    const auto decoded = encoding::bech32_decode(text);
    if (!decoded || decoded->human_part != kIdentityPrefix) return fail(ErrorCode::invalid_input, "age.identity");
    auto key = crypto::X25519PrivateKey::from(decoded->data.expose_secret());
    if (!key) return fail(ErrorCode::invalid_input, "age.identity");
    return X25519Identity{*std::move(key)};
}

crypto::SecretText X25519Identity::encode() const {
    return crypto::SecretText{encoding::bech32_encode(kIdentityPrefix, key_.expose_secret())};
}

Outcome<FileKey> X25519Identity::unwrap(const Stanza& stanza) const {
    if (stanza.type() != kX25519Stanza) return failed(Failure::no_match);
    if (stanza.arguments.size() != 2) return failed(Failure::header);
    const auto encoded = encoding::base64_decode(stanza.arguments[1], encoding::Base64::unpadded);
    const auto share = encoded ? to_key(*encoded) : std::nullopt;
    if (!share) return failed(Failure::header);
    // The size is checked before decrypting: a longer file key could be made to open under two keys.
    if (stanza.body.size() != kFileKeyBytes + crypto::kAeadTagBytes) return failed(Failure::header);
    // age: "If the shared secret is all 0x00 bytes, the identity implementation MUST abort."
    const auto shared = crypto::x25519(key_, *share);
    if (!shared) return failed(Failure::header);
    const auto opened =
        crypto::chacha20poly1305_open(wrap_key(*shared, *share, recipient_.key_), kZeroNonce, {}, stanza.body);
    if (!opened) return failed(Failure::no_match);
    return *FileKey::from(opened->expose_secret());
}

}  // namespace rogatory::age
