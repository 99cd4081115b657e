#include "platform/casework/law_in_force.hpp"

#include <algorithm>
#include <array>

namespace rogatory::casework {

namespace {

std::string cited(const model::LawEntry& row) {
    auto text = row.article;
    if (row.keyword) text += ", " + *row.keyword;
    if (row.source) text += ": " + *row.source;
    return text;
}

std::optional<int> as_int(const std::optional<std::uint64_t>& days) {
    return days ? std::optional{static_cast<int>(*days)} : std::nullopt;
}

Channel channel_of(model::LawChannel channel) {
    switch (channel) {
        case model::LawChannel::platform:
            return Channel::platform;
        case model::LawChannel::advance_copy:
            return Channel::advance_copy;
        case model::LawChannel::other:
            break;
    }
    return Channel::other;
}

HolderNotice notice_of(model::HolderNotice notice) {
    switch (notice) {
        case model::HolderNotice::none:
            return HolderNotice::none;
        case model::HolderNotice::deferrable:
            return HolderNotice::deferrable;
        case model::HolderNotice::must:
            break;
    }
    return HolderNotice::must;
}

// From the row that began first to the one that began last: the later one is written over the earlier.
void add(LawInForce& law, LawEntry& entry, const model::LawEntry& row) {
    const auto ground = [&](const std::string& about) { law.grounds[about] = cited(row); };
    if (row.channel) {
        entry.channel = channel_of(*row.channel);
        ground("channel");
    }
    for (const auto& language : row.request_languages) entry.languages.insert(language.text);
    if (!row.request_languages.empty()) ground("language");
    entry.authentic_only = entry.authentic_only || row.authentic_only;
    for (const auto& element : row.elements) {
        entry.required_elements.insert(element.text);
        ground("element " + element.text);
    }
    for (const auto kind : row.kinds) {
        const std::string code{model::name_of(kind)};
        entry.provisions[code] = row.answer == model::LawAnswer::provision;
        ground("kind " + code);
    }
    if (row.holder_notice) {
        entry.holder_notice = notice_of(*row.holder_notice);
        entry.deferral_days = as_int(row.deferral_days);
        ground("notice");
    }
    if (row.freeze_days) {
        entry.freeze_days = as_int(row.freeze_days);
        entry.freeze_renewable =
            row.freeze_renewal ? std::optional{*row.freeze_renewal == model::FreezeRenewal::renewable} : std::nullopt;
        ground("freeze");
    }
    if (row.urgent_days) {
        entry.urgent_confirmation_days = as_int(row.urgent_days);
        ground("urgent");
    }
}

}  // namespace

LawInForce law_on(const std::vector<model::LawEntry>& rows, Date day) {
    const auto today = day.text();
    std::vector<const model::LawEntry*> in_force;
    for (const auto& row : rows)
        if (row.valid_from <= today && (!row.valid_to || today <= *row.valid_to)) in_force.push_back(&row);
    std::ranges::stable_sort(in_force, {}, [](const model::LawEntry* row) { return row->valid_from; });
    LawInForce law;
    if (rows.empty()) return law;
    LawEntry entry{.channel = Channel::unknown,
                   .languages = {},
                   .authentic_only = false,
                   .required_elements = {},
                   .holder_notice = HolderNotice::unknown,
                   .deferral_days = {},
                   .provisions = {},
                   .freeze_days = {},
                   .freeze_renewable = {},
                   .urgent_confirmation_days = {},
                   .valid_from = day,
                   .valid_to = {},
                   .last_confirmed = {}};
    if (in_force.empty()) entry.valid_to = day.plus_days(-1);
    std::optional<std::string> oldest;
    for (const auto* row : in_force) {
        add(law, entry, *row);
        const auto& confirmed = row->confirmed ? *row->confirmed : row->valid_from;
        if (!oldest || confirmed < *oldest) oldest = confirmed;
    }
    if (oldest)
        if (const auto date = Date::parse(*oldest)) entry.last_confirmed = *date;
    law.entries.push_back(std::move(entry));
    return law;
}

std::string ground_of(const LawInForce& law, const Finding& finding) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kAbout{{
        {"law.channel_copy", "channel"},
        {"law.channel_other", "channel"},
        {"law.language", "language"},
        {"law.language_awaited", "language"},
        {"law.language_not_authentic", "language"},
        {"law.notice_must", "notice"},
        {"law.notice_deferral", "notice"},
        {"law.freeze_lapses", "freeze"},
        {"law.freeze_not_renewable", "freeze"},
        {"law.freeze_renewals", "freeze"},
        {"law.urgent_confirmation", "urgent"},
    }};
    std::string about;
    if (finding.key == "law.element_missing") about = "element " + finding.arguments.at("element");
    if (finding.key == "law.no_provision") about = "kind " + finding.arguments.at("kind");
    for (const auto& [key, what] : kAbout)
        if (finding.key == key) about = what;
    const auto found = law.grounds.find(about);
    return found == law.grounds.end() ? std::string{} : found->second;
}

}  // namespace rogatory::casework
