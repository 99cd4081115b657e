#pragma once

#include <string>
#include <vector>

#include "platform/agent/kept_drafts.hpp"
#include "platform/agent/requests.hpp"

// The visa that an authority requires: what may leave it only from a draft that another of its officers has approved
// (platform/decisions/1564-required-visa.md).
namespace rogatory::agent {

struct VisaRule {
    std::vector<std::string> acts;  // "request", "reply", "share": what needs one now
    // It was changed, and that is not co-signed yet: until it is, what either rule asks is asked.
    bool awaits = false;
};
// Of the authority acted for, by its own register.
Result<VisaRule> visa_rule(Agent& agent);

// By an access manager of the authority acted for; no act lifts it. invalid_input "visa.act" {act};
// "void.not_custodian", "void.nothing_changed".
Result<> set_visa(Agent& agent, const std::vector<std::string>& acts);

// A request whose form, byte for byte, lies in a draft; the draft's other documents go with it, its message is the
// request's, and it is for those whom the draft names. conflict "visa.form_differs", "visa.recipients_differ",
// "draft.changed", "draft.file_gone"; invalid_input "visa.files_in_draft".
Result<Sent> send_request_from_draft(Agent& agent, RequestOrder order, ByteView form, const DraftVersion& draft);

}  // namespace rogatory::agent
