#pragma once

#include <string>
#include <vector>

#include "crypto/age/parallel.hpp"
#include "platform/agent/dossiers.hpp"
#include "platform/agent/state.hpp"
#include "platform/record/sealed_body.hpp"

// Internal to platform/agent: plain files become age files on the server.
namespace rogatory::agent {

// Where a file of a kept draft lies: sealed for one's own authority, on the server.
struct DraftOrigin {
    model::ChainId chain;
    std::uint64_t seq = 0;
    model::AttachmentId attachment;

    friend bool operator==(const DraftOrigin&, const DraftOrigin&) = default;
};

// A file on its way. What is secret in it (name, digest, salt) is kept on disk only inside a sealed draft.
struct OutgoingFile {
    SourceFile source;
    std::optional<DraftOrigin> from;  // instead of the source
    record::SealedBody::File file;    // id, name, type; size, digest and salt once it is sealed
    std::uint64_t sealed_size = 0;
    model::Digest sealed_sha256;
    bool sealed = false;  // the whole age file lies in the profile
    bool uploaded = false;
    ports::remote::UploadTicket ticket;  // empty: not begun

    [[nodiscard]] record::AttachmentLine line() const { return {file.id, sealed_size, sealed_sha256, file.commit()}; }
    [[nodiscard]] std::string stage_name() const;  // of the ciphertext in the profile
};

// Names as they may stand in a sealed body; sizes are looked at later.
Result<std::vector<OutgoingFile>> outgoing_files(const std::vector<SourceFile>& sources);

// Encrypts over all cores into the profile and uploads from there while it does; finishes an upload that was cut. Each
// step may be repeated: what is done is not done again. `remember` is called when something was settled that a later
// run needs. invalid_input "file.unreadable" | "file.changed"; unavailable "upload.incomplete", to be run again.
Result<> seal_and_upload(Agent::State& state, const model::ChainId& chain, const age::HybridRecipient& recipient,
                         OutgoingFile& file, const std::function<Result<>()>& remember);

// Who looks on while a file is sealed; called from the threads that seal, one at a time each.
struct SealWatch {
    std::function<void(std::uint64_t plaintext_bytes)> sealed;
    std::function<bool()> cancelled;
    std::function<void(std::uint64_t file_bytes)> staged;  // as much of the age file can be read from the profile
};

// Shown to the user as "seal"; `total` is only shown.
SealWatch shown_to_user(Environment& environment, const OutgoingFile& out, std::uint64_t total);

// Seals what `plaintext` gives into the profile, and notes what it was and became. The caller says when this is true:
// out.sealed stays as it was.
Result<> stage_sealed(const Environment& environment, const age::HybridRecipient& recipient, OutgoingFile& out,
                      age::Source& plaintext, const SealWatch& watch);

// What was sealed of it serves no longer: another identity, or a sealing that did not come to its end. Other ciphertext
// is another attachment; what the server has of this one it is told to drop, and if it cannot be told it sweeps it away
// by itself. The place in the profile that has served, to be removed when the plan names the new one.
[[nodiscard]] std::string begin_anew(Agent::State& state, OutgoingFile& file);

// A file of a kept draft, sealed anew for whoever it is sent to: fetched with the receipt and the checks of anything
// that is opened; plain bytes pass from one to the other and lie nowhere. expired "attachment.withdrawn"; otherwise as
// get() refuses.
Result<> seal_from_draft(Agent::State& state, const age::HybridRecipient& recipient, OutgoingFile& out);

// The age file of a sealed body.
Result<SealedFile> seal_body(const record::SealedBody& body, const age::HybridRecipient& recipient);

}  // namespace rogatory::agent
