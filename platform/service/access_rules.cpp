#include "platform/service/access_rules.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <sstream>

#include "crypto/primitives/client_certificate.hpp"
#include "crypto/primitives/sha256.hpp"
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

// What is found out of a chain costs several signatures, and the same people ask again and again: each thread keeps it,
// what does not hold as well as what does, and compares it with the clock each time.
class Vouched {
public:
    bool holds(const std::string& authorities, const std::vector<Bytes>& chain, UnixSeconds at) {
        const auto [place, fresh] = found_.try_emplace(digest_of(authorities, chain));
        auto& [window, since] = place->second;
        const bool stale = window ? !window->holds(at) : since > at || at - since >= kRefusedFor;
        if (fresh || stale) {
            const auto known = crypto::ClientAuthorities::parse(authorities);
            window = known ? known->vouch_for(chain, at) : std::nullopt;
            since = at;
        }
        const bool holding = window && window->holds(at);
        if (found_.size() > kMost) found_.clear();
        return holding;
    }

private:
    static constexpr std::size_t kMost = 1024;
    static constexpr UnixSeconds kRefusedFor = 60;  // one that is not valid yet may become so

    struct Finding {
        std::optional<crypto::ClientAuthorities::Window> window;
        UnixSeconds since = 0;
    };

    static ports::Digest digest_of(const std::string& authorities, const std::vector<Bytes>& chain) {
        crypto::Sha256 hash;
        hash.update(crypto::sha256(as_bytes(authorities)).value());
        for (const auto& one : chain) hash.update(crypto::sha256(one).value());
        return hash.finish();
    }

    std::map<ports::Digest, Finding> found_;
};

bool vouched_for(const std::string& authorities, const Circumstances& how) {
    if (how.chain == nullptr || how.chain->empty()) return false;
    thread_local Vouched vouched;
    return vouched.holds(authorities, *how.chain, how.at);
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

std::optional<ports::Digest> Circumstances::certificate() const {
    if (chain == nullptr || chain->empty()) return std::nullopt;
    return crypto::sha256(chain->front());
}

const char* kept_out(const ports::PartyAccess& rules, const Circumstances& how) {
    if (rules.native_only && how.browser) return "access.native_only";
    if (!rules.client_ca.empty() && (!how.bound || !vouched_for(rules.client_ca, how))) return "access.certificate";
    if (rules.address_ranges.empty()) return nullptr;
    std::istringstream ranges{rules.address_ranges};
    for (std::string one; ranges >> one;) {
        const auto range = AddressRange::parse(one);
        if (range && range->holds(how.address)) return nullptr;
    }
    return "access.address";
}

}  // namespace rogatory::service
