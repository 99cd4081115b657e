#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/agent/requests.hpp"
#include "tests/casework/load/people.hpp"

// Does what the plan says, by the functions that the command line and every other client of platform/agent call: each
// act is judged, sealed, signed, sent, logged and found again in the witnessed log by whoever does it.
namespace rogatory::test {

class Loader {
public:
    Loader(const Plan& plan, People& people) : plan_{plan}, people_{people}, states_(plan.requests.size()) {}

    // Every act up to that time. Throws, naming the request and the act, when one is refused.
    void run_until(UnixSeconds end);

    struct Counts {
        std::uint64_t acts = 0;
        std::uint64_t off_platform = 0;
        std::uint64_t confirmed = 0;
        std::uint64_t files = 0;
        std::uint64_t opened = 0;
    };
    [[nodiscard]] const Counts& counts() const { return counts_; }

private:
    // What the two sides have in their hands.
    struct State {
        agent::Hash chain{};
        std::vector<std::uint64_t> entries;  // that the other side has not opened yet
    };

    void perform(const PlannedAct& act);
    void send(const PlannedAct& act, State& state);
    void reply(const PlannedAct& act, State& state);
    void open(const PlannedAct& act, State& state);
    void set_status(const PlannedAct& act, const State& state);
    void confirm(const PlannedAct& act, const State& state);
    [[nodiscard]] agent::StatusOrder step_of(const PlannedAct& act, const State& state) const;

    const Plan& plan_;
    People& people_;
    std::vector<State> states_;
    std::size_t next_ = 0;
    Counts counts_;
};

}  // namespace rogatory::test
