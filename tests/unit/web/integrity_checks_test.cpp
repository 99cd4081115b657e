#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <chrono>
#include <new>
#include <string>

#include "storage/failure.hpp"
#include "web/server/integrity_checks.hpp"

using namespace rogatory;

namespace {

class TurnedClock final : public ports::Clock {
public:
    [[nodiscard]] UnixSeconds now() const override { return at; }
    [[nodiscard]] std::chrono::nanoseconds elapsed() const override { return {}; }
    UnixSeconds at = 1'000 * kDay + 12 * kHour;
};

enum class Reads { well, differs, damaged, fails, no_memory };

// What monitors see of checks of a store that reads like this.
struct Watched {
    static constexpr UnixSeconds kNight = 2;

    TurnedClock clock;
    middleware::Metrics metrics;
    server::LastDone last_done;
    Reads log = Reads::well;
    Reads database = Reads::well;
    int log_readings = 0;
    int database_readings = 0;
    std::stop_source stop;
    UnixSeconds day = 1'001;
    server::IntegrityChecks checks{{.clock = clock,
                                    .metrics = metrics,
                                    .last_done = last_done,
                                    .hour = kNight,
                                    .database_faults =
                                        [this] {
                                            ++database_readings;
                                            const auto good = read(database);
                                            return std::string{good ? "" : "a page"};
                                        },
                                    .verify_log =
                                        [this](const std::stop_token&) {
                                            ++log_readings;
                                            return read(log);
                                        },
                                    .reads_only = [] { return false; }}};

    static Result<> read(Reads how) {
        switch (how) {
            case Reads::well:
                return {};
            case Reads::differs:
                return fail(ErrorCode::integrity, "log.behind");
            case Reads::damaged:
                throw storage::StorageDamaged{"a page"};
            case Reads::fails:
                throw storage::StorageFailure{"read"};
            case Reads::no_memory:
                throw std::bad_alloc{};
        }
        return {};
    }
    void start() { checks.at_start(stop.get_token()); }
    void run() { checks.run(stop.get_token()); }
    void run_at(UnixSeconds hour, UnixSeconds minute) {
        clock.at = day * kDay + hour * kHour + minute * kMinute;
        run();
    }
    [[nodiscard]] bool gauge(const std::string& name) const {
        const auto text = metrics.text();
        const auto says = [&](const char* value) { return text.find("\n" + name + value) != std::string::npos; };
        REQUIRE(says(" 0\n") != says(" 1\n"));
        return says(" 1\n");
    }
    [[nodiscard]] bool faults() const { return gauge("rogatory_integrity_faults"); }
    [[nodiscard]] bool unchecked() const { return gauge("rogatory_integrity_unchecked"); }
    [[nodiscard]] UnixSeconds last() const {
        return last_done.at(static_cast<std::size_t>(server::LastDone::Job::integrity));
    }
};

}  // namespace

TEST_CASE("a check that did not end is no damage, and is made again", "[server]") {
    Watched w;
    for (const auto how : {Reads::fails, Reads::no_memory}) {
        w.log = how;
        w.start();
        CHECK(w.unchecked());
        CHECK_FALSE(w.faults());
        CHECK(w.last() == 0);
    }
    w.run();
    CHECK(w.log_readings == 3);
    CHECK(w.unchecked());
    w.log = Reads::well;
    w.run();
    CHECK_FALSE(w.unchecked());
    CHECK(w.last() == w.clock.at);
    w.run();
    CHECK(w.log_readings == 4);
    CHECK(w.database_readings == 0);
}

TEST_CASE("a night's check that did not end is made again within its hour, one that ended is not", "[server]") {
    Watched w;
    w.start();
    w.database = Reads::no_memory;
    w.run_at(2, 0);
    w.run_at(2, 5);
    CHECK(w.database_readings == 2);
    CHECK(w.unchecked());
    CHECK_FALSE(w.faults());
    w.database = Reads::well;
    w.log = Reads::fails;
    w.run_at(2, 10);
    CHECK(w.unchecked());
    w.log = Reads::well;
    w.run_at(2, 15);
    w.run_at(2, 20);
    CHECK(w.database_readings == 4);
    CHECK_FALSE(w.unchecked());
    CHECK(w.last() == w.clock.at - 5 * kMinute);
    // Outside its hour nothing is read, and what did not end stays said.
    w.database = Reads::fails;
    ++w.day;
    w.run_at(2, 0);
    CHECK(w.unchecked());
    w.run_at(3, 0);
    CHECK(w.database_readings == 5);
    CHECK(w.unchecked());
}

TEST_CASE("damage is told, however it shows, and stays told until a check finds none", "[server]") {
    Watched w;
    SECTION("in the log at the start") {
        w.log = GENERATE(Reads::differs, Reads::damaged);
        w.start();
        CHECK(w.faults());
        CHECK_FALSE(w.unchecked());
        w.run();
        CHECK(w.log_readings == 1);
    }
    SECTION("in the database at night, whatever becomes of the log") {
        w.start();
        w.database = Reads::differs;
        w.log = Reads::fails;
        w.run_at(2, 0);
        CHECK(w.faults());
        CHECK(w.unchecked());
        w.log = Reads::well;
        w.run_at(2, 5);
        CHECK(w.faults());
        CHECK_FALSE(w.unchecked());
    }
    w.log = Reads::well;
    w.database = Reads::well;
    ++w.day;
    w.run_at(2, 30);
    CHECK(w.last() == w.clock.at);
    CHECK_FALSE(w.faults());
}
