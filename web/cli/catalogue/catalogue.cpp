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

std::optional<std::string_view> Catalogue::find(Language language, std::string_view key) {
    const auto entries = catalogue_entries(language);
    const auto at = std::ranges::lower_bound(entries, key, {}, &CatalogueEntry::key);
    if (at == entries.end() || at->key != key) return std::nullopt;
    return at->pattern;
}

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

std::string Catalogue::text(const Error& error) const {
    Arguments arguments;
    for (const auto& [name, value] : error.arguments()) arguments.emplace(name, value);
    const auto key = "error." + error.key();
    auto told = find(language_, key)
                    ? text(key, arguments)
                    : text("error.code." + std::string{code_name(error.code())}, {{"key", error.key()}});
    // A refusal at the door has a code by which an administrator finds the cause.
    if (const auto code = error.arguments().find("support"); code != error.arguments().end()) {
        told += " " + text("support.told", {{"code", code->second}});
    }
    return told;
}

std::optional<Language> parse_language(std::string_view text) {
    const auto is = [&](std::string_view code) {
        return text.starts_with(code) && (text.size() == code.size() || text[code.size()] == '_' ||
                                          text[code.size()] == '-' || text[code.size()] == '.');
    };
    if (is("en")) return Language::en;
    if (is("fr")) return Language::fr;
    return std::nullopt;
}

std::string_view code_name(ErrorCode code) {
    switch (code) {
        case ErrorCode::invalid_input:
            return "invalid_input";
        case ErrorCode::unauthenticated:
            return "unauthenticated";
        case ErrorCode::forbidden:
            return "forbidden";
        case ErrorCode::not_found:
            return "not_found";
        case ErrorCode::conflict:
            return "conflict";
        case ErrorCode::precondition_failed:
            return "precondition_failed";
        case ErrorCode::expired:
            return "expired";
        case ErrorCode::too_large:
            return "too_large";
        case ErrorCode::too_many:
            return "too_many";
        case ErrorCode::integrity:
            return "integrity";
        case ErrorCode::storage_full:
            return "storage_full";
        case ErrorCode::unavailable:
            return "unavailable";
        case ErrorCode::unsupported:
            return "unsupported";
    }
    return "invalid_input";
}

}  // namespace rogatory::cli
