#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"

// The values that travel. In a namespace of their own: the server's repositories have ports of like names.
namespace rogatory::ports::remote {

// 32 bytes: a chain, the id of a statement, a SHA-256. 16 bytes: authority, member, invitation, attachment, nonce.
using Hash = ByteArray<32>;
using Id = ByteArray<16>;

struct ServerInfo {
    std::string name;
    std::string version;
    std::string log_origin;  // "<host>/log/<n>"
    std::string log_key;     // note verifier key: "<origin>+<hash>+<base64>"
    UnixSeconds time = 0;
};

enum class SessionScope { full, enrolment, kit };
enum class SignInKey { sign_in, kit, service };

struct Challenge {
    Bytes challenge;
    UnixSeconds expires_at = 0;
};

struct SignIn {
    std::string user_name;
    Bytes challenge;
    SignInKey with = SignInKey::sign_in;
    ByteArray<64> signature{};
    std::optional<std::string> totp;  // six digits
};

// The session now in force. The token itself stays inside the implementation (see session_token()).
struct SignedIn {
    SessionScope scope = SessionScope::full;
    UnixSeconds expires_at = 0;
};

// A kit without a second factor opens nothing yet (protocol §7): ask again at `available_at`.
struct SignInAnswer {
    std::optional<SignedIn> session;
    UnixSeconds available_at = 0;
};

enum class InvitationKind { founder, authority, member, rekey, administrator, recovery };

struct Redeemed {
    Id invitation_id{};
    InvitationKind kind = InvitationKind::member;
    Bytes card;  // the sealed welcome card: nonce ‖ XChaCha20-Poly1305
    UnixSeconds expires_at = 0;
};

// Bytes that travel inside an append, named by their digest: grants, sealed bodies, keyrings (≤ 1 MiB each, ≤ 8 MiB in
// all).
struct Blob {
    Hash sha256{};
    Bytes data;
};

// Statements in order with their blobs: stored all or none, in one transaction.
struct Append {
    std::vector<Bytes> envelopes;  // DSSE envelopes, byte for byte as signed
    std::vector<Blob> blobs;
};

struct Appended {
    Hash id{};
    std::uint64_t index = 0;  // in the log
    Bytes proof;              // C2SP tlog-proof under a checkpoint with the log's signature
};

struct ChainItem {
    std::uint64_t seq = 0;
    Hash id{};
    std::uint64_t index = 0;
    Bytes envelope;
};

struct ChainPage {
    std::int64_t head_seq = -1;    // -1: the chain is empty
    std::vector<ChainItem> items;  // by seq from the one asked for; may be fewer than asked: ask again
};

// One request of a person who joins. `append` carries `founded`, `pinned` and the keyring of a founder.
struct Enrolment {
    std::string user_name;
    std::string language;  // "en" | "fr"
    Bytes record;          // empty for an administrator
    Bytes mac;             // 32 bytes, empty with an empty record
    ByteArray<32> sign_in_key{};
    std::optional<ByteArray<32>> kit_key;  // not of a service
    Bytes bundle;                          // age file; empty for an administrator
    std::string totp;                      // first answer of the second factor; empty of a service
    std::optional<Append> append;
};

enum class EnrolmentState { open, answered, live };

struct ServerMembership {  // the server's word; checked against the register before anything is done with it
    Hash register_chain{};
    std::string party;
    Id authority{};
    Id member{};
    std::string role;
};

enum class AccountKind { member, administrator, auditor, service };

struct Me {
    std::string user_name;
    AccountKind kind = AccountKind::member;
    std::vector<ServerMembership> memberships;
    std::uint64_t bundle_version = 0;
    std::string language;
    std::vector<std::string> second_factors;
    UnixSeconds kit_tried_at = 0;  // when somebody last began with this account's kit alone; 0: nothing to tell
};

struct StoredBundle {
    std::uint64_t version = 0;
    Bytes bundle;
};

// The one request that changes credentials (protocol §7). `signature` is over the challenge and the SHA-256 of the
// whole; crypto::bundle_write_text is what is signed.
struct BundleChange {
    std::uint64_t expected_version = 0;
    Bytes bundle;
    ByteArray<32> sign_in_key{};
    ByteArray<32> kit_key{};
    Bytes challenge;
    SignInKey signed_with = SignInKey::sign_in;
    ByteArray<64> signature{};
    // Of a new second factor in the place of all there were, where the kit alone has waited; else empty.
    Bytes totp_secret = {};
    std::string totp = {};  // its first code
};

// A member who waits to come in by his kit alone, since and until then, or who has come in so.
struct KitAttempt {
    Id member{};
    UnixSeconds since = 0;
    UnixSeconds available_at = 0;
    UnixSeconds used_at = 0;  // 0: it waits
};

struct StoredState {
    std::string tag;  // opaque; hand it back to replace exactly this one
    Bytes state;
};

struct SessionRow {
    std::string id;
    std::string scope;
    std::string address;
    UnixSeconds created_at = 0;
    UnixSeconds last_seen_at = 0;
    bool current = false;
    std::string user_name = {};  // for administrators
};

struct PartyRow {  // untrusted directory
    std::string code;
    std::string name;
    std::optional<Hash> register_chain;  // absent until founded
    std::optional<Hash> founded_id;
    std::string state;
};

struct DossierRow {  // untrusted list
    Hash chain{};
    std::string kind;
    UnixSeconds opened_at = 0;
    std::int64_t head_seq = 0;
    std::uint64_t last_index = 0;
};

template <class Row>
struct Page {
    std::vector<Row> items;
    std::optional<std::string> next_cursor;
};

struct InvitationOrder {
    Append append;  // the `invited` statement
    Id invitation_id{};
    Hash redeem_sha256{};
    Bytes card;
    Bytes kept_code;  // age file to the inviter
};

struct InvitationRow {
    Id invitation_id{};
    Id authority{};
    std::string role;
    std::string state;  // open | answered | spent | cancelled | expired
    UnixSeconds not_after = 0;
    std::optional<Bytes> record;
    std::optional<Bytes> mac;
    std::optional<Bytes> kept_code;  // to its inviter only
};

// What a holder leaves for whoever is to take over an authority that lost its custodians.
struct RecoveryOrder {
    Id authority{};
    Id invitation_id{};
    Id member_id{};
    UnixSeconds not_after = 0;
    Hash redeem_sha256{};
    Bytes card;
    Bytes kept_code;  // age file to the holder
};

struct PartyInvitation {
    Id invitation_id{};
    Hash redeem_sha256{};
    Bytes card;
    UnixSeconds not_after = 0;
    Id member_id{};
    std::optional<Hash> succeeds;  // the Party founds anew: the founded id in force
};

struct UploadTicket {
    std::string location;  // of the upload, relative or absolute
    std::string ticket;    // good for this one blob, bytes only, 14 days
};

// Of an upload whose bytes came with its creation: how much of them is durable.
struct UploadBegun {
    UploadTicket ticket;
    std::uint64_t offset = 0;
};

struct AuditRow {
    std::uint64_t number = 0;
    UnixSeconds at = 0;
    std::string actor;
    std::string action;
    std::string subject;
    std::string outcome;
};

struct Counts {
    std::vector<std::pair<std::string, std::uint64_t>> values;  // name, count
};

// Takes bytes in order; an error ends the transfer and is handed back unchanged.
using Sink = std::function<Result<>(ByteView)>;

struct Downloaded {
    std::uint64_t total = 0;  // size of the whole blob
};

}  // namespace rogatory::ports::remote

namespace rogatory::ports {

// Everything the trusted end asks of a server, in the words of the domain; it trusts none of the answers. One
// implementation speaks HTTPS (web/client), one lives in memory (tests/support).
//
// Synchronous; one call at a time from one thread. Errors carry the codes of platform/base/result.hpp: a transport
// failure is `unavailable` (key "server.unreachable"), a refused sign-in or ended session `unauthenticated`, not yours
// or not there `not_found`. An append to a chain that has moved on is `conflict` with the arguments "chain" (hex) and
// "head_seq" (decimal). A request that timed out may have been carried out: appends are idempotent by statement id, so
// the same bytes may be sent again. No retries inside, except that an implementation may repeat a read.
class Server {
public:
    virtual ~Server() = default;

    // --- session ---------------------------------------------------------------------------------------------
    // The token of the session in force, empty without one. Only the keeper sees it.
    [[nodiscard]] virtual std::string session_token() const = 0;
    virtual void use_session(std::string_view token) = 0;

    // --- without a session ---------------------------------------------------------------------------------------
    virtual Result<remote::ServerInfo> about() = 0;
    virtual Result<remote::Challenge> challenge(std::string_view user_name) = 0;
    virtual Result<remote::SignInAnswer> sign_in(
        const remote::SignIn& sign_in) = 0;                        // on success the session is in force
    virtual Result<remote::Redeemed> redeem(ByteView redeem) = 0;  // on success an enrolment session is in force
    // C2SP tlog-tiles of the log /log/<number>. `width` 256 is a full tile; less asks for the partial one.
    // The newest checkpoint: the log's signature first, then whatever cosignatures have arrived for it.
    virtual Result<Bytes> checkpoint(std::uint64_t log_number) = 0;
    // The newest checkpoint that met the server's own policy file, with its cosignatures; not_found until there is one.
    // Under `quorum none` the same as checkpoint().
    virtual Result<Bytes> witnessed_checkpoint(std::uint64_t log_number) = 0;
    // A checkpoint this client has verified and the server's log goes back behind: the server is told, and stops taking
    // anything. The answer does not matter.
    virtual Result<> offer_checkpoint(std::uint64_t log_number, ByteView note) = 0;
    // The first that met it with at least so many entries, as it was then. Under `quorum none` the newest; not_found
    // until there is one.
    virtual Result<Bytes> first_witnessed_checkpoint(std::uint64_t log_number, std::uint64_t covers) = 0;
    // The verifier key of the log after that one (tlog::parse_successor); not_found when it has none.
    virtual Result<Bytes> successor(std::uint64_t log_number) = 0;
    virtual Result<Bytes> tile(std::uint64_t log_number, unsigned level, std::uint64_t index, unsigned width) = 0;
    virtual Result<Bytes> entry_bundle(std::uint64_t log_number, std::uint64_t index, unsigned width) = 0;

    // --- enrolment -----------------------------------------------------------------------------------------------
    virtual Result<Bytes> totp_secret() = 0;  // 20 bytes
    virtual Result<std::vector<remote::Appended>> enrol(const remote::Enrolment& enrolment) = 0;
    virtual Result<remote::EnrolmentState> enrolment_state() = 0;

    // --- own account ---------------------------------------------------------------------------------------------
    virtual Result<remote::Me> me() = 0;
    virtual Result<remote::StoredBundle> bundle() = 0;
    virtual Result<> replace_bundle(
        const remote::BundleChange& change) = 0;  // precondition_failed when the version moved
    virtual Result<std::optional<remote::StoredState>> state() = 0;
    virtual Result<std::string> replace_state(std::string_view expected_tag,
                                              ByteView state) = 0;  // "" = none yet; gives the new tag
    virtual Result<> end_kit_attempt() = 0;                         // one has read of it; not_found when there is none
    virtual Result<std::vector<remote::KitAttempt>> kit_attempts(const remote::Id& authority) = 0;
    virtual Result<std::vector<remote::SessionRow>> sessions() = 0;
    virtual Result<> end_session(std::string_view id) = 0;
    virtual Result<> sign_out() = 0;

    // --- statements ----------------------------------------------------------------------------------------------
    virtual Result<std::vector<remote::PartyRow>> parties() = 0;
    virtual Result<remote::ChainPage> chain(const remote::Hash& chain, std::uint64_t from_seq, unsigned limit) = 0;
    virtual Result<std::vector<remote::Appended>> append(const remote::Append& append) = 0;
    virtual Result<Bytes> blob(const remote::Hash& chain, const remote::Hash& sha256) = 0;
    virtual Result<remote::Page<remote::DossierRow>> dossiers(const remote::Id& authority, std::string_view cursor) = 0;

    // --- attachments (ciphertext) ----------------------------------------------------------------------------------
    // Streams the attachment from `offset` to its end. `sha256` is the statement's digest: an implementation uses it as
    // the entity tag (If-Range), so that a resumed download never joins two different files. What the sink took before
    // a failure stays taken: resume from there. A tombstone is `expired` with key "attachment.withdrawn".
    virtual Result<remote::Downloaded> download(const remote::Hash& chain, const remote::Id& attachment,
                                                const remote::Hash& sha256, std::uint64_t offset,
                                                const remote::Sink& sink) = 0;
    // tus: the size of the ciphertext is known before the first byte.
    virtual Result<remote::UploadTicket> begin_upload(const remote::Hash& chain, const remote::Id& attachment,
                                                      const remote::Id& authority, std::uint64_t size) = 0;
    // The same with all the bytes, in one request. `unavailable` says nothing of what became of them, and that a server
    // takes none with a creation is "upload.not_at_once": begin_upload() goes on from what there is, in both cases, and
    // where another request for the same came first (conflict "upload.begun").
    virtual Result<remote::UploadBegun> upload_at_once(const remote::Hash& chain, const remote::Id& attachment,
                                                       const remote::Id& authority, ByteView bytes) = 0;
    virtual Result<std::uint64_t> upload_offset(const remote::UploadTicket& ticket) = 0;  // what is durable
    // One PATCH at `offset`; gives the new durable offset. `conflict` (key "upload.offset") when the offset moved.
    virtual Result<std::uint64_t> upload(const remote::UploadTicket& ticket, std::uint64_t offset, ByteView bytes) = 0;
    virtual Result<> abandon_upload(const remote::UploadTicket& ticket) = 0;

    // --- invitations -----------------------------------------------------------------------------------------------
    virtual Result<std::vector<remote::Appended>> invite(const remote::InvitationOrder& order) = 0;
    virtual Result<std::vector<remote::InvitationRow>> invitations(const remote::Id& authority) = 0;
    virtual Result<> cancel_invitation(const remote::Id& invitation) = 0;

    // --- recovery of a lost authority --------------------------------------------------------------------------------
    virtual Result<> begin_recovery(const remote::RecoveryOrder& order) = 0;
    virtual Result<std::vector<remote::InvitationRow>> recoveries(const remote::Id& authority) = 0;

    // --- administrators and auditors -------------------------------------------------------------------------------
    virtual Result<std::vector<remote::PartyRow>> admin_parties() = 0;
    virtual Result<> create_party(std::string_view code, std::string_view name) = 0;
    virtual Result<> invite_founder(std::string_view code, const remote::PartyInvitation& invitation) = 0;
    virtual Result<> suspend_party(std::string_view code, std::string_view reason) = 0;
    virtual Result<> resume_party(std::string_view code, std::string_view reason) = 0;
    virtual Result<> suspend_account(std::string_view user_name, std::string_view reason) = 0;
    virtual Result<> resume_account(std::string_view user_name, std::string_view reason) = 0;
    virtual Result<std::vector<remote::SessionRow>> admin_sessions() = 0;
    virtual Result<> admin_end_session(std::string_view id) = 0;
    virtual Result<remote::Page<remote::AuditRow>> audit(std::string_view cursor) = 0;
    virtual Result<remote::Counts> counts() = 0;
};

}  // namespace rogatory::ports
