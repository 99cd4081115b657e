#include "crypto/primitives/argon2id.hpp"

#include <sodium.h>

#include <new>

namespace rogatory::crypto {

static_assert(crypto_pwhash_argon2id_SALTBYTES == std::tuple_size_v<Argon2idSalt>);

void argon2id(ByteView password, const Argon2idSalt& salt, Argon2idCost cost, MutableByteView out) {
    ensure(out.size() >= crypto_pwhash_argon2id_BYTES_MIN && cost.memory_kib >= 8 && cost.passes >= 1 &&
               password.size() <= crypto_pwhash_argon2id_PASSWD_MAX,
           "Argon2id's parameters are in range");
    const auto failed = crypto_pwhash_argon2id(out.data(), out.size(), as_text(password).data(), password.size(),
                                               salt.data(), cost.passes, std::size_t{cost.memory_kib} * 1024,
                                               crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0;
    if (failed) throw std::bad_alloc{};  // the parameters were checked: memory is all that can be missing
}

}  // namespace rogatory::crypto
