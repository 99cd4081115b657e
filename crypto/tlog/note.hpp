#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/sign.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"

// C2SP signed-note v1.0.0: a text with signature lines under it.
namespace rogatory::tlog {

// Signature type identifier bytes that we use. 0x06 (ML-DSA-44) is reserved for the day libsodium has it.
enum class SignatureType : std::uint8_t {
    ed25519 = 0x01,      // a log signs its checkpoint
    cosignature = 0x04,  // a witness says that it saw it, and when (tlog-cosignature)
};

// A key under a name, as notes and policies know it. Key id = SHA-256(name ‖ "\n" ‖ type ‖ key)[:4], big-endian.
class NoteKey {
public:
    // The name is non-empty UTF-8 without white space, control characters or '+', at most 255 bytes (ours): otherwise
    // invalid_input "log.key_malformed".
    [[nodiscard]] static Result<NoteKey> make(std::string name, SignatureType type, const crypto::VerifyKey& key);
    // "<name>+<key id, 8 hex>+<base64 of type ‖ key>" (signed-note, "Verifier keys"). The id must be the key's.
    [[nodiscard]] static Result<NoteKey> parse(std::string_view vkey);
    [[nodiscard]] std::string vkey() const;

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] SignatureType type() const noexcept { return type_; }
    [[nodiscard]] const crypto::VerifyKey& key() const noexcept { return key_; }
    [[nodiscard]] std::uint32_t id() const noexcept { return id_; }

    friend bool operator==(const NoteKey&, const NoteKey&) = default;

private:
    NoteKey(std::string name, SignatureType type, const crypto::VerifyKey& key);

    std::string name_;
    SignatureType type_;
    crypto::VerifyKey key_;
    std::uint32_t id_;
};

// One signature line: "— <name> <base64 of key id ‖ signature>\n". Says nothing before it is verified.
struct NoteSignature {
    std::string name;
    std::uint32_t key_id = 0;
    Bytes signature;

    [[nodiscard]] bool may_be_of(const NoteKey& key) const { return name == key.name() && key_id == key.id(); }
    [[nodiscard]] std::string line() const;

    friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

// A note taken apart, nothing verified: signed-note forbids using the text before that.
struct Note {
    std::string text;  // ends in a newline
    std::vector<NoteSignature> signatures;

    // Limits: kMaxNoteBytes, kMaxNoteSignatures; UTF-8, no control character but newline; canonical base64.
    // invalid_input "log.note_malformed".
    [[nodiscard]] static Result<Note> parse(std::string_view note);
    [[nodiscard]] std::string format() const;

    friend bool operator==(const Note&, const Note&) = default;
};

inline constexpr std::size_t kMaxNoteBytes = 64 * 1024;
inline constexpr std::size_t kMaxNoteSignatures = 64;  // signed-note asks for at least 16

// Whether signature is `key`'s over the text (type ed25519; false for a key of another type).
[[nodiscard]] bool verify_note_signature(const NoteKey& key, std::string_view text, const NoteSignature& signature);

// "valid UTF-8, no control character but newline": well-formed as Unicode 15 §3.9 table 3-7 says.
[[nodiscard]] bool is_note_text(std::string_view text);

}  // namespace rogatory::tlog
