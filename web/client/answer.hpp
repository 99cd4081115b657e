#pragma once

// What the server says, read with care: an answer of another shape than the contract's is an Error, never a guess.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/encoding/hex.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "web/client/https.hpp"

namespace boost::json {
class object;
class value;
}  // namespace boost::json

namespace rogatory::client {

// The members of one JSON object. A member that is missing or of another type spoils `good`, and what is read then is
// empty; the caller looks at `good` once, before it uses anything. Unknown members are a newer server's business.
class Fields {
public:
    Fields(const boost::json::value& value, bool& good);

    [[nodiscard]] std::string text(std::string_view name) const;
    [[nodiscard]] std::string text_or_empty(std::string_view name) const;
    [[nodiscard]] std::int64_t integer(std::string_view name) const;
    [[nodiscard]] std::uint64_t natural(std::string_view name) const;
    [[nodiscard]] bool truth(std::string_view name) const;
    [[nodiscard]] Bytes base64(std::string_view name) const;
    [[nodiscard]] std::optional<Bytes> base64_if_there(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const;
    [[nodiscard]] Fields within(std::string_view name) const;  // the object of that name
    [[nodiscard]] std::vector<Fields> items(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;

    template <std::size_t N>
    [[nodiscard]] ByteArray<N> hex(std::string_view name) const {
        const auto out = encoding::hex_decode_array<N>(text(name));
        if (!out) *good_ = false;
        return out.value_or(ByteArray<N>{});
    }

    [[nodiscard]] const boost::json::object* object() const noexcept { return object_; }

private:
    [[nodiscard]] const boost::json::value* find(std::string_view name) const;

    const boost::json::object* object_ = nullptr;
    bool* good_;
};

// Parses a reply of JSON and hands its members to `read`. Key client.answer_not_understood where it is no JSON object
// or `read` met something else than it asked for.
Error not_understood(const HttpsReply& reply);
Result<boost::json::value> parse_json(const HttpsReply& reply);

// The Error of a reply that is no success: problem+json's key and arguments, and a code by the status.
Error problem_of(const HttpsReply& reply);

}  // namespace rogatory::client
