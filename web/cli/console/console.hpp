#pragma once

// Rules of the command line's manners:
// - what was asked for goes to stdout, everything said about it to stderr: a pipe carries only the answer;
// - with --json stdout carries JSON only, one value a line, and an error is one JSON line on stderr;
// - a bar or a colour only on a terminal; nothing blinks, nothing shouts, no sentence without a next step if it failed;
// - text that somebody else wrote is made printable before it meets the terminal.

#include <string>
#include <string_view>

#include "web/cli/catalogue/catalogue.hpp"
#include "web/cli/console/json.hpp"
#include "web/cli/console/table.hpp"

namespace rogatory::cli {

struct ConsoleOptions {
    Language language = Language::en;
    bool json = false;
    bool quiet = false;
    int verbosity = 0;
};

class Console {
public:
    explicit Console(const ConsoleOptions& options);

    [[nodiscard]] const Catalogue& catalogue() const noexcept { return catalogue_; }
    [[nodiscard]] Language language() const noexcept { return options_.language; }
    [[nodiscard]] bool json() const noexcept { return options_.json; }
    [[nodiscard]] bool quiet() const noexcept { return options_.quiet; }
    [[nodiscard]] std::string text(std::string_view key, const Arguments& arguments = {}) const {
        return catalogue_.text(key, arguments);
    }

    // The answer: to stdout, wrapped to the terminal. Nothing in JSON mode, where print() gives it.
    void answer(std::string_view key, const Arguments& arguments = {}) const;
    void answer_text(std::string_view text) const;  // as it is, with a line end
    // One line of words, wrapped; every line begins `indent` columns in.
    void answer_line(std::string_view text, std::size_t indent) const;
    void answer(const Table& table) const;
    // The answer as JSON; nothing otherwise. Flushed at once: a script follows a transfer line by line.
    void print(const Json& value) const;

    // A remark or step on stderr; nothing with --quiet or --json.
    void note(std::string_view key, const Arguments& arguments = {}) const;
    void note_text(std::string_view text) const;  // as it is
    // Said even with --quiet; in JSON mode a line {"warning": …} on stderr.
    void warn(std::string_view key, const Arguments& arguments = {}) const;
    void error(const Error& given) const;
    // A mistake in the command line: the message and where help is.
    void usage_error(const std::string& message) const;
    // For the person who looks for a fault (-v): log details, never content.
    void detail(std::string_view text) const;

private:
    void to_stderr(std::string_view label_key, std::string_view colour, const std::string& text) const;

    ConsoleOptions options_;
    Catalogue catalogue_;
    std::size_t width_;
};

}  // namespace rogatory::cli
