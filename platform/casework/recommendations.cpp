#include "platform/casework/recommendations.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/casework/cells.hpp"
#include "platform/casework/data.hpp"
#include "platform/casework/sheet_words.hpp"

namespace rogatory::casework {

namespace {

constexpr std::size_t kColumns = 12;
// In the order of the annex.
constexpr std::array<std::string_view, 2> kClusters{"un", "rfa"};

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> out;
    std::size_t from = 0;
    while (from < text.size()) {
        const auto to = std::min(text.find(' ', from), text.size());
        if (to > from) out.emplace_back(text.substr(from, to - from));
        from = to + 1;
    }
    return out;
}

bool known_word(std::string_view list, std::string_view code) { return word_code(list, code) == std::string{code}; }

Result<RecommendationRow> row_of(const Row& from) {
    const auto wrong = [&](std::size_t column) {
        return fail(Error{ErrorCode::invalid_input, "recommendations.row"}
                        .with("row", std::to_string(from.number))
                        .with("column", column_letters(column)));
    };
    if (from.cells.size() != kColumns) return wrong(from.cells.size());
    for (std::size_t i = 0; i < kColumns; ++i)
        if (i != 5 && from.cells[i].empty()) return wrong(i);
    const auto round = Date::parse(from.cells[1]);
    if (!round) return wrong(1);
    if (!is_half_year(from.cells[2])) return wrong(2);
    if (!known_word("recommendation_state", from.cells[3])) return wrong(3);
    auto clusters = split(from.cells[4]);
    if (!std::ranges::all_of(clusters, [](const std::string& one) { return known_word("cluster", one); }))
        return wrong(4);
    return RecommendationRow{.number = from.cells[0],
                             .round = *round,
                             .due = from.cells[2],
                             .state = from.cells[3],
                             .clusters = std::move(clusters),
                             .row_with = from.cells[5],
                             .addressee = {from.cells[6], from.cells[7]},
                             .text = {from.cells[8], from.cells[9]},
                             .note = {from.cells[10], from.cells[11]}};
}

std::vector<RecommendationRow> of_round(const std::vector<RecommendationRow>& rows, std::optional<Date> round) {
    std::map<std::string, const RecommendationRow*> by_number;
    for (const auto& row : rows) {
        if (round && row.round != *round) continue;
        auto& newest = by_number[row.number];
        if (newest == nullptr || newest->round < row.round) newest = &row;
    }
    std::vector<RecommendationRow> out;
    for (const auto& [number, row] : by_number) out.push_back(*row);
    return out;
}

std::string first_column(const RecommendationRow& row, Language language) {
    const auto due = row.due.empty() ? std::string{} : half_year_text(row.due, language) + "\n";
    return row.number + " " + row.text.in(language) + "\n" + due + row.addressee.in(language);
}

void join(AnnexRow& to, const AnnexRow& with) {
    to.recommendation += "\n\n" + with.recommendation;
    to.assessment += "\n\n" + with.assessment;
    to.conclusions += "\n\n" + with.conclusions;
}

}  // namespace

bool is_half_year(std::string_view text) {
    return text.size() == 7 && std::ranges::all_of(text.substr(0, 4), [](char c) { return c >= '0' && c <= '9'; }) &&
           (text.substr(4) == "-H1" || text.substr(4) == "-H2");
}

std::string half_year_text(std::string_view half_year, Language language) {
    const auto year = std::string{half_year.substr(0, 4)};
    const auto first = half_year.ends_with("H1");
    if (language == Language::fr) return (first ? "premier semestre " : "second semestre ") + year;
    return (first ? "first half of " : "second half of ") + year;
}

Result<std::vector<RecommendationRow>> read_recommendations(std::string_view csv) {
    Findings faults;
    const auto rows = parse_cells(csv, ',', faults);
    if (!faults.empty())
        return fail(Error{ErrorCode::invalid_input, "recommendations.row"}
                        .with("row", faults.front().arguments.at("row"))
                        .with("column", faults.front().arguments.at("column")));
    std::vector<RecommendationRow> out;
    std::set<std::pair<std::string, Date>> seen;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        ROGATORY_TRY(auto row, row_of(rows[i]));
        if (!seen.emplace(row.number, row.round).second)
            return fail(Error{ErrorCode::conflict, "recommendations.twice"}
                            .with("number", row.number)
                            .with("round_date", row.round.text()));
        out.push_back(std::move(row));
    }
    return out;
}

const std::vector<RecommendationRow>& shipped_recommendations() {
    static const auto kRows = [] {
        auto rows = read_recommendations(data::kRecommendations);
        ensure(rows.has_value(), "the recommendations that come with the product are well-formed");
        return *std::move(rows);
    }();
    return kRows;
}

std::vector<RecommendationRow> view(const std::vector<RecommendationRow>& rows, const RecommendationFilter& filter) {
    auto out = of_round(rows, filter.round);
    std::erase_if(out, [&](const RecommendationRow& row) {
        return !row.addressee.en.starts_with(filter.addressee) || (!filter.due.empty() && row.due != filter.due) ||
               (!filter.state.empty() && row.state != filter.state);
    });
    return out;
}

std::vector<RecommendationRow> with_published(const std::vector<model::Recommendation>& published) {
    auto out = shipped_recommendations();
    std::map<std::string, RecommendationRow> newest;
    for (const auto& row : out) newest.insert_or_assign(row.number, row);
    for (const auto& said : published) {
        const auto round = Date::parse(said.round);
        if (!round) continue;
        const auto known = newest.find(said.number);
        const auto* same = known == newest.end() ? nullptr : &known->second;
        const auto both = [](const std::optional<model::Bilingual>& text, const BothLanguages* before) {
            if (text) return BothLanguages{.en = text->en, .fr = text->fr};
            return before == nullptr ? BothLanguages{} : *before;
        };
        RecommendationRow row{.number = said.number,
                              .round = *round,
                              .due = said.due.value_or(same == nullptr ? std::string{} : same->due),
                              .state = std::string{model::name_of(said.state)},
                              .clusters = {},
                              .row_with = said.row_with.value_or(same == nullptr ? std::string{} : same->row_with),
                              .addressee = both(said.addressee, same == nullptr ? nullptr : &same->addressee),
                              .text = both(said.text, same == nullptr ? nullptr : &same->text),
                              .note = both(said.note, same == nullptr ? nullptr : &same->note)};
        for (const auto& cluster : said.clusters) row.clusters.push_back(cluster.text);
        if (row.clusters.empty() && same != nullptr) row.clusters = same->clusters;
        std::erase_if(
            out, [&row](const RecommendationRow& one) { return one.number == row.number && one.round == row.round; });
        out.push_back(std::move(row));
    }
    return out;
}

std::vector<RecommendationRow> history(const std::vector<RecommendationRow>& rows, std::string_view number) {
    std::vector<RecommendationRow> out;
    for (const auto& row : rows)
        if (row.number == number) out.push_back(row);
    std::ranges::stable_sort(out, {}, &RecommendationRow::round);
    return out;
}

std::vector<std::string> due_dates(const std::vector<RecommendationRow>& rows, std::string_view number) {
    std::vector<std::string> out;
    for (const auto& row : history(rows, number))
        if (out.empty() || out.back() != row.due) out.push_back(row.due);
    return out;
}

bool is_late(const RecommendationRow& row, Date today) {
    if (row.state == "done" || row.state == "not_taken_up") return false;
    const auto now = std::to_string(today.year()) + (today.month() <= 6 ? "-H1" : "-H2");
    return row.due < now;
}

std::vector<AnnexRow> annex(const std::vector<RecommendationRow>& rows, Date round, Language language) {
    std::vector<AnnexRow> out;
    const auto of = of_round(rows, round);
    for (const auto cluster : kClusters) {
        std::map<std::string, std::size_t> joined;  // number → its row, where another one waits for it
        for (const auto& row : of) {
            if (std::ranges::find(row.clusters, cluster) == row.clusters.end()) continue;
            const AnnexRow printed{.recommendation = first_column(row, language),
                                   .context = word_title("cluster", cluster, language),
                                   .assessment = row.note.in(language),
                                   .conclusions = word_title("recommendation_state", row.state, language)};
            const auto waiting = joined.find(row.number);
            if (waiting != joined.end()) {
                join(out[waiting->second], printed);
                continue;
            }
            if (!row.row_with.empty()) joined.emplace(row.row_with, out.size());
            out.push_back(printed);
        }
    }
    return out;
}

std::string annex_csv(const std::vector<RecommendationRow>& rows, Date round, Language language) {
    const auto french = language == Language::fr;
    const char separator = french ? ';' : ',';
    const auto day = written(round, language);
    const std::array<std::string, 4> titles{
        french ? "Recommandation, échéance et attribution" : "Recommendation, due date and allocation",
        french ? "Contexte" : "Context", french ? "Évaluation par la Cour" : "Assessment by the Court",
        (french ? "Conclusions à la suite de la réunion du " : "Conclusions after the meeting of ") + day};
    std::string out = "\xEF\xBB\xBF";
    const auto line = [&](const std::array<std::string, 4>& cells) {
        std::vector<std::string> written_cells;
        for (const auto& cell : cells) written_cells.push_back(text_cell(cell, separator));
        out += line_of(written_cells, separator);
    };
    line(titles);
    for (const auto& row : annex(rows, round, language))
        line({row.recommendation, row.context, row.assessment, row.conclusions});
    return out;
}

}  // namespace rogatory::casework
