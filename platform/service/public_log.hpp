#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"
#include "platform/service/context.hpp"

namespace rogatory::service {

struct ServerInfo {
    std::string name;
    std::string version;
    std::string log_origin;  // <host>/log/<n>
    std::string log_key;     // a C2SP verifier key ("vkey")
    UnixSeconds time{};
    bool training = false;
    std::uint32_t backups_kept_days = 0;  // how long what is deleted may still lie in backups; 0: not said
};

// What anybody may read without a session: GET server, and the log as C2SP tlog-tiles.
class PublicLog {
public:
    explicit PublicLog(Context& context) : context_{context} {}

    [[nodiscard]] ServerInfo server();
    // The newest checkpoint: a signed note, the log's line first, then the cosignatures that came for it.
    //
    // All of this for any log of this server, by its number; absent: the one that is appended to. Those before it end
    // with a checkpoint that counts and are served as they were. not_found "log.beyond" for a log that there is not.
    using Number = std::optional<std::uint64_t>;
    [[nodiscard]] Result<Bytes> checkpoint(Number log = {});
    // The newest that met the policy; with `covers`, the first that met it with at least so many leaves, as it was
    // then. Under `quorum none` the newest. not_found "log.not_yet_witnessed".
    [[nodiscard]] Result<Bytes> witnessed_checkpoint(std::optional<std::uint64_t> covers, Number log = {});
    // A checkpoint that somebody has verified and finds that this log goes back behind, or contradicts: if it bears the
    // log's own signature it is the proof, and from then on this server only reads (protocol §5). Anything else changes
    // nothing. unavailable "log.read_only" when the log is behind; invalid_input "log.note_malformed".
    // Of a log that has a successor nothing is behind any more.
    [[nodiscard]] Result<> offer(ByteView note, Number log = {});
    // `width` 1 to 255 for a partial tile (".p/<W>"), 256 for a full one. Never more than the signed checkpoint covers:
    // not_found beyond it.
    [[nodiscard]] Result<Bytes> tile(std::uint32_t level, std::uint64_t index, std::uint32_t width, Number log = {});
    [[nodiscard]] Result<Bytes> entries(std::uint64_t index, std::uint32_t width, Number log = {});
    // The verifier key of the log after this one (tlog::successor_text). not_found "log.beyond" when it has none.
    [[nodiscard]] Result<std::string> successor(std::uint64_t log);

private:
    Context& context_;
};

}  // namespace rogatory::service
