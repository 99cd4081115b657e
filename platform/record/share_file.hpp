#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/shamir.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/model/ids.hpp"
#include "platform/model/party.hpp"

// The parts of a recovery identity as they travel (protocol.md, section 7, Lost authority): exact grammars, as for the
// other files that hold keys (key_files.hpp).
namespace rogatory::record {

// What `recovery_set` names: SHA-256(index ‖ value). A share has 256 random bits, so its digest gives nothing away.
[[nodiscard]] model::Digest share_digest(const crypto::ShamirShare& share);

// A share under an age file: to its holder, to the authority for a drill, to the candidate with an approval.
//
//   # rogatory/v1/recovery-share
//   # authority: <32 hex>
//   # index: <n>
//   <64 hex>
struct ShareFile {
    model::AuthorityId authority;
    crypto::ShamirShare share;

    // integrity "share.malformed".
    [[nodiscard]] static Result<ShareFile> parse(ByteView plaintext);
    [[nodiscard]] crypto::SecretText encode() const;
};

// The printed one, in a sealed envelope. Two codes of 28 characters with a checksum each, so that it can be typed.
//
//   rogatory/v1/recovery-share
//   party: SEN
//   authority: <32 hex>
//   part: <n>
//   code-1: XXXX-XXXX-…
//   code-2: XXXX-XXXX-…
struct PrintedShare {
    model::PartyCode party;
    ShareFile file;

    // Spaces around lines and lines of other words do not matter: a sheet is typed or photographed with its frame.
    // invalid_input "envelope.malformed" {line}.
    [[nodiscard]] static Result<PrintedShare> parse(std::string_view text);
    [[nodiscard]] crypto::SecretText encode() const;
};

}  // namespace rogatory::record
