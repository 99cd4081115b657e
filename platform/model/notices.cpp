#include "platform/model/notices.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace rogatory::model {
namespace {

constexpr std::array<std::string_view, 7> kFocalRoles{"central_authority", "fiu",  "aro", "prosecutor", "police",
                                                      "diplomatic",        "other"};
constexpr std::array<std::string_view, 6> kFocalThemes{"financial_investigations", "arrest", "protection", "defence",
                                                       "non_cooperation",          "general"};
constexpr std::array<std::string_view, 4> kFocalLevels{"national", "regional", "court", "assembly"};
constexpr std::array<std::string_view, 2> kLawAnswers{"provision", "no_provision"};
constexpr std::array<std::string_view, 3> kLawChannels{"platform", "advance_copy", "other"};
constexpr std::array<std::string_view, 3> kHolderNotices{"none", "deferrable", "must"};
constexpr std::array<std::string_view, 2> kFreezeRenewals{"renewable", "not_renewable"};
constexpr std::array<std::string_view, 9> kProfileTopics{
    "accession",        "apic",          "implementing_law",         "witness_relocation",
    "interim_release",  "final_release", "enforcement_of_sentences", "focal_point",
    "central_authority"};
constexpr std::array<std::string_view, 3> kProfileAnswers{"yes", "partly", "no"};
constexpr std::array<std::string_view, 6> kRecommendationStates{"not_started",     "under_way",    "done",
                                                                "partly_feasible", "not_taken_up", "not_dealt_with"};
constexpr std::array<std::string_view, 2> kRowAnswers{"confirmed", "commented"};
constexpr std::array<std::string_view, 3> kPublishedAnswers{"confirmed", "commented", "none"};
constexpr std::array<std::string_view, 7> kWeekdays{"monday", "tuesday",  "wednesday", "thursday",
                                                    "friday", "saturday", "sunday"};

// Each part behind its length: no two lists of parts give one text.
std::string joined(std::initializer_list<std::string_view> parts) {
    std::string out;
    for (const auto part : parts) out.append(std::to_string(part.size())).append(":").append(part);
    return out;
}
std::string_view or_nothing(const std::optional<std::string>& text) noexcept {
    return text ? std::string_view{*text} : std::string_view{};
}

struct Place {
    std::string operator()(const FocalPoint& row) const {
        return joined({"focal_point", row.authority, name_of(row.role), name_of(row.theme), name_of(row.level)});
    }
    std::string operator()(const LawEntry& row) const {
        return joined({"law_entry", row.article, or_nothing(row.keyword), or_nothing(row.language)});
    }
    std::string operator()(const ProfileEntry& row) const {
        return joined({"profile", or_nothing(row.state), name_of(row.topic)});
    }
    std::string operator()(const Recommendation& row) const { return joined({"recommendation", row.number}); }
    std::string operator()(const WorkingCalendar&) const { return joined({"calendar"}); }
    std::string operator()(const PublishedRow& row) const { return joined({"published_row", row.report_row.party}); }
};

struct Days {
    Span operator()(const ProfileEntry& row) const { return {row.dated, row.dated}; }
    Span operator()(const Recommendation& row) const { return {row.round, row.round}; }
    Span operator()(const PublishedRow& row) const { return {row.report_row.from, row.report_row.to}; }
    template <class Row>
    Span operator()(const Row& row) const {
        return {row.valid_from, row.valid_to};
    }
};

bool is_letter_or_digit(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

template <>
std::span<const std::string_view> names_of<FocalRole>() noexcept {
    return kFocalRoles;
}
template <>
std::span<const std::string_view> names_of<FocalTheme>() noexcept {
    return kFocalThemes;
}
template <>
std::span<const std::string_view> names_of<FocalLevel>() noexcept {
    return kFocalLevels;
}
template <>
std::span<const std::string_view> names_of<LawAnswer>() noexcept {
    return kLawAnswers;
}
template <>
std::span<const std::string_view> names_of<LawChannel>() noexcept {
    return kLawChannels;
}
template <>
std::span<const std::string_view> names_of<HolderNotice>() noexcept {
    return kHolderNotices;
}
template <>
std::span<const std::string_view> names_of<FreezeRenewal>() noexcept {
    return kFreezeRenewals;
}
template <>
std::span<const std::string_view> names_of<ProfileTopic>() noexcept {
    return kProfileTopics;
}
template <>
std::span<const std::string_view> names_of<ProfileAnswer>() noexcept {
    return kProfileAnswers;
}
template <>
std::span<const std::string_view> names_of<RecommendationState>() noexcept {
    return kRecommendationStates;
}

template <>
std::span<const std::string_view> names_of<Weekday>() noexcept {
    return kWeekdays;
}
template <>
std::span<const std::string_view> names_of<RowAnswer>() noexcept {
    return kRowAnswers;
}
template <>
std::span<const std::string_view> names_of<PublishedAnswer>() noexcept {
    return kPublishedAnswers;
}

bool is_recommendation_number(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 16 && is_letter_or_digit(text[0]) &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_letter_or_digit(c) || c == '.' || c == '-'; });
}

bool is_half_year_text(std::string_view text) noexcept {
    return text.size() == 7 && is_day_or_less(text.substr(0, 4)) &&
           (text.substr(4) == "-H1" || text.substr(4) == "-H2");
}

std::string place_of(const Notice& notice) { return std::visit(Place{}, notice); }

Span span_of(const Notice& notice) { return std::visit(Days{}, notice); }

bool overlap(const Span& a, const Span& b) noexcept { return (!a.to || b.from <= *a.to) && (!b.to || a.from <= *b.to); }

}  // namespace rogatory::model
