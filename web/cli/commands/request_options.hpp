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
    std::int64_t within = 90;  // days
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

}  // namespace rogatory::cli::request
