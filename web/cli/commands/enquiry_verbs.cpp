// enquiry: whether information exists, asked without form before a request.
#include "platform/agent/enquiries.hpp"

#include "platform/agent/request_form.hpp"
#include "platform/base/try.hpp"
#include "platform/casework/date.hpp"
#include "web/cli/commands/board_show.hpp"
#include "web/cli/commands/reconfirm.hpp"
#include "web/cli/commands/request_options.hpp"
#include "web/cli/commands/request_show.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/source_files.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

struct EnquiryOptions {
    std::string dossier;
    std::string to;
    std::string title;
    std::string message;
    std::vector<std::string> kinds;
    std::string answer_by;
    std::string form;
    std::vector<std::string> files;
    std::string answer;
    PolicyOptions policy;
};

std::string day_text(const Console& console, const std::string& day) {
    const auto parsed = casework::Date::parse(day);
    return parsed ? casework::written(*parsed, sheet_language(console)) : day;
}

std::string kinds_text(const Console& console, const model::Enquiry& enquiry) {
    std::string out;
    for (const auto kind : enquiry.kinds) {
        out += (out.empty() ? "" : ", ") + word(console, "enquiry_kind", model::name_of(kind));
    }
    return out;
}

std::string to_text(const Console& console, const agent::EnquiryView& enquiry) {
    std::string out;
    for (const auto& one : enquiry.to) out += (out.empty() ? "" : ", ") + authority_text(console, one);
    return out;
}

Json enquiry_json(const agent::EnquiryView& enquiry) {
    std::vector<Json> to;
    for (const auto& one : enquiry.to) to.push_back(authority_json(one));
    std::vector<std::string> kinds;
    for (const auto kind : enquiry.asks.kinds) kinds.emplace_back(model::name_of(kind));
    std::vector<Json> answers;
    for (const auto& one : enquiry.answers) {
        answers.push_back(Json{}
                              .add("seq", one.seq)
                              .add("by", authority_json(one.by))
                              .add("at", one.at)
                              .add("answer", one.answer)
                              .add("message", one.message));
    }
    std::vector<Json> requests;
    for (const auto& one : enquiry.requests) {
        requests.push_back(
            Json{}.add("dossier", hex_text(one.dossier)).add("reference", one.reference).add("status", one.status));
    }
    Json out;
    out.add("dossier", hex_text(enquiry.chain))
        .add("seq", enquiry.seq)
        .add("entry", hex_text(enquiry.entry))
        .add("title", enquiry.title)
        .add("message", enquiry.message)
        .add("from", authority_json(enquiry.from))
        .add("to", Json::array(to))
        .add("mine", enquiry.mine)
        .add("kinds", Json::array(kinds))
        .add("at", enquiry.at)
        .add("late", enquiry.late);
    if (enquiry.asks.answer_by) out.add("answer_by", *enquiry.asks.answer_by);
    return out.add("content", content_json(enquiry.content))
        .add("answers", Json::array(answers))
        .add("requests", Json::array(requests))
        .add("unread", static_cast<std::uint64_t>(enquiry.unread))
        .add("state", enquiry.state)
        .add("warnings", Json::array(enquiry.warnings));
}

void show_enquiry_text(const Console& console, const agent::EnquiryView& enquiry) {
    console.answer("enquiry.head", {{"dossier", short_hex(enquiry.chain)}, {"title", printable(enquiry.title)}});
    console.answer("enquiry.parties",
                   {{"from", authority_text(console, enquiry.from)}, {"to", to_text(console, enquiry)}});
    console.answer("enquiry.no_effect");
    for (const auto& warning : enquiry.warnings) console.answer_line(problem_text(console, "warning", warning), 0);
    console.answer("enquiry.kinds", {{"kinds", kinds_text(console, enquiry.asks)}});
    if (enquiry.asks.answer_by) {
        console.answer(enquiry.late > 0 ? "enquiry.answer_by_late" : "enquiry.answer_by",
                       {{"date", day_text(console, *enquiry.asks.answer_by)}, {"days", enquiry.late}});
    }
    if (!enquiry.message.empty()) console.answer_line(printable(enquiry.message), 2);
    show_content_text(console, enquiry.content);
    for (const auto& one : enquiry.answers) {
        console.answer("enquiry.answered", {{"who", authority_text(console, one.by)},
                                            {"when", format_time(console.language(), one.at)},
                                            {"answer", word(console, "enquiry_answer", one.answer)}});
        if (!one.message.empty()) console.answer_line(printable(one.message), 2);
    }
    for (const auto& one : enquiry.requests) {
        console.answer("enquiry.became", {{"reference", printable(one.reference)},
                                          {"dossier", short_hex(one.dossier)},
                                          {"status", word(console, "status", one.status)}});
    }
    if (enquiry.answers.empty() && !enquiry.mine) {
        console.note("enquiry.to_answer", {{"dossier", short_hex(enquiry.chain)}});
    }
    if (enquiry.mine && enquiry.requests.empty()) {
        console.note("enquiry.to_request", {{"dossier", short_hex(enquiry.chain)}});
    }
}

Result<ExitCode> tell(Program& program, agent::Agent& agent, const agent::Sent& sent, const char* done) {
    ROGATORY_TRY(const auto view, agent::show_enquiry(agent, sent.chain));
    program.observer().finish();
    program.console().print(enquiry_json(view));
    program.console().answer(done, {{"dossier", short_hex(sent.chain)}, {"to", to_text(program.console(), view)}});
    if (!sent.counting) program.console().note("send.pending");
    return ExitCode::ok;
}

Result<ExitCode> send(Program& program, const EnquiryOptions& options) {
    agent::EnquiryOrder order;
    order.to = options.to;
    order.title = options.title;
    order.message = options.message;
    order.kinds = options.kinds;
    order.answer_by = options.answer_by;
    ROGATORY_TRY(order.files, source_files(options.files, {}));
    ROGATORY_TRY(order.policy, options.policy.order());
    if (!options.form.empty()) {
        ROGATORY_TRY(const auto text, request::read_form(options.form));
        ROGATORY_TRY(order.content, agent::parse_request_content(text));
        warn_of_rows(program.console(), order.content);
    }
    ROGATORY_TRY(auto agent, program.agent());
    ConsoleObserver::heed_interrupts();
    ROGATORY_TRY(const auto sent, agent::send_enquiry(agent, order));
    return tell(program, agent, sent, "enquiry.sent");
}

Result<ExitCode> answer(Program& program, const EnquiryOptions& options) {
    agent::EnquiryReplyOrder order;
    order.answer = options.answer;
    order.message = options.message;
    ROGATORY_TRY(order.files, source_files(options.files, {}));
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(order.chain, agent::find_dossier(agent, options.dossier));
    ConsoleObserver::heed_interrupts();
    ROGATORY_TRY(const auto sent, agent::answer_enquiry(agent, order, reconfirm(program)));
    return tell(program, agent, sent, "enquiry.was_answered");
}

Result<ExitCode> show(Program& program, const EnquiryOptions& options) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, agent::find_dossier(agent, options.dossier));
    ROGATORY_TRY(const auto view, agent::show_enquiry(agent, chain));
    program.console().print(enquiry_json(view));
    if (!program.console().json()) show_enquiry_text(program.console(), view);
    return ExitCode::ok;
}

Result<ExitCode> list(Program& program) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto enquiries, agent::list_enquiries(agent));
    std::vector<Json> items;
    Table table{{{console.text("column.dossier")},
                 {console.text("column.title"), Narrow::cut},
                 {console.text("column.from"), Narrow::cut},
                 {console.text("column.to"), Narrow::cut},
                 {console.text("column.answer"), Narrow::wrap},
                 {console.text("column.answer_by")},
                 {console.text("column.request"), Narrow::cut}}};
    for (const auto& one : enquiries.items) {
        items.push_back(enquiry_json(one));
        auto by = one.asks.answer_by ? day_text(console, *one.asks.answer_by) : std::string{};
        if (one.late > 0) by += " " + console.text("request.overdue_mark");
        std::string references;
        for (const auto& request : one.requests) {
            references += (references.empty() ? "" : ", ") + request.reference;
        }
        table.row({short_hex(one.chain), one.title, authority_text(console, one.from), to_text(console, one),
                   one.answers.empty() ? "" : word(console, "enquiry_answer", one.answers.back().answer), by,
                   references});
    }
    console.print(
        Json{}.add("items", Json::array(items)).add("unopened", static_cast<std::uint64_t>(enquiries.unopened)));
    if (items.empty()) console.answer("enquiry.none");
    console.answer(table);
    if (enquiries.unopened > 0) {
        console.note("enquiry.unopened", {{"count", static_cast<std::int64_t>(enquiries.unopened)}});
    }
    return ExitCode::ok;
}

}  // namespace

void add_enquiry_verbs(Verbs& verbs) {
    auto& noun = verbs.noun(verbs.root(), "enquiry");
    using Handler = Result<ExitCode> (*)(Program&, const EnquiryOptions&);
    const auto verb = [&](const char* name, Handler handler) {
        const auto given = std::make_shared<EnquiryOptions>();
        auto& app = verbs.verb(noun, name, [handler, given](Program& program) { return handler(program, *given); });
        return std::pair<CLI::App*, std::shared_ptr<EnquiryOptions>>{&app, given};
    };
    {
        const auto [app, given] = verb("send", send);
        verbs.option(*app, "files", given->files, "FILE");
        verbs.option(*app, "--to", given->to, "PARTY[/AUTHORITY]")->required();
        verbs.option(*app, "--kind", given->kinds, "KIND")->expected(1)->take_all()->required();
        verbs.option(*app, "--title", given->title, "TEXT");
        verbs.option(*app, "--message", given->message, "TEXT");
        verbs.option(*app, "--form", given->form, "FORM");
        verbs.option(*app, "--answer-by", given->answer_by, "DATE");
        policy_options(verbs, *app, given->policy);
    }
    {
        const auto [app, given] = verb("answer", answer);
        verbs.option(*app, "dossier", given->dossier, "DOSSIER")->required();
        verbs.option(*app, "answer", given->answer, "ANSWER")->required();
        verbs.option(*app, "files", given->files, "FILE");
        verbs.option(*app, "--message", given->message, "TEXT");
    }
    {
        const auto [app, given] = verb("show", show);
        verbs.option(*app, "dossier", given->dossier, "DOSSIER")->required();
    }
    verbs.verb(noun, "list", list);
}

}  // namespace rogatory::cli
