#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/model/notices.hpp"

// The bodies of a Party's notice board (domain.md, section 5). Nothing in them is sealed: every signed-in member of any
// Party reads them. A statement has up to 200 rows, and all of them take effect or none.
namespace rogatory::record {

inline constexpr std::size_t kMaxNoticeRows = 200;

// A new row, what stands instead of an earlier one, or its end: `ended` is the last day on which it held, and what has
// ended is not taken up again. Exactly one of the two.
template <class Content>
struct NoticeRow {
    model::NoticeId id;
    std::optional<Content> row;
    std::optional<std::string> ended;
    friend bool operator==(const NoticeRow&, const NoticeRow&) = default;
};

struct FocalPointSet {
    std::vector<NoticeRow<model::FocalPoint>> rows;
    friend bool operator==(const FocalPointSet&, const FocalPointSet&) = default;
};

struct LawEntrySet {
    std::vector<NoticeRow<model::LawEntry>> rows;
    friend bool operator==(const LawEntrySet&, const LawEntrySet&) = default;
};

struct ProfileSet {
    std::vector<NoticeRow<model::ProfileEntry>> rows;
    friend bool operator==(const ProfileSet&, const ProfileSet&) = default;
};

struct RecommendationSet {
    std::vector<NoticeRow<model::Recommendation>> rows;
    friend bool operator==(const RecommendationSet&, const RecommendationSet&) = default;
};

struct CalendarSet {
    std::vector<NoticeRow<model::WorkingCalendar>> rows;
    friend bool operator==(const CalendarSet&, const CalendarSet&) = default;
};

struct RowPublished {
    std::vector<NoticeRow<model::PublishedRow>> rows;
    friend bool operator==(const RowPublished&, const RowPublished&) = default;
};

}  // namespace rogatory::record
