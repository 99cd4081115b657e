// What happens when an authority loses its access managers: recovery.
#include "platform/agent/recovery.hpp"

#include "crypto/primitives/memory.hpp"
#include "platform/base/try.hpp"
#include "web/cli/commands/hand_over.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/console/format.hpp"
#include "web/cli/console/prompt.hpp"
#include "web/cli/program/kit.hpp"

namespace rogatory::cli {
namespace {

struct RecoveryOptions {
    std::uint64_t threshold = 2;
    std::vector<std::string> holders;
    std::filesystem::path envelope_out;
    std::filesystem::path out;
    std::vector<std::filesystem::path> files;
    std::vector<std::filesystem::path> envelopes;
    std::string authority;
    std::string candidate;
    std::string digits;
    std::int64_t hours = 72;
    std::filesystem::path code_out;
};

Result<ExitCode> set(Program& program, const RecoveryOptions& options) {
    const auto& console = program.console();
    agent::RecoveryOrder order;
    order.threshold = options.threshold;
    order.holders = options.holders;
    if (!options.envelope_out.empty()) {
        order.keep_envelope = [&](const agent::RecoveryEnvelope& envelope) -> Result<> {
            auto sheet = printed_envelope(envelope);
            auto written = write_private_file(options.envelope_out, sheet);
            crypto::wipe(sheet);
            return written;
        };
    }
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY_VOID(agent::set_recovery(agent, order));
    Json json;
    json.add("threshold", options.threshold).add("holders", static_cast<std::uint64_t>(options.holders.size()));
    if (!options.envelope_out.empty()) json.add("envelope_file", options.envelope_out.string());
    console.print(json);
    console.answer("recovery.set",
                   {{"k", static_cast<std::int64_t>(options.threshold)},
                    {"n", static_cast<std::int64_t>(options.holders.size() + (options.envelope_out.empty() ? 0 : 1))}});
    if (!options.envelope_out.empty())
        console.answer("recovery.envelope_written", {{"file", options.envelope_out.string()}});
    console.answer("recovery.drill_next");
    return ExitCode::ok;
}

Json holder_json(const agent::RecoveryHolder& holder) {
    Json json;
    json.add("printed", holder.printed);
    if (holder.printed) return json;
    json.add("authority", hex_text(holder.authority)).add("authority_name", holder.authority_name);
    json.add("member", hex_text(holder.member)).add("display_name", holder.display_name).add("self", holder.self);
    json.add("custodian", holder.custodian).add("seen_at", holder.seen_at);
    return json.add("long_unseen", holder.long_unseen);
}

Json candidate_json(const agent::RecoveryCandidate& candidate) {
    std::vector<Json> approvals;
    for (const auto& one : candidate.approvals)
        approvals.push_back(Json{}.add("holder", one.holder).add("at", one.at).add("counting", one.counting));
    Json json;
    json.add("invitation", hex_text(candidate.invitation)).add("record", hex_text(candidate.record));
    json.add("display_name", candidate.display_name).add("comparison_digits", candidate.comparison_digits);
    json.add("state", candidate.state).add("not_after", candidate.not_after);
    json.add("approvals", Json::array(approvals)).add("not_before", candidate.not_before);
    return json.add("problem", candidate.problem);
}

Json view_json(const agent::RecoveryView& view) {
    std::vector<Json> holders;
    for (const auto& one : view.holders) holders.push_back(holder_json(one));
    std::vector<Json> candidates;
    for (const auto& one : view.candidates) candidates.push_back(candidate_json(one));
    Json json;
    json.add("authority", hex_text(view.authority)).add("authority_name", view.authority_name);
    json.add("own", view.own).add("holder", view.holder);
    json.add("custodians", static_cast<std::uint64_t>(view.custodians)).add("live", view.live).add("set", view.set);
    json.add("threshold", view.threshold).add("set_at", view.set_at).add("drilled", view.drilled);
    json.add("outdated", view.outdated).add("holders", Json::array(holders));
    return json.add("candidates", Json::array(candidates));
}

void show_view(const Console& console, const agent::RecoveryView& view) {
    console.answer_line(view.authority_name, 0);
    if (!view.set) {
        console.answer("recovery.none");
        return;
    }
    console.answer("recovery.threshold", {{"k", static_cast<std::int64_t>(view.threshold)},
                                          {"n", static_cast<std::int64_t>(view.holders.size())},
                                          {"when", format_time(console.language(), view.set_at)}});
    console.answer(view.drilled ? "recovery.drilled" : "recovery.not_drilled");
    if (view.outdated) console.warn("recovery.outdated");
    Table table{{{console.text("column.holder"), Narrow::wrap},
                 {console.text("column.seen_at")},
                 {console.text("column.state"), Narrow::wrap}}};
    for (const auto& one : view.holders) {
        if (one.printed) {
            table.row({console.text("recovery.on_paper"), "", ""});
            continue;
        }
        const auto* state = !one.custodian ? "recovery.left" : one.long_unseen ? "recovery.long_unseen" : "";
        table.row({one.authority_name + "/" + one.display_name,
                   one.seen_at > 0 ? format_time(console.language(), one.seen_at) : "",
                   *state == '\0' ? std::string{} : console.text(state)});
    }
    console.answer(table);
    for (const auto& one : view.candidates) {
        const auto id = short_hex(one.invitation);
        if (!one.problem.empty()) {
            console.warn("recovery.candidate_problem",
                         {{"invitation", id}, {"problem", problem_text(console, "error", one.problem)}});
            continue;
        }
        const auto state = word(console, "invitation", one.state);
        if (one.comparison_digits.empty()) {
            console.answer("recovery.candidate_open", {{"invitation", id}, {"state", state}});
            continue;
        }
        console.answer("recovery.candidate", {{"name", one.display_name},
                                              {"invitation", id},
                                              {"state", state},
                                              {"digits", one.comparison_digits},
                                              {"have", static_cast<std::int64_t>(one.approvals.size())},
                                              {"need", static_cast<std::int64_t>(view.threshold)}});
        for (const auto& approval : one.approvals) {
            console.answer("recovery.approved_by",
                           {{"name", approval.holder}, {"when", format_time(console.language(), approval.at)}});
        }
        if (one.not_before > 0)
            console.answer("recovery.not_before", {{"when", format_time(console.language(), one.not_before)}});
    }
}

Result<ExitCode> status(Program& program) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto views, agent::recovery_status(agent));
    std::vector<Json> rows;
    for (const auto& view : views) {
        rows.push_back(view_json(view));
        show_view(console, view);
    }
    console.print(Json{}.add("items", Json::array(rows)));
    return ExitCode::ok;
}

Result<ExitCode> shares(Program& program) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto held, agent::recovery_shares(agent));
    std::vector<Json> rows;
    bool good = true;
    for (const auto& one : held) {
        good = good && one.opens;
        rows.push_back(Json{}
                           .add("authority", hex_text(one.authority))
                           .add("authority_name", one.authority_name)
                           .add("threshold", one.threshold)
                           .add("parts", static_cast<std::uint64_t>(one.parts))
                           .add("opens", one.opens)
                           .add("problem", one.problem));
        if (one.opens) {
            console.answer("recovery.part_opens", {{"name", one.authority_name},
                                                   {"k", static_cast<std::int64_t>(one.threshold)},
                                                   {"n", static_cast<std::int64_t>(one.parts)}});
        } else {
            console.warn("recovery.part_does_not_open",
                         {{"name", one.authority_name}, {"problem", problem_text(console, "error", one.problem)}});
        }
    }
    console.print(Json{}.add("items", Json::array(rows)));
    if (held.empty()) console.answer("recovery.no_parts");
    return good ? ExitCode::ok : ExitCode::integrity;
}

Result<std::vector<std::string>> read_envelopes(const std::vector<std::filesystem::path>& paths) {
    std::vector<std::string> texts;
    for (const auto& path : paths) {
        ROGATORY_TRY(auto text, read_text_file(path, 64 * 1024));
        texts.push_back(std::move(text));
    }
    return texts;
}

Result<ExitCode> drill(Program& program, const RecoveryOptions& options) {
    const auto& console = program.console();
    if (!options.out.empty()) {
        ROGATORY_TRY(auto agent, program.agent());
        ROGATORY_TRY(const auto proof, agent::prove_share(agent, options.authority));
        ROGATORY_TRY_VOID(write_private_file(options.out, as_text(proof.file)));
        console.print(Json{}.add("authority", hex_text(proof.authority)).add("file", options.out.string()));
        console.answer("recovery.proof_written", {{"file", options.out.string()}});
        return ExitCode::ok;
    }
    agent::Drill given;
    for (const auto& path : options.files) {
        ROGATORY_TRY(const auto text, read_text_file(path, 64 * 1024));
        given.proofs.push_back(to_bytes(text));
    }
    ROGATORY_TRY(given.envelopes, read_envelopes(options.envelopes));
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY_VOID(agent::drill_recovery(agent, given));
    console.print(Json{}.add("drilled", true));
    console.answer("recovery.drill_done");
    return ExitCode::ok;
}

Result<ExitCode> begin(Program& program, const RecoveryOptions& options) {
    ROGATORY_TRY_VOID(may_hand_over(program, options.code_out));
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(auto made, agent::begin_recovery(agent, options.authority, options.hours));
    return hand_over(program, made, options.code_out, "recovery.how");
}

Result<ExitCode> approve(Program& program, const RecoveryOptions& options) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    auto digits = options.digits;
    if (digits.empty() && !console.json() && can_ask()) {
        ROGATORY_TRY(const auto typed, ask(console, "prompt.digits", {}, "--digits"));
        digits = typed.expose_secret();
    }
    ROGATORY_TRY_VOID(agent::approve_recovery(agent, options.authority, options.candidate, digits));
    console.print(Json{}.add("approved", true));
    console.answer("recovery.approve_done");
    return ExitCode::ok;
}

Result<ExitCode> refuse(Program& program, const RecoveryOptions& options) {
    ROGATORY_TRY(const auto yes, program.confirmed("recovery.refuse_sure"));
    if (!yes) return fail(ErrorCode::invalid_input, "prompt.cancelled");
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY_VOID(agent::refuse_recovery(agent, options.candidate));
    program.console().print(Json{}.add("refused", true));
    program.console().answer("recovery.refuse_done");
    return ExitCode::ok;
}

Result<ExitCode> finish(Program& program, const RecoveryOptions& options) {
    const auto& console = program.console();
    ROGATORY_TRY(auto unlocked, program.unlocked());
    ROGATORY_TRY(auto* world, program.environment());
    ROGATORY_TRY(const auto envelopes, read_envelopes(options.envelopes));
    auto finished = agent::finish_recovery(*world, std::move(unlocked), envelopes);
    if (!finished && finished.error().key() == "recovery.too_early") {
        const auto at = static_cast<UnixSeconds>(std::stoll(finished.error().arguments().at("at")));
        return fail(Error{ErrorCode::unavailable, "recovery.too_early"}
                        .with("at", std::to_string(at))
                        .with("when", format_time(console.language(), at)));
    }
    if (!finished) return fail(std::move(finished).error());
    Json json;
    json.add("authority_name", finished->authority_name).add("generation", finished->generation);
    json.add("again", finished->again).add("unreadable", Json::array(finished->unreadable));
    console.answer("recovery.finished", {{"name", finished->authority_name}});
    for (const auto& holder : finished->unreadable) console.warn("recovery.tell_holder", {{"name", holder}});
    return tell_epochs(program, finished->epochs, std::move(json));
}

}  // namespace

void add_recovery_verbs(Verbs& verbs) {
    auto& recovery = verbs.noun(verbs.root(), "recovery");
    const auto given = std::make_shared<RecoveryOptions>();
    const auto verb = [&](const char* name, Result<ExitCode> (*act)(Program&, const RecoveryOptions&)) -> CLI::App& {
        return verbs.verb(recovery, name, [given, act](Program& program) { return act(program, *given); });
    };
    auto& setting = verb("set", set);
    verbs.option(setting, "--threshold", given->threshold, "K")->check(CLI::Range(2, 31));
    verbs.option(setting, "--holder", given->holders, "NAME")->required();
    verbs.option(setting, "--envelope-out", given->envelope_out, "FILE");
    verbs.verb(recovery, "shares", shares);
    verbs.verb(recovery, "status", status);

    auto& drilling = verb("drill", drill);
    verbs.option(drilling, "file", given->files, "FILE");
    verbs.option(drilling, "--envelope", given->envelopes, "FILE");
    verbs.option(drilling, "--out", given->out, "FILE");
    verbs.option(drilling, "--authority", given->authority, "NAME");

    auto& beginning = verb("begin", begin);
    verbs.option(beginning, "--authority", given->authority, "NAME");
    verbs.option(beginning, "--hours", given->hours, "N")->check(CLI::Range(1, 24 * 14));
    verbs.option(beginning, "--code-out", given->code_out, "FILE");
    auto& approving = verb("approve", approve);
    verbs.option(approving, "candidate", given->candidate, "CANDIDATE");
    verbs.option(approving, "--authority", given->authority, "NAME");
    verbs.option(approving, "--digits", given->digits, "DIGITS");
    verbs.option(verb("refuse", refuse), "candidate", given->candidate, "CANDIDATE");
    verbs.option(verb("finish", finish), "--envelope", given->envelopes, "FILE");
}

}  // namespace rogatory::cli
