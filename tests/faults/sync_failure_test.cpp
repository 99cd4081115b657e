// A failed fsync ends the process: the kernel may have dropped the pages it could not write, so a second fsync that
// succeeds would prove nothing. libfiu makes the call fail in a process of its own.
#include <array>
#include <cstdio>
#include <string>

#include <sys/wait.h>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/unit/storage/temporary.hpp"

using namespace rogatory;
using namespace rogatory::tests;

namespace {

struct Ended {
    int status{};
    std::string output;
};

Ended run(const std::string& command) {
    std::FILE* const stream = ::popen((command + " 2>/dev/null").c_str(), "r");
    REQUIRE(stream != nullptr);
    Ended ended;
    std::array<char, 256> piece{};
    while (std::fgets(piece.data(), piece.size(), stream) != nullptr) ended.output += piece.data();
    const int status = ::pclose(stream);
    ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ended;
}

}  // namespace

TEST_CASE("a failed fsync ends the process before anything is acknowledged", "[faults][sync]") {
    if (run("command -v fiu-run").status != 0) SKIP("fiu-run is not installed");
    StoreFixture fixture;
    fixture.store.reset();
    const std::string probe = std::string{ROGATORY_PROBE} + " " + fixture.layout.data.string() + " ";
    const std::string what = GENERATE("database", "blob");
    REQUIRE(run(probe + what).output == "acknowledged\n");

    // The blob's folders are made by now; what fails next is the data.
    const auto ended =
        run("fiu-run -x -c 'enable name=posix/io/sync/fsync' -c 'enable name=posix/io/sync/fdatasync' " + probe + what);
    INFO(what);
    CHECK(ended.status == 74);
    CHECK(ended.output.empty());

    // The next start recovers from what is really there.
    CHECK(run(probe + what).output == "acknowledged\n");
    fixture.open();
    CHECK(fixture.store->verify_log());
    CHECK(fixture.store->integrity_faults().empty());
}
