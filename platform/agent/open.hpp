#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "platform/agent/content_cache.hpp"
#include "platform/agent/dossiers.hpp"
#include "platform/agent/state.hpp"

// Internal to platform/agent: ciphertext becomes plain files, after every check.
namespace rogatory::agent {

// Signs receipts of one kind for these items, once per member each; logged when it returns.
Result<> sign_receipts(Agent::State& state, const model::ChainId& dossier, record::Kind kind,
                       const std::vector<model::StatementId>& items,
                       record::UnreadableReason reason = record::UnreadableReason::sealed_body);

// The ciphertext of an attachment in the profile, whole and with the signed digest; goes on where an earlier run was
// cut. expired "attachment.withdrawn"; not_found "attachment.withheld" for one that is missing without a `withdrawn`;
// integrity "attachment.digest"; unavailable "download.incomplete".
Result<std::filesystem::path> fetch_attachment(Environment& environment, const model::ChainId& chain,
                                               const record::AttachmentLine& line);

// Opens the sealed body of an item: digest, stanza, statement.
Result<record::SealedBody> open_body(Agent::State& state, const DossierBook::Known& known,
                                     const record::Dossier::Item& item, const age::HybridIdentity& identity);

// The name a sender chose, made harmless in a folder of the reader's: no hidden file that a shell or a program takes
// for its own (.bash_profile), none that takes the place of a sheet of restrictions.
[[nodiscard]] std::string harmless(const std::string& name);
// "report.pdf", "report (2).pdf", …
[[nodiscard]] std::string numbered(const std::string& name, int number);
inline constexpr std::string_view kSheetSuffix = ".restrictions.txt";

// Decrypts a fetched attachment into `directory` under its own name, or the next free one. The plain file bears the
// name only after header, last chunk, both digests and the size were right and `examine` let it pass, and its
// restriction sheet lies there first. conflict "attachment.refused_here" where `examine` did not,
// "attachment.altered_here" where it was changed or taken away meanwhile; "…_there" where the file bore its name
// already.
struct OpenOrder {
    std::filesystem::path ciphertext;
    record::AttachmentLine line;
    record::SealedBody::File file;
    std::filesystem::path directory;
    bool overwrite = false;
    std::function<std::string(const std::string& name)> sheet;  // empty: not restricted
    Examine examine{};                                          // empty: nobody is asked
};
struct OpenedFile {
    std::filesystem::path path;
    std::optional<std::filesystem::path> sheet;
    bool already_there = false;
};
Result<OpenedFile> open_attachment(Environment& environment, const age::HybridIdentity& identity,
                                   const OpenOrder& order);

}  // namespace rogatory::agent
