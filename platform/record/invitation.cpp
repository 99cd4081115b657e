#include "platform/record/invitation.hpp"

#include <algorithm>
#include <utility>

#include "crypto/labels.hpp"
#include "crypto/primitives/hkdf.hpp"
#include "crypto/primitives/sha256.hpp"
#include "crypto/primitives/xchacha20poly1305.hpp"
#include "platform/base/try.hpp"
#include "platform/record/schema_register.hpp"

namespace rogatory::record {

namespace codec {

template <>
struct Schema<WelcomeCard> {
    using B = WelcomeCard;
    static constexpr auto fields() {
        return std::tuple{field("party", &B::party),
                          field("code", &B::code),
                          field("register", &B::register_chain),
                          field("register_length", &B::register_length),
                          field("register_head", &B::register_head),
                          field("authority", &B::authority),
                          field("authority_name", &B::authority_name),
                          field("member", &B::member),
                          field("role", &B::role),
                          field("service", &B::service),
                          field("log_policy", &B::log_policy, 1, kMaxLogPolicyBytes)};
    }
};

template <>
struct Schema<FounderCard> {
    using B = FounderCard;
    static constexpr auto fields() { return std::tuple{field("code", &B::code), field("member", &B::member)}; }
};

}  // namespace codec

namespace {

template <class Key>
Key derive(const InvitationCode& code, crypto::Label label) {
    return crypto::hkdf_sha256<Key>(code.expose_secret(), {}, as_bytes(label.text()));
}

template <class Card>
Bytes seal(const Card& card, const CardKey& key, const model::InvitationId& invitation, crypto::Random& random) {
    const auto nonce = random.bytes<24>();
    const auto text = encoding::encode_canonical_json(codec::write_object(card));
    const auto cipher_key = crypto::XChaChaKey::retagged(key);
    Bytes out{nonce.begin(), nonce.end()};
    append(out, crypto::xchacha20poly1305_seal(cipher_key, nonce, invitation.value(), as_bytes(text)));
    return out;
}

// Every failure looks alike: who has the wrong code learns nothing from how it is wrong.
template <class Card>
Result<Card> open(ByteView sealed, const CardKey& key, const model::InvitationId& invitation) {
    const auto refused = [] { return fail(ErrorCode::integrity, "invitation.card"); };
    crypto::XChaChaNonce nonce{};
    if (sealed.size() < nonce.size() || sealed.size() > kMaxCardBytes) return refused();
    std::copy_n(sealed.begin(), nonce.size(), nonce.begin());
    const auto text = crypto::xchacha20poly1305_open(crypto::XChaChaKey::retagged(key), nonce, invitation.value(),
                                                     sealed.subspan(nonce.size()));
    if (!text) return refused();
    const auto json = encoding::parse_canonical_json(as_text(text->expose_secret()), kMaxCardBytes);
    if (!json) return refused();
    auto card = codec::read_object<Card>(*json);
    if (!card) return refused();
    return *std::move(card);
}

}  // namespace

model::Digest InvitationSecrets::redeem_digest() const { return crypto::sha256(redeem.expose_secret()); }
model::Digest InvitationSecrets::commit() const { return crypto::sha256(mac.expose_secret()); }

InvitationSecrets derive_invitation(const InvitationCode& code) {
    return {derive<RedeemSecret>(code, "rogatory/v1/invitation/redeem"),
            derive<InvitationMacKey>(code, "rogatory/v1/invitation/mac"),
            derive<CardKey>(code, "rogatory/v1/invitation/card")};
}

crypto::Mac mac_of_record(const InvitationMacKey& key, std::string_view encoded_signed_record) {
    return crypto::hmac_sha256(
        key.expose_secret(), crypto::Labelled{"rogatory/v1/enrolment-answer"}.variable(encoded_signed_record).bytes());
}

Bytes seal_card(const WelcomeCard& card, const CardKey& key, const model::InvitationId& invitation,
                crypto::Random& random) {
    return seal(card, key, invitation, random);
}

Result<WelcomeCard> open_card(ByteView sealed, const CardKey& key, const model::InvitationId& invitation) {
    return open<WelcomeCard>(sealed, key, invitation);
}

Bytes seal_founder_card(const FounderCard& card, const CardKey& key, const model::InvitationId& invitation,
                        crypto::Random& random) {
    return seal(card, key, invitation, random);
}

Result<FounderCard> open_founder_card(ByteView sealed, const CardKey& key, const model::InvitationId& invitation) {
    return open<FounderCard>(sealed, key, invitation);
}

Result<SignedRecord> check_answer(std::string_view encoded_signed_record, ByteView mac, const InvitationMacKey& key,
                                  const Invited& invited, const model::PartyId& party) {
    const auto expected = mac_of_record(key, encoded_signed_record);
    if (!crypto::equal_in_constant_time(expected.bytes(), mac)) {
        return fail(ErrorCode::integrity, "invitation.answer_mac");
    }
    ROGATORY_TRY(auto answer, parse_signed_record(encoded_signed_record));
    if (!answer.signature_holds()) return fail(ErrorCode::integrity, "invitation.answer_signature");
    const auto& record = answer.record;
    const bool as_invited = record.invitation == invited.invitation && record.party == party &&
                            record.authority == invited.authority && record.member == invited.member &&
                            record.role == invited.role && record.service == invited.service &&
                            record.first_generation.has_value() == (invited.purpose == InvitationPurpose::authority);
    if (!as_invited) return fail(ErrorCode::integrity, "invitation.answer_differs");
    return answer;
}

}  // namespace rogatory::record
