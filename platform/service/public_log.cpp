#include "platform/service/public_log.hpp"

#include "platform/service/context_state.hpp"

namespace rogatory::service {

ServerInfo PublicLog::server() {
    return {context_.settings.name, context_.settings.version, context_.log.origin, context_.log.verifier_key,
            context_.clock.now()};
}

Result<Bytes> PublicLog::checkpoint() {
    return context_.store.read(
        [](const ports::Repositories& repositories) -> Result<Bytes> { return repositories.log().checkpoint(); });
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
