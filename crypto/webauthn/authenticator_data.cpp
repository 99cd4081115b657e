#include "crypto/webauthn/authenticator_data.hpp"

#include <algorithm>

#include "crypto/webauthn/cbor.hpp"

namespace rogatory::webauthn {
namespace {

constexpr std::uint8_t kUserPresent = 0x01, kUserVerified = 0x04, kBackupEligible = 0x08, kBackedUp = 0x10,
                       kAttested = 0x40, kExtensions = 0x80, kReserved = 0x22;
constexpr std::size_t kMaxCredentialId = 1023;  // §6.1
constexpr std::uint64_t kMaxExtensions = 16;

std::optional<Algorithm> algorithm_of(std::int64_t number) {
    for (const auto known : {Algorithm::es256, Algorithm::eddsa, Algorithm::es384, Algorithm::rs256}) {
        if (number == static_cast<std::int64_t>(known)) return known;
    }
    return std::nullopt;
}

// One pair of a COSE_Key: the label it must have, then its value.
bool integer_pair(CborReader& reader, std::int64_t label, std::int64_t value) {
    return reader.integer() == label && reader.integer() == value;
}
std::optional<ByteView> bytes_pair(CborReader& reader, std::int64_t label, std::size_t size) {
    if (reader.integer() != label) return std::nullopt;
    const auto value = reader.bytes();
    return value && value->size() == size ? value : std::nullopt;
}

// kty, alg and then what the algorithm wants (RFC 9053 §2.1, §2.2, RFC 8230 §4); canonical order is 1, 3, -1, -2, -3.
std::optional<Bytes> key_bytes(CborReader& reader, std::uint64_t pairs, std::int64_t type, Algorithm algorithm) {
    Bytes raw;
    const auto add = [&](std::int64_t label, std::size_t size) {
        const auto value = bytes_pair(reader, label, size);
        if (value) append(raw, *value);
        return value.has_value();
    };
    bool good = false;
    switch (algorithm) {
        case Algorithm::es256:
            good = type == 2 && pairs == 5 && integer_pair(reader, -1, 1) && add(-2, 32) && add(-3, 32);
            break;
        case Algorithm::es384:
            good = type == 2 && pairs == 5 && integer_pair(reader, -1, 2) && add(-2, 48) && add(-3, 48);
            break;
        case Algorithm::eddsa:
            good = type == 1 && pairs == 4 && integer_pair(reader, -1, 6) && add(-2, 32);
            break;
        case Algorithm::rs256:
            good = type == 3 && pairs == 4 && add(-1, 256) && add(-2, 3);
            break;
    }
    if (!good) return std::nullopt;
    return raw;
}

std::optional<PublicKey> read_public_key(CborReader& reader) {
    const auto before = reader.rest();
    const auto pairs = reader.map();
    if (!pairs || reader.integer() != 1) return std::nullopt;
    const auto type = reader.integer();
    if (!type || reader.integer() != 3) return std::nullopt;
    const auto number = reader.integer();
    const auto algorithm = number ? algorithm_of(*number) : std::nullopt;
    if (!algorithm) return std::nullopt;
    auto raw = key_bytes(reader, *pairs, *type, *algorithm);
    if (!raw) return std::nullopt;
    return PublicKey{*algorithm, *std::move(raw), to_bytes(before.first(before.size() - reader.rest().size()))};
}

std::uint64_t big_endian(ByteView bytes) {
    std::uint64_t value = 0;
    for (const auto byte : bytes) value = value << 8U | byte;
    return value;
}

bool read_attested(ByteView& left, AuthenticatorData& data) {
    if (left.size() < 18) return false;
    AuthenticatorData::Attested attested;
    std::copy_n(left.begin(), 16, attested.aaguid.begin());
    const auto length = static_cast<std::size_t>(big_endian(left.subspan(16, 2)));
    left = left.subspan(18);
    if (length == 0 || length > kMaxCredentialId || left.size() < length) return false;
    attested.credential_id = to_bytes(left.first(length));
    CborReader reader{left.subspan(length)};
    auto key = read_public_key(reader);
    if (!key) return false;
    attested.key = *std::move(key);
    left = reader.rest();
    data.attested = std::move(attested);
    return true;
}

bool read_extensions(ByteView& left, AuthenticatorData& data) {
    CborReader reader{left};
    const auto pairs = reader.map();
    if (!pairs || *pairs == 0 || *pairs > kMaxExtensions) return false;
    for (std::uint64_t i = 0; i < *pairs; ++i) {
        const auto name = reader.text();
        if (!name || !reader.item()) return false;
        if (*name == "hmac-secret") data.hmac_secret = true;
    }
    left = reader.rest();
    return true;
}

}  // namespace

std::optional<PublicKey> parse_public_key(ByteView cose) {
    CborReader reader{cose};
    auto key = read_public_key(reader);
    return key && reader.at_end() ? key : std::nullopt;
}

std::optional<AuthenticatorData> parse_authenticator_data(ByteView bytes) {
    constexpr std::size_t kFixed = 37;
    if (bytes.size() < kFixed) return std::nullopt;
    AuthenticatorData data;
    std::copy_n(bytes.begin(), 32, data.rp_id_sha256.begin());
    const auto flags = bytes[32];
    if ((flags & kReserved) != 0) return std::nullopt;
    data.user_present = (flags & kUserPresent) != 0;
    data.user_verified = (flags & kUserVerified) != 0;
    data.backup_eligible = (flags & kBackupEligible) != 0;
    data.backed_up = (flags & kBackedUp) != 0;
    // §6.1.3: "If BE is not set, BS must not be set."
    if (data.backed_up && !data.backup_eligible) return std::nullopt;
    data.counter = static_cast<std::uint32_t>(big_endian(bytes.subspan(33, 4)));
    auto left = bytes.subspan(kFixed);
    if ((flags & kAttested) != 0 && !read_attested(left, data)) return std::nullopt;
    if ((flags & kExtensions) != 0 && !read_extensions(left, data)) return std::nullopt;
    if (!left.empty()) return std::nullopt;
    return data;
}

std::optional<AttestationObject> parse_attestation_object(ByteView bytes) {
    CborReader reader{bytes};
    AttestationObject object;
    if (reader.map() != 3U || reader.text() != "fmt") return std::nullopt;
    const auto format = reader.text();
    if (!format || reader.text() != "attStmt") return std::nullopt;
    const auto pairs = reader.map();
    if (*format == "none" && pairs == 0U) {
        object.format = AttestationObject::Format::none;
    } else if (*format == "packed" && pairs == 2U) {
        // Two members: no certificate, so it is the credential's own signature (§8.2).
        if (reader.text() != "alg") return std::nullopt;
        const auto number = reader.integer();
        const auto algorithm = number ? algorithm_of(*number) : std::nullopt;
        if (!algorithm || reader.text() != "sig") return std::nullopt;
        const auto signature = reader.bytes();
        if (!signature) return std::nullopt;
        object.format = AttestationObject::Format::packed_self;
        object.signed_with = *algorithm;
        object.signature = *signature;
    } else {
        return std::nullopt;
    }
    if (reader.text() != "authData") return std::nullopt;
    const auto data = reader.bytes();
    if (!data || !reader.at_end()) return std::nullopt;
    object.authenticator_data = *data;
    return object;
}

}  // namespace rogatory::webauthn
