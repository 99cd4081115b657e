#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/agent/dossiers.hpp"

// Enquiries: "does such information exist?", asked of one authority without form. They are shares whose first entry
// says so under seal; no status, no figure, no legal effect (decision 1703).
namespace rogatory::agent {

struct EnquiryOrder {
    std::string to;  // "PARTY" or "PARTY/authority"
    std::string title;
    std::string message;
    std::vector<std::string> kinds;  // words of model::EnquiryKind
    std::string answer_by;           // a day; empty: none
    model::RequestContent content;   // persons, entities, accounts and assets, nothing else
    std::vector<SourceFile> files;
    PolicyOrder policy;
};
// invalid_input "enquiry.word" {what}, "enquiry.kinds_missing", "enquiry.nothing_asked", "enquiry.rows".
Result<Sent> send_enquiry(Agent& agent, const EnquiryOrder& order);

struct EnquiryReplyOrder {
    Hash chain{};
    std::string answer;  // a word of model::EnquiryReply
    std::string message;
    std::vector<SourceFile> files;
};
// forbidden "enquiry.not_one", "enquiry.own", "enquiry.unopened"; invalid_input "enquiry.word" {what}.
Result<Sent> answer_enquiry(Agent& agent, const EnquiryReplyOrder& order, const Reconfirm& reconfirm);

struct EnquiryReplyView {
    std::uint64_t seq = 0;
    AuthorityLabel by;
    UnixSeconds at = 0;
    std::string answer;
    std::string message;
};
// A request that was made of it, as far as it was opened here.
struct EnquiryRequest {
    Hash dossier{};
    std::string reference;
    std::string status;
};
struct EnquiryView {
    Hash chain{};
    std::uint64_t seq = 0;  // of the entry that asks
    Hash entry{};
    std::string title;
    std::string message;
    AuthorityLabel from;
    std::vector<AuthorityLabel> to;
    bool mine = false;  // asked by one's own Party
    model::Enquiry asks;
    model::RequestContent content;
    UnixSeconds at = 0;
    std::int64_t late = 0;  // days since an answer was asked for, and none came
    std::vector<EnquiryReplyView> answers;
    std::vector<EnquiryRequest> requests;
    std::size_t unread = 0;
    std::string state;  // of the dossier
    std::vector<std::string> warnings;
};
struct Enquiries {
    std::vector<EnquiryView> items;
    std::size_t unopened = 0;  // shares received and not opened: an enquiry among them is not known yet
};
Result<Enquiries> list_enquiries(Agent& agent);
// forbidden "enquiry.unopened" where its first entry was not opened, "enquiry.not_one".
Result<EnquiryView> show_enquiry(Agent& agent, const Hash& chain);

// Makes a request of it: that it follows this one's own enquiry, and the rows that it named under keys that the content
// does not use. forbidden "enquiry.not_own".
Result<> follow_enquiry(Agent& agent, const Hash& chain, model::RequestContent& content);

}  // namespace rogatory::agent
