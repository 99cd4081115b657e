#pragma once

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/encoding/hex.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/base/try.hpp"

namespace rogatory::api {

namespace json = boost::json;

inline constexpr std::size_t kJsonDepth = 8;

// A request's body as a JSON object: UTF-8, at most kJsonDepth deep, no member twice, nothing behind it. The size was
// capped by the route's body limit before.
[[nodiscard]] Result<json::object> parse_object(std::string_view text);

// Takes the members of an object one by one; what was not taken when done() is called is unknown, and refused: a
// client that says more than we understand must learn it.
class Members {
public:
    explicit Members(const json::object& object) : object_{object} {}

    // 1 to `max` bytes, no control characters.
    [[nodiscard]] Result<std::string> text(std::string_view name, std::size_t max);
    // 0 to `max` decoded bytes, canonical base64.
    [[nodiscard]] Result<Bytes> base64(std::string_view name, std::size_t max);
    // Base64 of exactly N bytes.
    template <std::size_t N>
    [[nodiscard]] Result<ByteArray<N>> base64_array(std::string_view name) {
        ROGATORY_TRY(const auto bytes, base64(name, N));
        if (bytes.size() != N) return invalid(name);
        ByteArray<N> out;
        std::copy(bytes.begin(), bytes.end(), out.begin());
        return out;
    }
    // Lower-case hex of exactly N bytes.
    template <std::size_t N>
    [[nodiscard]] Result<ByteArray<N>> hex(std::string_view name) {
        ROGATORY_TRY(const auto written, text(name, 2 * N));
        const auto bytes = encoding::hex_decode_array<N>(written);
        if (!bytes) return invalid(name);
        return *bytes;
    }
    [[nodiscard]] Result<std::uint64_t> integer(std::string_view name);  // 0 to 2^53-1
    [[nodiscard]] Result<bool> boolean(std::string_view name);
    // The index of the one of `words` that stands there.
    [[nodiscard]] Result<std::size_t> word(std::string_view name, std::initializer_list<std::string_view> words);
    [[nodiscard]] Result<const json::object*> object(std::string_view name);
    [[nodiscard]] Result<const json::array*> array(std::string_view name, std::size_t max);
    [[nodiscard]] bool has(std::string_view name) const { return object_.contains(name); }

    [[nodiscard]] Result<> done() const;

    [[nodiscard]] static tl::unexpected<Error> invalid(std::string_view name);

private:
    [[nodiscard]] Result<const json::value*> take(std::string_view name);

    const json::object& object_;
    std::vector<std::string_view> names_;
};

// An element of a list, as an object.
[[nodiscard]] Result<const json::object*> element(const json::value& value, std::string_view list);

}  // namespace rogatory::api
