#include "platform/agent/cosigned_history.hpp"

#include <algorithm>
#include <charconv>

#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

constexpr std::size_t kMost = 4096;
constexpr UnixSeconds kWorthWriting = 10 * kMinute;

bool take_number(std::string_view& text, std::uint64_t& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty() || (text.front() != ' ' && text.front() != '\n')) return false;
    text.remove_prefix(1);
    return true;
}

}  // namespace

bool add_cosigned(std::vector<Cosigned>& history, const Cosigned& fresh) {
    const auto place = std::lower_bound(history.begin(), history.end(), fresh.size,
                                        [](const Cosigned& row, std::uint64_t wanted) { return row.size < wanted; });
    if (place == history.end() || place->size != fresh.size) {
        history.insert(place, fresh);
        // Statements of long ago are not disputed any more.
        if (history.size() > kMost) history.erase(history.begin(), history.begin() + kMost / 4);
        return true;
    }
    const bool earlier = fresh.first < place->first;
    const bool later = fresh.last - place->last > kWorthWriting;
    place->first = std::min(place->first, fresh.first);
    place->last = std::max(place->last, fresh.last);
    return earlier || later;
}

bool date_disputed(const std::vector<Cosigned>& history, std::uint64_t index, UnixSeconds at) {
    return std::any_of(history.begin(), history.end(), [&](const Cosigned& row) {
        return row.size > index ? at - row.first > 10 * kMinute : row.last - at > kDay;
    });
}

Result<std::vector<Cosigned>> load_cosigned(const ports::ProfileStore& profile, const std::string& file) {
    std::vector<Cosigned> history;
    ROGATORY_TRY(const auto stored, profile.load(file));
    auto text = stored ? as_text(*stored) : std::string_view{};
    std::uint64_t size = 0;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    while (take_number(text, size) && take_number(text, first) && take_number(text, last)) {
        add_cosigned(history, {size, static_cast<UnixSeconds>(first), static_cast<UnixSeconds>(last)});
    }
    return history;
}

Result<> save_cosigned(ports::ProfileStore& profile, const std::string& file, const std::vector<Cosigned>& history) {
    std::string text;
    for (const auto& row : history) {
        text += std::to_string(row.size) + " " + std::to_string(row.first) + " " + std::to_string(row.last) + "\n";
    }
    return profile.save(file, as_bytes(text));
}

}  // namespace rogatory::agent
