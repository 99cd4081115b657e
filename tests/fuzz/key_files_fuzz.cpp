#include "platform/record/key_files.hpp"
#include "platform/record/share_file.hpp"

#include "tests/fuzz/property.hpp"

using namespace rogatory;

// The texts that hold identities: what is read is written as the same bytes, and no text is two of them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView input{data, size};
    int kinds = 0;
    if (const auto grant = record::GrantFile::parse(input)) {
        require(grant->encode().expose_secret() == as_text(input));
        ++kinds;
    }
    if (const auto keyring = record::KeyringFile::parse(input)) {
        require(keyring->encode().expose_secret() == as_text(input));
        ++kinds;
    }
    if (const auto bundle = record::UserBundle::parse(input)) {
        require(bundle->encode().expose_secret() == as_text(input));
        ++kinds;
    }
    if (const auto share = record::ShareFile::parse(input)) {
        require(share->encode().expose_secret() == as_text(input));
        ++kinds;
    }
    // Typed from paper, so leniently; what it writes it reads as itself.
    if (const auto printed = record::PrintedShare::parse(as_text(input))) {
        const auto again = record::PrintedShare::parse(printed->encode().expose_secret());
        require(again && again->encode() == printed->encode());
    }
    require(kinds <= 1);
    return 0;
}
