#pragma once

#include <string>
#include <utility>
#include <vector>

#include "platform/agent/dossiers.hpp"
#include "platform/model/party.hpp"
#include "platform/model/policy.hpp"

// Internal to platform/agent: policies between what a person gives, statements, and what is shown.
namespace rogatory::agent {

struct PolicyHalves {
    model::HandlingPolicy clear;
    model::Caveats sealed;
};
// invalid_input "policy.onward" | "policy.caveat" | "policy.handling" | "policy.dates".
Result<PolicyHalves> policy_of(const PolicyOrder& order);
[[nodiscard]] bool is_empty(const model::Caveats& caveats);

[[nodiscard]] PolicyView view_of(const model::HandlingPolicy& clear, const model::Caveats* sealed);

// A kind of authority as people give it: the code of the model, or the word of a Court's organ ("registry").
Result<model::AuthorityKind> authority_kind_of(std::string_view text);

// The sheet that lies beside every restricted file, English and French (domain §3, §4).
struct RestrictionFacts {
    std::string file_name;
    std::string sha256;
    std::string owner;    // "SEN/CENTIF"
    std::string dossier;  // chain, hex
    UnixSeconds received_at = 0;
    PolicyView policy;
};
[[nodiscard]] bool is_restricted(const PolicyView& policy);
[[nodiscard]] std::string restriction_sheet(const RestrictionFacts& facts);

// Of what was sealed to a file: no dossier, and its source is whoever sealed it.
struct SealedFileFacts {
    std::vector<std::pair<std::string, std::string>> files;  // name, SHA-256 in hex
    std::string owner;
    UnixSeconds sealed_at = 0;
    PolicyView policy;
};
[[nodiscard]] std::string sealed_file_sheet(const SealedFileFacts& facts);

// "2026-11-21" in UTC.
[[nodiscard]] std::string date_text(UnixSeconds at);

}  // namespace rogatory::agent
