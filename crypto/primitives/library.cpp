#include "crypto/primitives/library.hpp"

#include <sodium.h>

#include <cstdio>
#include <cstdlib>

namespace rogatory::crypto {

Library::Library() {
    if (sodium_init() < 0) {
        std::fputs("libsodium could not be initialised\n", stderr);
        std::abort();
    }
}

}  // namespace rogatory::crypto
