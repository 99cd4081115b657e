#include "platform/casework/notice_sheets.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "platform/base/try.hpp"
#include "platform/casework/cells.hpp"
#include "platform/casework/notice_values.hpp"
#include "platform/casework/sheet_words.hpp"

namespace rogatory::casework {

namespace {

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
    // Each a word of a list, or its code; rising and each once.
    template <class Enum>
    [[nodiscard]] std::vector<Enum> words(const std::string& column, std::string_view list) {
        std::vector<Enum> out;
        for (const auto& line : lines(column)) {
            const auto code = word_code(list, line.text);
            const auto word = code ? model::parse_name<Enum>(*code) : std::nullopt;
            if (word)
                out.push_back(*word);
            else
                tell("import.list", column, line.text);
        }
        std::ranges::sort(out);
        out.erase(std::unique(out.begin(), out.end()), out.end());
        return out;
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
    out.kinds = row.words<model::Assistance>("kinds", "assistance");
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

model::WorkingCalendar calendar(Reader& row) {
    model::WorkingCalendar out;
    out.weekend = row.words<model::Weekday>("weekend", "weekday");
    if (out.weekend.size() == 7) row.tell("import.list", "weekend", row.text("weekend"));
    row.order();
    out.valid_from = row.text("valid_from");
    out.valid_to = row.maybe("valid_to");
    out.holidays = row.sorted("holidays");
    if (out.holidays.size() > 400) row.tell("import.too_long", "holidays", {});
    for (const auto& one : out.holidays) {
        if (!model::is_day(one.text))
            row.tell("import.date", "holidays", one.text);
        else if (one.text < out.valid_from || (out.valid_to && *out.valid_to < one.text))
            row.tell("import.outside", "holidays", one.text);
    }
    out.note = row.maybe("note");
    out.confirmed = row.maybe("last_confirmed");
    return out;
}

model::Notice notice_of(std::string_view sheet, Reader& row) {
    if (sheet == "focal_point") return focal_point(row);
    if (sheet == "law_entry") return law_entry(row);
    if (sheet == "state_profile") return profile(row);
    if (sheet == "calendar") return calendar(row);
    return recommendation(row);
}

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

const std::vector<std::string>& notice_fault_keys() {
    static const std::vector<std::string> kKeys{
        "import.list",      "import.days",  "import.language", "import.state",   "import.number",
        "import.half_year", "import.order", "import.overlap",  "import.without", "import.outside"};
    return kKeys;
}

}  // namespace rogatory::casework
