#include "crypto/primitives/memory.hpp"

#include <sodium.h>

#include <array>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <new>

#ifdef _WIN32
#include <malloc.h>
#endif

namespace rogatory::crypto {

namespace {

// mlock works on whole pages, so small secrets share locked pages: locking each where it happens to lie would unlock
// its neighbours when it goes. Under AddressSanitizer each block is its own allocation, so that overruns are seen.
constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kArenaBytes = 16 * kPageBytes;
constexpr std::size_t kSmallestBlock = 32;
#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t kLargestPooled = 0;
#else
constexpr std::size_t kLargestPooled = kPageBytes;
#endif

std::uint8_t* locked_pages(std::size_t bytes) {
#ifdef _WIN32
    void* const pages = ::_aligned_malloc(bytes, kPageBytes);
    if (pages == nullptr) throw std::bad_alloc{};
#else
    void* pages = nullptr;
    if (posix_memalign(&pages, kPageBytes, bytes) != 0) throw std::bad_alloc{};
#endif
    (void)sodium_mlock(pages, bytes);  // also MADV_DONTDUMP; best effort by design
    return static_cast<std::uint8_t*>(pages);
}

std::size_t rounded_to_pages(std::size_t bytes) {
    if (bytes > SIZE_MAX - kPageBytes) throw std::bad_alloc{};
    return (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
}

class Pool {
public:
    std::uint8_t* take(std::size_t bytes) {
        const auto size_class = class_of(bytes);
        const std::lock_guard lock{mutex_};
        auto& free = free_[size_class];
        if (free == nullptr) split_arena(size_class);
        auto* block = free;
        free = block->next;
        sodium_memzero(block, sizeof(Free));
        return reinterpret_cast<std::uint8_t*>(block);
    }

    void give_back(std::uint8_t* block, std::size_t bytes) noexcept {
        const auto size_class = class_of(bytes);
        sodium_memzero(block, kSmallestBlock << size_class);
        const std::lock_guard lock{mutex_};
        free_[size_class] = ::new (block) Free{free_[size_class]};
    }

private:
    struct Free {
        Free* next;
    };

    static std::size_t class_of(std::size_t bytes) noexcept {
        const auto rounded = std::bit_ceil(bytes < kSmallestBlock ? kSmallestBlock : bytes);
        return static_cast<std::size_t>(std::countr_zero(rounded / kSmallestBlock));
    }

    void split_arena(std::size_t size_class) {
        auto* arena = locked_pages(kArenaBytes);
        sodium_memzero(arena, kArenaBytes);
        const auto step = kSmallestBlock << size_class;
        for (std::size_t at = 0; at < kArenaBytes; at += step) {
            free_[size_class] = ::new (arena + at) Free{free_[size_class]};
        }
    }

    std::mutex mutex_;
    std::array<Free*, 8> free_{};  // 32, 64, …, 4096 bytes
};

// Never destroyed: secrets in static objects are given back after main.
Pool& pool() {
    static Pool* const the_pool = new Pool;
    return *the_pool;
}

}  // namespace

void wipe(MutableByteView bytes) noexcept { sodium_memzero(bytes.data(), bytes.size()); }

void wipe(std::string& text) noexcept {
    sodium_memzero(text.data(), text.size());
    text.clear();
}

bool equal_in_constant_time(ByteView a, ByteView b) noexcept {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::uint8_t* take_secret_block(std::size_t bytes) {
    if (bytes <= kLargestPooled) return pool().take(bytes);
    const auto whole = rounded_to_pages(bytes);
    auto* pages = locked_pages(whole);
    sodium_memzero(pages, whole);
    return pages;
}

void give_back_secret_block(std::uint8_t* block, std::size_t bytes) noexcept {
    if (block == nullptr) return;
    if (bytes <= kLargestPooled) return pool().give_back(block, bytes);
    const auto whole = rounded_to_pages(bytes);
    (void)sodium_munlock(block, whole);  // wipes
    sodium_memzero(block, whole);        // also where it could not be unlocked
#ifdef _WIN32
    ::_aligned_free(block);
#else
    std::free(block);  // NOLINT: pairs with posix_memalign
#endif
}

}  // namespace rogatory::crypto
