#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "crypto/age/hybrid.hpp"
#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/canonical_json.hpp"
#include "platform/model/ids.hpp"
#include "platform/model/party.hpp"
#include "platform/model/policy.hpp"

// How the types of this folder stand in canonical JSON. A type says its fields once, in the order of its members, and
// is read and written by the same list:
//
//   template <> struct Schema<Pinned> {
//       static constexpr auto fields() { return std::tuple{field("code", &Pinned::code), …}; }
//       static bool valid(const Pinned&);  // optional: what holds between the fields
//   };
//
// Rules (docs/cryptographic-specification.md): every field listed must be there and no other; an optional value, an
// empty list and a `false` are absent, so that nothing has two spellings.
namespace rogatory::record::codec {

using encoding::Json;

template <class Body>
struct Schema;

// Bounds are of the list (elements) or the text (bytes) that the field is; other types carry their own.
template <class Body, class T>
struct Field {
    std::string_view name;
    T Body::*member;
    std::size_t min;
    std::size_t max;
};

template <class Body, class T>
[[nodiscard]] constexpr Field<Body, T> field(std::string_view name, T Body::*member) {
    static_assert(!std::is_same_v<T, std::string> && !std::is_same_v<T, std::optional<std::string>>,
                  "a text has bounds");
    return {name, member, 0, 0};
}
template <class Body, class T>
[[nodiscard]] constexpr Field<Body, T> field(std::string_view name, T Body::*member, std::size_t min, std::size_t max) {
    return {name, member, min, max};
}

// --- values
// -----------------------------------------------------------------------------------------------------------

// An enumeration is written as its name; specialise to give the list in the order of its enumerators.
template <class Enum>
struct Names;
template <>
struct Names<model::Role> {
    static constexpr std::string_view list[] = {"reader", "officer", "custodian"};
};
template <>
struct Names<model::Onward> {
    static constexpr std::string_view list[] = {"free", "own_party", "source_consent", "participants_only"};
};
template <>
struct Names<model::AuthorityKind> {
    static constexpr std::string_view list[] = {"central_authority", "fiu",          "aro",
                                                "prosecutor",        "police",       "court_section",
                                                "defence_team",      "victims_team", "other"};
};

template <class T>
struct Value {
    static std::optional<T> read(const Json& json);
    static Json write(const T& value);
};

template <class Tag, std::size_t N>
struct Value<Strong<Tag, ByteArray<N>>> {
    using Id = Strong<Tag, ByteArray<N>>;
    static std::optional<Id> read(const Json& json) {
        const auto* text = json.string();
        if (text == nullptr) return std::nullopt;
        const auto bytes = encoding::hex_decode_array<N>(*text);
        if (!bytes) return std::nullopt;
        return Id{*bytes};
    }
    static Json write(const Id& id) { return model::to_hex(id); }
};

template <>
struct Value<model::Signature> {
    static std::optional<model::Signature> read(const Json& json) {
        const auto* text = json.string();
        if (text == nullptr || text->size() != encoding::base64_length(64)) return std::nullopt;
        const auto bytes = encoding::base64_decode(*text);
        return bytes ? crypto::signature_from(*bytes) : std::nullopt;
    }
    static Json write(const model::Signature& signature) { return encoding::base64_encode(signature.value()); }
};

template <>
struct Value<model::VerifyKey> {
    static std::optional<model::VerifyKey> read(const Json& json) {
        const auto* text = json.string();
        if (text == nullptr) return std::nullopt;
        const auto bytes = encoding::hex_decode_array<32>(*text);
        if (!bytes) return std::nullopt;
        return model::VerifyKey{*bytes};
    }
    static Json write(const model::VerifyKey& key) { return model::to_hex(key); }
};

template <>
struct Value<std::uint64_t> {
    static std::optional<std::uint64_t> read(const Json& json) {
        const auto* number = json.integer();
        return number == nullptr ? std::nullopt : std::optional{*number};
    }
    static Json write(std::uint64_t number) { return Json{number}; }
};

template <>
struct Value<UnixSeconds> {
    static std::optional<UnixSeconds> read(const Json& json) {
        const auto* number = json.integer();
        return number == nullptr ? std::nullopt : std::optional{static_cast<UnixSeconds>(*number)};
    }
    static Json write(UnixSeconds seconds) { return Json{static_cast<std::uint64_t>(seconds)}; }
};

template <class T, Result<T> (*Parse)(std::string_view)>
struct ParsedText {
    static std::optional<T> read(const Json& json) {
        const auto* text = json.string();
        if (text == nullptr) return std::nullopt;
        auto parsed = Parse(*text);
        if (!parsed) return std::nullopt;
        return *std::move(parsed);
    }
};
template <>
struct Value<model::PartyCode> : ParsedText<model::PartyCode, &model::PartyCode::parse> {
    static Json write(const model::PartyCode& code) { return code.text(); }
};
template <>
struct Value<model::DisplayName> : ParsedText<model::DisplayName, &model::DisplayName::parse> {
    static Json write(const model::DisplayName& name) { return name.text(); }
};
template <>
struct Value<age::HybridRecipient> : ParsedText<age::HybridRecipient, &age::HybridRecipient::parse> {
    static Json write(const age::HybridRecipient& recipient) { return recipient.text(); }
};

// --- objects
// ----------------------------------------------------------------------------------------------------------

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

[[nodiscard]] inline std::optional<std::string> read_text(const Json& json, std::size_t min, std::size_t max) {
    const auto* text = json.string();
    if (text == nullptr || text->size() < min || text->size() > max) return std::nullopt;
    return *text;
}

// Counts in `used` what it found, so that the caller notices fields nobody asked for.
template <class Body, class T>
[[nodiscard]] std::optional<T> read_field(const Field<Body, T>& field, const Json::Object& object, std::size_t& used) {
    const auto found = object.find(field.name);
    const bool present = found != object.end();
    if (present) ++used;
    if constexpr (std::is_same_v<T, bool>) {
        if (present && found->second != Json{true}) return std::nullopt;
        return present;
    } else if constexpr (IsVector<T>::value) {
        T out;
        if (!present) return field.min == 0 ? std::optional<T>{std::move(out)} : std::nullopt;
        const auto* array = found->second.array();
        if (array == nullptr || array->empty() || array->size() < field.min || array->size() > field.max) {
            return std::nullopt;
        }
        out.reserve(array->size());
        for (const auto& element : *array) {
            auto value = Value<typename T::value_type>::read(element);
            if (!value) return std::nullopt;
            out.push_back(*std::move(value));
        }
        return out;
    } else if constexpr (IsOptional<T>::value) {
        if (!present) return T{};
        std::optional<typename T::value_type> value;
        if constexpr (std::is_same_v<typename T::value_type, std::string>) {
            value = read_text(found->second, field.min, field.max);
        } else {
            value = Value<typename T::value_type>::read(found->second);
        }
        if (!value) return std::nullopt;
        return T{std::move(value)};
    } else {
        if (!present) return std::nullopt;
        if constexpr (std::is_same_v<T, std::string>) {
            return read_text(found->second, field.min, field.max);
        } else {
            return Value<T>::read(found->second);
        }
    }
}

template <class Body, class T>
void write_field(const Field<Body, T>& field, const Body& body, Json::Object& object) {
    const T& value = body.*field.member;
    std::optional<Json> json;
    if constexpr (std::is_same_v<T, bool>) {
        if (value) json = Json{true};
    } else if constexpr (IsVector<T>::value) {
        Json::Array array;
        for (const auto& element : value) array.push_back(Value<typename T::value_type>::write(element));
        if (!array.empty()) json = Json{std::move(array)};
    } else if constexpr (IsOptional<T>::value) {
        if constexpr (std::is_same_v<typename T::value_type, std::string>) {
            if (value) json = Json{*value};
        } else {
            if (value) json = Value<typename T::value_type>::write(*value);
        }
    } else if constexpr (std::is_same_v<T, std::string>) {
        json = Json{value};
    } else {
        json = Value<T>::write(value);
    }
    if (json) object.emplace(std::string{field.name}, *std::move(json));
}

template <class Body>
[[nodiscard]] std::optional<Body> read_object(const Json& json) {
    const auto* object = json.object();
    if (object == nullptr) return std::nullopt;
    return std::apply(
        [object](const auto&... fields) -> std::optional<Body> {
            std::size_t used = 0;
            auto values = std::tuple{read_field(fields, *object, used)...};
            const bool all = std::apply([](const auto&... value) { return (value.has_value() && ...); }, values);
            if (!all || used != object->size()) return std::nullopt;
            auto body = std::apply([](auto&... value) { return Body{*std::move(value)...}; }, values);
            if constexpr (requires { Schema<Body>::valid(body); }) {
                if (!Schema<Body>::valid(body)) return std::nullopt;
            }
            return body;
        },
        Schema<Body>::fields());
}

template <class Body>
[[nodiscard]] Json write_object(const Body& body) {
    Json::Object object;
    std::apply([&](const auto&... fields) { (write_field(fields, body, object), ...); }, Schema<Body>::fields());
    return Json{std::move(object)};
}

template <class T>
std::optional<T> Value<T>::read(const Json& json) {
    if constexpr (std::is_enum_v<T>) {
        const auto* text = json.string();
        std::size_t i = 0;
        for (const auto name : Names<T>::list) {
            if (text != nullptr && *text == name) return static_cast<T>(i);
            ++i;
        }
        return std::nullopt;
    } else {
        return read_object<T>(json);
    }
}

template <class T>
Json Value<T>::write(const T& value) {
    if constexpr (std::is_enum_v<T>) {
        return Json{Names<T>::list[static_cast<std::size_t>(value)]};
    } else {
        return write_object(value);
    }
}

}  // namespace rogatory::record::codec
