#pragma once

#include <string>
#include <vector>

#include "platform/agent/dossiers.hpp"
#include "platform/agent/state.hpp"
#include "platform/record/sealed_body.hpp"

// Internal to platform/agent: plain files become age files on the server.
namespace rogatory::agent {

// A file on its way. What is secret in it (name, digest, salt) is kept on disk only inside a sealed draft.
struct OutgoingFile {
    SourceFile source;
    record::SealedBody::File file;  // id, name, type; size, digest and salt once it is sealed
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

// Encrypts over all cores into the profile and uploads from there; finishes an upload that was cut. Each step may be
// repeated: what is done is not done again. `remember` is called when something was settled that a later run needs.
// invalid_input "file.unreadable" | "file.changed"; unavailable "upload.incomplete", to be run again.
Result<> seal_and_upload(Agent::State& state, const model::ChainId& chain, const age::HybridRecipient& recipient,
                         OutgoingFile& file, const std::function<Result<>()>& remember);

// The age file of a sealed body.
Result<SealedFile> seal_body(const record::SealedBody& body, const age::HybridRecipient& recipient);

}  // namespace rogatory::agent
