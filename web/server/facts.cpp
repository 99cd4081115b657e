#include "web/server/facts.hpp"

#include <array>
#include <cstdio>

#include "web/http/problem.hpp"

namespace rogatory::server {

Facts& Facts::text(std::string name, const std::string& value) {
    facts_.push_back({std::move(name), value, true});
    return *this;
}
Facts& Facts::number(std::string name, std::uint64_t value) {
    facts_.push_back({std::move(name), std::to_string(value), false});
    return *this;
}
Facts& Facts::flag(std::string name, bool value) {
    facts_.push_back({std::move(name), value ? "true" : "false", false});
    return *this;
}
Facts& Facts::seconds(std::string name, double value) {
    std::array<char, 32> text{};
    const auto size = std::snprintf(text.data(), text.size(), "%.2f", value);
    facts_.push_back({std::move(name), {text.data(), static_cast<std::size_t>(size)}, false});
    return *this;
}

std::string Facts::lines() const {
    std::string out;
    for (const auto& fact : facts_) out += fact.name + " " + fact.value + "\n";
    return out;
}

std::string Facts::json() const {
    std::string out = "{";
    for (const auto& fact : facts_) {
        if (out.size() > 1) out += ",";
        out += http::json_string(fact.name) + ":" + (fact.quoted ? http::json_string(fact.value) : fact.value);
    }
    return out + "}";
}

void Facts::print(bool as_json) const {
    std::fputs((as_json ? json() + "\n" : lines()).c_str(), stdout);
    std::fflush(stdout);
}

void print_rows(const std::vector<Facts>& rows, bool as_json) {
    std::string out = as_json ? "[" : "";
    for (const auto& row : rows) {
        if (as_json && out.size() > 1) out += ",";
        out += as_json ? row.json() : row.lines() + "\n";
    }
    std::fputs((as_json ? out + "]\n" : out).c_str(), stdout);
    std::fflush(stdout);
}

}  // namespace rogatory::server
