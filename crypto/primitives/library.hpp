#pragma once

namespace rogatory::crypto {

// Proof that libsodium is initialised (CPU features chosen, random generator open).
//
// `kLibrary` below is initialised before any later static object of every file that includes a header of
// crypto/primitives, so nobody has to remember it; sodium_init() is idempotent and thread-safe. The process ends
// when it fails: without a random generator there is nothing safe to do.
class Library {
public:
    Library();
};

inline const Library kLibrary{};

}  // namespace rogatory::crypto
