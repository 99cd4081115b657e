#include <array>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <catch2/catch_test_macros.hpp>

#include "storage/blobs/disk_blob_store.hpp"
#include "storage/failure.hpp"
#include "tests/unit/storage/temporary.hpp"

using namespace rogatory;
using namespace rogatory::storage;
using namespace rogatory::tests;

namespace {

ports::UploadId id_of(std::uint8_t byte) {
    ByteArray<16> bytes;
    bytes.fill(byte);
    return ports::UploadId{bytes};
}

struct Blobs {
    TemporaryDirectory directory;
    ThrowingEmergency emergency;
    DiskBlobStore store{directory.path(), emergency};
};

std::string all(ports::BlobReader& reader) {
    std::string text(reader.size(), '\0');
    const auto got = reader.read_at(0, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    text.resize(got);
    return text;
}

std::filesystem::path file_of(const Blobs& blobs, const std::string& name) {
    return blobs.directory.path() / name.substr(0, 2) / name;
}

}  // namespace

TEST_CASE("bytes behind what was acknowledged are cut off when an upload goes on", "[storage][blobs]") {
    Blobs blobs;
    REQUIRE(blobs.store.create(id_of(1)));
    {
        auto writer = blobs.store.resume(id_of(1), 0).value();
        REQUIRE(writer->write(as_bytes("acknowledged")));
        writer->sync();
        REQUIRE(writer->write(as_bytes(" and lost")));
    }
    auto writer = blobs.store.resume(id_of(1), 12).value();
    CHECK(writer->position() == 12);
    REQUIRE(writer->write(as_bytes("!")));
    CHECK(all(*blobs.store.open(id_of(1)).value()) == "acknowledged!");
    CHECK_THROWS_AS(blobs.store.resume(id_of(1), 14), StorageFailure);
}

TEST_CASE("what is in memory is read without waiting, and nothing is made up", "[storage][blobs]") {
    Blobs blobs;
    REQUIRE(blobs.store.create(id_of(1)));
    auto writer = blobs.store.resume(id_of(1), 0).value();
    REQUIRE(writer->write(as_bytes("ciphertext")));
    const auto reader = blobs.store.open(id_of(1)).value();
    std::array<std::uint8_t, 64> room{};
    // A file system that cannot say has nothing ready; what it has are the file's bytes from there on.
    const auto got = reader->read_ready(6, room);
    CHECK((got == 0 || got == 4));
    CHECK(std::string(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(got)) ==
          std::string{"text"}.substr(0, got));
    CHECK(reader->read_ready(10, room) == 0);
    CHECK(reader->read_ready(11, room) == 0);
}

TEST_CASE("sealing twice is no error, and a sealed blob whose row never heard of it goes on", "[storage][blobs]") {
    Blobs blobs;
    REQUIRE(blobs.store.create(id_of(2)));
    REQUIRE(blobs.store.resume(id_of(2), 0).value()->write(as_bytes("x")));
    REQUIRE(blobs.store.seal(id_of(2)));
    REQUIRE(blobs.store.seal(id_of(2)));
    CHECK(all(*blobs.store.open(id_of(2)).value()) == "x");
    REQUIRE(blobs.store.resume(id_of(2), 1).value()->write(as_bytes("y")));
    REQUIRE(blobs.store.seal(id_of(2)));
    CHECK(all(*blobs.store.open(id_of(2)).value()) == "xy");
    CHECK(blobs.store.resume(id_of(3), 0).error().code() == ErrorCode::not_found);
    CHECK(blobs.store.seal(id_of(3)).error().code() == ErrorCode::not_found);
}

TEST_CASE("a blob that came whole is sealed by who wrote it, or is taken away under either name", "[storage][blobs]") {
    Blobs blobs;
    auto writer = blobs.store.create(id_of(0x11)).value();
    REQUIRE(writer->write(as_bytes("all ")));
    REQUIRE(writer->write(as_bytes("of it")));
    REQUIRE(writer->seal());
    const std::string name(32, '1');
    CHECK(std::filesystem::exists(file_of(blobs, name)));
    CHECK_FALSE(std::filesystem::exists(file_of(blobs, name).string() + ".part"));
    CHECK(all(*blobs.store.open(id_of(0x11)).value()) == "all of it");
    // Its row was never written, and it is begun anew.
    CHECK(blobs.store.resume(id_of(0x11), 0).value()->position() == 0);
    blobs.store.remove(id_of(0x11));
    auto removed = blobs.store.create(id_of(0x12)).value();
    blobs.store.remove(id_of(0x12));
    CHECK(removed->seal().error().code() == ErrorCode::not_found);
}

TEST_CASE("files are nobody else's, and their names are ids", "[storage][blobs]") {
    Blobs blobs;
    REQUIRE(blobs.store.create(id_of(0xab)));
    const auto name = std::string(32, '-').replace(0, 32, "abababababababababababababababab");
    struct stat about {};
    REQUIRE(::stat((file_of(blobs, name).string() + ".part").c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);
    CHECK_THROWS_AS(blobs.store.create(id_of(0xab)), StorageFailure);
}

TEST_CASE("a removed blob is gone in either state, and removing nothing is no error", "[storage][blobs]") {
    Blobs blobs;
    for (const bool sealed : {false, true}) {
        REQUIRE(blobs.store.create(id_of(4)));
        if (sealed) REQUIRE(blobs.store.seal(id_of(4)));
        blobs.store.remove(id_of(4));
        blobs.store.remove(id_of(4));
        CHECK_FALSE(blobs.store.open(id_of(4)));
    }
}

TEST_CASE("a reader that has a blob open goes on when it is removed", "[storage][blobs]") {
    Blobs blobs;
    REQUIRE(blobs.store.create(id_of(5)));
    REQUIRE(blobs.store.resume(id_of(5), 0).value()->write(as_bytes("still here")));
    auto reader = blobs.store.open(id_of(5)).value();
    blobs.store.remove(id_of(5));
    CHECK(all(*reader) == "still here");
}

TEST_CASE("the sweep removes old files that no row names, and nothing else", "[storage][blobs]") {
    Blobs blobs;
    REQUIRE(blobs.store.create(id_of(6)));
    REQUIRE(blobs.store.create(id_of(7)));
    REQUIRE(blobs.store.create(id_of(8)));
    const auto stranger = blobs.directory.path() / "00" / "readme.txt";
    std::ofstream{stranger} << "x";
    const auto age = [&](std::uint8_t byte, std::time_t when) {
        const auto name = std::string(blobs.directory.path() / "");
        for (const auto& entry : std::filesystem::recursive_directory_iterator{name}) {
            if (entry.path().filename().string().find(byte == 6 ? "0606" : byte == 7 ? "0707" : "0808") != 0) continue;
            const timespec times[2]{{when, 0}, {when, 0}};
            REQUIRE(::utimensat(AT_FDCWD, entry.path().c_str(), times, 0) == 0);
        }
    };
    age(6, 1000);  // old, unknown
    age(7, 1000);  // old, known
    age(8, 9000);  // young, unknown
    CHECK(blobs.store.sweep(5000, [](ports::UploadId id) { return id == id_of(7); }) == 1);
    CHECK_FALSE(blobs.store.open(id_of(6)));
    CHECK(blobs.store.open(id_of(7)));
    CHECK(blobs.store.open(id_of(8)));
    CHECK(std::filesystem::exists(stranger));
}

TEST_CASE("where nothing is free beyond the reserve nothing is written", "[storage][blobs]") {
    TemporaryDirectory directory;
    ThrowingEmergency emergency;
    DiskBlobStore plenty{directory.path(), emergency};
    REQUIRE(plenty.create(id_of(9)));
    DiskBlobStore none{directory.path(), emergency, ~std::uint64_t{0}};
    CHECK(none.free_bytes() == 0);
    CHECK(none.create(id_of(10)).error().code() == ErrorCode::storage_full);
    auto writer = none.resume(id_of(9), 0).value();
    CHECK(writer->write(as_bytes("x")).error().code() == ErrorCode::storage_full);
    CHECK(writer->position() == 0);
}
