// Secrets are not copied, printed, hashed or mixed up.
#include <functional>
#include <ostream>
#include <sstream>
#include <utility>

#include "crypto/secret.hpp"

using namespace rogatory::crypto;

using FileKey = Secret<16, struct FileKeyTag>;
using MacKey = Secret<16, struct MacKeyTag>;

namespace {
[[maybe_unused]] void seal_with(const FileKey&) {}
}  // namespace

void use(FileKey key, MacKey mac, SecretText passphrase, std::ostream& log) {
    FileKey moved = std::move(key);
    seal_with(moved);
#if MUST_FAIL == 1  // a copy
    FileKey copy = moved;
#elif MUST_FAIL == 2  // a copy by assignment
    key = moved;
#elif MUST_FAIL == 3  // printed
    log << moved;
#elif MUST_FAIL == 4  // a passphrase printed
    log << passphrase;
#elif MUST_FAIL == 5  // a key of another purpose
    seal_with(mac);
#elif MUST_FAIL == 6  // hashed, so kept in a table
    (void)std::hash<FileKey>{}(moved);
#elif MUST_FAIL == 7  // a passphrase copied
    SecretText again = passphrase;
#elif MUST_FAIL == 8  // turned into a string without saying so
    std::string text = passphrase;
#elif MUST_FAIL == 9  // comparing keys of two purposes
    (void)(moved == mac);
#endif
    (void)mac;
    (void)passphrase;
    (void)log;
}
