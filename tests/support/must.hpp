#pragma once

#include <stdexcept>
#include <string>

#include "platform/base/result.hpp"

namespace rogatory::test {

// What a test needs before its own subject: a failure here is a failure of the test, and says which.
template <class T>
T must(Result<T> result) {
    if (!result) {
        std::string text = "unexpected failure: " + result.error().key() + " " + result.error().log_detail();
        for (const auto& [name, value] : result.error().arguments()) text += " " + name + "=" + value;
        throw std::runtime_error{text};
    }
    return *std::move(result);
}
inline void must(Result<> result) {
    if (!result)
        throw std::runtime_error{"unexpected failure: " + result.error().key() + " " + result.error().log_detail()};
}

// The key of an expected failure; "" when it did not fail.
template <class T>
std::string key_of(const Result<T>& result) {
    return result ? std::string{} : result.error().key();
}

}  // namespace rogatory::test
