#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/agent/agent.hpp"
#include "platform/model/casebook.hpp"

// What one's own authority notes for itself alone: who deals with what, who acts for whom, which dossiers belong
// together, remarks. Sealed for its members; nobody else but the server, which sees who noted and when, learns even
// that something is noted (decision 1741).
namespace rogatory::agent {

struct CasebookPerson {
    Id member{};
    std::string name;   // by the register, of a leaver his last; empty where it never named him
    bool left = false;  // no member of the authority any more
};

struct AssignmentView {
    Hash dossier{};
    CasebookPerson member;
    std::optional<CasebookPerson> deputy;
    std::optional<CasebookPerson> acting;  // for the member today
    bool mine = false;                     // one's own to deal with today
    CasebookPerson by;
    UnixSeconds at = 0;
};
struct DeputyshipView {
    CasebookPerson member;
    std::optional<CasebookPerson> deputy;
    std::string from;
    std::string until;
    bool today = false;
    CasebookPerson by;
    UnixSeconds at = 0;
};
struct DossierLinkView {
    Hash dossier{};
    Hash other{};
    std::string relation;  // of `dossier` to `other`: "follow_up" | "same_matter" | "renewal" | "reply"
    CasebookPerson by;
    UnixSeconds at = 0;
};
struct InternalRemarkView {
    Hash dossier{};
    std::string text;
    CasebookPerson by;
    UnixSeconds at = 0;
};
// One act, as it was noted.
struct NoteView {
    std::uint64_t seq = 0;
    CasebookPerson by;
    UnixSeconds at = 0;
    bool counting = false;
    std::string kind;     // "assigned" | "deputy" | "link" | "remark" | "hand_over"; empty: see `problem`
    std::string problem;  // "void" | "unreadable"; it takes nothing from the others
    std::optional<model::CasebookNote> note;
    std::vector<CasebookPerson> people;  // whom the note names, in its order
};
struct CasebookView {
    std::vector<NoteView> notes;  // in order
    std::vector<AssignmentView> assignments;
    std::vector<DeputyshipView> deputyships;  // those that have not ended
    std::vector<DossierLinkView> links;
    std::vector<InternalRemarkView> remarks;
    bool incomplete = false;  // the server holds back its end

    [[nodiscard]] const AssignmentView* assignment(const Hash& dossier) const;
};
Result<CasebookView> read_casebook(Agent& agent);

// Whom a casebook can name: a member, or a leaver whom it names. not_found "member.unknown", invalid_input
// "name.ambiguous".
Result<Id> find_in_casebook(Agent& agent, const CasebookView& view, std::string_view text);

// Each is one signed note by an officer. forbidden "casebook.nothing_changed" where it stands so already; not_found
// "member.unknown" for whoever is no member of the authority; integrity "casebook.incomplete".
// Without a member: nobody deals with it.
Result<> assign_dossier(Agent& agent, const Hash& dossier, const std::optional<Id>& member,
                        const std::optional<Id>& deputy);
// Days as YYYY-MM-DD, both counted. Without a deputy: nobody acts for the member on these days.
Result<> set_deputy(Agent& agent, const Id& member, const std::optional<Id>& deputy, std::string_view from,
                    std::string_view until);
// Without a relation they are no longer linked.
Result<> link_dossiers(Agent& agent, const Hash& dossier, const Hash& other,
                       const std::optional<model::LinkRelation>& relation);
Result<> remark_on_dossier(Agent& agent, const Hash& dossier, std::string_view text);
// All at once; the leaver may have gone already. Gives what changed hands.
Result<std::vector<Hash>> hand_over_dossiers(Agent& agent, const Id& from, const std::optional<Id>& to);

}  // namespace rogatory::agent
