// Faults from outside the program: loaded before the C library (LD_PRELOAD), so that a server as it is released meets
// them, with no hook in it. What happens is said by $ROGATORY_FAULT_RULES and switched on and off in the file
// $ROGATORY_FAULT_CONTROL, which tests/faults/preload.py maps too.
//
//   rules    RULE[;RULE]…      RULE = CALLS:PATH:WHEN:ACTION
//   CALLS    of write,pwrite,fsync,fdatasync,rename,ftruncate,unlink,mkdir,send, with commas
//   PATH     as fnmatch(3) has it, of what the descriptor names; * with send
//   WHEN     n=N: the Nth such call since the switch was thrown     p=P: each with this probability
//   ACTION   kill: dies before the call      after: dies when it has been done      torn: writes half of it and dies
//            short: writes half of it and goes on      EIO, ENOSPC: fails so, and nothing is done
#include <dlfcn.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

namespace {

// tests/faults/preload.py knows these places.
struct Control {
    std::atomic<std::uint32_t> armed;
    std::uint32_t unused;
    std::atomic<std::int64_t> clock_seconds;  // added to the wall clock
    std::atomic<std::uint64_t> injected;      // failures given, in all
    std::atomic<std::uint64_t> matched;       // calls that a rule was about while armed
    std::atomic<std::uint64_t> failed_syncs;  // of `injected`: fsync and fdatasync
};

enum class Action { kill, after, torn, cut_short, error };

struct Rule {
    std::vector<std::string> calls;
    std::string path;
    std::uint64_t number = 0;  // 0: by probability
    double probability = 0;
    Action action = Action::error;
    int error = 0;
    std::atomic<std::uint64_t> seen{0};
};

Control none{};
Control* control = &none;
std::vector<Rule*>* rules = nullptr;
std::atomic<std::uint64_t> noise{0};

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0;;) {
        const auto end = text.find(at, begin);
        parts.push_back(text.substr(begin, end - begin));
        if (end == std::string::npos) return parts;
        begin = end + 1;
    }
}

[[noreturn]] void die() {
    ::syscall(SYS_kill, ::syscall(SYS_getpid), SIGKILL);
    for (;;) ::pause();
}

__attribute__((constructor)) void begin() {
    const char* file = std::getenv("ROGATORY_FAULT_CONTROL");
    if (file == nullptr) return;
    const int descriptor = ::open(file, O_RDWR | O_CLOEXEC);
    void* const place = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    ::close(descriptor);
    if (descriptor < 0 || place == MAP_FAILED) ::_exit(99);
    control = static_cast<Control*>(place);
    timespec now{};
    ::syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    const char* seed = std::getenv("ROGATORY_FAULT_SEED");
    noise = seed != nullptr ? std::strtoull(seed, nullptr, 10) : static_cast<std::uint64_t>(now.tv_nsec);
    auto* const read = new std::vector<Rule*>;
    const char* text = std::getenv("ROGATORY_FAULT_RULES");
    for (const auto& line : split(text == nullptr ? "" : text, ';')) {
        const auto parts = split(line, ':');
        if (parts.size() != 4) continue;
        auto* const rule = new Rule;
        rule->calls = split(parts[0], ',');
        rule->path = parts[1];
        if (parts[2].compare(0, 2, "n=") == 0) rule->number = std::strtoull(parts[2].c_str() + 2, nullptr, 10);
        if (parts[2].compare(0, 2, "p=") == 0) rule->probability = std::strtod(parts[2].c_str() + 2, nullptr);
        if (parts[3] == "kill") rule->action = Action::kill;
        if (parts[3] == "after") rule->action = Action::after;
        if (parts[3] == "torn") rule->action = Action::torn;
        if (parts[3] == "short") rule->action = Action::cut_short;
        if (parts[3] == "EIO") rule->error = EIO;
        if (parts[3] == "ENOSPC") rule->error = ENOSPC;
        read->push_back(rule);
    }
    rules = read;
}

double chance() {  // splitmix64
    std::uint64_t z = noise.fetch_add(0x9e3779b97f4a7c15ULL) + 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return static_cast<double>((z ^ (z >> 31U)) >> 11U) * 0x1.0p-53;
}

// What is to happen at this call; nothing on most.
Rule* due(const char* call, int descriptor, const char* path) {
    if (rules == nullptr || control->armed.load(std::memory_order_relaxed) == 0) return nullptr;
    char name[512];
    bool named = false;
    for (Rule* const rule : *rules) {
        bool about = false;
        for (const auto& one : rule->calls) about = about || one == call;
        if (!about) continue;
        if (!named && path == nullptr) {
            char link[64];
            std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
            const auto length = ::readlink(link, name, sizeof name - 1);
            if (length < 0) return nullptr;
            name[length] = 0;
            path = name;
        }
        named = true;
        if (::fnmatch(rule->path.c_str(), path, 0) != 0) continue;
        ++control->matched;
        const auto count = ++rule->seen;
        if (rule->number != 0 ? count == rule->number : chance() < rule->probability) return rule;
    }
    return nullptr;
}

int refuse(const Rule& rule, bool sync) {
    ++control->injected;
    if (sync) ++control->failed_syncs;
    errno = rule.error;
    return -1;
}

template <class F>
F* real(const char* name) {
    return reinterpret_cast<F*>(::dlsym(RTLD_NEXT, name));
}

// `half` does the call for half of what was asked.
template <class Call, class Half>
auto through(const char* name, int descriptor, const char* path, bool sync, const Call& call, const Half& half)
    -> decltype(call()) {
    Rule* const rule = due(name, descriptor, path);
    if (rule == nullptr) return call();
    switch (rule->action) {
        case Action::kill:
            die();
        case Action::torn:
            half();
            die();
        case Action::after: {
            call();
            die();
        }
        case Action::cut_short:
            ++control->injected;
            return half();
        case Action::error:
            break;
    }
    return refuse(*rule, sync);
}

template <class Call>
auto through(const char* name, int descriptor, const char* path, bool sync, const Call& call) {
    return through(name, descriptor, path, sync, call, call);
}

}  // namespace

extern "C" {

ssize_t write(int descriptor, const void* bytes, size_t size) {
    static auto* const next = real<ssize_t(int, const void*, size_t)>("write");
    return through(
        "write", descriptor, nullptr, false, [&] { return next(descriptor, bytes, size); },
        [&] { return next(descriptor, bytes, size > 1 ? size / 2 : size); });
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t at) {
    static auto* const next = real<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
    return through(
        "pwrite", descriptor, nullptr, false, [&] { return next(descriptor, bytes, size, at); },
        [&] { return next(descriptor, bytes, size > 1 ? size / 2 : size, at); });
}

ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t at) {
    return pwrite64(descriptor, bytes, size, at);
}

int fsync(int descriptor) {
    static auto* const next = real<int(int)>("fsync");
    return through("fsync", descriptor, nullptr, true, [&] { return next(descriptor); });
}

int fdatasync(int descriptor) {
    static auto* const next = real<int(int)>("fdatasync");
    return through("fdatasync", descriptor, nullptr, true, [&] { return next(descriptor); });
}

int rename(const char* from, const char* to) {
    static auto* const next = real<int(const char*, const char*)>("rename");
    return through("rename", -1, from, false, [&] { return next(from, to); });
}

int ftruncate64(int descriptor, off64_t size) {
    static auto* const next = real<int(int, off64_t)>("ftruncate64");
    return through("ftruncate", descriptor, nullptr, false, [&] { return next(descriptor, size); });
}

int ftruncate(int descriptor, off_t size) { return ftruncate64(descriptor, size); }

int unlink(const char* path) {
    static auto* const next = real<int(const char*)>("unlink");
    return through("unlink", -1, path, false, [&] { return next(path); });
}

int mkdir(const char* path, mode_t mode) {
    static auto* const next = real<int(const char*, mode_t)>("mkdir");
    return through("mkdir", -1, path, false, [&] { return next(path, mode); });
}

ssize_t sendmsg(int socket, const msghdr* message, int flags) {
    static auto* const next = real<ssize_t(int, const msghdr*, int)>("sendmsg");
    return through("send", socket, nullptr, false, [&] { return next(socket, message, flags); });
}

ssize_t send(int socket, const void* bytes, size_t size, int flags) {
    static auto* const next = real<ssize_t(int, const void*, size_t, int)>("send");
    return through("send", socket, nullptr, false, [&] { return next(socket, bytes, size, flags); });
}

// The wall clock alone: waits are by the others.
int clock_gettime(clockid_t clock, timespec* time) {
    static auto* const next = real<int(clockid_t, timespec*)>("clock_gettime");
    const int done = next(clock, time);
    if (done == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        time->tv_sec += control->clock_seconds;
    return done;
}

int gettimeofday(timeval* time, void* zone) {
    static auto* const next = real<int(timeval*, void*)>("gettimeofday");
    const int done = next(time, zone);
    if (done == 0) time->tv_sec += control->clock_seconds;
    return done;
}

time_t time(time_t* into) {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    if (into != nullptr) *into = now.tv_sec;
    return now.tv_sec;
}

}  // extern "C"
