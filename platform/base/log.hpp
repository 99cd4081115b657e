#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

namespace rogatory::log {

enum class Level { debug, info, warning, error };

// The fields a line may have, and no other: a field is added here by somebody who has asked whether it can carry
// content, a name or an address of a person, a file name or a key. There is no free text but `message` (a literal of
// ours) and `detail` (Error::log_detail, which has the same rule).
enum class Field {
    request_id,   // ours, random
    method,       // of the request
    route,        // the pattern, never the URL
    status,       // HTTP
    duration_us,  //
    bytes_in,     //
    bytes_out,    //
    principal,    // opaque id of an account or invitation
    key,          // of an Error
    detail,       // Error::log_detail
    error,        // what() of an exception of ours
    count,        //
    port,         //
    path,         // of our own configuration and data, never of users
    signal,       //
    version,      //
};

// One line of JSON on standard error, written when the object ends: at once, and with one write(2), unless a Gathering
// is there.
//
//   log::Line{log::Level::info, "listening"}.add(log::Field::port, port);
class Line {
public:
    Line(Level level, std::string_view message);
    ~Line();
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    Line& add(Field field, std::string_view value);
    Line& add(Field field, std::int64_t value);
    Line& add(Field field, int value) { return add(field, static_cast<std::int64_t>(value)); }
    Line& add(Field field, std::uint64_t value) { return add(field, static_cast<std::int64_t>(value)); }
    Line& add(Field field, const char* value) { return add(field, std::string_view{value}); }

private:
    bool wanted_;
    Level level_;
    std::string text_;
};

// While it is there, lines of `info` and below are written together, at most 100 ms after they were made or when 64 KiB
// have come, since a write of its own would be an eighth of what a short reply costs. A line of `warning` or above goes
// out at once, after all that were made before it. A process that is killed loses 100 ms of `info` at most; what must
// not be lost is in the audit trail, in its own transaction. One at a time.
class Gathering {
public:
    Gathering();
    ~Gathering();
    Gathering(const Gathering&) = delete;
    Gathering& operator=(const Gathering&) = delete;

private:
    std::jthread writer_;
};

// Lines below this level are dropped. `info` at first.
void set_level(Level level);

// Where lines go instead of standard error, for tests; -1 is standard error again.
void set_descriptor(int descriptor);

}  // namespace rogatory::log
