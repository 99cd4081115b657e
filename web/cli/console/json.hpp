#pragma once

// What --json prints: one line a value, keys in the order they were given, UTF-8, no escapes beyond the needed ones.
// Only writing: replies of the server are parsed in web/client.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/encoding/canonical_json.hpp"

namespace rogatory::cli {

class Json {
public:
    Json() : text_{"{}"} {}  // an empty object
    explicit Json(std::string_view text);
    explicit Json(const char* text) : Json{std::string_view{text}} {}
    explicit Json(const std::string& text) : Json{std::string_view{text}} {}
    explicit Json(std::int64_t number) : text_{std::to_string(number)} {}
    explicit Json(std::uint64_t number) : text_{std::to_string(number)} {}
    explicit Json(int number) : text_{std::to_string(number)} {}
    explicit Json(bool value) : text_{value ? "true" : "false"} {}

    [[nodiscard]] static Json array(const std::vector<Json>& items);
    [[nodiscard]] static Json array(const std::vector<std::string>& items);

    // A value that is already one, in its canonical form.
    [[nodiscard]] static Json of(const encoding::Json& value);

    // Adds a member; only for objects.
    Json& add(std::string_view key, const Json& value);
    template <class T>
    Json& add(std::string_view key, const T& value) {
        return add(key, Json{value});
    }

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    std::string text_;
};

}  // namespace rogatory::cli
