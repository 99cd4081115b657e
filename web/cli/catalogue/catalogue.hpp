#pragma once

// What the program says, in English and French. No sentence for a person stands anywhere else in web/cli.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "platform/base/result.hpp"
#include "web/cli/catalogue/entries.hpp"

namespace rogatory::cli {

using Argument = std::variant<std::string, std::int64_t>;
using Arguments = std::map<std::string, Argument>;

class Catalogue {
public:
    explicit Catalogue(Language language) : language_{language} {}

    [[nodiscard]] Language language() const noexcept { return language_; }

    // The ICU pattern of a key, if there is one.
    [[nodiscard]] static std::optional<std::string_view> find(Language language, std::string_view key);

    // The message with its places filled. A key that does not exist is our bug and is returned as it is, in angle
    // brackets, so that it is seen and nothing breaks. An argument that the pattern treats as a number
    // ({count, plural, …}) may be given as a text of digits.
    [[nodiscard]] std::string text(std::string_view key, const Arguments& arguments = {}) const;

    // The message of an error: "error.<key>", or what its code alone allows to say ("error.code.…" with the key as
    // reference) where a newer server sends a key that this program does not know.
    [[nodiscard]] std::string text(const Error& error) const;

private:
    Language language_;
};

// "en", "fr", and what $LANG holds ("fr_SN.UTF-8"); nothing for another language.
[[nodiscard]] std::optional<Language> parse_language(std::string_view text);

// The name of an error code as the catalogue and --json spell it.
[[nodiscard]] std::string_view code_name(ErrorCode code);

}  // namespace rogatory::cli
