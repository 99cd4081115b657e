#include "platform/model/request_content.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace rogatory::model {
namespace {

constexpr std::array<std::string_view, 15> kAssetKinds{
    "bank_account", "securities", "crypto_asset",  "real_estate",           "vehicle",
    "vessel",       "aircraft",   "company_share", "trust_interest",        "insurance",
    "cash",         "valuables",  "receivable",    "intellectual_property", "other"};
constexpr std::array<std::string_view, 2> kAssetRoles{"proceeds", "instrumentality"};
constexpr std::array<std::string_view, 2> kMeasureKinds{"freeze", "seizure"};
constexpr std::array<std::string_view, 10> kMeasureActs{"ordered",  "executed",      "notified", "notice_deferred",
                                                        "extended", "partly_lifted", "lifted",   "converted",
                                                        "claim",    "costs"};

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool digits(std::string_view text) noexcept { return std::all_of(text.begin(), text.end(), is_digit); }
unsigned number(std::string_view text) noexcept {
    unsigned out = 0;
    for (const char c : text) out = out * 10 + static_cast<unsigned>(c - '0');
    return out;
}

}  // namespace

template <>
std::span<const std::string_view> names_of<AssetKind>() noexcept {
    return kAssetKinds;
}
template <>
std::span<const std::string_view> names_of<AssetRole>() noexcept {
    return kAssetRoles;
}
template <>
std::span<const std::string_view> names_of<MeasureKind>() noexcept {
    return kMeasureKinds;
}
template <>
std::span<const std::string_view> names_of<MeasureAct>() noexcept {
    return kMeasureActs;
}

bool is_content_key(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 32 && text[0] >= 'a' && text[0] <= 'z' &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-'; });
}

bool is_day_or_less(std::string_view text) noexcept {
    if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
    if (!digits(text.substr(0, 4))) return false;
    if (text.size() == 4) return true;
    if (text[4] != '-' || !digits(text.substr(5, 2))) return false;
    const auto month = number(text.substr(5, 2));
    if (month < 1 || month > 12) return false;
    if (text.size() == 7) return true;
    if (text[7] != '-' || !digits(text.substr(8, 2))) return false;
    return std::chrono::year_month_day{std::chrono::year{static_cast<int>(number(text.substr(0, 4)))},
                                       std::chrono::month{month}, std::chrono::day{number(text.substr(8, 2))}}
        .ok();
}
bool is_day(std::string_view text) noexcept { return text.size() == 10 && is_day_or_less(text); }

bool is_amount(std::string_view text) noexcept {
    const auto point = text.find('.');
    const auto whole = text.substr(0, point);
    if (whole.empty() || whole.size() > 20 || !digits(whole)) return false;
    if (point == std::string_view::npos) return true;
    const auto part = text.substr(point + 1);
    return !part.empty() && part.size() <= 18 && digits(part);
}

bool is_three_letters(std::string_view text) noexcept {
    return text.size() == 3 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace rogatory::model
