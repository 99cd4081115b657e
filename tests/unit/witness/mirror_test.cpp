#include "web/witness/mirror.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/must.hpp"
#include "tests/unit/storage/temporary.hpp"
#include "tests/unit/witness/grown_log.hpp"

using namespace rogatory;
using namespace rogatory::tests;
using test::key_of;
using test::must;
using witness::Mirror;

namespace {

std::uint64_t size_of(const std::filesystem::path& folder) {
    const auto held = must(Mirror::held(folder));
    return held ? held->checkpoint.head.size : 0;
}

}  // namespace

TEST_CASE("a copy grows with the log and says how far", "[witness][mirror]") {
    TemporaryDirectory directory;
    const auto folder = directory.path() / "copy";
    GrownLog log{"log.example/log/0"};
    for (const std::size_t count : {1U, 254U, 1U, 1U, 700U, 70'000U}) {
        const auto head = log.grow(count);
        must(Mirror::copy(folder, head, log.log));
        CHECK(must(Mirror::held(folder))->format() == head.format());
    }
    // The copy alone is enough to prove what the log proves: every file of it is the log's.
    const auto size = log.log.entries().size();
    std::size_t compared = 0;
    for (const auto& tile : tlog::new_tiles(0, size)) {
        const auto path = folder / tile.path();
        REQUIRE(std::filesystem::exists(path));
        CHECK(std::filesystem::file_size(path) == log.log.files.at(tile.path()).size());
        ++compared;
    }
    CHECK(compared > 270);
    for (const auto& bundle : tlog::new_bundles(0, size)) CHECK(std::filesystem::exists(folder / bundle.path()));
}

TEST_CASE("a log that shows another tree than it had cosigned is not copied", "[witness][mirror][attacks]") {
    TemporaryDirectory directory;
    const auto folder = directory.path() / "copy";
    GrownLog log{"log.example/log/0"};
    must(Mirror::copy(folder, log.grow(300), log.log));
    const auto head = log.grow(300);

    for (const std::size_t at : {std::size_t{500}, std::size_t{14'000}}) {
        // Once among those that the copy has already, once among the new.
        INFO("byte " << at);
        auto& bundle = log.log.files.at("tile/entries/001");
        bundle[at] ^= 1;
        CHECK(key_of(Mirror::copy(folder, head, log.log)) == "log.inconsistent");
        CHECK(size_of(folder) == 300);
        bundle[at] ^= 1;
    }
    SECTION("given the truth after all, it goes on from what it had") {
        must(Mirror::copy(folder, head, log.log));
        CHECK(size_of(folder) == 600);
    }
    SECTION("entries left out") {
        log.log.files.at("tile/entries/001").resize(66);
        CHECK(key_of(Mirror::copy(folder, head, log.log)) == "log.bundle_malformed");
        CHECK(size_of(folder) == 300);
    }
    SECTION("a bundle withheld") {
        log.log.files.erase("tile/entries/001");
        CHECK_FALSE(Mirror::copy(folder, head, log.log));
        CHECK(size_of(folder) == 300);
    }
}
