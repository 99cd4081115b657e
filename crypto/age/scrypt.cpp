#include "crypto/age/scrypt.hpp"

#include <algorithm>

#include "crypto/encoding/base64.hpp"
#include "crypto/primitives/chacha20poly1305.hpp"
#include "crypto/primitives/scrypt.hpp"
#include "platform/base/ensure.hpp"

namespace rogatory::age {

namespace {

using WrapKey = crypto::Secret<32, struct ScryptWrapKeyTag>;

constexpr std::string_view kLabel = "age-encryption.org/v1/scrypt";
constexpr std::size_t kSaltBytes = 16;

// Safe with a zero nonce: each wrap key comes from a fresh salt and seals exactly one message.
constexpr crypto::ChaChaNonce kZeroNonce{};

WrapKey wrap_key(const crypto::SecretText& passphrase, ByteView salt, std::uint8_t work_factor) {
    Bytes labelled = to_bytes(kLabel);
    append(labelled, salt);
    return WrapKey::made_by([&](MutableByteView out) {
        crypto::scrypt(passphrase.expose_secret_bytes(), labelled, {.log_n = work_factor, .r = 8, .p = 1}, out);
    });
}

// ^[1-9][0-9]*$, and no more than the ceiling.
std::optional<std::uint8_t> parse_work_factor(std::string_view text, std::uint8_t ceiling) {
    if (text.empty() || text.size() > 2 || text.front() == '0') return std::nullopt;
    unsigned value = 0;
    for (const char digit : text) {
        if (digit < '0' || digit > '9') return std::nullopt;
        value = value * 10 + static_cast<unsigned>(digit - '0');
    }
    if (value > ceiling) return std::nullopt;
    return static_cast<std::uint8_t>(value);
}

}  // namespace

Stanza scrypt_wrap(const FileKey& file_key, const crypto::SecretText& passphrase, crypto::Random& random,
                   std::uint8_t work_factor) {
    ensure(!passphrase.empty(), "a passphrase is not empty");
    ensure(work_factor >= 1 && work_factor <= 30, "scrypt takes a work factor from 1 to 30");
    const auto salt = random.bytes<kSaltBytes>();
    auto body = crypto::chacha20poly1305_seal(wrap_key(passphrase, salt, work_factor), kZeroNonce, {},
                                              file_key.expose_secret());
    return {{std::string{kScryptStanza}, encoding::base64_encode(salt, encoding::Base64::unpadded),
             std::to_string(work_factor)},
            std::move(body)};
}

Outcome<bool> wants_passphrase(const Header& header) {
    const auto is_scrypt = [](const Stanza& stanza) { return stanza.type() == kScryptStanza; };
    if (std::none_of(header.stanzas.begin(), header.stanzas.end(), is_scrypt)) return false;
    if (header.stanzas.size() != 1) return failed(Failure::header);
    return true;
}

Outcome<FileKey> scrypt_unwrap(const Stanza& stanza, const crypto::SecretText& passphrase, std::uint8_t ceiling) {
    if (stanza.type() != kScryptStanza) return failed(Failure::no_match);
    if (stanza.arguments.size() != 3) return failed(Failure::header);
    const auto salt = encoding::base64_decode(stanza.arguments[1], encoding::Base64::unpadded);
    if (!salt || salt->size() != kSaltBytes) return failed(Failure::header);
    const auto work_factor = parse_work_factor(stanza.arguments[2], ceiling);
    if (!work_factor) return failed(Failure::header);
    // The size is checked before decrypting: a longer file key could be made to open under two passphrases.
    if (stanza.body.size() != kFileKeyBytes + crypto::kAeadTagBytes) return failed(Failure::header);
    const auto opened =
        crypto::chacha20poly1305_open(wrap_key(passphrase, *salt, *work_factor), kZeroNonce, {}, stanza.body);
    if (!opened) return failed(Failure::no_match);
    return *FileKey::from(opened->expose_secret());
}

}  // namespace rogatory::age
