#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/agent/dossiers.hpp"

// Drafts kept for the whole authority (domain.md §4, decision 1561): an internal dossier of one's own authority,
// sealed, on the server, for every member and on every device. Whom it is for and under which restrictions stands in
// its sealed bodies. What was begun to be sent and not finished on this device is another matter: drafts().
namespace rogatory::agent {

// Whom a draft is for: a Party that may have no account yet; without an authority its only one, or its root.
struct DraftRecipient {
    std::string party_code;
    std::optional<Id> authority;
    std::string authority_name;  // where it is known here
};

// As somebody saw it: its dossier, and the entry that was the newest.
struct DraftVersion {
    Hash chain{};
    std::uint64_t seq = 0;
};

struct KeptFile {
    std::uint64_t seq = 0;  // of the entry it lies in
    Id attachment{};
    std::string name;
    std::string type;
    std::uint64_t size = 0;
};

struct KeptDraft {
    DraftVersion version;
    bool read = false;    // false: nothing but date and author is known here
    bool newer = false;   // there is a version after this one, which was not read here
    std::string problem;  // why the newest does not open: a key of the catalogue
    std::string title;
    std::string message;
    std::vector<DraftRecipient> to;
    bool together = false;
    PolicyView policy;
    std::vector<KeptFile> files;
    std::size_t files_gone = 0;  // of an earlier version, which was withdrawn since
    std::string author;          // display name
    UnixSeconds at = 0;
    std::vector<std::string> approved_by;  // display names: the visas on this very version (domain.md §4)
};

// Of the authority acted for, the newest first. `open`: those that were not read on this device are, with the receipt
// of anything that is read; without it they are listed and no more. One that cannot be had or opened hides no other.
enum class Open : bool { no, yes };
Result<std::vector<KeptDraft>> kept_drafts(Agent& agent, Open open);
// One of them. not_found "draft.unknown".
Result<KeptDraft> show_kept_draft(Agent& agent, const Hash& chain, Open open);

// What is not said stays as it was in the version before, or is nothing.
struct KeepOrder {
    std::optional<DraftVersion> of;              // another version of this one; else a new draft
    std::vector<SourceFile> files;               // besides those that stay
    std::vector<std::string> without;            // names of files that no longer belong to it
    std::optional<std::vector<std::string>> to;  // "MLI", which may have no account, or "FRA/CRF", which must be known
    std::optional<std::string> title;
    std::optional<std::string> message;
    std::optional<PolicyOrder> policy;
    std::optional<bool> together;
};
// conflict "draft.changed": a colleague was faster; "draft.being_sent"; not_found "draft.unknown",
// "draft.no_such_file"; invalid_input "send.nothing".
Result<DraftVersion> keep_draft(Agent& agent, const KeepOrder& order, const Reconfirm& reconfirm);

// A second officer's visa on the version as it was seen: over the digest of what is sealed there, so that another
// version has none. conflict "draft.changed", "void.not_second_officer" (its own author),
// "void.nothing_changed" (given before); not_found "draft.unknown".
Result<> approve_kept_draft(Agent& agent, const DraftVersion& version);

// As it was seen; then it is closed. Every recipient must be able to receive now, as with send(). conflict
// "draft.changed", "draft.file_gone", "draft.being_sent"; not_found "draft.unknown": it was sent or given up, perhaps
// by a colleague.
// `into`: not to its recipients anew, but as a further item of a file in which exactly they take part; conflict
// "visa.recipients_differ" where they are others.
Result<std::vector<Sent>> send_kept_draft(Agent& agent, const DraftVersion& version,
                                          const std::optional<Hash>& into = std::nullopt);

// Not wanted any more. not_found "draft.unknown"; conflict "draft.being_sent".
Result<> discard_kept_draft(Agent& agent, const Hash& chain);

}  // namespace rogatory::agent
