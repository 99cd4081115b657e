#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/time.hpp"
#include "platform/model/ids.hpp"
#include "platform/model/party.hpp"

// The words of a request for assistance and its table of states. What may follow what, and who may say so, is data:
// request_status.json, from which the build makes the table below and the web client reads the same rows.
namespace rogatory::model {

enum class RequestStatus : std::uint8_t {
    sent,
    urgent_unconfirmed,  // Art. 96(1): asked by other means, to be confirmed
    acknowledged,
    in_execution,
    information_requested,
    information_given,
    consultation,      // Art. 97
    postponed,         // Art. 94, 95
    consent_pending,   // Art. 73
    security_dispute,  // Art. 72
    partly_executed,
    executed,
    refused,   // Art. 93(4), 93(6): with its reasons
    referred,  // Art. 87(7): recorded by the Registry alone
    withdrawn,
    closed,
};

// Why it is hard: the Assembly asks which problems hinder the execution of requests.
enum class Obstacle : std::uint8_t {
    too_vague,
    too_complex,
    very_large_volume,
    highly_technical,
    national_law_element_missing,
    no_implementing_legislation,
    wrong_authority,
    translation,
    bank_secrecy,
    holder_must_be_notified,
    no_provisional_measure,
    source_consent_pending,
    national_security,
    national_case,
    competing_request,
    resources,
    no_reply,
};

enum class Nature : std::uint8_t { judicial_assistance, operational_support, voluntary_cooperation, arrest_surrender };

// What is asked, a template each.
enum class Assistance : std::uint8_t {
    tracing,
    freezing,
    seizure,
    bank_records,
    registers,  // of companies and property
    service,
    interview,
    general,
};

enum class Urgency : std::uint8_t { ordinary, urgent };

// What happened outside the platform and was recorded here by one side.
enum class OffPlatformAct : std::uint8_t {
    sent,
    acknowledged,
    replied_in_part,
    replied,
    refused,
    information_requested,
    information_given,
    reminded,
};
enum class Medium : std::uint8_t { note_verbale, diplomatic_channel, courier, post, e_mail, fax, in_person, other };

// Who sends, as the yearly report counts them.
enum class Organ : std::uint8_t {
    state,
    prosecutor,
    registry,
    chambers,
    trust_fund,
    defence_and_victims,
    other,
};
[[nodiscard]] Organ organ_of(const PartyCode& code) noexcept;
[[nodiscard]] bool is_registry(const PartyCode& code) noexcept;
// A request of the Court's: from an organ, not from a State.
[[nodiscard]] bool is_court(const PartyCode& code) noexcept;

// Every value by its name in JSON, in the order of the enumerators.
template <class Enum>
[[nodiscard]] std::span<const std::string_view> names_of() noexcept;
template <class Enum>
[[nodiscard]] std::string_view name_of(Enum value) noexcept {
    return names_of<Enum>()[static_cast<std::size_t>(value)];
}
template <class Enum>
[[nodiscard]] std::optional<Enum> parse_name(std::string_view text) noexcept {
    const auto names = names_of<Enum>();
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == text) return static_cast<Enum>(i);
    }
    return std::nullopt;
}

// --- the table of states
// ---------------------------------------------------------------------------------------------

// Who stands where in a request. The Registry is beside the two sides, and may be one of them as well.
enum class RequestSide : std::uint8_t { none, requesting, requested };

// Sets of a few, as bits: what a row of the table allows and what it asks for.
struct RequestBy {
    static constexpr std::uint8_t kRequesting = 1;
    static constexpr std::uint8_t kRequested = 2;
    static constexpr std::uint8_t kRegistry = 4;
};
struct RequestNeeds {
    static constexpr std::uint8_t kReason = 1;     // sealed words
    static constexpr std::uint8_t kObstacles = 2;  // at least one
    static constexpr std::uint8_t kRemark = 4;     // clear words for the Assembly, or sealed ones
    static constexpr std::uint8_t kCourt = 8;      // the request is the Court's
    static constexpr std::uint8_t kReminded = 16;  // a reminder was signed before
};

struct RequestMove {
    RequestStatus from{};
    RequestStatus to{};
    std::uint8_t by = 0;
    std::uint8_t needs = 0;
};
struct ObstacleRow {
    Obstacle code{};
    std::uint8_t by = 0;
    std::uint8_t needs = 0;
};
struct OffPlatformMove {
    OffPlatformAct act{};
    RequestStatus from{};
    RequestStatus to{};
};
struct OffPlatformRow {
    OffPlatformAct act{};
    std::uint8_t by = 0;
};

[[nodiscard]] std::span<const RequestMove> request_moves() noexcept;
// Nothing: no row, for nobody.
[[nodiscard]] const RequestMove* request_move(RequestStatus from, RequestStatus to) noexcept;
[[nodiscard]] const ObstacleRow& obstacle_row(Obstacle code) noexcept;
[[nodiscard]] std::uint8_t off_platform_by(OffPlatformAct act) noexcept;
// Where an act outside leads from here; nothing: it is recorded and moves nothing.
[[nodiscard]] std::optional<RequestStatus> off_platform_move(OffPlatformAct act, RequestStatus from) noexcept;
[[nodiscard]] bool is_initial(RequestStatus status) noexcept;
// Nothing more is expected of anybody.
[[nodiscard]] bool is_over(RequestStatus status) noexcept;
[[nodiscard]] constexpr std::uint8_t by_bit(RequestSide side) noexcept {
    if (side == RequestSide::requesting) return RequestBy::kRequesting;
    return side == RequestSide::requested ? RequestBy::kRequested : std::uint8_t{0};
}

// --- clear fields
// ----------------------------------------------------------------------------------------------------

// What routes and counts a request. Clear on the server unless its sender withholds it (confidential routing).
struct RequestRouting {
    std::string reference;  // the sender's own
    Nature nature{};
    std::vector<Assistance> kinds;  // rising, at least one
    std::optional<std::string> situation;
    Urgency urgency{};
    std::string language;  // of the request: "en", "fr", "swa"

    friend bool operator==(const RequestRouting&, const RequestRouting&) = default;
};
// 1 to 64 bytes on one line, as a display name is made.
[[nodiscard]] bool is_reference(std::string_view text) noexcept;
// A situation as the Court writes it: 1 to 32 of A-Z a-z 0-9 and "/.-".
[[nodiscard]] bool is_situation(std::string_view text) noexcept;
// ISO 639: two or three small letters.
[[nodiscard]] bool is_language(std::string_view text) noexcept;

// Words for the Assembly: clear, about no case; with the author's State named or not, as it chose.
struct AssemblyRemark {
    std::string text;
    bool named = false;

    friend bool operator==(const AssemblyRemark&, const AssemblyRemark&) = default;
};

}  // namespace rogatory::model
