#include "web/cli/commands/request_show.hpp"

#include "platform/casework/date.hpp"
#include "web/cli/commands/board_show.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

using model::Assistance;

// The rows that a kind of assistance usually needs, empty; the reader leaves out what stays so.
std::vector<std::string_view> rows_for(Assistance kind) {
    constexpr std::string_view person =
        "[person p1]\nname:\naliases:\nborn:\nnationalities:\nidentifier:\naddress:\nnote:\n";
    constexpr std::string_view entity = "[entity e1]\nname:\naliases:\ncountry:\nnumber:\nlei:\naddress:\nnote:\n";
    constexpr std::string_view account =
        "[account a1]\ninstitution:\nbic:\niban:\nnumber:\ncountry:\ncurrency:\nholder:\nsignatories:\nnote:\n";
    constexpr std::string_view transaction = "[transaction t1]\ndate:\namount:\nfrom:\nto:\nreference:\nnote:\n";
    constexpr std::string_view asset =
        "[asset s1]\nkind:\nrole:\ndescription:\ncountry:\nidentifier:\nholder:\nvalue:\nnote:\n";
    switch (kind) {
        case Assistance::tracing:
            return {person, entity, account, asset};
        case Assistance::freezing:
        case Assistance::seizure:
            return {person, account, asset};
        case Assistance::bank_records:
            return {person, account, transaction};
        case Assistance::registers:
            return {person, entity, asset};
        case Assistance::service:
        case Assistance::interview:
            return {person};
        case Assistance::general:
            break;
    }
    return {person, entity};
}

// Words of the catalogue as lines that are not sent.
std::string remark(const Console& console, std::string_view key) {
    std::string out;
    const auto text = wrap(console.text(key), 76);
    for (std::string_view rest{text}; !rest.empty();) {
        const auto end = rest.find('\n');
        out += "# " + std::string{rest.substr(0, end)} + '\n';
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
    return out;
}

}  // namespace

Arguments act_arguments(const Console& console, const agent::OffPlatformView& act) {
    return {{"number", static_cast<std::int64_t>(act.seq)},
            {"act", word(console, "off_platform", act.act)},
            {"medium", word(console, "medium", act.medium)},
            {"date", format_date(console.language(), act.date)}};
}

std::string request_template(const Console& console, Assistance kind) {
    std::string out = remark(console, "request.form.intro");
    out += remark(console, std::string{"request.form."} + "kind_" + std::string{model::name_of(kind)});
    out += "\ntitle:\n" + remark(console, "request.form.reference") + "reference:\n";
    out += remark(console, "request.form.nature") + "nature: judicial_assistance\n";
    out += "kinds: " + std::string{model::name_of(kind)} + "\n";
    out += remark(console, "request.form.situation") + "situation:\n";
    out += remark(console, "request.form.urgency") + "urgency: ordinary\n";
    out += "language: " + std::string{console.language() == Language::fr ? "fr" : "en"} + "\n";
    out += remark(console, "request.form.due") + "due:\n";
    out += remark(console, "request.form.order") + "order:\n";
    if (kind == Assistance::freezing || kind == Assistance::seizure || kind == Assistance::tracing ||
        kind == Assistance::bank_records) {
        out += remark(console, "request.form.no_notice") + "no_notice_before:\nno_contact:\n";
    }
    for (const auto* block : {"assistance", "location", "facts", "procedure", "national_law", "other"}) {
        out += "\n[" + std::string{block} + "]\n" + remark(console, "request.form." + std::string{block}) + "\n";
    }
    out += "\n" + remark(console, "request.form.rows");
    for (const auto row : rows_for(kind)) out += "\n" + std::string{row};
    return out;
}

std::string requested_text(const Console& console, const agent::RequestView& request) {
    if (request.requested) return authority_text(console, *request.requested);
    return request.requested_code + " " + console.text("request.no_account_mark");
}

std::string status_text(const Console& console, const agent::RequestView& request) {
    auto text = word(console, "status", request.status);
    if (request.status_recorded && !request.status_recorded->confirmed) {
        text += " (" + console.text("request.one_side") + ")";
    }
    if (!request.status_counting) text += " (" + console.text("warning.not_yet_witnessed") + ")";
    return text;
}

namespace {

// The text of the request: in the reader's language where there is a version in it, which is said.
void show_text(const Console& console, const agent::RequestView& request, std::string_view language) {
    const auto* version = request.texts.empty() ? nullptr : request.texts.front().first_for(language);
    if (version == nullptr) {
        if (request.content) {
            show_content_text(console, *request.content);
        } else {
            console.note("request.unopened", {{"dossier", short_hex(request.chain)}});
        }
        return;
    }
    const auto& original = request.texts.front();
    console.answer("version.shown", {{"language", language_text(console, version->language)},
                                     {"number", static_cast<std::int64_t>(*version->seq)},
                                     {"of", static_cast<std::int64_t>(original.seq)},
                                     {"author", authority_text(console, original.author)},
                                     {"by", authority_text(console, version->by)}});
    if (!version->translator.empty())
        console.answer("version.translated_by", {{"translator", printable(version->translator)}});
    console.answer(version->authentic   ? "version.this_authentic"
                   : original.authentic ? "version.original_goes"
                                        : "version.other_authentic");
    console.answer("version.to_original", {{"dossier", short_hex(request.chain)}});
    if (!version->title.empty()) console.answer_line(printable(version->title), 2);
    if (!version->message.empty()) console.answer_line(printable(version->message), 2);
    if (!version->content) return;
    auto shown = *version->content;
    const auto rows = [](const model::RequestContent& one) {
        return one.persons.size() + one.entities.size() + one.accounts.size() + one.transactions.size() +
               one.assets.size() + one.measures.size();
    };
    // Names and numbers need no translating: where the version has none, they are those of the original.
    if (rows(shown) == 0 && request.content) {
        const auto blocks = shown.blocks;
        shown = *request.content;
        shown.blocks = blocks;
    }
    show_content_text(console, shown);
}

void show_obstacle(const Console& console, const agent::RequestView& request, const std::string& code) {
    const bool answered = code == model::name_of(model::Obstacle::translation) && request.translation_answered;
    console.answer(answered ? "request.obstacle_answered" : "request.obstacle",
                   {{"obstacle", word(console, "obstacle", code)}});
}

}  // namespace

void show_request_text(const Console& console, const agent::RequestView& request, std::string_view language) {
    const auto date = [&](const std::optional<UnixSeconds>& at) {
        return at ? format_date(console.language(), *at) : console.text("request.no_date");
    };
    console.answer("request.head", {{"dossier", short_hex(request.chain)}, {"title", printable(request.title)}});
    console.answer("request.parties",
                   {{"from", authority_text(console, request.requesting)}, {"to", requested_text(console, request)}});
    if (request.confidential) console.answer("request.is_confidential");
    if (request.routing) {
        std::string kinds;
        for (const auto kind : request.routing->kinds) {
            kinds += (kinds.empty() ? "" : ", ") + word(console, "assistance", model::name_of(kind));
        }
        console.answer("request.routing",
                       {{"reference", printable(request.routing->reference)},
                        {"nature", word(console, "nature", model::name_of(request.routing->nature))},
                        {"kinds", kinds},
                        {"urgency", word(console, "urgency", model::name_of(request.routing->urgency))}});
    }
    for (const auto& warning : request.warnings) console.answer_line(console.text("warning." + warning), 0);
    console.answer("request.stands", {{"status", status_text(console, request)},
                                      {"since", format_date(console.language(), request.status_at)}});
    if (request.refused_in_part) console.answer("request.is_refused_in_part");
    console.answer(request.overdue ? "request.due_over" : "request.due", {{"due", date(request.due)}});
    if (request.first_due != request.due) console.answer("request.first_due", {{"due", date(request.first_due)}});
    if (request.proposal) {
        console.answer(request.proposal->mine ? "request.proposal_mine" : "request.proposal_theirs",
                       {{"due", date(request.proposal->due)}});
    }
    for (const auto& one : request.measures) {
        const auto day = casework::Date::parse(one.ends);
        console.answer("request.measure_ends",
                       {{"kind", one.kind},
                        {"order", printable(one.order.empty() ? one.key : one.order)},
                        {"who", authority_text(console, one.by)},
                        {"date", day ? casework::written(*day, sheet_language(console)) : one.ends}});
    }
    for (const auto& one : request.to_confirm) {
        console.answer("request.to_confirm", act_arguments(console, one));
        if (!one.words.empty()) console.answer_line(printable(one.words), 2);
    }
    for (const auto& code : request.obstacles) show_obstacle(console, request, code);
    if (const auto& enquiry = request.enquiry) {
        if (enquiry->here) {
            console.answer("request.follows_enquiry", {{"dossier", short_hex(enquiry->dossier)},
                                                       {"date", format_date(console.language(), enquiry->at)},
                                                       {"title", printable(enquiry->title)}});
        } else {
            console.answer("request.follows_enquiry_elsewhere", {{"dossier", short_hex(enquiry->dossier)}});
        }
    }
    show_versions_text(console, request);
    show_text(console, request, language);
}

void show_next_text(const Console& console, const agent::RequestView& request) {
    if (request.next.empty()) return;
    console.answer("request.next");
    for (const auto& move : request.next) {
        auto line = move.to + ": " + word(console, "status", move.to);
        for (const auto& need : move.needs) line += " · " + word(console, "request_needs", need);
        console.answer_line(line, 2);
    }
}

void show_chronology_text(const Console& console, const std::vector<agent::ChronologyRow>& rows) {
    Table table{{{console.text("column.number"), Narrow::keep, Align::right},
                 {console.text("column.when")},
                 {console.text("column.who"), Narrow::wrap},
                 {console.text("column.what"), Narrow::wrap}}};
    for (const auto& row : rows) {
        std::string what = word(console, "act", row.kind);
        const auto add = [&what](const std::string& more) { what += (what.empty() ? "" : " · ") + more; };
        if (!row.act.empty()) {
            add(word(console, "off_platform", row.act));
            add(word(console, "medium", row.medium));
            add(console.text(row.confirmed ? "request.both_sides" : "request.one_side"));
        }
        if (!row.to.empty()) add(word(console, "status", row.to));
        if (row.in_part) add(console.text("request.in_part"));
        if (row.number > 0) add(std::to_string(row.number));
        if (row.date) add(format_date(console.language(), *row.date));
        if (row.files > 0) add(console.text("request.files", {{"count", static_cast<std::int64_t>(row.files)}}));
        for (const auto& one : row.obstacles) {
            add(word(console, "obstacle", one.code));
            if (!one.text.empty()) add(one.text);
            if (!one.help.empty()) add(one.help);
        }
        if (!row.words.empty()) add(row.words);
        if (!row.remark.empty()) add(console.text("request.remark", {{"text", row.remark}}));
        if (row.void_) add(word(console, "outcome", "void"));
        table.row({std::to_string(row.seq), format_time(console.language(), row.at),
                   authority_text(console, row.author) + (row.author_name.empty() ? "" : ", " + row.author_name),
                   what});
    }
    console.answer(table);
}

}  // namespace rogatory::cli
