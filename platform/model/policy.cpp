#include "platform/model/policy.hpp"

#include <algorithm>
#include <array>

namespace rogatory::model {
namespace {

constexpr std::array<std::string_view, 4> kOnward{"free", "own_party", "source_consent", "participants_only"};

std::optional<UnixSeconds> earlier(const std::optional<UnixSeconds>& a, const std::optional<UnixSeconds>& b) noexcept {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

bool not_later(const std::optional<UnixSeconds>& next, const std::optional<UnixSeconds>& now) noexcept {
    return !now || (next && *next <= *now);
}

}  // namespace

std::string_view to_text(Onward onward) noexcept { return kOnward[static_cast<std::size_t>(onward)]; }

std::optional<Onward> parse_onward(std::string_view text) noexcept {
    const auto found = std::find(kOnward.begin(), kOnward.end(), text);
    if (found == kOnward.end()) return std::nullopt;
    return static_cast<Onward>(found - kOnward.begin());
}

HandlingPolicy stricter(const HandlingPolicy& a, const HandlingPolicy& b) noexcept {
    return {std::max(a.onward, b.onward), earlier(a.review_at, b.review_at), earlier(a.expires_at, b.expires_at)};
}

bool only_tightens(const HandlingPolicy& now, const HandlingPolicy& next) noexcept {
    return next.onward >= now.onward && not_later(next.review_at, now.review_at) &&
           not_later(next.expires_at, now.expires_at);
}

// "93-8-b": an article of the Statute or rule, its paragraphs and letters, parts of one to four characters.
bool is_caveat_article(std::string_view text) noexcept {
    if (text.empty() || text.size() > 32 || text.front() == '-' || text.back() == '-') return false;
    std::size_t part = 0;
    for (const char c : text) {
        const bool character = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
        if (!character && c != '-') return false;
        part = character ? part + 1 : 0;
        if (part > 4 || (!character && part != 0)) return false;
    }
    return text.find("--") == std::string_view::npos;
}

bool is_handling_code(std::string_view text) noexcept {
    return text.size() == 2 && text[0] == 'H' && text[1] >= '0' && text[1] <= '3';
}

bool is_evaluation(std::string_view text) noexcept {
    return text.size() == 2 && (text[0] == 'A' || text[0] == 'B' || text[0] == 'C' || text[0] == 'X') &&
           text[1] >= '1' && text[1] <= '4';
}

Caveats stricter(const Caveats& a, const Caveats& b) {
    Caveats both = a;
    both.articles.insert(b.articles.begin(), b.articles.end());
    both.handling.insert(b.handling.begin(), b.handling.end());
    if (!both.evaluation) both.evaluation = b.evaluation;
    if (!b.words.empty() && b.words != a.words) {
        if (!both.words.empty()) both.words += '\n';
        both.words += b.words;
    }
    return both;
}

}  // namespace rogatory::model
