#pragma once

#include <functional>
#include <string>
#include <utility>

#include "platform/ports/store.hpp"

namespace rogatory::tests {

// Another store, which keeps nothing while it is full.
class StoreWithoutRoom final : public ports::Store {
public:
    explicit StoreWithoutRoom(ports::Store& store) : store_{store} {}
    bool full = false;

    Result<ports::LogIdentity> create_log(const std::string& origin, const std::string& witnesses) override {
        return store_.create_log(origin, witnesses);
    }
    Result<ports::LogIdentity> log_identity() override { return store_.log_identity(); }
    Result<ports::LogIdentity> succeed_log(const std::string& witnesses,
                                           const std::function<Result<LogEnd>(ports::Repositories&)>& work) override {
        return store_.succeed_log(witnesses, work);
    }
    Result<> verify_log(const std::stop_token& stopping) override { return store_.verify_log(stopping); }
    Result<> verify_end_of_log() override { return store_.verify_end_of_log(); }
    void when_log_grows(std::function<void()> notice) override { store_.when_log_grows(std::move(notice)); }
    void write_behind(std::function<void(ports::Repositories&)> work) override { store_.write_behind(std::move(work)); }

private:
    void read_with(const std::function<void(const ports::Repositories&)>& work) override {
        store_.read([&](const ports::Repositories& repositories) {
            work(repositories);
            return true;
        });
    }
    Result<> write_with(const std::function<Result<>(ports::Repositories&)>& work) override {
        return store_.write([&](ports::Repositories& repositories) -> Result<> {
            auto done = work(repositories);
            if (done && full) return fail(ErrorCode::storage_full, "storage.full");
            return done;
        });
    }

    ports::Store& store_;
};

}  // namespace rogatory::tests
