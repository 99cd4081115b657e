#pragma once

#include <algorithm>
#include <string_view>

#include "platform/model/report_row.hpp"
#include "platform/record/schema_content.hpp"

// A row of the report in JSON: sealed while the State is asked, clear once it is published.
namespace rogatory::record::codec {

template <>
struct Names<model::RowAnswer> : ModelNames<model::RowAnswer> {};

inline constexpr std::size_t kMostFigures = 200;
inline constexpr std::uint64_t kMostHidden = 100;
// Sums of many rows stay exact in JavaScript's numbers.
inline constexpr std::uint64_t kMostCounted = 1'000'000'000;

[[nodiscard]] inline bool is_figure_name(std::string_view name) {
    return std::all_of(name.begin(), name.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'; });
}

template <>
struct Schema<model::ReportFigure> {
    using B = model::ReportFigure;
    static constexpr auto fields() { return std::tuple{field("figure", &B::figure, 1, 64), field("count", &B::count)}; }
    static bool valid(const B& body) {
        return is_figure_name(body.figure) && (!body.count || (*body.count > 0 && *body.count <= kMostCounted));
    }
};

template <>
struct Schema<model::ReportRow> {
    using B = model::ReportRow;
    static constexpr auto fields() {
        return std::tuple{field("party", &B::party, 3, 3),
                          field("organ", &B::organ, 3, 14),
                          field("from", &B::from, 10, 10),
                          field("to", &B::to, 10, 10),
                          field("as_of", &B::as_of, 10, 10),
                          field("hide_below", &B::hide_below),
                          field("received", &B::received, 0, kMostFigures),
                          field("sent", &B::sent, 0, kMostFigures)};
    }
    static bool valid(const B& body) {
        const auto party = model::PartyCode::parse(body.party);
        const auto organ = model::PartyCode::parse(body.organ);
        const auto by_name = [](const model::ReportFigure& one) -> const std::string& { return one.figure; };
        return party && party->is_state() && organ && !organ->is_state() && model::is_day(body.from) &&
               model::is_day(body.to) && model::is_day(body.as_of) && body.from <= body.to && body.to <= body.as_of &&
               body.hide_below <= kMostHidden && strictly_rising(body.received, by_name) &&
               strictly_rising(body.sent, by_name);
    }
};

}  // namespace rogatory::record::codec
