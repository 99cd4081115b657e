#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/age/failure.hpp"
#include "crypto/primitives/hmac.hpp"
#include "platform/base/bytes.hpp"

// The textual header of an age file (c2sp.org/age, "Header"), apart from any cryptography. Strict and canonical: what
// parses is, written again, the same bytes.
namespace rogatory::age {

inline constexpr std::string_view kVersionLine = "age-encryption.org/v1\n";

// How many bytes a header may take before its end is seen: whoever sends a file chooses its header, and it is held in
// memory before anything is authenticated.
inline constexpr std::size_t kSmallHeaderBytes = 4 * 1024;       // protocol.md: everything but keyrings and bundles
inline constexpr std::size_t kKeyringHeaderBytes = 1024 * 1024;  // protocol.md: 501 recipients make 780 KB
inline constexpr std::size_t kForeignHeaderBytes = 16 * 1024 * 1024;  // `rogatory age`: files of other programs

struct Stanza {
    std::vector<std::string> arguments;  // at least one; the first is the type
    Bytes body;

    [[nodiscard]] const std::string& type() const { return arguments.front(); }
    friend bool operator==(const Stanza&, const Stanza&) = default;
};

struct Header {
    std::vector<Stanza> stanzas;       // at least one
    crypto::Mac mac{ByteArray<32>{}};  // compares in constant time
    std::size_t size = 0;              // bytes, the final line feed included; the payload's nonce comes next
    std::size_t mac_text = 0;          // the MAC covers so many bytes: up to and with "---"
};

// Reads a header from the first bytes of a file. Nothing: `start` ends before the header does and is shorter than the
// limit; come again with more. Failure::header: no more bytes can make it right.
[[nodiscard]] Outcome<std::optional<Header>> parse_header(ByteView start, std::size_t limit_bytes);

// The header up to and with "---": what the MAC is computed over. Arguments and their number must be as the grammar
// has them (ensured).
[[nodiscard]] std::string write_header_before_mac(std::span<const Stanza> stanzas);

// The final " " ‖ base64 ‖ LF.
[[nodiscard]] std::string write_header_end(const crypto::Mac& mac);

}  // namespace rogatory::age
