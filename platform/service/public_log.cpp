#include "platform/service/public_log.hpp"

#include "platform/base/try.hpp"
#include "platform/service/context_state.hpp"
#include "platform/service/cosigning.hpp"

namespace rogatory::service {

ServerInfo PublicLog::server() {
    return {context_.settings.name, context_.settings.version, context_.log.origin, context_.log.verifier_key,
            context_.clock.now()};
}

Result<Bytes> PublicLog::checkpoint() {
    return context_.store.read([](const ports::Repositories& repositories) -> Result<Bytes> {
        const auto& log = repositories.log();
        if (auto cosigned = log.cosigned(log.size())) return std::move(cosigned->note);
        return log.checkpoint();
    });
}

Result<Bytes> PublicLog::witnessed_checkpoint(std::optional<std::uint64_t> covers) {
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<Bytes> {
        const auto& log = repositories.log();
        auto found = covers ? log.first_witnessed(*covers) : log.witnessed();
        if (context_.policy.quorum_none() && covers.value_or(0) <= log.size()) found = log.checkpoint();
        if (!found) return fail(ErrorCode::not_found, "log.not_yet_witnessed");
        return *std::move(found);
    });
}

Result<> PublicLog::offer(ByteView note) {
    ROGATORY_TRY(const auto checkpoint, tlog::SignedCheckpoint::parse(as_text(note)));
    static_cast<void>(Cosigning{context_}.prove_behind(checkpoint));
    if (context_.read_only) return fail(ErrorCode::unavailable, "log.read_only");
    return {};
}

Result<Bytes> PublicLog::tile(std::uint32_t level, std::uint64_t index, std::uint32_t width) {
    return context_.store.read(
        [&](const ports::Repositories& repositories) { return repositories.log().tile(level, index, width); });
}

Result<Bytes> PublicLog::entries(std::uint64_t index, std::uint32_t width) {
    return context_.store.read(
        [&](const ports::Repositories& repositories) { return repositories.log().entries(index, width); });
}

}  // namespace rogatory::service
