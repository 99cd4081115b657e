// request: what one authority formally asks of another, from the form to the chronology.
#include <algorithm>
#include <set>

#include "platform/agent/request_form.hpp"
#include "platform/agent/visa.hpp"
#include "platform/base/try.hpp"
#include "web/cli/commands/board_show.hpp"
#include "web/cli/commands/casebook_show.hpp"
#include "web/cli/commands/new_file.hpp"
#include "web/cli/commands/request_options.hpp"
#include "web/cli/commands/request_show.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/source_files.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

using namespace request;  // NOLINT: its verbs

Result<ExitCode> make_form(Program& program, const Options& options) {
    const auto& console = program.console();
    const auto kind = model::parse_name<model::Assistance>(options.kind);
    if (!kind) return fail(Error{ErrorCode::invalid_input, "request.word"}.with("what", options.kind));
    const auto text = request_template(console, *kind);
    if (options.out.empty()) {
        console.print(Json{}.add("form", text));
        console.answer_text(text);
        return ExitCode::ok;
    }
    ROGATORY_TRY_VOID(write_new_file(options.out, text));
    console.print(Json{}.add("file", options.out));
    console.answer("request.form_made", {{"file", options.out}});
    return ExitCode::ok;
}

// What the requested State's own entries say of it, before it leaves: the sentence, and the provision it rests on.
// How many of them the sender must answer with a reason.
Result<std::size_t> tell_law(const Console& console, agent::Agent& agent, const agent::RequestOrder& order) {
    ROGATORY_TRY(const auto findings, agent::check_request_law(agent, order));
    std::size_t against = 0;
    for (const auto& one : findings) {
        Arguments arguments;
        for (const auto& [name, value] : one.arguments) {
            const auto date =
                name.ends_with("date") ? casework::Date::parse(value) : fail(ErrorCode::invalid_input, "date");
            arguments.emplace(name, date ? casework::written(*date, sheet_language(console)) : printable(value));
        }
        const auto key = "warning." + one.key;
        if (one.weight == "note") {
            console.note(key, arguments);
        } else {
            console.warn(key, arguments);
        }
        if (one.ground.empty()) continue;
        console.note("request.law_ground", {{"ground", printable(one.ground)}});
        if (one.weight != "note") ++against;
    }
    return against;
}

// One text for each State that is asked, with a reference of its own where there are several.
Result<std::vector<agent::RequestOrder>> orders_of(const agent::RequestOrder& order,
                                                   const std::vector<std::string>& to) {
    std::vector<agent::RequestOrder> out;
    std::set<std::string> references;
    for (const auto& one : to) {
        out.push_back(order);
        out.back().to = one;
        if (to.size() > 1) out.back().form.routing.reference += "/" + one.substr(0, one.find('/'));
        // Two requests under one reference could never be told apart.
        if (!references.insert(out.back().form.routing.reference).second) {
            return fail(Error{ErrorCode::invalid_input, "request.series_twice"}.with("to", one));
        }
    }
    return out;
}

// Of a series that was interrupted: what stands, so that nobody is asked twice.
Result<std::vector<agent::RequestOrder>> not_sent_yet(const Console& console, agent::Agent& agent,
                                                      std::vector<agent::RequestOrder> orders,
                                                      std::vector<Json>& told) {
    agent::RequestQuery query;
    query.direction = "sent";
    ROGATORY_TRY(const auto standing, agent::list_requests(agent, query));
    std::erase_if(orders, [&](const agent::RequestOrder& order) {
        const auto& reference = order.form.routing.reference;
        const auto code = order.to.substr(0, order.to.find('/'));
        const auto same = std::ranges::find_if(standing, [&](const agent::RequestView& one) {
            const auto& asked = one.requested ? one.requested->party_code : one.requested_code;
            return one.status != "withdrawn" && asked == code && one.routing && one.routing->reference == reference;
        });
        if (same == standing.end()) return false;
        told.push_back(Json{}.add("reference", reference).add("dossier", hex_text(same->chain)));
        console.note("request.series_stands", {{"reference", reference}, {"dossier", short_hex(same->chain)}});
        return true;
    });
    return orders;
}

Result<ExitCode> send_series(Program& program, agent::Agent& agent, const agent::RequestOrder& order,
                             const std::vector<std::string>& to) {
    const auto& console = program.console();
    ROGATORY_TRY(const auto all, orders_of(order, to));
    std::vector<Json> standing;
    ROGATORY_TRY(auto orders, not_sent_yet(console, agent, all, standing));
    // Before the first leaves: half of a series is harder to explain than none of it.
    std::size_t unanswered = 0;
    for (auto& one : orders) {
        console.note("request.series_law", {{"to", one.to}});
        ROGATORY_TRY(const auto against, tell_law(console, agent, one));
        // A reason goes to the State whose law it answers; to another it would say that somebody else was asked.
        if (against == 0) one.form.content.law_reason.reset();
        if (!one.form.content.law_reason) unanswered += against;
    }
    if (unanswered > 0) {
        return fail(Error{ErrorCode::forbidden, "request.law_reason"}.with("count", std::to_string(unanswered)));
    }
    ConsoleObserver::heed_interrupts();
    std::vector<Json> items;
    bool counting = true;
    const auto told = [&] {
        console.print(Json{}.add("items", Json::array(items)).add("standing", Json::array(standing)));
        if (!counting) console.note("send.pending");
    };
    for (const auto& one : orders) {
        auto sent = agent::send_request(agent, one);
        auto view = sent ? agent::show_request(agent, sent->chain) : fail(sent.error());
        program.observer().finish();
        if (!view) {
            // What was signed before stays signed, and is said.
            if (!items.empty()) told();
            return fail(view.error());
        }
        items.push_back(request_json(*view));
        console.answer("request.sent",
                       {{"dossier", short_hex(sent->chain)}, {"status", word(console, "status", view->status)}});
        counting = counting && sent->counting;
    }
    told();
    return ExitCode::ok;
}

// The form and what goes with it as a colleague approved them: the version of the draft that was read here.
Result<agent::Sent> send_approved(agent::Agent& agent, const agent::RequestOrder& order, const std::string& form,
                                  const std::string& name) {
    ROGATORY_TRY(const auto chain, agent::find_dossier(agent, name));
    ROGATORY_TRY(const auto draft, agent::show_kept_draft(agent, chain, agent::Open::no));
    if (!draft.read) return fail(Error{ErrorCode::conflict, "draft.unread"}.with("draft", short_hex(chain)));
    return agent::send_request_from_draft(agent, order, as_bytes(form), draft.version);
}

Result<ExitCode> send(Program& program, const Options& options) {
    ROGATORY_TRY(const auto text, read_form(options.form));
    agent::RequestOrder order;
    ROGATORY_TRY(order.form, agent::parse_request_form(text));
    ROGATORY_TRY(order.files, source_files(options.files, {}));
    ROGATORY_TRY(order.policy, options.policy.order());
    order.with = options.with;
    order.off_platform = options.off_platform;
    order.confidential = options.confidential;
    order.message = options.message;
    warn_of_rows(program.console(), order.form.content);
    ROGATORY_TRY(auto agent, program.agent());
    for (const auto& one : agent.memberships()) {
        if (one.acting) program.console().note("send.as", {{"who", one.party_code + "/" + one.authority_name}});
    }
    order.law_elements = options.contains;
    if (!options.law_reason.empty()) order.form.content.law_reason = options.law_reason;
    if (options.to.size() > 1 && !options.draft.empty()) return fail(ErrorCode::invalid_input, "visa.one_at_a_time");
    if (options.to.size() > 1) return send_series(program, agent, order, options.to);
    order.to = options.to.front();
    ROGATORY_TRY([[maybe_unused]] const auto against, tell_law(program.console(), agent, order));
    ConsoleObserver::heed_interrupts();
    ROGATORY_TRY(const auto sent, options.draft.empty() ? agent::send_request(agent, order)
                                                        : send_approved(agent, order, text, options.draft));
    ROGATORY_TRY(const auto done, tell(program, agent, sent.chain, "request.sent"));
    if (!sent.counting) program.console().note("send.pending");
    return done;
}

// What one's own authority notes of requests. Where it cannot be read, that is told, and the requests are shown.
std::optional<agent::CasebookView> casebook_of(const Console& console, agent::Agent& agent) {
    auto casebook = agent::read_casebook(agent);
    if (!casebook) {
        console.warn("warning.casebook_unread", {{"problem", problem_text(console, "error", casebook.error().key())}});
        return std::nullopt;
    }
    if (casebook->incomplete) console.warn("warning.casebook_incomplete");
    return *std::move(casebook);
}

Result<ExitCode> list(Program& program, const Options& options) {
    if (options.mine && options.unassigned)
        return fail(Error{ErrorCode::invalid_input, "usage.value"}.with("what", "--mine"));
    if (options.sent && options.received)
        return fail(Error{ErrorCode::invalid_input, "usage.value"}.with("what", "--sent"));
    const auto& console = program.console();
    agent::RequestQuery query;
    query.direction = options.sent ? "sent" : options.received ? "received" : "";
    query.status = options.status;
    query.party = options.party;
    query.overdue = options.overdue;
    if (!query.status.empty() && !model::parse_name<model::RequestStatus>(query.status)) {
        return fail(Error{ErrorCode::invalid_input, "request.word"}.with("what", query.status));
    }
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(auto requests, agent::list_requests(agent, query));
    const auto casebook = casebook_of(console, agent);
    if (!casebook && (options.mine || options.unassigned)) return ExitCode::integrity;
    const auto assigned = [&casebook](const agent::RequestView& one) {
        return casebook ? casebook->assignment(one.chain) : nullptr;
    };
    if (options.mine || options.unassigned) {
        std::erase_if(requests, [&](const agent::RequestView& one) {
            const auto* const assignment = assigned(one);
            return options.mine ? assignment == nullptr || !assignment->mine : assignment != nullptr;
        });
    }
    std::vector<Json> items;
    Table table{{{console.text("column.dossier")},
                 {console.text("column.reference"), Narrow::cut},
                 {console.text("column.from"), Narrow::cut},
                 {console.text("column.to"), Narrow::cut},
                 {console.text("column.status"), Narrow::wrap},
                 {console.text("column.assigned"), Narrow::cut},
                 {console.text("column.due")},
                 {console.text("column.unread"), Narrow::keep, Align::right}}};
    for (const auto& one : requests) {
        const auto* const assignment = assigned(one);
        items.push_back(request_json(one));
        if (assignment != nullptr) items.back().add("assignment", assignment_json(*assignment));
        auto due = one.due ? format_date(console.language(), *one.due) : std::string{};
        if (one.overdue) due += " " + console.text("request.overdue_mark");
        table.row({short_hex(one.chain),
                   one.routing ? one.routing->reference : console.text("request.confidential_mark"),
                   authority_text(console, one.requesting), requested_text(console, one), status_text(console, one),
                   assignment_text(console, assignment), due, one.unread == 0 ? "" : std::to_string(one.unread)});
    }
    console.print(Json{}.add("items", Json::array(items)));
    if (requests.empty()) console.answer("request.none");
    console.answer(table);
    return ExitCode::ok;
}

Result<ExitCode> show(Program& program, const Options& options) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, dossier_of(agent, options));
    ROGATORY_TRY(const auto view, agent::show_request(agent, chain));
    ROGATORY_TRY(const auto dossier, agent::show_dossier(agent, chain));
    const auto casebook = casebook_of(program.console(), agent);
    auto json = request_json(view).add("replies", replies_json(dossier));
    if (casebook) json.add("casebook", casework_json(*casebook, chain));
    program.console().print(json);
    if (program.console().json()) return ExitCode::ok;
    show_request_text(program.console(), view);
    show_replies_text(program.console(), dossier);
    if (casebook) show_casework_text(program.console(), *casebook, chain);
    show_next_text(program.console(), view);
    return ExitCode::ok;
}

Result<ExitCode> chronology(Program& program, const Options& options) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, dossier_of(agent, options));
    ROGATORY_TRY(const auto rows, agent::chronology(agent, chain));
    std::vector<Json> items;
    for (const auto& row : rows) items.push_back(chronology_json(row));
    program.console().print(Json{}.add("dossier", hex_text(chain)).add("items", Json::array(items)));
    if (!program.console().json()) show_chronology_text(program.console(), rows);
    return ExitCode::ok;
}

class RequestVerbs {
public:
    explicit RequestVerbs(Verbs& verbs) : verbs_{verbs}, noun_{verbs.noun(verbs.root(), "request")} {}

    using Handler = Result<ExitCode> (*)(Program&, const Options&);
    CLI::App& verb(const char* name, Handler handler, const Given& given) {
        return verbs_.verb(noun_, name, [handler, given](Program& program) { return handler(program, *given); });
    }
    CLI::App& on_dossier(const char* name, Handler handler, const Given& given) {
        return dossier(verb(name, handler, given), given);
    }
    CLI::App& dossier(CLI::App& app, const Given& given) {
        verbs_.option(app, "dossier", given->dossier, "DOSSIER")->required();
        return app;
    }
    void remark(CLI::App& app, const Given& given) {
        verbs_.option(app, "--remark", given->remark, "TEXT");
        verbs_.flag(app, "--named", given->named);
    }
    void obstacles(CLI::App& app, const Given& given) {
        verbs_.option(app, "--obstacle", given->obstacles, "CODE")->expected(1)->take_all();
        verbs_.option(app, "--words", given->words, "TEXT");
        verbs_.option(app, "--needs", given->needs, "TEXT");
    }

    void declare() {
        const auto fresh = [] { return std::make_shared<Options>(); };
        {
            const auto given = fresh();
            auto& app = verb("new", make_form, given);
            verbs_.option(app, "kind", given->kind, "KIND")->required();
            verbs_.option(app, "--out", given->out, "FILE");
        }
        {
            const auto given = fresh();
            auto& app = verb("send", send, given);
            verbs_.option(app, "form", given->form, "FORM")->required();
            verbs_.option(app, "files", given->files, "FILE");
            verbs_.option(app, "--to", given->to, "PARTY[/AUTHORITY]")->expected(1)->take_all()->required();
            verbs_.option(app, "--with", given->with, "PARTY[/AUTHORITY]")->expected(1)->take_all();
            verbs_.option(app, "--message", given->message, "TEXT");
            verbs_.option(app, "--contains", given->contains, "TEXT")->expected(1)->take_all();
            verbs_.option(app, "--law-reason", given->law_reason, "TEXT");
            verbs_.option(app, "--draft", given->draft, "DRAFT");
            verbs_.flag(app, "--off-platform", given->off_platform);
            verbs_.flag(app, "--confidential", given->confidential);
            policy_options(verbs_, app, given->policy);
        }
        {
            const auto given = fresh();
            auto& app = verb("list", list, given);
            verbs_.flag(app, "--sent", given->sent);
            verbs_.flag(app, "--received", given->received);
            verbs_.flag(app, "--overdue", given->overdue);
            verbs_.flag(app, "--mine", given->mine);
            verbs_.flag(app, "--unassigned", given->unassigned);
            verbs_.option(app, "--status", given->status, "STATUS");
            verbs_.option(app, "--party", given->party, "CODE");
        }
        {
            const auto given = fresh();
            verbs_.option(verb("deadlines", request::deadlines, given), "--within", given->within, "DAYS")
                ->check(CLI::Range(0, 3650));
        }
        on_dossier("show", show, fresh());
        on_dossier("chronology", chronology, fresh());
        on_dossier("acknowledge", acknowledge, fresh());
        on_dossier("disclose", disclose, fresh());
        {
            const auto given = fresh();
            auto& app = on_dossier("reply", reply, given);
            verbs_.option(app, "files", given->files, "FILE");
            verbs_.option(app, "--title", given->title, "TEXT");
            verbs_.option(app, "--message", given->message, "TEXT");
            verbs_.option(app, "--form", given->form, "FORM");
            verbs_.flag(app, "--part", given->part);
            verbs_.flag(app, "--final", given->final_answer);
            obstacles(app, given);
            remark(app, given);
            policy_options(verbs_, app, given->policy);
        }
        {
            const auto given = fresh();
            auto& app = on_dossier("status", step, given);
            verbs_.option(app, "status", given->status, "STATUS")->required();
            verbs_.option(app, "--reason", given->reason, "TEXT");
            verbs_.flag(app, "--in-part", given->part);
            verbs_.option(app, "--decision", given->decision, "NUMBER");
            obstacles(app, given);
            remark(app, given);
        }
        {
            const auto given = fresh();
            auto& app = on_dossier("obstacle", step, given);
            verbs_.option(app, "code", given->obstacles, "CODE")->required()->expected(1);
            verbs_.option(app, "--words", given->words, "TEXT");
            verbs_.option(app, "--needs", given->needs, "TEXT");
            remark(app, given);
        }
        {
            const auto given = fresh();
            verbs_.option(on_dossier("remind", remind, given), "--message", given->message, "TEXT");
        }
        {
            const auto given = fresh();
            auto& app = on_dossier("due", due, given);
            verbs_.option(app, "date", given->date, "DATE");
            verbs_.flag(app, "--agree", given->agree);
            verbs_.option(app, "--message", given->message, "TEXT");
        }
        {
            const auto given = fresh();
            auto& app = on_dossier("record", record, given);
            verbs_.option(app, "act", given->act, "ACT")->required();
            verbs_.option(app, "--medium", given->medium, "MEDIUM")->required();
            verbs_.option(app, "--date", given->date, "DATE")->required();
            verbs_.option(app, "--message", given->message, "TEXT");
            verbs_.option(app, "--scan", given->entry, "ENTRY");
        }
        {
            const auto given = fresh();
            verbs_.option(on_dossier("confirm", confirm, given), "act", given->entry, "NUMBER");
        }
        {
            const auto given = fresh();
            auto& app = dossier(verbs_.verb(noun_, "close", step_to(given, model::RequestStatus::closed)), given);
            remark(app, given);
        }
        {
            const auto given = fresh();
            auto& app = dossier(verbs_.verb(noun_, "withdraw", step_to(given, model::RequestStatus::withdrawn)), given);
            verbs_.option(app, "--reason", given->reason, "TEXT")->required();
        }
    }

private:
    Verbs& verbs_;
    CLI::App& noun_;
};

}  // namespace

void add_request_verbs(Verbs& verbs) { RequestVerbs{verbs}.declare(); }

}  // namespace rogatory::cli
