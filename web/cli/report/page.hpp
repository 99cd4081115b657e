#pragma once

// What a custody bundle proves, as one page of words: shown on the terminal, and printed as HTML and PDF.

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "platform/custody/findings.hpp"
#include "web/cli/catalogue/catalogue.hpp"

namespace rogatory::cli {

struct Heading {
    std::string text;
};
struct Paragraph {
    enum class Style { plain, strong, small } style = Style::plain;
    std::string text;
};
// Label and value, a line each.
struct Facts {
    std::vector<std::pair<std::string, std::string>> lines;
};
struct Rows {
    std::vector<std::string> columns;
    std::vector<double> widths;  // shares of the page; they add up to 1
    std::vector<std::vector<std::string>> rows;
};
struct CheckLines {
    struct Line {
        custody::Verdict verdict{};
        std::string text;
    };
    std::vector<Line> lines;
};
using Block = std::variant<Heading, Paragraph, Facts, Rows, CheckLines>;

struct Page {
    Language language{};
    std::string title;
    std::string subtitle;
    std::string foot;  // stands on every sheet: the digest of exactly this bundle
    std::vector<Block> blocks;
};

// Everything that came from others is made printable here, once.
[[nodiscard]] Page custody_page(const custody::Findings& findings, Language language);
// The checks alone, with what did not hold: all there is to say of a bundle that fails.
[[nodiscard]] CheckLines check_lines(const custody::Findings& findings, const Catalogue& words);

// "2026-11-22 01:15:02 UTC": evidence names its clock.
[[nodiscard]] std::string utc_time(UnixSeconds at);
[[nodiscard]] std::string_view mark_of(custody::Verdict verdict);

}  // namespace rogatory::cli
