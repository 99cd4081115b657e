#include "web/cli/commands/report_row_show.hpp"

#include "platform/casework/report_text.hpp"
#include "platform/record/request_texts.hpp"
#include "web/cli/commands/board_show.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

using casework::Date;

Json published_json(const model::PublishedRow& published) {
    Json out;
    out.add("row", Json::of(record::write_row(published.report_row)))
        .add("proposed_at", published.proposed_at)
        .add("answer", std::string{model::name_of(published.answer)});
    if (published.confirmed_at) out.add("confirmed_at", *published.confirmed_at);
    return out;
}

}  // namespace

std::string row_day(const Console& console, const std::string& iso) {
    const auto date = Date::parse(iso);
    return date ? casework::written(*date, sheet_language(console)) : iso;
}
std::string row_day(const Console& console, UnixSeconds at) {
    return casework::written(Date::at(at, 0), sheet_language(console));
}
std::string period_text(const Console& console, const std::string& from, const std::string& to) {
    return row_day(console, from) + " – " + row_day(console, to);
}

std::string row_cell(const Console& console, const casework::Cell& value) {
    return value ? std::to_string(*value) : console.text("report.hidden_mark");
}

Table figures_table(const Console& console, const std::vector<casework::Cell>& received,
                    const std::vector<casework::Cell>& sent, bool all) {
    Table table{{{console.text("column.figure"), Narrow::wrap},
                 {console.text("column.received"), Narrow::keep, Align::right},
                 {console.text("column.sent"), Narrow::keep, Align::right}}};
    const auto& figures = casework::figures();
    for (std::size_t i = 0; i < figures.size(); ++i) {
        if (!all && i > 0 && received[i] == casework::Cell{0} && sent[i] == casework::Cell{0}) continue;
        const std::string indent(figures[i].part_of ? 2 : 0, ' ');
        table.row({indent + figures[i].title(sheet_language(console)), row_cell(console, received[i]),
                   row_cell(console, sent[i])});
    }
    return table;
}

std::string figure_title(const Console& console, const std::string& name) {
    const auto place = casework::figure_index(name);
    return place ? casework::figures()[*place].title(sheet_language(console)) : name;
}

std::string state_of(const Console& console, const agent::RowView& view) {
    if (view.published && view.published_differs.empty()) return console.text("report_row.published");
    if (view.published) return console.text("report_row.published_otherwise");
    if (view.answer) return word(console, "row_answer", model::name_of(*view.answer));
    return console.text("report_row.no_answer");
}

void tell_differences(const Console& console, const std::vector<std::string>& differs) {
    for (const auto& one : differs) {
        console.warn(one == "figures"    ? "report_row.differs_figures"
                     : one == "period"   ? "report_row.differs_period"
                     : one == "date"     ? "report_row.differs_date"
                     : one == "not_told" ? "report_row.differs_not_told"
                                         : "report_row.differs_answer");
    }
}

Json row_view_json(const agent::RowView& view) {
    Json out;
    out.add("dossier", hex_text(view.chain))
        .add("seq", view.seq)
        .add("told", hex_text(view.told))
        .add("withdrawn", view.withdrawn)
        .add("side", view.side)
        .add("organ", authority_json(view.organ))
        .add("row", Json::of(record::write_row(view.row)))
        .add("proposed_at", view.proposed_at)
        .add("publish_from", view.publish_from)
        .add("counting", view.counting)
        .add("unread", view.unread);
    if (view.answer) {
        out.add("answer", std::string{model::name_of(*view.answer)})
            .add("answered_at", view.answered_at)
            .add("answered_by", view.answered_by)
            .add("words", view.words);
    }
    if (view.published) {
        out.add("published", published_json(*view.published)).add("published_id", hex_text(view.published_id));
    }
    return out.add("published_differs", Json::array(view.published_differs));
}

Json sums_json(const casework::RowSums& sums) {
    const auto side = [](const std::vector<casework::Cell>& counts) {
        Json figures;
        std::vector<std::string> hidden;
        for (std::size_t i = 0; i < counts.size(); ++i) {
            const auto& name = casework::figures()[i].name;
            if (counts[i]) {
                figures.add(name, *counts[i]);
            } else {
                hidden.push_back(name);
            }
        }
        return Json{}.add("figures", figures).add("hidden", Json::array(hidden));
    };
    return Json{}.add("received", side(sums.received)).add("sent", side(sums.sent));
}

Json published_view_json(const agent::PublishedView& view) {
    return published_json(view.published)
        .add("id", hex_text(view.id))
        .add("organ", view.organ)
        .add("authority", view.authority)
        .add("at", view.at)
        .add("counting", view.counting)
        .add("differs", Json::array(view.differs));
}

void tell_row_differs(const Console& console, const agent::PublishedView& view) {
    if (view.differs.empty()) return;
    console.warn("report_row.differs", {{"organ", view.organ}, {"party", view.published.report_row.party}});
    tell_differences(console, view.differs);
}

}  // namespace rogatory::cli
