#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/service/sign_in_requests.hpp"

using namespace rogatory;
using namespace rogatory::tests;

namespace {

const std::vector<std::string> kAll{"SEN", "FRA", "KEN", "X-OTP"};

// Who is to be told; and they were.
std::vector<std::string> told(ServerFixture& f) {
    std::vector<std::string> codes;
    for (const auto& party : f.untold(kAll)) {
        codes.push_back(party.code);
        f.services->party_news.told(party);
    }
    std::ranges::sort(codes);
    return codes;
}
using Codes = std::vector<std::string>;

}  // namespace

TEST_CASE("a Party is told once at first, and then of what its authorities read and nobody else's",
          "[service][webhooks]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto kenya = world.found(*f.admin, "KEN");
    CHECK(told(f) == Codes{"FRA", "KEN", "SEN"});
    CHECK(told(f).empty());
    world.sign_in(*f.senegal);
    const auto dossier = world.open(*f.senegal, {world.ref(*f.france)});
    CHECK(told(f) == Codes{"FRA", "SEN"});
    world.sign_in(*f.france);
    world.add_entry(*f.france, dossier);
    world.add_entry(*f.france, dossier);
    CHECK(told(f) == Codes{"FRA", "SEN"});
    CHECK(told(f).empty());
    // A register is its own Party's.
    (void)world.join(*kenya, model::Role::officer, "ken.second");
    CHECK(told(f) == Codes{"KEN"});
}

TEST_CASE("after a start each is told once, whatever is new; what came while a message was under way, with the next",
          "[service][webhooks]") {
    PeopledFixture f;
    CHECK(told(f) == Codes{"FRA", "SEN"});
    f.restart();
    CHECK(told(f) == Codes{"FRA", "SEN"});
    CHECK(told(f).empty());
    f.world->sign_in(*f.senegal);
    const auto dossier = f.world->open(*f.senegal, {f.world->ref(*f.france)});
    f.restart();
    const auto untold = f.untold(kAll);
    REQUIRE(untold.size() == 2);
    f.world->sign_in(*f.senegal);
    f.world->add_entry(*f.senegal, dossier);
    CHECK(f.untold(kAll).size() == 2);
    for (const auto& party : untold) f.services->party_news.told(party);
    CHECK(told(f) == Codes{"FRA", "SEN"});
    // What was said late takes nothing back.
    for (const auto& party : untold) f.services->party_news.told(party);
    CHECK(told(f).empty());
}

TEST_CASE("a Party that was out of the configuration is told, when it is back, of what came meanwhile",
          "[service][webhooks]") {
    PeopledFixture f;
    (void)told(f);
    f.restart();
    CHECK(f.untold({"SEN"}).size() == 1);
    f.world->sign_in(*f.senegal);
    (void)f.world->open(*f.senegal, {f.world->ref(*f.france)});
    const auto meanwhile = f.untold({"SEN"});
    REQUIRE(meanwhile.size() == 1);
    f.services->party_news.told(meanwhile.front());
    f.restart();
    CHECK(told(f) == Codes{"FRA", "SEN"});
}

TEST_CASE("a start reads nothing of what came since webhooks were last on", "[service][webhooks]") {
    PeopledFixture f;
    (void)told(f);
    f.world->sign_in(*f.senegal);
    const auto dossier = f.world->open(*f.senegal, {f.world->ref(*f.france)});
    const auto before = f.untold({"FRA"});
    REQUIRE(before.size() == 1);
    // More than the outbox gives at once, all of it about a dossier that France reads.
    REQUIRE(f.store->write([&dossier](ports::Repositories& repositories) -> Result<> {
        constexpr int kMany = 1200;
        for (int i = 0; i < kMany; ++i) {
            repositories.journal().publish(
                {.at = 1, .kind = "chain.changed", .subject = encoding::hex_encode(dossier.value())});
        }
        return {};
    }));
    f.restart();
    const auto after = f.untold({"FRA"});
    REQUIRE(after.size() == 1);
    CHECK(after.front().news == before.front().news + 1);
}

TEST_CASE("sessions are no news: neither of whoever looks, nor of an outsider who tries names", "[service][webhooks]") {
    PeopledFixture f;
    (void)told(f);
    f.world->sign_in(*f.senegal);
    f.services->sign_in.sign_out(f.world->principal(*f.senegal));
    auto wrong = request_for(f, *f.senegal);
    wrong.signature[5] ^= 1;
    REQUIRE(outcome(f, wrong) == "sign_in.refused");
    f.world->sign_in(*f.france);
    CHECK(f.services->party_audit.of_party(f.world->principal(*f.france), "FRA", 0, 500).has_value());
    CHECK(told(f).empty());
    // What somebody does is, also where no file of anybody changes.
    service::NoticeSetting wanted;
    wanted.address = "a@b.example";
    REQUIRE(f.services->notices.set(f.world->principal(*f.france), wanted).has_value());
    CHECK(told(f) == Codes{"FRA"});
}

TEST_CASE("who is suspended is told when that is over, and a code that nobody has is told nothing",
          "[service][webhooks]") {
    PeopledFixture f;
    (void)told(f);
    f.world->sign_in(*f.admin);
    REQUIRE(f.services->administration.suspend_party(f.world->principal(*f.admin), "FRA", "a test"));
    f.world->sign_in(*f.senegal);
    (void)f.world->open(*f.senegal, {f.world->ref(*f.france)});
    CHECK(told(f) == Codes{"SEN"});
    f.world->sign_in(*f.admin);
    REQUIRE(f.services->administration.resume_party(f.world->principal(*f.admin), "FRA", "over"));
    CHECK(told(f) == Codes{"FRA"});
}

TEST_CASE("mails and webhooks read the outbox each from a place of its own", "[service][webhooks][notices]") {
    PeopledFixture f;
    auto& world = *f.world;
    world.sign_in(*f.france);
    service::NoticeSetting wanted;
    wanted.address = "fra@a.example";
    REQUIRE(f.services->notices.set(world.principal(*f.france), wanted).has_value());
    f.services->sign_in.sign_out(world.principal(*f.france));
    f.clock.pass(1000);
    (void)f.mailed();
    (void)told(f);
    world.sign_in(*f.senegal);
    const auto dossier = world.open(*f.senegal, {world.ref(*f.france)});
    CHECK(told(f) == Codes{"FRA", "SEN"});
    CHECK(f.mailed() == Codes{"fra@a.example"});
    world.add_entry(*f.senegal, dossier);
    CHECK(f.mailed() == Codes{"fra@a.example"});
    CHECK(told(f) == Codes{"FRA", "SEN"});
}
