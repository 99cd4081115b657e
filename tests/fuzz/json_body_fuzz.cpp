#include <boost/json/serialize.hpp>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "web/api/json.hpp"
#include "web/api/tile_path.hpp"

// Bodies of requests, and the paths of tiles. What is accepted is accepted again when it is written anew.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rogatory::api;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (const auto object = parse_object(text)) {
        const auto again = parse_object(boost::json::serialize(*object));
        if (!again || again->size() != object->size()) std::abort();
        Members members{*object};
        (void)members.text("text", 10);
        (void)members.base64("base64", 10);
        (void)members.hex<4>("hex");
        (void)members.integer("integer");
        (void)members.done();
    }
    if (const auto tile = parse_tile_path(text); tile && (tile->width == 0 || tile->width > 256)) std::abort();
    return 0;
}
