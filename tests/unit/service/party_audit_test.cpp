#include <atomic>
#include <set>
#include <thread>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/service/sign_in_requests.hpp"

using namespace rogatory;
using namespace rogatory::tests;

namespace {

service::AuditStretch trail(ServerFixture& f, const Official& official, const std::string& party,
                            std::uint64_t after = 0, std::size_t limit = 500) {
    return f.services->party_audit.of_party(f.world->principal(official), party, after, limit).value();
}

std::vector<std::string> lines(const service::AuditStretch& stretch) {
    std::vector<std::string> out;
    for (const auto& item : stretch.items) out.push_back(item.actor + " " + item.action);
    return out;
}

bool holds(const std::vector<std::string>& all, const std::string& line) {
    return std::ranges::find(all, line) != all.end();
}

}  // namespace

TEST_CASE("a Party's trail is numbered from 1 without gaps, however it is cut into stretches", "[service][audit]") {
    PeopledFixture f;
    f.world->sign_in(*f.senegal);
    const auto whole = trail(f, *f.senegal, "SEN");
    REQUIRE(whole.items.size() > 5);
    CHECK(whole.newest == whole.items.size());
    std::uint64_t last = 0;
    while (last < whole.newest) {
        const auto part = trail(f, *f.senegal, "SEN", last, 2);
        REQUIRE_FALSE(part.items.empty());
        for (const auto& item : part.items) {
            REQUIRE(item.sequence == last + 1);
            CHECK(item.action == whole.items.at(last).action);
            ++last;
        }
    }
    CHECK(trail(f, *f.senegal, "SEN", last).items.empty());
}

TEST_CASE("it holds what concerns the Party: its people's acts, and the platform's acts on it and on them",
          "[service][audit]") {
    PeopledFixture f;
    const auto officer = f.world->join(*f.senegal, model::Role::officer, "sen-officer");
    f.world->sign_in(*officer);
    auto wrong = request_for(f, *officer);
    wrong.signature[5] ^= 1;
    REQUIRE(outcome(f, wrong) == "sign_in.refused");
    f.world->sign_in(*f.admin);
    REQUIRE(f.services->administration.suspend_account(f.world->principal(*f.admin), "sen-officer", "a test"));
    f.world->sign_in(*f.france);
    (void)f.world->open(*f.france, {f.world->ref(*f.senegal)});
    f.world->sign_in(*f.senegal);
    const auto senegal = lines(trail(f, *f.senegal, "SEN"));
    for (const auto* const line :
         {"admin party.created", "admin party.invited", "- invitation.redeemed", "sen-officer account.enrolled",
          "sen-officer session.started", "sen-officer session.refused", "admin account.suspended"}) {
        INFO(line);
        CHECK(holds(senegal, line));
    }
    CHECK(holds(senegal, f.senegal->user_name + " statement.appended"));
    // Nothing of what others did, not even in a file that both read.
    for (const auto& line : senegal) CHECK_FALSE(line.starts_with(f.france->user_name + " "));
    const auto france = lines(trail(f, *f.france, "FRA"));
    for (const auto& line : france) {
        CHECK_FALSE(line.starts_with(f.senegal->user_name + " "));
        CHECK_FALSE(line.starts_with("sen-officer "));
        CHECK(line != "admin account.suspended");
    }
}

TEST_CASE("who is nobody there, or no access manager, is told nothing", "[service][audit]") {
    PeopledFixture f;
    const auto officer = f.world->join(*f.senegal, model::Role::officer, "sen-officer");
    f.world->sign_in(*officer);
    f.world->sign_in(*f.france);
    f.world->sign_in(*f.admin);
    const auto ask = [&](const Official& who, const std::string& party) {
        const auto told = f.services->party_audit.of_party(f.world->principal(who), party, 0, 10);
        return told ? std::optional<ErrorCode>{} : told.error().code();
    };
    CHECK(ask(*officer, "SEN") == ErrorCode::forbidden);
    CHECK(ask(*f.france, "SEN") == ErrorCode::not_found);
    CHECK(ask(*f.france, "ZZZ") == ErrorCode::not_found);
    CHECK(ask(*f.admin, "SEN") == ErrorCode::not_found);
    CHECK(f.services->party_audit.of_platform(f.world->principal(*f.admin), 0, 10).value().items.size() == 10);
    CHECK(f.services->party_audit.of_platform(f.world->principal(*f.france), 0, 10).error().code() ==
          ErrorCode::not_found);
    f.world->sign_in(*f.senegal);
    REQUIRE(f.services->administration.suspend_party(f.world->principal(*f.admin), "SEN", "a test"));
    CHECK_FALSE(f.world->authenticate(*f.senegal));
}

TEST_CASE("refused sign-ins of one account fill no disk", "[service][audit]") {
    PeopledFixture f;
    const auto officer = f.world->join(*f.senegal, model::Role::officer, "sen-officer");
    for (int i = 0; i < 60; ++i) {
        auto wrong = request_for(f, *officer);
        wrong.signature[5] ^= 1;
        // From anywhere: the limit of one address is another one.
        CHECK(outcome(f, wrong, "192.0.2." + std::to_string(i)) == "sign_in.refused");
    }
    f.world->sign_in(*f.senegal);
    const auto all = lines(trail(f, *f.senegal, "SEN"));
    const auto refused = std::ranges::count(all, "sen-officer session.refused");
    CHECK(refused >= 15);
    CHECK(refused <= 25);
}

TEST_CASE("a reader beside many writers never passes a number by", "[service][audit]") {
    PeopledFixture f;
    f.world->sign_in(*f.senegal);
    const auto principal = f.world->principal(*f.senegal);
    constexpr int kWriters = 4;
    constexpr int kEach = 50;
    std::atomic<int> writing{kWriters};
    std::vector<std::jthread> writers;
    for (int w = 0; w < kWriters; ++w) {
        writers.emplace_back([&f, &writing, w] {
            for (int i = 0; i < kEach; ++i) {
                // Every third is undone: its number goes to the next one.
                const bool undone = i % 3 == 0;
                (void)f.store->write([&](ports::Repositories& repositories) -> Result<> {
                    repositories.journal().audit(
                        {0, 1, "writer", "test.line", std::to_string(w), "done", {{"SEN", {}}}});
                    if (undone) return fail(ErrorCode::conflict, "test.undone");
                    return {};
                });
            }
            --writing;
        });
    }
    std::uint64_t last = 0;
    std::size_t seen = 0;
    while (true) {
        const bool quiet = writing == 0;
        const auto part = f.services->party_audit.of_party(principal, "SEN", last, 7).value();
        for (const auto& item : part.items) {
            REQUIRE(item.sequence == last + 1);
            ++last;
            if (item.action == "test.line") ++seen;
        }
        if (quiet && part.items.empty()) break;
    }
    CHECK(seen == kWriters * (kEach - (kEach + 2) / 3));
}
