#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/tlog/checkpoint.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"

namespace rogatory::witness {

// What a witness says of itself: its key, and of each log how far it has cosigned and copied it. One text, for people's
// scripts and for programs:
//
//   key <verifier key>
//   log <origin> <size> <root in base64> <time of the cosignature, or -> <leaves mirrored, or ->
struct Status {
    struct Log {
        std::string origin;
        tlog::TreeHead head;
        std::optional<UnixSeconds> cosigned_at;
        std::optional<std::uint64_t> mirrored;
    };
    std::string key;
    std::vector<Log> logs;

    [[nodiscard]] std::string format() const;
    // invalid_input "witness.status_malformed".
    [[nodiscard]] static Result<Status> parse(std::string_view text);

    // Of a witness's folder, whether it runs or not.
    [[nodiscard]] static Result<Status> of_folder(const std::filesystem::path& folder);
    // Of a witness that runs: GET <address>/status.
    [[nodiscard]] static Result<Status> fetch(std::string_view address,
                                              const std::optional<std::filesystem::path>& trust_anchors);
};

// When `witness` cosigned this; nothing if it did not.
[[nodiscard]] std::optional<UnixSeconds> cosigned_at(const tlog::NoteKey& witness,
                                                     const tlog::SignedCheckpoint& checkpoint);

}  // namespace rogatory::witness
