#include "crypto/encoding/canonical_json.hpp"

#include "platform/base/bytes.hpp"
#include "tests/fuzz/property.hpp"

using namespace rogatory;

// A text has exactly one meaning and a meaning exactly one text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = as_text(ByteView{data, size});
    const auto value = encoding::parse_canonical_json(text);
    if (!value) return 0;
    require(encoding::is_utf8(text));
    require(encoding::encode_canonical_json(*value) == text);
    return 0;
}
