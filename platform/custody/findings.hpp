#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/result.hpp"
#include "platform/base/time.hpp"
#include "platform/custody/manifest.hpp"
#include "platform/model/ids.hpp"
#include "platform/model/policy.hpp"

// What checking a bundle found: values for a page, a report or a program, without a word of any language.
namespace rogatory::custody {

// One check and how it went. `unproven` is no failure: it is what this bundle cannot show, and says so.
enum class Verdict : std::uint8_t { passed, unproven, failed };
struct Check {
    // "archive", "maker", "log", "places", "registers", "parties", "statements", "receipts", "files", "ciphertext",
    // "keys", "restrictions", "completeness": "custody.check.<key>.<verdict>" stands in the catalogue.
    std::string key;
    Verdict verdict{};
    std::map<std::string, std::string> arguments;
};

// How the verifier knows that a register is the one of the State or body it names.
enum class Basis : std::uint8_t {
    given,         // its fingerprint is the one that was given
    pinned,        // a Party whose fingerprint was given has checked it, by note verbale
    vouched,       // it stands in a list that such a Party accepts
    not_compared,  // nobody compared it: look at the fingerprint
};

struct PartyFound {
    std::string code;
    std::string name;
    model::PartyId id;
    std::string digits;  // the fingerprint for people
    Basis basis = Basis::not_compared;
    std::string by;  // code of the Party that pinned it or accepted the list
    std::uint64_t statements = 0;
};

// An authority with what its register says of it.
struct Label {
    model::AuthorityRef ref;
    std::string code;
    std::string authority;
};

struct Person {
    Label authority;
    model::MemberId member;
    std::string name;  // as of the statement
    std::string role;
};

// When a statement was made: its author's word, and the checkpoint that first covers it in this bundle.
struct Moment {
    UnixSeconds at = 0;
    model::LogIndex index = 0;
    std::uint64_t checkpoint_size = 0;
    std::optional<UnixSeconds> cosigned_at;  // of the quorum; absent without witnesses
    bool disputed = false;                   // dated more than 10 minutes after it was cosigned
};

struct AttachmentFound {
    model::AttachmentId id;
    std::uint64_t sealed_size = 0;
    model::Digest sealed_sha256;
    enum class Evidence : std::uint8_t { statement, ciphertext, plain_file, opened } evidence = Evidence::statement;
    std::optional<record::SealedBody::File> file;  // told, and proven by the statement's commit
};

struct EntryFound {
    std::uint64_t seq = 0;
    model::StatementId id;
    Person author;
    Moment when;
    bool effective = false;  // as far as it was judged
    std::string void_reason;
    bool withdrawn = false;
    bool sealed_to_stale_epoch = false;
    // The clear half of the restrictions in force; only the entry's own where the dossier was not replayed.
    std::optional<model::HandlingPolicy> policy;
    std::optional<model::Caveats> caveats;
    bool caveats_proven = false;       // opened with a key of the bundle; else the maker's word
    std::optional<std::string> title;  // only where a key of the bundle opened it
    std::vector<AttachmentFound> attachments;
};

// Any other statement of the dossier, for the chronology.
struct ActFound {
    std::uint64_t seq = 0;
    model::StatementId id;
    std::string kind;
    Person author;
    Moment when;
    bool effective = false;
    std::string void_reason;
    std::vector<Label> to;               // who was let in, shut out or consented to
    std::vector<std::uint64_t> entries;  // that it names
    std::optional<model::HandlingPolicy> policy;
    std::optional<UnixSeconds> until;     // of a consent: access until
    std::optional<UnixSeconds> before;    // of a consent: to be granted before
    std::vector<std::uint64_t> consents;  // that a grant spends
};

struct ReceiptFound {
    Person who;
    std::string kind;  // "fetched" | "opened_receipt" | "unreadable"
    std::uint64_t entry_seq = 0;
    Moment when;
};

struct CosignerFound {
    std::string name;
    UnixSeconds at = 0;
};

struct Findings {
    std::vector<Check> checks;
    // The first check that did not hold; nothing below is filled in then: what is not proven is not told.
    std::optional<Error> failure;

    Form form{};
    bool history = false;  // every statement of the dossier is shown and was replayed
    model::ChainId dossier;
    std::uint64_t dossier_length = 0;
    std::uint64_t left_out = 0;  // statements of the dossier that are proven to stand there and are not shown
    std::optional<std::string> kind;
    std::optional<Label> opener;
    bool open = false;
    std::vector<Label> participants;

    Person maker;
    UnixSeconds made_at = 0;
    model::Digest manifest_sha256;  // what the maker signed: a name for exactly this bundle

    std::string log_origin;
    std::uint64_t log_size = 0;
    model::Digest log_root;
    bool witnessed = false;
    std::size_t witnesses = 0;  // in the policy
    std::size_t quorum = 0;
    std::optional<UnixSeconds> quorum_time;
    std::vector<CosignerFound> cosigners;
    bool complete_log = false;  // the bundle holds the log, and nothing is missing or stands twice
    bool keys = false;          // the bundle holds keys: whoever has it reads the dossier

    std::vector<PartyFound> parties;
    std::vector<EntryFound> entries;
    std::vector<ActFound> acts;
    std::vector<ReceiptFound> receipts;

    std::uint64_t proof_bytes = 0;  // of statements, proofs and checkpoints in the archive
    std::uint64_t total_bytes = 0;
};

}  // namespace rogatory::custody
