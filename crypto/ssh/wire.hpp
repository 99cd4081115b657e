#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "crypto/sign.hpp"

// Internal to crypto/ssh: RFC 4251 §5, from front to back. After what could not be read nothing more is.
namespace rogatory::ssh {

inline constexpr std::string_view kEd25519 = "ssh-ed25519";

class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_{bytes} {}

    [[nodiscard]] std::optional<std::string_view> take(std::size_t count);
    [[nodiscard]] std::optional<std::uint32_t> number();
    [[nodiscard]] std::optional<std::string_view> string();  // a length, and as many bytes
    [[nodiscard]] bool at_end() const noexcept { return !broken_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool broken_ = false;
};

// Two strings and nothing else, the first of them `kind`: how keys and signatures are written. The second one.
[[nodiscard]] std::optional<std::string_view> of_kind(std::string_view blob, std::string_view kind);

void append_string(Bytes& to, std::string_view text);

}  // namespace rogatory::ssh
