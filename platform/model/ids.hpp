#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/sha256.hpp"
#include "crypto/sign.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/base/strong.hpp"

// Ids as they stand in statements (protocol.md, section 2, Encodings): raw bytes here, lower-case hex in JSON and text.
namespace rogatory::model {

using ChainId = Strong<struct ChainIdTag, ByteArray<32>>;          // a dossier, a register, a receipt side chain
using StatementId = Strong<struct StatementIdTag, ByteArray<32>>;  // SHA-256 of the DSSE pre-authentication encoding
using PartyId =
    Strong<struct PartyIdTag, ByteArray<32>>;  // a Party: the id of its `founded` statement, its fingerprint
using AuthorityId = Strong<struct AuthorityIdTag, ByteArray<16>>;
using MemberId = Strong<struct MemberIdTag, ByteArray<16>>;
using InvitationId = Strong<struct InvitationIdTag, ByteArray<16>>;
using AttachmentId = Strong<struct AttachmentIdTag, ByteArray<16>>;
using Nonce = Strong<struct NonceTag, ByteArray<16>>;

using crypto::Digest;
using crypto::Signature;
using crypto::VerifyKey;

// Places in the one log. Everything a statement is judged by has a smaller one.
using LogIndex = std::uint64_t;

// to_hex(id), parse_hex<ChainId>(text): for every id, digest and key above.
template <class Tag, std::size_t N>
[[nodiscard]] std::string to_hex(const Strong<Tag, ByteArray<N>>& id) {
    return encoding::hex_encode(id.value());
}
[[nodiscard]] inline std::string to_hex(const VerifyKey& key) { return encoding::hex_encode(key.bytes()); }
// invalid_input "hex" unless the text is exactly the lower-case hex of such an id.
template <class Id>
[[nodiscard]] Result<Id> parse_hex(std::string_view hex) {
    const auto bytes = encoding::hex_decode_array<std::tuple_size_v<typename Id::Value>>(hex);
    if (!bytes) return fail(ErrorCode::invalid_input, "hex");
    return Id{*bytes};
}

template <>
[[nodiscard]] inline Result<VerifyKey> parse_hex<VerifyKey>(std::string_view hex) {
    const auto bytes = encoding::hex_decode_array<32>(hex);
    if (!bytes) return fail(ErrorCode::invalid_input, "hex");
    return VerifyKey{*bytes};
}

// An id of 32 bytes seen as one of another kind. Said aloud: `founded`'s statement id is its Party's id.
[[nodiscard]] inline PartyId party_of(const StatementId& founded) { return PartyId{founded.value()}; }
[[nodiscard]] inline StatementId founded_of(const PartyId& party) { return StatementId{party.value()}; }

// An authority anywhere: authority ids are random and unique on a server, but only inside its Party is one believed.
struct AuthorityRef {
    PartyId party;
    AuthorityId authority;

    friend auto operator<=>(const AuthorityRef&, const AuthorityRef&) = default;
    friend bool operator==(const AuthorityRef&, const AuthorityRef&) = default;
};

}  // namespace rogatory::model
