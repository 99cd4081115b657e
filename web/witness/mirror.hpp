#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/tile.hpp"
#include "platform/base/result.hpp"
#include "web/witness/witness.hpp"

namespace rogatory::witness {

// A copy of the log in files, made by a witness: what is left when a server is lost, and what it is repaired from.
//
//   <folder>/<path_name(origin)>/tile/…         tiles and entry bundles under their C2SP tlog-tiles paths
//   <folder>/<path_name(origin)>/checkpoint     the cosigned checkpoint that they add up to
//
// Entries are fetched from the log's address, hashed here, and compared with the root that this witness has cosigned;
// the checkpoint is put down last and durably, so it always says how far the copy is whole and true. What lies beyond
// it is from an interrupted run and is written over. Only logs of Rogatory (entries of 64 bytes) can be mirrored.
class Mirror {
public:
    // Begins at once, on a thread of its own. `witness` outlives this object.
    Mirror(Witness& witness, std::filesystem::path folder, std::optional<std::filesystem::path> trust_anchors);
    ~Mirror();
    Mirror(const Mirror&) = delete;
    Mirror& operator=(const Mirror&) = delete;

    void notify();
    // How many leaves of this log are here, verified and durable.
    [[nodiscard]] std::uint64_t size(const std::string& origin) const;

    // A file of the copy by its C2SP tlog-tiles path: "checkpoint" (with this witness's cosignature), "tile/…". Only
    // what the checkpoint covers, so a reader never meets what an interrupted run left. not_found
    // "witness.not_mirrored".
    [[nodiscard]] Result<Bytes> read(const std::string& origin, std::string_view path) const;

    // Brings one copy up to a cosigned checkpoint. Errors: those of the transfer; integrity "log.inconsistent" when
    // what came is not what was cosigned (the log gave this witness one tree to sign and another to copy); unavailable
    // "witness.not_durable".
    [[nodiscard]] static Result<> copy(const std::filesystem::path& folder, const tlog::SignedCheckpoint& cosigned,
                                       tlog::BundleReader& source);
    // The checkpoint that the copy in this folder adds up to; nothing for a copy that was never finished.
    [[nodiscard]] static Result<std::optional<tlog::SignedCheckpoint>> held(const std::filesystem::path& folder);

private:
    void run();
    void catch_up(const tlog::PolicyLog& log);

    Witness& witness_;
    const std::filesystem::path folder_;
    const std::optional<std::filesystem::path> trust_anchors_;
    mutable std::mutex guard_;
    std::condition_variable changed_;
    bool stopping_ = false;
    bool pending_ = true;
    std::map<std::string, std::uint64_t> sizes_;
    std::map<std::string, std::string> last_failure_;  // the thread's own
    std::thread thread_;
};

}  // namespace rogatory::witness
