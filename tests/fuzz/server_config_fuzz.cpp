#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "web/server/config.hpp"

// An operator's file. Accepted means that what must be there is there.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto config =
        rogatory::server::parse_config(std::string_view{reinterpret_cast<const char*>(data), size}, "/folder");
    if (config && (config->data.empty() || config->listen.io_threads == 0)) std::abort();
    return 0;
}
