// The acts on a request: each says where it stands then.
#include <algorithm>
#include <fstream>

#include "platform/agent/request_form.hpp"
#include "platform/base/try.hpp"
#include "web/cli/commands/reconfirm.hpp"
#include "web/cli/commands/request_options.hpp"
#include "web/cli/commands/request_show.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/source_files.hpp"
#include "web/cli/console/format.hpp"
#include "web/cli/console/prompt.hpp"

namespace rogatory::cli::request {
namespace {

constexpr std::size_t kMostFormBytes = 1024 * 1024;

}  // namespace

Result<std::string> read_form(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    if (!in) return fail(Error{ErrorCode::not_found, "source.not_there"}.with("file", path));
    std::string text(kMostFormBytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > kMostFormBytes) return fail(Error{ErrorCode::too_large, "request.form_large"}.with("file", path));
    return text;
}

Result<agent::Hash> dossier_of(agent::Agent& agent, const Options& options) {
    return agent::find_dossier(agent, options.dossier);
}

Result<ExitCode> tell(Program& program, agent::Agent& agent, const agent::Hash& chain, const char* done) {
    ROGATORY_TRY(const auto view, agent::show_request(agent, chain));
    const auto& console = program.console();
    program.observer().finish();
    console.print(request_json(view));
    console.answer(done, {{"dossier", short_hex(chain)}, {"status", word(console, "status", view.status)}});
    return ExitCode::ok;
}

Result<ExitCode> acknowledge(Program& program, const Options& options) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, dossier_of(agent, options));
    ROGATORY_TRY_VOID(agent::acknowledge_request(agent, chain));
    return tell(program, agent, chain, "request.moved");
}

namespace {

agent::StatusOrder status_order(const Options& options, const agent::Hash& chain) {
    agent::StatusOrder order;
    order.chain = chain;
    order.to = options.status;
    order.reason = options.reason;
    for (const auto& code : options.obstacles) {
        // Words that were given once go with the first; more obstacles in words are more acts.
        const bool first = order.obstacles.empty();
        order.obstacles.push_back({code, first ? options.words : "", first ? options.needs : ""});
    }
    order.in_part = options.part;
    order.remark = options.remark;
    order.remark_named = options.named;
    order.decision = options.decision;
    return order;
}

}  // namespace

Result<ExitCode> step(Program& program, const Options& options) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, dossier_of(agent, options));
    ROGATORY_TRY_VOID(agent::set_request_status(agent, status_order(options, chain)));
    return tell(program, agent, chain, "request.moved");
}

Action step_to(const Given& given, model::RequestStatus status) {
    return [given, status](Program& program) {
        given->status = model::name_of(status);
        return step(program, *given);
    };
}

Result<ExitCode> reply(Program& program, const Options& options) {
    if (options.part && options.final_answer) {
        return fail(Error{ErrorCode::invalid_input, "usage.value"}.with("what", "--part"));
    }
    agent::ReplyOrder order;
    ROGATORY_TRY(order.files, source_files(options.files, {}));
    if (!options.form.empty()) {
        ROGATORY_TRY(const auto text, read_form(options.form));
        ROGATORY_TRY(order.content, agent::parse_request_content(text));
        warn_of_rows(program.console(), *order.content);
    }
    if (options.policy.any()) {
        ROGATORY_TRY(order.policy, options.policy.order());
    }
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(order.chain, dossier_of(agent, options));
    order.title = options.title;
    order.message = options.message;
    order.language = options.language;
    order.status = status_order(options, order.chain);
    order.status.in_part = false;
    order.status.to = options.part ? "partly_executed" : options.final_answer ? "executed" : "";
    ConsoleObserver::heed_interrupts();
    ROGATORY_TRY(const auto sent, agent::reply_to_request(agent, order, reconfirm(program)));
    return tell(program, agent, sent.chain, "request.replied");
}

Result<ExitCode> remind(Program& program, const Options& options) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, dossier_of(agent, options));
    ROGATORY_TRY([[maybe_unused]] const auto number, agent::remind(agent, chain, options.message));
    return tell(program, agent, chain, "request.reminded");
}

Result<ExitCode> due(Program& program, const Options& options) {
    if (options.agree == !options.date.empty()) {
        return fail(Error{ErrorCode::invalid_input, "usage.required"}.with("what", "DATE | --agree"));
    }
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, dossier_of(agent, options));
    if (options.agree) {
        ROGATORY_TRY(const auto view, agent::show_request(agent, chain));
        if (!view.proposal) return fail(ErrorCode::not_found, "request.no_proposal");
        if (view.proposal->mine) return fail(ErrorCode::forbidden, "void.due_own");
        const auto date = format_date(program.console().language(), view.proposal->due);
        program.console().note("request.agree_to", {{"due", date}});
        ROGATORY_TRY(const auto yes, program.confirmed("request.agree_sure", {{"due", date}}));
        if (!yes) return fail(ErrorCode::invalid_input, "prompt.cancelled");
        ROGATORY_TRY_VOID(agent::agree_due(agent, chain, view.proposal->id));
        return tell(program, agent, chain, "request.due_agreed");
    }
    ROGATORY_TRY(const auto at, parse_date(options.date));
    ROGATORY_TRY_VOID(agent::propose_due(agent, chain, at, options.message));
    return tell(program, agent, chain, "request.due_proposed");
}

Result<ExitCode> record(Program& program, const Options& options) {
    agent::RecordOrder order;
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(order.chain, dossier_of(agent, options));
    order.act = options.act;
    order.medium = options.medium;
    // The beginning of the day: the end of today has not been yet.
    ROGATORY_TRY(const auto end, parse_date(options.date));
    order.date = end - end % kDay;
    order.note = options.message;
    order.scan_entry = options.entry;
    ROGATORY_TRY_VOID(agent::record_off_platform(agent, order));
    return tell(program, agent, order.chain, "request.recorded");
}

Result<ExitCode> confirm(Program& program, const Options& options) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, dossier_of(agent, options));
    ROGATORY_TRY(const auto view, agent::show_request(agent, chain));
    const auto& acts = view.to_confirm;
    if (!options.entry && acts.size() > 1) return fail(ErrorCode::invalid_input, "request.several_to_confirm");
    const auto found = std::find_if(acts.begin(), acts.end(),
                                    [&](const auto& act) { return !options.entry || act.seq == *options.entry; });
    if (found == acts.end()) return fail(ErrorCode::not_found, "request.nothing_to_confirm");
    program.console().note("request.to_confirm", act_arguments(program.console(), *found));
    ROGATORY_TRY_VOID(agent::confirm_off_platform(agent, chain, found->id));
    return tell(program, agent, chain, "request.confirmed");
}

Result<ExitCode> disclose(Program& program, const Options& options) {
    ROGATORY_TRY(const auto yes, program.confirmed("request.disclose_confirm"));
    if (!yes) return fail(ErrorCode::invalid_input, "prompt.cancelled");
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, dossier_of(agent, options));
    ROGATORY_TRY_VOID(agent::disclose_routing(agent, chain));
    return tell(program, agent, chain, "request.disclosed");
}

}  // namespace rogatory::cli::request
