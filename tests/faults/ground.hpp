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
    // Whether an answer that is found on the pipe after the strike was given before it. kill -9: yes. With the shut
    // down file system: not surely, for the process lives on a moment, and an fsync that waits for a journal which is
    // being aborted can return 0; a machine without power would have said nothing any more.
    [[nodiscard]] virtual bool late_answers_count() const { return true; }
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
