// request: what one authority formally asks of another, from the form to the chronology.
#include <algorithm>
#include <set>

#include "platform/agent/enquiries.hpp"
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
    ROGATORY_TRY(order.versions, versions_of(options));
    if (!options.enquiry.empty()) {
        // Of several States one was asked, and the others are not told.
        if (options.to.size() > 1) return fail(ErrorCode::invalid_input, "enquiry.one_state");
        ROGATORY_TRY(const auto enquiry, agent::find_dossier(agent, options.enquiry));
        ROGATORY_TRY_VOID(agent::follow_enquiry(agent, enquiry, order.form.content));
    }
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
    const auto tongue = program.console().language() == Language::fr ? "fr" : "en";
    show_request_text(program.console(), view,
                      options.original           ? ""
                      : options.language.empty() ? tongue
                                                 : options.language);
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
            verbs_.option(app, "--version", given->versions, "LANGUAGE=FORM")->expected(1)->take_all();
            verbs_.option(app, "--version-due", given->promised, "LANGUAGE=DATE")->expected(1)->take_all();
            verbs_.option(app, "--authentic", given->authentic, "LANGUAGE");
            verbs_.option(app, "--enquiry", given->enquiry, "DOSSIER");
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
        {
            const auto given = fresh();
            auto& app = on_dossier("show", show, given);
            verbs_.option(app, "--language", given->language, "LANGUAGE");
            verbs_.flag(app, "--original", given->original);
        }
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
            verbs_.option(app, "--language", given->language, "LANGUAGE");
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
