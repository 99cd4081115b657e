#include "crypto/tlog/note.hpp"

#include <algorithm>
#include <array>

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/sha256.hpp"
#include "crypto/tlog/decimal.hpp"
#include "platform/base/try.hpp"

namespace rogatory::tlog {

namespace {

constexpr std::string_view kSignaturePrefix = "\xe2\x80\x94 ";  // em dash, space
constexpr std::size_t kMaxNameBytes = 255;

tl::unexpected<Error> malformed(std::string detail) {
    return fail(ErrorCode::invalid_input, "log.note_malformed", std::move(detail));
}

struct CodePoint {
    char32_t value = 0;
    std::size_t bytes = 0;  // 0: ill-formed
};

// Unicode 15 §3.9, table 3-7: no overlong form, no surrogate, nothing above U+10FFFF.
CodePoint first_code_point(std::string_view text) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto lead = at(0);
    if (lead < 0x80) return {lead, 1};
    std::size_t bytes = 0;
    unsigned lowest = 0x80;
    unsigned highest = 0xbf;
    char32_t value = 0;
    if (lead >= 0xc2 && lead <= 0xdf) {
        bytes = 2;
        value = lead & 0x1fU;
    } else if (lead >= 0xe0 && lead <= 0xef) {
        bytes = 3;
        value = lead & 0x0fU;
        if (lead == 0xe0) lowest = 0xa0;
        if (lead == 0xed) highest = 0x9f;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
        bytes = 4;
        value = lead & 0x07U;
        if (lead == 0xf0) lowest = 0x90;
        if (lead == 0xf4) highest = 0x8f;
    } else {
        return {};
    }
    if (text.size() < bytes) return {};
    for (std::size_t i = 1; i < bytes; ++i) {
        if (at(i) < lowest || at(i) > highest) return {};
        lowest = 0x80;
        highest = 0xbf;
        value = (value << 6U) | (at(i) & 0x3fU);
    }
    return {value, bytes};
}

// Unicode White_Space, as Go's unicode.IsSpace has it: what signed-note's reference implementation asks.
bool is_space(char32_t c) {
    return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

bool is_key_name(std::string_view name) {
    if (name.empty() || name.size() > kMaxNameBytes) return false;
    while (!name.empty()) {
        const auto [value, bytes] = first_code_point(name);
        if (bytes == 0 || value < 0x20 || value == U'+' || is_space(value)) return false;
        name.remove_prefix(bytes);
    }
    return true;
}

ByteArray<4> big_endian_32(std::uint32_t value) {
    return {static_cast<std::uint8_t>(value >> 24U), static_cast<std::uint8_t>(value >> 16U),
            static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)};
}

std::uint32_t big_endian_32(ByteView bytes) {
    return (std::uint32_t{bytes[0]} << 24U) | (std::uint32_t{bytes[1]} << 16U) | (std::uint32_t{bytes[2]} << 8U) |
           bytes[3];
}

Bytes typed_key(SignatureType type, const crypto::VerifyKey& key) {
    Bytes out{static_cast<std::uint8_t>(type)};
    append(out, key.bytes());
    return out;
}

// signed-note, "Signatures": SHA-256(key name ‖ 0x0A ‖ signature type ‖ public key)[:4]. Short on purpose: it only
// tells keys apart, it protects nothing.
std::uint32_t key_id(std::string_view name, SignatureType type, const crypto::VerifyKey& key) {
    const auto digest = crypto::sha256({as_bytes(name), as_bytes("\n"), typed_key(type, key)});
    return big_endian_32(digest.value());
}

}  // namespace

bool is_note_text(std::string_view text) {
    while (!text.empty()) {
        const auto [value, bytes] = first_code_point(text);
        if (bytes == 0 || (value < 0x20 && value != U'\n')) return false;
        text.remove_prefix(bytes);
    }
    return true;
}

NoteKey::NoteKey(std::string name, SignatureType type, const crypto::VerifyKey& key)
    : name_{std::move(name)}, type_{type}, key_{key}, id_{key_id(name_, type, key)} {}

Result<NoteKey> NoteKey::make(std::string name, SignatureType type, const crypto::VerifyKey& key) {
    if (!is_key_name(name)) return fail(ErrorCode::invalid_input, "log.key_malformed", "not a key name");
    return NoteKey{std::move(name), type, key};
}

Result<NoteKey> NoteKey::parse(std::string_view vkey) {
    const auto refuse = [] { return fail(ErrorCode::invalid_input, "log.key_malformed"); };
    // A name has no '+', but base 64 has: split at the first two.
    const auto first = vkey.find('+');
    const auto second = first == std::string_view::npos ? first : vkey.find('+', first + 1);
    if (second == std::string_view::npos) return refuse();
    const auto id = encoding::hex_decode_array<4>(vkey.substr(first + 1, second - first - 1));
    const auto key = encoding::base64_decode(vkey.substr(second + 1));
    if (!id || !key || key->size() != 33) return refuse();
    const auto type = key->front();
    if (type != static_cast<std::uint8_t>(SignatureType::ed25519) &&
        type != static_cast<std::uint8_t>(SignatureType::cosignature)) {
        return fail(ErrorCode::unsupported, "log.key_unsupported");
    }
    auto made = make(std::string{vkey.substr(0, first)}, static_cast<SignatureType>(type),
                     *crypto::VerifyKey::from(ByteView{*key}.subspan(1)));
    if (made && made->id() != big_endian_32(*id)) return refuse();
    return made;
}

std::string NoteKey::vkey() const {
    return name_ + "+" + encoding::hex_encode(big_endian_32(id_)) + "+" +
           encoding::base64_encode(typed_key(type_, key_));
}

std::string NoteSignature::line() const {
    Bytes blob = to_bytes(big_endian_32(key_id));
    append(blob, signature);
    return std::string{kSignaturePrefix} + name + " " + encoding::base64_encode(blob) + "\n";
}

Result<Note> Note::parse(std::string_view note) {
    if (note.size() > kMaxNoteBytes) return malformed("too long");
    if (!is_note_text(note)) return malformed("not UTF-8, or a control character");
    // "the text is separated from the signatures by the last empty line in the note"
    const auto separator = note.rfind("\n\n");
    if (separator == std::string_view::npos) return malformed("no blank line");
    Note parsed;
    parsed.text = note.substr(0, separator + 1);
    auto rest = note.substr(separator + 2);
    if (rest.empty()) return malformed("no signature");
    while (!rest.empty()) {
        if (parsed.signatures.size() == kMaxNoteSignatures) return malformed("too many signatures");
        auto line = take_line(rest);
        if (!line || !line->starts_with(kSignaturePrefix)) return malformed("not a signature line");
        line->remove_prefix(kSignaturePrefix.size());
        const auto space = line->find(' ');
        if (space == std::string_view::npos || !is_key_name(line->substr(0, space))) return malformed("no key name");
        const auto blob = encoding::base64_decode(line->substr(space + 1));
        if (!blob || blob->size() < 5) return malformed("no signature bytes");
        parsed.signatures.push_back(
            {std::string{line->substr(0, space)}, big_endian_32(*blob), to_bytes(ByteView{*blob}.subspan(4))});
    }
    return parsed;
}

std::string Note::format() const {
    auto note = text + "\n";
    for (const auto& signature : signatures) note += signature.line();
    return note;
}

// signed-note, "Ed25519 signatures": over the note text, final newline included.
bool verify_note_signature(const NoteKey& key, std::string_view text, const NoteSignature& signature) {
    if (key.type() != SignatureType::ed25519 || !signature.may_be_of(key)) return false;
    const auto bytes = crypto::signature_from(signature.signature);
    return bytes && key.key().verify(as_bytes(text), *bytes);
}

}  // namespace rogatory::tlog
