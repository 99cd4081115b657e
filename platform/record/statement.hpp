#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "crypto/sign.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"
#include "platform/model/ids.hpp"
#include "platform/record/casebook_bodies.hpp"
#include "platform/record/dossier_bodies.hpp"
#include "platform/record/envelope.hpp"
#include "platform/record/kinds.hpp"
#include "platform/record/notice_bodies.hpp"
#include "platform/record/register_bodies.hpp"

namespace rogatory::record {

// One alternative a kind, in the order of Kind: body.index() is the kind.
using Body =
    std::variant<Founded, AuthorityAdded, Pinned, Unpinned, VouchesSet, LogPolicySet, AccessPolicySet, PublisherSet,
                 VisaSet, Invited, MemberAdded, MemberRemoved, RoleChanged, AuthorityRekeyed, MemberRekeyed,
                 RecoverySet, RecoveryDrilled, RecoveryApproved, RecoveryRefused, AuthorityRecovered, Opened, Entry,
                 Granted, EpochStarted, Revoked, PolicyChanged, Closed, Reopened, Approved, Consented, Released,
                 Withdrawn, StatusSet, Reminded, DueProposed, DueAgreed, OffPlatform, OffPlatformConfirmed,
                 RoutingDisclosed, Fetched, OpenedReceipt, Unreadable, FocalPointSet, LawEntrySet, ProfileSet,
                 RecommendationSet, CalendarSet, RowPublished, Note>;

// Who signs: the key itself is taken from the register and compared with `key`, its SHA-256.
struct Author {
    model::ChainId register_chain;  // "register" in the JSON
    model::AuthorityId authority;
    model::MemberId member;
    model::Digest key;

    friend bool operator==(const Author&, const Author&) = default;
};
[[nodiscard]] model::Digest key_digest(const model::VerifyKey& key);

// The checkpoint the author last verified, with the log's own signature.
struct Seen {
    std::uint64_t size = 0;
    model::Digest root;
    model::Signature signature;

    friend bool operator==(const Seen&, const Seen&) = default;
};

// What a statement says. Client code fills one and calls sign().
struct Statement {
    model::ChainId chain;
    std::uint64_t seq = 0;
    std::optional<model::StatementId> prev;  // absent exactly at seq 0
    Author author;
    UnixSeconds at = 0;
    model::Nonce nonce;
    Seen seen;
    Body body;

    [[nodiscard]] Kind kind() const noexcept { return static_cast<Kind>(body.index()); }
    // Canonical JSON of the payload.
    [[nodiscard]] std::string encode() const;

    friend bool operator==(const Statement&, const Statement&) = default;
};

// A statement as it is stored and sent: envelope, content, id. Its encoding has been checked; its signature has not:
// that is the judge's, who knows the register (Register, Dossier, Receipts, NoticeBoard, Casebook).
class SignedStatement {
public:
    // Errors: invalid_input "statement.envelope" or "statement.malformed" (a broken chain, when it was read from one),
    // too_large "statement.too_large", unsupported "statement.unsupported" (a kind of a later version: the client must
    // be updated; no fork).
    [[nodiscard]] static Result<SignedStatement> parse(std::string_view envelope_json);

    [[nodiscard]] const Envelope& envelope() const noexcept { return envelope_; }
    [[nodiscard]] const Statement& statement() const noexcept { return statement_; }
    [[nodiscard]] const model::StatementId& id() const noexcept { return id_; }
    [[nodiscard]] Kind kind() const noexcept { return statement_.kind(); }
    [[nodiscard]] std::string encode() const { return envelope_.encode(); }

    template <class Alternative>
    [[nodiscard]] const Alternative* body() const noexcept {
        return std::get_if<Alternative>(&statement_.body);
    }

private:
    friend Result<SignedStatement> sign(const Statement& statement, const crypto::SigningKey& key);
    SignedStatement(Envelope envelope, Statement statement);

    Envelope envelope_;
    Statement statement_;
    model::StatementId id_;
};

// Encodes, checks by parsing what was encoded, signs. Errors: as parse(): what would not be read is not signed.
[[nodiscard]] Result<SignedStatement> sign(const Statement& statement, const crypto::SigningKey& key);

}  // namespace rogatory::record
