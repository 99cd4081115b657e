#include "crypto/age/parallel.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "crypto/age/descriptor.hpp"
#include "tests/unit/crypto/age/samples.hpp"

namespace rogatory::tests {
namespace {

using age::ParallelOptions;
using age::Profile;

// A file in memory with a descriptor.
class MemoryFile {
public:
    explicit MemoryFile(ByteView content = {}) : descriptor_{::memfd_create("age", MFD_CLOEXEC)} {
        REQUIRE(descriptor_ >= 0);
        REQUIRE(::write(descriptor_, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
        REQUIRE(::lseek(descriptor_, 0, SEEK_SET) == 0);
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile() { ::close(descriptor_); }

    [[nodiscard]] int descriptor() const { return descriptor_; }
    [[nodiscard]] Bytes content() const {
        Bytes all(static_cast<std::size_t>(::lseek(descriptor_, 0, SEEK_END)));
        REQUIRE(::pread(descriptor_, all.data(), all.size(), 0) == static_cast<ssize_t>(all.size()));
        return all;
    }

private:
    int descriptor_;
};

std::unique_ptr<age::Source> source_over(ByteView& rest) {
    return age::source_of([&rest](MutableByteView into) -> Result<std::size_t> {
        const auto some = std::min(into.size(), rest.size());
        std::copy_n(rest.begin(), some, into.begin());
        rest = rest.subspan(some);
        return some;
    });
}

std::unique_ptr<age::Sink> sink_into(Bytes& out) {
    return age::sink_of([&out](ByteView bytes) -> Result<> {
        append(out, bytes);
        return {};
    });
}

ParallelOptions with(unsigned threads) {
    ParallelOptions options;
    options.threads = threads;
    options.plaintext_sha256 = true;
    return options;
}

Bytes sealed(ByteView plaintext) {
    SeededRandom random;
    return age::seal(sample_identity().recipient(), plaintext, random);
}

// Around the chunk, and around the batches of two chunks that threads take.
constexpr std::array<std::size_t, 12> kSizes{0,       1,       65'535,  65'536,  65'537,  131'071,
                                             131'072, 131'073, 196'608, 262'144, 262'145, 3'000'000};

TEST_CASE("many threads seal and open as one does, in order and at any place", "[age][parallel]") {
    const auto size = GENERATE(from_range(kSizes));
    const auto threads = GENERATE(1U, 2U, 5U);
    const bool anywhere = GENERATE(true, false);
    CAPTURE(size, threads, anywhere);
    const auto plaintext = sample_bytes(size);
    const auto expected = sealed(plaintext);
    const auto access = anywhere ? age::Access::anywhere : age::Access::in_order;
    const auto identity = sample_identity();

    const MemoryFile plain_in{plaintext};
    const MemoryFile file;
    SeededRandom random;
    const auto made =
        age::seal_stream(std::span{&identity.recipient(), 1}, *age::source_of_descriptor(plain_in.descriptor(), access),
                         *age::sink_of_descriptor(file.descriptor(), access), random, with(threads));
    REQUIRE(made.has_value());
    CHECK(file.content() == expected);
    CHECK(made->file_bytes == expected.size());
    CHECK(made->plaintext_bytes == size);
    CHECK(made->file_sha256 == crypto::sha256(expected));
    CHECK(made->plaintext_sha256 == crypto::sha256(plaintext));

    const MemoryFile file_in{expected};
    const MemoryFile plain_out;
    const auto opened =
        age::open_stream(identity, Profile::single(), *age::source_of_descriptor(file_in.descriptor(), access),
                         *age::sink_of_descriptor(plain_out.descriptor(), access), with(threads));
    REQUIRE(opened.has_value());
    CHECK(plain_out.content() == plaintext);
    CHECK(opened->file_bytes == expected.size());
    CHECK(opened->plaintext_bytes == size);
    CHECK(opened->file_sha256 == crypto::sha256(expected));
    CHECK(opened->plaintext_sha256 == crypto::sha256(plaintext));
}

TEST_CASE("no digest is computed that nobody asked for", "[age][parallel]") {
    const auto plaintext = sample_bytes(2'000'000);
    ByteView rest{plaintext};
    Bytes out;
    SeededRandom random;
    ParallelOptions options;
    options.file_sha256 = false;
    const auto identity = sample_identity();

    const auto made =
        age::seal_stream(std::span{&identity.recipient(), 1}, *source_over(rest), *sink_into(out), random, options);

    REQUIRE(made.has_value());
    CHECK_FALSE(made->file_sha256.has_value());
    CHECK_FALSE(made->plaintext_sha256.has_value());
    CHECK(out == sealed(plaintext));
}

TEST_CASE("a changed file fails, and in order nothing behind the change is given out", "[age][parallel]") {
    const auto plaintext = sample_bytes(4'000'000);
    auto file = sealed(plaintext);
    const auto threads = GENERATE(1U, 2U, 5U);
    const auto chunk = GENERATE(std::size_t{0}, 7, 8, 30, 61);
    file[file.size() - 4'000'000 - 62 * 16 + chunk * age::kSealedChunkBytes] ^= 1;
    const auto identity = sample_identity();
    ByteView rest{file};
    Bytes out;

    const auto opened =
        age::open_stream(identity, Profile::single(), *source_over(rest), *sink_into(out), with(threads));

    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().key() == "age.payload");
    CHECK(opened.error().code() == ErrorCode::integrity);
    CHECK(out == to_bytes(ByteView{plaintext}.first(chunk * age::kChunkBytes)));
}

TEST_CASE("a file that is cut off fails wherever it is cut", "[age][parallel]") {
    const auto file = sealed(sample_bytes(1'200'000));
    const bool anywhere = GENERATE(true, false);
    const auto identity = sample_identity();
    const auto header = age::parse_header(file, age::kSmallHeaderBytes)->value().size;

    for (const auto size :
         {std::size_t{0}, header, header + 15, header + 16, header + 17, header + 16 + age::kSealedChunkBytes,
          header + 16 + 2 * age::kSealedChunkBytes, file.size() - 1}) {
        const MemoryFile cut{ByteView{file}.first(size)};
        Bytes out;
        const auto opened = age::open_stream(
            identity, Profile::single(),
            *age::source_of_descriptor(cut.descriptor(), anywhere ? age::Access::anywhere : age::Access::in_order),
            *sink_into(out), with(3));
        CAPTURE(size, anywhere);
        REQUIRE_FALSE(opened.has_value());
        CHECK(opened.error().key() == (size < header + 16 ? "age.header" : "age.payload"));
    }
}

TEST_CASE("a profile is checked before anything reaches the sink", "[age][parallel]") {
    const auto file = sealed(sample_bytes(10));
    ByteView rest{file};
    Bytes out;
    const auto identity = sample_identity();

    const auto opened = age::open_stream(identity, Profile::keyring(2), *source_over(rest), *sink_into(out), with(2));

    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().key() == "age.refused");
    CHECK(out.empty());
}

TEST_CASE("a source or sink that fails ends the work with its own error", "[age][parallel]") {
    const auto plaintext = sample_bytes(6'000'000);
    const auto identity = sample_identity();
    const std::span to{&identity.recipient(), 1};
    SeededRandom random;
    const auto threads = GENERATE(1U, 2U, 5U);
    std::atomic<int> calls = 0;

    SECTION("the source") {
        const auto source = age::source_of([&](MutableByteView into) -> Result<std::size_t> {
            if (++calls == 4) return fail(ErrorCode::unavailable, "test.source");
            return into.size();
        });
        Bytes out;
        CHECK(age::seal_stream(to, *source, *sink_into(out), random, with(threads)).error().key() == "test.source");
        CHECK(calls == 4);
    }
    SECTION("the sink") {
        ByteView rest{plaintext};
        const auto sink = age::sink_of([&](ByteView) -> Result<> {
            if (++calls == 4) return fail(ErrorCode::storage_full, "test.sink");
            return {};
        });
        CHECK(age::seal_stream(to, *source_over(rest), *sink, random, with(threads)).error().key() == "test.sink");
        CHECK(calls == 4);
    }
    SECTION("the sink throws") {
        ByteView rest{plaintext};
        const auto sink = age::sink_of([&](ByteView) -> Result<> {
            if (++calls == 4) throw std::runtime_error{"broken"};
            return {};
        });
        CHECK_THROWS_AS(age::seal_stream(to, *source_over(rest), *sink, random, with(threads)), std::runtime_error);
    }
}

TEST_CASE("work is cancelled between two batches", "[age][parallel]") {
    const auto identity = sample_identity();
    SeededRandom random;
    std::atomic<bool> cancelled = false;
    std::uint64_t seen = 0;
    auto options = with(GENERATE(1U, 3U));
    options.cancelled = &cancelled;
    options.progress = [&](std::uint64_t bytes) {
        CHECK(bytes >= seen);
        seen = bytes;
        if (bytes > 3'000'000) cancelled = true;
    };
    const auto endless = age::source_of([](MutableByteView into) -> Result<std::size_t> { return into.size(); });
    const auto nowhere = age::sink_of([](ByteView) -> Result<> { return {}; });

    const auto made = age::seal_stream(std::span{&identity.recipient(), 1}, *endless, *nowhere, random, options);

    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().key() == "age.cancelled");
    CHECK(seen < 20'000'000);
}

TEST_CASE("an input that shrinks while it is read is noticed", "[age][parallel]") {
    const auto identity = sample_identity();
    const MemoryFile input{sample_bytes(3'000'000)};
    const auto source = age::source_of_descriptor(input.descriptor());
    REQUIRE(::ftruncate(input.descriptor(), 2'000'000) == 0);
    SeededRandom random;
    Bytes out;

    const auto made = age::seal_stream(std::span{&identity.recipient(), 1}, *source, *sink_into(out), random, with(2));

    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().key() == "age.input_changed");
}

TEST_CASE("a full device is told from other faults", "[age][parallel]") {
    const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    REQUIRE(full >= 0);
    const auto identity = sample_identity();
    SeededRandom random;
    const auto plaintext = sample_bytes(100);
    ByteView rest{plaintext};

    const auto made = age::seal_stream(std::span{&identity.recipient(), 1}, *source_over(rest),
                                       *age::sink_of_descriptor(full), random);

    ::close(full);
    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().code() == ErrorCode::storage_full);
    CHECK(made.error().key() == "age.no_room");
}

}  // namespace
}  // namespace rogatory::tests
