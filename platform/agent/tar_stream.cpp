#include "platform/agent/tar_stream.hpp"

#include <algorithm>

#include "platform/base/ensure.hpp"

namespace rogatory::agent {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::uint64_t kMostOctal = std::uint64_t{1} << 33U;  // eleven digits of three bits

bool plain_part(std::string_view part) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.';
    };
    return !part.empty() && part.front() != '.' && std::all_of(part.begin(), part.end(), plain);
}

// Calls for each part of a path; true when it holds of all.
template <class Holds>
bool all_parts(std::string_view name, Holds holds) {
    for (;;) {
        const auto slash = name.find('/');
        if (!holds(name.substr(0, slash))) return false;
        if (slash == std::string_view::npos) return true;
        name.remove_prefix(slash + 1);
    }
}

std::string octal(std::uint64_t value, std::size_t digits) {
    std::string text(digits, '0');
    for (auto at = text.rbegin(); at != text.rend(); ++at) {
        *at = static_cast<char>('0' + (value & 7U));
        value >>= 3U;
    }
    return text;
}

Bytes header_of(std::string_view name, std::uint64_t size, char kind) {
    Bytes header(kBlock, 0);
    const auto put = [&header](std::size_t at, std::string_view text) {
        std::copy(text.begin(), text.end(), header.begin() + static_cast<std::ptrdiff_t>(at));
    };
    put(0, name);
    put(100, "0000600");
    put(108, "0000000");
    put(116, "0000000");
    if (size < kMostOctal) {
        put(124, octal(size, 11));
    } else {
        // GNU's form for 8 GiB and more: the high bit, then the number in base 256.
        auto rest = size;
        for (std::size_t at = 135; at > 124; --at, rest >>= 8U) header[at] = static_cast<std::uint8_t>(rest & 0xFFU);
        header[124] = 0x80;
    }
    put(136, "00000000000");
    put(148, "        ");
    header[156] = static_cast<std::uint8_t>(kind);
    put(257, "ustar");
    put(263, "00");
    std::uint64_t sum = 0;
    for (const auto byte : header) sum += byte;
    put(148, octal(sum, 6));
    header[154] = 0;
    return header;
}

}  // namespace

Bytes tar_header(std::string_view name, std::uint64_t size) {
    if (name.size() < 100 && all_parts(name, plain_part)) return header_of(name, size, '0');
    ensure(all_parts(name, [](auto part) { return !part.empty() && part != "." && part != ".."; }),
           "a name that leads nowhere else");
    // "%d path=%s\n", the number being the length of the whole record, its own digits among it.
    const auto rest = " path=" + std::string{name} + "\n";
    auto length = rest.size() + 1;
    while (std::to_string(length).size() + rest.size() != length) length = std::to_string(length).size() + rest.size();
    const auto record = std::to_string(length) + rest;
    auto out = header_of("pax", record.size(), 'x');
    append(out, as_bytes(record));
    append(out, tar_padding(record.size()));
    append(out, header_of("file", size, '0'));
    return out;
}

Bytes tar_padding(std::uint64_t size) { return Bytes((kBlock - size % kBlock) % kBlock, 0); }

Bytes tar_member(std::string_view name, std::string_view content) {
    auto out = tar_header(name, content.size());
    append(out, as_bytes(content));
    append(out, tar_padding(content.size()));
    return out;
}

Bytes tar_end() { return Bytes(2 * kBlock, 0); }

}  // namespace rogatory::agent
