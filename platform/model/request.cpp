#include "platform/model/request.hpp"

#include <algorithm>
#include <array>

#include "platform/model/request_status_table.hpp"

namespace rogatory::model {
namespace {

constexpr std::array<std::string_view, 4> kNatures{"judicial_assistance", "operational_support",
                                                   "voluntary_cooperation", "arrest_surrender"};
constexpr std::array<std::string_view, 8> kKinds{"tracing",   "freezing", "seizure",   "bank_records",
                                                 "registers", "service",  "interview", "general"};
constexpr std::array<std::string_view, 2> kUrgencies{"ordinary", "urgent"};
constexpr std::array<std::string_view, 8> kMedia{"note_verbale", "diplomatic_channel", "courier", "post", "e_mail",
                                                 "fax",          "in_person",          "other"};
constexpr std::array<std::string_view, 7> kOrgans{"state",      "prosecutor",          "registry", "chambers",
                                                  "trust_fund", "defence_and_victims", "other"};

// The names in the file stand in the order of the enumerators: a name that is none, or stands elsewhere, does not
// build.
template <class Rows>
constexpr bool in_order(const Rows& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (static_cast<std::size_t>(rows[i]) != i) return false;
    }
    return true;
}
static_assert(in_order(table::kStatuses) && in_order(table::kObstacleCodes) && in_order(table::kActs));

}  // namespace

template <>
std::span<const std::string_view> names_of<RequestStatus>() noexcept {
    return table::kStatusNames;
}
template <>
std::span<const std::string_view> names_of<Obstacle>() noexcept {
    return table::kObstacleNames;
}
template <>
std::span<const std::string_view> names_of<OffPlatformAct>() noexcept {
    return table::kActNames;
}
template <>
std::span<const std::string_view> names_of<Nature>() noexcept {
    return kNatures;
}
template <>
std::span<const std::string_view> names_of<Assistance>() noexcept {
    return kKinds;
}
template <>
std::span<const std::string_view> names_of<Urgency>() noexcept {
    return kUrgencies;
}
template <>
std::span<const std::string_view> names_of<Medium>() noexcept {
    return kMedia;
}
template <>
std::span<const std::string_view> names_of<Organ>() noexcept {
    return kOrgans;
}

Organ organ_of(const PartyCode& code) noexcept {
    if (code.is_state()) return Organ::state;
    const std::string_view text = code.text();
    if (text == "X-OTP") return Organ::prosecutor;
    if (text == "X-REG") return Organ::registry;
    if (text == "X-CHAMBERS") return Organ::chambers;
    if (text == "X-TFV") return Organ::trust_fund;
    // "X-D017" and "X-V003": a team under an opaque name; and the two independent offices.
    const bool team = text.size() > 3 && (text[2] == 'D' || text[2] == 'V') &&
                      std::all_of(text.begin() + 3, text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return team || text == "X-OPCD" || text == "X-OPCV" ? Organ::defence_and_victims : Organ::other;
}
bool is_registry(const PartyCode& code) noexcept { return organ_of(code) == Organ::registry; }
bool is_court(const PartyCode& code) noexcept {
    const auto organ = organ_of(code);
    return organ == Organ::prosecutor || organ == Organ::registry || organ == Organ::chambers;
}

std::span<const RequestMove> request_moves() noexcept { return table::kMoves; }

const RequestMove* request_move(RequestStatus from, RequestStatus to) noexcept {
    const auto found = std::find_if(table::kMoves.begin(), table::kMoves.end(),
                                    [&](const RequestMove& move) { return move.from == from && move.to == to; });
    return found == table::kMoves.end() ? nullptr : &*found;
}

const ObstacleRow& obstacle_row(Obstacle code) noexcept { return table::kObstacles[static_cast<std::size_t>(code)]; }
std::uint8_t off_platform_by(OffPlatformAct act) noexcept {
    return table::kOffPlatform[static_cast<std::size_t>(act)].by;
}
std::optional<RequestStatus> off_platform_move(OffPlatformAct act, RequestStatus from) noexcept {
    for (const auto& move : table::kOffPlatformMoves) {
        if (move.act == act && move.from == from) return move.to;
    }
    return std::nullopt;
}

bool is_initial(RequestStatus status) noexcept {
    return std::find(table::kInitial.begin(), table::kInitial.end(), status) != table::kInitial.end();
}
bool is_over(RequestStatus status) noexcept {
    return std::find(table::kOver.begin(), table::kOver.end(), status) != table::kOver.end();
}

bool is_reference(std::string_view text) noexcept { return text.size() <= 64 && DisplayName::parse(text).has_value(); }
bool is_situation(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' || c == '.' ||
               c == '-';
    });
}
bool is_language(std::string_view text) noexcept {
    return (text.size() == 2 || text.size() == 3) &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace rogatory::model
