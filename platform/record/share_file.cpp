#include "platform/record/share_file.hpp"

#include <map>
#include <optional>

#include "crypto/encoding/crockford.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/memory.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/record/lines.hpp"

namespace rogatory::record {
namespace {

constexpr std::string_view kTitle = "# rogatory/v1/recovery-share";
constexpr std::string_view kPrintedTitle = "rogatory/v1/recovery-share";
constexpr std::size_t kHalf = 16;
constexpr std::size_t kValueBytes = 2 * kHalf;  // a recovery identity's seed

using HalfCode = crypto::Secret<kHalf>;

std::optional<std::uint8_t> parse_index(std::string_view text) {
    const auto number = parse_number(text);
    if (!number || *number == 0 || *number > 255) return std::nullopt;
    return static_cast<std::uint8_t>(*number);
}

std::string_view trimmed(std::string_view line) {
    constexpr std::string_view kSpace = " \t\r";
    const auto first = line.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return line.substr(first, line.find_last_not_of(kSpace) - first + 1);
}

crypto::SecretText code_of(ByteView half) { return encoding::code_encode(*HalfCode::from(half)); }

}  // namespace

model::Digest share_digest(const crypto::ShamirShare& share) { return crypto::sha256(share.encode().expose_secret()); }

Result<ShareFile> ShareFile::parse(ByteView plaintext) {
    const auto malformed = [] { return fail(ErrorCode::integrity, "share.malformed"); };
    Lines lines{as_text(plaintext)};
    if (!lines.take(kTitle)) return malformed();
    const auto authority = parse_id<model::AuthorityId>(lines.next("# authority: ").value_or(""));
    const auto index = parse_index(lines.next("# index: ").value_or(""));
    auto value = encoding::hex_decode(lines.next().value_or(""));
    if (!authority || !index || !value || value->size() != kValueBytes || !lines.done()) return malformed();
    ShareFile out{*authority, {*index, crypto::SecretBytes::copy_of(*value)}};
    crypto::wipe(MutableByteView{*value});
    return out;
}

crypto::SecretText ShareFile::encode() const {
    crypto::SecretText out;
    out.append(kTitle);
    out.append("\n# authority: ");
    out.append(model::to_hex(authority));
    out.append("\n# index: ");
    out.append(std::to_string(share.index));
    out.append("\n");
    const crypto::SecretText value{encoding::hex_encode(share.value.expose_secret())};
    out.append(value.expose_secret());
    out.append("\n");
    return out;
}

Result<PrintedShare> PrintedShare::parse(std::string_view text) {
    const auto malformed = [](std::string_view line) {
        return fail(Error{ErrorCode::invalid_input, "envelope.malformed"}.with("line", std::string{line}));
    };
    bool titled = false;
    std::map<std::string_view, std::string_view> values;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = trimmed(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        if (line == kPrintedTitle) {
            // Two sheets in one file are not one share.
            if (titled) return malformed(kPrintedTitle);
            titled = true;
        }
        for (const std::string_view name : {"party:", "authority:", "part:", "code-1:", "code-2:"}) {
            if (titled && line.starts_with(name) && !values.contains(name)) {
                values[name] = trimmed(line.substr(name.size()));
            }
        }
    }
    if (!titled) return malformed(kPrintedTitle);
    const auto party = model::PartyCode::parse(values["party:"]);
    if (!party) return malformed("party");
    const auto authority = parse_id<model::AuthorityId>(values["authority:"]);
    if (!authority) return malformed("authority");
    const auto index = parse_index(values["part:"]);
    if (!index) return malformed("part");
    crypto::SecretBytes value;
    for (const std::string_view name : {"code-1:", "code-2:"}) {
        const auto half = encoding::code_decode<HalfCode>(values[name]);
        if (!half) return malformed(name.substr(0, name.size() - 1));
        value.append(half->expose_secret());
    }
    return PrintedShare{*party, {*authority, {*index, std::move(value)}}};
}

crypto::SecretText PrintedShare::encode() const {
    crypto::SecretText out;
    const auto line = [&out](std::string_view name, std::string_view value) {
        out.append(name);
        out.append(value);
        out.append("\n");
    };
    const auto value = file.share.value.expose_secret();
    line(kPrintedTitle, "");
    line("party: ", party.text());
    line("authority: ", model::to_hex(file.authority));
    line("part: ", std::to_string(file.share.index));
    line("code-1: ", code_of(value.first(kHalf)).expose_secret());
    line("code-2: ", code_of(value.subspan(kHalf)).expose_secret());
    return out;
}

}  // namespace rogatory::record
