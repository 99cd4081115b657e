// The typed content of a request or a reply, for people: every row and field that this version knows, as the page shows
// it.
#include <utility>

#include "platform/casework/content_check.hpp"
#include "web/cli/commands/request_show.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

void say_block(const Console& console, const char* key, const std::optional<std::string>& text) {
    if (!text) return;
    console.answer_line(console.text(key), 2);
    for (std::string_view rest{*text}; !rest.empty();) {
        const auto end = rest.find('\n');
        console.answer_line(printable(rest.substr(0, end)), 4);
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
}

std::string money_text(const model::Money& money) {
    return printable(money.amount + " " + money.currency + (money.date ? " (" + *money.date + ")" : ""));
}

std::string lines_text(const std::vector<model::Line>& lines) {
    std::string out;
    for (const auto& line : lines) out += (out.empty() ? "" : " · ") + printable(line.text);
    return out;
}

// The fields of one row, one a line.
class Row {
public:
    Row(const Console& console, std::string name, const std::string& key) : console_{console} {
        console.answer_line((name.empty() ? "" : printable(name) + " ") + "(" + printable(key) + ")", 4);
    }
    Row& text(std::string_view name, const std::optional<std::string>& value) {
        if (value && !value->empty()) say(name, printable(*value));
        return *this;
    }
    Row& word(std::string_view name, std::string_view code) {
        say(name, cli::word(console_, "content", code));
        return *this;
    }
    Row& lines(std::string_view name, const std::vector<model::Line>& values) {
        if (!values.empty()) say(name, lines_text(values));
        return *this;
    }
    Row& money(std::string_view name, const std::optional<model::Money>& value) {
        if (value) say(name, money_text(*value));
        return *this;
    }
    void say(std::string_view name, const std::string& value) const {
        console_.answer_line(
            console_.text("request.field",
                          {{"name", console_.text("request.field." + std::string{name})}, {"value", value}}),
            6);
    }

private:
    const Console& console_;
};

std::string event_text(const Console& console, const model::MeasureEvent& event) {
    auto out = word(console, "content", model::name_of(event.act)) + " · " + printable(event.date);
    if (event.until) out += " → " + printable(*event.until);
    if (event.amount) out += " · " + money_text(*event.amount);
    for (const auto* text : {&event.asked_by, &event.note}) {
        if (*text) out += " · " + printable(**text);
    }
    return out;
}

void show_people(const Console& console, const model::RequestContent& content) {
    if (!content.persons.empty()) console.answer_line(console.text("request.rows.persons"), 2);
    for (const auto& row : content.persons) {
        Row{console, row.name, row.key}
            .lines("aliases", row.aliases)
            .text("born", row.born)
            .lines("nationalities", row.nationalities)
            .text("identifier", row.identifier)
            .text("address", row.address)
            .text("note", row.note);
    }
    if (!content.entities.empty()) console.answer_line(console.text("request.rows.entities"), 2);
    for (const auto& row : content.entities) {
        Row{console, row.name, row.key}
            .lines("aliases", row.aliases)
            .text("country", row.country)
            .text("number", row.number)
            .text("lei", row.lei)
            .text("address", row.address)
            .text("note", row.note);
    }
}

void show_money(const Console& console, const model::RequestContent& content) {
    if (!content.accounts.empty()) console.answer_line(console.text("request.rows.accounts"), 2);
    for (const auto& row : content.accounts) {
        Row{console,
            row.iban     ? *row.iban
            : row.number ? *row.number
                         : row.institution.value_or(""),
            row.key}
            .text("institution", row.institution)
            .text("bic", row.bic)
            .text("iban", row.iban)
            .text("number", row.number)
            .text("country", row.country)
            .text("currency", row.currency)
            .text("holder", row.holder)
            .lines("signatories", row.signatories)
            .text("note", row.note);
    }
    if (!content.transactions.empty()) console.answer_line(console.text("request.rows.transactions"), 2);
    for (const auto& row : content.transactions) {
        Row{console, row.reference.value_or(""), row.key}
            .text("date", row.date)
            .money("amount", row.amount)
            .text("from", row.from)
            .text("to", row.to)
            .text("reference", row.reference)
            .text("note", row.note);
    }
    if (!content.assets.empty()) console.answer_line(console.text("request.rows.assets"), 2);
    for (const auto& row : content.assets) {
        Row shown{console, row.description, row.key};
        shown.word("kind", model::name_of(row.kind));
        if (row.role) shown.word("role", model::name_of(*row.role));
        shown.text("country", row.country)
            .text("identifier", row.identifier)
            .text("holder", row.holder)
            .money("value", row.value)
            .text("note", row.note);
    }
}

void show_measures(const Console& console, const model::RequestContent& content) {
    if (!content.measures.empty()) console.answer_line(console.text("request.rows.measures"), 2);
    for (const auto& row : content.measures) {
        Row shown{console, row.order.value_or(""), row.key};
        shown.word("kind", model::name_of(row.kind))
            .text("order", row.order)
            .text("ordered_by", row.ordered_by)
            .text("date", row.date)
            .text("legal_basis", row.legal_basis)
            .lines("items", row.items)
            .money("value", row.value)
            .text("start", row.start)
            .text("expiry", row.expiry)
            .text("managed_by", row.managed_by);
        for (const auto& event : row.events) shown.say("event", event_text(console, event));
    }
}

}  // namespace

void warn_of_rows(const Console& console, const model::RequestContent& content) {
    for (const auto& [row, finding] : casework::check_content(content)) {
        Arguments arguments;
        for (const auto& [name, value] : finding.arguments) arguments.emplace(name, printable(value));
        console.warn("request.row_doubt",
                     {{"row", printable(row)}, {"doubt", console.text("warning." + finding.key, arguments)}});
    }
}

void show_content_text(const Console& console, const model::RequestContent& content) {
    if (content.blocks) {
        const auto& blocks = *content.blocks;
        say_block(console, "request.block.assistance", blocks.assistance);
        say_block(console, "request.block.location", blocks.location);
        say_block(console, "request.block.facts", blocks.facts);
        say_block(console, "request.block.procedure", blocks.procedure);
        say_block(console, "request.block.national_law", blocks.national_law);
        say_block(console, "request.block.other", blocks.other);
    }
    say_block(console, "request.no_notice_before", content.no_notice_before);
    if (!content.no_contact.empty()) say_block(console, "request.no_contact", lines_text(content.no_contact));
    say_block(console, "request.order", content.order);
    say_block(console, "request.transmitted_by", content.transmitted_by);
    say_block(console, "request.law_reason", content.law_reason);
    show_people(console, content);
    show_money(console, content);
    show_measures(console, content);
}

void show_replies_text(const Console& console, const agent::DossierView& dossier) {
    bool first = true;  // what was asked is shown by itself
    for (const auto& entry : dossier.entries) {
        const bool asks = std::exchange(first, false);
        if (asks || !entry.content || entry.version) continue;
        console.answer("request.said_in", {{"seq", std::to_string(entry.seq)},
                                           {"who", authority_text(console, entry.author)},
                                           {"when", format_time(console.language(), entry.at)}});
        show_content_text(console, *entry.content);
    }
}

}  // namespace rogatory::cli
