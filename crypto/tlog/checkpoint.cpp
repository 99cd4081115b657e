#include "crypto/tlog/checkpoint.hpp"

#include <algorithm>

#include "crypto/encoding/base64.hpp"
#include "crypto/labels.hpp"
#include "crypto/tlog/decimal.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::tlog {

namespace {

tl::unexpected<Error> malformed(std::string detail) {
    return fail(ErrorCode::invalid_input, "log.checkpoint_malformed", std::move(detail));
}

// tlog-cosignature, "Ed25519 signed message".
std::string cosigned_text(UnixSeconds at, std::string_view checkpoint_text) {
    return "cosignature/v1\ntime " + std::to_string(at) + "\n" + std::string{checkpoint_text};
}

}  // namespace

std::string Checkpoint::text() const {
    auto text = origin + "\n" + std::to_string(head.size) + "\n" + encoding::base64_encode(head.root.value()) + "\n";
    for (const auto& line : extensions) text += line + "\n";
    return text;
}

Result<Checkpoint> Checkpoint::parse(std::string_view text) {
    if (!is_note_text(text)) return malformed("not UTF-8, or a control character");
    const auto origin = take_line(text);
    const auto size_line = take_line(text);
    const auto root_line = take_line(text);
    if (!origin || !size_line || !root_line || origin->empty()) return malformed("fewer than three lines");
    const auto size = parse_decimal(*size_line);
    const auto root = encoding::base64_decode(*root_line);
    if (!size || !root || root->size() != 32) return malformed("size or root");

    Checkpoint checkpoint;
    checkpoint.origin = *origin;
    ByteArray<32> hash;
    std::copy(root->begin(), root->end(), hash.begin());
    checkpoint.head = {*size, Hash{hash}};
    while (!text.empty()) {
        const auto line = take_line(text);
        if (!line || line->empty()) return malformed("an empty extension line");
        checkpoint.extensions.emplace_back(*line);
    }
    return checkpoint;
}

Result<SignedCheckpoint> SignedCheckpoint::parse(std::string_view note) {
    ROGATORY_TRY(auto parsed, Note::parse(note));
    ROGATORY_TRY(auto checkpoint, Checkpoint::parse(parsed.text));
    return SignedCheckpoint{std::move(checkpoint), std::move(parsed)};
}

Result<LogSigner> LogSigner::make(std::string origin, crypto::SigningKey key) {
    ROGATORY_TRY(auto note_key, NoteKey::make(std::move(origin), SignatureType::ed25519, key.verify_key()));
    return LogSigner{std::move(note_key), std::move(key)};
}

crypto::Signature LogSigner::signature(const TreeHead& head) const {
    return key_.sign(as_bytes(Checkpoint{origin(), head, {}}.text()));
}

std::string LogSigner::sign(const TreeHead& head) const {
    return Note{Checkpoint{origin(), head, {}}.text(),
                {NoteSignature{note_key_.name(), note_key_.id(), to_bytes(signature(head).value())}}}
        .format();
}

bool verify_tree_head(const NoteKey& log, const TreeHead& head, const crypto::Signature& signature) {
    return log.type() == SignatureType::ed25519 &&
           log.key().verify(as_bytes(Checkpoint{log.name(), head, {}}.text()), signature);
}

std::optional<crypto::Signature> log_signature(const NoteKey& log, const SignedCheckpoint& checkpoint) {
    for (const auto& signature : checkpoint.note.signatures) {
        if (verify_note_signature(log, checkpoint.note.text, signature))
            return crypto::signature_from(signature.signature);
    }
    return std::nullopt;
}

Result<WitnessSigner> WitnessSigner::make(std::string name, crypto::SigningKey key) {
    ROGATORY_TRY(auto note_key, NoteKey::make(std::move(name), SignatureType::cosignature, key.verify_key()));
    return WitnessSigner{std::move(note_key), std::move(key)};
}

NoteSignature WitnessSigner::cosign(const Checkpoint& checkpoint, UnixSeconds at) const {
    ensure(at >= 0, "a cosignature's time is not before 1970");
    const auto signature = key_.sign(as_bytes(cosigned_text(at, checkpoint.text())));
    // timestamped_signature: u64 timestamp, then the 64 bytes.
    auto blob = to_bytes(crypto::big_endian(static_cast<std::uint64_t>(at)));
    append(blob, signature.value());
    return {note_key_.name(), note_key_.id(), std::move(blob)};
}

std::optional<UnixSeconds> verify_cosignature(const NoteKey& witness, std::string_view checkpoint_text,
                                              const NoteSignature& signature) {
    if (witness.type() != SignatureType::cosignature || !signature.may_be_of(witness)) return std::nullopt;
    if (signature.signature.size() != 8 + 64) return std::nullopt;
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < 8; ++i) at = (at << 8U) | signature.signature[i];
    if (at > INT64_MAX) return std::nullopt;  // "It MUST NOT exceed 2^63 - 1"
    const auto bytes = crypto::signature_from(ByteView{signature.signature}.subspan(8));
    const auto time = static_cast<UnixSeconds>(at);
    if (!bytes || !witness.key().verify(as_bytes(cosigned_text(time, checkpoint_text)), *bytes)) return std::nullopt;
    return time;
}

}  // namespace rogatory::tlog
