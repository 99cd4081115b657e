#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/primitives/ed25519.hpp"
#include "platform/ports/server.hpp"
#include "platform/record/statement.hpp"

// A server in memory for the tests of the trusted end: honest unless told otherwise. What it holds is public, so that a
// test can be the server's operator.
namespace rogatory::test {

using ports::remote::Hash;
using ports::remote::Id;

struct MemoryAccount {
    std::string kind = "member";
    std::string language = "en";
    ByteArray<32> sign_in_key{};
    ByteArray<32> kit_key{};
    Bytes totp_secret;
    UnixSeconds kit_waiting_since = 0;
    UnixSeconds kit_used_at = 0;
    std::uint64_t bundle_version = 0;
    Bytes bundle;
    std::uint64_t state_version = 0;
    Bytes state;
    std::vector<ports::remote::ServerMembership> memberships;
};

struct MemoryStatement {
    Hash id{};
    std::uint64_t index = 0;
    Bytes envelope;
};

struct MemoryAttachment {
    Hash chain{};
    std::uint64_t size = 0;
    Bytes bytes;
    bool withdrawn = false;
};

struct MemoryInvitation {
    Id id{};
    ports::remote::InvitationKind kind{};
    Hash redeem_sha256{};
    Bytes card;
    Bytes kept_code;
    Id authority{};
    std::string role;
    std::string party;  // founder invitations: the Party's code
    std::string inviter;
    std::string answered_by;
    UnixSeconds not_after = 0;
    std::string state = "open";
    Bytes record;
    Bytes mac;
};

struct MemorySession {
    ports::remote::SessionScope scope{};
    std::string user_name;
    std::optional<Id> invitation;
    Bytes totp_secret;
};

struct MemoryParty {
    std::string code;
    std::string name;
    std::optional<Hash> register_chain;
    std::optional<Hash> founded_id;
    bool succeeded = false;
};

// A witness beside the server: cosigns what it is shown when it is awake. It remembers nothing: a test that wants a
// colluding one wakes it, a test that wants an honest one lets it sleep.
struct MemoryWitness {
    std::string name;
    ByteArray<32> seed{};
    bool awake = true;
    std::int64_t clock_is_off_by = 0;
};

// Where the operator puts his hand. Each is looked at only where it is set.
struct Misbehaviour {
    std::function<void(const Hash& chain, ports::remote::ChainPage&)> chain;
    std::function<void(const Hash& chain, const Hash& sha256, Bytes&)> blob;
    std::function<void(Bytes& bundle, std::uint64_t& version)> bundle;
    std::function<void(Bytes& card)> card;
    std::function<void(std::vector<ports::remote::InvitationRow>&)> invitations;
    std::function<void(std::vector<ports::remote::PartyRow>&)> parties;
    std::function<void(Bytes& note)> checkpoint;
    std::function<void(Bytes& note)> witnessed;
    std::function<void(Bytes& text)> successor;
    std::function<void(std::uint64_t bundle_index, Bytes&)> entries;
    std::function<void(Bytes& ciphertext)> attachment;
    std::function<void(std::vector<ports::remote::Appended>&)> appended;
    std::function<void(UnixSeconds&)> clock;
    std::optional<std::uint64_t> cut_download_after;  // bytes, once
    std::optional<std::uint64_t> cut_upload_after;    // bytes, once
    bool lose_next_append_answer = false;             // stores, then times out
    bool refuse_next_append = false;                  // times out without storing
    bool lose_enrolment_answer = false;
    bool lying_refusal = false;              // stores, and says no, once
    bool lying_conflict = false;             // says that a seq is taken that is not
    bool swallow_append = false;             // says 201 and stores nothing
    bool halve_append = false;               // says 201 and stores the first statement alone
    bool hide_dossiers = false;              // lists none
    std::optional<Hash> closed_chain;        // which nobody may read
    bool no_uploads = false;                 // takes no byte of an upload
    bool bare_creations = false;             // takes no bytes with a creation
    bool lose_next_upload_answer = false;    // of an upload in one request: takes it, then times out
    bool begin_next_upload_before = false;   // of one in one request: a request of before comes first
    std::function<Result<>()> begin_upload;  // before an upload is begun
    std::function<void()> upload_offset;     // before it says how far one is
    // What an upload answers for the offset it was asked for and the one that is true.
    std::function<std::uint64_t(std::uint64_t offset, std::uint64_t durable)> moved;
    bool lost_blobs = false;              // has the rows of attachments and not their files
    std::function<void()> before_append;  // between the client's reading and its append
    std::function<std::optional<Error>(const ports::remote::Append&)> refuse;  // nothing of it is stored
};

class MemoryPlatform {
public:
    explicit MemoryPlatform(std::string host, UnixSeconds now);
    ~MemoryPlatform();
    // An operator who copies himself can tell two people two histories.
    [[nodiscard]] std::unique_ptr<MemoryPlatform> fork() const;

    // A client's connection: no session yet. The platform outlives it.
    [[nodiscard]] std::unique_ptr<ports::Server> connect();
    [[nodiscard]] std::unique_ptr<ports::Server> connect_as(const std::string& user_name);

    [[nodiscard]] std::string origin() const;      // "https://<host>"
    [[nodiscard]] std::string log_origin() const;  // "<host>/log/<n>"
    [[nodiscard]] std::string log_key() const;     // note verifier key
    // What a real server needs in order to be this one.
    [[nodiscard]] const ByteArray<32>& log_seed() const { return log_seed_; }
    [[nodiscard]] std::string log_policy() const;  // tlog-policy: quorum none without witnesses
    [[nodiscard]] std::string totp_of(ByteView secret) const;
    [[nodiscard]] Bytes sign_checkpoint() const;  // of the log as it stands, the log's signature alone
    // The same with a cosignature of every witness who is awake; kept in `witnessed` when they are a quorum.
    Bytes cosigned_checkpoint();
    // n witnesses of whom k are needed. Before anybody is given a policy.
    void have_witnesses(std::size_t n, std::size_t k);

    // An administrator's work, done directly.
    void create_party(const std::string& code, const std::string& name);

    // Stores without any check: the operator himself.
    std::uint64_t force_append(const Hash& chain, std::uint64_t seq, const Hash& id, const Bytes& envelope);
    std::uint64_t log_only(const Hash& chain, std::uint64_t seq, const Hash& id);

    UnixSeconds now;
    std::map<std::string, MemoryAccount> accounts;
    std::map<std::string, MemorySession> sessions;
    std::map<Hash, std::vector<MemoryStatement>> chains;
    std::map<Hash, Bytes> blobs;
    std::map<Id, MemoryAttachment> attachments;
    std::map<std::string, Id> upload_tickets;
    std::size_t uploads_at_once = 0;  // that came with all their bytes
    std::map<Id, MemoryInvitation> invitations;
    std::vector<MemoryParty> parties;
    std::vector<ByteArray<64>> log;
    std::vector<MemoryWitness> witnesses;
    std::size_t quorum = 0;                          // 0: none
    Bytes witnessed;                                 // the newest checkpoint that a quorum cosigned
    std::vector<Bytes> offered;                      // checkpoints that clients held against this log
    std::map<std::uint64_t, Bytes> first_witnessed;  // by size, as each first met the quorum
    Misbehaviour misbehave;
    std::vector<Hash> dossier_chains;      // in the order they were opened
    std::map<Hash, std::set<Id>> readers;  // of a dossier

    // Ends the log and goes on in another one (decision 1602).
    void succeed();
    struct Ended {
        std::string key;
        Bytes note;
        std::vector<ByteArray<64>> log;
    };
    std::vector<Ended> ended;  // by number

    // What an honest server does after it stored a statement: memberships, participants, invitations, tombstones.
    void take_effect(const record::SignedStatement& statement, const std::string& user_name);

private:
    friend class MemoryConnection;
    MemoryPlatform(const MemoryPlatform&) = default;
    std::string host_;
    ByteArray<32> log_seed_{};
    std::uint64_t next_token_ = 1;
};

}  // namespace rogatory::test
