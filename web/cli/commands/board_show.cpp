#include "web/cli/commands/board_show.hpp"

#include "platform/casework/recommendations.hpp"
#include "platform/casework/sheet_words.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

template <class Enum>
std::string title(const Console& console, std::string_view list, Enum value) {
    return casework::word_title(list, model::name_of(value), sheet_language(console));
}

std::string joined(const std::vector<model::Line>& lines) {
    std::string out;
    for (const auto& line : lines) out += (out.empty() ? "" : ", ") + line.text;
    return out;
}
void add(std::string& out, const std::optional<std::string>& text, std::string_view between = ", ") {
    if (!text || text->empty()) return;
    if (!out.empty()) out += between;
    out += *text;
}

std::string day(const Console& console, const std::string& iso) {
    const auto date = casework::Date::parse(iso);
    return date ? casework::written(*date, sheet_language(console)) : iso;
}

std::string validity(const Console& console, const agent::NoticeView& row) {
    auto out = day(console, row.from);
    if (row.to) out += " – " + day(console, *row.to);
    if (!row.in_force) out += " (" + console.text("board.not_in_force") + ")";
    if (row.to_confirm) out += " (" + console.text("board.to_confirm") + ")";
    if (!row.counting) out += " (" + console.text("board.pending") + ")";
    return out;
}

// The text of the list that comes with the product, where the row has none of its own.
std::string text_of(const Console& console, const model::Recommendation& row) {
    const auto language = sheet_language(console);
    if (row.text) return language == casework::Language::fr ? row.text->fr : row.text->en;
    for (const auto& shipped : casework::shipped_recommendations()) {
        if (shipped.number == row.number) return shipped.text.in(language);
    }
    return {};
}

struct Cells {
    const Console& console;

    std::vector<std::string> operator()(const model::FocalPoint& row) const {
        std::string who = row.authority;
        add(who, row.name);
        std::string role = title(console, "focal_role", row.role);
        add(role, title(console, "theme", row.theme));
        if (row.level != model::FocalLevel::national) add(role, title(console, "level", row.level));
        std::string reach;
        for (const auto* text : {&row.telephone, &row.email, &row.hours, &row.time_zone}) add(reach, *text);
        return {who, role, reach, joined(row.languages)};
    }
    std::vector<std::string> operator()(const model::LawEntry& row) const {
        std::string article = row.article;
        add(article, row.keyword);
        std::string answer = title(console, "law_answer", row.answer);
        add(answer, row.provision, ": ");
        add(answer, row.note, "; ");
        std::string asks = joined(row.request_languages);
        if (row.channel) add(asks, title(console, "law_channel", *row.channel));
        return {article, answer, asks, row.source.value_or("")};
    }
    std::vector<std::string> operator()(const model::ProfileEntry& row) const {
        return {row.state.value_or(""), title(console, "state_topic", row.topic),
                title(console, "state_answer", row.answer), row.source};
    }
    std::vector<std::string> operator()(const model::Recommendation& row) const {
        const auto due = row.due ? casework::half_year_text(*row.due, sheet_language(console)) : std::string{};
        return {row.number, text_of(console, row), title(console, "recommendation_state", row.state), due};
    }
    std::vector<std::string> operator()(const model::WorkingCalendar& row) const {
        std::string weekend;
        for (const auto one : row.weekend) add(weekend, title(console, "weekday", one));
        std::string holidays;
        for (const auto& one : row.holidays) add(holidays, day(console, one.text), "; ");
        return {weekend, holidays, row.note.value_or("")};
    }
    std::vector<std::string> operator()(const model::PublishedRow& row) const {
        return {row.report_row.party, word(console, "row_answer", model::name_of(row.answer))};
    }
};

std::vector<Column> columns_of(const Console& console, agent::NoticeKind kind) {
    const auto column = [&console](const char* key, Narrow narrow = Narrow::wrap) {
        return Column{console.text(key), narrow};
    };
    std::vector<Column> out{column("column.number", Narrow::keep), column("column.party", Narrow::wrap)};
    switch (kind) {
        case agent::NoticeKind::focal_point:
            out.push_back(column("column.who"));
            out.push_back(column("column.role"));
            out.push_back(column("column.reach"));
            out.push_back(column("column.languages"));
            break;
        case agent::NoticeKind::law_entry:
            out.push_back(column("column.article"));
            out.push_back(column("column.answer"));
            out.push_back(column("column.asks"));
            out.push_back(column("column.source"));
            break;
        case agent::NoticeKind::profile:
            out.push_back(column("column.of"));
            out.push_back(column("column.about"));
            out.push_back(column("column.answer"));
            out.push_back(column("column.source"));
            break;
        case agent::NoticeKind::recommendation:
            out.push_back(column("column.recommendation"));
            out.push_back(column("column.what"));
            out.push_back(column("column.status"));
            out.push_back(column("column.due"));
            break;
        case agent::NoticeKind::calendar:
            out.push_back(column("column.weekend"));
            out.push_back(column("column.holidays"));
            out.push_back(column("column.note"));
            break;
        case agent::NoticeKind::published_row:
            out.push_back(column("column.of"));
            out.push_back(column("column.answer"));
            break;
    }
    out.push_back(column("column.valid"));
    return out;
}

}  // namespace

casework::Language sheet_language(const Console& console) {
    return console.language() == Language::fr ? casework::Language::fr : casework::Language::en;
}

std::string_view sheet_of(agent::NoticeKind kind) {
    switch (kind) {
        case agent::NoticeKind::focal_point:
            return "focal_point";
        case agent::NoticeKind::law_entry:
            return "law_entry";
        case agent::NoticeKind::profile:
            return "state_profile";
        case agent::NoticeKind::recommendation:
            return "recommendation";
        case agent::NoticeKind::calendar:
            return "calendar";
        case agent::NoticeKind::published_row:
            break;
    }
    return "published_row";
}

Json notice_json(const agent::NoticeView& row) {
    Json content;
    for (const auto& [column, value] : casework::values_of(row.notice, row.party)) content.add(column, value);
    Json json;
    json.add("id", hex_text(row.id)).add("party", row.party).add("authority", row.authority).add("own", row.own);
    json.add("from", row.from).add("to", row.to.value_or("")).add("ended", row.ended);
    json.add("in_force", row.in_force).add("to_confirm", row.to_confirm).add("counting", row.counting);
    return json.add("at", static_cast<std::int64_t>(row.at)).add("row", content);
}

Table notice_table(const Console& console, agent::NoticeKind kind, const std::vector<agent::NoticeView>& rows) {
    Table table{columns_of(console, kind)};
    for (const auto& row : rows) {
        std::vector<std::string> cells{short_hex(row.id), row.party};
        for (auto& cell : std::visit(Cells{console}, row.notice)) cells.push_back(std::move(cell));
        cells.push_back(validity(console, row));
        table.row(std::move(cells));
    }
    return table;
}

void show_values(const Console& console, std::string_view sheet, const casework::Values& values) {
    Table table{{{""}, {"", Narrow::wrap}}};
    for (const auto& column : casework::columns_of(sheet)) {
        const auto found = values.find(column.code);
        if (found == values.end()) continue;
        const auto& name = console.language() == Language::fr ? column.fr : column.en;
        const auto value = casework::is_word_list(column.type)
                               ? casework::word_title(column.type, found->second, sheet_language(console))
                               : found->second;
        table.row({"  " + name, value});
    }
    console.answer(table);
}

void tell_unread(const Console& console, const std::vector<agent::UnreadBoard>& unread) {
    for (const auto& board : unread) {
        if (board.why == "not_pinned") {
            if (board.rows > 0) console.note("board.unverified", {{"code", printable(board.party)}});
        } else {
            console.warn("party.problem_with",
                         {{"code", printable(board.party)}, {"problem", problem_text(console, "error", board.why)}});
        }
    }
}

Json finding_json(const Console& console, const casework::Finding& finding) {
    Json json;
    Arguments arguments;
    json.add("key", finding.key);
    for (const auto& [name, value] : finding.arguments) {
        json.add(name, value);
        arguments.emplace(name, printable(value));
    }
    return json.add("text", console.text("warning." + finding.key, arguments));
}

}  // namespace rogatory::cli
