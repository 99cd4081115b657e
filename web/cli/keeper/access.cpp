#include "web/cli/keeper/access.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

extern char** environ;  // NOLINT: POSIX

namespace rogatory::cli::keeper {
namespace {

constexpr std::chrono::milliseconds kPatience{3000};

// A connection to a keeper of our own uid.
Descriptor reach(const std::filesystem::path& folder) {
    const Descriptor directory{::open(folder.c_str(), O_DIRECTORY | O_PATH | O_CLOEXEC)};
    if (!directory.valid()) return Descriptor{};
    Descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto path = socket_path(directory.get());
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    if (!socket.valid() || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        !peer_is_ours(socket.get())) {
        return Descriptor{};
    }
    return socket;
}

std::optional<Message> ask(const std::filesystem::path& folder, Word word, ByteView body = {}) {
    const auto socket = reach(folder);
    if (!socket.valid() || !send_message(socket.get(), word, body, kPatience)) return std::nullopt;
    return receive_message(socket.get(), kPatience);
}

Error not_started() { return Error{ErrorCode::unavailable, "keeper.unusable", std::strerror(errno)}; }

// Starts the keeper and waits until it listens.
Result<> start(const std::filesystem::path& folder, const Limits& limits) {
    std::array<int, 2> pair{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) return fail(not_started());
    const Descriptor ours{pair[0]};
    Descriptor theirs{pair[1]};
    auto idle = std::to_string(limits.idle.count());
    auto total = std::to_string(limits.total.count());
    auto directory = folder.string();
    std::string verb = "keeper";
    std::string name = "rogatory";
    std::array<char*, 6> arguments{name.data(), verb.data(), directory.data(), idle.data(), total.data(), nullptr};
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, theirs.get(), STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    const int failure = ::posix_spawn(&child, "/proc/self/exe", &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    theirs = Descriptor{};
    if (failure != 0) {
        errno = failure;
        return fail(not_started());
    }
    pollfd one{ours.get(), POLLIN, 0};
    char ready = 0;
    if (::poll(&one, 1, static_cast<int>(kPatience.count())) != 1 || ::read(ours.get(), &ready, 1) != 1 || ready != 'R')
        return fail(not_started());
    return {};
}

}  // namespace

std::optional<crypto::SecretBytes> fetch(const std::filesystem::path& folder) {
    auto answer = ask(folder, Word::get);
    if (!answer || answer->word != Word::done) return std::nullopt;
    return std::move(answer->body);
}

Result<> keep(const std::filesystem::path& folder, const crypto::SecretBytes& secret, const Limits& limits) {
    const auto put = [&] {
        const auto answer = ask(folder, Word::put, secret.expose_secret());
        return answer && answer->word == Word::done;
    };
    if (put()) return {};
    if (auto started = start(folder, limits); !started) return started;
    if (!put()) return fail(not_started());
    return {};
}

std::optional<Status> status(const std::filesystem::path& folder) {
    const auto answer = ask(folder, Word::status);
    if (!answer || answer->word != Word::done) return std::nullopt;
    long long idle = 0;
    long long total = 0;
    const std::string text{as_text(answer->body.expose_secret())};
    if (std::sscanf(text.c_str(), "%lld %lld", &idle, &total) != 2) return std::nullopt;
    return Status{std::chrono::seconds{idle}, std::chrono::seconds{total}};
}

bool lock(const std::filesystem::path& folder) { return ask(folder, Word::lock).has_value(); }

}  // namespace rogatory::cli::keeper
