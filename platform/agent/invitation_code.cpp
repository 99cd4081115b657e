#include "platform/agent/invitation_code.hpp"

#include "crypto/age/file.hpp"
#include "crypto/encoding/crockford.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

constexpr std::string_view kTitle = "# rogatory/v1/kept-code\n";
constexpr std::string_view kKind = "# authority-kind: ";
constexpr std::string_view kName = "# authority-name: ";

}  // namespace

Bytes seal_kept_code(const KeptCode& kept, const age::HybridRecipient& self) {
    crypto::SecretText text;
    text.append(kTitle);
    text.append(kKind);
    text.append(model::to_text(kept.authority_kind));
    text.append("\n");
    text.append(kName);
    text.append(kept.authority_name.text());
    text.append("\n");
    text.append(encoding::code_encode(kept.code).expose_secret());
    text.append("\n");
    return age::seal(self, text.expose_secret_bytes(), crypto::system_random());
}

Result<KeptCode> open_kept_code(ByteView file, const age::HybridIdentity& self) {
    const auto wrong = [] { return fail(ErrorCode::integrity, "invitation.kept_code"); };
    const auto plaintext = age::open(self, file, age::Profile::single());
    if (!plaintext) return wrong();
    auto text = as_text(plaintext->expose_secret());
    const auto line = [&text](std::string_view prefix) -> std::optional<std::string_view> {
        const auto end = text.find('\n');
        if (end == std::string_view::npos || !text.starts_with(prefix)) return std::nullopt;
        const auto value = text.substr(prefix.size(), end - prefix.size());
        text.remove_prefix(end + 1);
        return value;
    };
    if (!line(kTitle.substr(0, kTitle.size() - 1))) return wrong();
    const auto kind_text = line(kKind);
    const auto name_text = line(kName);
    const auto code_text = line({});
    if (!kind_text || !name_text || !code_text || !text.empty()) return wrong();
    const auto kind = model::parse_authority_kind(*kind_text);
    const auto name = model::DisplayName::parse(*name_text);
    auto code = encoding::code_decode<record::InvitationCode>(*code_text);
    if (!kind || !name || !code) return wrong();
    return KeptCode{*std::move(code), *kind, *name};
}

}  // namespace rogatory::agent
