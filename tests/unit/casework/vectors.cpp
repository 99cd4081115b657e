#include "tests/unit/casework/vectors.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <catch2/catch_test_macros.hpp>

#include "tests/support/places.hpp"

namespace rogatory::casework::test {

namespace {

Json converted(const boost::json::value& value) {
    switch (value.kind()) {
        case boost::json::kind::object: {
            Json::Object out;
            for (const auto& [key, of] : value.get_object()) out.emplace(std::string{key}, converted(of));
            return out;
        }
        case boost::json::kind::array: {
            Json::Array out;
            for (const auto& of : value.get_array()) out.push_back(converted(of));
            return out;
        }
        case boost::json::kind::string:
            return std::string{value.get_string()};
        case boost::json::kind::bool_:
            return value.get_bool();
        default:
            return value.to_number<std::uint64_t>();
    }
}

}  // namespace

void run_cases(const std::string& file, const std::function<Json(const Json& input)>& run) {
    std::ifstream in{rogatory::test::source_folder() / "tests/vectors/casework" / file, std::ios::binary};
    REQUIRE(in);
    std::ostringstream content;
    content << in.rdbuf();
    const auto vectors = converted(boost::json::parse(content.str()));
    const auto& cases = *member(vectors, "cases").array();
    REQUIRE(!cases.empty());
    for (const auto& one : cases) {
        INFO(file << ": " << text(one, "name"));
        const auto made = run(member(one, "input"));
        CHECK(encoding::encode_canonical_json(made) == encoding::encode_canonical_json(member(one, "expected")));
    }
}

const Json* find(const Json& object, std::string_view name) {
    if (object.object() == nullptr) throw std::runtime_error{"a vector holds no object"};
    const auto found = object.object()->find(name);
    return found == object.object()->end() ? nullptr : &found->second;
}

const Json& member(const Json& object, std::string_view name) {
    const auto* found = find(object, name);
    if (found == nullptr) throw std::runtime_error{"a vector lacks " + std::string{name}};
    return *found;
}

const std::string& text(const Json& object, std::string_view name) {
    const auto* found = member(object, name).string();
    if (found == nullptr) throw std::runtime_error{"no text: " + std::string{name}};
    return *found;
}

std::string text_or(const Json& object, std::string_view name, std::string otherwise) {
    return find(object, name) == nullptr ? otherwise : text(object, name);
}

std::uint64_t number(const Json& object, std::string_view name) {
    const auto* found = member(object, name).integer();
    if (found == nullptr) throw std::runtime_error{"no number: " + std::string{name}};
    return *found;
}

bool flag(const Json& object, std::string_view name) {
    const auto* found = find(object, name);
    return found != nullptr && found->boolean() != nullptr && *found->boolean();
}

Json error_json(const Error& error) {
    Json::Object out{{"error", error.key()}};
    for (const auto& [name, value] : error.arguments()) out.emplace(name, value);
    return out;
}

Json findings_json(const Findings& findings) {
    Json::Array out;
    for (const auto& one : findings) {
        Json::Object object{{"key", one.key}};
        for (const auto& [name, value] : one.arguments) object.emplace(name, value);
        out.emplace_back(std::move(object));
    }
    return out;
}

}  // namespace rogatory::casework::test
