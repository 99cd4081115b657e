#pragma once

// What the verbs of a request share: their options, and the acts that change one.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/agent/requests.hpp"
#include "web/cli/commands/policy_options.hpp"
#include "web/cli/commands/verbs.hpp"

namespace rogatory::cli::request {

struct Options {
    std::string dossier;
    std::string kind;
    std::string form;
    std::vector<std::string> files;
    std::vector<std::string> to;  // several: a series
    std::vector<std::string> with;
    std::string title;
    std::string message;
    std::string reason;
    std::string status;
    std::vector<std::string> obstacles;
    std::string words;
    std::string needs;
    std::string remark;
    std::string decision;
    std::string act;
    std::string medium;
    std::string date;
    std::string party;
    std::string out;
    std::optional<std::uint64_t> entry;
    std::int64_t within = 90;           // days
    std::vector<std::string> versions;  // "fr=FORM", sent along
    std::vector<std::string> promised;  // "fr=DATE", that will follow
    std::string authentic;              // the language of the version that is the authentic text
    std::string enquiry;                // that the request follows
    std::string language;
    bool original = false;
    std::vector<std::string> contains;
    std::string law_reason;
    std::string draft;  // in which the form was approved
    bool sent = false;
    bool received = false;
    bool overdue = false;
    bool mine = false;
    bool unassigned = false;
    bool off_platform = false;
    bool confidential = false;
    bool part = false;
    bool final_answer = false;
    bool agree = false;
    bool named = false;
    PolicyOptions policy;
};
using Given = std::shared_ptr<Options>;

// A form as text, of a size that a person can fill in.
[[nodiscard]] Result<std::string> read_form(const std::string& path);
[[nodiscard]] Result<agent::Hash> dossier_of(agent::Agent& agent, const Options& options);
// Says where the request stands after an act, for people and for programs.
Result<ExitCode> tell(Program& program, agent::Agent& agent, const agent::Hash& chain, const char* done);

Result<ExitCode> acknowledge(Program& program, const Options& options);
Result<ExitCode> step(Program& program, const Options& options);
// A verb that is one step of the table.
[[nodiscard]] Action step_to(const Given& given, model::RequestStatus status);
Result<ExitCode> reply(Program& program, const Options& options);
Result<ExitCode> remind(Program& program, const Options& options);
Result<ExitCode> due(Program& program, const Options& options);
Result<ExitCode> deadlines(Program& program, const Options& options);
Result<ExitCode> record(Program& program, const Options& options);
Result<ExitCode> confirm(Program& program, const Options& options);
Result<ExitCode> disclose(Program& program, const Options& options);

// What the requested State's own entries say of it, before it leaves: the sentence, and the provision it rests on.
// How many of them the sender must answer with a reason.
Result<std::size_t> tell_law(const Console& console, agent::Agent& agent, const agent::RequestOrder& order);
// One text, a request to each.
Result<ExitCode> send_series(Program& program, agent::Agent& agent, const agent::RequestOrder& order,
                             const std::vector<std::string>& to);
// What goes with a request in other languages, as `request send` names it. invalid_input "version.argument" {what}.
[[nodiscard]] Result<std::vector<agent::RequestVersion>> versions_of(const Options& options);

}  // namespace rogatory::cli::request
