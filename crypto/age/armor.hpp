#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/age/failure.hpp"
#include "platform/base/bytes.hpp"

// The ASCII armor of age (c2sp.org/age, "ASCII armor"): strict PEM of RFC 7468 with one label, 64 columns and padded
// base64, as bytes in and bytes out. Rogatory's own files are never armored; `rogatory age` reads and writes it.
namespace rogatory::age {

inline constexpr std::string_view kArmorBegin = "-----BEGIN AGE ENCRYPTED FILE-----";
inline constexpr std::string_view kArmorEnd = "-----END AGE ENCRYPTED FILE-----";

// White space is allowed in front of and behind the armor, so much of it at most.
inline constexpr std::size_t kArmorWhitespaceBytes = 1024;

// Whether a file begins like an armored one: decided as soon as enough of it is there, else nothing.
[[nodiscard]] std::optional<bool> looks_armored(ByteView start);

class ArmorWriter {
public:
    void update(ByteView bytes, Bytes& out);
    void finish(Bytes& out);

private:
    void begin(Bytes& out);

    bool begun_ = false;
    Bytes pending_;  // less than one line
};

class ArmorReader {
public:
    // Appends to `bytes` what the armor holds. After a failure every call fails the same way.
    [[nodiscard]] Outcome<> update(ByteView armored, Bytes& bytes);
    [[nodiscard]] Outcome<> finish(Bytes& bytes);

private:
    enum class Where { before, body, last_line, after };

    Outcome<> take_line(std::string_view line, Bytes& bytes);
    Outcome<> give_up();

    Where where_ = Where::before;
    std::string pending_;  // a line so far
    std::size_t whitespace_ = 0;
    bool failed_ = false;
};

}  // namespace rogatory::age
