#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/note.hpp"
#include "tests/fuzz/property.hpp"

using namespace rogatory;

// Notes, checkpoints and verifier keys: whatever is taken apart is put together again as it was, and nothing verifies
// under a key that signed nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = as_text(ByteView{data, size});
    const auto stranger = tlog::NoteKey::make("stranger", tlog::SignatureType::ed25519, crypto::VerifyKey{{9}});
    if (const auto note = tlog::Note::parse(text)) {
        require(note->format() == text);
        for (const auto& signature : note->signatures)
            require(!tlog::verify_note_signature(*stranger, note->text, signature));
    }
    if (const auto checkpoint = tlog::Checkpoint::parse(text)) require(checkpoint->text() == text);
    if (const auto checkpoint = tlog::SignedCheckpoint::parse(text)) {
        require(checkpoint->checkpoint.text() == checkpoint->note.text && checkpoint->format() == text);
    }
    if (const auto key = tlog::NoteKey::parse(text)) require(key->vkey() == text);
    return 0;
}
