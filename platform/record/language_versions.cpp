#include "platform/record/language_versions.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace rogatory::record {
namespace {

using model::VersionState;

// The place of the entry that is named, before this one.
std::optional<std::size_t> place_of(std::span<const VersionedEntry> entries, std::size_t before,
                                    const model::StatementId& id) {
    for (std::size_t i = 0; i < before; ++i) {
        if (entries[i].id == id) return i;
    }
    return std::nullopt;
}

bool taken(const VersionedEntry& entry, std::string_view refused) {
    return entry.version.has_value() && entry.stands && refused.empty();
}

}  // namespace

std::vector<std::string_view> judge_versions(std::span<const VersionedEntry> entries) {
    std::vector<std::string_view> out(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto& entry = entries[i];
        if (!entry.version) continue;
        const auto of = place_of(entries, i, entry.version->of);
        if (!of || !entries[*of].stands) {
            out[i] = "version.unknown_entry";
        } else if (entries[*of].version) {
            out[i] = "version.of_version";
        } else if (entry.side == model::RequestSide::none) {
            out[i] = "version.side";
        } else if (entries[*of].language == entry.version->language) {
            out[i] = "version.original_language";
        } else if (entry.version->authentic && entries[*of].party != entry.party) {
            out[i] = "version.authentic";
        }
    }
    return out;
}

std::vector<VersionStanding> standing_versions(std::span<const VersionedEntry> entries) {
    const auto refused = judge_versions(entries);
    std::vector<VersionStanding> out;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto& entry = entries[i];
        if (!taken(entry, refused[i])) continue;
        const auto of = *place_of(entries, i, entry.version->of);
        auto found = std::find_if(out.begin(), out.end(), [&](const VersionStanding& one) {
            return one.of == of && one.language == entry.version->language && one.by == entry.party;
        });
        if (found == out.end()) {
            const bool own = entries[of].party == entry.party;
            found = out.insert(out.end(),
                               {of, entry.version->language, entry.party, std::nullopt, std::nullopt, own, false});
        }
        if (entry.version->state == VersionState::asked) {
            found->asked = i;
        } else {
            found->text = i;
            found->asked.reset();
        }
    }
    // What a Party asked for is there once anybody gave it.
    for (auto& one : out) {
        for (const auto& other : out) {
            if (one.asked && other.of == one.of && other.language == one.language && other.text > one.asked)
                one.asked.reset();
        }
    }
    std::erase_if(out, [](const VersionStanding& one) { return !one.asked && !one.text; });
    std::stable_sort(out.begin(), out.end(), [](const VersionStanding& a, const VersionStanding& b) {
        return std::tuple{a.of, std::string_view{a.language}, !a.own} <
               std::tuple{b.of, std::string_view{b.language}, !b.own};
    });
    // The newest text that says so of itself is the one.
    for (std::size_t of = 0; of < entries.size(); ++of) {
        VersionStanding* best = nullptr;
        for (auto& one : out) {
            if (one.of != of || !one.text || !entries[*one.text].version->authentic) continue;
            if (best == nullptr || *one.text > *best->text) best = &one;
        }
        if (best != nullptr) best->authentic = true;
    }
    return out;
}

std::size_t text_for(std::span<const VersionedEntry> entries, std::span<const VersionStanding> standing, std::size_t of,
                     std::string_view language) {
    if (entries[of].language == language) return of;
    for (const auto& one : standing) {
        if (one.of == of && one.language == language && one.text) return *one.text;
    }
    return of;
}

bool translation_answered(std::span<const VersionedEntry> entries, model::RequestSide named_by, std::size_t since) {
    const auto refused = judge_versions(entries);
    std::set<std::string> wanted;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (taken(entries[i], refused[i]) && entries[i].side == named_by &&
            entries[i].version->state == VersionState::asked)
            wanted.insert(entries[i].version->language);
    }
    for (std::size_t i = since; i < entries.size(); ++i) {
        if (!taken(entries[i], refused[i]) || entries[i].version->state == VersionState::asked) continue;
        const auto of = *place_of(entries, i, entries[i].version->of);
        if (entries[of].side == named_by) continue;
        if (wanted.empty() || wanted.contains(entries[i].version->language)) return true;
    }
    return false;
}

}  // namespace rogatory::record
