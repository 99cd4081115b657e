#include "crypto/ssh/wire.hpp"

namespace rogatory::ssh {

std::optional<std::string_view> Reader::take(std::size_t count) {
    broken_ = broken_ || count > rest_.size();
    if (broken_) return std::nullopt;
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
}

std::optional<std::uint32_t> Reader::number() {
    const auto bytes = take(4);
    if (!bytes) return std::nullopt;
    std::uint32_t out = 0;
    for (const auto byte : as_bytes(*bytes)) out = out << 8U | byte;
    return out;
}

std::optional<std::string_view> Reader::string() {
    const auto length = number();
    return length ? take(*length) : std::nullopt;
}

std::optional<std::string_view> of_kind(std::string_view blob, std::string_view kind) {
    Reader reader{blob};
    if (reader.string() != kind) return std::nullopt;
    const auto value = reader.string();
    return reader.at_end() ? value : std::nullopt;
}

void append_string(Bytes& to, std::string_view text) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) to.push_back(static_cast<std::uint8_t>(text.size() >> shift));
    append(to, text);
}

}  // namespace rogatory::ssh
