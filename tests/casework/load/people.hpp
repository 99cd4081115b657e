#pragma once

#include <map>
#include <memory>
#include <string>

#include "tests/casework/load/plan.hpp"
#include "tests/support/agent_cast.hpp"

// Everybody who has an account in that year, each at a device of his own, on a platform in memory whose clock is moved.
// Three witnesses, two of whom are needed.
namespace rogatory::test {

class People {
public:
    // Founds the Parties, of two custodians each, as an authority needs that is written to: each of them enrols with an
    // Argon2id of his own, as on a real device.
    explicit People(const Plan& plan);

    // Those who will write to one another pin one another's registers.
    void pin(const Plan& plan);

    [[nodiscard]] agent::Agent& of(const std::string& code);
    void move_clock(UnixSeconds to);

    Cast cast;

private:
    std::map<std::string, std::unique_ptr<agent::Agent>> agents_;
};

}  // namespace rogatory::test
