#include "platform/record/casebook_state.hpp"

#include <algorithm>
#include <variant>

namespace rogatory::record {

void CasebookState::apply(const model::CasebookNote& note, const Said& said) {
    std::visit([&](const auto& value) { take(value, said); }, note);
}

void CasebookState::take(const model::Assigned& note, const Said& said) {
    if (note.member) {
        assignments_.insert_or_assign(note.dossier, Assignment{*note.member, note.deputy, said});
    } else {
        assignments_.erase(note.dossier);
    }
}

void CasebookState::take(const model::Deputised& note, const Said& said) {
    std::erase_if(deputyships_, [&note](const Deputyship& earlier) {
        return earlier.days.member == note.member && note.from <= earlier.days.from && earlier.days.until <= note.until;
    });
    deputyships_.push_back({note, said});
}

void CasebookState::take(const model::Linked& note, const Said& said) {
    const std::pair key = std::minmax(note.dossier, note.other);
    if (note.relation) {
        links_.insert_or_assign(key, Link{note.dossier, note.other, *note.relation, said});
    } else {
        links_.erase(key);
    }
}

void CasebookState::take(const model::Remarked& note, const Said& said) {
    remarks_[note.dossier].push_back({note.text, said});
}

void CasebookState::take(const model::HandedOver& note, const Said& said) {
    for (auto place = assignments_.begin(); place != assignments_.end();) {
        auto& [member, deputy, when] = place->second;
        if (member != note.from && deputy != note.from) {
            ++place;
            continue;
        }
        when = said;
        if (deputy == note.from) deputy = note.to;
        if (member == note.from) {
            // Without a successor the deputy stays alone with it, as the one who deals with it.
            const auto next = note.to ? note.to : deputy;
            if (!next) {
                place = assignments_.erase(place);
                continue;
            }
            member = *next;
        }
        if (deputy == member) deputy.reset();
        ++place;
    }
}

std::vector<CasebookState::Link> CasebookState::links_of(const model::ChainId& dossier) const {
    std::vector<Link> out;
    for (const auto& [pair, link] : links_) {
        if (pair.first == dossier || pair.second == dossier) out.push_back(link);
    }
    return out;
}

const std::vector<CasebookState::Remark>& CasebookState::remarks(const model::ChainId& dossier) const {
    static const std::vector<Remark> none;
    const auto found = remarks_.find(dossier);
    return found == remarks_.end() ? none : found->second;
}

std::optional<model::MemberId> CasebookState::deputy_of(const model::MemberId& member, std::string_view day) const {
    const auto found = std::find_if(deputyships_.rbegin(), deputyships_.rend(), [&](const Deputyship& one) {
        return one.days.member == member && one.days.from <= day && day <= one.days.until;
    });
    return found == deputyships_.rend() ? std::nullopt : found->days.deputy;
}

bool CasebookState::deals_with(const model::MemberId& member, const model::ChainId& dossier,
                               std::string_view day) const {
    const auto found = assignments_.find(dossier);
    if (found == assignments_.end()) return false;
    const auto& assignment = found->second;
    return assignment.member == member || assignment.deputy == member || deputy_of(assignment.member, day) == member;
}

std::vector<model::ChainId> CasebookState::assigned_to(const model::MemberId& member) const {
    std::vector<model::ChainId> out;
    for (const auto& [dossier, assignment] : assignments_) {
        if (assignment.member == member || assignment.deputy == member) out.push_back(dossier);
    }
    return out;
}

}  // namespace rogatory::record
