#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "crypto/tlog/checkpoint.hpp"
#include "platform/base/result.hpp"

namespace rogatory::witness {

// What a witness must never forget: of each log, by origin, the newest checkpoint it has cosigned, with the log's
// signature and its own. A file of its own, replaced whole:
//
//   rogatory-witness-state/1
//   <number of notes>
//   <bytes of the note>     } for each, in the order of origins
//   <the note>              }
//   sha256 <hex of all before>
//
// The digest tells a damaged file from a true one; an older true one cannot be told, so a witness is never restored
// from a backup (docs).
class State {
public:
    // An empty one, for a witness that has signed nothing yet. conflict "witness.file_exists".
    [[nodiscard]] static Result<> create(const std::filesystem::path& file);
    // not_found "witness.file_missing" (a lost state is no empty state); integrity "witness.state_damaged".
    [[nodiscard]] static Result<State> open(const std::filesystem::path& file);

    [[nodiscard]] const std::map<std::string, tlog::SignedCheckpoint>& newest() const noexcept { return newest_; }
    // Size 0 and the empty root for a log that was never cosigned.
    [[nodiscard]] tlog::TreeHead head(const std::string& origin) const;

    // Durable when it returns; on failure this object must not be used again.
    [[nodiscard]] Result<> keep(const tlog::SignedCheckpoint& checkpoint);

    [[nodiscard]] std::string format() const;
    [[nodiscard]] static Result<std::map<std::string, tlog::SignedCheckpoint>> parse(std::string_view text);

private:
    explicit State(std::filesystem::path file) : file_{std::move(file)} {}

    std::filesystem::path file_;
    std::map<std::string, tlog::SignedCheckpoint> newest_;
};

}  // namespace rogatory::witness
