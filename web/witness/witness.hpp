#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/policy.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"
#include "web/witness/files.hpp"
#include "web/witness/state.hpp"

namespace rogatory::witness {

// What add-checkpoint answers: status codes and bodies are those of C2SP tlog-witness v1.0.0.
struct Answer {
    int status = 200;
    std::string body;
    std::string_view type = "text/plain; charset=utf-8";
    std::string cosigned;  // of a 200: the origin, for whoever mirrors
};

// A witness: a key, the logs it follows, and the newest checkpoint of each that it has cosigned, all in one folder:
//
//   key     its Ed25519 seed and name (0600)
//   logs    a C2SP tlog-policy of log lines and `quorum none`: which logs, and where their tiles are
//   state   see State
//
// One process at a time. Every call may come from any thread.
class Witness {
public:
    // Makes the folder (0700), a key under this name and an empty state; the answer is the verifier key.
    // conflict "witness.file_exists"; invalid_input "log.key_malformed".
    [[nodiscard]] static Result<std::string> create(const std::filesystem::path& folder, const std::string& name);
    // Adds a log to those followed, or gives one that is followed already a new address. A key under an origin that is
    // followed with another key is conflict "witness.log_known".
    [[nodiscard]] static Result<> follow(const std::filesystem::path& folder, const tlog::PolicyLog& log);
    // The same of a log that goes on where another ended like this: that one is cosigned no more. integrity
    // "witness.successor_older" {origin, size, ended} when this witness has cosigned more of it, or another tree.
    [[nodiscard]] static Result<> follow(const std::filesystem::path& folder, const tlog::PolicyLog& log,
                                         const tlog::Checkpoint& ended);
    // The state as it stands in the folder, for `witness status FOLDER`; takes no lock.
    struct Summary {
        std::string key;
        std::vector<tlog::PolicyLog> logs;
        std::map<std::string, tlog::SignedCheckpoint> newest;
    };
    [[nodiscard]] static Result<Summary> look(const std::filesystem::path& folder);

    [[nodiscard]] static Result<std::unique_ptr<Witness>> open(const std::filesystem::path& folder);

    // POST add-checkpoint. What it answers with 200 is durable. After a failure to make it so it throws FailedDisk, and
    // so does every later call: nobody knows what the disk holds.
    class FailedDisk : public std::exception {
    public:
        [[nodiscard]] const char* what() const noexcept override { return "the witness's state could not be kept"; }
    };
    [[nodiscard]] Answer add_checkpoint(std::string_view body, UnixSeconds now);

    [[nodiscard]] const tlog::NoteKey& key() const { return signer_.key(); }
    [[nodiscard]] const std::vector<tlog::PolicyLog>& logs() const { return logs_; }
    // The newest that was cosigned of this log, with the cosignature.
    [[nodiscard]] std::optional<tlog::SignedCheckpoint> newest(const std::string& origin) const;

private:
    Witness(FolderLock lock, tlog::WitnessSigner signer, std::vector<tlog::PolicyLog> logs, State state)
        : lock_{std::move(lock)}, signer_{std::move(signer)}, logs_{std::move(logs)}, state_{std::move(state)} {}

    static Result<> follow(const std::filesystem::path& folder, std::vector<tlog::PolicyLog> logs,
                           const tlog::PolicyLog& log);

    FolderLock lock_;
    const tlog::WitnessSigner signer_;
    const std::vector<tlog::PolicyLog> logs_;
    mutable std::mutex guard_;  // over check and persist together: see the race in the text
    State state_;
    bool failed_ = false;
};

// How a log is named in paths of ours: the hex SHA-256 of its origin.
[[nodiscard]] std::string path_name(const std::string& origin);

}  // namespace rogatory::witness
