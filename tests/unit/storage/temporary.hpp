#pragma once

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <stdlib.h>
#include <unistd.h>

#include "platform/ports/clock.hpp"
#include "platform/ports/emergency.hpp"
#include "storage/sql_store.hpp"

namespace rogatory::tests {

// A directory that goes when the test does.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        // In memory where there is such a place: these tests ask for order and content, not for a disk's patience.
        const std::filesystem::path memory{"/dev/shm"};
        const auto base = ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
        std::string name = (base / "rogatory-test-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
        path_ = name;
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

// A clock that stands until it is turned.
class TurnedClock final : public ports::Clock {
public:
    explicit TurnedClock(UnixSeconds now = 1'800'000'000) : now_{now} {}
    UnixSeconds now() const override { return now_; }
    std::chrono::nanoseconds elapsed() const override { return elapsed_; }

    // Time goes by.
    void pass(UnixSeconds seconds) {
        now_ += seconds;
        elapsed_ += std::chrono::seconds{seconds};
    }
    // The wall clock is set; no time goes by.
    void jump(UnixSeconds seconds) { now_ += seconds; }

private:
    UnixSeconds now_;
    std::chrono::nanoseconds elapsed_{};
};

// Where the real one ends the process, a test wants to see that it would have.
struct Stopped : std::runtime_error {
    using std::runtime_error::runtime_error;
};
class ThrowingEmergency final : public ports::Emergency {
public:
    [[noreturn]] void stop(std::string_view why) override { throw Stopped{std::string{why}}; }
};

// An initialised store in a directory of its own, that can be closed and opened again.
struct StoreFixture {
    TemporaryDirectory directory;
    TurnedClock clock;
    ThrowingEmergency emergency;
    storage::Layout layout{directory.path() / "data", {}};
    std::unique_ptr<storage::SqlStore> store;

    StoreFixture() {
        if (!storage::create_storage(layout, clock, emergency)) throw std::runtime_error{"create_storage"};
        open();
        store->create_log("test.example/log/0", {}).value();
    }
    void open() { store = storage::SqlStore::open(layout, clock, emergency).value(); }
    void reopen() {
        store.reset();
        open();
    }
};

}  // namespace rogatory::tests
