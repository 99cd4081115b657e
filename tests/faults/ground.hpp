#pragma once

#include <filesystem>
#include <memory>

#include <sys/types.h>

namespace rogatory::tests {

// Where a server's data lies while it is struck down.
class Ground {
public:
    virtual ~Ground() = default;
    [[nodiscard]] virtual std::filesystem::path directory() const = 0;
    // Ends the process at once, whatever it is doing; what it had not made durable may be lost.
    virtual void strike(pid_t process) = 0;

    // kill -9: the page cache survives, every order of system calls can be cut.
    [[nodiscard]] static std::unique_ptr<Ground> killed();
    // A power cut: an ext4 of its own whose journal and dirty pages are thrown away (FS_IOC_SHUTDOWN without a flush),
    // then mounted again. Nothing where this process may not mount.
    [[nodiscard]] static std::unique_ptr<Ground> power_cut();
    // A device of so many bytes in memory. Nothing where this process may not mount.
    [[nodiscard]] static std::unique_ptr<Ground> small(std::size_t bytes);
};

}  // namespace rogatory::tests
