#include "web/cli/catalogue/catalogue.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/places.hpp"

namespace rogatory::cli {
namespace {

std::set<std::string> places(std::string_view pattern) {
    static const std::regex kPlace{R"(\{([a-z_]+)(?=[,}]))"};
    std::set<std::string> out;
    const std::string text{pattern};
    for (std::sregex_iterator at{text.begin(), text.end(), kPlace}, end; at != end; ++at) out.insert((*at)[1]);
    return out;
}

std::string read(const std::filesystem::path& path) {
    std::ifstream in{path, std::ios::binary};
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

// The keys given to fail() or Error{} in a C++ text.
std::vector<std::string> keys_in(const std::string& text) {
    static const std::regex kFail{R"re(ErrorCode::[a-z_]+,\s*"([^"]+)")re"};
    std::vector<std::string> out;
    for (std::sregex_iterator at{text.begin(), text.end(), kFail}, end; at != end; ++at) out.push_back((*at)[1]);
    return out;
}

// Every key in use in the product, with the file that gives it.
std::vector<std::pair<std::string, std::string>> keys_in_use() {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto* folder : {"platform", "crypto", "storage", "web"}) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator{test::source_folder() / folder}) {
            const auto extension = entry.path().extension();
            if (extension != ".cpp" && extension != ".hpp") continue;
            for (auto& key : keys_in(read(entry.path())))
                out.emplace_back(std::move(key), entry.path().filename().string());
        }
    }
    return out;
}

}  // namespace

TEST_CASE("both languages have the same messages with the same places, in order", "[cli][catalogue]") {
    const auto english = catalogue_entries(Language::en);
    const auto french = catalogue_entries(Language::fr);

    for (const auto& entry : english) {
        INFO(entry.key);
        const auto other = Catalogue::find(Language::fr, entry.key);
        REQUIRE(other);
        CHECK(places(entry.pattern) == places(*other));
    }
    for (const auto& entry : french) {
        INFO(entry.key);
        CHECK(Catalogue::find(Language::en, entry.key));
    }
    CHECK(std::ranges::is_sorted(english, {}, &CatalogueEntry::key));
}

TEST_CASE("the catalogue files are sorted and name each key once", "[cli][catalogue]") {
    for (const auto* name : {"en.json", "fr.json"}) {
        INFO(name);
        const auto text = read(test::source_folder() / "web/cli/catalogue" / name);
        static const std::regex kLine{R"re(\n  "([^"]+)": )re"};
        std::vector<std::string> keys;
        for (std::sregex_iterator at{text.begin(), text.end(), kLine}, end; at != end; ++at) keys.push_back((*at)[1]);
        REQUIRE(keys.size() > 20);
        for (std::size_t i = 1; i < keys.size(); ++i) {
            INFO(keys[i - 1] << " stands before " << keys[i]);
            CHECK(keys[i - 1] < keys[i]);
        }
    }
}

TEST_CASE("every message is a pattern that ICU accepts and fills", "[cli][catalogue]") {
    for (const auto language : {Language::en, Language::fr}) {
        for (const auto& entry : catalogue_entries(language)) {
            INFO(entry.key);
            Arguments arguments;
            for (const auto& place : places(entry.pattern)) {
                const auto chooses_words = entry.pattern.find("{" + place + ", select,") != std::string_view::npos;
                if (chooses_words || entry.pattern.find("{" + place + ",") == std::string_view::npos)
                    arguments.emplace(place, "Zoë");
                else
                    arguments.emplace(place, std::int64_t{2});
            }
            const auto text = Catalogue{language}.text(entry.key, arguments);
            CHECK(text != "<" + std::string{entry.key} + ">");
            CHECK(text.find('{') == std::string::npos);
            // The ASCII apostrophe quotes in ICU patterns; typography asks for ’ anyway.
            CHECK(entry.pattern.find('\'') == std::string_view::npos);
        }
    }
}

TEST_CASE("words that mean something else at the Court are refused", "[cli][catalogue]") {
    const std::vector<std::string> french{
        "témoin",   "registre", "partage", "remise", "traçage", "conditions d’utilisation", "accusé de réception",
        "mainlevée"};
    const std::vector<std::string> english{"witness"};
    const auto hits = [](Language language, const std::vector<std::string>& words) {
        std::vector<std::string> out;
        for (const auto& entry : catalogue_entries(language)) {
            std::string text{entry.pattern};
            std::ranges::transform(text, text.begin(),
                                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
            for (const auto& word : words) {
                for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
                    // "enregistrer" is a word of its own; a letter before the word makes it another one.
                    const auto before = at == 0 ? ' ' : text[at - 1];
                    if (before >= 'a' && before <= 'z') continue;
                    out.push_back(std::string{entry.key} + ": " + word);
                }
            }
        }
        return out;
    };

    CHECK(hits(Language::fr, french) == std::vector<std::string>{});
    CHECK(hits(Language::en, english) == std::vector<std::string>{});
}

TEST_CASE("every error of the C++ tree has its message in both languages", "[cli][catalogue]") {
    REQUIRE(keys_in("return fail(ErrorCode::not_found,\n    \"party.unknown\");") ==
            std::vector<std::string>{"party.unknown"});

    // What only rogatoryd tells its operator has its words there, both languages in one line.
    std::string of_the_server;
    for (const auto* const page : {"words.cpp", "words_backup.cpp", "words_setup.cpp"}) {
        of_the_server += read(test::source_folder() / "web/server" / page);
    }
    for (const auto& [key, file] : keys_in_use()) {
        if (of_the_server.find("\"" + key + "\",") != std::string::npos) continue;
        INFO(file << " fails with \"" << key << "\"");
        CHECK(Catalogue::find(Language::en, "error." + key));
        CHECK(Catalogue::find(Language::fr, "error." + key));
    }
}

TEST_CASE("everything that the casework rules tell a person has its sentence", "[cli][catalogue]") {
    static const std::regex kFinding{
        R"re("((?:account|bic|calendar|country|currency|iban|import|law|lei|report)\.[a-z_]+)")re"};
    std::size_t seen = 0;
    for (const auto& entry : std::filesystem::directory_iterator{test::source_folder() / "platform/casework"}) {
        if (entry.path().extension() != ".cpp") continue;
        const auto text = read(entry.path());
        for (std::sregex_iterator at{text.begin(), text.end(), kFinding}, end; at != end; ++at) {
            const std::string key = (*at)[1];
            INFO(entry.path().filename().string() << " says " << key);
            CHECK((Catalogue::find(Language::en, "warning." + key) || Catalogue::find(Language::en, "error." + key)));
            ++seen;
        }
    }
    CHECK(seen > 40);
}

TEST_CASE("every sentence that the command line asks for is there", "[cli][catalogue]") {
    // Dotted lower-case words in quotes are keys of the catalogue, of errors, or names of files.
    static const std::regex kKey{R"re("((?:[a-z_]+\.)+[a-z_0-9]+)")re"};
    static const std::regex kFileName{R"re(\.(json|sock|part|step|pdf|csv|txt)$)re"};
    std::size_t seen = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{test::source_folder() / "web/cli"}) {
        // The acts of the audit trail, which other programs read.
        const bool acts = entry.path().parent_path().filename() == "audit";
        if (entry.path().extension() != ".cpp" || acts) continue;
        const auto text = read(entry.path());
        for (std::sregex_iterator at{text.begin(), text.end(), kKey}, end; at != end; ++at) {
            const std::string key = (*at)[1];
            if (std::regex_search(key, kFileName)) continue;
            INFO(entry.path().filename().string() << " says " << key);
            CHECK((Catalogue::find(Language::en, key) || Catalogue::find(Language::en, "error." + key)));
            ++seen;
        }
    }
    CHECK(seen > 200);
}

TEST_CASE("an error that only a newer server knows is told by its code", "[cli][catalogue]") {
    const Error error{ErrorCode::integrity, "moon.phase"};

    CHECK(Catalogue{Language::en}.text(error).find("moon.phase") != std::string::npos);
    CHECK(Catalogue{Language::fr}.text(error).starts_with("Une vérification a échoué"));
}

TEST_CASE("the language follows what the environment says", "[cli][catalogue]") {
    CHECK(parse_language("fr_SN.UTF-8") == Language::fr);
    CHECK(parse_language("en") == Language::en);
    CHECK(parse_language("C.UTF-8") == std::nullopt);
    CHECK(parse_language("frisian") == std::nullopt);
}

}  // namespace rogatory::cli
