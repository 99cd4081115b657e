#include "crypto/webauthn/cbor.hpp"

namespace rogatory::webauthn {
namespace {

constexpr unsigned kUnsigned = 0, kNegative = 1, kBytes = 2, kText = 3, kArray = 4, kMap = 5, kSimple = 7;
constexpr unsigned kMaxDepth = 4;  // CTAP 2.2 §8: "nesting depth … at most four (4) levels"

}  // namespace

std::optional<ByteView> CborReader::take(std::uint64_t count) {
    if (broken_ || count > left_.size()) {
        broken_ = true;
        return std::nullopt;
    }
    const auto taken = left_.first(static_cast<std::size_t>(count));
    left_ = left_.subspan(static_cast<std::size_t>(count));
    return taken;
}

std::optional<CborReader::Head> CborReader::head() {
    const auto first = take(1);
    if (!first) return std::nullopt;
    Head head{static_cast<unsigned>((*first)[0] >> 5U), (*first)[0] & 31U};
    if (head.value < 24) return head;
    // 24 to 27: the value stands in the next 1, 2, 4 or 8 bytes; 28 to 31 are reserved or of indefinite length.
    if (head.value > 27) {
        broken_ = true;
        return std::nullopt;
    }
    const auto size = std::size_t{1} << (head.value - 24);
    const auto more = take(size);
    if (!more) return std::nullopt;
    head.value = 0;
    for (const auto byte : *more) head.value = head.value << 8U | byte;
    const bool shortest = size == 1 ? head.value >= 24 : head.value >> (size * 4) != 0;
    if (!shortest || head.major == kSimple) {
        broken_ = true;
        return std::nullopt;
    }
    return head;
}

std::optional<std::int64_t> CborReader::integer() {
    const auto found = head();
    const bool fits = found && (found->major == kUnsigned || found->major == kNegative) && found->value >> 63U == 0;
    if (!fits) {
        broken_ = true;
        return std::nullopt;
    }
    const auto value = static_cast<std::int64_t>(found->value);
    return found->major == kUnsigned ? value : -1 - value;
}

std::optional<ByteView> CborReader::bytes() {
    const auto found = head();
    if (!found || found->major != kBytes) {
        broken_ = true;
        return std::nullopt;
    }
    return take(found->value);
}

std::optional<std::string_view> CborReader::text() {
    const auto found = head();
    if (!found || found->major != kText) {
        broken_ = true;
        return std::nullopt;
    }
    const auto taken = take(found->value);
    if (!taken) return std::nullopt;
    return as_text(*taken);
}

std::optional<std::uint64_t> CborReader::map() {
    const auto found = head();
    if (!found || found->major != kMap) {
        broken_ = true;
        return std::nullopt;
    }
    return found->value;
}

bool CborReader::skip(unsigned depth) {
    const auto found = head();
    if (!found) return false;
    switch (found->major) {
        case kUnsigned:
        case kNegative:
            return true;
        case kBytes:
        case kText:
            return take(found->value).has_value();
        case kArray:
        case kMap: {
            if (depth == 0 || found->value > left_.size()) return false;  // an item takes a byte at least
            const auto items = found->major == kMap ? 2 * found->value : found->value;
            for (std::uint64_t i = 0; i < items; ++i) {
                if (!skip(depth - 1)) return false;
            }
            return true;
        }
        case kSimple:
            return found->value == 20 || found->value == 21;  // false, true
        default:
            return false;
    }
}

std::optional<ByteView> CborReader::item() {
    const auto before = left_;
    if (broken_ || !skip(kMaxDepth)) {
        broken_ = true;
        return std::nullopt;
    }
    return before.first(before.size() - left_.size());
}

}  // namespace rogatory::webauthn
