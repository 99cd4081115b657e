#include <CLI/CLI.hpp>
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "web/server/command_list.hpp"
#include "web/server/help.hpp"
#include "web/server/lines.hpp"
#include "web/server/words_table.hpp"

namespace rogatory::server {
namespace {

constexpr std::size_t kWidth = 80;

struct Typed {
    explicit Typed(std::string_view of, std::size_t width = kWidth) : language{of}, tree{language, width, "1.2.3"} {
        add_commands(tree, false);
    }

    // What is said of it; empty where it is a command.
    std::string complaint(std::vector<std::string> words) {
        std::ranges::reverse(words);
        try {
            tree.root().parse(std::move(words));
        } catch (const CLI::ParseError& error) {
            return usage_error(tree.root(), error, language);
        }
        return {};
    }

    std::string language;
    CommandTree tree;
};

// Each command's and option's text by its place: "backup create", "backup create --keep".
using Texts = std::map<std::string, std::string>;

void collect(const CLI::App& app, Texts& into) {
    const auto path = call_of(app);
    into[path] = app.get_description();
    for (const auto* option : app.get_options()) into[path + " " + option->get_name()] = option->get_description();
    for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) collect(*command, into);
}

Texts texts(std::string_view language) {
    Typed typed{language};
    Texts out;
    collect(typed.tree.root(), out);
    return out;
}

std::string on_one_line(const std::string& text) {
    std::istringstream words{text};
    std::string out;
    for (std::string word; words >> word;) out += (out.empty() ? "" : " ") + word;
    return out;
}

void collect_helps(const CLI::App& app, std::map<std::string, std::string>& into) {
    into[call_of(app)] = app.help();
    for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) collect_helps(*command, into);
}

}  // namespace

TEST_CASE("every command and option of the server is told in both languages", "[server][help]") {
    const auto english = texts("en");
    const auto french = texts("fr");
    REQUIRE(english.size() > 100);
    REQUIRE(english.contains("rogatoryd backup create --then-prune"));
    REQUIRE(french.size() == english.size());
    for (const auto& [place, text] : english) {
        INFO(place);
        REQUIRE(french.contains(place));
        CHECK(text.size() > 5);
        CHECK(text.ends_with('.'));
        CHECK(french.at(place).ends_with('.'));
        CHECK(french.at(place) != text);
    }
}

TEST_CASE("the server's descriptions have no word too many", "[server][help]") {
    std::set<std::string> used;
    for (const auto& [place, text] : texts("en")) used.insert(text);
    for (const auto& one : descriptions()) {
        INFO(one.key);
        const auto kind = one.key.substr(0, one.key.find('.'));
        const bool around = kind == "help" || kind == "usage" || kind == "said" || kind == "type";
        CHECK((around || used.contains(std::string{one.text})));
    }
}

TEST_CASE("the server's help fits the terminal and lists what there is", "[server][help]") {
    const std::string language = GENERATE("en", "fr");
    const std::size_t width = GENERATE(66U, 80U, 100U);
    Typed typed{language, width};
    std::map<std::string, std::string> helps;
    collect_helps(typed.tree.root(), helps);
    REQUIRE(helps.size() > 20);
    for (const auto& [call, help] : helps) {
        INFO(help);
        CHECK(help.find(call) != std::string::npos);
        CHECK(help.find('{') == std::string::npos);
        std::istringstream lines{help};
        for (std::string line; std::getline(lines, line);) CHECK(letters(line) <= width);
    }
    const auto create = on_one_line(helps.at("rogatoryd backup create"));
    const auto prune = on_one_line(helps.at("rogatoryd backup prune"));
    const auto mode = on_one_line(helps.at("rogatoryd mode"));
    CHECK(create.find("--recipient " + std::string{language == "fr" ? "CLÉ…" : "KEY…"}) != std::string::npos);
    CHECK(create.find(language == "fr" ? "Seulement avec --then-prune." : "Only with --then-prune.") !=
          std::string::npos);
    CHECK(prune.find("--then-prune") == std::string::npos);
    CHECK(mode.find(language == "fr" ? "Pas avec --until." : "Not with --until.") != std::string::npos);
    CHECK(helps.at("rogatoryd").find("init") != std::string::npos);
}

TEST_CASE("the server's usage line says what must be given", "[server][help]") {
    Typed typed{"fr"};
    std::map<std::string, std::string> helps;
    collect_helps(typed.tree.root(), helps);
    const auto first = [&](const std::string& call) { return helps.at(call).substr(0, helps.at(call).find('\n')); };
    CHECK(first("rogatoryd") == "Usage\u00a0: rogatoryd COMMANDE");
    CHECK(first("rogatoryd config example") == "Usage\u00a0: rogatoryd config example");
    CHECK(first("rogatoryd mode") == "Usage\u00a0: rogatoryd mode --config FICHIER [options] [MODE]");
    CHECK(first("rogatoryd backup hold") ==
          "Usage\u00a0: rogatoryd backup hold --name NOM --reason TEXTE [options] DOSSIER");
}

TEST_CASE("wrong use of the server is told in the operator's language", "[server][help]") {
    struct Case {
        std::vector<std::string> words;
        std::string english, french, help;
    };
    const std::vector<Case> cases{
        {{}, "A command is missing.", "Il manque une commande.", "rogatoryd"},
        {{"backup"}, "A command is missing.", "Il manque une commande.", "rogatoryd backup"},
        {{"srve"}, "“srve” is not known here.", "«\u00a0srve\u00a0» n’est pas connu ici.", "rogatoryd"},
        {{"log", "repair", "x"},
         "“x” is not known here.",
         "«\u00a0x\u00a0» n’est pas connu ici.",
         "rogatoryd log repair"},
        {{"check", "--config", "a", "--fast"},
         "“--fast” is not known here.",
         "«\u00a0--fast\u00a0» n’est pas connu ici.",
         "rogatoryd check"},
        {{"check", "--config", "a", "b"},
         "“b” is not known here.",
         "«\u00a0b\u00a0» n’est pas connu ici.",
         "rogatoryd check"},
        {{"check"}, "--config is missing.", "Il manque --config.", "rogatoryd check"},
        {{"backup", "list"}, "FOLDER is missing.", "Il manque DOSSIER.", "rogatoryd backup list"},
        {{"init", "--data", "d"}, "--host is missing.", "Il manque --host.", "rogatoryd init"},
        {{"check", "--config"},
         "--config needs one value, no more and no less.",
         "--config veut une valeur, ni plus ni moins.",
         "rogatoryd check"},
        {{"check", "--config", "a", "--config", "b"},
         "--config needs one value, no more and no less.",
         "--config veut une valeur, ni plus ni moins.",
         "rogatoryd check"},
        {{"mode", "--config", "a", "--minutes", "soon"},
         "--minutes does not take “soon”.",
         "--minutes n’accepte pas «\u00a0soon\u00a0».",
         "rogatoryd mode"},
        {{"mode", "--config", "a", "--minutes", "0"},
         "--minutes does not take “0”.",
         "--minutes n’accepte pas «\u00a0"
         "0\u00a0».",
         "rogatoryd mode"},
        {{"mode", "--config", "a", "closed"},
         "MODE does not take “closed”.",
         "MODE n’accepte pas «\u00a0closed\u00a0».",
         "rogatoryd mode"},
        {{"check", "--config", "a", "--quick=maybe"},
         "--quick does not take “maybe”.",
         "--quick n’accepte pas «\u00a0maybe\u00a0».",
         "rogatoryd check"},
        {{"backup", "create", "--config", "a", "d", "--keep", "3"},
         "--keep goes only with --then-prune.",
         "--keep ne va qu’avec --then-prune.",
         "rogatoryd backup create"},
        {{"mode", "--config", "a", "--minutes", "3", "--until", "x"},
         "--until and --minutes exclude each other.",
         "--until et --minutes s’excluent.",
         "rogatoryd mode"},
    };
    for (const auto& [words, english, french, help] : cases) {
        CHECK(Typed{"en"}.complaint(words) == "rogatoryd: " + english + "\nFor help: " + help + " --help");
        CHECK(Typed{"fr"}.complaint(words) ==
              "rogatoryd\u00a0: " + french + "\nPour de l’aide\u00a0: " + help + " --help");
    }
    CHECK(Typed{"en"}.complaint({"mode", "--config", "a", "read-only", "--minutes", "3"}).empty());
}

TEST_CASE("lines are broken between words and never at a no-break space", "[server][help]") {
    CHECK(wrapped("un deux trois", 8, "* ") == "* un\n  deux\n  trois");
    CHECK(wrapped("où\u00a0: là", 5) == "où\u00a0:\nlà");
    CHECK(letters("où\u00a0: là") == 7);
}

}  // namespace rogatory::server
