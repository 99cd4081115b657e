#pragma once

#include <tl/expected.hpp>

#include "platform/base/result.hpp"

namespace rogatory::age {

// Why an age file did not open. The classes are those of the CCTV age vectors, which every implementation is held to,
// and one of ours: a file that is good age but not what the protocol allows here.
//
// They tell a person who holds the file and the identity what is wrong. They are never sent to the network, where all
// of them look alike (protocol.md, section 8).
enum class Failure {
    header,    // the header is malformed or over its limit, or a stanza meant for us is
    no_match,  // no identity opens any stanza (or the passphrase is wrong)
    hmac,      // the header MAC does not hold: somebody changed the header
    payload,   // a chunk does not open, the last chunk is missing, or something follows it
    armor,     // the ASCII armor is not the strict form
    refused,   // age, but not as protocol.md, section 1 allows it here; nothing was decapsulated
};

template <class T = void>
using Outcome = tl::expected<T, Failure>;

[[nodiscard]] inline tl::unexpected<Failure> failed(Failure failure) { return tl::make_unexpected(failure); }

// Code integrity and key "age.header", "age.no_match", "age.hmac", "age.payload", "age.armor" or "age.refused".
[[nodiscard]] Error as_error(Failure failure);

}  // namespace rogatory::age

namespace rogatory {

// So that ROGATORY_TRY carries a Failure into a Result.
[[nodiscard]] inline tl::unexpected<Error> fail(age::Failure failure) { return fail(age::as_error(failure)); }

}  // namespace rogatory
