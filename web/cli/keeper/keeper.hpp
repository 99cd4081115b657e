#pragma once

// The process that remembers between two commands: it holds one secret (the opened bundle and the session's token) in
// locked memory, gives it to programs of the same uid, and forgets it after 15 minutes without use, 12 hours in all, or
// when told to (protocol §7). It knows nothing of what the secret is.

#include <atomic>
#include <chrono>
#include <filesystem>

#include "crypto/secret.hpp"
#include "platform/base/result.hpp"
#include "web/cli/keeper/messages.hpp"

namespace rogatory::cli::keeper {

struct Limits {
    std::chrono::seconds idle{15 * 60};
    std::chrono::seconds total{12 * 60 * 60};
};

// A socket that listens in the profile's folder, 0600. `unavailable` (key keeper.running) if another keeper answers
// there; a socket that nobody answers on is a dead keeper's and is replaced.
class Listener {
public:
    static Result<Listener> open(const std::filesystem::path& folder);
    Listener(Listener&&) noexcept = default;
    Listener& operator=(Listener&&) noexcept = default;
    ~Listener();

    [[nodiscard]] int get() const noexcept { return socket_.get(); }

private:
    Listener(Descriptor folder, Descriptor socket) noexcept : folder_{std::move(folder)}, socket_{std::move(socket)} {}
    Descriptor folder_;
    Descriptor socket_;
};

// Serves until a limit is reached, `lock` is asked for, or `stop` is set. Nothing is given before the first `put`.
void serve(Listener& listener, const Limits& limits, const std::atomic<bool>& stop);

// What a keeper process does to itself before it takes a secret: no core dumps, no ptrace, pages locked where the
// system allows it, an own session, no terminal.
void harden_process();

// The whole life of the keeper process: harden, listen, say so by one byte on descriptor 0, serve. Gives the exit code.
int run(const std::filesystem::path& folder, const Limits& limits);

}  // namespace rogatory::cli::keeper
