#include "crypto/encoding/hex.hpp"
#include "platform/release/list.hpp"
#include "tests/fuzz/property.hpp"

using namespace rogatory;

// The list of a release: what is taken apart is put together again as it was, and names nothing outside its folder.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = as_text(ByteView{data, size});
    const auto listed = release::parse_list(text);
    if (!listed) return 0;
    std::string again;
    for (const auto& file : *listed) {
        require(file.name.find_first_of(std::string_view{"/\\:\0\n", 5}) == std::string::npos &&
                !file.name.starts_with('.'));
        again += encoding::hex_encode(file.sha256.value()) + "  " + file.name + "\n";
    }
    require(again == text);
    return 0;
}
