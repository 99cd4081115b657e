#include "web/http/message.hpp"

#include <algorithm>
#include <array>

namespace rogatory::http {
namespace {

constexpr std::array<std::pair<std::string_view, Method>, 7> kMethods{{{"GET", Method::get},
                                                                       {"HEAD", Method::head},
                                                                       {"POST", Method::post},
                                                                       {"PUT", Method::put},
                                                                       {"PATCH", Method::patch},
                                                                       {"DELETE", Method::del},
                                                                       {"OPTIONS", Method::options}}};

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::optional<Method> parse_method(std::string_view text) {
    for (const auto& [name, method] : kMethods) {
        if (name == text) return method;
    }
    return std::nullopt;
}

std::string_view method_name(Method method) {
    for (const auto& [name, known] : kMethods) {
        if (known == method) return name;
    }
    return {};
}

bool same_name(std::string_view a, std::string_view b) noexcept {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

void Headers::set(std::string_view name, std::string value) {
    std::erase_if(fields_, [name](const auto& field) { return same_name(field.first, name); });
    fields_.emplace_back(std::string{name}, std::move(value));
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    std::optional<std::string_view> found;
    for (const auto& [field, value] : fields_) {
        if (!same_name(field, name)) continue;
        if (found) return std::nullopt;
        found = value;
    }
    return found;
}

std::size_t Headers::count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(fields_, [name](const auto& field) { return same_name(field.first, name); }));
}

Response Response::text(int status, std::string_view type, std::string body) {
    Response response;
    response.status = status;
    response.body = std::move(body);
    response.headers.add("Content-Type", std::string{type});
    return response;
}

}  // namespace rogatory::http
