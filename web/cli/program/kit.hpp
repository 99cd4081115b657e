#pragma once

#include <filesystem>
#include <string>

#include "platform/agent/recovery.hpp"
#include "platform/agent/unlock.hpp"
#include "web/cli/console/console.hpp"

namespace rogatory::cli {

// Writes a new file that only its owner may read, whole or not at all and durable; never over another file
// (`conflict`, key file.exists). For kits, codes and sheets.
Result<> write_private_file(const std::filesystem::path& path, std::string_view text);
// The same for what everybody may read: sheets.
Result<> write_public_file(const std::filesystem::path& path, std::string_view text);

Result<std::string> read_text_file(const std::filesystem::path& path, std::size_t largest = 1024 * 1024);

// The recovery sheet as it is printed: both languages, the kit's lines, its QR code for paper. The agent reads the kit
// back from this text as from the bare one.
[[nodiscard]] std::string printed_kit(const agent::Kit& kit);

// The part of a recovery key that goes into a sealed envelope, framed in the same manner.
[[nodiscard]] std::string printed_envelope(const agent::RecoveryEnvelope& envelope);

// The kit's own lines out of a printed sheet, or the text itself where it has no frame.
[[nodiscard]] std::string kit_lines(const std::string& printed);

}  // namespace rogatory::cli
