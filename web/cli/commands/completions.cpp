#include "web/cli/commands/completions.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "web/cli/commands/completion_scripts.hpp"
#include "web/cli/console/json.hpp"

namespace rogatory::cli {
namespace {

struct Word {
    std::string word;
    std::string text;
};

// What stands behind an option or as an argument: "" for nothing, "file", "folder", "any", or words to choose from.
struct Value {
    std::string type;
    std::string kind;
    std::vector<std::string> choices{};
};

struct Given {
    std::vector<std::string> names;
    std::string text;
    Value value;
    bool required = false;
    bool many = false;
};

struct Place {
    std::string path;  // "request list"; "" for the program
    std::string text;
    std::vector<Word> verbs;
    std::vector<Given> options;
    std::vector<Given> arguments;
};

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> out{""};
    for (const char c : text) {
        if (c == at) {
            out.emplace_back();
        } else if (c != ' ') {
            out.back() += c;
        }
    }
    return out;
}

Value value_of(const CLI::Option& option) {
    // CLI11 writes what is allowed behind a colon: "en|fr:{en,fr}".
    const auto whole = option.get_type_name();
    const auto colon = whole.find(':');
    Value value{whole.substr(0, colon), "any"};
    if (!option.get_positional() && option.get_type_size() == 0) return {"", ""};
    const auto open = whole.find('{');
    const auto close = whole.rfind('}');
    if (colon != std::string::npos && open != std::string::npos && close > open) {
        value.choices = split(whole.substr(open + 1, close - open - 1), ',');
    } else if (value.type.find('|') != std::string::npos &&
               std::ranges::none_of(value.type, [](char c) { return c >= 'A' && c <= 'Z'; })) {
        value.choices = split(value.type, '|');
    }
    if (!value.choices.empty()) value.kind = "words";
    if (value.type.find("FILE") != std::string::npos) value.kind = "file";
    if (value.type.find("FOLDER") != std::string::npos) value.kind = "folder";
    if (value.type == "COMMAND" || value.type == "FORM") value.kind = "file";
    return value;
}

Given given_of(const CLI::Option& option) {
    Given out{{}, option.get_description(), value_of(option), option.get_required(), option.get_expected_max() > 1};
    if (!option.get_positional()) out.names = split(option.get_name(false, true), ',');
    return out;
}

void collect(const CLI::App& app, const std::string& path, std::vector<Place>& into) {
    Place place{path, app.get_description(), {}, {}, {}};
    for (const auto* option : app.get_options([](const CLI::Option* one) { return !one->get_group().empty(); }))
        (option->get_positional() ? place.arguments : place.options).push_back(given_of(*option));
    const auto verbs = app.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); });
    for (const auto* verb : verbs) place.verbs.push_back({verb->get_name(), verb->get_description()});
    if (path.empty()) {
        // Told apart by main() before the parser sees them: they keep to the manners of stock age.
        place.verbs.push_back({"age", "age"});
        place.verbs.push_back({"age-keygen", "age-keygen"});
    }
    into.push_back(std::move(place));
    for (const auto* verb : verbs)
        collect(*verb, path.empty() ? verb->get_name() : path + " " + verb->get_name(), into);
}

// The first sentence is enough beside a word; "Art. 93" ends none.
std::string brief(const std::string& text) {
    auto end = text.find(". ");
    while (end != std::string::npos && end >= 3 &&
           (text.compare(end - 3, 3, "Art") == 0 || text.compare(end - 3, 3, "art") == 0))
        end = text.find(". ", end + 1);
    auto out = text.substr(0, end);
    std::ranges::replace(out, '\n', ' ');
    return out;
}

std::string quoted(const std::string& text, std::string_view quote_as) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') {
            out += quote_as;
        } else if (c == '\\' && quote_as.front() == '\\') {
            out += "\\\\";
        } else {
            out += c;
        }
    }
    return out + "'";
}
std::string posix(const std::string& text) { return quoted(text, "'\\''"); }
std::string fish_quoted(const std::string& text) { return quoted(text, "\\'"); }

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

std::string words_of(const Place& place) {
    std::vector<std::string> words;
    for (const auto& verb : place.verbs) words.push_back(verb.word);
    return joined(words);
}

// "words en fr", "file", "folder", "any".
std::string kind_of(const Value& value) {
    return value.kind == "words" ? "words " + joined(value.choices) : value.kind;
}

constexpr std::string_view kCaseEnd = "  esac\n}\n";

// The functions that bash and zsh share: verbs of a place, and what stands behind an option or as an argument.
std::string posix_tables(const std::vector<Place>& places) {
    std::string verbs = "__rogatory_verbs() {\n  case \"$1\" in\n";
    std::string values = "__rogatory_value() {\n  case \"$1|$2\" in\n";
    std::string arguments = "__rogatory_argument() {\n  case \"$1\" in\n";
    for (const auto& place : places) {
        if (!place.verbs.empty()) verbs += "    " + posix(place.path) + ") echo " + posix(words_of(place)) + " ;;\n";
        for (const auto& option : place.options) {
            if (place.path.empty() || option.value.kind.empty()) continue;
            for (const auto& name : option.names) {
                values += "    " + posix(place.path + "|" + name) + ") echo " + posix(kind_of(option.value)) + " ;;\n";
            }
        }
        if (!place.arguments.empty() && !place.path.empty())
            arguments +=
                "    " + posix(place.path) + ") echo " + posix(kind_of(place.arguments.back().value)) + " ;;\n";
    }
    // The program's own options stand anywhere; a verb's of the same name come first.
    for (const auto& option : places.front().options) {
        if (option.value.kind.empty()) continue;
        for (const auto& name : option.names)
            values += "    *" + posix("|" + name) + ") echo " + posix(kind_of(option.value)) + " ;;\n";
    }
    arguments += "    'age'|'age-keygen') echo file ;;\n";
    return verbs + std::string{kCaseEnd} + values + std::string{kCaseEnd} + arguments + std::string{kCaseEnd};
}

std::string bash(const std::vector<Place>& places) {
    std::string options = "__rogatory_options() {\n  case \"$1\" in\n";
    for (const auto& place : places) {
        std::vector<std::string> names;
        for (const auto& option : place.options) {
            for (const auto& name : option.names) {
                if (name.starts_with("--")) names.push_back(name);
            }
        }
        options += "    " + posix(place.path) + ") echo " + posix(joined(names)) + " ;;\n";
    }
    return "# bash completion of rogatory, written by `rogatory completions bash`.\n" + posix_tables(places) + options +
           std::string{kCaseEnd} + std::string{kBashScript}.substr(1);
}

// "word:text" as _describe takes it.
std::string described(const std::string& word, const std::string& text) {
    std::string out;
    for (const char c : word + "\n" + brief(text)) {
        if (c == '\n') {
            out += ':';
        } else if (c == ':') {
            out += "\\:";
        } else {
            out += c;
        }
    }
    return posix(out);
}

std::string zsh(const std::vector<Place>& places) {
    std::string described_words = "__rogatory_described() {\n  case \"$1\" in\n";
    for (const auto& place : places) {
        described_words += "    " + posix(place.path) + ") verbs=(";
        for (const auto& verb : place.verbs) described_words += described(verb.word, verb.text) + " ";
        described_words += ") options=(";
        for (const auto& option : place.options) {
            for (const auto& name : option.names) described_words += described(name, option.text) + " ";
        }
        described_words += ") ;;\n";
    }
    return "#compdef rogatory\n# zsh completion of rogatory, written by `rogatory completions zsh`.\n" +
           posix_tables(places) + described_words + std::string{kCaseEnd} + std::string{kZshScript}.substr(1);
}

std::string fish_value(const Value& value) {
    if (value.kind.empty()) return "";
    if (value.kind == "file") return " -r -F";
    if (value.kind == "folder") return " -x -a '(__fish_complete_directories)'";
    if (value.kind == "words") return " -x -a " + fish_quoted(joined(value.choices));
    return " -x";
}

std::string fish(const std::vector<Place>& places) {
    std::string out =
        "# fish completion of rogatory, written by `rogatory completions fish`.\nset -g __rogatory_places";
    std::set<std::string> valued;
    for (const auto& place : places) {
        if (!place.path.empty()) out += " " + fish_quoted(place.path);
        for (const auto& option : place.options) {
            if (!option.value.kind.empty()) valued.insert(option.names.begin(), option.names.end());
        }
    }
    out += " age age-keygen\nset -g __rogatory_valued";
    for (const auto& name : valued) out += " " + name;
    out += kFishScript;
    for (const auto& place : places) {
        const auto here = "complete -c rogatory -n " + fish_quoted("__rogatory_at " + fish_quoted(place.path));
        for (const auto& verb : place.verbs)
            out += here + " -a " + verb.word + " -d " + fish_quoted(brief(verb.text)) + "\n";
        for (const auto& option : place.options) {
            out += place.path.empty() ? "complete -c rogatory" : here;
            for (const auto& name : option.names)
                out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
            out += " -d " + fish_quoted(brief(option.text)) + fish_value(option.value) + "\n";
        }
        if (place.verbs.empty() && !place.arguments.empty()) {
            const auto& value = place.arguments.back().value;
            if (value.kind == "file") out += here + " -F\n";
            if (value.kind == "folder") out += here + " -a '(__fish_complete_directories)'\n";
            if (value.kind == "words") out += here + " -a " + fish_quoted(joined(value.choices)) + "\n";
        }
    }
    return out +
           "complete -c rogatory -n '__rogatory_at age' -F\ncomplete -c rogatory -n '__rogatory_at age-keygen' -F\n";
}

Json json_of(const Given& given) {
    Json out;
    if (!given.names.empty()) out.add("names", Json::array(given.names));
    out.add("text", given.text).add("type", given.value.type).add("required", given.required).add("many", given.many);
    return out;
}

std::string tree(const std::vector<Place>& places) {
    std::vector<Json> items;
    for (const auto& place : places) {
        std::vector<Json> options;
        std::vector<Json> arguments;
        std::vector<std::string> verbs;
        for (const auto& one : place.options) options.push_back(json_of(one));
        for (const auto& one : place.arguments) arguments.push_back(json_of(one));
        for (const auto& one : place.verbs) verbs.push_back(one.word);
        Json item;
        item.add("path", place.path).add("text", place.text).add("verbs", Json::array(verbs));
        items.push_back(item.add("options", Json::array(options)).add("arguments", Json::array(arguments)));
    }
    return Json::array(items).text() + "\n";
}

}  // namespace

std::string completions(const CLI::App& root, std::string_view shell) {
    std::vector<Place> places;
    collect(root, "", places);
    if (shell == "bash") return bash(places);
    if (shell == "zsh") return zsh(places);
    if (shell == "fish") return fish(places);
    if (shell == "tree") return tree(places);
    return {};
}

}  // namespace rogatory::cli
