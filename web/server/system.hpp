#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.hpp"
#include "platform/ports/clock.hpp"
#include "platform/ports/emergency.hpp"

// What the operating system and systemd are to the server.
namespace rogatory::server {

class SystemClock final : public ports::Clock {
public:
    [[nodiscard]] UnixSeconds now() const override;
    [[nodiscard]] std::chrono::nanoseconds elapsed() const override;
};

class EndProcess final : public ports::Emergency {
public:
    [[noreturn]] void stop(std::string_view why) override;
};

// No core dump, no ptrace by others, nothing readable by others that we create. Call first.
void harden_process();

// Blocks the signals that wait_for_signal() takes; call before any thread is made, so that all inherit it.
void hold_signals();
// SIGTERM, SIGINT or SIGHUP, or 0 when none came within `seconds`.
[[nodiscard]] int wait_for_signal(unsigned seconds);

// sd_notify(3); nothing happens outside systemd.
void notify_systemd(std::string_view state);
// A listening socket handed over under this FileDescriptorName, or -1. invalid_input "server.sockets" {name} where
// there are several: whoever came to the others would never be answered.
[[nodiscard]] Result<int> activated_socket(std::string_view name);

// The first line of a file that only its owner may read, or of a systemd credential. invalid_input
// "secret_file.unreadable", "secret_file.mode" {file}.
[[nodiscard]] Result<std::string> read_secret_line(const std::filesystem::path& path);
struct SecretLines {
    std::vector<std::string> lines;
    bool more = false;  // something stands behind them
};
// Its lines up to the first empty one, at most `most`.
[[nodiscard]] Result<SecretLines> read_secret_lines(const std::filesystem::path& path, std::size_t most);

// Writes a new file for the owner's eyes, durably. conflict "file.exists" {file}.
[[nodiscard]] Result<> write_new_file(const std::filesystem::path& path, std::string_view text);

}  // namespace rogatory::server
