// The clients and the checker of tests/faults/run: officials who sign, append and upload over HTTPS to a real server,
// a ledger of every answer, and a comparison of it with what the server has after whatever was done to it.
//
//   fault_client DATA ORIGIN CERTIFICATE CODE-FILE JOURNAL SEED CHAINS
//
// writes the first chapter into DATA, says "ready", and then does what it reads, a line each:
//   work          the officials begin                finish        they end when what is under way is answered
//   stop          they end at once                   answers       how many they had since they began
//   refusals      how many there were ever
//   check [all]   the comparison, as JSON            clock N       the server's wall clock is N seconds ahead
//   sign-in       a new session                      session       whether the one in force still is
//   doubt         no answer is believed any more     forget        the ledger loses a statement
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>

#include "platform/base/log.hpp"
#include "tests/faults/checker.hpp"

using namespace rogatory;
using namespace rogatory::tests;

namespace {

std::string list(const std::vector<std::string>& lines) {
    std::string out = "[";
    for (std::size_t i = 0; i < std::min<std::size_t>(lines.size(), 20); ++i) {
        out += (i == 0 ? "\"" : ",\"") + lines[i] + "\"";
    }
    return out + "]";
}

void say(const std::string& line) {
    std::puts(line.c_str());
    std::fflush(stdout);
}

std::string as_json(const Checker::Findings& found, Ledger& ledger, std::uint64_t log_size) {
    const std::lock_guard lock{ledger.guard};
    std::string refusals;
    for (const auto& [key, count] : ledger.refusals) {
        refusals += (refusals.empty() ? "\"" : ",\"") + key + "\":" + std::to_string(count);
    }
    return "{\"lost_count\":" + std::to_string(found.lost.size()) +
           ",\"visible_count\":" + std::to_string(found.visible.size()) + ",\"lost\":" + list(found.lost) +
           ",\"visible\":" + list(found.visible) + ",\"trouble\":" + list(found.trouble) +
           ",\"surprises\":" + list(ledger.surprises) + ",\"refusals\":{" + refusals +
           "},\"statements\":" + std::to_string(ledger.acknowledged_statements) +
           ",\"offsets\":" + std::to_string(ledger.acknowledged_offsets) +
           ",\"stored_unanswered\":" + std::to_string(found.stored_unanswered) +
           ",\"absent_unanswered\":" + std::to_string(found.absent_unanswered) +
           ",\"log\":" + std::to_string(log_size) + "}";
}

void serve(FaultWorld& world, Ledger& ledger, std::uint64_t seed) {
    Officials officials{world, ledger, seed};
    Checker checker{world, ledger, seed};
    std::string line;
    while (std::getline(std::cin, line)) {
        if (line == "work") {
            officials.start();
            say("ok");
        } else if (line == "stop") {
            officials.stop();
            say("ok");
        } else if (line == "finish") {
            officials.finish();
            say("ok");
        } else if (line == "doubt") {
            officials.doubt();
            say("ok");
        } else if (line == "answers") {
            say(std::to_string(officials.answers()));
        } else if (line == "refusals") {
            const std::lock_guard lock{ledger.guard};
            std::uint64_t refusals = 0;
            for (const auto& [key, count] : ledger.refusals) refusals += count;
            say(std::to_string(refusals));
        } else if (line == "check" || line == "check all") {
            const auto found = checker.check(line == "check all");
            say(as_json(found, ledger, checker.log_size()));
        } else if (line.starts_with("clock ")) {
            world.clock_seconds = std::stoll(line.substr(6));
            say("ok");
        } else if (line == "sign-in") {
            const auto server = world.connect();
            [[maybe_unused]] const auto signed_in = officials.sign_in(*server);
            const auto me = server->me();
            say(me ? "ok" : me.error().key());
        } else if (line == "forget") {
            // For tampering.py: a statement that is there and that, as far as the ledger knows, nobody sent.
            const std::lock_guard lock{ledger.guard};
            if (!ledger.statements.empty()) ledger.statements.erase(ledger.statements.begin());
            say("ok");
        } else if (line == "session") {
            const auto me = world.connect()->me();
            say(me ? "ok" : me.error().key());
        } else {
            say("unknown");
        }
    }
}

}  // namespace

int main(int count, char** values) {
    try {
        log::set_level(log::Level::error);
        if (count != 8) throw std::runtime_error{"usage: see its head"};
        std::string code;
        std::ifstream{values[4]} >> code;
        const auto world = set_up(values[1], values[2], values[3], code, std::stoul(values[7]));
        Ledger ledger{values[5]};
        say("ready");
        serve(*world, ledger, std::stoull(values[6]));
        return 0;
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "fault_client: %s\n", failure.what());
        return 1;
    }
}
