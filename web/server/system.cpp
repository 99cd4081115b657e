#include "web/server/system.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <memory>
#include <string>

#include "platform/base/ensure.hpp"
#include "platform/base/log.hpp"
#include "platform/base/try.hpp"
#include "storage/sqlite/key.hpp"

namespace rogatory::server {
namespace {

sigset_t our_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    return set;
}

}  // namespace

UnixSeconds SystemClock::now() const {
    timespec time{};
    clock_gettime(CLOCK_REALTIME, &time);
    return time.tv_sec;
}

std::chrono::nanoseconds SystemClock::elapsed() const {
    timespec time{};
    // BOOTTIME goes on while the machine sleeps: a session must not outlive its hours in a suspended machine.
    clock_gettime(CLOCK_BOOTTIME, &time);
    return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

void EndProcess::stop(std::string_view why) {
    log::Line{log::Level::error, "the device failed; ending so that nothing untrue is said"}.add(log::Field::error,
                                                                                                 why);
    ::_exit(EXIT_FAILURE);
}

void harden_process() {
    ::umask(S_IRWXG | S_IRWXO);
    const rlimit none{0, 0};
    ensure(::setrlimit(RLIMIT_CORE, &none) == 0, "core dumps can be switched off");
    ensure(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, "the process can be made undumpable");
    ::signal(SIGPIPE, SIG_IGN);  // a peer that has gone is an error value of write(2)
    // As many connections as the hard limit allows; the listener's own limits are lower.
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &files);
    }
}

void hold_signals() {
    const auto set = our_signals();
    ensure(::pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0, "signals can be held");
}

int wait_for_signal(unsigned seconds) {
    const auto set = our_signals();
    const timespec wait{static_cast<time_t>(seconds), 0};
    const int signal = ::sigtimedwait(&set, nullptr, &wait);
    return signal < 0 ? 0 : signal;
}

void notify_systemd(std::string_view state) { ::sd_notify(0, std::string{state}.c_str()); }

Result<int> activated_socket(std::string_view name) {
    using Name = std::unique_ptr<char, decltype(&std::free)>;
    char** list = nullptr;
    const int count = ::sd_listen_fds_with_names(0, &list);
    const std::unique_ptr<char*, decltype(&std::free)> names{list, &std::free};
    int found = -1;
    int several = 0;
    for (int i = 0; i < count; ++i) {
        const Name each{list[i], &std::free};
        if (each.get() != name) continue;
        found = SD_LISTEN_FDS_START + i;
        ++several;
    }
    if (several > 1) return fail(Error{ErrorCode::invalid_input, "server.sockets"}.with("name", std::string{name}));
    return found;
}

Result<std::string> read_secret_line(const std::filesystem::path& path) {
    ROGATORY_TRY(auto read, read_secret_lines(path, 1));
    return std::move(read.lines.front());
}

Result<SecretLines> read_secret_lines(const std::filesystem::path& path, std::size_t most) {
    const auto wrong = [&path](const char* key) {
        return fail(Error{ErrorCode::invalid_input, key}.with("file", path.filename().string()));
    };
    struct stat about {};
    if (::stat(path.c_str(), &about) != 0) return wrong("secret_file.unreadable");
    if (storage::others_may_use(path, about)) return wrong("secret_file.mode");
    std::ifstream in{path};
    SecretLines read;
    for (std::string line; read.lines.size() < most && std::getline(in, line) && !line.empty();) {
        read.lines.push_back(line);
    }
    if (read.lines.empty()) return wrong("secret_file.unreadable");
    for (char c{}; !read.more && in.get(c);) read.more = c != '\n';
    return read;
}

Result<> write_new_file(const std::filesystem::path& path, std::string_view text) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (file < 0) {
        const bool there = errno == EEXIST;
        return fail(
            Error{there ? ErrorCode::conflict : ErrorCode::unavailable, there ? "file.exists" : "file.write"}.with(
                "file", path.filename().string()));
    }
    const bool whole =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
    ::close(file);
    if (!whole) return fail(Error{ErrorCode::unavailable, "file.write"}.with("file", path.filename().string()));
    return {};
}

}  // namespace rogatory::server
