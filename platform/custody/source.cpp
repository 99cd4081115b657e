#include "platform/custody/source.hpp"

#include <algorithm>

#include "platform/base/try.hpp"

namespace rogatory::custody {

Result<bool> MemorySource::read_at(std::uint64_t offset, MutableByteView into) const {
    if (offset > bytes_.size() || into.size() > bytes_.size() - offset) return false;
    const auto from = bytes_.subspan(static_cast<std::size_t>(offset), into.size());
    std::copy(from.begin(), from.end(), into.begin());
    return true;
}

Result<bool> copy_range(const Source& source, std::uint64_t offset, std::uint64_t length, const Sink& sink) {
    constexpr std::uint64_t kPiece = 256 * 1024;
    Bytes buffer(static_cast<std::size_t>(std::min(kPiece, length)));
    while (length > 0) {
        const auto count = static_cast<std::size_t>(std::min(kPiece, length));
        const auto piece = MutableByteView{buffer}.first(count);
        ROGATORY_TRY(const auto whole, source.read_at(offset, piece));
        if (!whole) return false;
        ROGATORY_TRY_VOID(sink(piece));
        offset += count;
        length -= count;
    }
    return true;
}

}  // namespace rogatory::custody
