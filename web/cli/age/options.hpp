#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.hpp"

namespace rogatory::cli {

enum class AgeMode { encrypt, decrypt };

// The flags of stock age (age(1)), so that a script changes the program's name and nothing else.
struct AgeOptions {
    AgeMode mode = AgeMode::encrypt;
    bool help = false;
    bool armor = false;
    bool passphrase = false;
    std::vector<std::string> recipients;       // -r
    std::vector<std::string> recipient_files;  // -R, "-" for stdin
    std::vector<std::string> identity_files;   // -i, "-" for stdin
    std::string output;  // -o; empty: stdout, and no binary to a terminal; "-": stdout all the same
    std::string input;   // empty or "-": stdin

    [[nodiscard]] bool reads_stdin() const { return input.empty() || input == "-"; }
    [[nodiscard]] bool writes_stdout() const { return output.empty() || output == "-"; }
};

// Errors: invalid_input "age.usage.…", for each combination that stock age refuses.
[[nodiscard]] Result<AgeOptions> parse_age_options(std::span<const std::string_view> arguments);

// One argument after the other, as stock age reads them: "-o X", "-o=X", "--output X", "--output=X"; flags end at the
// first argument that is none, or behind "--".
class FlagReader {
public:
    explicit FlagReader(std::span<const std::string_view> arguments) : rest_{arguments} {}

    // Takes the next flag, without its dashes; false when there is none left.
    [[nodiscard]] bool next(std::string& name);
    // The value of the flag just taken. Errors: invalid_input "age.usage.value_missing".
    [[nodiscard]] Result<std::string> value();
    // Errors: invalid_input "age.usage.no_value": the flag just taken is a switch but was given one.
    [[nodiscard]] Result<> no_value() const;

    [[nodiscard]] std::span<const std::string_view> rest() const noexcept { return rest_; }

private:
    std::span<const std::string_view> rest_;
    std::string name_;
    std::string_view given_;
    bool has_value_ = false;
};

}  // namespace rogatory::cli
