#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/model/ids.hpp"

// The names of a bundle's members. All but the first three stand in the archive in rising order of their bytes.
namespace rogatory::custody {

inline constexpr std::string_view kReadmeName = "custody/readme.txt";          // first: the same words in every bundle
inline constexpr std::string_view kManifestName = "custody/manifest.json";     // second
inline constexpr std::string_view kSignatureName = "custody/signature.txt";    // third: base64 and a line end
inline constexpr std::string_view kCheckpointName = "custody/checkpoint.txt";  // the newest, a signed note
inline constexpr std::string_view kEntriesName = "custody/log-entries";        // all of the log, 64 bytes an entry

[[nodiscard]] std::string consistency_name(std::uint64_t older_size);
[[nodiscard]] std::string statement_name(const model::ChainId& chain, std::uint64_t seq);  // DSSE envelope
[[nodiscard]] std::string proof_name(const model::ChainId& chain, std::uint64_t seq);      // C2SP tlog-proof
[[nodiscard]] std::string sealed_name(const model::Digest& sha256);                        // a sealed body, age
[[nodiscard]] std::string attachment_name(const model::AttachmentId& id);                  // ciphertext, age
[[nodiscard]] std::string file_name(const model::AttachmentId& id);                        // the plain file
[[nodiscard]] std::string key_name(std::uint64_t epoch);                                   // an age identity

// English and French: what the file is, and how to check it.
[[nodiscard]] std::string_view readme() noexcept;

}  // namespace rogatory::custody
