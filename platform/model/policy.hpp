#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "platform/base/time.hpp"

namespace rogatory::model {

// Who may be let in later, from the loosest to the strictest (protocol.md, section 4): the order of the enumerators is
// the order of strictness.
enum class Onward : std::uint8_t {
    free,
    own_party,          // to authorities of one's own Party
    source_consent,     // each owner decides for its entries
    participants_only,  // nobody
};
[[nodiscard]] std::string_view to_text(Onward onward) noexcept;
[[nodiscard]] std::optional<Onward> parse_onward(std::string_view text) noexcept;

// The clear half of a policy: what the server sees and helps to keep. The other half (caveats, words) is sealed.
struct HandlingPolicy {
    Onward onward = Onward::participants_only;
    std::optional<UnixSeconds> review_at;
    std::optional<UnixSeconds> expires_at;

    friend bool operator==(const HandlingPolicy&, const HandlingPolicy&) = default;
};

// Field by field the stricter of the two: the stricter rule, the earlier date. A date is stricter than none.
[[nodiscard]] HandlingPolicy stricter(const HandlingPolicy& a, const HandlingPolicy& b) noexcept;

// True when `next` loosens no field of `now`.
[[nodiscard]] bool only_tightens(const HandlingPolicy& now, const HandlingPolicy& next) noexcept;

// The sealed half. Caveats name articles ("93-8-b", "54-3-e", "73", "72"); handling codes are H0 to H3 of European
// police practice; evaluation is source A, B, C, X and information 1 to 4, together ("B2").
struct Caveats {
    std::set<std::string> articles;
    std::set<std::string> handling;
    std::optional<std::string> evaluation;
    std::string words;

    friend bool operator==(const Caveats&, const Caveats&) = default;
};
[[nodiscard]] bool is_caveat_article(std::string_view text) noexcept;
[[nodiscard]] bool is_handling_code(std::string_view text) noexcept;
[[nodiscard]] bool is_evaluation(std::string_view text) noexcept;

// The union of caveats and codes; the words of both, one under the other; the evaluation of the first that has one.
[[nodiscard]] Caveats stricter(const Caveats& a, const Caveats& b);

}  // namespace rogatory::model
