#include "web/cli/console/console.hpp"

#include <cstdio>

#include <unistd.h>

#include "web/cli/console/format.hpp"
#include "web/cli/console/terminal.hpp"
#include "web/cli/exit_code.hpp"

namespace rogatory::cli {
namespace {

constexpr std::string_view kRed = "\033[31m";
constexpr std::string_view kYellow = "\033[33m";
constexpr std::string_view kReset = "\033[0m";
constexpr std::size_t kPlainWidth = 80;

void put(std::FILE* to, std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), to);
    std::fputc('\n', to);
}

}  // namespace

Console::Console(const ConsoleOptions& options)
    : options_{options}, catalogue_{options.language}, width_{terminal_width()} {}

void Console::answer(std::string_view key, const Arguments& arguments) const {
    if (options_.json) return;
    const auto words = text(key, arguments);
    put(stdout, width_ == 0 ? words : wrap(words, width_));
}

void Console::answer_text(std::string_view words) const {
    if (!options_.json) put(stdout, words);
}

void Console::answer_line(std::string_view words, std::size_t indent) const {
    if (options_.json) return;
    const auto line = std::string(indent, ' ') + std::string{words};
    put(stdout, width_ == 0 ? line : wrap(line, width_, indent + 2));
}

void Console::answer(const Table& table) const {
    if (options_.json || table.empty()) return;
    const auto drawn = table.draw(width_);
    std::fwrite(drawn.data(), 1, drawn.size(), stdout);
}

void Console::print(const Json& value) const {
    if (!options_.json) return;
    put(stdout, value.text());
    std::fflush(stdout);
}

void Console::note(std::string_view key, const Arguments& arguments) const {
    if (options_.json || options_.quiet) return;
    std::fflush(stdout);
    put(stderr, wrap(text(key, arguments), width_ == 0 ? kPlainWidth : width_));
}

void Console::note_text(std::string_view words) const {
    if (options_.json || options_.quiet) return;
    std::fflush(stdout);
    put(stderr, words);
}

void Console::warn(std::string_view key, const Arguments& arguments) const {
    if (options_.json) {
        put(stderr, Json{}.add("warning", key).add("message", text(key, arguments)).text());
        return;
    }
    to_stderr("label.warning", kYellow, text(key, arguments));
}

void Console::error(const Error& given) const {
    // What a server put into an argument must not drive the terminal.
    Error error{given.code(), given.key(), given.log_detail()};
    for (const auto& [name, value] : given.arguments()) (void)std::move(error).with(name, printable(value));
    const auto code = static_cast<int>(exit_code(error));
    if (options_.json) {
        Json arguments;
        for (const auto& [name, value] : error.arguments()) arguments.add(name, value);
        Json body;
        body.add("code", code_name(error.code())).add("key", error.key()).add("message", catalogue_.text(error));
        body.add("arguments", arguments).add("exit", code);
        put(stderr, Json{}.add("error", body).text());
    } else {
        to_stderr("label.error", kRed, catalogue_.text(error));
    }
    if (options_.verbosity > 0) detail(error.key() + ": " + error.log_detail());
}

void Console::usage_error(const std::string& message) const {
    if (options_.json) {
        Json body;
        body.add("code", "usage").add("key", "usage").add("message", message);
        body.add("exit", static_cast<int>(ExitCode::usage));
        put(stderr, Json{}.add("error", body).text());
        return;
    }
    to_stderr("label.error", kRed, message);
}

void Console::detail(std::string_view words) const {
    if (options_.verbosity > 0) put(stderr, "rogatory: " + printable(words));
}

void Console::to_stderr(std::string_view label_key, std::string_view colour, const std::string& words) const {
    std::fflush(stdout);
    const auto label = "rogatory: " + text(label_key) + (options_.language == Language::fr ? "\u00a0: " : ": ");
    const auto body = wrap(label + words, width_ == 0 ? kPlainWidth : width_, 2);
    if (may_colour(STDERR_FILENO)) {
        put(stderr, std::string{colour} + body.substr(0, label.size() - 1) + std::string{kReset} +
                        body.substr(label.size() - 1));
    } else {
        put(stderr, body);
    }
}

}  // namespace rogatory::cli
