#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/strong.hpp"
#include "platform/base/time.hpp"
#include "platform/model/report_row.hpp"
#include "platform/model/request.hpp"
#include "platform/model/request_content.hpp"

// What a Party says of itself on its notice board, for every other Party to read (domain.md, section 5): whom to call,
// what its law asks, who did what is asked of all States, what became of a recommendation. Days are ISO 8601.
namespace rogatory::model {

using NoticeId = Strong<struct NoticeIdTag, ByteArray<16>>;

enum class FocalRole : std::uint8_t { central_authority, fiu, aro, prosecutor, police, diplomatic, other };
enum class FocalTheme : std::uint8_t {
    financial_investigations,
    arrest,
    protection,
    defence,
    non_cooperation,
    general,
};
enum class FocalLevel : std::uint8_t { national, regional, court, assembly };

// Whom to call in one authority, for one theme. A group has no name of a person.
struct FocalPoint {
    std::string authority;
    std::optional<std::string> name;
    FocalRole role{};
    FocalTheme theme = FocalTheme::general;
    FocalLevel level{};
    std::vector<Line> languages;  // ISO 639, rising
    std::optional<std::string> hours;
    std::optional<std::string> time_zone;
    std::optional<std::string> telephone;
    std::optional<std::string> email;
    std::vector<Line> deputies;  // name and how to reach them
    std::optional<std::string> note;
    std::string valid_from;
    std::optional<std::string> valid_to;  // the last day
    std::optional<std::string> confirmed;
    friend bool operator==(const FocalPoint&, const FocalPoint&) = default;
};

enum class LawAnswer : std::uint8_t { provision, no_provision };
// Art. 87(1): whether the State takes this platform as its channel.
enum class LawChannel : std::uint8_t { platform, advance_copy, other };
// Whether the holder of an account is told of what is asked.
enum class HolderNotice : std::uint8_t { none, deferrable, must };
enum class FreezeRenewal : std::uint8_t { renewable, not_renewable };

// One provision, by article and keyword, and what follows from it for whoever sends a request. "No provision" is an
// answer; silence is none.
struct LawEntry {
    std::string article;
    std::optional<std::string> keyword;
    LawAnswer answer{};
    std::optional<std::string> provision;
    std::optional<std::string> language;  // of these words
    std::optional<std::string> source;
    std::vector<Assistance> kinds;  // that the answer is about, rising
    std::optional<LawChannel> channel;
    std::vector<Line> request_languages;  // in which requests are taken, rising
    bool authentic_only = false;          // a translation does not do
    std::vector<Line> elements;           // that a request must contain, rising
    std::optional<HolderNotice> holder_notice;
    std::optional<std::uint64_t> deferral_days;
    std::optional<std::uint64_t> freeze_days;
    std::optional<FreezeRenewal> freeze_renewal;
    std::optional<std::uint64_t> urgent_days;  // Art. 96(1): to be confirmed within
    std::optional<std::string> note;
    std::string valid_from;
    std::optional<std::string> valid_to;  // the last day
    std::optional<std::string> confirmed;
    friend bool operator==(const LawEntry&, const LawEntry&) = default;
};

enum class ProfileTopic : std::uint8_t {
    accession,
    apic,
    implementing_law,
    witness_relocation,
    interim_release,
    final_release,
    enforcement_of_sentences,
    focal_point,
    central_authority,
};
enum class ProfileAnswer : std::uint8_t { yes, partly, no };

// Dated and sourced; it holds until a later one. A State speaks of itself; a body names the State.
struct ProfileEntry {
    std::optional<std::string> state;
    ProfileTopic topic{};
    ProfileAnswer answer{};
    std::string dated;
    std::string source;
    std::optional<std::string> note;
    friend bool operator==(const ProfileEntry&, const ProfileEntry&) = default;
};

enum class RecommendationState : std::uint8_t {
    not_started,
    under_way,
    done,
    partly_feasible,
    not_taken_up,
    not_dealt_with,
};

struct Bilingual {
    std::string en;
    std::string fr;
    friend bool operator==(const Bilingual&, const Bilingual&) = default;
};

// A recommendation of the Assembly's list as one meeting, or one day, left it. What is the same as in the list that
// comes with the product is left out.
struct Recommendation {
    std::string number;  // "R149"
    std::string round;   // the day
    RecommendationState state{};
    std::optional<std::string> due;  // "2021-H2"
    std::vector<Line> clusters;
    std::optional<std::string> row_with;
    std::optional<Bilingual> addressee;
    std::optional<Bilingual> text;
    std::optional<Bilingual> note;
    friend bool operator==(const Recommendation&, const Recommendation&) = default;
};

enum class Weekday : std::uint8_t { monday, tuesday, wednesday, thursday, friday, saturday, sunday };

// The days on which a State's authorities do not work, for a span of time: deadlines and reminders go by it. Holidays
// day by day, for those that move (by the moon, by decree) nobody can compute.
struct WorkingCalendar {
    std::vector<Weekday> weekend;  // rising, six at most
    std::vector<Line> holidays;    // days, rising, within the span
    std::optional<std::string> note;
    std::string valid_from;
    std::optional<std::string> valid_to;  // the last day
    std::optional<std::string> confirmed;
    friend bool operator==(const WorkingCalendar&, const WorkingCalendar&) = default;
};

// A row of a notice board, and the day on which it was ended.
struct PublishedCalendar {
    WorkingCalendar row;
    std::optional<std::string> ended;
};

// What became of the row of a State once it was told of it.
enum class PublishedAnswer : std::uint8_t { confirmed, commented, none };

// One State's row of an organ's report, for everybody, once the State had its time to answer.
struct PublishedRow {
    ReportRow report_row;
    UnixSeconds proposed_at = 0;  // of the statement by which the State was told of it
    PublishedAnswer answer{};
    std::optional<UnixSeconds> confirmed_at;  // exactly with an answer that confirms
    friend bool operator==(const PublishedRow&, const PublishedRow&) = default;
};
// For what was not confirmed: a State has this long to answer.
inline constexpr UnixSeconds kTimeToAnswer = 30 * 24 * 60 * 60;
// What was not confirmed hides every figure below this one.
inline constexpr std::uint64_t kSmallestShown = 5;

using Notice = std::variant<FocalPoint, LawEntry, ProfileEntry, Recommendation, WorkingCalendar, PublishedRow>;

// "R149": 1 to 16 of letters, digits, "." and "-", beginning with a letter or digit.
[[nodiscard]] bool is_recommendation_number(std::string_view text) noexcept;
// "2021-H1", "2021-H2".
[[nodiscard]] bool is_half_year_text(std::string_view text) noexcept;

// What two notices of one kind must not both say of one day: authority, role, theme and level of a focal point;
// article, keyword and language of a law entry; State and topic; number of a recommendation. Of these two each day
// is its own. A Party has one calendar; of a published row it is the State.
[[nodiscard]] std::string place_of(const Notice& notice);
// The first and the last day on which it says so (a State's answer and a recommendation: the day it is of).
struct Span {
    std::string from;
    std::optional<std::string> to;
};
[[nodiscard]] Span span_of(const Notice& notice);
[[nodiscard]] bool overlap(const Span& a, const Span& b) noexcept;

}  // namespace rogatory::model
