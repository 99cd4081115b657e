#include <catch2/catch_test_macros.hpp>

#include "tests/unit/service/fixture.hpp"

using namespace rogatory;
using namespace rogatory::tests;

TEST_CASE("an address is one mailbox and can end no header", "[service][notices]") {
    for (const auto* const good : {"awa.ndiaye@justice.example", "a+b@x-y.example", "o'neil@a.example", "a@b"}) {
        INFO(good);
        CHECK(service::is_mail_address(good));
    }
    for (const auto* const bad : {"",       "a",       "@b",      "a@",
                                  "a@b@c",  "a b@c",   "a@b c",   "a@b\r\nBcc: c@d",
                                  "a@b>",   "<a@b>",   "a@b,c@d", "a@[127.0.0.1]",
                                  "a..b@c", ".a@b",    "a@b..c",  "-a@b",
                                  "a@-b",   "\"a\"@b", "é@b",     "a@b\n"}) {
        INFO(bad);
        CHECK_FALSE(service::is_mail_address(bad));
    }
    CHECK_FALSE(service::is_mail_address(std::string(65, 'a') + "@b"));
}

TEST_CASE("news concern those who read the chain, and not whoever was there", "[service][notices]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto author = world.join(*f.senegal, model::Role::officer, "sen.second");
    const auto set = [&](Official& official, const std::string& address) {
        world.sign_in(official);
        service::NoticeSetting wanted;
        wanted.address = address;
        const auto principal = world.principal(official);
        REQUIRE(f.services->notices.set(principal, wanted).has_value());
        f.services->sign_in.sign_out(principal);
    };
    const auto kenya = world.found(*f.admin, "KEN");
    set(*f.senegal, "sen@a.example");
    set(*f.france, "fra@a.example");
    set(*kenya, "ken@a.example");
    set(*author, "author@a.example");
    f.clock.pass(1000);
    (void)f.mailed();
    world.sign_in(*author);
    const auto dossier = world.open(*author, {world.ref(*f.france)});
    CHECK(f.mailed() == std::vector<std::string>{"fra@a.example", "sen@a.example"});
    CHECK(f.mailed().empty());
    world.add_entry(*author, dossier);
    CHECK(f.mailed() == std::vector<std::string>{"fra@a.example", "sen@a.example"});
    // A restart takes up where it was.
    f.restart();
    CHECK(f.mailed().empty());
}
