#pragma once

#include <chrono>
#include <optional>

namespace rogatory::cli {

// A program that looks again and again with a person's keys may do so for as long as they would stay unlocked without
// it: its own looks are no use of them. It is told what the keeper says before each look and after it.
class DeskTime {
public:
    using Seconds = std::chrono::seconds;

    // `idle_left`: until the keeper forgets. False: without these looks it would have done so by now.
    [[nodiscard]] bool may_look(Seconds now, Seconds idle_left) {
        // More than this program's own last look has left of it: somebody used another command meanwhile.
        const bool used = !last_ || idle_left > last_->left - (now - last_->at) + kSlack;
        if (used) ends_ = now + idle_left;
        return now < ends_;
    }
    void looked(Seconds now, Seconds idle_left) { last_ = {now, idle_left}; }

private:
    // The keeper counts whole seconds.
    static constexpr Seconds kSlack{1};

    struct Look {
        Seconds at, left;
    };
    std::optional<Look> last_;
    Seconds ends_{};
};

}  // namespace rogatory::cli
