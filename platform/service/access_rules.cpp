#include "platform/service/access_rules.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "platform/base/try.hpp"

namespace rogatory::service {
namespace {

constexpr unsigned kFinestV6 = 64;

// In network order; an IPv4 address that was mapped into IPv6 is IPv4. Empty: no address.
std::string bytes_of(std::string_view text) {
    constexpr std::size_t kMost = 64;
    if (text.size() > kMost) return {};
    const std::string address{text};
    std::string bytes(sizeof(in_addr), '\0');
    if (::inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) return bytes;
    bytes.assign(sizeof(in6_addr), '\0');
    if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return {};
    constexpr std::string_view kMapped{"\0\0\0\0\0\0\0\0\0\0\xff\xff", 12};
    if (bytes.starts_with(kMapped)) return bytes.substr(kMapped.size());
    return bytes;
}

bool same_bits(std::string_view a, std::string_view b, unsigned bits) {
    for (std::size_t i = 0; i < a.size() && bits > 0; ++i) {
        const auto take = std::min(bits, 8U);
        const auto mask = static_cast<unsigned char>(0xffU << (8U - take));
        const auto differ = static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
        if ((differ & mask) != 0) return false;
        bits -= take;
    }
    return true;
}

}  // namespace

Result<AddressRange> AddressRange::parse(std::string_view text) {
    const auto slash = text.find('/');
    AddressRange range;
    range.bytes_ = bytes_of(text.substr(0, slash));
    const auto widest = range.bytes_.size() == sizeof(in_addr) ? 32U : kFinestV6;
    range.bits_ = widest;
    bool good = !range.bytes_.empty();
    if (slash != std::string_view::npos) {
        const auto digits = text.substr(slash + 1);
        const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), range.bits_);
        good = good && failure == std::errc{} && end == digits.data() + digits.size() && range.bits_ <= widest;
    }
    if (!good)
        return fail(Error{ErrorCode::invalid_input, "access.range"}.with("range", std::string{text.substr(0, 64)}));
    return range;
}

bool AddressRange::holds(std::string_view address) const {
    const auto bytes = bytes_of(address);
    return bytes.size() == bytes_.size() && same_bits(bytes, bytes_, bits_);
}

const char* kept_out(const ports::PartyAccess& rules, const Circumstances& how) {
    if (rules.native_only && how.browser) return "access.native_only";
    if (rules.address_ranges.empty()) return nullptr;
    std::istringstream ranges{rules.address_ranges};
    for (std::string one; ranges >> one;) {
        const auto range = AddressRange::parse(one);
        if (range && range->holds(how.address)) return nullptr;
    }
    return "access.address";
}

}  // namespace rogatory::service
