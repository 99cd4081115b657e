// What the `request` verbs answer to a program.
#include <utility>

#include "web/cli/commands/request_show.hpp"
#include "web/cli/commands/show.hpp"

namespace rogatory::cli {
namespace {

Json texts(const std::vector<model::Line>& lines) {
    std::vector<std::string> out;
    for (const auto& line : lines) out.push_back(line.text);
    return Json::array(out);
}

class Fields {
public:
    Fields& text(std::string_view name, const std::string& value) {
        json_.add(name, value);
        return *this;
    }
    Fields& text(std::string_view name, const std::optional<std::string>& value) {
        if (value) json_.add(name, *value);
        return *this;
    }
    Fields& lines(std::string_view name, const std::vector<model::Line>& values) {
        if (!values.empty()) json_.add(name, texts(values));
        return *this;
    }
    Fields& money(std::string_view name, const std::optional<model::Money>& value) {
        if (value) {
            json_.add(name, Fields{}
                                .text("amount", value->amount)
                                .text("currency", value->currency)
                                .text("date", value->date)
                                .done());
        }
        return *this;
    }
    Fields& list(std::string_view name, const std::vector<Json>& rows) {
        if (!rows.empty()) json_.add(name, Json::array(rows));
        return *this;
    }
    Fields& add(std::string_view name, const Json& value) {
        json_.add(name, value);
        return *this;
    }
    [[nodiscard]] Json done() { return json_; }

private:
    Json json_;
};

template <class Row, class Encode>
std::vector<Json> rows(const std::vector<Row>& list, Encode encode) {
    std::vector<Json> out;
    for (const auto& row : list) out.push_back(encode(row));
    return out;
}

Json measure_json(const model::Measure& row) {
    return Fields{}
        .text("key", row.key)
        .text("kind", std::string{model::name_of(row.kind)})
        .text("order", row.order)
        .text("ordered_by", row.ordered_by)
        .text("date", row.date)
        .text("legal_basis", row.legal_basis)
        .lines("items", row.items)
        .money("value", row.value)
        .text("start", row.start)
        .text("expiry", row.expiry)
        .text("managed_by", row.managed_by)
        .list("events", rows(row.events,
                             [](const model::MeasureEvent& event) {
                                 return Fields{}
                                     .text("act", std::string{model::name_of(event.act)})
                                     .text("date", event.date)
                                     .text("until", event.until)
                                     .money("amount", event.amount)
                                     .text("asked_by", event.asked_by)
                                     .text("note", event.note)
                                     .done();
                             }))
        .done();
}

}  // namespace

Json content_json(const model::RequestContent& content) {
    Fields out;
    if (content.blocks) {
        const auto& blocks = *content.blocks;
        out.add("blocks", Fields{}
                              .text("assistance", blocks.assistance)
                              .text("location", blocks.location)
                              .text("facts", blocks.facts)
                              .text("procedure", blocks.procedure)
                              .text("national_law", blocks.national_law)
                              .text("other", blocks.other)
                              .done());
    }
    out.list("persons", rows(content.persons, [](const model::Person& row) {
                 return Fields{}
                     .text("key", row.key)
                     .text("name", row.name)
                     .lines("aliases", row.aliases)
                     .text("born", row.born)
                     .lines("nationalities", row.nationalities)
                     .text("identifier", row.identifier)
                     .text("address", row.address)
                     .text("note", row.note)
                     .done();
             }));
    out.list("entities", rows(content.entities, [](const model::Entity& row) {
                 return Fields{}
                     .text("key", row.key)
                     .text("name", row.name)
                     .lines("aliases", row.aliases)
                     .text("country", row.country)
                     .text("number", row.number)
                     .text("lei", row.lei)
                     .text("address", row.address)
                     .text("note", row.note)
                     .done();
             }));
    out.list("accounts", rows(content.accounts, [](const model::Account& row) {
                 return Fields{}
                     .text("key", row.key)
                     .text("institution", row.institution)
                     .text("bic", row.bic)
                     .text("iban", row.iban)
                     .text("number", row.number)
                     .text("country", row.country)
                     .text("currency", row.currency)
                     .text("holder", row.holder)
                     .lines("signatories", row.signatories)
                     .text("note", row.note)
                     .done();
             }));
    out.list("transactions", rows(content.transactions, [](const model::Transaction& row) {
                 return Fields{}
                     .text("key", row.key)
                     .text("date", row.date)
                     .money("amount", row.amount)
                     .text("from", row.from)
                     .text("to", row.to)
                     .text("reference", row.reference)
                     .text("note", row.note)
                     .done();
             }));
    out.list("assets", rows(content.assets, [](const model::Asset& row) {
                 Fields one;
                 one.text("key", row.key).text("kind", std::string{model::name_of(row.kind)});
                 if (row.role) one.text("role", std::string{model::name_of(*row.role)});
                 return one.text("description", row.description)
                     .text("country", row.country)
                     .text("identifier", row.identifier)
                     .text("holder", row.holder)
                     .money("value", row.value)
                     .text("note", row.note)
                     .done();
             }));
    out.list("measures", rows(content.measures, measure_json));
    return out.text("no_notice_before", content.no_notice_before)
        .lines("no_contact", content.no_contact)
        .text("order", content.order)
        .text("transmitted_by", content.transmitted_by)
        .text("law_reason", content.law_reason)
        .done();
}

namespace {

Json obstacles_json(const std::vector<agent::ObstacleText>& obstacles) {
    std::vector<Json> out;
    for (const auto& one : obstacles) {
        out.push_back(Json{}.add("code", one.code).add("text", one.text).add("needs", one.help));
    }
    return Json::array(out);
}

}  // namespace

Json request_json(const agent::RequestView& request) {
    Json out;
    out.add("dossier", hex_text(request.chain))
        .add("title", request.title)
        .add("side", request.side)
        .add("requesting", authority_json(request.requesting));
    if (request.requested) out.add("requested", authority_json(*request.requested));
    if (!request.requested_code.empty()) out.add("requested_code", request.requested_code);
    out.add("confidential", request.confidential);
    if (request.routing) {
        std::vector<std::string> kinds;
        for (const auto kind : request.routing->kinds) kinds.emplace_back(model::name_of(kind));
        Fields routing;
        routing.text("reference", request.routing->reference)
            .text("nature", std::string{model::name_of(request.routing->nature)})
            .add("kinds", Json::array(kinds))
            .text("situation", request.routing->situation)
            .text("urgency", std::string{model::name_of(request.routing->urgency)})
            .text("language", request.routing->language);
        out.add("routing", routing.done());
    }
    out.add("status", request.status).add("status_at", request.status_at).add("sent_at", request.sent_at);
    out.add("status_counting", request.status_counting);
    if (request.status_recorded) {
        out.add("status_recorded",
                Json{}.add("by", request.status_recorded->by).add("confirmed", request.status_recorded->confirmed));
    }
    out.add("overdue", request.overdue);
    const auto date = [&out](const char* name, const std::optional<UnixSeconds>& at) {
        if (at) out.add(name, *at);
    };
    date("first_due", request.first_due);
    date("due", request.due);
    date("acknowledged_at", request.acknowledged_at);
    date("replied_at", request.replied_at);
    date("executed_at", request.executed_at);
    date("over_at", request.over_at);
    if (request.proposal) {
        out.add("proposal", Json{}
                                .add("id", hex_text(request.proposal->id))
                                .add("due", request.proposal->due)
                                .add("mine", request.proposal->mine));
    }
    out.add("refused_in_part", request.refused_in_part)
        .add("obstacles", Json::array(request.obstacles))
        .add("reminders", request.reminders)
        .add("off_platform", static_cast<std::uint64_t>(request.off_platform));
    std::vector<Json> measures;
    for (const auto& one : request.measures) {
        measures.push_back(Json{}
                               .add("by", authority_json(one.by))
                               .add("key", one.key)
                               .add("kind", one.kind)
                               .add("order", one.order)
                               .add("ends", one.ends));
    }
    out.add("measures", Json::array(measures));
    std::vector<Json> to_confirm;
    for (const auto& one : request.to_confirm) {
        to_confirm.push_back(Json{}
                                 .add("seq", one.seq)
                                 .add("id", hex_text(one.id))
                                 .add("act", one.act)
                                 .add("medium", one.medium)
                                 .add("date", one.date)
                                 .add("words", one.words));
    }
    out.add("to_confirm", Json::array(to_confirm));
    std::vector<Json> next;
    for (const auto& move : request.next) {
        next.push_back(Json{}.add("to", move.to).add("needs", Json::array(move.needs)));
    }
    out.add("next", Json::array(next));
    if (request.content) out.add("content", content_json(*request.content));
    out.add("versions", versions_json(request)).add("translation_answered", request.translation_answered);
    if (const auto& enquiry = request.enquiry) {
        out.add("enquiry", Json{}.add("dossier", hex_text(enquiry->dossier)).add("here", enquiry->here));
    }
    return out.add("unread", static_cast<std::uint64_t>(request.unread))
        .add("state", request.state)
        .add("warnings", Json::array(request.warnings));
}

Json replies_json(const agent::DossierView& dossier) {
    std::vector<Json> out;
    bool first = true;  // what was asked
    for (const auto& entry : dossier.entries) {
        const bool asks = std::exchange(first, false);
        if (asks || !entry.content || entry.version) continue;
        out.push_back(Json{}
                          .add("seq", entry.seq)
                          .add("at", entry.at)
                          .add("author", authority_json(entry.author))
                          .add("content", content_json(*entry.content)));
    }
    return Json::array(out);
}

Json chronology_json(const agent::ChronologyRow& row) {
    Json out;
    out.add("seq", row.seq)
        .add("id", hex_text(row.id))
        .add("at", row.at)
        .add("counting", row.counting)
        .add("author", authority_json(row.author))
        .add("author_name", row.author_name)
        .add("side", row.side)
        .add("kind", row.kind);
    if (!row.from.empty()) out.add("from", row.from);
    if (!row.to.empty()) out.add("to", row.to);
    if (!row.act.empty()) out.add("act", row.act).add("medium", row.medium).add("confirmed", row.confirmed);
    if (row.date) out.add("date", *row.date);
    if (!row.obstacles.empty()) out.add("obstacles", obstacles_json(row.obstacles));
    if (!row.remark.empty()) out.add("remark", row.remark);
    if (!row.words.empty()) out.add("words", row.words);
    if (row.in_part) out.add("in_part", true);
    if (row.number > 0) out.add("number", row.number);
    if (row.kind == "entry") out.add("files", static_cast<std::uint64_t>(row.files));
    out.add("void", row.void_);
    if (row.void_) out.add("reason", row.void_reason);
    return out;
}

}  // namespace rogatory::cli
