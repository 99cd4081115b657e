#include "web/server/command_tree.hpp"

#include <cstdio>
#include <memory>

#include "platform/base/ensure.hpp"
#include "web/server/help.hpp"
#include "web/server/words.hpp"

namespace rogatory::server {
namespace {

std::string path_of(const CLI::App& app) {
    std::string path;
    for (const auto* at = &app; at->get_parent() != nullptr; at = at->get_parent())
        path = path.empty() ? at->get_name() : at->get_name() + "." + path;
    return path;
}

std::string told(const std::string& key, std::string_view language) {
    const auto text = help_text(key, language);
    ensure(text.has_value(), "every command and option has its words: " + key);
    return std::string{*text};
}

}  // namespace

CommandTree::CommandTree(std::string_view language, std::size_t width, const std::string& version)
    : language_{language} {
    root_.name("rogatoryd");
    root_.description(told("rogatoryd", language));
    // What is added below takes over formatter and help.
    root_.formatter(std::make_shared<HelpFormatter>(language, width));
    root_.set_help_flag("-h,--help", told("option.help", language));
    root_.set_version_flag("--version", "rogatoryd " + version, told("option.version", language));
    root_.require_subcommand(1);
}

CLI::App& CommandTree::group(CLI::App& parent, const std::string& name) {
    auto& made = *parent.add_subcommand(name);
    made.description(told(path_of(made), language_));
    made.require_subcommand(1);
    return made;
}

CLI::App& CommandTree::command(CLI::App& parent, const std::string& name, Action action) {
    auto& made = *parent.add_subcommand(name);
    made.description(told(path_of(made), language_));
    made.callback([this, act = std::move(action)] { chosen_ = act; });
    return made;
}

std::optional<int> CommandTree::parse(int argc, char** argv) {
    try {
        root_.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        std::fputs(innermost(root_).help().c_str(), stdout);
        return 0;
    } catch (const CLI::CallForVersion& version) {
        std::printf("%s\n", version.what());
        return 0;
    } catch (const CLI::ParseError& error) {
        std::fprintf(stderr, "%s\n", usage_error(root_, error, language_).c_str());
        return error.get_exit_code();
    }
    return std::nullopt;
}

std::string CommandTree::text(const CLI::App& app, const std::string& name) const {
    const auto bare = name.substr(name.find_first_not_of('-'));
    const auto own = path_of(app) + "." + bare;
    return told(help_text(own, language_) ? own : "option." + bare, language_);
}

std::string CommandTree::type_name(std::string_view type) const { return told("type." + std::string{type}, language_); }

}  // namespace rogatory::server
