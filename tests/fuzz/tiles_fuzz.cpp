#include "crypto/tlog/entry.hpp"
#include "crypto/tlog/tile.hpp"
#include "tests/fuzz/property.hpp"

using namespace rogatory;

// Paths and bundles have one spelling each.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView input{data, size};
    if (const auto tile = tlog::TileCoordinate::parse(as_text(input))) require(tile->path() == as_text(input));
    if (const auto bundle = tlog::BundleCoordinate::parse(as_text(input))) require(bundle->path() == as_text(input));
    if (const auto entries = tlog::decode_bundle(input)) require(tlog::encode_bundle(*entries) == to_bytes(input));
    if (const auto frontier = tlog::Frontier::decode(input)) {
        require(frontier->encode() == to_bytes(input));
        (void)frontier->root();
    }
    return 0;
}
