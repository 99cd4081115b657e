#include "crypto/age/armor.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "tests/fuzz/property.hpp"

using namespace rogatory;

namespace {

std::optional<Bytes> dearmored(ByteView text, std::size_t piece) {
    age::ArmorReader reader;
    Bytes out;
    while (!text.empty()) {
        const auto some = text.first(std::min(piece, text.size()));
        text = text.subspan(some.size());
        if (!reader.update(some, out)) return std::nullopt;
    }
    if (!reader.finish(out)) return std::nullopt;
    return out;
}

std::string armored(ByteView bytes, std::size_t piece) {
    age::ArmorWriter writer;
    Bytes out;
    while (!bytes.empty()) {
        const auto some = bytes.first(std::min(piece, bytes.size()));
        bytes = bytes.subspan(some.size());
        writer.update(some, out);
    }
    writer.finish(out);
    return std::string{as_text(out)};
}

// The one spelling of an armored text: line feeds alone, nothing around it.
std::string normalised(std::string_view text) {
    constexpr std::string_view kSpace = " \t\n\v\f\r";
    text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
    text = text.substr(0, text.find_last_not_of(kSpace) + 1);
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') out += text[i];
    }
    return out + "\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView input{data, size};
    const auto whole = dearmored(input, size + 1);
    require(dearmored(input, 1) == whole);
    require(dearmored(input, 61) == whole);
    // Apart from line ends and white space around it, a file has one armor.
    if (whole) require(armored(*whole, 1000) == normalised(as_text(input)));

    const auto text = armored(input, 1000);
    require(text == armored(input, 7));
    require(dearmored(as_bytes(text), text.size()) == to_bytes(input));
    return 0;
}
