#include <functional>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "crypto/encoding/hex.hpp"
#include "tests/unit/service/fixture.hpp"

using namespace rogatory;
using namespace rogatory::tests;

namespace {

using Addresses = std::vector<std::string>;
constexpr UnixSeconds kOutboxKept = 7 * kDay;

service::Settings sending(bool mails, bool webhooks) {
    service::Settings settings;
    settings.sends_mails = mails;
    settings.sends_webhooks = webhooks;
    settings.outbox_kept = kOutboxKept;
    return settings;
}

// Senegal writes to France, whose officer has an address and is not there.
struct OutboxFixture : PeopledFixture {
    explicit OutboxFixture(bool mails, bool webhooks) : PeopledFixture{sending(mails, webhooks)} {
        world->sign_in(*france);
        service::NoticeSetting wanted;
        wanted.address = "fra@a.example";
        REQUIRE(services->notices.set(world->principal(*france), wanted).has_value());
        services->sign_in.sign_out(world->principal(*france));
        clock.pass(kHour);
        world->sign_in(*senegal);
        dossier = world->open(*senegal, {world->ref(*france)});
    }
    void write_again() {
        world->sign_in(*senegal);
        world->add_entry(*senegal, dossier);
    }
    void restart_with(bool mails, bool webhooks) {
        settings.sends_mails = mails;
        settings.sends_webhooks = webhooks;
        restart();
    }
    std::vector<ports::OutboxRow> rows() {
        constexpr std::size_t kMost = 1'000'000;
        return store->read([](const ports::Repositories& r) { return r.journal().outbox_after(0, kMost); });
    }
    void publish(int count, UnixSeconds at) {
        REQUIRE(store->write([&](ports::Repositories& repositories) -> Result<> {
            for (int i = 0; i < count; ++i) {
                repositories.journal().publish(
                    {.id = 0, .at = at, .kind = "chain.changed", .subject = encoding::hex_encode(dossier.value())});
            }
            return {};
        }));
    }
    // So many writes as tidying makes here.
    std::uint64_t jobs_of_tidying() {
        const auto before = store->writer_counts().jobs;
        services->tidy();
        return store->writer_counts().jobs - before;
    }
    model::ChainId dossier;
};

}  // namespace

TEST_CASE("what everybody has taken up of the outbox goes after a week, and not before", "[service][outbox]") {
    OutboxFixture f{true, true};
    (void)f.untold({"FRA"});
    CHECK(f.mailed() == Addresses{"fra@a.example"});
    const auto many = f.rows().size();
    REQUIRE(many > 3);
    f.clock.pass(kOutboxKept - 3 * kHour);
    f.services->tidy();
    CHECK(f.rows().size() == many);
    f.write_again();
    (void)f.untold({"FRA"});
    CHECK(f.mailed() == Addresses{"fra@a.example"});
    f.clock.pass(4 * kHour);
    f.services->tidy();
    REQUIRE(f.rows().size() == 1);
    CHECK(f.rows().front().kind == "chain.changed");
}

TEST_CASE("a row waits for whoever is on and has not taken it up, however long the server stood", "[service][outbox]") {
    // The one has taken up all, the other nothing since.
    const bool mails = GENERATE(true, false);
    OutboxFixture f{true, true};
    (void)f.untold({"FRA"});
    CHECK(f.mailed() == Addresses{"fra@a.example"});
    f.write_again();
    const auto waits = f.rows().back();
    if (mails) {
        (void)f.untold({"FRA"});
    } else {
        (void)f.mailed();
    }
    f.clock.pass(60 * kDay);
    f.restart();
    f.services->tidy();
    REQUIRE(f.rows().size() == 1);
    CHECK(f.rows().front().id == waits.id);
    if (mails) {
        CHECK(f.mailed() == Addresses{"fra@a.example"});
    } else {
        // It begins at the end after a start, and tells everybody.
        CHECK(f.untold({"FRA"}).size() == 1);
    }
    f.services->tidy();
    CHECK(f.rows().empty());
}

TEST_CASE("who is on is on from his first look, also where there was nothing to see", "[service][outbox]") {
    OutboxFixture f{false, false};
    f.clock.pass(kOutboxKept + kHour);
    f.restart_with(true, false);
    REQUIRE(f.rows().empty());
    CHECK(f.mailed().empty());
    f.write_again();
    f.clock.pass(60 * kDay);
    f.restart();
    // And the numbers of the outbox have gone on, though it was empty.
    CHECK(f.mailed() == Addresses{"fra@a.example"});
}

TEST_CASE("who is switched off holds nothing, and takes up again what is not older than a week", "[service][outbox]") {
    OutboxFixture f{true, false};
    CHECK(f.mailed() == Addresses{"fra@a.example"});
    f.write_again();
    f.restart_with(false, false);
    f.clock.pass(kOutboxKept + kHour);
    f.services->tidy();
    CHECK(f.rows().empty());
    f.restart_with(true, false);
    CHECK(f.mailed().empty());
    f.restart_with(false, false);
    f.write_again();
    f.clock.pass(kOutboxKept - kHour);
    f.services->tidy();
    f.restart_with(true, false);
    CHECK(f.mailed() == Addresses{"fra@a.example"});
}

TEST_CASE("mails that are switched on late begin with what is recent", "[service][outbox][notices]") {
    OutboxFixture f{false, false};
    f.clock.pass(60 * kDay);
    // All of it is there still, as where an older release has left it.
    const auto many = f.rows().size();
    REQUIRE(many > 3);
    CHECK(f.services->notices.take_up() == false);
    CHECK(f.services->notices.due(10).empty());
    f.write_again();
    CHECK(f.mailed() == Addresses{"fra@a.example"});
}

TEST_CASE("much of the outbox is taken up in short writes, of which the caller may stop after each",
          "[service][outbox]") {
    constexpr int kMany = 1050;
    constexpr std::uint64_t kAtOnce = 100;
    OutboxFixture f{true, true};
    (void)f.untold({"FRA"});
    (void)f.mailed();
    f.publish(kMany, f.clock.now());
    const auto place = [&f](const char* name) {
        std::uint64_t row = 0;
        const auto bytes = f.store->read([name](const ports::Repositories& r) { return r.journal().value(name); });
        for (const auto byte : bytes.value()) row = row << 8U | byte;
        return row;
    };
    const auto stretches = [&](const char* name, const std::function<bool()>& take_up) {
        int count = 1;
        for (auto before = place(name);; ++count, before = place(name)) {
            const bool more = take_up();
            CHECK(place(name) - before <= kAtOnce);
            if (!more) return count;
        }
    };
    CHECK(stretches("mail.outbox", [&f] { return f.services->notices.take_up(); }) == 11);
    CHECK(stretches("webhooks.outbox", [&f] { return f.services->party_news.take_up({"FRA"}); }) == 11);
    CHECK(place("mail.outbox") == f.rows().back().id);
    CHECK(place("webhooks.outbox") == f.rows().back().id);
    CHECK(f.mailed() == Addresses{"fra@a.example"});
    CHECK(f.services->party_news.untold({"FRA"}).size() == 1);
}

TEST_CASE("a year of the outbox goes in short writes, and not all of it at once", "[service][outbox]") {
    constexpr int kMany = 60'000;
    constexpr std::uint64_t kAtOnce = 500;
    constexpr std::uint64_t kTimes = 100;
    OutboxFixture f{false, false};
    const auto idle = f.jobs_of_tidying();
    f.publish(kMany, f.clock.now());
    const auto many = f.rows().size();
    f.clock.pass(kOutboxKept + kDay);
    // A day later there is a day's work to do besides.
    CHECK(f.jobs_of_tidying() <= idle + kTimes + 1);
    CHECK(f.rows().size() == many - kTimes * kAtOnce);
    f.services->tidy();
    CHECK(f.rows().empty());
    CHECK(f.jobs_of_tidying() == idle);
}
