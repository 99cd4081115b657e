// What every BlobStore does, asked of each: the one on the disk and the one that tests take for it.
#include <memory>

#include <catch2/catch_template_test_macros.hpp>

#include "storage/blobs/disk_blob_store.hpp"
#include "storage/failure.hpp"
#include "tests/support/memory_blob_store.hpp"
#include "tests/unit/storage/temporary.hpp"

using namespace rogatory;
using namespace rogatory::tests;

namespace {

struct OnDisk {
    TemporaryDirectory directory;
    ThrowingEmergency emergency;
    storage::DiskBlobStore store{directory.path(), emergency};
    storage::DiskBlobStore full{directory.path(), emergency, ~std::uint64_t{0}};
};
struct InMemory {
    MemoryBlobStore store;
    MemoryBlobStore full{0};
};

ports::UploadId id_of(std::uint8_t byte) {
    ByteArray<16> bytes;
    bytes.fill(byte);
    return ports::UploadId{bytes};
}

std::string all(const ports::BlobStore& store, ports::UploadId id) {
    auto reader = store.open(id).value();
    std::string text(reader->size() + 5, '?');
    text.resize(reader->read_at(0, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()}));
    return text;
}

}  // namespace

TEMPLATE_TEST_CASE("a blob store", "[contract][blobs]", OnDisk, InMemory) {
    TestType world;
    ports::BlobStore& store = world.store;

    SECTION("knows nothing at first") {
        CHECK(store.open(id_of(1)).error().code() == ErrorCode::not_found);
        CHECK(store.resume(id_of(1), 0).error().code() == ErrorCode::not_found);
        CHECK(store.seal(id_of(1)).error().code() == ErrorCode::not_found);
        store.remove(id_of(1));
    }
    SECTION("makes an empty blob, once") {
        REQUIRE(store.create(id_of(1)));
        CHECK(all(store, id_of(1)).empty());
        CHECK_THROWS_AS(store.create(id_of(1)), storage::StorageFailure);
    }
    SECTION("appends, goes on, and cuts off what lies behind the offset") {
        REQUIRE(store.create(id_of(1)));
        {
            auto writer = store.resume(id_of(1), 0).value();
            REQUIRE(writer->write(as_bytes("hello ")));
            REQUIRE(writer->write(as_bytes("wor")));
            CHECK(writer->position() == 9);
            writer->sync();
        }
        auto writer = store.resume(id_of(1), 6).value();
        CHECK(writer->position() == 6);
        REQUIRE(writer->write(as_bytes("there")));
        CHECK(all(store, id_of(1)) == "hello there");
        CHECK_THROWS_AS(store.resume(id_of(1), 12), storage::StorageFailure);
    }
    SECTION("seals twice, and unseals for a row that never heard of it") {
        REQUIRE(store.create(id_of(1)));
        REQUIRE(store.resume(id_of(1), 0).value()->write(as_bytes("ab")));
        REQUIRE(store.seal(id_of(1)));
        REQUIRE(store.seal(id_of(1)));
        CHECK(all(store, id_of(1)) == "ab");
        REQUIRE(store.resume(id_of(1), 1).value()->write(as_bytes("c")));
        CHECK(all(store, id_of(1)) == "ac");
    }
    SECTION("reads from any offset, and nothing beyond the end") {
        REQUIRE(store.create(id_of(1)));
        REQUIRE(store.resume(id_of(1), 0).value()->write(as_bytes("0123456789")));
        auto reader = store.open(id_of(1)).value();
        Bytes piece(4);
        CHECK(reader->read_at(3, piece) == 4);
        CHECK(as_text(piece) == "3456");
        CHECK(reader->read_at(8, piece) == 2);
        CHECK(reader->read_at(10, piece) == 0);
        CHECK(reader->read_at(1'000, piece) == 0);
    }
    SECTION("removes in either state, and lets an open reader go on") {
        for (const bool sealed : {false, true}) {
            REQUIRE(store.create(id_of(1)));
            REQUIRE(store.resume(id_of(1), 0).value()->write(as_bytes("xyz")));
            if (sealed) REQUIRE(store.seal(id_of(1)));
            auto reader = store.open(id_of(1)).value();
            store.remove(id_of(1));
            CHECK_FALSE(store.open(id_of(1)));
            Bytes piece(3);
            CHECK(reader->read_at(0, piece) == 3);
        }
    }
    SECTION("says when there is no room") {
        CHECK(world.full.free_bytes() == 0);
        CHECK(world.full.create(id_of(2)).error().code() == ErrorCode::storage_full);
    }
    SECTION("sweeps what nobody knows") {
        REQUIRE(store.create(id_of(1)));
        REQUIRE(store.create(id_of(2)));
        CHECK(store.sweep(UnixSeconds{1} << 40, [](ports::UploadId id) { return id == id_of(2); }) == 1);
        CHECK_FALSE(store.open(id_of(1)));
        CHECK(store.open(id_of(2)));
    }
}
