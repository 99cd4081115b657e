#include "crypto/encoding/bech32.hpp"

#include "tests/fuzz/property.hpp"

using namespace rogatory;

// One value has one spelling a case, and everything can be spelled.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView input{data, size};
    const auto text = as_text(input);
    if (const auto decoded = encoding::bech32_decode(text)) {
        // A human part without a letter leaves the case of the rest open; age has no such.
        const auto again = encoding::bech32_encode(decoded->human_part, decoded->data.expose_secret());
        const auto second = encoding::bech32_decode(again);
        require(again.size() == text.size() && second && second->data == decoded->data);
        if (decoded->human_part.find_first_of("abcdefghijklmnopqrstuvwxyz") != std::string::npos)
            require(again == text);
    }
    const auto decoded = encoding::bech32_decode(encoding::bech32_encode("age", input));
    require(decoded && decoded->human_part == "age" && as_text(decoded->data.expose_secret()) == text);
    return 0;
}
