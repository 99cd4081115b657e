#include "web/cli/commands/verbs.hpp"

#include <array>
#include <utility>

namespace rogatory::cli {
namespace {

// What a verb has no place for goes on to what stands above it, since options of every command do: where that takes a
// word of its own (`verify DOSSIER`), the word would be lost without a trace.
void refuse_what_is_left(const CLI::App& verb) {
    const auto* const above = verb.get_parent();
    if (above == nullptr) return;
    for (const auto* option : above->get_options()) {
        if (option->get_positional() && option->count() > 0) throw CLI::ExtrasError{option->results()};
    }
}

}  // namespace

CLI::App& Verbs::noun(CLI::App& parent, const std::string& name) {
    const auto known = parent.get_subcommands([&name](const CLI::App* one) { return one->get_name() == name; });
    if (!known.empty()) return *known.front();
    auto* app = parent.add_subcommand(name);
    app->description(catalogue_.text("help." + path_of(*app)));
    app->fallthrough();
    app->require_subcommand(1);
    return *app;
}

CLI::App& Verbs::verb(CLI::App& parent, const std::string& name, Action action) {
    auto* app = parent.add_subcommand(name);
    app->description(catalogue_.text("help." + path_of(*app)));
    app->fallthrough();
    app->callback([this, app, act = std::move(action)] {
        // The innermost verb is called first: `enrol resume` is not also `enrol`.
        if (chosen_) return;
        refuse_what_is_left(*app);
        chosen_ = act;
    });
    return *app;
}

void Verbs::group() {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 40> kGroups{{
        {"enrol", "help.group_account"},      {"sign-in", "help.group_account"},
        {"sign-out", "help.group_account"},   {"lock", "help.group_account"},
        {"status", "help.group_account"},     {"kit", "help.group_account"},
        {"passphrase", "help.group_account"}, {"session", "help.group_account"},
        {"export", "help.group_account"},     {"send", "help.group_exchange"},
        {"add", "help.group_exchange"},       {"draft", "help.group_exchange"},
        {"dossier", "help.group_exchange"},   {"get", "help.group_exchange"},
        {"watch", "help.group_exchange"},     {"verify", "help.group_exchange"},
        {"receipts", "help.group_exchange"},  {"bundle", "help.group_exchange"},
        {"grant", "help.group_access"},       {"consent", "help.group_access"},
        {"release", "help.group_access"},     {"revoke", "help.group_access"},
        {"withdraw", "help.group_access"},    {"policy", "help.group_access"},
        {"party", "help.group_keys"},         {"request", "help.group_exchange"},
        {"sheet", "help.group_keys"},         {"join", "help.group_account"},
        {"notices", "help.group_account"},    {"passkey", "help.group_account"},
        {"report", "help.group_exchange"},    {"seal", "help.group_exchange"},
        {"directory", "help.group_boards"},   {"law", "help.group_boards"},
        {"state", "help.group_boards"},       {"recommendation", "help.group_boards"},
        {"calendar", "help.group_boards"},    {"library", "help.group_boards"},
        {"casebook", "help.group_exchange"},  {"enquiry", "help.group_exchange"},
    }};
    for (auto* verb : root_.get_subcommands([](const CLI::App*) { return true; })) {
        verb->group("help.group_keys");
        for (const auto& [name, group] : kGroups) {
            if (verb->get_name() == name) verb->group(std::string{group});
        }
        if (verb->get_name() == "admin" || verb->get_name() == "witness") verb->group("help.group_admin");
    }
}

std::string Verbs::path_of(const CLI::App& app) {
    std::string path;
    for (const auto* at = &app; at->get_parent() != nullptr; at = at->get_parent())
        path = path.empty() ? at->get_name() : at->get_name() + "." + path;
    return path;
}

std::string Verbs::text(const CLI::App& app, const std::string& names) const {
    // "-q,--quiet" and "--quiet" are told under "quiet"; a positional under its own name.
    auto name = names.substr(names.rfind(',') == std::string::npos ? 0 : names.rfind(',') + 1);
    name.erase(0, name.find_first_not_of('-'));
    const auto path = path_of(app);
    const auto key = "help." + (path.empty() ? "" : path + ".") + name;
    // Options that mean the same everywhere are told once.
    if (Catalogue::find(catalogue_.language(), key)) return catalogue_.text(key);
    return catalogue_.text("help.option." + name);
}

}  // namespace rogatory::cli
