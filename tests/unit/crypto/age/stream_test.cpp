#include "crypto/age/stream.hpp"

#include <rapidcheck.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "tests/unit/crypto/age/samples.hpp"

namespace rogatory::tests {
namespace {

using age::Failure;
using age::Opener;
using age::Outcome;
using age::Profile;
using age::Sealer;

template <class Take>
void in_pieces(ByteView bytes, std::size_t piece, Take&& take) {
    while (!bytes.empty()) {
        const auto some = bytes.first(std::min(piece, bytes.size()));
        bytes = bytes.subspan(some.size());
        take(some);
    }
}

struct Made {
    Bytes file;
    crypto::Digest sha256;
};

Made sealed(ByteView plaintext, std::size_t piece = SIZE_MAX) {
    SeededRandom random;
    const auto identity = sample_identity();
    Sealer sealer{std::span{&identity.recipient(), 1}, random};
    Bytes out;
    in_pieces(plaintext, piece, [&](ByteView some) { sealer.update(some, out); });
    sealer.finish(out);
    CHECK(sealer.file_bytes() == out.size());
    return {out, sealer.sha256()};
}

struct Opened {
    std::optional<Failure> failure;
    Bytes plaintext;
    std::optional<crypto::Digest> sha256;
};

Opened opened(ByteView file, std::size_t piece = SIZE_MAX, Profile profile = Profile::single()) {
    const auto identity = sample_identity();
    Opener opener{identity, profile};
    Opened seen;
    const auto take = [&](const Outcome<>& outcome) {
        if (!outcome && !seen.failure) seen.failure = outcome.error();
    };
    in_pieces(file, piece, [&](ByteView some) { take(opener.update(some, seen.plaintext)); });
    take(opener.finish(seen.plaintext));
    if (!seen.failure) {
        seen.sha256 = opener.sha256();
        CHECK(opener.file_bytes() == file.size());
    }
    return seen;
}

TEST_CASE("a stream opens as what was sealed, at every boundary and in pieces of any size", "[age][stream]") {
    const auto size = GENERATE(from_range(kBoundarySizes));
    const auto plaintext = sample_bytes(size);
    const auto whole = sealed(plaintext);
    CAPTURE(size);

    for (const auto piece : {std::size_t{1}, std::size_t{4'099}, std::size_t{65'537}, SIZE_MAX}) {
        if (piece == 1 && size > 140'000) continue;
        CAPTURE(piece);
        const auto made = sealed(plaintext, piece);
        CHECK(made.file == whole.file);
        const auto seen = opened(whole.file, piece);
        CHECK_FALSE(seen.failure.has_value());
        CHECK(seen.plaintext == plaintext);
        CHECK(seen.sha256 == made.sha256);
    }
    CHECK(whole.sha256 == crypto::sha256(whole.file));
    CHECK(whole.file.size() == age::sealed_size(size, 1));
}

TEST_CASE("whatever is sealed opens, whatever the pieces", "[age][stream]") {
    const bool holds = rc::check("decryption inverts encryption", [] {
        const auto plaintext =
            sample_bytes(*rc::gen::inRange<std::size_t>(0, 200'000), *rc::gen::arbitrary<std::uint64_t>());
        const auto piece = *rc::gen::inRange<std::size_t>(1, 100'000);
        const auto other = *rc::gen::inRange<std::size_t>(1, 100'000);
        const auto seen = opened(sealed(plaintext, piece).file, other);
        RC_ASSERT_FALSE(seen.failure.has_value());
        RC_ASSERT(seen.plaintext == plaintext);
    });

    CHECK(holds);
}

TEST_CASE("no byte of an age file can be changed", "[age][stream]") {
    const auto size = GENERATE(std::size_t{0}, 10, 65'536, 65'600);
    const auto made = sealed(sample_bytes(size));
    const auto header = age::parse_header(made.file, age::kSmallHeaderBytes)->value().size;

    const bool holds = rc::check("a changed file does not open", [&] {
        auto file = made.file;
        // Half of the tries in the header, where there is more to get wrong.
        const auto place =
            *rc::gen::oneOf(rc::gen::inRange<std::size_t>(0, header), rc::gen::inRange<std::size_t>(0, file.size()));
        file[place] = static_cast<std::uint8_t>(file[place] ^ *rc::gen::inRange(1, 256));
        const auto seen = opened(file);
        RC_ASSERT(seen.failure.has_value());
        if (place < header) RC_ASSERT(seen.plaintext.empty());
    });

    CHECK(holds);
}

TEST_CASE("an age file that is cut off or lengthened does not open", "[age][stream]") {
    const auto made = sealed(sample_bytes(131'072));
    const auto piece = GENERATE(std::size_t{4'099}, SIZE_MAX);

    for (const auto cut :
         {std::size_t{1}, std::size_t{16}, std::size_t{65'552}, std::size_t{65'553}, std::size_t{131'104}}) {
        const auto seen = opened(ByteView{made.file}.first(made.file.size() - cut), piece);
        INFO(cut);
        CHECK(seen.failure == Failure::payload);
        CHECK(seen.plaintext.size() <= 65'536);
    }
    auto longer = made.file;
    longer.push_back(0);
    CHECK(opened(longer, piece).failure == Failure::payload);
    longer.insert(longer.end(), 100'000, 0);
    CHECK(opened(longer, piece).failure == Failure::payload);
}

TEST_CASE("chunks cannot be left out, doubled or exchanged", "[age][stream]") {
    const auto made = sealed(sample_bytes(3 * age::kChunkBytes));
    const auto start = made.file.size() - 3 * age::kSealedChunkBytes;
    const auto chunk = [&](std::size_t i) {
        return ByteView{made.file}.subspan(start + i * age::kSealedChunkBytes, age::kSealedChunkBytes);
    };
    const auto order = GENERATE(as<std::vector<std::size_t>>{}, std::vector<std::size_t>{0, 2},
                                std::vector<std::size_t>{1, 0, 2}, std::vector<std::size_t>{0, 0, 1, 2},
                                std::vector<std::size_t>{0, 2, 1}, std::vector<std::size_t>{0, 1});
    auto file = to_bytes(ByteView{made.file}.first(start));
    for (const auto i : order) append(file, chunk(i));

    CHECK(opened(file).failure == Failure::payload);
}

TEST_CASE("a header that never ends is given up at its limit", "[age][stream]") {
    const auto identity = sample_identity();
    Opener opener{identity, Profile::single()};
    Bytes out;
    auto piece = to_bytes(age::kVersionLine);
    REQUIRE(opener.update(piece, out).has_value());
    std::size_t fed = piece.size();
    while (opener.update(as_bytes("-> x\n\n"), out)) fed += 6;

    CHECK(fed < age::kSmallHeaderBytes);
    CHECK(opener.finish(out).error() == Failure::header);
}

TEST_CASE("what is no age file is given up at once", "[age][stream]") {
    const auto identity = sample_identity();
    Opener opener{identity, Profile::single()};
    Bytes out;

    CHECK(opener.update(as_bytes("x"), out).error() == Failure::header);
    CHECK(opener.update(as_bytes("x"), out).error() == Failure::header);
}

TEST_CASE("a finished stream is not used again", "[age][stream]") {
    SeededRandom random;
    const auto identity = sample_identity();
    Sealer sealer{std::span{&identity.recipient(), 1}, random};
    Bytes out;
    CHECK_THROWS_AS(sealer.sha256(), InvariantViolation);
    sealer.finish(out);

    CHECK_THROWS_AS(sealer.finish(out), InvariantViolation);
    CHECK_THROWS_AS(sealer.update({}, out), InvariantViolation);
    CHECK_THROWS_AS((Sealer{std::span<const age::HybridRecipient>{}, random}), InvariantViolation);
}

}  // namespace
}  // namespace rogatory::tests
