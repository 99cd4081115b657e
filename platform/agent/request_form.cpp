#include "platform/agent/request_form.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <set>

#include "platform/agent/normalise.hpp"
#include "platform/base/try.hpp"
#include "platform/record/request_texts.hpp"

namespace rogatory::agent {
namespace {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

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

// How one named value gets into a row; false: it is not of the right form.
template <class Row>
using Setter = std::function<bool(Row&, std::string_view)>;
template <class Row>
using Setters = std::map<std::string_view, Setter<Row>, std::less<>>;

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

using BlockMember = std::optional<std::string> model::RequestBlocks::*;
const std::map<std::string_view, BlockMember>& block_fields() {
    using R = model::RequestBlocks;
    static const std::map<std::string_view, BlockMember> fields{
        {"assistance", &R::assistance}, {"location", &R::location},         {"facts", &R::facts},
        {"procedure", &R::procedure},   {"national_law", &R::national_law}, {"other", &R::other}};
    return fields;
}

class FormReader {
public:
    Result<RequestForm> read(std::string_view text) {
        ROGATORY_TRY(const auto normal, normalised(text));
        std::string_view rest{normal};
        if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
        while (!rest.empty()) {
            const auto end = rest.find('\n');
            ++line_;
            ROGATORY_TRY_VOID(line(rest.substr(0, end)));
            rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        }
        finish_block();
        return std::move(form_);
    }
    [[nodiscard]] bool has_head() const noexcept { return head_seen_; }

private:
    tl::unexpected<Error> wrong(std::string_view what) const {
        return fail(Error{ErrorCode::invalid_input, "request.form_line"}
                        .with("line", std::to_string(line_))
                        .with("what", std::string{what}));
    }

    Result<> line(std::string_view raw) {
        const auto text = trimmed(raw);
        if (text.starts_with('#')) return {};
        if (text.starts_with('[') && text.ends_with(']')) return heading(trimmed(text.substr(1, text.size() - 2)));
        if (block_ != nullptr) {
            block_text_ += std::string{raw.substr(0, raw.find_last_not_of(" \t\r") + 1)} + '\n';
            return {};
        }
        if (text.empty()) return {};
        const auto colon = text.find(':');
        if (colon == std::string_view::npos) return wrong(text);
        const auto name = trimmed(text.substr(0, colon));
        const auto value = trimmed(text.substr(colon + 1));
        if (!set_) {
            head_seen_ = true;
            return put(head_fields(), form_, name, value);
        }
        return set_(name, value);
    }

    template <class Row>
    Result<> put(const Setters<Row>& fields, Row& row, std::string_view name, std::string_view value) {
        const auto found = fields.find(name);
        if (found == fields.end()) return wrong(name);
        if (value.empty()) return {};
        return found->second(row, value) ? Result<>{} : Result<>{wrong(std::string{name} + ": " + std::string{value})};
    }

    template <class Row>
    void begin(std::vector<Row>& rows, const Setters<Row>& fields, std::string_view key) {
        rows.emplace_back().key = key;
        set_ = [this, &rows, &fields](std::string_view name, std::string_view value) {
            return put(fields, rows.back(), name, value);
        };
    }

    void finish_block() {
        if (block_ == nullptr) return;
        const auto first = block_text_.find_first_not_of('\n');
        if (first != std::string::npos) {
            if (!form_.content.blocks) form_.content.blocks.emplace();
            (*form_.content.blocks).*(*block_) =
                block_text_.substr(first, block_text_.find_last_not_of('\n') - first + 1);
        }
        block_ = nullptr;
        block_text_.clear();
    }

    Result<> heading(std::string_view text) {
        finish_block();
        set_ = nullptr;
        if (const auto found = block_fields().find(text); found != block_fields().end()) {
            block_ = &found->second;
            return {};
        }
        const auto space = text.find(' ');
        const auto kind = text.substr(0, space);
        const auto key = space == std::string_view::npos ? std::string_view{} : trimmed(text.substr(space + 1));
        if (!model::is_content_key(key)) return wrong(text);
        auto& content = form_.content;
        if (kind == "person") {
            begin(content.persons, person_fields(), key);
        } else if (kind == "entity") {
            begin(content.entities, entity_fields(), key);
        } else if (kind == "account") {
            begin(content.accounts, account_fields(), key);
        } else if (kind == "transaction") {
            begin(content.transactions, transaction_fields(), key);
        } else if (kind == "asset") {
            begin(content.assets, asset_fields(), key);
        } else if (kind == "measure") {
            begin(content.measures, measure_fields(), key);
        } else {
            return wrong(text);
        }
        return {};
    }

    RequestForm form_;
    std::size_t line_ = 0;
    bool head_seen_ = false;
    std::function<Result<>(std::string_view, std::string_view)> set_;
    const BlockMember* block_ = nullptr;
    std::string block_text_;
};

// A row that was left as the template gave it says nothing.
template <class Row>
void drop_empty(std::vector<Row>& rows) {
    std::erase_if(rows, [](const Row& row) {
        Row empty{};
        empty.key = row.key;
        return row == empty;
    });
}

Result<> check_content(model::RequestContent& content) {
    drop_empty(content.persons);
    drop_empty(content.entities);
    drop_empty(content.accounts);
    drop_empty(content.transactions);
    drop_empty(content.assets);
    drop_empty(content.measures);
    // The reader of a sealed body is the judge of what may stand in one.
    if (!record::read_content(record::write_content(content))) {
        return fail(ErrorCode::invalid_input, "request.form_content");
    }
    return {};
}

}  // namespace

Result<RequestForm> parse_request_form(std::string_view text) {
    FormReader reader;
    ROGATORY_TRY(auto form, reader.read(text));
    const auto missing = [](std::string_view what) {
        return fail(Error{ErrorCode::invalid_input, "request.form_missing"}.with("what", std::string{what}));
    };
    if (!model::is_reference(form.routing.reference)) return missing("reference");
    if (form.routing.kinds.empty()) return missing("kinds");
    if (!model::is_language(form.routing.language)) return missing("language");
    if (!form.content.blocks || !form.content.blocks->assistance) return missing("[assistance]");
    if (!form.content.blocks->facts) return missing("[facts]");
    ROGATORY_TRY_VOID(check_content(form.content));
    return form;
}

Result<model::RequestContent> parse_request_content(std::string_view text) {
    FormReader reader;
    ROGATORY_TRY(auto form, reader.read(text));
    if (reader.has_head()) {
        return fail(
            Error{ErrorCode::invalid_input, "request.form_line"}.with("line", "1").with("what", "title, reference …"));
    }
    ROGATORY_TRY_VOID(check_content(form.content));
    return std::move(form.content);
}

}  // namespace rogatory::agent
