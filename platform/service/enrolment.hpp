#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/service/append.hpp"
#include "platform/service/context.hpp"
#include "platform/service/passkeys.hpp"
#include "platform/service/principal.hpp"
#include "platform/service/sign_in.hpp"

namespace rogatory::service {

enum class InvitationKind { founder, authority, member, rekey, administrator, recovery };
enum class EnrolmentState { open, answered, live };

struct Redeemed {
    SignedIn session;  // scope enrolment
    ports::InvitationId invitation;
    InvitationKind kind{InvitationKind::member};
    Bytes card;  // the sealed welcome card; empty for an administrator
};

struct EnrolmentRequest {
    std::string user_name;  // 3 to 64 of a-z 0-9 . - _, unique on the server
    std::string language;   // "en" or "fr"
    Bytes record;           // signed enrolment record (empty for an administrator; a founder's stands in `append`)
    ByteArray<32> mac{};    // over the record, by the invitation's MAC key, which the server never has
    ByteArray<32> sign_in_key{};
    std::optional<ByteArray<32>> kit_key;  // not of a service
    Bytes bundle;                          // age file; empty for an administrator
    std::string totp;  // the first code of the secret that totp_secret() gave; empty: a passkey instead, or a service
    std::optional<NewPasskey> passkey;  // the second factor of a new account
    // Who has an account already shows its second factor: a code as above, or a passkey over this challenge.
    std::optional<webauthn::Assertion> assertion;
    Bytes challenge;
    // A founder's `founded` and what follows; of an authority's first custodian its first keyring alone, no statement.
    std::optional<AppendRequest> append;

    [[nodiscard]] bool answers_second_factor() const noexcept { return !totp.empty() || passkey || assertion; }
};

class Enrolment {
public:
    explicit Enrolment(Context& context) : context_{context} {}

    // POST invitations/redeem. `redeem` are the 16 or more bytes derived from the code; only their SHA-256 is known
    // here. not_found "invitation.unknown" whether it never was, is spent, cancelled or expired. May be called again
    // (another device, a cut connection) until the enrolment is posted; each call ends the sessions of the calls
    // before.
    [[nodiscard]] Result<Redeemed> redeem(ByteView redeem, std::string_view address);

    // POST enrolment/totp: 20 fresh bytes, replacing any before in this session.
    [[nodiscard]] Result<ByteArray<20>> totp_secret(const Principal& principal);

    // POST enrolment: account, credentials, bundle, record and (founder) the append, in one transaction. Returns the
    // proofs of `append` (empty without). Posting the same request again answers the same.
    [[nodiscard]] Result<std::vector<Appended>> enrol(const Principal& principal, const EnrolmentRequest& request);

    // GET enrolment.
    [[nodiscard]] Result<EnrolmentState> state(const Principal& principal);

    // POST enrolment/session: once live, a full session in the place of the enrolment's. Passphrase and account key
    // show themselves by the signature over a fresh challenge; the second factor was shown with the answer, in this
    // very session. conflict "enrolment.waiting" before, unauthenticated "sign_in.refused" when it is not right. It
    // begins with the certificate in `chain`, what the client showed.
    [[nodiscard]] Result<SignedIn> enter(const Principal& principal, ByteView challenge, const ByteArray<64>& signature,
                                         std::shared_ptr<const std::vector<Bytes>> chain = {});

private:
    Context& context_;
};

}  // namespace rogatory::service
