#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/custody/source.hpp"

// The container of a custody bundle: an uncompressed tar (POSIX ustar) that any tool reads, in the one form that this
// writer gives it. docs/cryptographic-specification.md, section 8.
namespace rogatory::custody {

inline constexpr std::size_t kTarBlock = 512;
inline constexpr std::size_t kMaxMemberName = 100;

// One regular file of the archive.
struct ArchiveMember {
    std::string name;
    std::uint64_t size = 0;
    std::uint64_t offset = 0;  // of its first byte in the archive

    friend bool operator==(const ArchiveMember&, const ArchiveMember&) = default;
};

// The header block of a regular file: mode 0644, everything that could say where and when it was made left at zero.
// Sizes of 8 GiB and more stand in base 256, as GNU tar, bsdtar and Python write them. The name is at most
// kMaxMemberName bytes (ensured).
[[nodiscard]] ByteArray<kTarBlock> tar_header(std::string_view name, std::uint64_t size);

// The zeros after a member of this size, up to a whole block.
[[nodiscard]] std::size_t tar_padding(std::uint64_t size) noexcept;
// What ends an archive: two blocks of zeros and nothing after them.
inline constexpr std::size_t kTarEnd = 2 * kTarBlock;

// Every member, in order. A header is taken apart and put together again, and the 512 bytes must be equal: links,
// devices, owners, times, other spellings of a name or a size, anything beside the members is refused. What is kept
// grows with what was read and never with what a header claims. integrity "custody.malformed" {where}.
[[nodiscard]] Result<std::vector<ArchiveMember>> read_archive(const Source& source);

// Whether a text may be a member's name: "custody/" and then parts of a-z, 0-9, '-', '.' between single slashes, no
// part beginning with a dot.
[[nodiscard]] bool is_member_name(std::string_view name) noexcept;

}  // namespace rogatory::custody
