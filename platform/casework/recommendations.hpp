#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.hpp"
#include "platform/casework/date.hpp"
#include "platform/model/notices.hpp"

// The Assembly's recommendations on cooperation and what became of each, meeting by meeting.
namespace rogatory::casework {

struct BothLanguages {
    std::string en;
    std::string fr;

    [[nodiscard]] const std::string& in(Language language) const { return language == Language::fr ? fr : en; }
};

// "2021-H2": half a year, compared by its text.
[[nodiscard]] bool is_half_year(std::string_view text);
[[nodiscard]] std::string half_year_text(std::string_view half_year, Language language);  // "second half of 2021"

// One recommendation as one meeting left it. Its history is its rows; a due half-year that changes was postponed.
struct RecommendationRow {
    std::string number;
    Date round;  // the meeting
    std::string due;
    std::string state;                  // of data/words.csv, recommendation_state
    std::vector<std::string> clusters;  // the parts of the table it stands in
    std::string row_with;               // printed in one row with this one; empty: by itself
    BothLanguages addressee;
    BothLanguages text;
    BothLanguages note;  // the Court's assessment
};

// From the form of data/recommendations.csv. invalid_input "recommendations.row" {row, column} (a word, a date or a
// text in one language missing), conflict "recommendations.twice" {number, round_date}.
[[nodiscard]] Result<std::vector<RecommendationRow>> read_recommendations(std::string_view csv);
// Those that come with the product.
[[nodiscard]] const std::vector<RecommendationRow>& shipped_recommendations();

// The shipped list and what was published since, in the order it was published: of two rows of one number and meeting
// the later stands. What a published row leaves out is as in the shipped list.
[[nodiscard]] std::vector<RecommendationRow> with_published(const std::vector<model::Recommendation>& published);

struct RecommendationFilter {
    std::string addressee;      // begins with it, in English; empty: any
    std::string due;            // exactly; empty: any
    std::string state;          // exactly; empty: any
    std::optional<Date> round;  // as that meeting left them; nothing: as the newest did
};
// By number.
[[nodiscard]] std::vector<RecommendationRow> view(const std::vector<RecommendationRow>& rows,
                                                  const RecommendationFilter& filter);
[[nodiscard]] std::vector<RecommendationRow> history(const std::vector<RecommendationRow>& rows,
                                                     std::string_view number);
// Every due half-year it ever had, the first first.
[[nodiscard]] std::vector<std::string> due_dates(const std::vector<RecommendationRow>& rows, std::string_view number);
// Its half-year is over and it is neither done nor dropped.
[[nodiscard]] bool is_late(const RecommendationRow& row, Date today);

// A row of the annex: recommendation with due date and allocation, context, assessment, conclusions of the meeting.
struct AnnexRow {
    std::string recommendation;
    std::string context;
    std::string assessment;
    std::string conclusions;
};
// As the Assembly prints a round: cluster by cluster; one that belongs to two clusters stands in both, and those of one
// row are joined.
[[nodiscard]] std::vector<AnnexRow> annex(const std::vector<RecommendationRow>& rows, Date round, Language language);
[[nodiscard]] std::string annex_csv(const std::vector<RecommendationRow>& rows, Date round, Language language);

}  // namespace rogatory::casework
