#include "web/client/answer.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "crypto/encoding/base64.hpp"

namespace rogatory::client {
namespace {

namespace json = boost::json;

constexpr std::string_view kProblem = "urn:rogatory:problem:";
constexpr std::size_t kLongestKey = 80;
constexpr std::size_t kLongestArgument = 500;

ErrorCode code_of(int status) {
    switch (status) {
        case 401:
            return ErrorCode::unauthenticated;
        case 403:
            return ErrorCode::forbidden;
        case 404:
            return ErrorCode::not_found;
        case 408:
            return ErrorCode::unavailable;
        case 409:
            return ErrorCode::conflict;
        case 410:
            return ErrorCode::expired;
        case 412:
            return ErrorCode::precondition_failed;
        case 413:
            return ErrorCode::too_large;
        case 429:
            return ErrorCode::too_many;
        case 501:
            return ErrorCode::unsupported;
        case 507:
            return ErrorCode::storage_full;
        default:
            return status >= 500 ? ErrorCode::unavailable : ErrorCode::invalid_input;
    }
}

bool key_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'; }

}  // namespace

Fields::Fields(const json::value& value, bool& good) : object_{value.if_object()}, good_{&good} {
    if (object_ == nullptr) good = false;
}

const json::value* Fields::find(std::string_view name) const {
    return object_ == nullptr ? nullptr : object_->if_contains(json::string_view{name.data(), name.size()});
}

bool Fields::has(std::string_view name) const { return find(name) != nullptr; }

std::string Fields::text(std::string_view name) const {
    const auto* value = find(name);
    if (value == nullptr || !value->is_string()) {
        *good_ = false;
        return {};
    }
    const auto& found = value->get_string();
    return {found.data(), found.size()};
}

std::string Fields::text_or_empty(std::string_view name) const { return has(name) ? text(name) : std::string{}; }

std::int64_t Fields::integer(std::string_view name) const {
    const auto* value = find(name);
    if (value == nullptr || !value->is_int64()) {
        *good_ = false;
        return 0;
    }
    return value->get_int64();
}

std::uint64_t Fields::natural(std::string_view name) const {
    const auto value = integer(name);
    if (value < 0) *good_ = false;
    return value < 0 ? 0 : static_cast<std::uint64_t>(value);
}

bool Fields::truth(std::string_view name) const {
    const auto* value = find(name);
    if (value == nullptr || !value->is_bool()) {
        *good_ = false;
        return false;
    }
    return value->get_bool();
}

Bytes Fields::base64(std::string_view name) const {
    auto bytes = encoding::base64_decode(text(name));
    if (!bytes) *good_ = false;
    return std::move(bytes).value_or(Bytes{});
}

std::optional<Bytes> Fields::base64_if_there(std::string_view name) const {
    return has(name) ? std::optional{base64(name)} : std::nullopt;
}

Fields Fields::within(std::string_view name) const {
    static const boost::json::value nothing;
    const auto* value = find(name);
    return {value == nullptr ? nothing : *value, *good_};
}

std::vector<Fields> Fields::items(std::string_view name) const {
    std::vector<Fields> out;
    const auto* value = find(name);
    if (value == nullptr || !value->is_array()) {
        *good_ = false;
        return out;
    }
    for (const auto& item : value->get_array()) out.emplace_back(item, *good_);
    return out;
}

std::vector<std::string> Fields::texts(std::string_view name) const {
    std::vector<std::string> out;
    const auto* value = find(name);
    if (value == nullptr || !value->is_array()) {
        *good_ = false;
        return out;
    }
    for (const auto& item : value->get_array()) {
        if (!item.is_string())
            *good_ = false;
        else
            out.emplace_back(item.get_string().data(), item.get_string().size());
    }
    return out;
}

Error not_understood(const HttpsReply& reply) {
    return Error{ErrorCode::unavailable, "client.answer_not_understood", "status " + std::to_string(reply.status)}.with(
        "request", reply.header("x-request-id").substr(0, kLongestKey));
}

Result<json::value> parse_json(const HttpsReply& reply) {
    boost::system::error_code failure;
    const auto text = as_text(reply.body);
    json::parse_options options;
    options.max_depth = 16;
    auto value = json::parse(json::string_view{text.data(), text.size()}, failure, {}, options);
    if (failure) return fail(not_understood(reply));
    return value;
}

Error problem_of(const HttpsReply& reply) {
    const auto code = code_of(reply.status);
    if (!reply.header("content-type").starts_with("application/problem+json")) {
        // Not our server's words: a proxy, a portal, a firewall.
        return Error{code, "client.answer_not_understood", "status " + std::to_string(reply.status)}.with(
            "request", "HTTP " + std::to_string(reply.status));
    }
    const auto value = parse_json(reply);
    if (!value || !value->is_object()) return not_understood(reply);
    bool good = true;
    const Fields fields{*value, good};
    auto type = fields.text("type");
    if (!good || !type.starts_with(kProblem)) return not_understood(reply);
    type.erase(0, kProblem.size());
    if (type.empty() || type.size() > kLongestKey || !std::ranges::all_of(type, key_character))
        return not_understood(reply);
    Error error{code, type, "status " + std::to_string(reply.status)};
    if (const auto* arguments = fields.object()->if_contains("arguments");
        arguments != nullptr && arguments->is_object()) {
        for (const auto& [name, argument] : arguments->get_object()) {
            if (!argument.is_string() || argument.get_string().size() > kLongestArgument) continue;
            (void)std::move(error).with(std::string{name},
                                        std::string{argument.get_string().data(), argument.get_string().size()});
        }
    }
    (void)std::move(error).with("request", fields.text_or_empty("request_id").substr(0, kLongestKey));
    return error;
}

}  // namespace rogatory::client
