#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "crypto/primitives/memory.hpp"
#include "crypto/primitives/random.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/ensure.hpp"

// Values that must not leak: move-only, kept in locked memory where it is to be had, wiped when they go, compared in
// constant time, not printable, not hashable. Raw bytes leave only through expose_secret(), so that grep finds it.
namespace rogatory::crypto {

// A secret of N bytes. Tag makes keys of different purposes different types:
//   using FileKey = crypto::Secret<16, struct FileKeyTag>;
// A moved-from secret may only be destroyed or assigned to; exposing it is a bug and throws.
template <std::size_t N, class Tag = void>
class [[nodiscard]] Secret {
public:
    static constexpr std::size_t kBytes = N;

    // The bytes are copied; wiping the source is the caller's.
    [[nodiscard]] static Secret copy_of(std::span<const std::uint8_t, N> bytes) {
        Secret made;
        std::copy(bytes.begin(), bytes.end(), made.block_);
        return made;
    }

    // nullopt if the length is not N.
    [[nodiscard]] static std::optional<Secret> from(ByteView bytes) {
        if (bytes.size() != N) return std::nullopt;
        return copy_of(bytes.template first<N>());
    }

    [[nodiscard]] static Secret random(Random& random) {
        Secret made;
        random.fill(made.expose_secret_mutable());
        return made;
    }

    // `fill(MutableByteView of N bytes)` writes the secret in place, so that no copy of it exists elsewhere.
    template <class Fill>
    [[nodiscard]] static Secret made_by(Fill&& fill) {
        Secret made;
        std::forward<Fill>(fill)(made.expose_secret_mutable());
        return made;
    }

    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    Secret(Secret&& other) noexcept : block_{std::exchange(other.block_, nullptr)} {}
    // The secret overwritten is wiped at once, not when the other goes.
    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) {
            give_back_secret_block(block_, N);
            block_ = std::exchange(other.block_, nullptr);
        }
        return *this;
    }
    ~Secret() { give_back_secret_block(block_, N); }

    [[nodiscard]] std::span<const std::uint8_t, N> expose_secret() const {
        ensure(block_ != nullptr, "a moved-from secret is not used");
        return std::span<const std::uint8_t, N>{block_, N};
    }
    [[nodiscard]] std::span<std::uint8_t, N> expose_secret_mutable() {
        ensure(block_ != nullptr, "a moved-from secret is not used");
        return std::span<std::uint8_t, N>{block_, N};
    }

    // Said aloud, because a second copy is a second thing to lose.
    [[nodiscard]] Secret duplicate() const { return copy_of(expose_secret()); }

    // The same bytes under another purpose. Rarely right: derive instead.
    template <class Other>
    [[nodiscard]] static Secret retagged(const Secret<N, Other>& other) {
        return copy_of(other.expose_secret());
    }

    friend bool operator==(const Secret& a, const Secret& b) {
        return equal_in_constant_time(a.expose_secret(), b.expose_secret());
    }

private:
    Secret() : block_{take_secret_block(N)} {}

    std::uint8_t* block_;
};

// A secret of any length. Equality is constant-time in the content; lengths are not secret.
class [[nodiscard]] SecretBytes {
public:
    SecretBytes() noexcept = default;
    // Zero-filled.
    explicit SecretBytes(std::size_t size)
        : block_{size == 0 ? nullptr : take_secret_block(size)}, size_{size}, capacity_{size} {}
    [[nodiscard]] static SecretBytes copy_of(ByteView bytes);

    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    SecretBytes(SecretBytes&& other) noexcept { swap(other); }
    SecretBytes& operator=(SecretBytes&& other) noexcept {
        SecretBytes overwritten{std::move(*this)};
        swap(other);
        return *this;
    }
    ~SecretBytes() { give_back_secret_block(block_, capacity_); }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] ByteView expose_secret() const noexcept { return {block_, size_}; }
    [[nodiscard]] MutableByteView expose_secret_mutable() noexcept { return {block_, size_}; }

    // Old storage is wiped when it is outgrown.
    void append(ByteView more);
    // New bytes are zero; bytes cut off are wiped.
    void resize(std::size_t size);

    [[nodiscard]] SecretBytes duplicate() const { return copy_of(expose_secret()); }

    friend bool operator==(const SecretBytes& a, const SecretBytes& b) noexcept {
        return equal_in_constant_time(a.expose_secret(), b.expose_secret());
    }

private:
    void swap(SecretBytes& other) noexcept {
        std::swap(block_, other.block_);
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
    }
    void reserve(std::size_t capacity);

    std::uint8_t* block_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

// A secret text: a passphrase, an identity in its written form, a code.
class [[nodiscard]] SecretText {
public:
    SecretText() noexcept = default;
    // Takes the text over and wipes the string it came in.
    explicit SecretText(std::string&& text) : bytes_{SecretBytes::copy_of(as_bytes(text))} { wipe(text); }
    [[nodiscard]] static SecretText copy_of(std::string_view text) {
        return SecretText{SecretBytes::copy_of(as_bytes(text))};
    }
    explicit SecretText(SecretBytes&& bytes) noexcept : bytes_{std::move(bytes)} {}

    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
    [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }
    [[nodiscard]] std::string_view expose_secret() const noexcept { return as_text(bytes_.expose_secret()); }
    [[nodiscard]] ByteView expose_secret_bytes() const noexcept { return bytes_.expose_secret(); }

    void append(std::string_view more) { bytes_.append(as_bytes(more)); }
    [[nodiscard]] SecretText duplicate() const { return SecretText{bytes_.duplicate()}; }

    friend bool operator==(const SecretText& a, const SecretText& b) noexcept { return a.bytes_ == b.bytes_; }

private:
    SecretBytes bytes_;
};

}  // namespace rogatory::crypto
