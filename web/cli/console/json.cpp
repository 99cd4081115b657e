#include "web/cli/console/json.hpp"

#include "platform/base/ensure.hpp"

namespace rogatory::cli {
namespace {

void quote(std::string& out, std::string_view text) {
    static constexpr std::string_view kHex = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                // DEL too: a terminal must never be driven by a name that somebody else chose.
                if (byte < 0x20 || byte == 0x7f) {
                    out += "\\u00";
                    out += kHex[byte >> 4U];
                    out += kHex[byte & 0xfU];
                } else {
                    out += c;
                }
        }
    }
    out += '"';
}

}  // namespace

Json::Json(std::string_view text) { quote(text_, text); }

Json Json::array(const std::vector<Json>& items) {
    Json out;
    out.text_ = "[";
    for (const auto& item : items) {
        if (out.text_.size() > 1) out.text_ += ',';
        out.text_ += item.text_;
    }
    out.text_ += ']';
    return out;
}

Json Json::array(const std::vector<std::string>& items) {
    std::vector<Json> values;
    values.reserve(items.size());
    for (const auto& item : items) values.emplace_back(item);
    return array(values);
}

Json& Json::add(std::string_view key, const Json& value) {
    ensure(text_.starts_with('{'), "only an object takes members");
    text_.pop_back();
    if (text_.size() > 1) text_ += ',';
    quote(text_, key);
    text_ += ':';
    text_ += value.text_;
    text_ += '}';
    return *this;
}

}  // namespace rogatory::cli
