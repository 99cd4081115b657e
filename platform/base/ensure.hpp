#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace rogatory {

// A bug of ours: caught only where a request, a background task or the program ends.
class InvariantViolation : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

// What must hold whatever the input: always compiled in, never used to validate input.
// File and line come from built-ins that g++ and clang share: clang 14 cannot read libstdc++'s <source_location>.
inline void ensure(bool held, std::string_view what, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    if (!held) {
        throw InvariantViolation{std::string{file} + ":" + std::to_string(line) + ": " + std::string{what}};
    }
}

}  // namespace rogatory
