#pragma once

// Functions of shared libraries that most commands do without: the library is loaded when the first of them is called.
// The dynamic loader would map and relocate it, and every library that it brings along, before main() of each start:
// libcurl has thirty and Pango forty, which was half of the time that a short command took.

#include <atomic>
#include <utility>

namespace rogatory::client {

// The function `name` of the library `soname` or of what that brings along. The library is looked for as the dynamic
// loader looks for what a program is linked with, and stays. Throws std::runtime_error where there is none: the
// packages depend on it, so something is wrong with this machine.
[[nodiscard]] void* late_symbol(const char* soname, const char* name);

// A function of a library's header, declared by ROGATORY_LATE and called as it would be.
template <class Function>
class Late {
public:
    constexpr Late(const char* soname, const char* name) noexcept : soname_{soname}, name_{name} {}
    Late(const Late&) = delete;
    Late& operator=(const Late&) = delete;

    template <class... Arguments>
    auto operator()(Arguments&&... arguments) const {
        auto function = function_.load(std::memory_order_acquire);
        if (function == nullptr) {
            function = reinterpret_cast<Function>(late_symbol(soname_, name_));
            function_.store(function, std::memory_order_release);
        }
        return function(std::forward<Arguments>(arguments)...);
    }

private:
    const char* soname_;
    const char* name_;
    mutable std::atomic<Function> function_{nullptr};
};

}  // namespace rogatory::client

// Hides the header's function within the namespace where it stands.
#define ROGATORY_LATE(soname, function) \
    inline constinit ::rogatory::client::Late<decltype(&::function)> function { soname, #function }

// Says in the program itself what it loads late, where deploy/package and deploy/sbom look for what it needs, since no
// linker names it: a note as https://uapi-group.org/specifications/specs/elf_dlopen_metadata/ lays it out.
#define ROGATORY_LATE_NOTE(soname)                                              \
    __asm__(                                                                    \
        ".pushsection .note.dlopen, \"a\", %note\n"                             \
        ".balign 4\n.long 4\n.long 2f - 1f\n.long 0x407c0c0a\n.asciz \"FDO\"\n" \
        "1: .asciz \"[{\\\"soname\\\":[\\\"" soname                             \
        "\\\"],\\\"priority\\\":\\\"required\\\"}]\"\n2: .balign 4\n"           \
        ".popsection\n")
