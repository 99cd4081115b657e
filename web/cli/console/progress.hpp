#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "web/cli/console/console.hpp"

namespace rogatory::cli {

// Shows how far a transfer is: a bar with rate and time left on a terminal, a line {"event":"progress"} at most once a
// second with --json, nothing in a pipe. The line of the bar is wiped when the object goes.
class Progress {
public:
    using Now = std::function<std::chrono::steady_clock::time_point()>;

    // `label` is for the bar; `phase` and `name` are for --json.
    Progress(const Console& console, std::string label, std::string phase, std::string name, std::uint64_t total_bytes,
             Now now = std::chrono::steady_clock::now);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    // Bytes done so far; a resumed transfer calls it first with what was there, which does not count for the rate.
    void at(std::uint64_t done_bytes);

    // The line that would be shown now at this width: for the bar itself and for its tests.
    [[nodiscard]] std::string line(std::size_t width) const;

private:
    void wipe();

    const Console& console_;
    std::string what_;
    std::string phase_;
    std::string name_;
    std::uint64_t total_;
    Now now_;
    std::uint64_t first_ = 0;
    std::uint64_t done_ = 0;
    bool started_ = false;
    bool shown_ = false;
    bool bar_;
    std::chrono::steady_clock::time_point begun_;
    std::chrono::steady_clock::time_point drawn_;
};

}  // namespace rogatory::cli
