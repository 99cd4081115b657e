#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/agent/agent.hpp"
#include "platform/model/enquiry.hpp"
#include "platform/model/language_version.hpp"
#include "platform/model/library.hpp"
#include "platform/model/report_row.hpp"
#include "platform/model/request_content.hpp"

namespace rogatory::agent {

// Restrictions as a person gives them. `onward`: "participants_only" | "own_party" | "source_consent" | "free".
struct PolicyOrder {
    std::string onward = "own_party";
    std::optional<UnixSeconds> review_at;
    std::optional<UnixSeconds> expires_at;
    std::vector<std::string> caveats;   // "93-8-b", "54-3-e", "73", …
    std::vector<std::string> handling;  // "H0" … "H3"
    std::string words;
};

struct SourceFile {
    std::filesystem::path path;  // read once, must not change while it is read
    int descriptor = -1;         // ≥ 0: read this instead (standard input)
    std::string name;            // shown to the recipient; a relative path with '/' for a folder's files
    std::string type;            // media type; empty: application/octet-stream
};

struct SendOrder {
    std::vector<SourceFile> files;
    std::vector<std::string> to;  // "PARTY" (its only or root authority) or "PARTY/authority"
    std::string title;
    std::string message;
    PolicyOrder policy;
    bool together = false;  // one dossier whose participants see one another; else one each
};

struct SentFile {
    Id attachment{};
    std::string name;
    std::uint64_t size = 0;
    Hash sha256{};  // of the plaintext
};

struct Sent {
    Hash chain{};
    std::uint64_t seq = 0;  // of the entry
    Hash entry{};
    std::uint64_t index = 0;
    std::vector<std::string> to;
    std::vector<SentFile> files;
    bool counting = false;  // false: awaiting co-signature
};

struct AddOrder {
    Hash chain{};
    std::vector<SourceFile> files;
    std::string title;
    std::string message;
    std::optional<PolicyOrder> policy;  // stricter than the dossier's
};

// Called when the dossier changed underneath (participants, policy or epoch) and the text has to be sealed anew: says
// what changed (keys of the catalogue, "change.<key>" with arguments); true goes on.
using Reconfirm = std::function<bool(const std::vector<Notice>&)>;

Result<std::vector<Sent>> send(Agent& agent, const SendOrder& order);
Result<Sent> add_entry(Agent& agent, const AddOrder& order, const Reconfirm& reconfirm);
// What an earlier run left unsettled: sealed, uploading or signed and not answered.
struct Draft {
    std::string name;
    Hash chain{};
    std::string stage;  // "sealing" | "uploading" | "signed"
    UnixSeconds at = 0;
    std::vector<std::string> to;
    bool keeps = false;  // it sends nothing to anybody: a draft is being kept (kept_drafts.hpp)
};
Result<std::vector<Draft>> drafts(Agent& agent);
Result<Sent> resume_draft(Agent& agent, std::string_view name, const Reconfirm& reconfirm);
Result<> drop_draft(Agent& agent, std::string_view name);  // `conflict` when a signed one may already stand

struct AuthorityLabel {
    std::string party_code;  // empty: not pinned
    std::string authority_name;
    Hash founded_id{};
    Id authority{};
};

struct PolicyView {
    std::string onward;
    std::optional<UnixSeconds> review_at;
    std::optional<UnixSeconds> expires_at;
    std::vector<std::string> caveats;
    std::vector<std::string> handling;
    std::string words;
    bool sealed_half_known = false;  // false: only the clear half was read
};

struct AttachmentView {
    Id attachment{};
    std::uint64_t sealed_size = 0;
    std::string name;  // known once opened
    std::string type;
    std::uint64_t size = 0;
    std::string state;  // "available" | "withdrawn"
};

struct EntryView {
    std::uint64_t seq = 0;
    Hash id{};
    std::uint64_t index = 0;
    AuthorityLabel author;
    std::string author_name;  // display name of the member
    UnixSeconds at = 0;
    std::uint64_t epoch = 0;
    bool opened = false;  // title, message and names come from the sealed cache
    std::string title;
    std::string message;
    std::optional<model::RequestContent> content;  // of a request or a reply to one
    std::optional<model::LibraryVersion> work;     // of a work of the library
    std::optional<model::ReportRow> report_row;    // that a State is asked about (report_rows.hpp)
    std::optional<model::RowAnswer> row_answer;    // what it says of it
    std::string language;                          // of an entry of a request, where it says it itself
    std::optional<model::LanguageVersion> version;
    std::optional<model::Enquiry> enquiry;
    std::optional<model::EnquiryAnswer> enquiry_answer;
    std::vector<AttachmentView> attachments;
    PolicyView policy;  // in force
    bool void_ = false;
    std::string outcome;                // "ok" | "void" | "unreadable" | "unverified" | "incomplete"
    std::vector<std::string> warnings;  // keys of the catalogue: "warning.<key>"
    bool counting = false;
    bool unread = false;
};

struct ActView {  // any other statement, for the chronology
    std::uint64_t seq = 0;
    Hash id{};
    std::string kind;
    AuthorityLabel author;
    UnixSeconds at = 0;
    bool void_ = false;
    std::string about;  // authority, entry or the like, in words without secrets
};

struct DossierView {
    Hash chain{};
    std::string kind;
    bool draft = false;  // a draft of the authority acted for, or what was one (kept_drafts.hpp)
    std::string title;   // of the newest opened entry that has one
    AuthorityLabel opener;
    std::vector<AuthorityLabel> participants;
    std::string state;  // "open" | "closed" | "broken" | "incomplete" | "unverified"
    std::uint64_t epoch = 0;
    PolicyView policy;
    UnixSeconds opened_at = 0;
    UnixSeconds last_at = 0;
    std::vector<EntryView> entries;
    std::vector<ActView> acts;
    std::size_t unread = 0;
    std::vector<std::string> warnings;
};

// Not the library: that is library.hpp.
Result<std::vector<DossierView>> list_dossiers(Agent& agent, bool unread_only);
Result<DossierView> show_dossier(Agent& agent, const Hash& chain);
// By prefix of the chain in hex (at least 6), or "latest", which is none of the library.
Result<Hash> find_dossier(Agent& agent, std::string_view text);

// Asked for each plain file that was verified, before it bears its name: a scanner of the reader's own. False: the file
// does not appear, "attachment.refused_here"; an error ends everything. Empty: nobody is asked.
using Examine = std::function<Result<bool>(const std::filesystem::path& file, const std::string& name)>;

struct GetOrder {
    Hash chain{};
    std::optional<std::uint64_t> seq;  // one entry; else every entry
    std::filesystem::path directory;
    bool overwrite = false;
    Examine examine{};
};
struct GotFile {
    std::filesystem::path path;
    std::string name;
    std::uint64_t size = 0;
    Hash sha256{};
    std::optional<std::filesystem::path> restriction_sheet;
    std::uint64_t seq = 0;
    bool already_there = false;
};
struct Got {
    std::vector<GotFile> files;
    std::vector<EntryView> entries;
    std::vector<std::pair<std::string, std::string>> missing;  // attachment id, key: withdrawn, withheld, unreadable
};
// Receipt `fetched`, then the identity, then the file under a temporary name, then every check, then its name.
Result<Got> get(Agent& agent, const GetOrder& order);

struct Verified {
    std::uint64_t statements = 0;
    std::uint64_t void_statements = 0;
    std::uint64_t grants = 0;
    std::uint64_t entries = 0;
    std::uint64_t log_size = 0;
    std::vector<std::string> problems;  // keys; empty: everything holds
};
Result<Verified> verify_dossier(Agent& agent, const Hash& chain);

struct ReceiptView {
    AuthorityLabel authority;
    std::string member_name;
    Id member{};
    std::string kind;  // "fetched" | "opened_receipt" | "unreadable"
    std::uint64_t entry_seq = 0;
    UnixSeconds at = 0;
};
Result<std::vector<ReceiptView>> receipts(Agent& agent, const Hash& chain);

// `to` as in SendOrder. Consents are found and spent by themselves; without one that is needed: `forbidden`, key
// "grant.consent_needed", argument "owners".
Result<> grant(Agent& agent, const Hash& chain, std::string_view to);
struct ConsentOrder {
    Hash chain{};
    std::string to;
    std::string purpose;
    std::vector<std::uint64_t> entries;  // own ones; empty: all own up to now
    UnixSeconds grant_before = 0;        // 0: 30 days
    std::optional<UnixSeconds> access_until;
};
Result<> consent(Agent& agent, const ConsentOrder& order);
Result<> release(Agent& agent, const Hash& chain, const std::vector<std::uint64_t>& entries, const PolicyOrder& policy);
Result<> revoke(Agent& agent, const Hash& chain, std::string_view from);
Result<> withdraw(Agent& agent, const Hash& chain, std::uint64_t entry, std::string_view reason);
Result<> set_policy(Agent& agent, const Hash& chain, const PolicyOrder& policy);
Result<> close_dossier(Agent& agent, const Hash& chain);
Result<> reopen_dossier(Agent& agent, const Hash& chain);

struct Exported {
    std::size_t identities = 0;
    std::size_t files = 0;
    std::filesystem::path directory;
};
// Identities and age files so that stock `age -d -i` opens everything on a machine that never heard of Rogatory.
// Writes secrets in the clear, because that is what is asked for: the folder is 0700.
Result<Exported> export_everything(Agent& agent, const std::filesystem::path& directory);

}  // namespace rogatory::agent
