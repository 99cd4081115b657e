#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "platform/agent/dossiers.hpp"

// For somebody who cannot receive yet: an age file to a key that he gave on paper (decision 1562). No statement is
// signed and nothing goes to the server: who seals like this keeps the record himself. Inside is an archive that stock
// `age -d` and `tar` open: message, documents, and the sheet of restrictions, in both languages.
namespace rogatory::agent {

// A key of somebody without an account: hybrid, or X25519 alone, which a quantum computer would break.
struct PaperKey {
    std::string kind;  // "hybrid" | "x25519"
    std::string text;
};
// "age1pq1…" or "age1…", as typed or pasted; both bear a checksum, so that no slip of the pen goes by. Spaces and line
// breaks are the paper's; a code that was scanned may be in capitals. invalid_input "age.recipient"; "paper_key.secret"
// for somebody's secret key, which should be on no paper that one is given.
Result<PaperKey> read_paper_key(std::string_view typed);

struct SealToFileOrder {
    std::string key;
    std::filesystem::path out;  // "….tar.age"
    bool overwrite = false;
    std::vector<SourceFile> files;  // not from a pipe: an archive says each one's length first
    std::string title;
    std::string message;
    PolicyOrder policy;
};
struct SealedToFile {
    std::filesystem::path path;
    std::uint64_t size = 0;
    Hash sha256{};
    std::string kind;             // of the key
    std::filesystem::path sheet;  // beside it; one lies inside, too
};
// invalid_input "age.recipient", "paper_key.secret", "file.name", "file.unreadable", "file.changed", "send.nothing",
// "seal_to_file.pipe", "seal_to_file.name"; conflict "seal_to_file.exists". What fails leaves nothing.
Result<SealedToFile> seal_to_file(Agent& agent, const SealToFileOrder& order);

}  // namespace rogatory::agent
