#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string>
#include <string_view>

// What the command line says of itself and on the way, in the operator's language; its texts are those of
// words_help.cpp.
namespace rogatory::server {

// Usage, what the command does, then what can stand behind it, wrapped to the terminal.
class HelpFormatter final : public CLI::FormatterBase {
public:
    HelpFormatter(std::string_view language, std::size_t width) : language_{language}, width_{width} {}

    std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;

private:
    [[nodiscard]] std::string described(const CLI::Option& option) const;

    std::string_view language_;
    std::size_t width_;
};

// "rogatoryd backup create", as it is typed.
[[nodiscard]] std::string call_of(const CLI::App& app);
// The command that was typed, as far as it was understood.
[[nodiscard]] const CLI::App& innermost(const CLI::App& app);

// What is wrong with what was typed, and which help explains it: two lines.
[[nodiscard]] std::string usage_error(const CLI::App& root, const CLI::ParseError& error, std::string_view language);

}  // namespace rogatory::server
