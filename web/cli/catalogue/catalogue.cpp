#include "web/cli/catalogue/catalogue.hpp"

#include <algorithm>

namespace rogatory::cli {

std::optional<std::string_view> Catalogue::find(Language language, std::string_view key) {
    const auto entries = catalogue_entries(language);
    const auto at = std::ranges::lower_bound(entries, key, {}, &CatalogueEntry::key);
    if (at == entries.end() || at->key != key) return std::nullopt;
    return at->pattern;
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
