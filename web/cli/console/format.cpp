#include "web/cli/console/format.hpp"

#include <ctime>

#include <fmt/format.h>
#include <unicode/locid.h>
#include <unicode/smpdtfmt.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace rogatory::cli {
namespace {

// Bytes that are no UTF-8 become U+FFFD.
icu::UnicodeString from_utf8(std::string_view text) {
    return icu::UnicodeString::fromUTF8(icu::StringPiece{text.data(), static_cast<std::int32_t>(text.size())});
}

std::string formatted(Language language, UnixSeconds at, const char* pattern) {
    UErrorCode status = U_ZERO_ERROR;
    icu::SimpleDateFormat format{icu::UnicodeString::fromUTF8(pattern),
                                 language == Language::fr ? icu::Locale::getFrench() : icu::Locale::getUK(), status};
    if (U_FAILURE(status)) return std::to_string(at);
    icu::UnicodeString text;
    format.format(static_cast<UDate>(at) * 1000.0, text);
    std::string out;
    text.toUTF8String(out);
    return out;
}

}  // namespace

std::string format_time(Language language, UnixSeconds at) {
    return formatted(language, at, language == Language::fr ? "d MMMM y 'à' HH:mm" : "d MMMM y, HH:mm");
}

std::string format_date(Language language, UnixSeconds at) { return formatted(language, at, "d MMMM y"); }

int minutes_ahead_of_utc() {
    const auto now = std::time(nullptr);
    std::tm here{};
    localtime_r(&now, &here);
    return static_cast<int>(here.tm_gmtoff / 60);
}

namespace {

// ZERO WIDTH NON-JOINER and JOINER belong to the spelling of words in these scripts, and join emoji: after one of
// their characters they stay.
bool takes_joiners(UChar32 before) {
    if (u_hasBinaryProperty(before, UCHAR_VARIATION_SELECTOR)) return true;
    if (u_hasBinaryProperty(before, UCHAR_EXTENDED_PICTOGRAPHIC) || u_hasBinaryProperty(before, UCHAR_EMOJI_MODIFIER))
        return true;
    return (before >= 0x0600 && before <= 0x08FF && u_isUAlphabetic(before)) ||  // Arabic, Syriac, Thaana, N’Ko
           (before >= 0x0900 && before <= 0x0DFF) ||                             // of India and Sri Lanka
           (before >= 0x1000 && before <= 0x109F) ||                             // Myanmar
           (before >= 0x1780 && before <= 0x18AF);                               // Khmer, Mongolian
}

// What is not seen and changes how the rest reads, or is nothing at all.
bool is_hidden(UChar32 c, UChar32 before) {
    constexpr UChar32 kNonJoiner = 0x200C;
    constexpr UChar32 kJoiner = 0x200D;
    if (c == kNonJoiner || c == kJoiner) return !takes_joiners(before);
    switch (u_charType(c)) {
        case U_UNASSIGNED:
        case U_PRIVATE_USE_CHAR:
        case U_SURROGATE:
        case U_CONTROL_CHAR:
        case U_FORMAT_CHAR:
        case U_LINE_SEPARATOR:
        case U_PARAGRAPH_SEPARATOR:
            return true;
        default:
            // Fillers are letters that show nothing; variation selectors only choose a glyph.
            return u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) &&
                   !u_hasBinaryProperty(c, UCHAR_VARIATION_SELECTOR);
    }
}

}  // namespace

std::string printable(std::string_view text) {
    std::string out;
    UChar32 before = 0;
    const auto decoded = from_utf8(text);
    for (std::int32_t at = 0; at < decoded.length(); at = decoded.moveIndex32(at, 1)) {
        const auto c = decoded.char32At(at);
        if (is_hidden(c, before)) {
            out += fmt::format("<U+{:04X}>", static_cast<std::uint32_t>(c));
        } else {
            icu::UnicodeString{c}.toUTF8String(out);
        }
        before = c;
    }
    return out;
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    const auto decoded = from_utf8(text);
    for (std::int32_t at = 0; at < decoded.length(); at = decoded.moveIndex32(at, 1)) {
        const auto c = decoded.char32At(at);
        const auto type = u_charType(c);
        if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR) continue;
        const auto east_asian = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
        width += east_asian == U_EA_FULLWIDTH || east_asian == U_EA_WIDE ? 2 : 1;
    }
    return width;
}

}  // namespace rogatory::cli
