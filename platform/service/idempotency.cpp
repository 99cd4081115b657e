#include "platform/service/idempotency.hpp"

#include "platform/service/context_state.hpp"

namespace rogatory::service {

namespace {

constexpr UnixSeconds kKept = kDay;

}  // namespace

Result<std::optional<Idempotency::Reply>> Idempotency::find(const Principal& principal, std::string_view key,
                                                            const ports::Digest& request) {
    using Found = std::optional<Reply>;
    // An enrolment session has no account to file it under, and its one request is idempotent by itself.
    if (!principal.account()) return Found{};
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<Found> {
        const auto kept = repositories.journal().find_reply(*principal.account(), std::string{key});
        if (!kept || kept->at < context_.time.now() - kKept) return Found{};
        if (kept->request != request) return fail(ErrorCode::conflict, "idempotency.reused");
        return Found{Reply{kept->status, kept->body}};
    });
}

void Idempotency::remember(const Principal& principal, std::string_view key, const ports::Digest& request,
                           const Reply& reply) {
    if (!principal.account()) return;
    (void)context_.store.write([&](ports::Repositories& repositories) -> Result<> {
        const auto now = context_.time.now();
        repositories.journal().forget_replies(now - kKept);
        repositories.journal().keep_reply(*principal.account(), std::string{key},
                                          {request, reply.status, reply.body, now});
        return {};
    });
}

}  // namespace rogatory::service
