#include <catch2/catch_test_macros.hpp>

#include "platform/ports/restored.hpp"
#include "tests/support/must.hpp"
#include "tests/unit/service/fixture.hpp"

// A backup's copy, started: whether anything came after it is not known yet (decision 1801).
namespace rogatory::tests {
namespace {

using test::key_of;
using test::must;

void mark(storage::SqlStore& store) {
    must(store.write([](ports::Repositories& repositories) -> Result<> {
        repositories.journal().set_value(ports::kRestoredValue, Bytes(40, 1));
        return {};
    }));
}

}  // namespace

TEST_CASE("without witnesses a restored log grows only when the operator has stated what it holds",
          "[service][restored]") {
    PeopledFixture f;
    const auto size = [&f] { return f.services->repair.status().size; };
    CHECK(key_of(f.services->repair.nothing_newer(size())) == "restored.not");
    mark(*f.store);
    f.restart();
    f.world->sign_in(*f.senegal);
    CHECK(f.services->closed_because() == "log.restored");
    CHECK_FALSE(f.services->ready());
    CHECK_FALSE(f.services->read_only());
    CHECK(f.services->repair.status().restored);
    const auto before = size();
    CHECK_THROWS(f.world->open(*f.senegal, {}));
    CHECK(size() == before);

    CHECK(key_of(f.services->repair.nothing_newer(before + 1)) == "restored.size");
    f.restart();
    CHECK(f.services->closed_because() == "log.restored");
    must(f.services->repair.nothing_newer(before));
    CHECK(f.services->closed_because().empty());
    f.restart();
    f.world->sign_in(*f.senegal);
    CHECK(f.services->closed_because().empty());
    CHECK_NOTHROW(f.world->open(*f.senegal, {}));
}

TEST_CASE("checkpoints of another log, or of what a restored log has itself, settle nothing", "[service][restored]") {
    PeopledFixture f;
    f.world->open(*f.senegal, {});
    const auto own = must(f.services->log.checkpoint());
    PeopledFixture other;
    const auto foreign = must(other.services->log.checkpoint());
    mark(*f.store);
    f.restart();
    CHECK(f.services->log.offer(own));
    CHECK(f.services->log.offer(foreign));
    CHECK(f.services->closed_because() == "log.restored");
}

}  // namespace rogatory::tests
