// rogatory-verify has neither ICU nor libsmartcols: what it has in their place is held to them.
#include <unicode/uchar.h>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "web/cli/console/format.hpp"
#include "web/cli/verifier/message.hpp"
#include "web/cli/verifier/text.hpp"
#include "web/cli/verifier/windows_name.hpp"

using namespace rogatory::cli;

namespace {

std::string utf8_of(std::uint32_t point) {
    const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((point >> shift) & 0x3F)); };
    if (point < 0x80) return {static_cast<char>(point)};
    if (point < 0x800) return {static_cast<char>(0xC0 | (point >> 6)), tail(0)};
    if (point < 0x10000) return {static_cast<char>(0xE0 | (point >> 12)), tail(6), tail(0)};
    return {static_cast<char>(0xF0 | (point >> 18)), tail(12), tail(6), tail(0)};
}

// A value for every place of a pattern; `word` for those that choose by words.
Arguments arguments_of(std::string_view pattern, std::int64_t number, const std::string& word) {
    Arguments out;
    const std::string text{pattern};
    static const std::regex place{R"(\{\s*(\w+)\s*(,\s*(plural|select))?)"};
    for (std::sregex_iterator at{text.begin(), text.end(), place}; at != std::sregex_iterator{}; ++at) {
        const auto name = (*at)[1].str();
        if ((*at)[3] == "plural") {
            out[name] = number;
        } else if ((*at)[3] == "select") {
            out[name] = word;
        } else if (!out.contains(name)) {
            out[name] = "«" + name + "»";
        }
    }
    return out;
}

}  // namespace

TEST_CASE("every message is filled as ICU fills it", "[cli][verifier]") {
    const auto language = GENERATE(Language::en, Language::fr);
    const Catalogue catalogue{language};
    std::size_t filled = 0, chosen = 0;
    static const std::regex branch{R"((\w+)\s*\{)"};
    for (const auto& entry : catalogue_entries(language)) {
        const std::string pattern{entry.pattern};
        std::set<std::string> words{"other"};
        if (pattern.find("select") != std::string::npos) {
            for (std::sregex_iterator at{pattern.begin(), pattern.end(), branch}; at != std::sregex_iterator{}; ++at)
                words.insert((*at)[1].str());
        }
        for (const auto& word : words) {
            for (const std::int64_t number : {0, 1, 2, 21, 999, 1000, 1'234'567}) {
                const auto arguments = arguments_of(pattern, number, word);
                const auto ours = plain::filled(language, pattern, arguments);
                INFO(entry.key << ": " << pattern);
                REQUIRE(ours);
                CHECK(*ours == catalogue.text(entry.key, arguments));
                ++filled;
                if (pattern.find(", plural,") == std::string::npos) break;
                ++chosen;
            }
        }
    }
    CHECK(filled > 2000);
    CHECK(chosen > 300);
}

TEST_CASE("numbers and texts of digits are filled as ICU fills them", "[cli][verifier]") {
    const Arguments numbers{{"n", std::int64_t{1'234'567}}, {"m", std::int64_t{-1234}}};
    CHECK(plain::filled(Language::en, "{n} {m}", numbers) == "1,234,567 -1,234");
    CHECK(plain::filled(Language::fr, "{n} {m}", numbers) == "1\u202f234\u202f567 -1\u202f234");
    CHECK(plain::filled(Language::en, "{n, plural, one {#} other {# of #}}", {{"n", "1200"}}) == "1,200 of 1,200");
    CHECK(plain::filled(Language::fr, "{n, plural, one {un} other {#}}", {{"n", "0"}}) == "un");
    for (const auto* bad :
         {"{n", "}", "{x}", "{n, plural, one {#}}", "{n, date}", "{n, plural, other {#}", "{n, plural, other #}"}) {
        CHECK_FALSE(plain::filled(Language::en, bad, {{"n", std::int64_t{2}}}));
    }
}

TEST_CASE("what is hidden in a text is made visible without ICU as with it", "[cli][verifier]") {
    std::size_t alike = 0;
    for (std::uint32_t point = 0; point <= 0x10FFFF; ++point) {
        if (point >= 0xD800 && point <= 0xDFFF) continue;
        const auto text = utf8_of(point);
        const bool same = plain::printable(text) == printable(text);
        if (u_charType(static_cast<UChar32>(point)) == U_UNASSIGNED && !same) continue;
        INFO(std::hex << point);
        if (!same) CHECK(plain::printable(text) == printable(text));
        alike += same ? 1 : 0;
        for (const auto* joiner : {"\u200d", "\u200c"}) {
            const auto joined = text + joiner;
            if (plain::printable(joined) != printable(joined)) CHECK(plain::printable(joined) == printable(joined));
        }
    }
    CHECK(alike > 280'000);
    for (const std::string_view text :
         {"bad\xff", "\xe2\x82", "\xed\xa0\x80x", "\xf4\x90\x80\x80", "\xc0\xaf", "a\xe2\x28\xa1"}) {
        CHECK(plain::printable(text) == printable(text));
    }
    std::ifstream vectors{ROGATORY_PRINTABLE};
    std::size_t seen = 0;
    for (std::string line; std::getline(vectors, line);) {
        if (line.starts_with('#') || line.find("\tunassigned") != std::string::npos) continue;
        std::istringstream points{line.substr(0, line.find('\t'))};
        std::string text;
        for (std::string point; points >> point;)
            text += utf8_of(static_cast<std::uint32_t>(std::stoul(point.substr(point[0] == '!' ? 1 : 0), nullptr, 16)));
        INFO(line);
        CHECK(plain::printable(text) == printable(text));
        ++seen;
    }
    CHECK(seen > 25);
}

TEST_CASE("columns are counted without ICU as with it", "[cli][verifier]") {
    for (std::uint32_t point = 0x20; point <= 0x10FFFF; ++point) {
        if (point >= 0xD800 && point <= 0xDFFF) continue;
        if (u_charType(static_cast<UChar32>(point)) == U_UNASSIGNED) continue;
        INFO(std::hex << point);
        const auto text = utf8_of(point);
        if (plain::display_width(text) != display_width(text)) CHECK(plain::display_width(text) == display_width(text));
    }
    CHECK(plain::display_width("déjà 報告") == 9);
}

TEST_CASE("no name of a document opens a device or a stream on Windows", "[cli][verifier]") {
    for (const auto* good : {"a", "relevé (1).pdf", "console.txt", "com10", "nul_.txt", ".x", "報告.pdf"})
        CHECK(is_windows_name(good));
    for (const auto* bad :
         {"",   "a:b", "C:x", "a\\b",    "a/b",      "a?",   "a*",     "a|b", "a\"b",   "a<b",          "a\tb",
          "a.", "a ",  "nul", "NUL.txt", "com1.pdf", "Lpt9", "con .x", "aux", "CONIN$", "com\u00b9.txt"}) {
        INFO(bad);
        CHECK_FALSE(is_windows_name(bad));
    }
}
