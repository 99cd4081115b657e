#include <algorithm>
#include <optional>

#include "crypto/age/file.hpp"
#include "crypto/age/stream.hpp"
#include "tests/fuzz/property.hpp"
#include "tests/support/seeded_random.hpp"

using namespace rogatory;

namespace {

const age::HybridIdentity& identity() {
    static const auto made = age::HybridIdentity::from_seed(
        crypto::XWingSeed::made_by([](MutableByteView out) { std::fill(out.begin(), out.end(), std::uint8_t{1}); }));
    return made;
}

std::optional<Bytes> opened_in_pieces(ByteView file, std::size_t piece, crypto::Digest& digest) {
    age::Opener opener{identity(), age::Profile::single()};
    Bytes out;
    while (!file.empty()) {
        const auto some = file.first(std::min(piece, file.size()));
        file = file.subspan(some.size());
        if (!opener.update(some, out)) {
            require(!opener.finish(out));
            return std::nullopt;
        }
    }
    if (!opener.finish(out)) return std::nullopt;
    digest = opener.sha256();
    return out;
}

// Whole or in pieces, in memory or streamed: one answer.
void check_open(ByteView file) {
    const auto whole = age::open(identity(), file, age::Profile::single());
    for (const std::size_t piece : {std::size_t{61}, file.size() + 1}) {
        crypto::Digest digest;
        const auto streamed = opened_in_pieces(file, piece, digest);
        require(streamed.has_value() == whole.has_value());
        if (!streamed) continue;
        require(*streamed == to_bytes(whole->expose_secret()));
        require(digest == crypto::sha256(file));
    }
    const auto seen = age::inspect(file, age::kSmallHeaderBytes);
    if (whole) require(seen && *seen && (*seen)->fits(age::Profile::single()));
}

}  // namespace

// The first byte says what the rest is: a file, the chunks of a file whose header is in order (a fuzzer cannot make a
// MAC), or a plaintext.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto rest = ByteView{data, size}.subspan(1);
    tests::SeededRandom random;
    if (data[0] % 3 == 0) {
        check_open(rest);
    } else if (data[0] % 3 == 1) {
        auto file = age::start_file(std::span{&identity().recipient(), 1}, random).bytes;
        append(file, rest);
        check_open(file);
    } else {
        const auto file = age::seal(identity().recipient(), rest, random);
        check_open(file);
        require(to_bytes(age::open(identity(), file, age::Profile::single())->expose_secret()) == to_bytes(rest));
    }
    return 0;
}
