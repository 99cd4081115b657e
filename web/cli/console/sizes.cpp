#include "web/cli/console/format.hpp"

#include <array>
#include <cstdio>

namespace rogatory::cli {
namespace {

std::string fixed(double value, int decimals) {
    std::array<char, 64> text{};
    const auto length = std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    return {text.data(), static_cast<std::size_t>(length)};
}

std::string decimal(Language language, double value, std::string_view unit) {
    auto text = fixed(value, value < 10 ? 1 : 0);
    if (language == Language::fr) {
        if (const auto dot = text.find('.'); dot != std::string::npos) text[dot] = ',';
    }
    // U+00A0: number and unit stay on one line.
    return text + "\u00a0" + std::string{unit};
}

std::string scaled(Language language, double bytes, std::string_view per) {
    static constexpr std::array<std::string_view, 5> kEnglish{"B", "kB", "MB", "GB", "TB"};
    static constexpr std::array<std::string_view, 5> kFrench{"o", "ko", "Mo", "Go", "To"};
    std::size_t step = 0;
    while (bytes >= 999.5 && step + 1 < kEnglish.size()) {
        bytes /= 1000;
        ++step;
    }
    const auto unit = std::string{language == Language::fr ? kFrench[step] : kEnglish[step]} + std::string{per};
    if (step == 0) return fixed(bytes, 0) + "\u00a0" + unit;
    return decimal(language, bytes, unit);
}

}  // namespace

std::string format_bytes(Language language, std::uint64_t bytes) {
    return scaled(language, static_cast<double>(bytes), "");
}

std::string format_rate(Language language, double bytes_per_second) { return scaled(language, bytes_per_second, "/s"); }

std::string format_duration(const Catalogue& catalogue, std::int64_t seconds) {
    if (seconds < 60) return catalogue.text("format.seconds", {{"seconds", seconds}});
    if (seconds < 3600) return catalogue.text("format.minutes", {{"minutes", (seconds + 30) / 60}});
    return catalogue.text("format.hours", {{"hours", seconds / 3600}, {"minutes", seconds % 3600 / 60}});
}

std::string wrap(std::string_view text, std::size_t width, std::size_t indent) {
    std::string out;
    std::size_t column = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        if (text[at] == '\n') {
            out += '\n';
            out.append(indent, ' ');
            column = indent;
            ++at;
            continue;
        }
        auto end = text.find_first_of(" \n", at);
        if (end == std::string_view::npos) end = text.size();
        const auto word = text.substr(at, end - at);
        const auto length = display_width(word);
        if (column > indent && column + length > width) {
            while (!out.empty() && out.back() == ' ') out.pop_back();
            out += '\n';
            out.append(indent, ' ');
            column = indent;
        }
        out += word;
        column += length;
        at = end;
        if (at < text.size() && text[at] == ' ') {
            out += ' ';
            ++column;
            ++at;
        }
    }
    return out;
}

}  // namespace rogatory::cli
