#include "crypto/tlog/policy.hpp"

#include "tests/fuzz/property.hpp"

using namespace rogatory;

// A policy that is read, written and read again is the same one, and accepts nothing that no log of it signed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto policy = tlog::Policy::parse(as_text(ByteView{data, size}));
    if (!policy) return 0;
    const auto again = tlog::Policy::parse(policy->format());
    require(again && *again == *policy && again->format() == policy->format());
    static const auto checkpoint = tlog::SignedCheckpoint::parse(
        "o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\xe2\x80\x94 o AAAAAAAA\n");
    require(!policy->verify(*checkpoint));
    return 0;
}
