#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/tlog/merkle.hpp"
#include "crypto/tlog/note.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"

// C2SP tlog-checkpoint v1.0.0 and tlog-cosignature v1.0.1.
namespace rogatory::tlog {

// The body of a checkpoint: origin, size, root, and lines that others may add (ours never has any).
struct Checkpoint {
    std::string origin;
    TreeHead head;
    std::vector<std::string> extensions;

    // "<origin>\n<size>\n<base64 root>\n…": the bytes that are signed.
    [[nodiscard]] std::string text() const;
    // Sizes up to 2^63 − 1, without leading zeros; canonical base64. invalid_input "log.checkpoint_malformed".
    [[nodiscard]] static Result<Checkpoint> parse(std::string_view text);

    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// A checkpoint with its signature lines, parsed and not yet believed: Policy::verify says what it is worth.
struct SignedCheckpoint {
    Checkpoint checkpoint;
    Note note;

    [[nodiscard]] static Result<SignedCheckpoint> parse(std::string_view note);
    [[nodiscard]] std::string format() const { return note.format(); }
};

// A log's signing key under the log's origin.
class LogSigner {
public:
    // invalid_input "log.key_malformed" if the origin cannot be a key name.
    [[nodiscard]] static Result<LogSigner> make(std::string origin, crypto::SigningKey key);

    [[nodiscard]] const NoteKey& key() const noexcept { return note_key_; }
    [[nodiscard]] const std::string& origin() const noexcept { return note_key_.name(); }
    // The whole note: body and the log's line. The caller has made the tree durable (protocol §5, "never fork").
    [[nodiscard]] std::string sign(const TreeHead& head) const;
    // The 64 bytes alone: `seen` of a statement carries them.
    [[nodiscard]] crypto::Signature signature(const TreeHead& head) const;

private:
    LogSigner(NoteKey note_key, crypto::SigningKey key) : note_key_{std::move(note_key)}, key_{std::move(key)} {}

    NoteKey note_key_;
    crypto::SigningKey key_;
};

// Whether the log signed this head: of a checkpoint without extension lines whose origin is the key's name. For `seen`.
[[nodiscard]] bool verify_tree_head(const NoteKey& log, const TreeHead& head, const crypto::Signature& signature);
// The log's 64 bytes in a signed checkpoint; nullopt if there is no valid one of this key.
[[nodiscard]] std::optional<crypto::Signature> log_signature(const NoteKey& log, const SignedCheckpoint& checkpoint);

// A witness's cosigning key.
class WitnessSigner {
public:
    [[nodiscard]] static Result<WitnessSigner> make(std::string name, crypto::SigningKey key);

    [[nodiscard]] const NoteKey& key() const noexcept { return note_key_; }
    // The line to put under the checkpoint. The caller has verified the log's signature and consistency with the last
    // head it cosigned, and has made this one durable.
    [[nodiscard]] NoteSignature cosign(const Checkpoint& checkpoint, UnixSeconds at) const;

private:
    WitnessSigner(NoteKey note_key, crypto::SigningKey key) : note_key_{std::move(note_key)}, key_{std::move(key)} {}

    NoteKey note_key_;
    crypto::SigningKey key_;
};

// The time of a cosignature, if it is `witness`'s over this checkpoint text; nullopt if it does not verify.
[[nodiscard]] std::optional<UnixSeconds> verify_cosignature(const NoteKey& witness, std::string_view checkpoint_text,
                                                            const NoteSignature& signature);

}  // namespace rogatory::tlog
