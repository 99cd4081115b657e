#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "platform/base/time.hpp"
#include "platform/ports/profile_store.hpp"
#include "platform/ports/server.hpp"

namespace rogatory::agent {

using ports::remote::Hash;  // 32 bytes: a chain, the id of a statement, a SHA-256
using ports::remote::Id;    // 16 bytes: authority, member, invitation, attachment

// The device's clocks. `at` of a statement comes from the log's time plus this monotonic clock; the wall clock is only
// compared with it, so that a person learns that it is wrong.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual UnixSeconds wall() const = 0;
    [[nodiscard]] virtual std::int64_t monotonic_seconds() const = 0;
    // Lets a little time pass: between two looks for something that is about to come.
    virtual void pause(std::chrono::milliseconds time) const = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] UnixSeconds wall() const override;
    [[nodiscard]] std::int64_t monotonic_seconds() const override;
    void pause(std::chrono::milliseconds time) const override;
};

// Bytes moved for one file. `phase`: "seal" (read and encrypted), "upload", "download", "open" (decrypted).
struct Transfer {
    std::string phase;
    std::string name;
    std::uint64_t done = 0;
    std::uint64_t total = 0;  // 0: not known
};

// One step of many of a long work: "rotation" (a file of the authority has new keys, or had them).
struct Progress {
    std::string phase;
    std::uint64_t done = 0;
    std::uint64_t total = 0;
};

// Something a person should know although the work goes on: "notice.<key>" stands in the catalogue.
struct Notice {
    std::string key;
    std::map<std::string, std::string> arguments;
};

class Observer {
public:
    virtual ~Observer() = default;
    virtual void on_transfer(const Transfer&) {}
    virtual void on_notice(const Notice&) {}
    virtual void on_progress(const Progress&) {}
    // Asked before something that only a person should decide; "notice.<key>" says what. Yes, unless somebody is asked.
    [[nodiscard]] virtual bool confirm(const Notice& notice) {
        on_notice(notice);
        return true;
    }
    // Asked between chunks: true ends a transfer in order, ready to be resumed.
    [[nodiscard]] virtual bool cancelled() const { return false; }
};

// What the trusted end needs of the world. Everything outlives the agent.
struct Environment {
    ports::Server& server;
    ports::ProfileStore& profile;
    const Clock& clock;
    Observer& observer;

    // Fork alarms that could not be written down (a full disk): they stand here, by the name of their mark, and are
    // tried again (alarms.hpp).
    struct UnkeptAlarm {
        std::string evidence;  // the name of its file
        Bytes text;            // and what stands in it
    };
    std::map<std::string, UnkeptAlarm, std::less<>> unkept_alarms = {};
};

}  // namespace rogatory::agent
