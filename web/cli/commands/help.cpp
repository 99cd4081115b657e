#include "web/cli/commands/help.hpp"

#include <algorithm>

#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

constexpr std::size_t kLeft = 26;

// CLI11 adds the allowed values behind a colon; the description says them in words.
std::string type_of(const CLI::Option& option) {
    const auto name = option.get_type_name();
    return name.substr(0, name.find(':'));
}

// The first sentence: enough for a list. "Art. 93" ends none.
std::string first_sentence(const std::string& text) {
    for (auto end = text.find(". "); end != std::string::npos; end = text.find(". ", end + 1)) {
        if (end >= 3 && (text.compare(end - 3, 3, "Art") == 0 || text.compare(end - 3, 3, "art") == 0)) continue;
        return text.substr(0, end + 1);
    }
    return text;
}

std::string left_of(const CLI::Option& option) {
    auto text = option.get_positional() ? type_of(option) : option.get_name(false, true);
    std::string spaced;
    for (const char c : text) {
        spaced += c;
        if (c == ',') spaced += ' ';
    }
    if (!option.get_positional() && option.get_type_size() != 0) spaced += " " + type_of(option);
    return spaced;
}

}  // namespace

std::string HelpFormatter::rows(const std::vector<std::pair<std::string, std::string>>& rows) const {
    std::string out;
    for (const auto& [left, right] : rows) {
        auto line = "  " + left;
        if (display_width(line) + 2 > kLeft) {
            out += line + "\n";
            line.clear();
        }
        line.append(kLeft - std::min(kLeft, display_width(line)), ' ');
        // Wrapped in its own column: the later lines begin under the first.
        auto text = wrap(right, width_ - kLeft);
        for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + kLeft + 1))
            text.insert(at + 1, kLeft, ' ');
        out += line + text + "\n";
    }
    return out;
}

std::string HelpFormatter::make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const {
    std::string path;
    for (const auto* at = app; at != nullptr; at = at->get_parent()) {
        path = (at->get_parent() == nullptr ? "rogatory" : at->get_name()) + (path.empty() ? "" : " " + path);
    }
    const auto options = app->get_options([](const CLI::Option* one) { return one->get_group() != ""; });
    const auto verbs = app->get_subcommands([](const CLI::App* one) { return one->get_group() != ""; });

    auto usage = catalogue_.text("help.usage") + " " + path;
    std::vector<std::pair<std::string, std::string>> positional;
    std::vector<std::pair<std::string, std::string>> named;
    for (const auto* option : options) {
        if (option->get_positional()) {
            auto name = type_of(*option);
            if (option->get_expected_max() > 1) name += "…";
            usage += option->get_required() ? " " + name : " [" + name + "]";
            positional.emplace_back(left_of(*option), option->get_description());
        } else {
            named.emplace_back(left_of(*option), option->get_description());
        }
    }
    if (!verbs.empty()) usage += " " + catalogue_.text("help.verb");
    if (named.size() > 1) usage += " " + catalogue_.text("help.options_place");
    auto out = wrap(usage, width_, 4) + "\n\n" + wrap(app->get_description(), width_) + "\n";
    const auto section = [&](const std::string& key, const std::vector<std::pair<std::string, std::string>>& lines) {
        if (!lines.empty()) out += "\n" + catalogue_.text(key) + "\n" + rows(lines);
    };
    section("help.arguments", positional);
    std::vector<std::string> groups;
    for (const auto* known :
         {"help.group_account", "help.group_exchange", "help.group_access", "help.group_keys", "help.group_admin"})
        groups.emplace_back(known);
    for (const auto* verb : verbs) {
        if (std::ranges::find(groups, verb->get_group()) == groups.end()) groups.push_back(verb->get_group());
    }
    for (const auto& group : groups) {
        std::vector<std::pair<std::string, std::string>> lines;
        for (const auto* verb : verbs) {
            if (verb->get_group() != group) continue;
            lines.emplace_back(verb->get_name(), first_sentence(verb->get_description()));
        }
        section(app->get_parent() == nullptr ? group : "help.verbs", lines);
    }
    section("help.options", named);
    if (app->get_parent() != nullptr) {
        out += "\n" + wrap(catalogue_.text("help.see_root"), width_) + "\n";
    } else if (!app->get_footer().empty()) {
        out += "\n" + app->get_footer() + "\n";
    }
    return out;
}

}  // namespace rogatory::cli
