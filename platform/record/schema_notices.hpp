#pragma once

#include "platform/record/notice_bodies.hpp"
#include "platform/record/schema_content.hpp"
#include "platform/record/schema_report.hpp"

// The bodies of a notice board in JSON. Every text has a bound, every list too.
namespace rogatory::record::codec {

template <>
struct Names<model::FocalRole> : ModelNames<model::FocalRole> {};
template <>
struct Names<model::FocalTheme> : ModelNames<model::FocalTheme> {};
template <>
struct Names<model::FocalLevel> : ModelNames<model::FocalLevel> {};
template <>
struct Names<model::LawAnswer> : ModelNames<model::LawAnswer> {};
template <>
struct Names<model::LawChannel> : ModelNames<model::LawChannel> {};
template <>
struct Names<model::HolderNotice> : ModelNames<model::HolderNotice> {};
template <>
struct Names<model::FreezeRenewal> : ModelNames<model::FreezeRenewal> {};
template <>
struct Names<model::ProfileTopic> : ModelNames<model::ProfileTopic> {};
template <>
struct Names<model::ProfileAnswer> : ModelNames<model::ProfileAnswer> {};
template <>
struct Names<model::RecommendationState> : ModelNames<model::RecommendationState> {};
template <>
struct Names<model::Weekday> : ModelNames<model::Weekday> {};
template <>
struct Names<model::PublishedAnswer> : ModelNames<model::PublishedAnswer> {};

inline constexpr std::uint64_t kMostDays = 36'500;
inline constexpr std::size_t kMostHolidays = 400;

[[nodiscard]] inline bool lines_rise(const std::vector<model::Line>& lines) {
    return strictly_rising(lines, [](const model::Line& line) -> const std::string& { return line.text; });
}
[[nodiscard]] inline bool are_languages(const std::vector<model::Line>& lines) {
    return lines_rise(lines) && std::all_of(lines.begin(), lines.end(),
                                            [](const model::Line& line) { return model::is_language(line.text); });
}
// Of what holds from one day to another and was confirmed on one.
template <class Row>
[[nodiscard]] bool is_validity(const Row& row) {
    return model::is_day(row.valid_from) && day_or_none(row.valid_to) && day_or_none(row.confirmed) &&
           (!row.valid_to || row.valid_from <= *row.valid_to);
}
[[nodiscard]] inline bool days_or_none(const std::optional<std::uint64_t>& days) {
    return !days || (*days > 0 && *days <= kMostDays);
}

template <>
struct Schema<model::FocalPoint> {
    using B = model::FocalPoint;
    static constexpr auto fields() {
        return std::tuple{field("authority", &B::authority, 1, kLine),
                          field("name", &B::name, 1, kLine),
                          field("role", &B::role),
                          field("theme", &B::theme),
                          field("level", &B::level),
                          field("languages", &B::languages, 0, 20),
                          field("hours", &B::hours, 1, kLine),
                          field("time_zone", &B::time_zone, 1, kLine),
                          field("telephone", &B::telephone, 1, kLine),
                          field("email", &B::email, 1, kLine),
                          field("deputies", &B::deputies, 0, 10),
                          field("note", &B::note, 1, kNote),
                          field("valid_from", &B::valid_from, 10, 10),
                          field("valid_to", &B::valid_to, 10, 10),
                          field("confirmed", &B::confirmed, 10, 10)};
    }
    static bool valid(const B& body) { return are_languages(body.languages) && is_validity(body); }
};

template <>
struct Schema<model::LawEntry> {
    using B = model::LawEntry;
    static constexpr auto fields() {
        return std::tuple{field("article", &B::article, 1, kLine),
                          field("keyword", &B::keyword, 1, kLine),
                          field("answer", &B::answer),
                          field("provision", &B::provision, 1, kNote),
                          field("language", &B::language, 2, 3),
                          field("source", &B::source, 1, kNote),
                          field("kinds", &B::kinds, 0, 8),
                          field("channel", &B::channel),
                          field("request_languages", &B::request_languages, 0, 20),
                          field("authentic_only", &B::authentic_only),
                          field("elements", &B::elements, 0, 50),
                          field("holder_notice", &B::holder_notice),
                          field("deferral_days", &B::deferral_days),
                          field("freeze_days", &B::freeze_days),
                          field("freeze_renewal", &B::freeze_renewal),
                          field("urgent_days", &B::urgent_days),
                          field("note", &B::note, 1, kNote),
                          field("valid_from", &B::valid_from, 10, 10),
                          field("valid_to", &B::valid_to, 10, 10),
                          field("confirmed", &B::confirmed, 10, 10)};
    }
    static bool valid(const B& body) {
        return (!body.language || model::is_language(*body.language)) && values_rise(body.kinds) &&
               are_languages(body.request_languages) && lines_rise(body.elements) && days_or_none(body.deferral_days) &&
               days_or_none(body.freeze_days) && days_or_none(body.urgent_days) && is_validity(body) &&
               (!body.deferral_days || body.holder_notice == model::HolderNotice::deferrable) &&
               (!body.freeze_renewal || body.freeze_days) && (!body.authentic_only || !body.request_languages.empty());
    }
};

template <>
struct Schema<model::ProfileEntry> {
    using B = model::ProfileEntry;
    static constexpr auto fields() {
        return std::tuple{field("state", &B::state, 3, 3),       field("topic", &B::topic),
                          field("answer", &B::answer),           field("dated", &B::dated, 10, 10),
                          field("source", &B::source, 1, kNote), field("note", &B::note, 1, kNote)};
    }
    static bool valid(const B& body) { return letters_or_none(body.state) && model::is_day(body.dated); }
};

template <>
struct Schema<model::Bilingual> {
    using B = model::Bilingual;
    static constexpr auto fields() {
        return std::tuple{field("en", &B::en, 1, 2 * kNote), field("fr", &B::fr, 1, 2 * kNote)};
    }
};

template <>
struct Schema<model::Recommendation> {
    using B = model::Recommendation;
    static constexpr auto fields() {
        return std::tuple{field("number", &B::number, 1, 16),
                          field("round", &B::round, 10, 10),
                          field("state", &B::state),
                          field("due", &B::due, 7, 7),
                          field("clusters", &B::clusters, 0, 10),
                          field("row_with", &B::row_with, 1, 16),
                          field("addressee", &B::addressee),
                          field("text", &B::text),
                          field("note", &B::note)};
    }
    static bool valid(const B& body) {
        return model::is_recommendation_number(body.number) && model::is_day(body.round) &&
               (!body.due || model::is_half_year_text(*body.due)) && lines_rise(body.clusters) &&
               (!body.row_with || model::is_recommendation_number(*body.row_with));
    }
};

template <>
struct Schema<model::WorkingCalendar> {
    using B = model::WorkingCalendar;
    static constexpr auto fields() {
        return std::tuple{field("weekend", &B::weekend, 0, 6),     field("holidays", &B::holidays, 0, kMostHolidays),
                          field("note", &B::note, 1, kNote),       field("valid_from", &B::valid_from, 10, 10),
                          field("valid_to", &B::valid_to, 10, 10), field("confirmed", &B::confirmed, 10, 10)};
    }
    static bool valid(const B& body) {
        // Days that casework::Date has, and of a row no more than years can be counted in.
        const bool counted = body.valid_from >= "1900-01-01" && (!body.valid_to || *body.valid_to <= "2199-12-31");
        return counted && values_rise(body.weekend) && lines_rise(body.holidays) && is_validity(body) &&
               std::all_of(body.holidays.begin(), body.holidays.end(), [&body](const model::Line& day) {
                   return model::is_day(day.text) && body.valid_from <= day.text &&
                          (!body.valid_to || day.text <= *body.valid_to);
               });
    }
};

template <>
struct Schema<model::PublishedRow> {
    using B = model::PublishedRow;
    static constexpr auto fields() {
        return std::tuple{field("report_row", &B::report_row), field("proposed_at", &B::proposed_at),
                          field("answer", &B::answer), field("confirmed_at", &B::confirmed_at)};
    }
    static bool valid(const B& body) {
        return body.confirmed_at.has_value() == (body.answer == model::PublishedAnswer::confirmed) &&
               (!body.confirmed_at || *body.confirmed_at >= body.proposed_at);
    }
};

template <class Content>
struct Schema<NoticeRow<Content>> {
    using B = NoticeRow<Content>;
    static constexpr auto fields() {
        return std::tuple{field("id", &B::id), field("row", &B::row), field("ended", &B::ended, 10, 10)};
    }
    static bool valid(const B& body) {
        return body.row.has_value() != body.ended.has_value() && day_or_none(body.ended);
    }
};

// What all bodies have in common: rows by rising id.
template <class B>
struct NoticeSetSchema {
    static constexpr auto fields() { return std::tuple{field("rows", &B::rows, 1, kMaxNoticeRows)}; }
    static bool valid(const B& body) {
        return strictly_rising(body.rows, [](const auto& row) { return row.id; });
    }
};
template <>
struct Schema<FocalPointSet> : NoticeSetSchema<FocalPointSet> {};
template <>
struct Schema<LawEntrySet> : NoticeSetSchema<LawEntrySet> {};
template <>
struct Schema<ProfileSet> : NoticeSetSchema<ProfileSet> {};
template <>
struct Schema<RecommendationSet> : NoticeSetSchema<RecommendationSet> {};
template <>
struct Schema<CalendarSet> : NoticeSetSchema<CalendarSet> {};
template <>
struct Schema<RowPublished> : NoticeSetSchema<RowPublished> {};

}  // namespace rogatory::record::codec
