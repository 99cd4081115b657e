#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "crypto/secret.hpp"
#include "platform/base/result.hpp"

namespace rogatory::cli::keeper {

// One socket in the profile's folder (0700): whoever may open it may already read the profile, and is asked for his
// uid all the same.
inline constexpr const char* kSocketName = "keeper.sock";

// A message both ways: one byte, four bytes of length (big-endian), that many bytes.
enum class Word : std::uint8_t {
    get = 'G',     // the secret; counts as use
    put = 'P',     // a new secret in place of the old; counts as use
    status = 'S',  // seconds left, as "idle total"; does not count
    lock = 'L',    // wipe and end
    done = '+',
    refused = '-',
};

inline constexpr std::size_t kLongestMessage = 1024 * 1024;

struct Message {
    Word word = Word::refused;
    crypto::SecretBytes body;
};

// Closes what it holds.
class Descriptor {
public:
    explicit Descriptor(int value = -1) noexcept : value_{value} {}
    Descriptor(Descriptor&& other) noexcept : value_{std::exchange(other.value_, -1)} {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(value_, other.value_);
        return *this;
    }
    ~Descriptor();
    [[nodiscard]] int get() const noexcept { return value_; }
    [[nodiscard]] bool valid() const noexcept { return value_ >= 0; }

private:
    int value_;
};

// False when the other side went away, dawdled beyond `patience`, or sent what is no message.
[[nodiscard]] bool send_message(int socket, Word word, ByteView body, std::chrono::milliseconds patience);
[[nodiscard]] std::optional<Message> receive_message(int socket, std::chrono::milliseconds patience);

// The uid at the other end of a socket is ours.
[[nodiscard]] bool peer_is_ours(int socket);

// The path by which a socket in this folder can be bound or connected to whatever the folder's length (a socket's path
// has 107 bytes): through the open folder's descriptor.
[[nodiscard]] std::string socket_path(int folder);

}  // namespace rogatory::cli::keeper
