#include "web/cli/commands/command_line.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "web/cli/commands/access_rule_verbs.hpp"
#include "web/cli/commands/audit_verbs.hpp"
#include "web/cli/commands/completions.hpp"
#include "web/cli/commands/help.hpp"
#include "web/cli/commands/repair_verbs.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/commands/watch_verbs.hpp"
#include "web/cli/console/format.hpp"
#include "web/cli/console/terminal.hpp"

namespace rogatory::cli {
namespace {

constexpr std::string_view kVersion = ROGATORY_VERSION;

// What must be known before the parser can speak: the language, and whether to speak JSON.
ConsoleOptions early_options(std::span<const std::string_view> arguments) {
    ConsoleOptions out;
    std::optional<std::string> language;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto word = arguments[i];
        if (word == "--") break;
        if (word == "--lang" && i + 1 < arguments.size()) language = std::string{arguments[i + 1]};
        if (word.starts_with("--lang=")) language = std::string{word.substr(7)};
        out.json = out.json || word == "--json";
        out.quiet = out.quiet || word == "-q" || word == "--quiet";
        if (word == "-v" || word == "--verbose") ++out.verbosity;
    }
    out.language = choose_language(language);
    return out;
}

void add_global_options(Verbs& verbs, GlobalOptions& options) {
    auto& root = verbs.root();
    verbs.option(root, "--profile", options.profile, "FOLDER")->envname("ROGATORY_PROFILE");
    verbs.option(root, "--server", options.server, "URL")->envname("ROGATORY_SERVER");
    verbs.option(root, "--as", options.acting_as, "PARTY/AUTHORITY");
    verbs.flag(root, "--json", options.json);
    verbs.option(root, "--lang", options.language, "en|fr")->check(CLI::IsMember(std::vector<std::string>{"en", "fr"}));
    verbs.flag(root, "-q,--quiet", options.quiet);
    verbs.counter(root, "-v,--verbose", options.verbosity);
    verbs.flag(root, "-y,--yes", options.yes);
    verbs.option(root, "--passphrase-file", options.passphrase_file, "FILE")->envname("ROGATORY_PASSPHRASE_FILE");
    verbs.option(root, "--service-key", options.service_key, "FILE")->envname("ROGATORY_SERVICE_KEY");
    verbs.option(root, "--ca", options.trust_anchors, "FILE")->envname("ROGATORY_CA");
    verbs.option(root, "--proxy", options.proxy, "URL");
    verbs.option(root, "--client-certificate", options.client_certificate, "FILE");
    verbs.option(root, "--client-key", options.client_key, "FILE");
}

const CLI::App& innermost(const CLI::App& app) {
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? app : innermost(*chosen.front());
}

// The options that one of CLI11's sentences names as whole words, in its order; a verb takes those of what stands above
// it.
std::vector<std::string> options_in(const CLI::App& verb, const std::string& sentence) {
    std::vector<std::string> found;
    std::istringstream words{sentence};
    for (std::string word; words >> word;) {
        word.erase(word.find_last_not_of(":,") + 1);
        bool known = false;
        for (const auto* at = &verb; at != nullptr && !known; at = at->get_parent()) {
            known = std::ranges::any_of(at->get_options(),
                                        [&word](const CLI::Option* one) { return one->get_name() == word; });
        }
        if (known) found.push_back(word);
    }
    return found;
}

// CLI11 speaks English only: its kind of error and the words it is about are said in the catalogue's sentence.
std::string usage_message(const Console& console, const CLI::App& verb, const CLI::ParseError& error) {
    const std::string what = error.what();
    const auto& kind = error.get_name();
    const auto after = [&](std::string_view mark) {
        const auto at = what.rfind(mark);
        return at == std::string::npos ? what : what.substr(at + mark.size());
    };
    const auto first = what.substr(0, what.find_first_of(" :"));
    if (kind == "RequiredError") {
        if (what.find("ubcommand") != std::string::npos) {
            const auto rest = verb.remaining(true);
            if (rest.empty()) return console.text("error.usage.verb_missing");
            return console.text("error.usage.unexpected", {{"what", printable(rest.front())}});
        }
        return console.text("error.usage.required", {{"what", first}});
    }
    // Its name is the verb's.
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError))
        return console.text("error.usage.unexpected", {{"what", after(": ")}});
    if (kind == "ArgumentMismatch") return console.text("error.usage.no_value", {{"what", first}});
    const auto named = options_in(innermost(verb), what);
    if (kind == "ConversionError" || kind == "ValidationError")
        return console.text("error.usage.value", {{"what", named.empty() ? first : named.front()}});
    if (named.size() > 1 && (kind == "RequiresError" || kind == "ExcludesError")) {
        return console.text(kind == "RequiresError" ? "error.usage.needs" : "error.usage.excludes",
                            {{"what", named[0]}, {"other", named[1]}});
    }
    return console.text("error.usage.other", {{"what", what}});
}

std::string help_call(const CLI::App& app) {
    std::string out;
    for (const auto* at = &app; at != nullptr; at = at->get_parent()) {
        out = (at->get_parent() == nullptr ? "rogatory" : at->get_name()) + (out.empty() ? "" : " " + out);
    }
    return out + " --help";
}

// In no list: whoever installs the program types it once.
void add_completions_verb(Verbs& verbs) {
    const auto shell = std::make_shared<std::string>();
    auto& verb = verbs.verb(verbs.root(), "completions", [&root = verbs.root(), shell](Program&) -> Result<ExitCode> {
        const auto text = completions(root, *shell);
        std::fwrite(text.data(), 1, text.size(), stdout);
        return ExitCode::ok;
    });
    verbs.option(verb, "shell", *shell, "SHELL")
        ->required()
        ->check(CLI::IsMember(std::vector<std::string>{"bash", "zsh", "fish", "tree"}));
    verb.group("");
}

int act(const Console& console, const GlobalOptions& options, const Action& action) {
    Program program{options, console};
    const auto outcome = action(program);
    program.observer().finish();
    if (outcome) return static_cast<int>(*outcome);
    console.error(outcome.error());
    return static_cast<int>(exit_code(outcome.error()));
}

}  // namespace

int run_command_line(std::span<const std::string_view> arguments) {
    const auto early = early_options(arguments);
    const Console console{early};
    const auto width = std::min<std::size_t>(terminal_width() == 0 ? 80 : terminal_width(), 100);
    GlobalOptions options;
    CLI::App root{console.text("help.root")};
    root.name("rogatory");
    root.formatter(std::make_shared<HelpFormatter>(early.language, width));
    root.set_help_flag("-h,--help", console.text("help.option.help"));
    root.set_version_flag("--version", std::string{"rogatory "} + std::string{kVersion},
                          console.text("help.option.version"));
    root.footer(console.text("help.footer"));
    root.require_subcommand(1);
    root.fallthrough();
    Verbs verbs{root, console.catalogue()};
    add_global_options(verbs, options);
    add_enrol_verbs(verbs, options);
    add_account_verbs(verbs, options);
    add_notice_verbs(verbs);
    add_party_verbs(verbs);
    add_send_verbs(verbs);
    add_draft_verbs(verbs);
    add_seal_verbs(verbs);
    add_request_verbs(verbs);
    add_version_verbs(verbs);
    add_enquiry_verbs(verbs);
    add_report_verbs(verbs);
    add_board_verbs(verbs);
    add_library_verbs(verbs);
    add_casebook_verbs(verbs);
    add_custody_verbs(verbs, add_dossier_verbs(verbs));
    add_watch_verbs(verbs);
    add_access_verbs(verbs);
    add_member_verbs(verbs);
    add_recovery_verbs(verbs);
    add_admin_verbs(verbs);
    add_audit_verbs(verbs);
    add_access_rule_verbs(verbs);
    add_witness_verbs(verbs);
    add_log_verbs(verbs);
    add_repair_verbs(verbs);
    add_web_verbs(verbs);
    verbs.group();
    add_completions_verb(verbs);

    // CLI11 takes them last first.
    std::vector<std::string> words{arguments.rbegin(), arguments.rend()};
    try {
        root.parse(std::move(words));
    } catch (const CLI::CallForHelp&) {
        console.answer_text(innermost(root).help());
        return static_cast<int>(ExitCode::ok);
    } catch (const CLI::CallForVersion& version) {
        console.answer_text(version.what());
        return static_cast<int>(ExitCode::ok);
    } catch (const CLI::ParseError& error) {
        if (arguments.empty()) {
            console.answer_text(root.help());
            return static_cast<int>(ExitCode::usage);
        }
        console.usage_error(usage_message(console, root, error));
        console.note("help.see", {{"call", help_call(innermost(root))}});
        return static_cast<int>(ExitCode::usage);
    }
    return act(console, options, verbs.chosen());
}

}  // namespace rogatory::cli
