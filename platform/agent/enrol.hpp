#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/secret.hpp"
#include "platform/agent/environment.hpp"
#include "platform/agent/unlock.hpp"

namespace rogatory::agent {

// What the welcome card says, after it was opened with the code and checked against the register and the sheet: shown
// before any key is made. For a founder most of it comes from the sheet.
struct Welcome {
    std::string kind;  // "founder" | "authority" | "member" | "rekey" | "recovery" | "administrator"
    std::string server;
    std::string party_code;  // empty for an administrator
    std::string party_digits;
    std::string authority_name;
    std::string role;
    std::string log_origin;
    std::string policy;   // "quorum none" in words comes from the catalogue; this is the tlog-policy text
    std::string inviter;  // display name or member id
};

class EnrolmentDialogue {
public:
    virtual ~EnrolmentDialogue() = default;
    virtual Result<> confirm(const Welcome& welcome) = 0;
    virtual Result<std::string> second_factor(const TotpSetup& setup) = 0;  // the six digits shown now
    virtual Result<> keep_kit(const Kit& kit) = 0;  // printed or written before anything is posted
};

struct EnrolmentOrder {
    std::string server;
    std::string_view sheet;  // text of the founding sheet; empty only for an administrator or an ordinary member
    std::string_view code;   // as typed: 28 Crockford characters, spaces and dashes are fine
    std::string user_name;
    std::string_view passphrase;
    std::string language = "en";
    std::string display_name;  // of the member in the register, "FIU-07"; may be empty
    // founder only
    std::string found_code;  // ISO 3166-1 alpha-3 or X-…
    std::string party_name;
    // A State that lost every key: the register that this one follows, by its fingerprint, and the note verbale that
    // says so.
    std::string succeeds;
    std::string note_verbale;
    // founder and first custodian of a new authority
    std::string authority_kind;  // "fiu", "aro", …
    std::string authority_name;
    // A service account's: given the text of its key file, which is kept before the server knows of it. Then there is
    // no passphrase, no second factor and no kit, and the invitation must be a service's; without it, a person's.
    std::function<Result<>(const crypto::SecretText& key)> keep_service_key = {};
    bool sign_in_only = false;  // the key file opens nothing: its machine reads what needs no key
};

struct EnrolmentOutcome {
    std::string state;              // "live" (founder, administrator) | "answered": waits for the inviter
    std::string comparison_digits;  // four groups of five, to read to the inviter; empty for founder and administrator
    std::string party_digits;       // eight groups of five
    std::string found_authority;    // id, hex
};

// Redeem → card → register checked → keys → record, MAC → one request. Interrupted at any point it can be run again
// with the same code (before the server has answered) or resumed.
Result<EnrolmentOutcome> enrol(Environment& environment, const EnrolmentOrder& order, EnrolmentDialogue& dialogue);

// An official who is enrolled already takes up another authority with the same sign-in: new keys for it go into the
// user bundle, and the answer waits for the inviter like any other. `totp` is asked last, for a code of his own second
// factor. For invitations of a member or of an authority's first custodian; "join.kind" for any other.
struct JoinOrder {
    std::string_view sheet;  // may be empty
    std::string_view code;
    std::string_view passphrase;
    std::string display_name;
    std::function<Result<std::string>()> totp;
};
Result<EnrolmentOutcome> join(Environment& environment, Unlocked& unlocked, const JoinOrder& order,
                              EnrolmentDialogue& dialogue);

// After an interruption or while waiting. `code` may be empty.
Result<EnrolmentOutcome> resume_enrolment(Environment& environment, std::string_view code);

}  // namespace rogatory::agent
