#include "platform/casework/report_text.hpp"

#include <algorithm>
#include <array>

#include "platform/base/try.hpp"
#include "platform/casework/cells.hpp"

namespace rogatory::casework {

namespace {

using encoding::Json;
constexpr char kSeparator = ';';

using DaysTitles = std::array<std::string_view, 4>;
constexpr DaysTitles kDaysEn{"days to acknowledge: median", "days to acknowledge: 90th percentile",
                             "days to reply: median", "days to reply: 90th percentile"};
constexpr DaysTitles kDaysFr{"jours jusqu’à l’accusé : médiane", "jours jusqu’à l’accusé : 90e centile",
                             "jours jusqu’à la réponse : médiane", "jours jusqu’à la réponse : 90e centile"};

Json days_json(const Days& days) {
    Json::Object out;
    if (days.median) out.emplace("median", tenths_text(*days.median, Language::en));
    if (days.percentile_90) out.emplace("percentile_90", tenths_text(*days.percentile_90, Language::en));
    return out;
}

Json tally_json(const Tally& tally) {
    Json::Object counts;
    Json::Array hidden;
    for (std::size_t i = 0; i < tally.counts.size(); ++i) {
        if (tally.counts[i])
            counts.emplace(figures()[i].name, *tally.counts[i]);
        else
            hidden.emplace_back(figures()[i].name);
    }
    return Json::Object{{"figures", std::move(counts)},
                        {"hidden", std::move(hidden)},
                        {"days_to_acknowledge", days_json(tally.to_acknowledge)},
                        {"days_to_reply", days_json(tally.to_reply)}};
}

tl::unexpected<Error> broken_row() { return fail(ErrorCode::invalid_input, "report.row"); }

const Json* member(const Json& json, std::string_view name) {
    if (json.object() == nullptr) return nullptr;
    const auto found = json.object()->find(name);
    return found == json.object()->end() ? nullptr : &found->second;
}

// "61.5", as tenths_text writes it.
std::optional<Tenths> parse_tenths(const Json* json) {
    if (json == nullptr || json->string() == nullptr) return std::nullopt;
    const auto& text = *json->string();
    if (text.size() < 3 || text.size() > 12 || text[text.size() - 2] != '.') return std::nullopt;
    Tenths out = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == text.size() - 2) continue;
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        out = out * 10 + static_cast<Tenths>(text[i] - '0');
    }
    return out;
}

Result<Days> parse_days(const Json* json) {
    if (json == nullptr || json->object() == nullptr) return broken_row();
    const Days days{.median = parse_tenths(member(*json, "median")),
                    .percentile_90 = parse_tenths(member(*json, "percentile_90"))};
    if (json->object()->size() != (days.median ? 1U : 0U) + (days.percentile_90 ? 1U : 0U)) return broken_row();
    return days;
}

Result<Tally> parse_tally(const Json* json) {
    const auto* shown = json == nullptr ? nullptr : member(*json, "figures");
    const auto* hidden = json == nullptr ? nullptr : member(*json, "hidden");
    if (shown == nullptr || shown->object() == nullptr || hidden == nullptr || hidden->array() == nullptr)
        return broken_row();
    if (shown->object()->size() + hidden->array()->size() != figures().size()) return broken_row();
    Tally out;
    for (const auto& figure : figures()) {
        const auto* value = member(*shown, figure.name);
        if (value != nullptr && value->integer() == nullptr) return broken_row();
        const auto named = std::ranges::count(*hidden->array(), Json{figure.name});
        if ((value == nullptr ? 1 : 0) != named) return broken_row();
        out.counts.push_back(value == nullptr ? Cell{} : Cell{*value->integer()});
    }
    ROGATORY_TRY(out.to_acknowledge, parse_days(member(*json, "days_to_acknowledge")));
    ROGATORY_TRY(out.to_reply, parse_days(member(*json, "days_to_reply")));
    return out;
}

void add_line(std::string& out, std::string_view party, std::string_view role, const Tally& tally, Language language) {
    std::vector<std::string> cells{text_cell(party, kSeparator), text_cell(role, kSeparator)};
    for (const auto& cell : tally.counts) cells.push_back(cell ? std::to_string(*cell) : "c");
    const auto add_days = [&](const std::optional<Tenths>& days, std::string_view figure) {
        const auto& of = tally.counts.at(figure_index(figure).value_or(0));
        // Nothing to take a median of leaves the cell empty; what is hidden says so.
        cells.push_back(days ? tenths_text(*days, language) : (of && *of == 0 ? "" : "c"));
    };
    add_days(tally.to_acknowledge.median, "acknowledged");
    add_days(tally.to_acknowledge.percentile_90, "acknowledged");
    add_days(tally.to_reply.median, "replied");
    add_days(tally.to_reply.percentile_90, "replied");
    out += line_of(cells, kSeparator);
}

}  // namespace

std::string tenths_text(Tenths tenths, Language language) {
    return std::to_string(tenths / 10) + (language == Language::fr ? "," : ".") + std::to_string(tenths % 10);
}

Json row_json(const PartyRow& row) {
    return Json::Object{
        {"party", row.party.text()}, {"received", tally_json(row.received)}, {"sent", tally_json(row.sent)}};
}

Result<PartyRow> parse_row(const Json& json) {
    const auto* code = member(json, "party");
    if (code == nullptr || code->string() == nullptr || json.object()->size() != 3) return broken_row();
    const auto party = model::PartyCode::parse(*code->string());
    if (!party) return broken_row();
    ROGATORY_TRY(auto received, parse_tally(member(json, "received")));
    ROGATORY_TRY(auto sent, parse_tally(member(json, "sent")));
    return PartyRow{.party = *party, .received = std::move(received), .sent = std::move(sent)};
}

Json report_json(const Report& report) {
    Json::Array rows;
    for (const auto& row : report.rows) rows.emplace_back(row_json(row));
    return Json::Object{
        {"period", Json::Object{{"from", report.options.period.from.text()}, {"to", report.options.period.to.text()}}},
        {"as_of", report.options.as_of.text()},
        {"hide_below", report.options.hide_below},
        {"rows", std::move(rows)},
        {"total", tally_json(report.total)},
        {"defence_and_victims", tally_json(report.defence_and_victims)}};
}

std::string report_csv(const Report& report, Language language) {
    const auto french = language == Language::fr;
    std::vector<std::string> titles{french ? "État ou organe" : "State or body", french ? "Rôle" : "Role"};
    for (const auto& figure : figures()) titles.push_back(text_cell(figure.title(language), kSeparator));
    for (const auto title : french ? kDaysFr : kDaysEn) titles.emplace_back(title);
    std::string out = "\xEF\xBB\xBF" + line_of(titles, kSeparator);
    for (const auto& row : report.rows) {
        add_line(out, row.party.text(), french ? "requis" : "requested", row.received, language);
        add_line(out, row.party.text(), french ? "requérant" : "requesting", row.sent, language);
    }
    add_line(out, "Total", "", report.total, language);
    add_line(out, french ? "Équipes de la Défense et des victimes" : "Defence and victims’ teams", "",
             report.defence_and_victims, language);
    return out;
}

std::string published_csv(const std::vector<AnsweredRow>& rows, const RowSums& sums, Language language) {
    const auto french = language == Language::fr;
    std::vector<std::string> titles;
    if (french) {
        titles = {"État", "Organe", "Rôle de l’État", "Réponse de l’État", "Du", "Au", "Arrêté au"};
    } else {
        titles = {"State", "Organ", "Role of the State", "Answer of the State", "From", "To", "As of"};
    }
    for (const auto& figure : figures()) titles.push_back(text_cell(figure.title(language), kSeparator));
    std::string out = "\xEF\xBB\xBF" + line_of(titles, kSeparator);
    const auto add = [&out](std::vector<std::string> cells, const std::vector<Cell>& counts) {
        for (const auto& cell : counts) cells.push_back(cell ? std::to_string(*cell) : "c");
        out += line_of(cells, kSeparator);
    };
    const std::string requested = french ? "requis" : "requested";
    const std::string requesting = french ? "requérant" : "requesting";
    for (const auto& [row, answer] : rows) {
        const auto line = party_row_of(row);
        if (!line) continue;
        const auto head = [&row = row, &answer = answer](const std::string& role) {
            return std::vector<std::string>{row.party, row.organ, role,     text_cell(answer, kSeparator),
                                            row.from,  row.to,    row.as_of};
        };
        add(head(requested), line->received.counts);
        add(head(requesting), line->sent.counts);
    }
    const std::string total = french ? "Somme des lignes publiées" : "Sum of published rows";
    add({total, "", requested, "", "", "", ""}, sums.received);
    add({total, "", requesting, "", "", "", ""}, sums.sent);
    return out;
}

}  // namespace rogatory::casework
