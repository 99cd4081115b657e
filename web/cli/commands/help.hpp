#pragma once

#include <CLI/CLI.hpp>

#include "web/cli/catalogue/catalogue.hpp"

namespace rogatory::cli {

// Help in the reader's language, wrapped to the terminal: usage, one paragraph, then what can stand behind the verb.
class HelpFormatter final : public CLI::FormatterBase {
public:
    HelpFormatter(Language language, std::size_t width) : catalogue_{language}, width_{width} {}

    std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;

private:
    [[nodiscard]] std::string rows(const std::vector<std::pair<std::string, std::string>>& rows) const;

    Catalogue catalogue_;
    std::size_t width_;
};

}  // namespace rogatory::cli
