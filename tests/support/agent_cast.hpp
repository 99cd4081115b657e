#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/agent/admin.hpp"
#include "platform/agent/agent.hpp"
#include "platform/agent/dossiers.hpp"
#include "platform/agent/enrol.hpp"
#include "platform/agent/environment.hpp"
#include "platform/agent/parties.hpp"
#include "platform/agent/people.hpp"
#include "platform/agent/unlock.hpp"
#include "tests/support/memory_platform.hpp"

// People with devices, on a server in memory: what every test of the trusted end starts from.
namespace rogatory::test {

// A profile in memory, with a folder of its own for large files. Copying `files` is stealing or restoring a device.
class MemoryProfile final : public ports::ProfileStore {
public:
    explicit MemoryProfile(std::filesystem::path folder) : folder_{std::move(folder)} {}
    Result<std::optional<Bytes>> load(std::string_view name) const override;
    Result<> save(std::string_view name, ByteView bytes) override;
    Result<> append_to(std::string_view name, ByteView bytes) override;
    Result<> remove(std::string_view name) override;
    Result<std::vector<std::string>> list(std::string_view folder) const override;
    Result<std::filesystem::path> place(std::string_view name) override;

    std::map<std::string, Bytes, std::less<>> files;
    bool full = false;  // the disk takes nothing more

private:
    std::filesystem::path folder_;
};

class TestClock final : public agent::Clock {
public:
    explicit TestClock(const MemoryPlatform& platform) : platform_{platform} {}
    [[nodiscard]] UnixSeconds wall() const override { return platform_.now + wall_is_off_by; }
    [[nodiscard]] std::int64_t monotonic_seconds() const override { return platform_.now; }
    void pause(std::chrono::milliseconds) const override {
        ++pauses;
        if (on_pause) on_pause();
    }
    std::int64_t wall_is_off_by = 0;
    mutable int pauses = 0;
    std::function<void()> on_pause;  // what happens meanwhile

private:
    const MemoryPlatform& platform_;
};

class Notices final : public agent::Observer {
public:
    void on_notice(const agent::Notice& notice) override { keys.push_back(notice.key); }
    void on_progress(const agent::Progress& step) override { progress.push_back(step); }
    [[nodiscard]] bool cancelled() const override { return stop && stop(); }
    std::vector<std::string> keys;
    std::vector<agent::Progress> progress;
    std::function<bool()> stop;  // somebody pressed Ctrl-C
};

// One person at one device.
class Person {
public:
    Person(MemoryPlatform& platform, std::string user_name, const std::filesystem::path& folder);

    // A fresh connection and session, the keys as signing in gives them.
    Result<agent::Agent> at_work(std::string_view as = {});
    agent::Agent working(std::string_view as = {});  // the same, and it must succeed
    Result<agent::Unlocked> sign_in();

    MemoryPlatform& platform;
    std::string user_name;
    std::string passphrase;
    std::filesystem::path folder;
    MemoryProfile profile;
    TestClock clock;
    Notices notices;
    std::unique_ptr<ports::Server> server;
    agent::Environment environment;
    std::string kit;
    agent::EnrolmentOutcome enrolled;
    std::string code;  // he came with
    Bytes kept;        // what the keeper holds
};

// Answers what an enrolment asks, as an honest person does.
class Willing final : public agent::EnrolmentDialogue {
public:
    explicit Willing(Person& person) : person_{person} {}
    Result<> confirm(const agent::Welcome& shown) override;
    Result<std::string> second_factor(const agent::TotpSetup& setup) override;
    Result<> keep_kit(const agent::Kit& kit) override;
    agent::Welcome welcome;
    bool refuses = false;

private:
    Person& person_;
};

class Cast {
public:
    // With so many witnesses of whom `quorum` are needed; 0: `quorum none`.
    explicit Cast(std::size_t witnesses = 0, std::size_t quorum = 0);
    ~Cast();

    Person& person(const std::string& name);  // made when first named; the name is the user name

    Result<agent::EnrolmentOutcome> found(const std::string& name, const std::string& code, const std::string& kind,
                                          const std::string& authority);
    Result<agent::EnrolmentOutcome> answer(const std::string& name, const std::string& code);
    // Invited, answered, compared, approved.
    void join(const std::string& name, const std::string& inviter, const std::string& role);
    void pin(const std::string& by, const std::string& code);
    // A Party of two custodians, "<code>.1" and "<code>.2" (lower case), pinned by and pinning nobody.
    void party(const std::string& code, const std::string& kind, const std::string& authority);
    void pin_each_other(const std::vector<std::string>& codes);

    std::filesystem::path write(const std::string& name, std::string_view content);
    [[nodiscard]] std::string read(const std::filesystem::path& path) const;

    std::filesystem::path folder;
    MemoryPlatform platform;
    std::string sheet;  // the one handed out to founders
    std::map<std::string, std::unique_ptr<Person>> people;
};

}  // namespace rogatory::test
