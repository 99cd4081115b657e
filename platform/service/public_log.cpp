#include "platform/service/public_log.hpp"

#include "crypto/tlog/succession.hpp"
#include "platform/base/try.hpp"
#include "platform/service/context_state.hpp"
#include "platform/service/cosigning.hpp"

namespace rogatory::service {

ServerInfo PublicLog::server() {
    return {context_.settings.name,
            context_.settings.version,
            context_.log.origin,
            context_.log.verifier_key,
            context_.clock.now(),
            context_.settings.training,
            context_.settings.backups_kept_days};
}

namespace {

// `work` with the log of that number.
template <class Work>
auto with_log(const ports::Repositories& repositories, const PublicLog::Number& number, Work&& work)
    -> decltype(work(repositories.log())) {
    const auto& newest = repositories.log();
    if (!number || *number == newest.number()) return work(newest);
    const auto past = newest.past(*number);
    if (!past) return fail(ErrorCode::not_found, "log.beyond");
    return work(*past);
}

}  // namespace

Result<Bytes> PublicLog::checkpoint(Number number) {
    return context_.store.read([&](const ports::Repositories& repositories) {
        return with_log(repositories, number, [](const ports::Log& log) -> Result<Bytes> {
            if (auto cosigned = log.cosigned(log.size())) return std::move(cosigned->note);
            return log.checkpoint();
        });
    });
}

Result<Bytes> PublicLog::witnessed_checkpoint(std::optional<std::uint64_t> covers, Number number) {
    return context_.store.read([&](const ports::Repositories& repositories) {
        return with_log(repositories, number, [&](const ports::Log& log) -> Result<Bytes> {
            auto found = covers ? log.first_witnessed(*covers) : log.witnessed();
            const bool newest = log.number() == repositories.log().number();
            if (newest && context_.policy.quorum_none() && covers.value_or(0) <= log.size()) found = log.checkpoint();
            if (!found) return fail(ErrorCode::not_found, "log.not_yet_witnessed");
            return *std::move(found);
        });
    });
}

Result<> PublicLog::offer(ByteView note, Number number) {
    ROGATORY_TRY(const auto checkpoint, tlog::SignedCheckpoint::parse(as_text(note)));
    if (number && number != tlog::log_number(context_.log.origin)) {
        // Nothing is behind a log that has ended.
        const bool ended = context_.store.read(
            [&](const ports::Repositories& repositories) { return repositories.log().past(*number) != nullptr; });
        return ended ? Result<>{} : fail(ErrorCode::not_found, "log.beyond");
    }
    static_cast<void>(Cosigning{context_}.prove_behind(checkpoint));
    if (context_.reads_only()) return fail(ErrorCode::unavailable, "log.read_only");
    return {};
}

Result<Bytes> PublicLog::tile(std::uint32_t level, std::uint64_t index, std::uint32_t width, Number number) {
    return context_.store.read([&](const ports::Repositories& repositories) {
        return with_log(repositories, number, [&](const ports::Log& log) { return log.tile(level, index, width); });
    });
}

Result<Bytes> PublicLog::entries(std::uint64_t index, std::uint32_t width, Number number) {
    return context_.store.read([&](const ports::Repositories& repositories) {
        return with_log(repositories, number, [&](const ports::Log& log) { return log.entries(index, width); });
    });
}

Result<std::string> PublicLog::successor(std::uint64_t number) {
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<std::string> {
        if (!repositories.log().past(number)) return fail(ErrorCode::not_found, "log.beyond");
        const auto key = repositories.log().verifier_key(number + 1);
        if (!key) return fail(ErrorCode::not_found, "log.beyond");
        ROGATORY_TRY(const auto parsed, tlog::NoteKey::parse(*key));
        return tlog::successor_text(parsed);
    });
}

}  // namespace rogatory::service
