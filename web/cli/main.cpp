#include <charconv>
#include <clocale>
#include <cstdio>
#include <exception>
#include <span>
#include <string_view>
#include <vector>

#include "web/cli/age_command.hpp"
#include "web/cli/age_keygen_command.hpp"
#include "web/cli/commands/command_line.hpp"
#include "web/cli/exit_code.hpp"
#include "web/cli/keeper/keeper.hpp"
#include "web/cli/program/options.hpp"

namespace {

using Words = std::span<const std::string_view>;

// rogatory keeper FOLDER IDLE TOTAL: what sign-in starts, and nobody types.
int keeper_command(Words arguments) {
    using namespace rogatory::cli;
    const auto number = [](std::string_view text) {
        long out = 0;
        std::from_chars(text.data(), text.data() + text.size(), out);
        return std::chrono::seconds{out};
    };
    if (arguments.size() != 3) return static_cast<int>(ExitCode::usage);
    return keeper::run(arguments[0], {.idle = number(arguments[1]), .total = number(arguments[2])});
}

int run(Words words) {
    using namespace rogatory::cli;
    if (!words.empty() && words[0] == "keeper") return keeper_command(words.subspan(1));
    const Console console{{.language = choose_language(std::nullopt)}};
    if (!words.empty() && words[0] == "age") return age_command(words.subspan(1), console);
    if (!words.empty() && words[0] == "age-keygen") return age_keygen_command(words.subspan(1), console);
    return run_command_line(words);
}

}  // namespace

int main(int count, char** values) {
    // Tables and cells are UTF-8 whatever the locale says; a terminal in another encoding is nobody's any more.
    if (std::setlocale(LC_ALL, "") == nullptr || std::string_view{std::setlocale(LC_CTYPE, nullptr)} == "C")
        std::setlocale(LC_CTYPE, "C.UTF-8");
    std::setlocale(LC_NUMERIC, "C");
    try {
        const std::vector<std::string_view> words{values + (count > 0 ? 1 : 0), values + count};
        return run(words);
    } catch (const std::exception& bug) {
        // The last boundary: a fault of ours or of the machine. What it says is for us and holds nothing of the user's.
        std::fprintf(stderr, "rogatory: %s\n", bug.what());
        return static_cast<int>(rogatory::cli::ExitCode::unexpected);
    }
}
