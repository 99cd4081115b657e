#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/primitives/hmac.hpp"
#include "crypto/primitives/random.hpp"
#include "crypto/secret.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/model/ids.hpp"
#include "platform/model/party.hpp"
#include "platform/record/enrolment_record.hpp"
#include "platform/record/register_bodies.hpp"

// What follows from an invitation's code, and the welcome card it seals (protocol.md, section 6).
namespace rogatory::record {

// 128 bits in 28 dictated characters: encoding::code_encode, encoding::code_decode<InvitationCode>.
using InvitationCode = crypto::Secret<16, struct InvitationCodeTag>;

// What the invitee shows the server, which knows its SHA-256 only.
using RedeemSecret = crypto::Secret<16, struct RedeemSecretTag>;
using InvitationMacKey = crypto::Secret<32, struct InvitationMacKeyTag>;
using CardKey = crypto::Secret<32, struct CardKeyTag>;

struct InvitationSecrets {
    RedeemSecret redeem;
    InvitationMacKey mac;
    CardKey card;

    [[nodiscard]] model::Digest redeem_digest() const;  // for the server
    [[nodiscard]] model::Digest commit() const;         // SHA-256 of the MAC key: for `invited`
};

// HKDF-SHA-256 of the code, salt empty, info "rogatory/v1/invitation/redeem" | "/mac" | "/card".
[[nodiscard]] InvitationSecrets derive_invitation(const InvitationCode& code);

// HMAC-SHA-256(mac key, "rogatory/v1/enrolment-answer" ‖ 0x00 ‖ length ‖ encoded signed record).
[[nodiscard]] crypto::Mac mac_of_record(const InvitationMacKey& key, std::string_view encoded_signed_record);

// What the inviter tells the invitee under the code's seal. He checks the register he is served against it before he
// makes any key.
struct WelcomeCard {
    model::PartyId party;  // the Party's id is its fingerprint
    model::PartyCode code;
    model::ChainId register_chain;
    std::uint64_t register_length = 0;  // statements in the register when the card was made
    model::StatementId register_head;   // the id of the last of them
    model::AuthorityId authority;
    model::DisplayName authority_name;
    model::MemberId member;
    model::Role role{};
    bool service = false;
    std::string log_policy;  // a C2SP tlog-policy file: log key and witnesses

    friend bool operator==(const WelcomeCard&, const WelcomeCard&) = default;
};

inline constexpr std::size_t kMaxCardBytes = 32 * 1024;

// nonce (24) ‖ XChaCha20-Poly1305(card key, associated data = invitation id, canonical JSON of the card).
[[nodiscard]] Bytes seal_card(const WelcomeCard& card, const CardKey& key, const model::InvitationId& invitation,
                              crypto::Random& random);
// integrity "invitation.card" whatever is wrong with it.
[[nodiscard]] Result<WelcomeCard> open_card(ByteView sealed, const CardKey& key, const model::InvitationId& invitation);

// A founder's card: the Party does not exist yet, so there is no register to check; the founding sheet covers the rest.
struct FounderCard {
    model::PartyCode code;
    model::MemberId member;

    friend bool operator==(const FounderCard&, const FounderCard&) = default;
};
[[nodiscard]] Bytes seal_founder_card(const FounderCard& card, const CardKey& key,
                                      const model::InvitationId& invitation, crypto::Random& random);
[[nodiscard]] Result<FounderCard> open_founder_card(ByteView sealed, const CardKey& key,
                                                    const model::InvitationId& invitation);

// The inviter's check of an answer that the server brought: MAC by the code, signature by the new key, and every field
// equal to what was invited. (That it is unspent and in time is the register's judgment.) integrity
// "invitation.answer_mac" | "invitation.answer_signature" | "invitation.answer_differs".
[[nodiscard]] Result<SignedRecord> check_answer(std::string_view encoded_signed_record, ByteView mac,
                                                const InvitationMacKey& key, const Invited& invited,
                                                const model::PartyId& party);

}  // namespace rogatory::record
