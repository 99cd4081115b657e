#include "web/middleware/csrf.hpp"
#include "web/middleware/idempotency.hpp"
#include "web/middleware/pipeline.hpp"
#include "web/middleware/security_headers.hpp"
#include "web/middleware/session.hpp"
#include "web/middleware/tus_version.hpp"

namespace rogatory::middleware {

Stages make_stages(service::Services& services, const ports::Clock& clock, StageSettings settings) {
    Stages stages;
    stages.push_back(std::make_unique<SecurityHeaders>());
    stages.push_back(std::make_unique<TusVersion>());
    if (settings.mode) stages.push_back(std::make_unique<ModeStage>(std::move(settings.mode), clock));
    stages.push_back(std::make_unique<AddressRate>(settings.per_address, clock));
    stages.push_back(std::make_unique<Session>(services.authenticator));
    stages.push_back(std::make_unique<CallerRate>(settings.per_caller, clock));
    stages.push_back(std::make_unique<Csrf>(std::move(settings.origin)));
    stages.push_back(std::make_unique<IdempotencyKey>(services.idempotency));
    return stages;
}

}  // namespace rogatory::middleware
