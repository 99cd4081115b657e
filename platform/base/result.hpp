#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace rogatory {

// What a caller can do about a failure. The HTTP status and the exit code follow from this; the words for a person
// follow from Error::key.
enum class ErrorCode {
    invalid_input,        // the input cannot be accepted; it will not get better by waiting
    unauthenticated,      // no valid session, or wrong sign-in
    forbidden,            // signed in, may not, and that the thing exists is no secret
    not_found,            // not there, or not yours
    conflict,             // the state has moved on; read again and decide again
    precondition_failed,  // an If-Match or an expected version did not hold
    expired,              // was valid once
    too_large,            // over a limit
    too_many,             // too often; wait
    integrity,            // a check of the trusted end failed: nothing was released, the evidence is kept
    storage_full,         // nothing was lost; try again when there is room
    unavailable,          // not now (no connection, read-only, busy)
    unsupported,          // an unknown version, kind or suite: update this program
};

// An expected failure: code for the program, key for a person, detail for the log.
//
// `key` is a dotted lower-case name; "error.<key>" stands in the message catalogue in every language (a lint test
// holds each key used in the code to it), and problem+json carries it as its type. `arguments` fill the message's
// places and are shown to the person: never a secret. `log_detail` is for the log and must hold no content of
// users, no name of a file, no key.
class [[nodiscard]] Error {
public:
    Error(ErrorCode code, std::string key, std::string log_detail = {})
        : code_{code}, key_{std::move(key)}, log_detail_{std::move(log_detail)} {}

    [[nodiscard]] ErrorCode code() const noexcept { return code_; }
    [[nodiscard]] const std::string& key() const noexcept { return key_; }
    [[nodiscard]] const std::string& log_detail() const noexcept { return log_detail_; }
    [[nodiscard]] const std::map<std::string, std::string>& arguments() const noexcept { return arguments_; }

    Error&& with(std::string name, std::string value) && {
        arguments_.insert_or_assign(std::move(name), std::move(value));
        return std::move(*this);
    }

private:
    ErrorCode code_;
    std::string key_;
    std::string log_detail_;
    std::map<std::string, std::string> arguments_;
};

template <class T = void>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string key, std::string log_detail = {}) {
    return tl::make_unexpected(Error{code, std::move(key), std::move(log_detail)});
}
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) { return tl::make_unexpected(std::move(error)); }

}  // namespace rogatory
