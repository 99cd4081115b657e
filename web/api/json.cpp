#include "web/api/json.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parser.hpp>

#include "crypto/encoding/base64.hpp"

namespace rogatory::api {
namespace {

// Counts the keys of a text. Boost.JSON keeps the last of two members of one name without a word; two readers that
// keep different ones would read two requests, so the count is compared with that of the parsed value.
struct KeyCounter {
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);
    using error_code = boost::system::error_code;

    std::size_t keys = 0;

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return true; }
    bool on_object_end(std::size_t, error_code&) { return true; }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t, error_code&) { return true; }
    bool on_key_part(json::string_view, std::size_t, error_code&) { return true; }
    bool on_key(json::string_view, std::size_t, error_code&) {
        ++keys;
        return true;
    }
    bool on_string_part(json::string_view, std::size_t, error_code&) { return true; }
    bool on_string(json::string_view, std::size_t, error_code&) { return true; }
    bool on_number_part(json::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t, json::string_view, error_code&) { return true; }
    bool on_uint64(std::uint64_t, json::string_view, error_code&) { return true; }
    bool on_double(double, json::string_view, error_code&) { return true; }
    bool on_bool(bool, error_code&) { return true; }
    bool on_null(error_code&) { return true; }
    bool on_comment_part(json::string_view, error_code&) { return true; }
    bool on_comment(json::string_view, error_code&) { return true; }
};

json::parse_options strict() {
    json::parse_options options;
    options.max_depth = kJsonDepth;
    options.allow_comments = false;
    options.allow_trailing_commas = false;
    options.allow_invalid_utf8 = false;
    return options;
}

std::size_t count_keys(const json::value& value) {
    std::size_t keys = 0;
    if (const auto* const object = value.if_object()) {
        for (const auto& member : *object) keys += 1 + count_keys(member.value());
    } else if (const auto* const array = value.if_array()) {
        for (const auto& item : *array) keys += count_keys(item);
    }
    return keys;
}

tl::unexpected<Error> malformed(std::string detail) {
    return fail(ErrorCode::invalid_input, "http.json_malformed", std::move(detail));
}

}  // namespace

Result<json::object> parse_object(std::string_view text) {
    if (text.empty()) return malformed("empty");
    boost::system::error_code error;
    json::parser parser{{}, strict()};
    parser.write(text.data(), text.size(), error);
    if (error) return malformed(error.message());
    auto value = parser.release();

    json::basic_parser<KeyCounter> counter{strict()};
    counter.write_some(false, text.data(), text.size(), error);
    if (error || counter.handler().keys != count_keys(value)) return malformed("a member stands twice");
    if (!value.is_object()) return malformed("not an object");
    return std::move(value.get_object());
}

Result<const json::value*> Members::take(std::string_view name) {
    const auto* const value = object_.if_contains(name);
    if (value == nullptr) {
        return fail(Error{ErrorCode::invalid_input, "http.field_missing"}.with("field", std::string{name}));
    }
    if (std::ranges::find(names_, name) == names_.end()) names_.push_back(name);
    return value;
}

tl::unexpected<Error> Members::invalid(std::string_view name) {
    return fail(Error{ErrorCode::invalid_input, "http.field_invalid"}.with("field", std::string{name}));
}

Result<std::string> Members::text(std::string_view name, std::size_t max) {
    ROGATORY_TRY(const auto* const value, take(name));
    const auto* const string = value->if_string();
    if (string == nullptr || string->empty() || string->size() > max) return invalid(name);
    const bool control = std::ranges::any_of(*string, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
    if (control) return invalid(name);
    return std::string{*string};
}

Result<Bytes> Members::base64(std::string_view name, std::size_t max) {
    ROGATORY_TRY(const auto* const value, take(name));
    const auto* const string = value->if_string();
    if (string == nullptr || string->size() > encoding::base64_length(max)) return invalid(name);
    auto bytes = encoding::base64_decode(*string);
    if (!bytes || bytes->size() > max) return invalid(name);
    return *std::move(bytes);
}

Result<bool> Members::boolean(std::string_view name) {
    ROGATORY_TRY(const auto* const value, take(name));
    if (!value->is_bool()) return invalid(name);
    return value->get_bool();
}

Result<std::uint64_t> Members::integer(std::string_view name) {
    constexpr std::int64_t kMax = (std::int64_t{1} << 53U) - 1;
    ROGATORY_TRY(const auto* const value, take(name));
    const auto* const number = value->if_int64();
    if (number == nullptr || *number < 0 || *number > kMax) return invalid(name);
    return static_cast<std::uint64_t>(*number);
}

Result<std::size_t> Members::word(std::string_view name, std::initializer_list<std::string_view> words) {
    ROGATORY_TRY(const auto written, text(name, 64));
    const auto found = std::ranges::find(words, written);
    if (found == words.end()) return invalid(name);
    return static_cast<std::size_t>(found - words.begin());
}

Result<const json::object*> Members::object(std::string_view name) {
    ROGATORY_TRY(const auto* const value, take(name));
    if (value->if_object() == nullptr) return invalid(name);
    return value->if_object();
}

Result<const json::array*> Members::array(std::string_view name, std::size_t max) {
    ROGATORY_TRY(const auto* const value, take(name));
    if (value->if_array() == nullptr || value->if_array()->size() > max) return invalid(name);
    return value->if_array();
}

Result<> Members::done() const {
    if (names_.size() == object_.size()) return {};
    for (const auto& member : object_) {
        if (std::ranges::find(names_, std::string_view{member.key()}) != names_.end()) continue;
        // The name is the caller's own input, so it goes back shortened and never into the log.
        return fail(Error{ErrorCode::invalid_input, "http.field_unknown"}.with(
            "field", std::string{member.key()}.substr(0, 40)));
    }
    return {};
}

Result<const json::object*> element(const json::value& value, std::string_view list) {
    if (value.if_object() == nullptr) return Members::invalid(list);
    return value.if_object();
}

}  // namespace rogatory::api
