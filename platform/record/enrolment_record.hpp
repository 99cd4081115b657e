#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/age/hybrid.hpp"
#include "crypto/sign.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/model/ids.hpp"
#include "platform/model/party.hpp"

namespace rogatory::record {

// What an invitee answers: who he will be and with which keys (protocol.md, section 6). Canonical JSON; signed by the
// new key, MACed with the invitation's code, and copied as it is into the register.
struct EnrolmentRecord {
    std::optional<model::InvitationId> invitation;  // absent: rotation of one's own keys, and recovery
    model::PartyId party;
    model::AuthorityId authority;
    model::MemberId member;
    model::Role role{};
    bool service = false;
    model::DisplayName display_name;
    model::VerifyKey key;
    age::HybridRecipient recipient;
    // Exactly for the first custodian of a new authority: generation 1, and the SHA-256 of its keyring file.
    struct FirstGeneration {
        age::HybridRecipient recipient;
        model::Digest keyring;
        friend bool operator==(const FirstGeneration&, const FirstGeneration&) = default;
    };
    std::optional<FirstGeneration> first_generation;

    // invalid_input "record.malformed" or too_large.
    [[nodiscard]] static Result<EnrolmentRecord> parse(std::string_view canonical_json);
    [[nodiscard]] std::string encode() const;
    [[nodiscard]] model::Digest digest() const;  // SHA-256 of encode()

    friend bool operator==(const EnrolmentRecord&, const EnrolmentRecord&) = default;
};

struct SignedRecord {
    EnrolmentRecord record;
    model::Signature signature;  // by record.key over "rogatory/v1/enrolment-record" ‖ 0x00 ‖ length ‖ record

    [[nodiscard]] bool signature_holds() const;

    friend bool operator==(const SignedRecord&, const SignedRecord&) = default;
};
[[nodiscard]] SignedRecord sign(EnrolmentRecord record, const crypto::SigningKey& key);

// As it travels to the server and back to the inviter: {"record":{…},"signature":"…"}, canonical JSON.
[[nodiscard]] std::string encode(const SignedRecord& record);
[[nodiscard]] Result<SignedRecord> parse_signed_record(std::string_view canonical_json);

// What invitee and inviter read to each other: "12345 67890 12345 67890", the first four groups of five digits of
// SHA-256(record): each group is 16 bits of it, written with leading zeros.
[[nodiscard]] std::string comparison_digits(const EnrolmentRecord& record);

}  // namespace rogatory::record
