#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "platform/model/ids.hpp"
#include "platform/model/notices.hpp"
#include "platform/record/outcome.hpp"
#include "platform/record/register.hpp"
#include "platform/record/statement.hpp"

namespace rogatory::record {

// The notice board of one Party (protocol.md, section 4): a value like Register and Dossier. Replay reads no clock:
// what has ended or is not in force yet stands in it as well, and its readers ask by a day.
class NoticeBoard {
public:
    static constexpr std::size_t kMaxRows = 20'000;  // ever

    explicit NoticeBoard(model::PartyId party);

    [[nodiscard]] Outcome judge(const SignedStatement& statement, model::LogIndex at, const Registers& registers) const;
    Outcome apply(const SignedStatement& statement, model::LogIndex at, const Registers& registers);

    [[nodiscard]] const model::ChainId& chain() const noexcept { return chain_; }
    [[nodiscard]] const model::PartyId& party() const noexcept { return party_; }
    [[nodiscard]] const Head& head() const noexcept { return head_; }

    // A row as it was last set: by which statement, when, by whose hand.
    struct Row {
        model::Notice notice;
        std::optional<std::string> ended;  // the last day
        model::StatementId statement;
        model::LogIndex index = 0;
        UnixSeconds at = 0;
        model::AuthorityRef by;

        // The days on which it says so, its end counted.
        [[nodiscard]] model::Span span() const;
    };
    [[nodiscard]] const std::map<model::NoticeId, Row>& rows() const noexcept { return rows_; }
    // Those of its rows, over or to come as well.
    [[nodiscard]] std::vector<model::PublishedCalendar> calendars() const;

private:
    [[nodiscard]] std::string_view against(const Statement& statement, const model::PartyCode& code) const;

    model::ChainId chain_;
    model::PartyId party_;
    Head head_;
    bool stopped_ = false;
    std::map<model::NoticeId, Row> rows_;
    std::map<std::string, std::set<model::NoticeId>> places_;
};

}  // namespace rogatory::record
