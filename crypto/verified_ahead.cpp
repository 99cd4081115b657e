#include "crypto/verified_ahead.hpp"

#include <atomic>
#include <mutex>
#include <set>
#include <shared_mutex>

#include "crypto/primitives/ed25519.hpp"

namespace rogatory::crypto {
namespace {

struct Verified {
    std::shared_mutex mutex;
    std::set<Digest> names;
    std::atomic<bool> any = false;  // whoever never verifies ahead pays nothing
};

Verified& verified() {
    static Verified one;
    return one;
}

// Key and signature have fixed lengths, so no two triples have one name.
Digest name_of(const VerifyKey& key, ByteView message, const Signature& signature) {
    Sha256 hash;
    hash.update(key.bytes());
    hash.update(signature.value());
    hash.update(message);
    return hash.finish();
}

}  // namespace

void verify_ahead(const VerifyKey& key, ByteView message, const Signature& signature) {
    const auto name = name_of(key, message, signature);
    auto& known = verified();
    {
        const std::shared_lock lock{known.mutex};
        if (known.names.contains(name)) return;
    }
    if (!ed25519_verify(Ed25519PublicKey{key.bytes()}, message, signature)) return;
    const std::unique_lock lock{known.mutex};
    if (known.names.size() >= kMostVerifiedAhead) known.names.clear();
    known.names.insert(name);
    known.any = true;
}

bool was_verified_ahead(const VerifyKey& key, ByteView message, const Signature& signature) {
    auto& known = verified();
    if (!known.any) return false;
    const auto name = name_of(key, message, signature);
    const std::shared_lock lock{known.mutex};
    return known.names.contains(name);
}

}  // namespace rogatory::crypto
