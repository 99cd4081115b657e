#include "web/cli/keeper/keeper.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace rogatory::cli::keeper {
namespace {

constexpr std::chrono::milliseconds kPatience{2000};

std::atomic<bool> stop_asked{false};
void on_signal(int) { stop_asked = true; }

// Time asleep counts: a laptop that was shut for an hour has been idle for an hour.
std::chrono::seconds now() {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return std::chrono::seconds{time.tv_sec};
}

sockaddr_un address_in(int folder) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto path = socket_path(folder);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

Error unusable() { return Error{ErrorCode::unavailable, "keeper.unusable", std::strerror(errno)}; }

}  // namespace

Result<Listener> Listener::open(const std::filesystem::path& folder) {
    Descriptor directory{::open(folder.c_str(), O_DIRECTORY | O_PATH | O_CLOEXEC)};
    if (!directory.valid()) return fail(unusable());
    Descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (!socket.valid()) return fail(unusable());
    const auto address = address_in(directory.get());
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    Descriptor probe{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (probe.valid() && ::connect(probe.get(), generic, sizeof address) == 0)
        return fail(ErrorCode::unavailable, "keeper.running");
    ::unlinkat(directory.get(), kSocketName, 0);
    const auto mask = ::umask(S_IRWXG | S_IRWXO | S_IXUSR);
    const int bound = ::bind(socket.get(), generic, sizeof address);
    ::umask(mask);
    if (bound != 0 || ::listen(socket.get(), 8) != 0) return fail(unusable());
    return Listener{std::move(directory), std::move(socket)};
}

Listener::~Listener() {
    if (socket_.valid()) ::unlinkat(folder_.get(), kSocketName, 0);
}

void serve(Listener& listener, const Limits& limits, const std::atomic<bool>& stop) {
    crypto::SecretBytes secret;
    const auto begun = now();
    auto used = begun;
    while (!stop) {
        const auto ends = std::min(used + limits.idle, begun + limits.total);
        const auto left = ends - now();
        if (left <= std::chrono::seconds::zero()) return;
        pollfd one{listener.get(), POLLIN, 0};
        // At most a second: the clock that counts sleep is not the one poll waits by.
        const int ready = ::poll(&one, 1, 1000);
        if (ready <= 0) continue;
        const Descriptor peer{::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC)};
        if (!peer.valid() || !peer_is_ours(peer.get())) continue;
        auto asked = receive_message(peer.get(), kPatience);
        if (!asked) continue;
        // It may have become too late while the message came in.
        if (now() >= std::min(used + limits.idle, begun + limits.total)) return;
        const auto answer = [&](Word word, ByteView body) { (void)send_message(peer.get(), word, body, kPatience); };
        switch (asked->word) {
            case Word::get:
                if (secret.empty()) {
                    answer(Word::refused, {});
                } else {
                    used = now();
                    answer(Word::done, secret.expose_secret());
                }
                break;
            case Word::put:
                secret = std::move(asked->body);
                used = now();
                answer(Word::done, {});
                break;
            case Word::status: {
                const auto text = std::to_string((used + limits.idle - now()).count()) + " " +
                                  std::to_string((begun + limits.total - now()).count());
                answer(secret.empty() ? Word::refused : Word::done, as_bytes(text));
                break;
            }
            case Word::lock:
                secret = {};
                answer(Word::done, {});
                return;
            case Word::done:
            case Word::refused:
                break;
        }
    }
}

void harden_process() {
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    // Refused where RLIMIT_MEMLOCK is small; the secret itself lies in a block that is locked on its own.
    ::mlockall(MCL_CURRENT | MCL_FUTURE);
    ::setsid();
    if (::chdir("/") != 0) return;
}

int run(const std::filesystem::path& folder, const Limits& limits) {
    harden_process();
    struct sigaction action {};
    action.sa_handler = on_signal;
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGINT, &action, nullptr);
    std::signal(SIGHUP, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);
    auto listener = Listener::open(folder);
    if (!listener) return 1;
    const char ready = 'R';
    if (::write(STDIN_FILENO, &ready, 1) != 1) return 1;
    const Descriptor nothing{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing.get(), standard);
    serve(*listener, limits, stop_asked);
    return 0;
}

}  // namespace rogatory::cli::keeper
