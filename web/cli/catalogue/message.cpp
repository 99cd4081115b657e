// Messages by ICU.
#include "web/cli/catalogue/catalogue.hpp"

#include <algorithm>

#include <unicode/locid.h>
#include <unicode/msgfmt.h>
#include <unicode/unistr.h>

namespace rogatory::cli {
namespace {

icu::UnicodeString from_utf8(std::string_view text) {
    return icu::UnicodeString::fromUTF8(icu::StringPiece{text.data(), static_cast<std::int32_t>(text.size())});
}

bool all_digits(std::string_view text) {
    return !text.empty() && text.size() <= 18 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

icu::Formattable formattable(std::string_view pattern, const std::string& name, const Argument& argument) {
    if (const auto* number = std::get_if<std::int64_t>(&argument)) return icu::Formattable{*number};
    const auto& text = std::get<std::string>(argument);
    // "{name," means that the pattern counts with it; a plain "{name}" shows the text as it is.
    if (pattern.find("{" + name + ",") != std::string_view::npos && all_digits(text)) {
        return icu::Formattable{static_cast<std::int64_t>(std::stoll(text))};
    }
    return icu::Formattable{from_utf8(text)};
}

}  // namespace

std::string Catalogue::text(std::string_view key, const Arguments& arguments) const {
    const auto pattern = find(language_, key);
    if (!pattern) return "<" + std::string{key} + ">";
    UErrorCode status = U_ZERO_ERROR;
    const icu::MessageFormat format{
        from_utf8(*pattern), language_ == Language::fr ? icu::Locale::getFrench() : icu::Locale::getUK(), status};
    std::vector<icu::UnicodeString> names;
    std::vector<icu::Formattable> values;
    for (const auto& [name, value] : arguments) {
        names.push_back(from_utf8(name));
        values.push_back(formattable(*pattern, name, value));
    }
    icu::UnicodeString filled;
    format.format(names.data(), values.data(), static_cast<std::int32_t>(names.size()), filled, status);
    if (U_FAILURE(status)) return "<" + std::string{key} + ">";
    std::string out;
    filled.toUTF8String(out);
    return out;
}

}  // namespace rogatory::cli
