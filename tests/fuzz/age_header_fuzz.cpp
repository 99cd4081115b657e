#include "crypto/age/header.hpp"

#include "tests/fuzz/property.hpp"

using namespace rogatory;

// Whatever parses is, written again, the same bytes; what stands behind a header changes nothing about it; and its
// beginning alone asks for more and is never a header of its own.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView input{data, size};
    const auto header = age::parse_header(input, age::kSmallHeaderBytes);
    if (!header || !*header) return 0;
    const auto& found = **header;
    const auto text = age::write_header_before_mac(found.stanzas);
    require(found.mac_text == text.size());
    require(text + age::write_header_end(found.mac) == as_text(input.first(found.size)));

    const auto alone = age::parse_header(input.first(found.size), found.size);
    require(alone && *alone && (*alone)->stanzas == found.stanzas);
    const auto cut = age::parse_header(input.first(found.size - 1), age::kSmallHeaderBytes);
    require(cut && !*cut);
    require(!age::parse_header(input.first(found.size), found.size - 1));
    return 0;
}
