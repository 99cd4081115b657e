#include "platform/agent/request_fields.hpp"

#include <chrono>
#include <set>

namespace rogatory::agent {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

namespace {

std::vector<std::string> parts(std::string_view text, char separator) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const auto end = text.find(separator);
        const auto part = trimmed(text.substr(0, end));
        if (!part.empty()) out.emplace_back(part);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return out;
}

// The end of that day in UTC.
std::optional<UnixSeconds> end_of(std::string_view day) {
    if (!model::is_day(day)) return std::nullopt;
    const auto number = [&](std::size_t at, std::size_t length) {
        return std::stoi(std::string{day.substr(at, length)});
    };
    const std::chrono::sys_days days{std::chrono::year_month_day{
        std::chrono::year{number(0, 4)}, std::chrono::month{static_cast<unsigned>(number(5, 2))},
        std::chrono::day{static_cast<unsigned>(number(8, 2))}}};
    return std::chrono::duration_cast<std::chrono::seconds>(days.time_since_epoch()).count() + kDay - 1;
}

std::optional<model::Money> money_of(std::string_view value) {
    const auto words = parts(value, ' ');
    if (words.size() < 2 || words.size() > 3 || !model::is_amount(words[0]) || !model::is_three_letters(words[1])) {
        return std::nullopt;
    }
    model::Money money{words[0], words[1], std::nullopt};
    if (words.size() == 3) {
        if (!model::is_day(words[2])) return std::nullopt;
        money.date = words[2];
    }
    return money;
}

std::optional<model::MeasureEvent> event_of(std::string_view value) {
    const auto words = parts(value, ' ');
    if (words.size() != 2 && words.size() != 4) return std::nullopt;
    const auto act = model::parse_name<model::MeasureAct>(words[0]);
    if (!act || !model::is_day(words[1])) return std::nullopt;
    model::MeasureEvent event{*act, words[1], std::nullopt, std::nullopt, std::nullopt, std::nullopt};
    if (words.size() == 4) {
        if (words[2] != "until" || !model::is_day(words[3])) return std::nullopt;
        event.until = words[3];
    }
    return event;
}

template <class Row>
Setter<Row> text(std::string Row::*member) {
    return [member](Row& row, std::string_view value) {
        row.*member = value;
        return true;
    };
}
template <class Row>
Setter<Row> text(std::optional<std::string> Row::*member) {
    return [member](Row& row, std::string_view value) {
        row.*member = std::string{value};
        return true;
    };
}
template <class Row>
Setter<Row> lines(std::vector<model::Line> Row::*member) {
    return [member](Row& row, std::string_view value) {
        for (auto& part : parts(value, ';')) (row.*member).push_back({std::move(part)});
        return true;
    };
}
template <class Row>
Setter<Row> money(std::optional<model::Money> Row::*member) {
    return [member](Row& row, std::string_view value) {
        row.*member = money_of(value);
        return (row.*member).has_value();
    };
}
template <class Row, class Enum>
Setter<Row> name(Enum Row::*member) {
    return [member](Row& row, std::string_view value) {
        const auto parsed = model::parse_name<Enum>(value);
        if (parsed) row.*member = *parsed;
        return parsed.has_value();
    };
}
template <class Row, class Enum>
Setter<Row> name(std::optional<Enum> Row::*member) {
    return [member](Row& row, std::string_view value) {
        row.*member = model::parse_name<Enum>(value);
        return (row.*member).has_value();
    };
}

}  // namespace

const Setters<model::Person>& person_fields() {
    using R = model::Person;
    static const Setters<R> fields{{"name", text(&R::name)},
                                   {"aliases", lines(&R::aliases)},
                                   {"born", text(&R::born)},
                                   {"nationalities", lines(&R::nationalities)},
                                   {"identifier", text(&R::identifier)},
                                   {"address", text(&R::address)},
                                   {"note", text(&R::note)}};
    return fields;
}
const Setters<model::Entity>& entity_fields() {
    using R = model::Entity;
    static const Setters<R> fields{{"name", text(&R::name)},       {"aliases", lines(&R::aliases)},
                                   {"country", text(&R::country)}, {"number", text(&R::number)},
                                   {"lei", text(&R::lei)},         {"address", text(&R::address)},
                                   {"note", text(&R::note)}};
    return fields;
}
const Setters<model::Account>& account_fields() {
    using R = model::Account;
    static const Setters<R> fields{{"institution", text(&R::institution)},
                                   {"bic", text(&R::bic)},
                                   {"iban", text(&R::iban)},
                                   {"number", text(&R::number)},
                                   {"country", text(&R::country)},
                                   {"currency", text(&R::currency)},
                                   {"holder", text(&R::holder)},
                                   {"signatories", lines(&R::signatories)},
                                   {"note", text(&R::note)}};
    return fields;
}
const Setters<model::Transaction>& transaction_fields() {
    using R = model::Transaction;
    static const Setters<R> fields{{"date", text(&R::date)},           {"amount", money(&R::amount)},
                                   {"from", text(&R::from)},           {"to", text(&R::to)},
                                   {"reference", text(&R::reference)}, {"note", text(&R::note)}};
    return fields;
}
const Setters<model::Asset>& asset_fields() {
    using R = model::Asset;
    static const Setters<R> fields{{"kind", name(&R::kind)},
                                   {"role", name(&R::role)},
                                   {"description", text(&R::description)},
                                   {"country", text(&R::country)},
                                   {"identifier", text(&R::identifier)},
                                   {"holder", text(&R::holder)},
                                   {"value", money(&R::value)},
                                   {"note", text(&R::note)}};
    return fields;
}
const Setters<model::Measure>& measure_fields() {
    using R = model::Measure;
    static const Setters<R> fields{{"kind", name(&R::kind)},
                                   {"order", text(&R::order)},
                                   {"ordered_by", text(&R::ordered_by)},
                                   {"date", text(&R::date)},
                                   {"legal_basis", text(&R::legal_basis)},
                                   {"items", lines(&R::items)},
                                   {"value", money(&R::value)},
                                   {"start", text(&R::start)},
                                   {"expiry", text(&R::expiry)},
                                   {"managed_by", text(&R::managed_by)},
                                   {"event", [](R& row, std::string_view value) {
                                        const auto event = event_of(value);
                                        if (event) row.events.push_back(*event);
                                        return event.has_value();
                                    }}};
    return fields;
}

const Setters<RequestForm>& head_fields() {
    using R = RequestForm;
    const auto routing = [](std::string model::RequestRouting::*member) -> Setter<R> {
        return [member](R& form, std::string_view value) {
            form.routing.*member = value;
            return true;
        };
    };
    static const Setters<R> fields{{"title", text(&R::title)},
                                   {"reference", routing(&model::RequestRouting::reference)},
                                   {"language", routing(&model::RequestRouting::language)},
                                   {"nature",
                                    [](R& form, std::string_view value) {
                                        const auto nature = model::parse_name<model::Nature>(value);
                                        if (nature) form.routing.nature = *nature;
                                        return nature.has_value();
                                    }},
                                   {"kinds",
                                    [](R& form, std::string_view value) {
                                        std::set<model::Assistance> kinds;
                                        for (const auto& part : parts(value, ';')) {
                                            const auto kind = model::parse_name<model::Assistance>(part);
                                            if (!kind) return false;
                                            kinds.insert(*kind);
                                        }
                                        form.routing.kinds = {kinds.begin(), kinds.end()};
                                        return !kinds.empty();
                                    }},
                                   {"situation",
                                    [](R& form, std::string_view value) {
                                        form.routing.situation = std::string{value};
                                        return model::is_situation(value);
                                    }},
                                   {"urgency",
                                    [](R& form, std::string_view value) {
                                        form.unconfirmed = value == "urgent_unconfirmed";
                                        const auto urgency =
                                            model::parse_name<model::Urgency>(form.unconfirmed ? "urgent" : value);
                                        if (urgency) form.routing.urgency = *urgency;
                                        return urgency.has_value();
                                    }},
                                   {"due",
                                    [](R& form, std::string_view value) {
                                        form.due = end_of(value);
                                        return form.due.has_value();
                                    }},
                                   {"order",
                                    [](R& form, std::string_view value) {
                                        form.content.order = std::string{value};
                                        return true;
                                    }},
                                   {"transmitted_by",
                                    [](R& form, std::string_view value) {
                                        form.content.transmitted_by = std::string{value};
                                        return true;
                                    }},
                                   {"law_reason",
                                    [](R& form, std::string_view value) {
                                        form.content.law_reason = std::string{value};
                                        return true;
                                    }},
                                   {"no_notice_before",
                                    [](R& form, std::string_view value) {
                                        form.content.no_notice_before = std::string{value};
                                        return model::is_day(value);
                                    }},
                                   {"no_contact", [](R& form, std::string_view value) {
                                        for (auto& part : parts(value, ';'))
                                            form.content.no_contact.push_back({std::move(part)});
                                        return true;
                                    }}};
    return fields;
}

const std::map<std::string_view, BlockMember>& block_fields() {
    using R = model::RequestBlocks;
    static const std::map<std::string_view, BlockMember> fields{
        {"assistance", &R::assistance}, {"location", &R::location},         {"facts", &R::facts},
        {"procedure", &R::procedure},   {"national_law", &R::national_law}, {"other", &R::other}};
    return fields;
}

}  // namespace rogatory::agent
