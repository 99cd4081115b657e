#include "crypto/encoding/base64.hpp"

#include "crypto/encoding/hex.hpp"
#include "tests/fuzz/property.hpp"

using namespace rogatory;

// One value has one spelling: whatever decodes, encodes to the very same text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView input{data, size};
    const auto text = as_text(input);
    for (const auto spelling : {encoding::Base64::padded, encoding::Base64::unpadded, encoding::Base64::url_unpadded}) {
        if (const auto bytes = encoding::base64_decode(text, spelling))
            require(encoding::base64_encode(*bytes, spelling) == text);
        require(encoding::base64_decode(encoding::base64_encode(input, spelling), spelling) == to_bytes(input));
    }
    if (const auto bytes = encoding::hex_decode(text)) require(encoding::hex_encode(*bytes) == text);
    require(encoding::hex_decode(encoding::hex_encode(input)) == to_bytes(input));
    return 0;
}
