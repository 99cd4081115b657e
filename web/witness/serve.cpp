#include "web/witness/serve.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <memory>

#include "platform/base/ensure.hpp"
#include "platform/base/log.hpp"
#include "platform/base/loopback.hpp"
#include "platform/base/try.hpp"
#include "web/transport/listener.hpp"
#include "web/witness/mirror.hpp"
#include "web/witness/service.hpp"

namespace rogatory::witness {

namespace {

constexpr unsigned kWorkers = 4;
constexpr double kBurstSeconds = 10;

sigset_t our_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) sigaddset(&set, signal);
    return set;
}

// The key is in memory: no core dump, no look from another process.
void harden() {
    const rlimit none{0, 0};
    ensure(::setrlimit(RLIMIT_CORE, &none) == 0, "core dumps can be switched off");
    ensure(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, "the process can be made undumpable");
    ::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

Result<> serve(const ServeOptions& options) {
    harden();
    const auto signals = our_signals();
    ensure(::pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0, "signals can be held");
    const bool loopback = is_loopback(options.address);
    if (!options.certificate && !loopback) return fail(ErrorCode::invalid_input, "witness.plain_http");

    ROGATORY_TRY(const auto witness, Witness::open(options.folder));
    std::unique_ptr<transport::TlsContext> tls;
    if (options.certificate) {
        transport::TlsSettings settings;
        settings.certificate_chain = *options.certificate;
        settings.private_key = options.private_key.value_or(*options.certificate);
        if (options.client_authority) settings.client_authority = *options.client_authority;
        ROGATORY_TRY(tls, transport::TlsContext::load(std::move(settings)));
    }
    std::unique_ptr<Mirror> mirror;
    if (options.mirror) mirror = std::make_unique<Mirror>(*witness, *options.mirror, options.trust_anchors);

    WitnessService service{
        *witness, mirror.get(), {options.requests_per_second, options.requests_per_second * kBurstSeconds}, [] {
            ::kill(::getpid(), SIGUSR1);
        }};
    transport::Workers workers{kWorkers};
    transport::ListenOptions listen;
    listen.address = options.address;
    listen.port = options.port;
    listen.limits.connections = 256;
    listen.limits.connections_per_address = 32;
    listen.limits.stop = std::chrono::milliseconds{5'000};
    ROGATORY_TRY(const auto listener, transport::Listener::open(service, workers, tls.get(), listen));
    log::Line{log::Level::info, "listening"}.add(log::Field::port, int{listener->port()});
    while (true) {
        int signal = 0;
        ensure(::sigwait(&signals, &signal) == 0, "signals can be waited for");
        if (signal == SIGHUP && tls != nullptr) {
            if (const auto loaded = tls->reload(); !loaded) {
                log::Line{log::Level::error, "the certificate was not reloaded"}.add(log::Field::key,
                                                                                     loaded.error().key());
            }
        } else if (signal == SIGUSR1) {
            listener->stop();
            return fail(Error{ErrorCode::unavailable, "witness.not_durable"}.with("file", "state"));
        } else if (signal != SIGHUP) {
            listener->stop();
            return {};
        }
    }
}

}  // namespace rogatory::witness
