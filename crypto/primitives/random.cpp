#include "crypto/primitives/random.hpp"

#include <sodium.h>

namespace rogatory::crypto {

namespace {

class SystemRandom final : public Random {
public:
    void fill(MutableByteView out) override { randombytes_buf(out.data(), out.size()); }
};

}  // namespace

Random& system_random() noexcept {
    static SystemRandom the_random;
    return the_random;
}

}  // namespace rogatory::crypto
