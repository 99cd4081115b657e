#include "web/cli/verifier/command.hpp"

#include <algorithm>
#include <functional>
#include <optional>

#include "web/cli/console/format.hpp"
#include "web/cli/console/language.hpp"
#include "web/cli/console/terminal.hpp"
#include "web/cli/verify/bundle.hpp"
#include "web/cli/verify/disk.hpp"
#include "web/cli/verify/evidence.hpp"
#include "web/cli/verify/release.hpp"

namespace rogatory::cli {
namespace {

constexpr std::string_view kName = "rogatory-verify";
constexpr std::string_view kVersion = ROGATORY_VERSION;

struct Option {
    std::string_view name;  // "--sheet", or the positional's
    std::string_view type;  // empty: a switch
    std::string help;       // its key
    std::function<void(std::string_view)> take;
    bool required = false;
    bool taken = false;

    [[nodiscard]] bool positional() const { return !name.starts_with('-'); }
};

struct Verb {
    std::string_view name;
    std::vector<Option> options;
    std::function<Result<ExitCode>(const Console&)> act;
};

// What may stand before or behind any verb, read before anything can be said.
struct General {
    ConsoleOptions console;
    bool help = false, version = false, bad_language = false;
    std::vector<std::string> rest;
};

std::optional<std::string> value_of(const std::vector<std::string>& words, std::size_t& at, std::string_view name) {
    const std::string_view word = words[at];
    if (word == name && at + 1 < words.size()) return words[++at];
    if (word.starts_with(std::string{name} + "=")) return std::string{word.substr(name.size() + 1)};
    return std::nullopt;
}

General general_of(const std::vector<std::string>& words, Language otherwise) {
    General out;
    out.console.language = language_of_environment(otherwise);
    for (std::size_t at = 0; at < words.size(); ++at) {
        const auto& word = words[at];
        if (const auto language = value_of(words, at, "--lang")) {
            out.bad_language = *language != "en" && *language != "fr";
            out.console.language = *language == "fr" ? Language::fr : Language::en;
        } else if (word == "--json") {
            out.console.json = true;
        } else if (word == "-q" || word == "--quiet") {
            out.console.quiet = true;
        } else if (word == "-h" || word == "--help") {
            out.help = true;
        } else if (word == "--version") {
            out.version = true;
        } else {
            out.rest.push_back(word);
        }
    }
    return out;
}

void rows(const Console& console, const std::vector<std::pair<std::string, std::string>>& lines) {
    constexpr std::size_t kLeft = 26;
    const auto width = std::min<std::size_t>(terminal_width() == 0 ? 80 : terminal_width(), 100);
    for (const auto& [left, right] : lines) {
        auto line = "  " + left;
        if (display_width(line) + 2 > kLeft) {
            console.answer_text(line);
            line.clear();
        }
        line.append(kLeft - std::min(kLeft, display_width(line)), ' ');
        auto text = wrap(right, width - kLeft);
        for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + kLeft + 1))
            text.insert(at + 1, kLeft, ' ');
        console.answer_text(line + text);
    }
}

void show_help(const Console& console, const std::vector<Verb>& verbs, const Verb* only) {
    console.answer_text(console.text("help.verifier"));
    for (const auto& verb : verbs) {
        if (only != nullptr && only != &verb) continue;
        std::string call = std::string{kName} + " " + std::string{verb.name};
        std::vector<std::pair<std::string, std::string>> lines;
        for (const auto& option : verb.options) {
            const auto type = std::string{option.type};
            auto left = option.positional() ? type : std::string{option.name} + (type.empty() ? "" : " " + type);
            if (option.required) call += " " + left;
            lines.emplace_back(std::move(left), console.text(option.help));
        }
        console.answer_text("\n" + call + " " + console.text("help.options_place") + "\n  " +
                            console.text("help.verify." + std::string{verb.name}));
        rows(console, lines);
    }
    console.answer_text("\n" + console.text("help.options"));
    rows(console, {{"--lang en|fr", console.text("help.lang")},
                   {"--json", console.text("help.json")},
                   {"-q, --quiet", console.text("help.quiet")},
                   {"--version", console.text("help.option.version")}});
}

// Gives each word to its option; the message where one does not fit.
std::optional<std::string> take_words(const Console& console, Verb& verb, const std::vector<std::string>& words) {
    const auto message = [&](const char* key, std::string_view what) {
        return console.text(key, {{"what", printable(what)}});
    };
    bool options_end = false;
    for (std::size_t at = 0; at < words.size(); ++at) {
        const std::string_view word = words[at];
        if (word == "--" && !options_end) {
            options_end = true;
            continue;
        }
        const bool named = !options_end && word.size() > 1 && word.starts_with('-');
        const auto equals = named ? word.find('=') : std::string_view::npos;
        const auto option = std::ranges::find_if(verb.options, [&](const Option& one) {
            return named ? one.name == word.substr(0, equals) : one.positional() && !one.taken;
        });
        if (option == verb.options.end()) return message("error.usage.unexpected", word);
        option->taken = true;
        if (!named) {
            option->take(word);
        } else if (option->type.empty()) {
            if (equals != std::string_view::npos) return message("error.usage.value", option->name);
            option->take({});
        } else if (equals != std::string_view::npos) {
            option->take(word.substr(equals + 1));
        } else {
            if (at + 1 >= words.size()) return message("error.usage.no_value", option->name);
            option->take(words[++at]);
        }
    }
    for (const auto& option : verb.options) {
        if (option.required && !option.taken)
            return message("error.usage.required", option.positional() ? option.type : option.name);
    }
    return std::nullopt;
}

Verb bundle_verb() {
    const auto given = std::make_shared<BundleToCheck>();
    const auto help = [](const char* name) { return std::string{"help.verify.bundle."} + name; };
    return {"bundle",
            {{"file", "FILE", help("file"), [given](auto text) { given->file = path_of(text); }, true},
             {"--party", "CODE=FINGERPRINT", help("party"), [given](auto text) { given->parties.emplace_back(text); }},
             {"--sheet", "FILE", help("sheet"), [given](auto text) { given->sheet = path_of(text); }},
             {"--report", "FILE", help("report"), [given](auto text) { given->reports.push_back(path_of(text)); }},
             {"--extract", "FOLDER", help("extract"), [given](auto text) { given->extract = path_of(text); }},
             {"--overwrite", "", help("overwrite"), [given](auto) { given->overwrite = true; }}},
            [given](const Console& console) { return check_bundle(console, *given, {}); }};
}

Verb evidence_verb() {
    const auto given = std::make_shared<std::filesystem::path>();
    return {"evidence",
            {{"file", "FILE", "help.verify.evidence.file", [given](auto text) { *given = path_of(text); }, true}},
            [given](const Console& console) { return check_evidence(console, *given); }};
}

Verb release_verb() {
    const auto given = std::make_shared<ReleaseToCheck>();
    return {"release",
            {{"folder", "FOLDER", "help.verify.release.folder", [given](auto text) { given->folder = path_of(text); },
              true},
             {"--signers", "FILE", "help.verify.release.signers",
              [given](auto text) { given->signers = path_of(text); }, true}},
            [given](const Console& console) { return check_release(console, *given); }};
}

}  // namespace

int run_verifier(const std::vector<std::string>& arguments, Language otherwise) {
    const auto general = general_of(arguments, otherwise);
    const Console console{general.console};
    std::vector<Verb> verbs;
    verbs.push_back(bundle_verb());
    verbs.push_back(evidence_verb());
    verbs.push_back(release_verb());
    const auto verb = std::ranges::find_if(
        verbs, [&](const Verb& one) { return !general.rest.empty() && one.name == general.rest.front(); });
    if (general.help || arguments.empty()) {
        show_help(console, verbs, verb == verbs.end() ? nullptr : &*verb);
        return static_cast<int>(general.help ? ExitCode::ok : ExitCode::usage);
    }
    if (general.version) {
        console.answer_text(std::string{kName} + " " + std::string{kVersion});
        return static_cast<int>(ExitCode::ok);
    }
    std::optional<std::string> mistake;
    if (general.bad_language) {
        mistake = console.text("error.usage.value", {{"what", "--lang"}});
    } else if (general.rest.empty()) {
        mistake = console.text("error.usage.verb_missing");
    } else if (verb == verbs.end()) {
        mistake = console.text("error.usage.unexpected", {{"what", printable(general.rest.front())}});
    } else {
        mistake = take_words(console, *verb, {general.rest.begin() + 1, general.rest.end()});
    }
    if (mistake) {
        console.usage_error(*mistake);
        console.note("help.see", {{"call", std::string{kName} + " --help"}});
        return static_cast<int>(ExitCode::usage);
    }
    const auto outcome = verb->act(console);
    if (outcome) return static_cast<int>(*outcome);
    console.error(outcome.error());
    return static_cast<int>(exit_code(outcome.error()));
}

}  // namespace rogatory::cli
