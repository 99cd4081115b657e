#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "platform/base/result.hpp"
#include "platform/ports/blob_store.hpp"
#include "platform/ports/clock.hpp"
#include "platform/ports/store.hpp"
#include "platform/service/account.hpp"
#include "platform/service/administration.hpp"
#include "platform/service/append.hpp"
#include "platform/service/authenticator.hpp"
#include "platform/service/chains.hpp"
#include "platform/service/context.hpp"
#include "platform/service/cosigning.hpp"
#include "platform/service/enrolment.hpp"
#include "platform/service/idempotency.hpp"
#include "platform/service/invitations.hpp"
#include "platform/service/kit_attempts.hpp"
#include "platform/service/log_repair.hpp"
#include "platform/service/log_succession.hpp"
#include "platform/service/notices.hpp"
#include "platform/service/party_audit.hpp"
#include "platform/service/party_news.hpp"
#include "platform/service/passkeys.hpp"
#include "platform/service/public_log.hpp"
#include "platform/service/recoveries.hpp"
#include "platform/service/settings.hpp"
#include "platform/service/sign_in.hpp"
#include "platform/service/uploads.hpp"

namespace rogatory::service {

// All use cases of one server, for the composition root. Every call may come from any thread, blocks on the disk, and
// belongs on a worker.
class Services {
public:
    // What of the stored log is held against its signed checkpoint before anything is served: all of it, or what a
    // crash could have harmed, in which case whoever opens calls verify_log() soon.
    enum class Opening { whole_log_verified, end_of_log_verified };
    // `read_only()` tells when the log is not what was signed. The ports must outlive this object. integrity
    // "log.behind" when the log cannot be opened at all.
    [[nodiscard]] static Result<std::unique_ptr<Services>> open(ports::Store& store, ports::BlobStore& blobs,
                                                                const ports::Clock& clock, Settings settings,
                                                                Opening opening = Opening::whole_log_verified);
    ~Services();
    Services(const Services&) = delete;
    Services& operator=(const Services&) = delete;

    // Holds the whole stored log against its signed checkpoint, while others read and write: 4 µs a statement. Where it
    // is not what was signed, nothing is added from then on. integrity "log.behind"; unavailable "server.stopping",
    // which says nothing of it; nor does an exception, whose meaning the ports' owner knows.
    [[nodiscard]] Result<> verify_log(const std::stop_token& stopping);
    // What is stored cannot be read, so that it cannot be shown to be what was signed: only reading, until a restart.
    void add_nothing();
    // Ready to take writes: storage answers, the log is not behind, and enough witnesses have said so.
    [[nodiscard]] bool ready();
    [[nodiscard]] bool read_only() const;
    // The key of why nothing is appended now ("log.read_only", "log.unconfirmed", "log.restored"); empty when it is.
    [[nodiscard]] std::string closed_because() const;

    // Housekeeping, to be called every few minutes: ends expired sessions, uploads, invitations; sweeps orphans;
    // finishes withdrawals that a crash interrupted; forgets what is no news any more.
    void tidy();

private:
    std::unique_ptr<Context> context_;
    explicit Services(std::unique_ptr<Context> context);

public:
    Authenticator authenticator;
    SignIn sign_in;
    Append append;
    Enrolment enrolment;
    Account account;
    Chains chains;
    Invitations invitations;
    Recoveries recoveries;
    KitAttempts kit_attempts;
    Uploads uploads;
    Administration administration;
    PartyAudit party_audit;
    PartyNews party_news;
    PublicLog log;
    Cosigning cosigning;
    Idempotency idempotency;
    Passkeys passkeys;
    Notices notices;
    LogRepair repair;
    LogSuccession succession;
};

}  // namespace rogatory::service
