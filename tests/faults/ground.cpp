#include "tests/faults/ground.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/storage/temporary.hpp"

namespace rogatory::tests {

namespace {

// <xfs/xfs_fs.h>, and ext4 since Linux 4.10: shut the file system down; 2: without flushing the journal.
constexpr unsigned long kShutdown = _IOR('X', 125, std::uint32_t);
constexpr std::uint32_t kWithoutFlush = 2;

void kill_and_wait(pid_t process) {
    ::kill(process, SIGKILL);
    while (::waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
    }
}

// A directory on a real disk: here durability is the question.
class DiskDirectory {
public:
    DiskDirectory() {
        std::string name = (std::filesystem::temp_directory_path() / "rogatory-faults-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
        path = name;
    }
    ~DiskDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    DiskDirectory(const DiskDirectory&) = delete;
    DiskDirectory& operator=(const DiskDirectory&) = delete;
    std::filesystem::path path;
};

bool run(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

class Killed final : public Ground {
public:
    std::filesystem::path directory() const override { return disk_.path; }
    void strike(pid_t process) override { kill_and_wait(process); }

private:
    DiskDirectory disk_;
};

class PowerCut final : public Ground {
public:
    PowerCut() { mounted_ = run("truncate -s 512M " + image()) && run("mkfs.ext4 -q " + image()) && mount(); }
    ~PowerCut() override {
        if (mounted_) ::umount(point().c_str());
    }
    [[nodiscard]] bool mounted() const { return mounted_; }
    std::filesystem::path directory() const override { return point() / "server"; }
    bool late_answers_count() const override { return false; }
    void strike(pid_t process) override {
        const int descriptor = ::open(point().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        const bool cut = descriptor >= 0 && ::ioctl(descriptor, kShutdown, &kWithoutFlush) == 0;
        ::close(descriptor);
        kill_and_wait(process);
        if (!cut) throw std::runtime_error{"FS_IOC_SHUTDOWN"};
        mounted_ = false;
        if (::umount(point().c_str()) != 0 || !mount()) throw std::runtime_error{"mount again"};
        mounted_ = true;
    }

private:
    [[nodiscard]] std::string image() const { return (disk_.path / "image").string(); }
    [[nodiscard]] std::filesystem::path point() const { return disk_.path / "mounted"; }
    bool mount() {
        std::filesystem::create_directories(point());
        if (!run("mount -o loop " + image() + " " + point().string())) return false;
        std::filesystem::create_directories(directory());
        return true;
    }

    DiskDirectory disk_;
    bool mounted_{false};
};

class Small final : public Ground {
public:
    explicit Small(std::size_t bytes) {
        const auto options = "size=" + std::to_string(bytes);
        mounted_ = ::mount("tmpfs", disk_.path.c_str(), "tmpfs", 0, options.c_str()) == 0;
    }
    ~Small() override {
        if (mounted_) ::umount2(disk_.path.c_str(), MNT_DETACH);
    }
    [[nodiscard]] bool mounted() const { return mounted_; }
    std::filesystem::path directory() const override { return disk_.path; }
    void strike(pid_t process) override { kill_and_wait(process); }

private:
    DiskDirectory disk_;
    bool mounted_{false};
};

}  // namespace

std::unique_ptr<Ground> Ground::killed() { return std::make_unique<Killed>(); }

std::unique_ptr<Ground> Ground::power_cut() {
    auto ground = std::make_unique<PowerCut>();
    if (!ground->mounted()) return nullptr;
    return ground;
}

std::unique_ptr<Ground> Ground::small(std::size_t bytes) {
    auto ground = std::make_unique<Small>(bytes);
    if (!ground->mounted()) return nullptr;
    return ground;
}

}  // namespace rogatory::tests
