#include "tests/unit/web/contract.hpp"

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>

#include "platform/base/ensure.hpp"

namespace rogatory::test {
namespace {

std::string upper(std::string_view text) {
    std::string out{text};
    std::ranges::transform(out, out.begin(), [](char c) { return static_cast<char>(std::toupper(c)); });
    return out;
}

bool is_type(const json::value& value, std::string_view type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_int64() || value.is_uint64();
    if (type == "boolean") return value.is_bool();
    ensure(false, "the contract uses no other type");
    return false;
}

}  // namespace

Contract::Contract() {
    std::ifstream in{ROGATORY_OPENAPI_JSON};
    std::ostringstream text;
    text << in.rdbuf();
    document_ = json::parse(text.str());
    for (const auto& [path, item] : document_.at("paths").as_object()) {
        for (const auto& [method, operation] : item.as_object()) {
            operations_.push_back({upper(method), std::string{path}, &operation.as_object(), this});
        }
    }
}

std::string Contract::Operation::text(std::string_view name) const {
    const auto* const value = spec->if_contains(name);
    return value != nullptr && value->is_string() ? std::string{value->as_string()} : std::string{};
}

std::vector<std::string> Contract::Operation::query() const {
    std::vector<std::string> names;
    const auto* const parameters = spec->if_contains("parameters");
    if (parameters == nullptr) return names;
    for (const auto& parameter : parameters->as_array()) {
        const auto& resolved = contract->resolve(parameter.as_object());
        if (resolved.at("in").as_string() == "query") names.emplace_back(resolved.at("name").as_string());
    }
    return names;
}

const json::object& Contract::resolve(const json::object& maybe_reference) const {
    const auto* const reference = maybe_reference.if_contains("$ref");
    if (reference == nullptr) return maybe_reference;
    const std::string pointer{reference->as_string().subview(1)};
    return resolve(document_.at_pointer(pointer).as_object());
}

const json::object& Contract::webhook(std::string_view name) const {
    return document_.at("webhooks").at(name).at("post").as_object();
}

const json::object* Contract::response(const Operation& operation, int status) const {
    const auto& responses = operation.spec->at("responses").as_object();
    const auto* found = responses.if_contains(std::to_string(status));
    if (found == nullptr && status >= 400) found = responses.if_contains("default");
    return found == nullptr ? nullptr : &resolve(found->as_object());
}

std::string Contract::fault(const json::value& value, const json::object& unresolved, const std::string& where) const {
    const auto& schema = resolve(unresolved);
    for (const auto& [keyword_view, wanted] : schema) {
        const std::string keyword{keyword_view};
        if (keyword == "description" || keyword == "default" || keyword == "format") continue;
        if (keyword == "type") {
            if (!is_type(value, wanted.as_string())) return where + ": is no " + std::string{wanted.as_string()};
        } else if (keyword == "const") {
            if (value != wanted) return where + ": is not the one value it can be";
        } else if (keyword == "enum") {
            if (std::ranges::find(wanted.as_array(), value) == wanted.as_array().end()) {
                return where + ": none of the values it can be: " + json::serialize(value);
            }
        } else if (keyword == "pattern") {
            const std::string text{value.as_string()};
            // libstdc++'s regex recurses by length: long values are checked by what their pattern is for elsewhere.
            if (text.size() < 2000 && !std::regex_search(text, std::regex{std::string{wanted.as_string()}})) {
                return where + ": does not fit its pattern: " + text;
            }
        } else if (keyword == "minimum") {
            if (value.to_number<double>() < wanted.to_number<double>()) return where + ": is too small";
        } else if (keyword == "maximum") {
            if (value.to_number<double>() > wanted.to_number<double>()) return where + ": is too large";
        } else if (keyword == "minLength") {
            if (value.as_string().size() < wanted.to_number<std::size_t>()) return where + ": is too short";
        } else if (keyword == "maxLength") {
            if (value.as_string().size() > wanted.to_number<std::size_t>()) return where + ": is too long";
        } else if (keyword == "minItems") {
            if (value.as_array().size() < wanted.to_number<std::size_t>()) return where + ": has too few items";
        } else if (keyword == "maxItems") {
            if (value.as_array().size() > wanted.to_number<std::size_t>()) return where + ": has too many items";
        } else if (keyword == "required") {
            for (const auto& name : wanted.as_array()) {
                if (!value.as_object().contains(name.as_string())) {
                    return where + ": lacks " + std::string{name.as_string()};
                }
            }
        } else if (keyword == "properties") {
            for (const auto& [name, inner] : wanted.as_object()) {
                const auto* const member = value.as_object().if_contains(name);
                if (member == nullptr) continue;
                auto found = fault(*member, inner.as_object(), where + "." + std::string{name});
                if (!found.empty()) return found;
            }
        } else if (keyword == "additionalProperties") {
            const auto* const known = schema.if_contains("properties");
            for (const auto& [name, member] : value.as_object()) {
                if (known != nullptr && known->as_object().contains(name)) continue;
                if (wanted.is_bool())
                    return where + ": has " + std::string{name} + ", which the contract does not know";
                auto found = fault(member, wanted.as_object(), where + "." + std::string{name});
                if (!found.empty()) return found;
            }
        } else if (keyword == "items") {
            for (const auto& item : value.as_array()) {
                auto found = fault(item, wanted.as_object(), where + "[]");
                if (!found.empty()) return found;
            }
        } else {
            return where + ": the schema says '" + keyword + "', which this test does not know";
        }
    }
    return {};
}

std::string Contract::reply_fault(const Operation& operation, int status, std::string_view media_type,
                                  std::string_view body) const {
    const auto* const wanted = response(operation, status);
    if (wanted == nullptr) return "status " + std::to_string(status) + " is not in the contract";
    const auto* const content = wanted->if_contains("content");
    if (content == nullptr) return body.empty() ? "" : "a body where the contract has none";
    const auto* const kind = content->as_object().if_contains(media_type.substr(0, media_type.find(';')));
    if (kind == nullptr) return "media type '" + std::string{media_type} + "' is not in the contract";
    if (media_type.find("json") == std::string_view::npos) return {};
    boost::system::error_code error;
    const auto value = json::parse(json::string_view{body}, error);
    if (error) return "the body is no JSON";
    return fault(value, kind->at("schema").as_object());
}

}  // namespace rogatory::test
