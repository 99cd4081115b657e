#include "platform/casework/notice_sheets.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "platform/base/try.hpp"
#include "platform/casework/cells.hpp"
#include "platform/casework/sheet_words.hpp"

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

// One row of a sheet on its way to a notice: each cell of a list, a number or a word that only some values fit is
// looked at here, and what is wrong is told with its column.
class Reader {
public:
    Reader(const ImportedRow& row, Import& sheet, std::string_view own) : row_{row}, sheet_{sheet}, own_{own} {}

    [[nodiscard]] const std::string* find(const std::string& column) const {
        const auto found = row_.values.find(column);
        return found == row_.values.end() || found->second.empty() ? nullptr : &found->second;
    }
    [[nodiscard]] std::string text(const std::string& column) const {
        const auto* found = find(column);
        return found == nullptr ? std::string{} : *found;
    }
    [[nodiscard]] std::optional<std::string> maybe(const std::string& column) const {
        const auto* found = find(column);
        return found == nullptr ? std::nullopt : std::optional{*found};
    }
    template <class Enum>
    [[nodiscard]] std::optional<Enum> word(const std::string& column) {
        const auto* found = find(column);
        if (found == nullptr) return std::nullopt;
        const auto code = model::parse_name<Enum>(*found);
        if (!code) tell("import.word", column, *found);
        return code;
    }
    [[nodiscard]] std::vector<model::Line> lines(const std::string& column) {
        std::vector<model::Line> out;
        for (auto& part : parts_of(text(column))) {
            if (part.size() > 300) tell("import.too_long", column, {});
            out.push_back({std::move(part)});
        }
        return out;
    }
    // Rising and each once, as a statement has them.
    [[nodiscard]] std::vector<model::Line> sorted(const std::string& column) {
        auto out = lines(column);
        std::ranges::sort(out, {}, &model::Line::text);
        out.erase(std::unique(out.begin(), out.end()), out.end());
        return out;
    }
    [[nodiscard]] std::vector<model::Line> languages(const std::string& column) {
        for (const auto& line : lines(column))
            if (!model::is_language(line.text)) tell("import.language", column, line.text);
        return sorted(column);
    }
    [[nodiscard]] std::optional<std::uint64_t> days(const std::string& column) {
        const auto* found = find(column);
        if (found == nullptr) return std::nullopt;
        std::uint64_t number = 0;
        const auto* const end = found->data() + found->size();
        const auto read = std::from_chars(found->data(), end, number);
        if (read.ec != std::errc{} || read.ptr != end || number == 0 || number > 36'500) {
            tell("import.days", column, *found);
            return std::nullopt;
        }
        return number;
    }
    void too_long(const std::string& column, std::size_t most) {
        if (text(column).size() > most) tell("import.too_long", column, {});
    }
    void order() {
        const auto* to = find("valid_to");
        if (to != nullptr && *to < text("valid_from")) tell("import.order", "valid_to", *to);
    }
    void tell(std::string key, const std::string& column, const std::string& value) {
        const auto place = std::ranges::find(sheet_.columns, column);
        auto fault = finding(std::move(key),
                             {{"row", std::to_string(row_.number)},
                              {"column", column_letters(static_cast<std::size_t>(place - sheet_.columns.begin()))}});
        if (!value.empty()) fault.arguments.emplace("value", value);
        sheet_.faults.push_back(std::move(fault));
    }
    [[nodiscard]] std::string_view own() const { return own_; }

private:
    const ImportedRow& row_;
    Import& sheet_;
    std::string_view own_;
};

model::FocalPoint focal_point(Reader& row) {
    model::FocalPoint out;
    for (const auto* const column : {"authority", "name", "hours", "time_zone", "telephone", "email"})
        row.too_long(column, 300);
    out.authority = row.text("authority");
    out.name = row.maybe("name");
    out.role = row.word<model::FocalRole>("role").value_or(model::FocalRole::other);
    out.theme = row.word<model::FocalTheme>("theme").value_or(model::FocalTheme::general);
    out.level = row.word<model::FocalLevel>("level").value_or(model::FocalLevel::national);
    out.languages = row.languages("languages");
    out.hours = row.maybe("hours");
    out.time_zone = row.maybe("time_zone");
    out.telephone = row.maybe("telephone");
    out.email = row.maybe("email");
    out.deputies = row.lines("deputies");
    if (out.deputies.size() > 10) row.tell("import.too_long", "deputies", {});
    out.note = row.maybe("note");
    row.order();
    out.valid_from = row.text("valid_from");
    out.valid_to = row.maybe("valid_to");
    out.confirmed = row.maybe("last_confirmed");
    return out;
}

std::vector<model::Assistance> kinds(Reader& row) {
    std::vector<model::Assistance> out;
    for (const auto& line : row.lines("kinds")) {
        const auto code = word_code("assistance", line.text);
        const auto kind = code ? model::parse_name<model::Assistance>(*code) : std::nullopt;
        if (kind)
            out.push_back(*kind);
        else
            row.tell("import.list", "kinds", line.text);
    }
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

model::LawEntry law_entry(Reader& row) {
    model::LawEntry out;
    for (const auto* const column : {"article", "keyword"}) row.too_long(column, 300);
    out.article = row.text("article");
    out.keyword = row.maybe("keyword");
    out.answer = row.word<model::LawAnswer>("answer").value_or(model::LawAnswer::provision);
    out.provision = row.maybe("provision");
    out.language = row.maybe("language");
    if (out.language && !model::is_language(*out.language)) row.tell("import.language", "language", *out.language);
    out.source = row.maybe("source");
    out.kinds = kinds(row);
    out.channel = row.word<model::LawChannel>("channel");
    out.request_languages = row.languages("request_languages");
    out.authentic_only = row.text("authentic_only") == "yes";
    if (out.authentic_only && out.request_languages.empty())
        row.tell("import.without", "authentic_only", row.text("authentic_only"));
    out.elements = row.sorted("elements");
    if (out.elements.size() > 50) row.tell("import.too_long", "elements", {});
    out.holder_notice = row.word<model::HolderNotice>("holder_notice");
    out.deferral_days = row.days("deferral_days");
    if (out.deferral_days && out.holder_notice != model::HolderNotice::deferrable)
        row.tell("import.without", "deferral_days", row.text("deferral_days"));
    out.freeze_days = row.days("freeze_days");
    out.freeze_renewal = row.word<model::FreezeRenewal>("freeze_renewal");
    if (out.freeze_renewal && !row.find("freeze_days"))
        row.tell("import.without", "freeze_renewal", row.text("freeze_renewal"));
    out.urgent_days = row.days("urgent_days");
    out.note = row.maybe("note");
    row.order();
    out.valid_from = row.text("valid_from");
    out.valid_to = row.maybe("valid_to");
    out.confirmed = row.maybe("last_confirmed");
    return out;
}

model::ProfileEntry profile(Reader& row) {
    model::ProfileEntry out;
    const auto state = row.text("state");
    if (!row.own().empty() ? state != row.own() : !model::is_three_letters(state))
        row.tell("import.state", "state", state);
    if (row.own().empty()) out.state = state;
    out.topic = row.word<model::ProfileTopic>("topic").value_or(model::ProfileTopic::accession);
    out.answer = row.word<model::ProfileAnswer>("answer").value_or(model::ProfileAnswer::no);
    out.dated = row.text("dated");
    out.source = row.text("source");
    out.note = row.maybe("note");
    return out;
}

std::optional<model::Bilingual> both(Reader& row, const std::string& what) {
    const auto en = row.text(what + "_en");
    const auto fr = row.text(what + "_fr");
    if (en.empty() && fr.empty()) return std::nullopt;
    if (fr.empty()) row.tell("import.without", what + "_en", {});
    if (en.empty()) row.tell("import.without", what + "_fr", {});
    return model::Bilingual{en, fr};
}

model::Recommendation recommendation(Reader& row) {
    model::Recommendation out;
    out.number = row.text("number");
    if (!model::is_recommendation_number(out.number)) row.tell("import.number", "number", out.number);
    out.round = row.text("round");
    out.state = row.word<model::RecommendationState>("state").value_or(model::RecommendationState::not_started);
    out.due = row.maybe("due");
    if (out.due && !model::is_half_year_text(*out.due)) row.tell("import.half_year", "due", *out.due);
    for (const auto& line : row.lines("clusters"))
        if (!word_code("cluster", line.text)) row.tell("import.list", "clusters", line.text);
    out.clusters = row.sorted("clusters");
    out.row_with = row.maybe("row_with");
    if (out.row_with && !model::is_recommendation_number(*out.row_with))
        row.tell("import.number", "row_with", *out.row_with);
    out.addressee = both(row, "addressee");
    out.text = both(row, "text");
    out.note = both(row, "note");
    return out;
}

model::Notice notice_of(std::string_view sheet, Reader& row) {
    if (sheet == "focal_point") return focal_point(row);
    if (sheet == "law_entry") return law_entry(row);
    if (sheet == "state_profile") return profile(row);
    return recommendation(row);
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
};

// The column in which one looks first when two rows say the same of one day.
std::string first_day_column(std::string_view sheet) {
    if (sheet == "state_profile") return "dated";
    return sheet == "recommendation" ? "round" : "valid_from";
}

}  // namespace

Result<NoticeImport> import_notices(std::string_view sheet, ByteView file, const ImportOptions& options,
                                    std::string_view own) {
    NoticeImport out;
    ROGATORY_TRY(out.sheet, import_sheet(sheet, file, options));
    std::map<std::string, std::vector<model::Span>> places;
    const auto rows = out.sheet.rows;
    for (const auto& row : rows) {
        Reader reader{row, out.sheet, own};
        auto notice = notice_of(sheet, reader);
        const auto span = model::span_of(notice);
        auto& spans = places[model::place_of(notice)];
        if (std::ranges::any_of(spans, [&](const model::Span& other) { return model::overlap(span, other); }))
            reader.tell("import.overlap", first_day_column(sheet), span.from);
        spans.push_back(span);
        out.rows.push_back({row.number, std::move(notice)});
    }
    if (!out.sheet.faults.empty() || !out.sheet.questions.empty()) {
        out.rows.clear();
        out.sheet.rows.clear();
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

const std::vector<std::string>& notice_fault_keys() {
    static const std::vector<std::string> kKeys{"import.list",  "import.days",    "import.language",
                                                "import.state", "import.number",  "import.half_year",
                                                "import.order", "import.overlap", "import.without"};
    return kKeys;
}

}  // namespace rogatory::casework
