#include <catch2/catch_test_macros.hpp>

#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "platform/record/kinds.hpp"
#include "tests/support/request_scenes.hpp"

// The table of a request's states cell by cell, against a second copy of it in the words of domain.md: every state by
// every target by every signer, and every other act in every state by every signer.
using namespace rogatory;
using namespace rogatory::record;
using namespace rogatory::tests::request_scene;

namespace {

// From each state: who may lead where. q: the requesting side; d: the requested; b: both; R: the Registry alone.
const std::map<std::string, std::string> kWords{
    {"sent", "acknowledged:d refused:d referred:R withdrawn:q sent:b"},
    {"urgent_unconfirmed", "sent:q acknowledged:d refused:d withdrawn:q urgent_unconfirmed:b"},
    {"acknowledged",
     "in_execution:d information_requested:d consultation:b postponed:d consent_pending:d security_dispute:d "
     "partly_executed:d executed:d refused:d referred:R withdrawn:q acknowledged:b"},
    {"in_execution",
     "information_requested:d consultation:b postponed:d consent_pending:d security_dispute:d partly_executed:d "
     "executed:d refused:d referred:R withdrawn:q in_execution:b"},
    {"information_requested",
     "information_given:q in_execution:d consultation:b postponed:d security_dispute:d partly_executed:d executed:d "
     "refused:d referred:R withdrawn:q information_requested:b"},
    {"information_given",
     "in_execution:d information_requested:d consultation:b postponed:d consent_pending:d security_dispute:d "
     "partly_executed:d executed:d refused:d referred:R withdrawn:q information_given:b"},
    {"consultation",
     "in_execution:d information_requested:d postponed:d consent_pending:d security_dispute:d partly_executed:d "
     "executed:d refused:d referred:R withdrawn:q consultation:b"},
    {"postponed",
     "in_execution:d information_requested:d consultation:b partly_executed:d executed:d refused:d referred:R "
     "withdrawn:q postponed:b"},
    {"consent_pending",
     "in_execution:d consultation:b partly_executed:d executed:d refused:d referred:R withdrawn:q consent_pending:b"},
    {"security_dispute",
     "in_execution:d consultation:b partly_executed:d executed:d refused:d referred:R withdrawn:q security_dispute:b"},
    {"partly_executed",
     "in_execution:d information_requested:d consultation:b postponed:d consent_pending:d security_dispute:d "
     "partly_executed:d executed:d refused:d referred:R withdrawn:q closed:q"},
    {"executed", "in_execution:d consultation:b partly_executed:d closed:q executed:b"},
    {"refused", "in_execution:d consultation:b partly_executed:d executed:d referred:R withdrawn:q closed:q refused:b"},
    {"referred", "in_execution:d partly_executed:d executed:d withdrawn:q closed:q referred:b"},
    {"withdrawn", "withdrawn:b"},
    {"closed", "closed:b"},
};

bool allowed(char by, Who who) {
    const bool asked = who == requested || who == requested_sister || who == requested_service;
    switch (by) {
        case 'q':
            return who == requesting;
        case 'd':
            return asked;
        case 'b':
            return asked || who == requesting;
        case 'R':
            return who == registry;
        default:
            return false;
    }
}

std::map<std::string, char> words_of(const std::string& from) {
    std::map<std::string, char> out;
    std::istringstream words{kWords.at(from)};
    for (std::string word; words >> word;) {
        const auto colon = word.find(':');
        out.emplace(word.substr(0, colon), word.at(colon + 1));
    }
    return out;
}

}  // namespace

TEST_CASE("request: every state by every target by every signer; only the rows of the table take effect") {
    Scene scene;
    auto& w = scene.world;
    std::size_t cells = 0;
    std::size_t effective = 0;
    std::size_t surprises = 0;
    std::map<std::string, std::size_t> reasons;
    for (const auto& [status, chain] : scene.in) {
        const auto words = words_of(std::string{model::name_of(status)});
        for (std::size_t to = 0; to < model::names_of<RequestStatus>().size(); ++to) {
            const auto target = static_cast<RequestStatus>(to);
            const auto word = words.find(std::string{model::name_of(target)});
            for (int signer = 0; signer < kWho; ++signer) {
                const auto who = static_cast<Who>(signer);
                const auto outcome = w.judge(w.sign(*scene.who[who], chain, scene.status(chain, target, who)));
                const bool expected = word != words.end() && allowed(word->second, who);
                CAPTURE(model::name_of(status), model::name_of(target), kNames[who], outcome.reason);
                CHECK(outcome.effective() == expected);
                CHECK((outcome.effective() || outcome.verdict == Verdict::void_));
                ++cells;
                effective += outcome.effective() ? 1U : 0U;
                surprises += outcome.effective() == expected ? 0U : 1U;
                ++reasons[outcome.reason];
            }
        }
    }
    std::cout << "request status: " << scene.in.size() << " states x 16 targets x " << static_cast<int>(kWho)
              << " signers = " << cells << " cells, " << effective << " effective, surprises " << surprises << "\n";
    for (const auto& [reason, count] : reasons) {
        std::cout << "  " << (reason.empty() ? "effective" : reason) << " " << count << "\n";
    }
    CHECK(model::request_moves().size() == 125);
    CHECK(cells == 2048);
    CHECK(surprises == 0);
}

TEST_CASE("request: every other act in every state by every signer") {
    Scene scene;
    auto& w = scene.world;
    const std::set<Who> officers{requesting, requested, requested_sister, requested_service};
    const std::map<Kind, std::set<Who>> open{
        {Kind::reminded, {requesting, requested, requested_sister}},  // by a person
        {Kind::due_proposed, officers},
        {Kind::due_agreed, {requesting}},  // the proposal is the other side's
        {Kind::off_platform, officers},
        {Kind::off_platform_confirmed, {requested, requested_sister, requested_service}},
        {Kind::routing_disclosed, {}},  // nothing is withheld
    };
    std::size_t cells = 0;
    std::size_t effective = 0;
    for (const auto& [status, chain] : scene.in) {
        for (const auto kind : kActs) {
            // What happened is confirmed also when all is over.
            const bool late = model::is_over(status) && kind != Kind::off_platform_confirmed;
            for (int signer = 0; signer < kWho; ++signer) {
                const auto who = static_cast<Who>(signer);
                const auto outcome = w.judge(w.sign(*scene.who[who], chain, scene.act(kind, chain, who)));
                CAPTURE(model::name_of(status), to_text(kind), kNames[who], outcome.reason);
                CHECK(outcome.effective() == (!late && open.at(kind).contains(who)));
                ++cells;
                effective += outcome.effective() ? 1U : 0U;
            }
        }
    }
    std::cout << "request acts: " << scene.in.size() << " states x 6 acts x " << static_cast<int>(kWho)
              << " signers = " << cells << " cells, " << effective << " effective\n";
    CHECK(cells == 768);
    CHECK(effective == 14 * (3 + 4 + 1 + 4) + 16 * 3);
}
