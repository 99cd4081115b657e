#include "web/cli/console/console.hpp"

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "web/cli/console/format.hpp"
#include "web/cli/console/progress.hpp"
#include "web/cli/console/qr.hpp"
#include "web/cli/exit_code.hpp"

namespace rogatory::cli {
namespace {

std::string utf8_of(std::uint32_t point) {
    const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((point >> shift) & 0x3F)); };
    if (point < 0x80) return {static_cast<char>(point)};
    if (point < 0x800) return {static_cast<char>(0xC0 | (point >> 6)), tail(0)};
    if (point < 0x10000) return {static_cast<char>(0xE0 | (point >> 12)), tail(6), tail(0)};
    return {static_cast<char>(0xF0 | (point >> 18)), tail(12), tail(6), tail(0)};
}

}  // namespace

TEST_CASE("sizes, rates and times are written as the language writes them", "[cli][format]") {
    const Catalogue french{Language::fr};
    CHECK(format_bytes(Language::en, 0) == "0\u00a0B");
    CHECK(format_bytes(Language::en, 999) == "999\u00a0B");
    CHECK(format_bytes(Language::en, 1000) == "1.0\u00a0kB");
    CHECK(format_bytes(Language::fr, 2147483648) == "2,1\u00a0Go");
    CHECK(format_rate(Language::fr, 12'300'000) == "12\u00a0Mo/s");
    CHECK(format_duration(french, 59) == "59\u00a0s");
    CHECK(format_duration(french, 125) == "2\u00a0min");
    CHECK(format_duration(Catalogue{Language::en}, 3 * 3600 + 12 * 60) == "3\u00a0h\u00a012\u00a0min");

    ::setenv("TZ", "Africa/Dakar", 1);
    CHECK(format_time(Language::en, 1795300200) == "21 November 2026, 22:30");
    CHECK(format_time(Language::fr, 1795300200) == "21 novembre 2026 à 22:30");
    CHECK(format_date(Language::fr, 1795300200) == "21 novembre 2026");
}

TEST_CASE("text from somebody else cannot drive the terminal", "[cli][format]") {
    CHECK(printable("relevé.pdf") == "relevé.pdf");
    CHECK(printable("a\033[2Jb") == "a<U+001B>[2Jb");
    CHECK(printable("line\nline\r") == "line<U+000A>line<U+000D>");
    CHECK(printable("gpj.\u202efdp.exe") == "gpj.<U+202E>fdp.exe");
    CHECK(printable("bad\xff") == "bad\ufffd");
}

TEST_CASE("what is hidden in a text is made visible, and what belongs to its spelling stays", "[cli][format]") {
    std::ifstream vectors{ROGATORY_PRINTABLE};
    std::size_t seen = 0;
    for (std::string line; std::getline(vectors, line);) {
        if (line.starts_with('#')) continue;
        const auto tab = line.find('\t');
        REQUIRE(tab != std::string::npos);
        std::istringstream points{line.substr(0, tab)};
        std::string text;
        std::string expected;
        for (std::string point; points >> point;) {
            const bool hidden = point.front() == '!';
            if (hidden) point.erase(0, 1);
            const auto utf8 = utf8_of(static_cast<std::uint32_t>(std::stoul(point, nullptr, 16)));
            text += utf8;
            expected += hidden ? "<U+" + point + ">" : utf8;
        }
        INFO(line.substr(tab + 1));
        CHECK(printable(text) == expected);
        ++seen;
    }
    CHECK(seen > 30);
}

TEST_CASE("lines break at spaces, accents and wide letters count as they look", "[cli][format]") {
    CHECK(display_width("déjà") == 4);
    CHECK(display_width("e\u0301") == 1);
    CHECK(display_width("日本") == 4);
    CHECK(wrap("one two three", 7) == "one two\nthree");
    CHECK(wrap("one two three", 7, 2) == "one two\n  three");
    CHECK(wrap("longerthanthewidth x", 5) == "longerthanthewidth\nx");
}

TEST_CASE("JSON is one line with its keys in order and nothing that moves a terminal", "[cli][json]") {
    Json object;
    object.add("b", 1)
        .add("a", "é \"quoted\"\n\033")
        .add("yes", true)
        .add("list", Json::array(std::vector<std::string>{"x"}));

    CHECK(object.text() == R"({"b":1,"a":"é \"quoted\"\n\u001b","yes":true,"list":["x"]})");
    CHECK(Json{}.text() == "{}");
    // C1 controls and the controls of writing direction, too; what merely looks foreign stays.
    CHECK(Json{"a\u009b2J\u202eb\u2066c\ufeff"}.text() == R"("a\u009b2J\u202eb\u2066c\ufeff")");
    CHECK(Json{"é\u00a0你好\u2014"}.text() == "\"é\u00a0你好\u2014\"");
}

TEST_CASE("a table fits the terminal and keeps what may not be cut", "[cli][table]") {
    Table table{{{"Number"}, {"Title", Narrow::cut}}};
    table.row({"3f2a9c118b02", "Comptes de la société Baobab, relevés complets de janvier à décembre"});

    for (std::size_t width = 40; width <= 100; width += 20) {
        const auto drawn = table.draw(width);
        INFO(drawn);
        CHECK(drawn.find("3f2a9c118b02") != std::string::npos);
        std::string_view rest{drawn};
        while (!rest.empty()) {
            const auto line = rest.substr(0, rest.find('\n'));
            CHECK(display_width(line) <= width);
            rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        }
    }
    Table strange{{{"Number"}, {"Title", Narrow::cut}}};
    strange.row({"1", "a\U0010ffff\U000e0001\u0378b\xff"});
    CHECK(strange.draw(40).find("<U+10FFFF>") != std::string::npos);
    CHECK(table.draw(0).find("décembre") != std::string::npos);
    CHECK(Table{{{"Nothing"}}}.draw(80).empty());
}

TEST_CASE("a bar tells share, size, rate and what is left, within the line", "[cli][progress]") {
    const Console console{{.language = Language::fr, .quiet = true}};
    std::chrono::steady_clock::time_point now{};
    Progress progress{console,       "Téléchargement de relevés complets.bin",
                      "download",    "relevés complets.bin",
                      2'000'000'000, [&] { return now; }};

    progress.at(500'000'000);  // was there: does not count for the rate
    now += std::chrono::seconds{10};
    progress.at(1'000'000'000);

    // The clock is read when a line is drawn; here nothing draws, so the rate is not known.
    for (const std::size_t width : {40U, 60U, 80U, 120U}) {
        const auto line = progress.line(width);
        INFO(line);
        CHECK(display_width(line) <= std::max<std::size_t>(width, 45));
        CHECK(line.find("50\u00a0%") != std::string::npos);
    }
    CHECK(progress.line(120).find("Téléchargement") == 0);
}

TEST_CASE("a QR code is drawn with a light border, and too much text is refused", "[cli][qr]") {
    const auto drawn = draw_qr("rogatory/v1/kit", QrFor::paper);
    REQUIRE(drawn);
    CHECK(drawn->find("█▀▀▀▀▀█") != std::string::npos);
    CHECK(drawn->find('\033') == std::string::npos);
    CHECK(draw_qr("x", QrFor::terminal)->find("\033[30;107m") == 0);
    CHECK(draw_qr(std::string(3000, 'x'), QrFor::paper).error().key() == "qr.too_long");
}

TEST_CASE("every code of an error has an exit code of its kind", "[cli][exit]") {
    struct Row {
        ErrorCode code;
        ExitCode exit;
    };
    const auto row = GENERATE(
        Row{ErrorCode::invalid_input, ExitCode::refused}, Row{ErrorCode::unauthenticated, ExitCode::not_signed_in},
        Row{ErrorCode::forbidden, ExitCode::not_found}, Row{ErrorCode::not_found, ExitCode::not_found},
        Row{ErrorCode::conflict, ExitCode::conflict}, Row{ErrorCode::precondition_failed, ExitCode::conflict},
        Row{ErrorCode::expired, ExitCode::refused}, Row{ErrorCode::too_large, ExitCode::refused},
        Row{ErrorCode::too_many, ExitCode::unavailable}, Row{ErrorCode::integrity, ExitCode::integrity},
        Row{ErrorCode::storage_full, ExitCode::no_room}, Row{ErrorCode::unavailable, ExitCode::unavailable},
        Row{ErrorCode::unsupported, ExitCode::refused});

    CHECK(exit_code(Error{row.code, "any.key"}) == row.exit);
    CHECK(exit_code(Error{ErrorCode::unavailable, "client.transfer_cut"}) == ExitCode::incomplete);
    CHECK(exit_code(Error{ErrorCode::unavailable, "upload.incomplete"}) == ExitCode::incomplete);
    CHECK(exit_code(Error{ErrorCode::invalid_input, "usage.required"}) == ExitCode::usage);
    CHECK(static_cast<int>(ExitCode::integrity) == 6);
}

}  // namespace rogatory::cli
