#include "crypto/tlog/follower.hpp"

#include "tests/fuzz/property.hpp"

using namespace rogatory;

// A state has one encoding, and whatever is read can be asked.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView input{data, size};
    const auto follower = tlog::LogFollower::decode(input);
    if (!follower) return 0;
    require(follower->encode() == to_bytes(input));
    for (const auto& chain : follower->chains()) {
        const auto settled = follower->settled_length(chain);
        require(settled <= follower->length(chain));
        (void)follower->judge(chain, settled, {});
        (void)follower->logged(chain, settled);
    }
    return 0;
}
