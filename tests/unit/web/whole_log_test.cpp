#include <catch2/catch_test_macros.hpp>
#include <new>
#include <vector>

#include "web/server/whole_log.hpp"

using namespace rogatory;

namespace {

enum class Read { well, differs, fails, locked, no_room, no_memory };

// What came of readings one after the other, and whether the log was closed.
struct Outcome {
    std::string ended;
    std::size_t readings = 0;
    int closed = 0;
    bool operator==(const Outcome&) const = default;
};

Outcome verified(const std::vector<Read>& readings) {
    Outcome outcome;
    const auto verify = [&]() -> Result<> {
        switch (readings.at(outcome.readings++)) {
            case Read::well:
                return {};
            case Read::differs:
                return fail(ErrorCode::integrity, "log.behind");
            case Read::fails:
                throw storage::StorageFailure{"read"};
            case Read::locked:
                throw storage::StorageBusy{"locked"};
            case Read::no_room:
                throw storage::StorageFull{"full"};
            case Read::no_memory:
                throw std::bad_alloc{};
        }
        return {};
    };
    try {
        const auto said = server::verify_or_close(verify, [&] { ++outcome.closed; });
        outcome.ended = said ? "well" : said.error().key();
    } catch (const storage::StorageFailure& broken) {
        outcome.ended = broken.what();
    } catch (const std::bad_alloc&) {
        outcome.ended = "memory";
    }
    return outcome;
}

}  // namespace

TEST_CASE("a log that could not be read is read once more before the server only reads", "[server]") {
    CHECK(verified({Read::well}) == Outcome{"well", 1, 0});
    CHECK(verified({Read::fails, Read::well}) == Outcome{"well", 2, 0});
    CHECK(verified({Read::fails, Read::differs}) == Outcome{"log.behind", 2, 0});  // closed where it was found
    CHECK(verified({Read::fails, Read::fails}) == Outcome{"read", 2, 1});
    // What says nothing of the log closes nothing, the second time neither.
    CHECK(verified({Read::locked}) == Outcome{"locked", 1, 0});
    CHECK(verified({Read::no_room}) == Outcome{"full", 1, 0});
    CHECK(verified({Read::no_memory}) == Outcome{"memory", 1, 0});
    CHECK(verified({Read::fails, Read::no_memory}) == Outcome{"memory", 2, 0});
}
