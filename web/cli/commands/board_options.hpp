#pragma once

// What the verbs of the notice boards share: their options, and what they write as CSV.

#include <memory>
#include <string>
#include <vector>

#include "platform/agent/notices.hpp"
#include "web/cli/commands/verbs.hpp"

namespace rogatory::cli::board {

struct Options {
    agent::NoticeQuery query;
    std::string on;
    std::vector<std::string> words;
    std::vector<std::string> fields;
    std::vector<std::string> ids;
    std::string instead;
    std::string file;
    std::string out;
    std::string dates;
};
using Given = std::shared_ptr<Options>;

// Of the Party acted for.
[[nodiscard]] std::string own_code(const agent::Agent& agent);
// Of a body nothing: its rows name the State they are about.
[[nodiscard]] std::string own_state(const std::string& code);

Result<ExitCode> export_file(Program& program, agent::NoticeKind kind, const Options& options);
// The Assembly's table of one meeting, from the shipped list and what was published since, in the order it was.
Result<ExitCode> annex(Program& program, agent::NoticeKind kind, const Options& options);

}  // namespace rogatory::cli::board
