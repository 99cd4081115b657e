#include "crypto/tlog/log_proof.hpp"

#include "tests/fuzz/property.hpp"

using namespace rogatory;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = as_text(ByteView{data, size});
    if (const auto proof = tlog::LogProof::parse(text)) {
        require(proof->format() == text);
        // Work is bounded by the path's length, whatever sizes the checkpoint claims.
        (void)tlog::verify_inclusion(tlog::leaf_hash({}), proof->index, proof->checkpoint.checkpoint.head, proof->path);
    }
    // Any sizes, any hashes: the verifiers neither crash nor accept a tree nobody built.
    if (size < 48) return 0;
    const auto number = [&](std::size_t at) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < 8; ++i) value = (value << 8U) | data[at + i];
        return value >> (data[at] % 64);
    };
    tlog::ProofPath path;
    for (std::size_t at = 16; at + 32 <= size; at += 32) {
        ByteArray<32> hash;
        for (std::size_t i = 0; i < 32; ++i) hash[i] = data[at + i];
        path.emplace_back(hash);
    }
    const auto root = tlog::leaf_hash(as_bytes("nobody has a tree with this root"));
    require(!tlog::verify_inclusion(tlog::leaf_hash({}), number(0), {number(8), root}, path));
    const auto old_size = number(0);
    if (old_size > 0) require(!tlog::verify_consistency({old_size, tlog::leaf_hash({})}, {number(8), root}, path));
    return 0;
}
