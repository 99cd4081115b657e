#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "platform/base/result.hpp"
#include "platform/casework/date.hpp"
#include "platform/casework/finding.hpp"

// A request against what the requested State has said of its law: what will likely be returned, and why. It tells and
// never stops: the sender may go on with a reason.
namespace rogatory::casework {

// Art. 87(1): whether the State takes this platform as its channel.
enum class Channel : std::uint8_t { unknown, platform, advance_copy, other };
// Whether the holder of an account is told of what is asked.
enum class HolderNotice : std::uint8_t { unknown, none, deferrable, must };

// What one State's entry says, with the time it holds. "No provision" is an answer; silence is none.
struct LawEntry {
    Channel channel = Channel::unknown;
    std::set<std::string> languages;  // ISO 639; empty: not said
    bool authentic_only = false;      // a translation does not do
    std::set<std::string> required_elements;
    HolderNotice holder_notice = HolderNotice::unknown;
    std::optional<int> deferral_days;        // at most, where it may be deferred
    std::map<std::string, bool> provisions;  // kind of assistance → there is a provision
    std::optional<int> freeze_days;          // how long a freeze lasts
    std::optional<bool> freeze_renewable;
    std::optional<int> urgent_confirmation_days;  // Art. 96(1): to be confirmed within
    Date valid_from;
    std::optional<Date> valid_to;  // the last day
    std::optional<Date> last_confirmed;
};

// A version of the text in one language: translated by itself or a translator, there or still awaited.
struct LanguageVersion {
    std::string language;
    bool delivered = true;
    bool authentic = false;
};

// What of a request the check looks at; nothing of it leaves the client.
struct RequestDraft {
    std::set<std::string> kinds;
    std::vector<LanguageVersion> versions;
    std::set<std::string>
        blocks;  // Art. 96(2) that hold text: assistance, location, facts, procedure, national_law, other
    std::set<std::string> elements;  // of national law, ticked as contained
    bool urgent = false;
    std::optional<Date> formally_transmitted;
    bool do_not_notify = false;
    std::optional<Date> do_not_notify_until;
    std::optional<int> freeze_days;
    Date today;
};

// returned: the request will likely come back. tip_off: the holder may learn of it. note: to know before sending.
enum class Weight : std::uint8_t { returned, tip_off, note };
[[nodiscard]] std::string_view to_text(Weight weight) noexcept;

struct LawFinding {
    Weight weight;
    Finding finding;
};

// The entry in force on a day; nullptr: none is.
[[nodiscard]] const LawEntry* entry_in_force(const std::vector<LawEntry>& entries, Date day);

// In the order of the rules: blocks, entry, channel, language, elements, provisions, notice, freezes, urgency.
[[nodiscard]] std::vector<LawFinding> check_law(const RequestDraft& draft, const std::vector<LawEntry>& entries);

// Entries of one State, article and keyword must not overlap in time: conflict "law.overlap" {from_date}, invalid_input
// "law.validity" {from_date} where one ends before it begins.
[[nodiscard]] Result<> check_validity(const std::vector<LawEntry>& entries);

// A row that nobody has confirmed for a year is asked about, and said to be unconfirmed where it is used.
inline constexpr int kConfirmAfterDays = 365;
[[nodiscard]] bool to_be_confirmed(std::optional<Date> last_confirmed, Date valid_from, Date today);

}  // namespace rogatory::casework
