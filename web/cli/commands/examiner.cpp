#include "web/cli/commands/examiner.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

// What a shell answers for a command that it cannot run.
constexpr int kNotExecutable = 126;
constexpr int kNotFound = 127;
constexpr int kSignalled = 128;

constexpr std::string_view kFileName = "ROGATORY_FILE_NAME=";

// The exit code as a shell counts it; nothing where no shell could be started.
std::optional<int> run(const std::string& command, const std::filesystem::path& file, const std::string& name) {
    // As git runs an editor: the command may have options of its own, and the file is an argument and never a word of
    // it.
    std::array<std::string, 5> words{"sh", "-c", command + " \"$@\"", "rogatory", file.string()};
    std::array<char*, 6> arguments{};
    for (std::size_t i = 0; i < words.size(); ++i) arguments[i] = words[i].data();
    auto named = std::string{kFileName} + name;
    std::vector<char*> environment{named.data()};
    // Of two of one name some programs take the last.
    for (char** one = environ; *one != nullptr; ++one) {
        if (!std::string_view{*one}.starts_with(kFileName)) environment.push_back(*one);
    }
    environment.push_back(nullptr);

    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    // stdout is the answer of this program.
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    pid_t child = 0;
    const int failure = ::posix_spawn(&child, "/bin/sh", &actions, nullptr, arguments.data(), environment.data());
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0) return std::nullopt;
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return std::nullopt;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalled + WTERMSIG(status);
}

}  // namespace

Result<agent::Examine> examiner(Program& program, const std::optional<std::string>& given) {
    // The parser passes over a variable that is there and empty.
    if (!given && std::getenv(kAfterVariable) == nullptr) return agent::Examine{};
    const auto command = given.value_or("");
    // Before nothing but spaces, the shell would run the file itself.
    if (command.find_first_not_of(" \t\r\n") == std::string::npos) {
        return fail(Error{ErrorCode::invalid_input, "after.empty"}.with("variable", kAfterVariable));
    }
    return [&program, command](const std::filesystem::path& file, const std::string& name) -> Result<bool> {
        program.observer().finish();
        const auto code = run(command, file, name);
        // Ctrl-C reaches the command as well; that it ended then is no word about the file.
        if (program.observer().cancelled()) return fail(ErrorCode::unavailable, "download.incomplete");
        if (!code || *code == kNotExecutable || *code == kNotFound) {
            return fail(Error{ErrorCode::invalid_input, "after.not_run"}.with("command", command));
        }
        if (*code == 0) return true;
        program.console().warn("get.refused_here",
                               {{"name", printable(name)}, {"code", static_cast<std::int64_t>(*code)}});
        return false;
    };
}

}  // namespace rogatory::cli
