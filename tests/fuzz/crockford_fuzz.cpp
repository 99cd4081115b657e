#include "crypto/encoding/crockford.hpp"

#include "tests/fuzz/property.hpp"

using namespace rogatory;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = as_text(ByteView{data, size});
    if (const auto code = encoding::code_decode<crypto::Secret<16>>(text)) {
        require(encoding::code_characters(text) == 28);
        const auto again = encoding::code_decode<crypto::Secret<16>>(encoding::code_encode(*code).expose_secret());
        require(again && *again == *code);
    }
    if (size < 16) return 0;
    const auto code = crypto::Secret<16>::copy_of(ByteView{data, size}.first<16>());
    const auto again = encoding::code_decode<crypto::Secret<16>>(encoding::code_encode(code).expose_secret());
    require(again && *again == code);
    return 0;
}
