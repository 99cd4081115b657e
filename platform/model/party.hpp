#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/result.hpp"

namespace rogatory::model {

// A State by its ISO 3166-1 alpha-3 code ("SEN"), or a body: "X-" and 1 to 12 of A-Z, 0-9 ("X-OTP", "X-D017").
class PartyCode {
public:
    // invalid_input "party.code".
    [[nodiscard]] static Result<PartyCode> parse(std::string_view text);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] bool is_state() const noexcept { return text_[1] != '-'; }
    // The Assembly of States Parties reads and publishes; it opens no dossier.
    [[nodiscard]] bool is_assembly() const noexcept { return text_ == "X-ASP"; }

    friend auto operator<=>(const PartyCode&, const PartyCode&) = default;
    friend bool operator==(const PartyCode&, const PartyCode&) = default;

private:
    explicit PartyCode(std::string text) : text_{std::move(text)} {}
    std::string text_;
};

// A name shown on screens: 1 to 200 bytes of well-formed UTF-8 without control characters, line or paragraph
// separators, or characters that turn the direction of the text around them; no space at either end.
class DisplayName {
public:
    static constexpr std::size_t kMaxBytes = 200;

    // invalid_input "display_name".
    [[nodiscard]] static Result<DisplayName> parse(std::string_view text);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    friend auto operator<=>(const DisplayName&, const DisplayName&) = default;
    friend bool operator==(const DisplayName&, const DisplayName&) = default;

private:
    explicit DisplayName(std::string text) : text_{std::move(text)} {}
    std::string text_;
};

// What kind of competent authority: shown, never judged by.
enum class AuthorityKind : std::uint8_t {
    central_authority,
    fiu,
    aro,
    prosecutor,
    police,
    court_section,
    defence_team,
    victims_team,
    other,
};
[[nodiscard]] std::string_view to_text(AuthorityKind kind) noexcept;
[[nodiscard]] std::optional<AuthorityKind> parse_authority_kind(std::string_view text) noexcept;

// Nested: a custodian is an officer, an officer is a reader.
enum class Role : std::uint8_t { reader, officer, custodian };
[[nodiscard]] constexpr bool includes(Role held, Role needed) noexcept { return held >= needed; }
[[nodiscard]] std::string_view to_text(Role role) noexcept;
[[nodiscard]] std::optional<Role> parse_role(std::string_view text) noexcept;

}  // namespace rogatory::model
