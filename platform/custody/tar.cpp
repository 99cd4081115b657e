#include "platform/custody/tar.hpp"

#include <algorithm>
#include <array>

#include "platform/base/ensure.hpp"

namespace rogatory::custody {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kMostFiles = 64;
constexpr std::size_t kMostBytes = 16 * 1024 * 1024;

std::string octal(std::uint64_t value, std::size_t digits) {
    std::string text(digits, '0');
    for (auto at = text.rbegin(); at != text.rend(); ++at) {
        *at = static_cast<char>('0' + (value & 7U));
        value >>= 3U;
    }
    return text;
}

void put(Bytes& header, std::size_t at, std::string_view text) {
    std::copy(text.begin(), text.end(), header.begin() + static_cast<std::ptrdiff_t>(at));
}

bool is_plain(std::string_view name) {
    return !name.empty() && name.size() < 100 && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                      c == '.' || c == '_';
           });
}

// One regular file, readable by all, of nobody, at no time: the same files make the same archive.
Bytes header_of(std::string_view name, std::size_t size) {
    Bytes header(kBlock, 0);
    put(header, 0, name);
    put(header, 100, "0000644");
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, octal(size, 11));
    put(header, 136, octal(0, 11));
    put(header, 148, "        ");
    put(header, 156, "0");
    put(header, 257, "ustar");
    put(header, 263, "00");
    std::uint64_t sum = 0;
    for (const auto byte : header) sum += byte;
    put(header, 148, octal(sum, 6));
    header[154] = 0;
    return header;
}

}  // namespace

Bytes write_tar(const TarFiles& files) {
    Bytes out;
    for (const auto& [name, content] : files) {
        ensure(is_plain(name), "a file of an archive has a plain name");
        append(out, header_of(name, content.size()));
        append(out, content);
        out.resize((out.size() + kBlock - 1) / kBlock * kBlock, 0);
    }
    out.resize(out.size() + 2 * kBlock, 0);
    return out;
}

Result<TarFiles> read_tar(ByteView archive) {
    const auto malformed = [] { return fail(ErrorCode::invalid_input, "evidence.malformed"); };
    if (archive.size() > kMostBytes || archive.size() % kBlock != 0) return malformed();
    TarFiles files;
    auto rest = archive;
    while (rest.size() > 2 * kBlock) {
        const auto header = rest.first(kBlock);
        const auto name_end = std::find(header.begin(), header.begin() + 100, 0);
        const std::string name{header.begin(), name_end};
        std::size_t size = 0;
        for (std::size_t i = 124; i < 135; ++i) {
            if (header[i] < '0' || header[i] > '7') return malformed();
            size = size * 8 + (header[i] - std::size_t{'0'});
        }
        if (!is_plain(name) || size > rest.size() - 3 * kBlock || files.size() == kMostFiles) return malformed();
        files.emplace_back(name, to_bytes(rest.subspan(kBlock, size)));
        rest = rest.subspan(kBlock + (size + kBlock - 1) / kBlock * kBlock);
    }
    // Whatever else a header or the padding might have said was not said.
    const auto again = write_tar(files);
    if (!std::equal(again.begin(), again.end(), archive.begin(), archive.end())) return malformed();
    return files;
}

}  // namespace rogatory::custody
