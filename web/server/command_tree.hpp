#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "platform/base/result.hpp"

namespace rogatory::server {

// What a command does; it ends the program with this status.
using Action = std::function<Result<int>()>;

// How commands are declared: CLI11 parses, words_help.cpp speaks, and the command that was typed becomes one action.
// What has no text in that language is a bug of ours, and no command line at all.
class CommandTree {
public:
    CommandTree(std::string_view language, std::size_t width, const std::string& version);

    // Of the whole program.
    [[nodiscard]] CLI::App& root() noexcept { return root_; }

    // A word that only stands before others, and a command; told under its path, the words joined by '.'.
    CLI::App& group(CLI::App& parent, const std::string& name);
    CLI::App& command(CLI::App& parent, const std::string& name, Action action);

    // "--keep", or the name of what stands without one; told under "<path>.keep", or under "option.keep" where it means
    // the same everywhere. `type` is a word in capitals that says what is wanted.
    template <class T>
    CLI::Option* option(CLI::App& app, const std::string& name, T& into, std::string_view type) {
        auto* const made = app.add_option(name, into, text(app, name));
        made->type_name(type_name(type));
        return made;
    }
    CLI::Option* flag(CLI::App& app, const std::string& name, bool& into) {
        return app.add_flag(name, into, text(app, name));
    }

    // The status with which the program ends where there is nothing to do: help was shown, or what was typed is wrong.
    [[nodiscard]] std::optional<int> parse(int argc, char** argv);
    [[nodiscard]] const Action& chosen() const noexcept { return chosen_; }

private:
    [[nodiscard]] std::string text(const CLI::App& app, const std::string& name) const;
    [[nodiscard]] std::string type_name(std::string_view type) const;

    std::string_view language_;
    CLI::App root_;
    Action chosen_;
};

}  // namespace rogatory::server
