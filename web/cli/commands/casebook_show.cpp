#include "web/cli/commands/casebook_show.hpp"

#include "platform/casework/date.hpp"
#include "platform/record/judging.hpp"
#include "web/cli/commands/board_show.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

std::string or_nobody(const Console& console, const std::optional<agent::CasebookPerson>& person) {
    return person ? person_text(console, *person) : console.text("casebook.nobody");
}

std::string day_text(const Console& console, const std::string& day) {
    const auto date = casework::Date::parse(day);
    return date ? casework::written(*date, sheet_language(console)) : day;
}

Json deputyship_json(const agent::DeputyshipView& one) {
    Json json;
    json.add("member", person_json(one.member));
    if (one.deputy) json.add("deputy", person_json(*one.deputy));
    return json.add("from", one.from)
        .add("until", one.until)
        .add("today", one.today)
        .add("by", person_json(one.by))
        .add("at", one.at);
}

Json note_json(const agent::NoteView& note) {
    Json json;
    json.add("seq", note.seq).add("at", note.at).add("by", person_json(note.by)).add("counting", note.counting);
    if (!note.problem.empty()) return json.add("problem", note.problem);
    json.add("kind", note.kind);
    std::vector<Json> people;
    for (const auto& one : note.people) people.push_back(person_json(one));
    if (!people.empty()) json.add("people", Json::array(people));
    const auto chain = [&](const char* name, const model::ChainId& id) { json.add(name, model::to_hex(id)); };
    std::visit(
        record::Overloaded{[&](const model::Assigned& one) { chain("dossier", one.dossier); },
                           [&](const model::Deputised& one) { json.add("from", one.from).add("until", one.until); },
                           [&](const model::Linked& one) {
                               chain("dossier", one.dossier);
                               chain("other", one.other);
                               if (one.relation) json.add("relation", model::name_of(*one.relation));
                           },
                           [&](const model::Remarked& one) {
                               chain("dossier", one.dossier);
                               json.add("text", one.text);
                           },
                           [](const model::HandedOver& /*its people say all*/) {}},
        *note.note);
    return json;
}

// One act in a sentence.
std::string note_text(const Console& console, const agent::NoteView& note) {
    if (!note.problem.empty())
        return console.text(note.problem == "void" ? "casebook.note_void" : "casebook.note_unreadable");
    const auto person = [&](std::size_t at) {
        return at < note.people.size() ? person_text(console, note.people[at]) : console.text("casebook.nobody");
    };
    const auto chain = [](const model::ChainId& id) { return short_hex(id.value()); };
    return std::visit(
        record::Overloaded{
            [&](const model::Assigned& one) {
                const auto* const key = !one.member  ? "casebook.note_unassigned"
                                        : one.deputy ? "casebook.note_assigned_deputy"
                                                     : "casebook.note_assigned";
                return console.text(key,
                                    {{"dossier", chain(one.dossier)}, {"member", person(0)}, {"deputy", person(1)}});
            },
            [&](const model::Deputised& one) {
                return console.text("casebook.note_deputy", {{"member", person(0)},
                                                             {"deputy", person(1)},
                                                             {"from", day_text(console, one.from)},
                                                             {"until", day_text(console, one.until)}});
            },
            [&](const model::Linked& one) {
                if (!one.relation)
                    return console.text("casebook.note_unlinked",
                                        {{"dossier", chain(one.dossier)}, {"other", chain(one.other)}});
                return console.text("casebook.note_link",
                                    {{"dossier", chain(one.dossier)},
                                     {"other", chain(one.other)},
                                     {"relation", word(console, "link", model::name_of(*one.relation))}});
            },
            [&](const model::Remarked& one) {
                return console.text("casebook.note_remark",
                                    {{"dossier", chain(one.dossier)}, {"text", printable(one.text)}});
            },
            [&](const model::HandedOver&) {
                return console.text("casebook.note_hand_over", {{"member", person(0)}, {"other", person(1)}});
            }},
        *note.note);
}

}  // namespace

std::string person_text(const Console& console, const agent::CasebookPerson& person) {
    const auto name = person.name.empty() ? short_hex(person.member) : printable(person.name);
    return person.left ? console.text("casebook.left", {{"name", name}}) : name;
}

Json person_json(const agent::CasebookPerson& person) {
    return Json{}.add("member", hex_text(person.member)).add("name", person.name).add("left", person.left);
}

Json assignment_json(const agent::AssignmentView& assignment) {
    Json json;
    json.add("dossier", hex_text(assignment.dossier)).add("member", person_json(assignment.member));
    if (assignment.deputy) json.add("deputy", person_json(*assignment.deputy));
    if (assignment.acting) json.add("acting_today", person_json(*assignment.acting));
    return json.add("mine", assignment.mine).add("by", person_json(assignment.by)).add("at", assignment.at);
}

Json link_json(const agent::DossierLinkView& link) {
    return Json{}
        .add("dossier", hex_text(link.dossier))
        .add("other", hex_text(link.other))
        .add("relation", link.relation)
        .add("by", person_json(link.by))
        .add("at", link.at);
}

Json remark_json(const agent::InternalRemarkView& remark) {
    return Json{}
        .add("dossier", hex_text(remark.dossier))
        .add("text", remark.text)
        .add("by", person_json(remark.by))
        .add("at", remark.at);
}

Json casebook_json(const agent::CasebookView& casebook) {
    std::vector<Json> notes;
    std::vector<Json> assignments;
    std::vector<Json> deputies;
    std::vector<Json> links;
    std::vector<Json> remarks;
    for (const auto& one : casebook.notes) notes.push_back(note_json(one));
    for (const auto& one : casebook.assignments) assignments.push_back(assignment_json(one));
    for (const auto& one : casebook.deputyships) deputies.push_back(deputyship_json(one));
    for (const auto& one : casebook.links) links.push_back(link_json(one));
    for (const auto& one : casebook.remarks) remarks.push_back(remark_json(one));
    return Json{}
        .add("assignments", Json::array(assignments))
        .add("deputies", Json::array(deputies))
        .add("links", Json::array(links))
        .add("notes", Json::array(remarks))
        .add("acts", Json::array(notes))
        .add("incomplete", casebook.incomplete);
}

Json casework_json(const agent::CasebookView& casebook, const agent::Hash& dossier) {
    Json json;
    if (const auto* one = casebook.assignment(dossier)) json.add("assignment", assignment_json(*one));
    std::vector<Json> links;
    for (const auto& one : casebook.links) {
        if (one.dossier == dossier || one.other == dossier) links.push_back(link_json(one));
    }
    std::vector<Json> remarks;
    for (const auto& one : casebook.remarks) {
        if (one.dossier == dossier) remarks.push_back(remark_json(one));
    }
    return json.add("links", Json::array(links)).add("notes", Json::array(remarks));
}

std::string assignment_text(const Console& console, const agent::AssignmentView* assignment) {
    if (assignment == nullptr) return {};
    auto text = person_text(console, assignment->member);
    if (assignment->acting)
        text += " " + console.text("casebook.acting", {{"name", person_text(console, *assignment->acting)}});
    return text;
}

void show_casework_text(const Console& console, const agent::CasebookView& casebook, const agent::Hash& dossier) {
    if (const auto* one = casebook.assignment(dossier)) {
        console.answer("casebook.assigned_to", {{"member", person_text(console, one->member)}});
        if (one->deputy) console.answer("casebook.with_deputy", {{"deputy", person_text(console, *one->deputy)}});
        if (one->acting) console.answer("casebook.acts_today", {{"deputy", person_text(console, *one->acting)}});
    } else {
        console.answer("casebook.unassigned");
    }
    for (const auto& one : casebook.links) {
        if (one.dossier == dossier) {
            console.answer("casebook.linked",
                           {{"relation", word(console, "link", one.relation)}, {"other", short_hex(one.other)}});
        } else if (one.other == dossier) {
            console.answer("casebook.linked", {{"relation", word(console, "linked_from", one.relation)},
                                               {"other", short_hex(one.dossier)}});
        }
    }
    for (const auto& one : casebook.remarks) {
        if (one.dossier != dossier) continue;
        console.answer("casebook.remark", {{"who", person_text(console, one.by)},
                                           {"when", format_time(console.language(), one.at)},
                                           {"text", printable(one.text)}});
    }
}

void show_casebook_text(const Console& console, const agent::CasebookView& casebook) {
    if (casebook.notes.empty()) console.answer("casebook.empty");
    Table table{{{console.text("column.number"), Narrow::keep, Align::right},
                 {console.text("column.when")},
                 {console.text("column.who"), Narrow::wrap},
                 {console.text("column.what"), Narrow::wrap}}};
    for (const auto& one : casebook.notes) {
        table.row({std::to_string(one.seq), format_time(console.language(), one.at), person_text(console, one.by),
                   note_text(console, one)});
    }
    console.answer(table);
    for (const auto& one : casebook.deputyships) {
        console.answer("casebook.deputyship", {{"member", person_text(console, one.member)},
                                               {"deputy", or_nobody(console, one.deputy)},
                                               {"from", day_text(console, one.from)},
                                               {"until", day_text(console, one.until)}});
    }
    if (casebook.incomplete) console.warn("warning.casebook_incomplete");
}

}  // namespace rogatory::cli
