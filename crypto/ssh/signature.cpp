#include "crypto/ssh/signature.hpp"

#include "crypto/encoding/base64.hpp"
#include "crypto/primitives/sha256.hpp"
#include "crypto/primitives/sha512.hpp"
#include "crypto/ssh/wire.hpp"
#include "platform/base/try.hpp"

namespace rogatory::ssh {
namespace {

constexpr std::string_view kBegin = "-----BEGIN SSH SIGNATURE-----\n";
constexpr std::string_view kEnd = "-----END SSH SIGNATURE-----\n";
constexpr std::string_view kMagic = "SSHSIG";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kMostBytes = 16 * 1024;

tl::unexpected<Error> malformed() { return fail(ErrorCode::invalid_input, "ssh.signature_malformed"); }

// Lines of base 64 between the two marks, each ended by a line feed.
Result<Bytes> unarmoured(std::string_view text) {
    if (text.size() > kMostBytes || !text.starts_with(kBegin) || !text.ends_with(kEnd)) return malformed();
    text.remove_prefix(kBegin.size());
    if (text.size() < kEnd.size()) return malformed();
    text.remove_suffix(kEnd.size());
    std::string joined;
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos || end == 0) return malformed();
        joined += text.substr(0, end);
        text.remove_prefix(end + 1);
    }
    auto bytes = encoding::base64_decode(joined);
    if (!bytes) return malformed();
    return *std::move(bytes);
}

}  // namespace

Result<FileSignature> FileSignature::parse(std::string_view armoured) {
    ROGATORY_TRY(const auto bytes, unarmoured(armoured));
    Reader reader{as_text(bytes)};
    if (reader.take(kMagic.size()) != kMagic) return malformed();
    const auto version = reader.number();
    if (!version) return malformed();
    if (*version != kVersion) return fail(ErrorCode::unsupported, "ssh.signature_version");
    const auto key_blob = reader.string();
    const auto purpose = reader.string();
    const auto reserved = reader.string();
    const auto hash = reader.string();
    const auto signature_blob = reader.string();
    if (!signature_blob || !reader.at_end() || purpose->empty() || !reserved->empty()) return malformed();

    const auto kind = Reader{*key_blob}.string();
    if (!kind) return malformed();
    if (*kind != kEd25519) {
        return fail(Error{ErrorCode::unsupported, "ssh.signature_kind"}.with("kind", std::string{*kind}));
    }
    const auto key_bytes = of_kind(*key_blob, kEd25519);
    const auto signature_bytes = of_kind(*signature_blob, kEd25519);
    if (!key_bytes || !signature_bytes) return malformed();
    const auto key = crypto::VerifyKey::from(as_bytes(*key_bytes));
    const auto signature = crypto::signature_from(as_bytes(*signature_bytes));
    if (!key || !signature || (*hash != "sha256" && *hash != "sha512")) return malformed();
    return FileSignature{*key, std::string{*purpose}, *hash == "sha256" ? Hash::sha256 : Hash::sha512, *signature};
}

bool FileSignature::covers(ByteView message) const {
    Bytes text = to_bytes(kMagic);
    append_string(text, purpose_);
    append_string(text, {});
    if (hash_ == Hash::sha256) {
        append_string(text, "sha256");
        append_string(text, as_text(crypto::sha256(message).value()));
    } else {
        append_string(text, "sha512");
        append_string(text, as_text(crypto::sha512(message)));
    }
    return key_.verify(text, signature_);
}

}  // namespace rogatory::ssh
