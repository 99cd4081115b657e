#pragma once

#include <source_location>
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
inline void ensure(bool held, std::string_view what, std::source_location where = std::source_location::current()) {
    if (!held) {
        throw InvariantViolation{std::string{where.file_name()} + ":" + std::to_string(where.line()) + ": " +
                                 std::string{what}};
    }
}

}  // namespace rogatory
