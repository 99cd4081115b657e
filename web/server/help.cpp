#include "web/server/help.hpp"

#include <algorithm>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include "web/server/lines.hpp"
#include "web/server/words.hpp"

namespace rogatory::server {
namespace {

constexpr std::size_t kLeft = 26;

using Rows = std::vector<std::pair<std::string, std::string>>;

// CLI11 adds the allowed values behind a colon; the description says them in words.
std::string type_of(const CLI::Option& option) {
    const auto name = option.get_type_name();
    return name.substr(0, name.find(':')) + (option.get_expected_max() > 1 ? "…" : "");
}

// How the help calls it: "--config", or "FOLDER" for what stands without a name.
std::string label_of(const CLI::Option& option) {
    return option.get_positional() ? type_of(option) : option.get_name();
}

std::string left_of(const CLI::Option& option) {
    if (option.get_positional()) return type_of(option);
    std::string out;
    for (const char c : option.get_name(false, true)) {
        out += c;
        if (c == ',') out += ' ';
    }
    return option.get_type_size() == 0 ? out : out + " " + type_of(option);
}

std::string first_sentence(const std::string& text) {
    const auto end = text.find(". ");
    return end == std::string::npos ? text : text.substr(0, end + 1);
}

std::string rows(const Rows& rows, std::size_t width) {
    std::string out;
    for (const auto& [left, right] : rows) {
        auto first = "  " + left;
        if (letters(first) + 2 > kLeft) {
            out += first + "\n";
            first.clear();
        }
        first.append(kLeft - letters(first), ' ');
        out += wrapped(right, width, first) + "\n";
    }
    return out;
}

// "--keep,--keep-days" and the like, sorted: CLI11 keeps them by their addresses.
std::string names_of(const std::set<CLI::Option*>& options) {
    std::set<std::string> names;
    for (const auto* option : options) names.insert(label_of(*option));
    std::string out;
    for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

// The options that one of CLI11's sentences is about, in its order: as whole words, by the names that CLI11 gives them.
std::vector<const CLI::Option*> options_in(const CLI::App& app, const std::string& sentence) {
    std::vector<const CLI::Option*> found;
    std::istringstream words{sentence};
    for (std::string word; words >> word;) {
        word.erase(word.find_last_not_of(":,") + 1);
        for (const auto* option : app.get_options()) {
            if (option->get_name() == word) found.push_back(option);
        }
    }
    return found;
}

std::string mistake(const CLI::App& root, const CLI::ParseError& error, std::string_view language) {
    const auto& kind = error.get_name();
    const auto what = std::string{error.what()};
    const auto about = options_in(innermost(root), what);
    const bool command_missing = kind == "RequiredError" && about.empty();
    // Its name is the command's.
    const bool extra = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError);
    if (extra || command_missing) {
        const auto rest = root.remaining(true);
        if (!rest.empty()) return said("usage.unexpected", language, {{"what", rest.front()}});
        if (command_missing) return said("usage.command_missing", language);
    }
    // Nobody is left with a sentence in another language than his: what is not told apart is told by its kind.
    if (about.empty()) return said("usage.other", language, {{"what", what}});
    const auto label = label_of(*about.front());
    if (kind == "RequiredError") return said("usage.required", language, {{"what", label}});
    if (kind == "ArgumentMismatch") return said("usage.no_value", language, {{"what", label}});
    if (about.size() > 1 && (kind == "RequiresError" || kind == "ExcludesError")) {
        const auto other = label_of(*about[1]);
        return said(kind == "RequiresError" ? "usage.needs" : "usage.excludes", language,
                    {{"what", label}, {"other", other}});
    }
    const auto& given = about.front()->results();
    return said("usage.value", language, {{"what", label}, {"value", given.empty() ? "" : given.back()}});
}

}  // namespace

std::string call_of(const CLI::App& app) {
    const auto* const above = app.get_parent();
    return above == nullptr ? app.get_name() : call_of(*above) + " " + app.get_name();
}

const CLI::App& innermost(const CLI::App& app) {
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? app : innermost(*chosen.front());
}

std::string HelpFormatter::described(const CLI::Option& option) const {
    auto text = option.get_description();
    const auto needed = names_of(option.get_needs());
    if (!needed.empty()) text += " " + said("help.needs", language_, {{"what", needed}});
    const auto excluded = names_of(option.get_excludes());
    if (!excluded.empty()) text += " " + said("help.excludes", language_, {{"what", excluded}});
    return text;
}

std::string HelpFormatter::make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const {
    std::string required;
    std::string standing;
    bool optional = false;
    Rows arguments;
    Rows options;
    for (const auto* option : app->get_options()) {
        const auto left = left_of(*option);
        (option->get_positional() ? arguments : options).emplace_back(left, described(*option));
        if (option->get_positional()) {
            standing += option->get_required() ? " " + left : " [" + left + "]";
        } else if (option->get_required()) {
            required += " " + left;
        } else if (option != app->get_help_ptr() && option != app->get_version_ptr()) {
            optional = true;
        }
    }
    Rows commands;
    for (const auto* command : app->get_subcommands([](const CLI::App*) { return true; }))
        commands.emplace_back(command->get_name(), first_sentence(command->get_description()));

    auto usage = call_of(*app) + required;
    if (optional) usage += " " + said("help.options_place", language_);
    usage += standing;
    if (!commands.empty()) usage += " " + said("help.command", language_);
    auto out = wrapped(usage, width_, said("help.usage", language_) + " ") + "\n\n" +
               wrapped(app->get_description(), width_) + "\n";
    const auto section = [&](std::string_view title, const Rows& lines) {
        if (!lines.empty()) out += "\n" + said(title, language_) + "\n" + rows(lines, width_);
    };
    section("help.arguments", arguments);
    section("help.commands", commands);
    section("help.options", options);
    return out;
}

std::string usage_error(const CLI::App& root, const CLI::ParseError& error, std::string_view language) {
    const auto help = call_of(innermost(root)) + " --help";
    return said("usage.said", language, {{"what", mistake(root, error, language)}}) + "\n" +
           said("help.see", language, {{"what", help}});
}

}  // namespace rogatory::server
