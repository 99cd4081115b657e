#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "platform/base/bytes.hpp"

// Third-party vectors, counted by family: at the end of the run one line each, "vectors <family>: N of N".
namespace rogatory::tests {

// Notes whether a vector held, and makes the test fail with its name if not.
void count_vector(std::string_view family, bool held, std::string_view which);

// The file below the folder of shared vectors (ROGATORY_VECTORS, else ../shared/vectors beside the source tree). Skips
// the test, loudly, where it is absent: the vectors are not ours to copy.
[[nodiscard]] std::filesystem::path vector_file(std::string_view below);
[[nodiscard]] boost::json::value vector_json(std::string_view below);

// Bytes of a hexadecimal text; a bug in the vectors throws.
[[nodiscard]] Bytes from_hex(std::string_view hex);
[[nodiscard]] Bytes bytes_of(const boost::json::value& hex);
[[nodiscard]] std::string text_of(const boost::json::value& value);

template <std::size_t N>
[[nodiscard]] ByteArray<N> array_of(ByteView bytes) {
    if (bytes.size() != N) throw std::runtime_error{"a vector has another length"};
    ByteArray<N> out;
    for (std::size_t i = 0; i < N; ++i) out[i] = bytes[i];
    return out;
}

}  // namespace rogatory::tests
