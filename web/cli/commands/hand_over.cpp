#include "web/cli/commands/hand_over.hpp"

#include "crypto/primitives/memory.hpp"
#include "platform/base/try.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/console/format.hpp"
#include "web/cli/console/prompt.hpp"
#include "web/cli/program/kit.hpp"

namespace rogatory::cli {

Result<> may_hand_over(const Program& program, const std::filesystem::path& code_out) {
    if (!code_out.empty()) {
        if (std::filesystem::exists(code_out))
            return fail(Error{ErrorCode::conflict, "file.exists"}.with("file", code_out.string()));
        return {};
    }
    if (program.console().json() || !can_ask())
        return fail(Error{ErrorCode::invalid_input, "usage.required"}.with("what", "--code-out"));
    return {};
}

Result<ExitCode> hand_over(Program& program, agent::InvitationMade& made, const std::filesystem::path& code_out,
                           std::string_view how) {
    const auto& console = program.console();
    Json json;
    json.add("invitation", hex_text(made.invitation)).add("not_after", made.not_after);
    if (!code_out.empty()) {
        ROGATORY_TRY_VOID(write_private_file(code_out, made.code + "\n"));
        json.add("code_file", code_out.string());
        console.answer("invite.code_written", {{"file", code_out.string()}});
    } else {
        console.answer("invite.code", {{"code", made.code}});
    }
    crypto::wipe(made.code);
    console.print(json);
    console.answer(
        how, {{"when", format_time(console.language(), made.not_after)}, {"invitation", short_hex(made.invitation)}});
    return ExitCode::ok;
}

ExitCode tell_epochs(const Program& program, const agent::EpochOutcome& outcome, Json json) {
    const auto& console = program.console();
    std::vector<std::string> started;
    for (const auto& chain : outcome.started) started.push_back(hex_text(chain));
    std::vector<Json> not_started;
    for (const auto& [chain, problem] : outcome.not_started)
        not_started.push_back(Json{}.add("dossier", hex_text(chain)).add("problem", problem));
    json.add("epochs_started", Json::array(started)).add("epochs_not_started", Json::array(not_started));
    console.print(json);
    if (!outcome.started.empty())
        console.answer("epoch.started", {{"count", static_cast<std::int64_t>(outcome.started.size())}});
    for (const auto& [chain, problem] : outcome.not_started) {
        console.warn("epoch.not_started",
                     {{"dossier", short_hex(chain)}, {"problem", problem_text(console, "error", problem)}});
    }
    return outcome.not_started.empty() ? ExitCode::ok : ExitCode::incomplete;
}

}  // namespace rogatory::cli
