#include "crypto/primitives/scrypt.hpp"

#include <sodium.h>

#include <cerrno>
#include <new>

namespace rogatory::crypto {

void scrypt(ByteView password, ByteView salt, ScryptCost cost, MutableByteView out) {
    ensure(cost.log_n >= 1 && cost.log_n <= 30, "scrypt's cost is in range");
    const auto failed = crypto_pwhash_scryptsalsa208sha256_ll(password.data(), password.size(), salt.data(),
                                                              salt.size(), std::uint64_t{1} << cost.log_n, cost.r,
                                                              cost.p, out.data(), out.size()) != 0;
    if (!failed) return;
    if (errno == ENOMEM) throw std::bad_alloc{};
    ensure(false, "scrypt's parameters are in range");
}

}  // namespace rogatory::crypto
