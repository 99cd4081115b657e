#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/agent/dossiers.hpp"
#include "platform/agent/notices.hpp"
#include "platform/casework/report_row.hpp"

// One State's row of an organ's report: the State is told of it, answers, and then the organ publishes it
// (platform/decisions/1712-published-rows.md). Told and answered in a transmission of its own, under seal.
namespace rogatory::agent {

struct RowView {
    Hash chain{};
    std::uint64_t seq = 0;   // of the entry that tells of it
    Hash told{};             // that entry's statement: what an answer is an answer to
    bool withdrawn = false;  // the entry was taken back: the State was told all the same
    model::ReportRow row;
    AuthorityLabel organ;  // that tells of it
    std::string side;      // "organ" | "state" | "none"
    UnixSeconds proposed_at = 0;
    UnixSeconds publish_from = 0;  // unless it is confirmed
    bool counting = false;
    // By the State, after that.
    std::optional<model::RowAnswer> answer;
    UnixSeconds answered_at = 0;
    std::string answered_by;  // display name
    std::string words;        // of the answer
    // That one and those before it, those that were taken back as well.
    struct Answered {
        model::LogIndex index = 0;
        UnixSeconds at = 0;
        model::RowAnswer answer{};
        bool withdrawn = false;
    };
    std::vector<Answered> answers;
    bool unread = false;  // something that came after it was not opened here
    // What stands on the organ's board for the State and days of the period.
    std::optional<model::PublishedRow> published;
    Id published_id{};
    model::LogIndex published_index = 0;
    UnixSeconds published_at = 0;
    // Why that is not what was told and answered here: "period" | "figures" | "date" | "answer".
    std::vector<std::string> published_differs;
};

// Those that this device has opened or sent, the newest first.
Result<std::vector<RowView>> list_rows(Agent& agent);

// With all that opens in its dossier opened, and beside what the State counts itself.
struct RowComparison {
    RowView view;
    bool counted = false;  // by the State alone: nobody else knows all its dealings with the organ
    std::vector<casework::RowDifference> differences;
    std::vector<std::string> unknown;  // figures that this program has no name for: nobody confirms them with it
    std::size_t unreadable = 0;  // dossiers whose chain is broken or incomplete here: their requests may be missing
};
// not_found "report_row.unknown": in the dossier is none.
Result<RowComparison> show_row(Agent& agent, const Hash& chain);

struct RowOrder {
    std::string party;  // the State's code
    std::string to;     // "PARTY/authority"; empty: its root authority
    casework::Period period;
    casework::Date as_of;
    std::uint64_t hide_below = model::kSmallestShown;
    std::string title;  // of the entry
    std::string message;
};
// As this authority's Party counts it now. Told again, for the same State and period, in the same dossier: then the
// State has its time anew. forbidden "report_row.not_organ"; invalid_input "report_row.not_state" |
// "report_row.period" (it is not over) | "report_row.as_of"; conflict "report_row.told_already".
struct ProposedRow {
    Sent sent;
    model::ReportRow row;
    std::size_t unreadable = 0;
};
Result<ProposedRow> propose_row(Agent& agent, const RowOrder& order, const Reconfirm& reconfirm);

// By the State, of the row that the statement `told` tells of, as it was shown. conflict "report_row.told_anew": the
// dossier tells of a later one; conflict "report_row.withdrawn"; unsupported "report_row.unknown_figures": nobody
// confirms what he cannot read; forbidden "report_row.not_state_of_row", invalid_input "report_row.no_words": a comment
// says something.
Result<Sent> answer_row(Agent& agent, const Hash& chain, const Hash& told, model::RowAnswer answer,
                        const std::string& words, const Reconfirm& reconfirm);

// By the organ. conflict "report_row.withdrawn", "report_row.too_early" {until}; the judge's "void.…" otherwise.
// Instead of what stands there for the same State and period.
Result<RowView> publish_row(Agent& agent, const Hash& chain);

struct PublishedView {
    Id id{};
    std::string organ;
    std::string authority;
    model::PublishedRow published;
    UnixSeconds at = 0;
    bool counting = false;
    // From what this device knows of it (RowView); of one's own Party also "not_told": no file that was opened here
    // tells of it.
    std::vector<std::string> differs;
};
// Of one period, everybody's.
struct PublishedTable {
    std::optional<casework::Period> period;  // nothing: no row of any is published
    std::vector<PublishedView> rows;         // by State, then organ
    std::vector<PublishedView> pending;      // not co-signed yet, or of a disputed date: in no sum
    casework::RowSums sums;                  // of these rows and of nothing else
    struct Missing {
        std::string organ;
        std::vector<std::string> states;  // on the platform, without a row of this organ
    };
    std::vector<Missing> missing;           // of organs that published something of the period
    std::vector<casework::Period> periods;  // of which something is published, the newest first
    std::vector<UnreadBoard> unread;
};
// Without one: the newest period of which something is published.
Result<PublishedTable> published_table(Agent& agent, const std::optional<casework::Period>& period);

}  // namespace rogatory::agent
