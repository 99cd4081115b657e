#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/internal/catch_test_registry.hpp>

#include "crypto/age/armor.hpp"
#include "crypto/age/keys.hpp"
#include "crypto/age/parallel.hpp"
#include "crypto/encoding/hex.hpp"
#include "tests/vectors/age/cctv_vector.hpp"

// Each vector is a case of its own. It must end in its class of failure, whatever the pieces in which it comes and
// whoever opens it, and what was given out before a late failure must be what the vector says.
namespace rogatory::tests {
namespace {

using age::Failure;
using age::Outcome;

std::vector<std::unique_ptr<age::Opens>> keys_of(const CctvVector& vector) {
    std::vector<std::unique_ptr<age::Opens>> all;
    for (const auto& passphrase : vector.passphrases) {
        all.push_back(age::opens_with_passphrase([passphrase] { return crypto::SecretText::copy_of(passphrase); }));
    }
    std::vector<age::Identity> identities;
    for (const auto& text : vector.identities) identities.push_back(age::parse_identity(text).value());
    all.push_back(age::opens_with(std::move(identities)));
    return all;
}

struct Ended {
    std::optional<Failure> failure;
    Bytes payload;
};

Ended open_in_pieces(const CctvVector& vector, std::size_t piece_bytes) {
    const auto keys = keys_of(vector);
    age::Opener opener{age::unwrap_with(keys), age::kForeignHeaderBytes};
    age::ArmorReader armor;
    Ended ended;
    const auto take = [&](Outcome<> outcome) {
        if (!outcome && !ended.failure) ended.failure = outcome.error();
        return outcome.has_value();
    };
    for (ByteView rest{vector.file}; !rest.empty();) {
        const auto piece = rest.first(std::min(piece_bytes, rest.size()));
        rest = rest.subspan(piece.size());
        Bytes binary;
        const bool armored = !vector.armored || take(armor.update(piece, binary));
        if (!take(opener.update(vector.armored ? ByteView{binary} : piece, ended.payload)) || !armored) return ended;
    }
    Bytes binary;
    if (vector.armored && !take(armor.finish(binary))) return ended;
    if (take(opener.update(binary, ended.payload))) take(opener.finish(ended.payload));
    return ended;
}

// Over several threads, out of memory and in order, so that what was given out before a failure is defined.
Ended open_in_parallel(const CctvVector& vector, unsigned threads) {
    ByteView file{vector.file};
    const auto keys = keys_of(vector);
    Ended ended;
    const auto source = age::source_of([&](MutableByteView into) -> Result<std::size_t> {
        const auto some = std::min(into.size(), file.size());
        std::copy_n(file.begin(), some, into.begin());
        file = file.subspan(some);
        return some;
    });
    const auto sink = age::sink_of([&](ByteView bytes) -> Result<> {
        append(ended.payload, bytes);
        return {};
    });
    age::ParallelOptions options;
    options.threads = threads;
    const auto opened = age::open_stream(age::unwrap_with(keys), age::kForeignHeaderBytes, *source, *sink, options);
    for (const auto failure : {Failure::header, Failure::no_match, Failure::hmac, Failure::payload, Failure::armor}) {
        if (!opened && opened.error().key() == age::as_error(failure).key()) ended.failure = failure;
    }
    if (opened) CHECK(opened->file_bytes == vector.file.size());
    if (opened) CHECK(opened->file_sha256 == crypto::sha256(vector.file));
    return ended;
}

void check(const CctvVector& vector, const Ended& ended) {
    CHECK(ended.failure == vector.failure);
    if (vector.payload_sha256) {
        CHECK(encoding::hex_encode(crypto::sha256(ended.payload).value()) == *vector.payload_sha256);
    } else {
        CHECK(ended.payload.empty());
    }
}

// A header that parses is written again as the same bytes.
void check_header(ByteView file) {
    const auto header = age::parse_header(file, age::kForeignHeaderBytes);
    REQUIRE(header.has_value());
    REQUIRE(header->has_value());
    const auto written = age::write_header_before_mac((*header)->stanzas) + age::write_header_end((*header)->mac);
    CHECK(written == as_text(file.first((*header)->size)));
}

// A payload that opens is sealed again, under its own file key and nonce, as the same bytes.
void check_payload(const CctvVector& vector, ByteView payload) {
    const auto header = age::parse_header(vector.file, age::kForeignHeaderBytes)->value();
    age::PayloadNonce nonce;
    std::copy_n(vector.file.begin() + static_cast<std::ptrdiff_t>(header.size), nonce.size(), nonce.begin());
    const auto file_key = age::FileKey::from(vector.file_key.value()).value();
    age::Sealer sealer{
        {to_bytes(ByteView{vector.file}.first(header.size + nonce.size())), age::payload_key(file_key, nonce)}};
    Bytes sealed;
    sealer.update(payload, sealed);
    sealer.finish(sealed);
    CHECK(sealed == vector.file);
    CHECK(sealer.sha256() == crypto::sha256(vector.file));
}

void run(const std::filesystem::path& path) {
    const auto vector = read_cctv_vector(path);

    const auto whole = open_in_pieces(vector, vector.file.size() + 1);
    check(vector, whole);
    check(vector, open_in_pieces(vector, 4099));
    // scrypt takes a second a time; how the header comes makes no difference to it.
    if (vector.file.size() < 20'000 && vector.passphrases.empty()) check(vector, open_in_pieces(vector, 1));
    if (!vector.armored) {
        check(vector, open_in_parallel(vector, 1));
        check(vector, open_in_parallel(vector, 3));
        if (vector.failure != Failure::header) check_header(vector.file);
        if (!vector.failure) check_payload(vector, whole.payload);
    }
}

class VectorCase final : public Catch::ITestInvoker {
public:
    explicit VectorCase(std::filesystem::path path) : path_{std::move(path)} {}
    void invoke() const override { run(path_); }

private:
    std::filesystem::path path_;
};

std::vector<std::filesystem::path> vector_files() {
    std::vector<std::filesystem::path> files;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator{ROGATORY_CCTV_AGE, none}) files.push_back(entry);
    std::sort(files.begin(), files.end());
    return files;
}

[[maybe_unused]] const bool kRegistered = [] {
    for (const auto& path : vector_files()) {
        const auto name = "CCTV age vector " + path.filename().string();
        const Catch::AutoReg registered{Catch::Detail::unique_ptr<Catch::ITestInvoker>{new VectorCase{path}},
                                        CATCH_INTERNAL_LINEINFO,
                                        {},
                                        {name, "[age][cctv]"}};
    }
    return true;
}();

TEST_CASE("all 143 CCTV age vectors are there", "[age][cctv]") {
    const auto files = vector_files();
    if (files.empty()) SKIP("the npm package cctv-age could not be installed: NO AGE VECTOR WAS RUN");

    CHECK(files.size() == 143);
}

}  // namespace
}  // namespace rogatory::tests
