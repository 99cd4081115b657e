#include "platform/custody/archive.hpp"

#include <algorithm>
#include <array>

#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::custody {
namespace {

// POSIX ustar: where the fields stand.
constexpr std::size_t kMode = 100, kUid = 108, kGid = 116, kSize = 124, kTime = 136, kSum = 148, kType = 156,
                      kMagic = 257, kDeviceMajor = 329, kDeviceMinor = 337;
constexpr std::uint64_t kOctalSizes = std::uint64_t{1} << 33;  // eleven octal digits

using Block = ByteArray<kTarBlock>;

void put(Block& block, std::size_t at, std::string_view text) {
    std::copy(text.begin(), text.end(), block.begin() + static_cast<std::ptrdiff_t>(at));
}

// `digits` octal digits, most significant first.
void put_octal(Block& block, std::size_t at, std::uint64_t value, std::size_t digits) {
    for (auto i = digits; i-- > 0; value >>= 3U) block[at + i] = static_cast<std::uint8_t>('0' + (value & 7U));
}

std::uint64_t size_of(const Block& block) {
    std::uint64_t size = 0;
    if ((block[kSize] & 0x80U) != 0) {
        for (std::size_t i = 4; i < 12; ++i) size = (size << 8U) | block[kSize + i];
        return size;
    }
    for (std::size_t i = 0; i < 11; ++i) size = (size << 3U) | (block[kSize + i] & 7U);
    return size;
}

bool all_zero(ByteView bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

tl::unexpected<Error> malformed(std::string_view where) {
    return fail(Error{ErrorCode::integrity, "custody.malformed"}.with("where", std::string{where}));
}

}  // namespace

ByteArray<kTarBlock> tar_header(std::string_view name, std::uint64_t size) {
    ensure(!name.empty() && name.size() <= kMaxMemberName, "a member's name fits into its header");
    Block block{};
    put(block, 0, name);
    put(block, kMode, "0000644");
    put(block, kUid, "0000000");
    put(block, kGid, "0000000");
    if (size < kOctalSizes) {
        put_octal(block, kSize, size, 11);
    } else {
        block[kSize] = 0x80;
        for (std::size_t i = 0; i < 8; ++i) block[kSize + 11 - i] = static_cast<std::uint8_t>(size >> (8 * i));
    }
    put(block, kTime, "00000000000");
    put(block, kSum, "        ");
    block[kType] = '0';
    put(block, kMagic, std::string_view{"ustar\00000", 8});
    put(block, kDeviceMajor, "0000000");
    put(block, kDeviceMinor, "0000000");
    std::uint64_t sum = 0;
    for (const auto byte : block) sum += byte;
    put_octal(block, kSum, sum, 6);
    block[kSum + 6] = 0;
    return block;
}

std::size_t tar_padding(std::uint64_t size) noexcept {
    const auto rest = static_cast<std::size_t>(size % kTarBlock);
    return rest == 0 ? 0 : kTarBlock - rest;
}

Result<std::vector<ArchiveMember>> read_archive(const Source& source) {
    std::vector<ArchiveMember> members;
    std::uint64_t at = 0;
    Block block{};
    while (true) {
        ROGATORY_TRY(const auto whole, source.read_at(at, block));
        if (!whole) return malformed("truncated");
        at += kTarBlock;
        if (all_zero(block)) break;
        const auto field = as_text(ByteView{block}.first(kMaxMemberName));
        const std::string name{field.substr(0, field.find('\0'))};
        const auto size = size_of(block);
        if (name.empty() || tar_header(name, size) != block) return malformed("header");
        if (!is_member_name(name)) return malformed("name");
        if (size > source.size() || at > source.size() - size) return malformed("truncated");
        members.push_back({name, size, at});
        at += size;
        std::array<std::uint8_t, kTarBlock> padding{};
        const auto gap = MutableByteView{padding}.first(tar_padding(size));
        ROGATORY_TRY(const auto padded, source.read_at(at, gap));
        if (!padded) return malformed("truncated");
        if (!all_zero(gap)) return malformed("padding");
        at += gap.size();
    }
    ROGATORY_TRY(const auto whole, source.read_at(at, block));
    if (!whole) return malformed("truncated");
    if (!all_zero(block) || at + kTarBlock != source.size()) return malformed("end");
    return members;
}

bool is_member_name(std::string_view name) noexcept {
    constexpr std::string_view kFolder = "custody/";
    if (name.size() > kMaxMemberName || !name.starts_with(kFolder)) return false;
    char before = '/';
    for (const char c : name.substr(kFolder.size())) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        if (!plain && c != '.' && c != '/') return false;
        if (before == '/' && (c == '.' || c == '/')) return false;
        before = c;
    }
    return before != '/';
}

}  // namespace rogatory::custody
