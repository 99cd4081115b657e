#include "platform/model/party.hpp"

#include <algorithm>
#include <array>

#include "crypto/encoding/canonical_json.hpp"

namespace rogatory::model {
namespace {

constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Code points that have no place in a name: they change how the text around them looks, or break its line.
constexpr bool may_stand_in_name(std::uint32_t c) noexcept {
    const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
    const bool separator = c == 0x2028 || c == 0x2029;
    const bool turns_direction =
        c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    return !control && !separator && !turns_direction && c != 0xFEFF;
}

// Of text already known to be well-formed.
template <class Predicate>
bool all_code_points(std::string_view text, Predicate predicate) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<std::uint8_t>(text[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        std::uint32_t code = length == 1 ? lead : lead & (0x7FU >> length);
        for (std::size_t k = 1; k < length; ++k) code = code << 6 | (static_cast<std::uint8_t>(text[i + k]) & 0x3FU);
        if (!predicate(code)) return false;
        i += length;
    }
    return true;
}

constexpr std::array<std::string_view, 9> kAuthorityKinds{"central_authority", "fiu",          "aro",
                                                          "prosecutor",        "police",       "court_section",
                                                          "defence_team",      "victims_team", "other"};
constexpr std::array<std::string_view, 3> kRoles{"reader", "officer", "custodian"};

template <class Enum, std::size_t N>
std::optional<Enum> find_text(const std::array<std::string_view, N>& names, std::string_view text) noexcept {
    const auto found = std::find(names.begin(), names.end(), text);
    if (found == names.end()) return std::nullopt;
    return static_cast<Enum>(found - names.begin());
}

}  // namespace

Result<PartyCode> PartyCode::parse(std::string_view text) {
    const bool state = text.size() == 3 && std::all_of(text.begin(), text.end(), is_upper);
    const bool body = text.size() >= 3 && text.size() <= 14 && text.substr(0, 2) == "X-" &&
                      std::all_of(text.begin() + 2, text.end(), [](char c) { return is_upper(c) || is_digit(c); });
    if (!state && !body) return fail(ErrorCode::invalid_input, "party.code");
    return PartyCode{std::string{text}};
}

Result<DisplayName> DisplayName::parse(std::string_view text) {
    const bool good = !text.empty() && text.size() <= kMaxBytes && encoding::is_utf8(text) && text.front() != ' ' &&
                      text.back() != ' ' && all_code_points(text, may_stand_in_name);
    if (!good) return fail(ErrorCode::invalid_input, "display_name");
    return DisplayName{std::string{text}};
}

std::string_view to_text(AuthorityKind kind) noexcept { return kAuthorityKinds[static_cast<std::size_t>(kind)]; }
std::optional<AuthorityKind> parse_authority_kind(std::string_view text) noexcept {
    return find_text<AuthorityKind>(kAuthorityKinds, text);
}

std::string_view to_text(Role role) noexcept { return kRoles[static_cast<std::size_t>(role)]; }
std::optional<Role> parse_role(std::string_view text) noexcept { return find_text<Role>(kRoles, text); }

}  // namespace rogatory::model
