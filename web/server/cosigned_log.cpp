#include "web/server/cosigned_log.hpp"

#include "platform/base/log.hpp"

namespace rogatory::server {

void ServedLog::heard(std::size_t witness, bool ahead) {
    heard_.note(witness, clock_.now());
    using Claim = service::Cosigning::Claim;
    cosigning_.heard(witness, ahead ? Claim::ahead : Claim::not_ahead);
}

void ServedLog::shown(const tlog::SignedCheckpoint& newer) {
    if (!cosigning_.prove_behind(newer)) return;
    log::Line{log::Level::error, "a witness holds a newer checkpoint with this log's own signature: reading only"}.add(
        log::Field::count, newer.checkpoint.head.size);
}

}  // namespace rogatory::server
