#include "platform/casework/law_check.hpp"

#include <algorithm>
#include <array>

namespace rogatory::casework {

namespace {

constexpr std::array<std::string_view, 3> kNeededBlocks{"assistance", "location", "facts"};

std::string joined(const std::set<std::string>& words) {
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

// The rules, one function each, over one draft and the entry in force.
class Check {
public:
    explicit Check(const RequestDraft& draft) : draft_{draft} {}

    std::vector<LawFinding> run(const std::vector<LawEntry>& entries) {
        blocks();
        const auto* entry = entry_in_force(entries, draft_.today);
        if (entry == nullptr) {
            tell(Weight::note, entries.empty() ? "law.none" : "law.none_in_force");
            return std::move(out_);
        }
        if (to_be_confirmed(entry->last_confirmed, entry->valid_from, draft_.today))
            tell(Weight::note, "law.unconfirmed",
                 {{"confirmed_date", entry->last_confirmed.value_or(entry->valid_from).text()}});
        channel(*entry);
        language(*entry);
        for (const auto& element : entry->required_elements)
            if (!draft_.elements.contains(element))
                tell(Weight::returned, "law.element_missing", {{"element", element}});
        provisions(*entry);
        notice(*entry);
        freeze(*entry);
        if (draft_.urgent && entry->urgent_confirmation_days)
            tell(Weight::note, "law.urgent_confirmation", {{"days", std::to_string(*entry->urgent_confirmation_days)}});
        return std::move(out_);
    }

private:
    void tell(Weight weight, std::string key, std::map<std::string, std::string> arguments = {}) {
        out_.push_back(LawFinding{.weight = weight, .finding = finding(std::move(key), std::move(arguments))});
    }

    // Art. 96(2)(a) to (c) belong to every request; (d) to (f) where they apply.
    void blocks() {
        for (const auto block : kNeededBlocks)
            if (!draft_.blocks.contains(std::string{block}))
                tell(Weight::returned, "law.block_missing", {{"block", std::string{block}}});
    }

    void channel(const LawEntry& entry) {
        switch (entry.channel) {
            case Channel::platform:
                break;
            case Channel::unknown:
                tell(Weight::note, "law.channel_unknown");
                break;
            case Channel::advance_copy:
                if (!draft_.formally_transmitted) tell(Weight::note, "law.channel_copy");
                break;
            case Channel::other:
                if (!draft_.formally_transmitted) tell(Weight::returned, "law.channel_other");
                break;
        }
    }

    void language(const LawEntry& entry) {
        if (entry.languages.empty()) {
            tell(Weight::note, "law.language_unknown");
            return;
        }
        const auto fits = [&](const LanguageVersion& one) { return entry.languages.contains(one.language); };
        const auto usable = [&](const LanguageVersion& one) { return fits(one) && one.delivered; };
        const auto authentic = [&](const LanguageVersion& one) { return usable(one) && one.authentic; };
        if (std::ranges::any_of(draft_.versions, authentic)) return;
        const auto found = std::ranges::find_if(draft_.versions, fits);
        if (found == draft_.versions.end()) {
            tell(Weight::returned, "law.language", {{"languages", joined(entry.languages)}});
        } else if (std::ranges::none_of(draft_.versions, usable)) {
            tell(Weight::returned, "law.language_awaited", {{"language", found->language}});
        } else if (entry.authentic_only) {
            tell(Weight::returned, "law.language_not_authentic", {{"languages", joined(entry.languages)}});
        }
    }

    void provisions(const LawEntry& entry) {
        for (const auto& kind : draft_.kinds) {
            const auto found = entry.provisions.find(kind);
            if (found == entry.provisions.end())
                tell(Weight::note, "law.kind_unknown", {{"kind", kind}});
            else if (!found->second)
                tell(Weight::returned, "law.no_provision", {{"kind", kind}});
        }
    }

    void notice(const LawEntry& entry) {
        if (!draft_.do_not_notify) return;
        switch (entry.holder_notice) {
            case HolderNotice::none:
                break;
            case HolderNotice::unknown:
                tell(Weight::note, "law.notice_unknown");
                break;
            case HolderNotice::must:
                tell(Weight::tip_off, "law.notice_must");
                break;
            case HolderNotice::deferrable: {
                if (!entry.deferral_days) break;
                const auto last = draft_.today.plus_days(*entry.deferral_days);
                if (draft_.do_not_notify_until && *draft_.do_not_notify_until <= last) break;
                tell(Weight::tip_off, "law.notice_deferral",
                     {{"days", std::to_string(*entry.deferral_days)}, {"until_date", last.text()}});
                break;
            }
        }
    }

    void freeze(const LawEntry& entry) {
        if (!entry.freeze_days || !(draft_.kinds.contains("freezing") || draft_.kinds.contains("seizure"))) return;
        const auto days = std::to_string(*entry.freeze_days);
        const auto renewable = entry.freeze_renewable.value_or(false);
        if (draft_.freeze_days && *draft_.freeze_days <= *entry.freeze_days) return;
        if (!draft_.freeze_days && renewable) tell(Weight::note, "law.freeze_lapses", {{"days", days}});
        if (!renewable)
            tell(Weight::note, entry.freeze_renewable ? "law.freeze_not_renewable" : "law.freeze_lapses",
                 {{"days", days}});
        if (draft_.freeze_days && renewable)
            tell(Weight::note, "law.freeze_renewals",
                 {{"days", days}, {"wanted", std::to_string(*draft_.freeze_days)}});
    }

    const RequestDraft& draft_;
    std::vector<LawFinding> out_;
};

}  // namespace

std::string_view to_text(Weight weight) noexcept {
    switch (weight) {
        case Weight::returned:
            return "returned";
        case Weight::tip_off:
            return "tip_off";
        case Weight::note:
            return "note";
    }
    return "note";
}

const LawEntry* entry_in_force(const std::vector<LawEntry>& entries, Date day) {
    const auto found = std::ranges::find_if(
        entries, [&](const LawEntry& one) { return one.valid_from <= day && (!one.valid_to || day <= *one.valid_to); });
    return found == entries.end() ? nullptr : &*found;
}

std::vector<LawFinding> check_law(const RequestDraft& draft, const std::vector<LawEntry>& entries) {
    return Check{draft}.run(entries);
}

Result<> check_validity(const std::vector<LawEntry>& entries) {
    std::vector<const LawEntry*> sorted;
    for (const auto& entry : entries) sorted.push_back(&entry);
    std::ranges::stable_sort(sorted, {}, &LawEntry::valid_from);
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        const auto& entry = *sorted[i];
        if (entry.valid_to && *entry.valid_to < entry.valid_from)
            return fail(Error{ErrorCode::invalid_input, "law.validity"}.with("from_date", entry.valid_from.text()));
        if (i + 1 < sorted.size() && (!entry.valid_to || *entry.valid_to >= sorted[i + 1]->valid_from))
            return fail(Error{ErrorCode::conflict, "law.overlap"}.with("from_date", sorted[i + 1]->valid_from.text()));
    }
    return {};
}

bool to_be_confirmed(std::optional<Date> last_confirmed, Date valid_from, Date today) {
    return days_between(last_confirmed.value_or(valid_from), today) > kConfirmAfterDays;
}

}  // namespace rogatory::casework
