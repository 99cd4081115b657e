#include "platform/casework/notice_values.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace rogatory::casework {

namespace {

// A part in quotation marks at the beginning of the text, a mark inside it twice: its end behind the semicolon that
// follows. Marks that are not closed, or behind which more stands, are part of the text.
struct Quoted {
    std::string text;
    std::size_t end;
};
std::optional<Quoted> quoted_part(std::string_view text) {
    auto at = std::min(text.find_first_not_of(' '), text.size());
    if (at == text.size() || text[at] != '"') return std::nullopt;
    Quoted out{};
    for (++at;; ++at) {
        if (at >= text.size()) return std::nullopt;
        if (text[at] == '"' && (at + 1 >= text.size() || text[at + 1] != '"')) break;
        if (text[at] == '"') ++at;
        out.text += text[at];
    }
    at = std::min(text.find_first_not_of(' ', at + 1), text.size());
    if (at < text.size() && text[at] != ';') return std::nullopt;
    out.end = std::min(at + 1, text.size());
    return out;
}

// What parts_of would not give back as it is: a semicolon, a mark in front, a space of whatever kind at an end.
bool needs_quotes(std::string_view part) {
    static constexpr std::array<std::string_view, 4> kSpaces{" ", "\t", "\u00a0", "\u202f"};
    return part.find(';') != std::string_view::npos || part.starts_with('"') ||
           std::ranges::any_of(
               kSpaces, [&](std::string_view space) { return part.starts_with(space) || part.ends_with(space); });
}
std::string quoted(std::string_view part) {
    if (!needs_quotes(part)) return std::string{part};
    std::string out{'"'};
    for (const auto c : part) out += c == '"' ? std::string{"\"\""} : std::string{c};
    return out + '"';
}

template <class List, class Text>
std::string joined(const List& list, Text text) {
    std::string out;
    for (const auto& one : list) out += (out.empty() ? "" : "; ") + quoted(text(one));
    return out;
}
std::string lines_text(const std::vector<model::Line>& lines) {
    return joined(lines, [](const model::Line& line) { return line.text; });
}

void put(Values& values, const char* column, const std::optional<std::string>& text) {
    if (text && !text->empty()) values[column] = *text;
}
template <class Enum>
void put_word(Values& values, const char* column, const std::optional<Enum>& word) {
    if (word) values[column] = model::name_of(*word);
}
void put_days(Values& values, const char* column, const std::optional<std::uint64_t>& days) {
    if (days) values[column] = std::to_string(*days);
}

struct ValuesOf {
    std::string_view own;

    Values operator()(const model::FocalPoint& row) const {
        Values out{{"authority", row.authority},
                   {"role", std::string{model::name_of(row.role)}},
                   {"theme", std::string{model::name_of(row.theme)}},
                   {"level", std::string{model::name_of(row.level)}},
                   {"valid_from", row.valid_from}};
        put(out, "name", row.name);
        put(out, "languages", lines_text(row.languages));
        put(out, "hours", row.hours);
        put(out, "time_zone", row.time_zone);
        put(out, "telephone", row.telephone);
        put(out, "email", row.email);
        put(out, "deputies", lines_text(row.deputies));
        put(out, "note", row.note);
        put(out, "valid_to", row.valid_to);
        put(out, "last_confirmed", row.confirmed);
        return out;
    }
    Values operator()(const model::LawEntry& row) const {
        Values out{{"article", row.article},
                   {"answer", std::string{model::name_of(row.answer)}},
                   {"valid_from", row.valid_from}};
        put(out, "keyword", row.keyword);
        put(out, "provision", row.provision);
        put(out, "language", row.language);
        put(out, "source", row.source);
        put(out, "kinds", joined(row.kinds, [](model::Assistance kind) { return model::name_of(kind); }));
        put_word(out, "channel", row.channel);
        put(out, "request_languages", lines_text(row.request_languages));
        if (row.authentic_only) out["authentic_only"] = "yes";
        put(out, "elements", lines_text(row.elements));
        put_word(out, "holder_notice", row.holder_notice);
        put_days(out, "deferral_days", row.deferral_days);
        put_days(out, "freeze_days", row.freeze_days);
        put_word(out, "freeze_renewal", row.freeze_renewal);
        put_days(out, "urgent_days", row.urgent_days);
        put(out, "note", row.note);
        put(out, "valid_to", row.valid_to);
        put(out, "last_confirmed", row.confirmed);
        return out;
    }
    Values operator()(const model::ProfileEntry& row) const {
        Values out{{"state", row.state.value_or(std::string{own})},
                   {"topic", std::string{model::name_of(row.topic)}},
                   {"answer", std::string{model::name_of(row.answer)}},
                   {"dated", row.dated},
                   {"source", row.source}};
        put(out, "note", row.note);
        return out;
    }
    Values operator()(const model::Recommendation& row) const {
        Values out{{"number", row.number}, {"round", row.round}, {"state", std::string{model::name_of(row.state)}}};
        put(out, "due", row.due);
        put(out, "clusters", lines_text(row.clusters));
        put(out, "row_with", row.row_with);
        const auto put_both = [&out](const std::string& what, const std::optional<model::Bilingual>& text) {
            if (!text) return;
            out[what + "_en"] = text->en;
            out[what + "_fr"] = text->fr;
        };
        put_both("addressee", row.addressee);
        put_both("text", row.text);
        put_both("note", row.note);
        return out;
    }
    Values operator()(const model::WorkingCalendar& row) const {
        Values out{{"valid_from", row.valid_from}};
        put(out, "weekend", joined(row.weekend, [](model::Weekday day) { return model::name_of(day); }));
        put(out, "holidays", lines_text(row.holidays));
        put(out, "valid_to", row.valid_to);
        put(out, "last_confirmed", row.confirmed);
        put(out, "note", row.note);
        return out;
    }
    Values operator()(const model::PublishedRow& row) const {
        const auto& of = row.report_row;
        Values out{{"state", of.party}, {"organ", of.organ}, {"from", of.from},
                   {"to", of.to},       {"as_of", of.as_of}, {"answer", std::string{model::name_of(row.answer)}}};
        const auto count = [&out](const std::string& side, const model::ReportFigure& one) {
            out[side + one.figure] = one.count ? std::to_string(*one.count) : "c";
        };
        for (const auto& one : of.received) count("received.", one);
        for (const auto& one : of.sent) count("sent.", one);
        return out;
    }
};

}  // namespace

std::vector<std::string> parts_of(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        if (auto quoted = quoted_part(text)) {
            if (!quoted->text.empty()) out.push_back(std::move(quoted->text));
            text.remove_prefix(quoted->end);
            continue;
        }
        const auto end = std::min(text.find(';'), text.size());
        auto part = text.substr(0, end);
        while (part.starts_with(' ')) part.remove_prefix(1);
        while (part.ends_with(' ')) part.remove_suffix(1);
        if (!part.empty()) out.emplace_back(part);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

Values values_of(const model::Notice& notice, std::string_view own) { return std::visit(ValuesOf{own}, notice); }

Result<std::string> export_notices(std::string_view sheet, const std::vector<model::Notice>& rows, Language language,
                                   std::string_view own) {
    std::vector<Values> values;
    for (const auto& row : rows) values.push_back(values_of(row, own));
    return export_sheet(sheet, values, language);
}

}  // namespace rogatory::casework
