#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/agent/seal.hpp"
#include "platform/model/request_content.hpp"
#include "platform/record/request_bodies.hpp"

// Internal to platform/agent: what is being sent, from the first byte sealed to the settled append.
namespace rogatory::agent {

// Of a request that opens with this plan.
struct RequestPlan {
    record::Routing routing;
    std::optional<record::SealedBody::SealedRouting> withheld;  // what a confidential one commits to
};

// A version of a request that leaves with it, in the same append; `version.of` is not known before.
struct PlannedVersion {
    model::LanguageVersion version;
    std::string title;
    std::optional<model::RequestContent> content;  // absent: asked for

    friend bool operator==(const PlannedVersion&, const PlannedVersion&) = default;
};

struct DraftPlan {
    std::string name;  // in the profile: 16 hex digits
    model::ChainId chain;
    bool opens = false;                           // a new dossier; else a further entry
    std::optional<age::HybridIdentity> identity;  // of epoch 1 of a new dossier
    std::vector<model::AuthorityRef> to;          // of a new dossier
    std::vector<std::string> to_text;
    std::uint64_t epoch = 1;                  // sealed to
    std::optional<model::StatementId> basis;  // of a further entry, when it was sealed
    UnixSeconds at = 0;
    std::string title;
    std::string message;
    std::optional<PolicyOrder> policy;
    std::vector<OutgoingFile> files;
    std::optional<RequestPlan> request;
    std::optional<model::RequestContent> content;    // of a request or an answer to one
    std::optional<record::SealedBody::Draft> draft;  // it sends nothing: it keeps a draft, in an internal dossier
    std::optional<model::LibraryVersion> work;       // of a work of the library
    std::optional<model::ReportRow> report_row;      // that a State is asked about
    std::optional<record::SealedBody::RowAnswered> row_answer;  // what it says of it
    std::vector<PlannedVersion> versions;                       // of a request that opens
    std::optional<std::string> language;                        // of an answer to one
    std::optional<model::LanguageVersion> version;              // it is another entry in another language
    std::optional<model::Enquiry> enquiry;                      // a share that opens
    std::optional<model::EnquiryAnswer> answer;
    // The dossier of the kept draft that this sends, in whole or in part: done with when nothing else of it is left.
    std::optional<model::ChainId> closes;

    [[nodiscard]] std::string file_name() const { return "drafts/plan/" + name + ".age"; }
};

[[nodiscard]] std::string fresh_plan_name();

// As an age file to the user: names, messages and the dossier identity are in it.
Result<> save_plan(const Agent::State& state, const DraftPlan& plan);
Result<DraftPlan> load_plan(const Agent::State& state, std::string_view file_name);
// With the ciphertext it staged.
Result<> remove_plan(Agent::State& state, const DraftPlan& plan);

// A command that is run again after an interruption goes on with what it had begun: the same recipients, words and
// files. The name of that draft, if there is one.
Result<std::optional<std::string>> begun_before(const Agent::State& state, const DraftPlan& wanted);

// Every plan of this person in the profile; what does not open is another's, or of keys that are gone.
Result<std::vector<DraftPlan>> all_plans(const Agent::State& state);
// conflict "draft.being_sent" while a plan of this device sends that draft and is not done.
Result<> require_not_being_sent(const Agent::State& state, const model::ChainId& draft);

// Seals, uploads and appends what is not yet; removes the plan when it is settled. One that closes a kept draft stays,
// for finish_plan().
Result<Sent> carry_out(Agent::State& state, DraftPlan& plan, const Reconfirm& reconfirm);
// It stands: the draft it was kept as, if it was, is done with once no other plan needs it, and then the plan.
Result<> finish_plan(Agent& agent, const DraftPlan& plan);

}  // namespace rogatory::agent
