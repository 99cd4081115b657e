#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/agent/agent.hpp"
#include "platform/casework/date.hpp"
#include "platform/model/notices.hpp"

// Notice boards: what each Party says of itself for all others. Only a board whose Party is pinned is shown as fact.
namespace rogatory::agent {

enum class NoticeKind : std::uint8_t { focal_point, law_entry, profile, recommendation, calendar, published_row };

struct NoticeView {
    Id id{};
    std::string party;      // its code
    std::string authority;  // that set it, by its register
    bool own = false;       // of the Party acted for
    model::Notice notice;
    std::string from;               // the days on which it says so, its end counted
    std::optional<std::string> to;  //
    bool ended = false;
    bool in_force = false;
    bool to_confirm = false;    // nobody has confirmed it for a year
    bool counting = false;      // false: it awaits co-signature
    model::LogIndex index = 0;  // of what set it so
    UnixSeconds at = 0;
};

// A Party of which nothing is shown as fact, and why: "not_pinned", or the key of an error.
struct UnreadBoard {
    std::string party;
    std::string why;
    std::size_t rows = 0;  // that it has, by its own unverified word
};

struct NoticeQuery {
    NoticeKind kind{};
    std::string party;                 // a code
    std::string words;                 // each must stand in some text of the row, whatever its case and accents
    std::string role;                  // of a focal point
    std::string theme;                 //
    std::string language;              // that a focal point speaks, or in which requests are taken
    std::string article;               // of a law entry: begins with it
    std::string topic;                 // of a profile
    std::string state;                 // of a recommendation
    std::optional<casework::Date> on;  // as of that day; nothing: today
    bool all = false;                  // also what is not in force
    bool to_confirm = false;           // of one's own, what should be confirmed
};
struct NoticeList {
    std::vector<NoticeView> rows;  // by Party, then by what they say
    std::vector<UnreadBoard> unread;
};
Result<NoticeList> list_notices(Agent& agent, const NoticeQuery& query);

// Whether a row answers, apart from Party and day.
[[nodiscard]] bool answers(const model::Notice& notice, const NoticeQuery& query);

// A new row, another content for one that is there, or its end.
struct NoticeChange {
    std::optional<Id> id;
    std::optional<model::Notice> notice;
    std::optional<std::string> ended;  // the last day
};
// Every text in NFC, as it is published: what is compared with a row that stands is brought to that form first.
Result<model::Notice> as_published(model::Notice notice);
// All or none, in one append: by an officer of an authority that may publish. Errors are those of the board's judge,
// "void.…"; invalid_input "notice.malformed" for a text that is too long, "notice.none" for no change.
Result<std::vector<Id>> publish_notices(Agent& agent, NoticeKind kind, const std::vector<NoticeChange>& changes);

// Of one's own board: a row by the beginning of its id. not_found "notice.unknown", conflict "notice.several".
Result<NoticeView> find_notice(Agent& agent, NoticeKind kind, std::string_view id);
// Says of these rows, or of all that should be confirmed, that they are still true today. Gives how many.
Result<std::size_t> confirm_notices(Agent& agent, NoticeKind kind, const std::vector<std::string>& ids);

// Whether an authority of one's own Party may write on the board: by an access manager of the founding authority.
Result<> set_publisher(Agent& agent, std::string_view authority, bool publisher);

}  // namespace rogatory::agent
