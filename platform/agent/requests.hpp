#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/agent/dossiers.hpp"
#include "platform/model/request_content.hpp"

namespace rogatory::agent {

// What a person fills in: see request_form.hpp for its text.
struct RequestForm {
    std::string title;
    model::RequestRouting routing;
    std::optional<UnixSeconds> due;
    bool unconfirmed = false;  // Art. 96(1): asked by other means as well, to be confirmed
    model::RequestContent content;
};

// Something the requested State's entries say of a request before it is sent, and on which provision it rests.
struct LawFindingView {
    std::string weight;  // "returned" | "tip_off" | "note"
    std::string key;     // "warning.<key>" of the catalogue, with these arguments
    std::map<std::string, std::string> arguments;
    std::string ground;  // article, keyword and source; empty where it rests on the Statute, or on silence
};

// A version of the request in another language, sent with it or, without content, promised for a day.
struct RequestVersion {
    std::string language;
    std::string title;
    std::optional<model::RequestContent> content;
    std::string translator;
    std::string due;         // of one that is promised
    bool authentic = false;  // this one, and not what the form says
};

struct RequestOrder {
    RequestForm form;
    std::vector<RequestVersion> versions;
    std::string to;                 // "PARTY" or "PARTY/authority"; off the platform a State's code alone
    std::vector<std::string> with;  // who else takes part
    bool off_platform = false;      // the State has no account here: everything is recorded by this side
    bool confidential = false;      // the routing is sealed
    std::string message;
    std::vector<SourceFile> files;
    PolicyOrder policy;                     // own_party unless said otherwise
    std::vector<std::string> law_elements;  // of those that the State's law requires: what the request contains
};
// What will likely be returned, and why; nothing leaves the device. By what the State's own verified board says today.
Result<std::vector<LawFindingView>> check_request_law(Agent& agent, const RequestOrder& order);
// forbidden "request.law_reason" {count} where the State's own entries say that it will likely come back, or that the
// holder will hear of it, and the content gives no `law_reason` for sending it all the same.
Result<Sent> send_request(Agent& agent, const RequestOrder& order);

struct ObstacleText {
    std::string code;
    std::string text;
    std::string help;  // what would help
};

// One step of the table of states, with what goes with it. An empty `to` keeps the status: obstacles or a remark alone.
struct StatusOrder {
    Hash chain{};
    std::string to;
    std::string reason;  // sealed
    std::vector<ObstacleText> obstacles;
    bool in_part = false;
    std::string remark;  // clear, for the Assembly
    bool remark_named = false;
    std::string decision;  // of a Chamber, for `referred`
    std::vector<Hash> refs;
};
Result<> set_request_status(Agent& agent, const StatusOrder& order);

// An entry with files or words, then the status it leads to.
struct ReplyOrder {
    Hash chain{};
    std::vector<SourceFile> files;
    std::string title;
    std::string message;
    std::string language;  // of the reply; empty: not said
    std::optional<model::RequestContent> content;
    std::optional<PolicyOrder> policy;
    StatusOrder status;  // `to` "executed" or "partly_executed", or empty for no step; its chain is not read
};
Result<Sent> reply_to_request(Agent& agent, const ReplyOrder& order, const Reconfirm& reconfirm);

// An entry in another language, or the wish for it (record/language_versions.hpp).
struct VersionOrder {
    Hash chain{};
    std::optional<std::uint64_t> of;  // an entry by its place; absent: the request itself
    model::VersionState state{};
    std::string language;
    std::string translator;
    std::string due;  // a day; of one that is asked for
    bool authentic = false;
    std::string title;
    std::string message;
    std::optional<model::RequestContent> content;
    std::vector<SourceFile> files;
    std::optional<PolicyOrder> policy;  // absent: what binds the entry it translates
};
// forbidden "version.…" as every reader would say; conflict "version.there_before", not_found
// "version.nothing_to_revise"; forbidden "version.unopened" where the entry it translates was not opened.
Result<Sent> send_version(Agent& agent, const VersionOrder& order, const Reconfirm& reconfirm);

Result<> acknowledge_request(Agent& agent, const Hash& chain);
// Gives its number.
Result<std::uint64_t> remind(Agent& agent, const Hash& chain, std::string_view message);
Result<> propose_due(Agent& agent, const Hash& chain, UnixSeconds due, std::string_view reason);
// To the proposal that the person saw (RequestView); a newer one is a conflict, "void.due_proposal".
Result<> agree_due(Agent& agent, const Hash& chain, const Hash& proposal);
struct RecordOrder {
    Hash chain{};
    std::string act;     // "acknowledged", "replied", …
    std::string medium;  // "note_verbale", …
    UnixSeconds date = 0;
    std::string note;                         // sealed
    std::optional<std::uint64_t> scan_entry;  // an entry of one's own that carries it
};
Result<> record_off_platform(Agent& agent, const RecordOrder& order);
// The act that the person saw (RequestView::to_confirm), by the id of its statement.
Result<> confirm_off_platform(Agent& agent, const Hash& chain, const Hash& act);
Result<> disclose_routing(Agent& agent, const Hash& chain);

struct RequestMoveView {
    std::string to;
    std::vector<std::string> needs;
};

// What the other side recorded of what happened by other means.
struct OffPlatformView {
    std::uint64_t seq = 0;
    Hash id{};
    std::string act;
    std::string medium;
    UnixSeconds date = 0;
    std::string words;  // the note, where it could be opened
};

// A freeze or seizure that lapses on a day: as the newest opened entry of the authority that tells of it has it.
struct MeasureEndView {
    AuthorityLabel by;
    std::string key;
    std::string kind;   // "freeze" | "seizure"
    std::string order;  // its number, where one was given
    std::string ends;   // the day
};

// One language of an entry, as one Party gives it.
struct VersionView {
    std::string language;
    std::string state;  // of the newest: "asked" | "delivered" | "revised"
    AuthorityLabel by;
    bool own = false;  // by the Party whose entry it is
    std::string translator;
    std::string due;        // of one that is asked for, or asked for anew
    std::int64_t late = 0;  // days since then
    bool authentic = false;
    std::optional<std::uint64_t> seq;  // of its text
    std::string title;
    std::string message;
    std::optional<model::RequestContent> content;
};
// An entry of which there are versions, or could be.
struct VersionedView {
    std::uint64_t seq = 0;
    AuthorityLabel author;
    std::string title;
    std::string language;  // of the entry itself; empty: not said, or not opened
    bool authentic = true;
    std::vector<VersionView> versions;
    // The version to show first to a reader of that language; nullptr: the entry itself.
    [[nodiscard]] const VersionView* first_for(std::string_view reader) const;
};
// What calls itself a version and is not taken for one.
struct RefusedVersion {
    std::uint64_t seq = 0;
    AuthorityLabel by;
    std::string language;
    std::string reason;  // key of the catalogue: "version.…"
};
// Whence a request came: the enquiry's dossier, and whether this reader has it.
struct EnquiryLink {
    Hash dossier{};
    bool here = false;
    std::string title;
    UnixSeconds at = 0;  // when it was asked; 0: not known here
};

struct RequestView {
    Hash chain{};
    std::string title;
    std::string side;  // "requesting" | "requested" | "none"
    AuthorityLabel requesting;
    std::optional<AuthorityLabel> requested;
    std::string requested_code;  // of a State that is not here
    std::optional<model::RequestRouting> routing;
    bool confidential = false;
    bool withheld_known = false;  // confidential, and `routing` is what was opened of it
    std::string status;
    UnixSeconds status_at = 0;
    bool status_counting = false;  // false: what set it awaits co-signature
    struct Recorded {
        std::string by;  // the side that recorded it
        bool confirmed = false;
    };
    std::optional<Recorded> status_recorded;  // it rests on an act off the platform, as one side tells it
    UnixSeconds sent_at = 0;
    std::optional<UnixSeconds> first_due;
    std::optional<UnixSeconds> due;
    bool overdue = false;
    struct Proposal {
        Hash id{};
        bool mine = false;
        UnixSeconds due = 0;
    };
    std::optional<Proposal> proposal;
    std::optional<UnixSeconds> acknowledged_at;
    std::optional<UnixSeconds> replied_at;
    std::optional<UnixSeconds> executed_at;
    std::optional<UnixSeconds> over_at;
    bool refused_in_part = false;
    std::vector<std::string> obstacles;
    std::uint64_t reminders = 0;  // of the requesting side
    std::size_t off_platform = 0;
    std::vector<OffPlatformView> to_confirm;       // of the other side, which nobody has confirmed
    std::vector<RequestMoveView> next;             // what this side may do now
    std::optional<model::RequestContent> content;  // of the request itself, once opened
    std::vector<VersionedView> texts;              // entries with versions; first the request itself, always
    std::vector<RefusedVersion> refused_versions;
    bool translation_answered = false;     // the obstacle, by a version that came after it
    std::optional<EnquiryLink> enquiry;    // that it follows
    std::vector<MeasureEndView> measures;  // that lapse, of every entry that was opened
    std::size_t unread = 0;
    std::string state;                  // of the dossier: "open", "closed", "broken", …
    std::vector<std::string> warnings;  // of the dossier; keys of the catalogue: "warning.<key>"
};
struct RequestQuery {
    std::string direction;  // "sent" | "received" | ""
    std::string status;
    std::string party;  // a code
    bool overdue = false;
};
Result<std::vector<RequestView>> list_requests(Agent& agent, const RequestQuery& query);
Result<RequestView> show_request(Agent& agent, const Hash& chain);

struct DeadlineQuery {
    std::int64_t within = 90;  // days from today
    std::int64_t zone = 0;     // seconds that the reader's clock is ahead of UTC
};
// An answer that is due, or a measure that lapses.
struct DeadlineView {
    RequestView request;
    std::optional<MeasureEndView> measure;
    std::string day;
    std::string state;       // "later" | "soon" | "today" | "overdue"
    std::int64_t days = 0;   // until it, or since
    int working_days = 0;    // the same, of the requested State
    bool published = false;  // false: Monday to Friday, without holidays
};
// By day: what is overdue, lapsed within the last 90 days, or comes within the days asked for.
Result<std::vector<DeadlineView>> list_deadlines(Agent& agent, const DeadlineQuery& query);

// Every act of a request, both sides, on the platform or off it, in order, with what was said under seal where this
// reader may open it.
struct ChronologyRow {
    std::uint64_t seq = 0;
    Hash id{};
    UnixSeconds at = 0;
    bool counting = false;
    AuthorityLabel author;
    std::string author_name;
    std::string side;
    std::string kind;
    std::string from;
    std::string to;
    std::string act;  // off the platform
    std::string medium;
    std::optional<UnixSeconds> date;  // a due date, or of an act off the platform
    std::vector<ObstacleText> obstacles;
    std::string remark;
    std::string words;  // reason, message, note: opened
    bool in_part = false;
    bool void_ = false;
    std::string void_reason;
    bool confirmed = false;  // an act off the platform, by the other side
    std::uint64_t number = 0;
    std::size_t files = 0;
};
Result<std::vector<ChronologyRow>> chronology(Agent& agent, const Hash& chain);

}  // namespace rogatory::agent
