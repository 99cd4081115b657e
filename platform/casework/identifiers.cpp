#include "platform/casework/identifiers.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "platform/casework/data.hpp"

namespace rogatory::casework {

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return c >= 'A' && c <= 'Z'; }
bool alphanumeric(char c) { return digit(c) || letter(c); }

// Without the spaces, hyphens and dots that people group by, in capitals.
std::string compact(std::string_view typed) {
    std::string out;
    for (std::size_t i = 0; i < typed.size(); ++i) {
        const char c = typed[i];
        if (c == ' ' || c == '-' || c == '.' || c == '\t') continue;
        if (typed.substr(i).starts_with("\xC2\xA0")) {  // no-break space
            ++i;
            continue;
        }
        if (typed.substr(i).starts_with("\xE2\x80\xAF")) {  // narrow no-break space
            i += 2;
            continue;
        }
        out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    }
    return out;
}

Checked judged(std::string_view typed, std::string value, Findings warnings) {
    return Checked{.value = warnings.empty() ? std::move(value) : std::string{typed}, .warnings = std::move(warnings)};
}

// Letters count as 10 to 35, as ISO 7064 has it.
unsigned mod_97(std::string_view text) {
    unsigned rest = 0;
    for (const char c : text) {
        if (digit(c))
            rest = (rest * 10 + static_cast<unsigned>(c - '0')) % 97;
        else
            rest = (rest * 100 + static_cast<unsigned>(c - 'A') + 10) % 97;
    }
    return rest;
}

// "4a6n8c": so many letters, digits, or either.
bool has_shape(std::string_view text, std::string_view shape) {
    std::size_t at = 0;
    std::size_t count = 0;
    for (const char c : shape) {
        if (digit(c)) {
            count = count * 10 + static_cast<std::size_t>(c - '0');
            continue;
        }
        if (text.size() < at + count) return false;
        const auto part = text.substr(at, count);
        if (!std::ranges::all_of(part, c == 'n' ? digit : c == 'a' ? letter : alphanumeric)) return false;
        at += count;
        count = 0;
    }
    return at == text.size();
}

const std::multimap<std::string, std::string, std::less<>>& iban_shapes() {
    static const auto kShapes = [] {
        std::multimap<std::string, std::string, std::less<>> out;
        for (auto& row : data_rows(data::kIban)) out.emplace(std::move(row[0]), std::move(row[1]));
        return out;
    }();
    return kShapes;
}

using Codes = std::set<std::string, std::less<>>;

const Codes& countries() {
    static const auto kCountries = [] {
        Codes out;
        for (const auto& row : data_rows(data::kCountries)) out.insert({row[0], row[1]});
        return out;
    }();
    return kCountries;
}

// Kosovo has no code of ISO 3166; banks use XK.
bool bank_country(std::string_view code) { return code == "XK" || countries().contains(code); }

const Codes& currencies() {
    static const auto kCurrencies = [] {
        Codes out;
        for (const auto& row : data_rows(data::kCurrencies)) out.insert(row[0]);
        return out;
    }();
    return kCurrencies;
}

Findings iban_warnings(std::string_view iban) {
    if (!std::ranges::all_of(iban, alphanumeric)) return {finding("iban.characters")};
    if (iban.size() < 15 || iban.size() > 34) return {finding("iban.length")};
    const auto country = std::string{iban.substr(0, 2)};
    if (!has_shape(iban.substr(0, 4), "2a2n") || !bank_country(country))
        return {finding("iban.country", {{"country", country}})};
    const auto [first, last] = iban_shapes().equal_range(country);
    if (first == last) return {finding("iban.no_iban_country", {{"country", country}})};
    const auto fits =
        std::any_of(first, last, [&](const auto& shape) { return has_shape(iban.substr(4), shape.second); });
    if (!fits) return {finding("iban.shape", {{"country", country}})};
    if (mod_97(std::string{iban.substr(4)} + std::string{iban.substr(0, 4)}) != 1)
        return {finding("iban.check_digits")};
    return {};
}

}  // namespace

Checked check_iban(std::string_view typed) {
    auto iban = compact(typed);
    if (iban.starts_with("IBAN")) iban.erase(0, 4);
    auto warnings = iban_warnings(iban);
    return judged(typed, std::move(iban), std::move(warnings));
}

Checked check_bic(std::string_view typed) {
    auto bic = compact(typed);
    Findings warnings;
    if (!has_shape(bic, "6a2c") && !has_shape(bic, "6a5c"))
        warnings.push_back(finding("bic.shape"));
    else if (!bank_country(std::string_view{bic}.substr(4, 2)))
        warnings.push_back(finding("bic.country", {{"country", bic.substr(4, 2)}}));
    return judged(typed, std::move(bic), std::move(warnings));
}

Checked check_lei(std::string_view typed) {
    auto lei = compact(typed);
    Findings warnings;
    if (!has_shape(lei, "18c2n"))
        warnings.push_back(finding("lei.shape"));
    else if (mod_97(lei) != 1)
        warnings.push_back(finding("lei.check_digits"));
    return judged(typed, std::move(lei), std::move(warnings));
}

Checked check_currency(std::string_view typed) {
    auto code = compact(typed);
    Findings warnings;
    if (!currencies().contains(code))
        warnings.push_back(finding("currency.unknown", {{"currency", std::string{typed}}}));
    return judged(typed, std::move(code), std::move(warnings));
}

Checked check_country(std::string_view typed) {
    auto code = compact(typed);
    Findings warnings;
    if (!countries().contains(code)) warnings.push_back(finding("country.unknown", {{"country", std::string{typed}}}));
    return judged(typed, std::move(code), std::move(warnings));
}

Findings check_account(std::string_view iban, std::string_view institution, std::string_view number) {
    if (!iban.empty() || (!institution.empty() && !number.empty())) return {};
    return {finding("account.unnamed")};
}

}  // namespace rogatory::casework
