#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <iostream>

#include "platform/record/chains.hpp"
#include "tests/unit/service/fixture.hpp"

// A work of the library on the server: who opens it, who reads it, who says nothing in it, and how many it takes.
using namespace rogatory;
using namespace rogatory::tests;

namespace {

struct LibraryFixture : PeopledFixture {
    OfficialPtr kenya = world->found(*admin, "KEN");

    void flag(Official& who, bool publisher) {
        world->append(who, world->sign(who, who.register_chain, record::PublisherSet{who.authority, publisher}));
    }
    void pin(Official& who, const Official& whom) {
        const auto& party = *world->by_chain(whom.register_chain);
        world->append(who,
                      world->sign(who, who.register_chain,
                                  record::Pinned{party.code(), party.party(), record::PinSource::note_verbale, false}));
    }
    // The answer to a work opened by him for these.
    std::string opens(Official& who, std::vector<model::AuthorityRef> others) {
        std::vector<Bytes> given;
        others.push_back(world->ref(who));
        auto first = world->epoch(1, std::move(others), given);
        const auto chain = record::dossier_chain(who.authority, first.recipient);
        const auto stored = world->try_append(
            who,
            world->sign(
                who, chain,
                record::Opened{
                    record::DossierKind::library, {model::Onward::free, {}, {}}, std::move(first), std::nullopt}),
            given);
        return stored ? "yes" : stored.error().key();
    }
    model::ChainId work(std::vector<model::AuthorityRef> others) {
        return world->open(*senegal, std::move(others), {model::Onward::free, {}, {}}, record::DossierKind::library);
    }
    std::string says(Official& who, const model::ChainId& chain, record::Body body, std::vector<Bytes> given = {}) {
        const auto stored = world->try_append(who, world->sign(who, chain, std::move(body)), std::move(given));
        return stored ? "yes" : stored.error().key();
    }
    std::string adds(Official& who, const model::ChainId& chain) {
        std::vector<Bytes> given;
        auto body = world->entry(chain, {}, given);
        return says(who, chain, std::move(body), given);
    }
    std::string reads(Official& who, const model::ChainId& chain) {
        const auto principal = world->authenticate(who);
        if (!principal) return principal.error().key();
        const auto page = services->chains.read(*principal, chain, 0, 10);
        return page ? std::to_string(page->items.size()) : page.error().key();
    }
    std::size_t listed(Official& who) {
        return services->chains.dossiers(world->principal(who), who.authority, {}).value().items.size();
    }
    record::Granted grant(const model::ChainId& chain, const Official& to, std::vector<Bytes>& given) {
        const auto ref = world->ref(to);
        given.push_back(world->age_file());
        return {ref.party,
                ref.authority,
                world->by_party(ref.party)->generation(ref.authority)->number,
                world->dossier(chain).basis(),
                {{1, crypto::sha256(given.back())}},
                {},
                std::nullopt};
    }
};

}  // namespace

TEST_CASE("a work is opened and added to by a publisher alone, and read by whoever holds a key", "[service][library]") {
    LibraryFixture f;
    CHECK(f.opens(*f.senegal, {f.world->ref(*f.france)}) == "void.not_publisher");
    f.flag(*f.france, true);
    CHECK(f.opens(*f.senegal, {f.world->ref(*f.france)}) == "void.not_publisher");
    f.flag(*f.senegal, true);
    const auto chain = f.work({f.world->ref(*f.france)});
    CHECK(f.adds(*f.senegal, chain) == "yes");
    CHECK(f.adds(*f.france, chain) == "void.not_opener");

    // Before it is given to Kenya it is for Kenya as if it were not there.
    CHECK(f.reads(*f.france, chain) == "2");
    CHECK(f.reads(*f.kenya, chain) == "access.not_found");
    CHECK(f.listed(*f.kenya) == 0);
    f.pin(*f.senegal, *f.kenya);
    f.pin(*f.france, *f.kenya);
    std::vector<Bytes> blobs;
    auto by_france = f.grant(chain, *f.kenya, blobs);
    CHECK(f.says(*f.france, chain, by_france, blobs) == "void.not_opener");
    blobs.clear();
    auto by_senegal = f.grant(chain, *f.kenya, blobs);
    CHECK(f.says(*f.senegal, chain, by_senegal, blobs) == "yes");
    CHECK(f.reads(*f.kenya, chain) == "3");
    CHECK(f.listed(*f.kenya) == 1);

    // A flag taken back: what stands stays readable, and nothing more is published.
    f.flag(*f.senegal, false);
    CHECK(f.adds(*f.senegal, chain) == "void.not_publisher");
    CHECK(f.reads(*f.france, chain) == "3");

    // Whoever is suspended reads nothing of it, and again once he is not.
    REQUIRE(f.services->administration.suspend_party(f.world->principal(*f.admin), "KEN", "a test"));
    CHECK(f.reads(*f.kenya, chain) != "3");
    CHECK(f.store->verify_log());
    f.restart();
    f.world->sign_in(*f.senegal);
    CHECK(f.adds(*f.senegal, chain) == "void.not_publisher");
}

TEST_CASE("a work for more than forty authorities, and for those that come later", "[service][library]") {
    LibraryFixture f;
    f.flag(*f.senegal, true);
    const std::vector<std::string> codes{"AFG", "ALB", "AND", "ATG", "ARG", "ARM", "AUS", "AUT", "BGD", "BRB", "BEL",
                                         "BLZ", "BEN", "BOL", "BIH", "BWA", "BRA", "BGR", "BFA", "CPV", "KHM", "CAN",
                                         "CAF", "TCD", "CHL", "COL", "COM", "COG", "COK", "CRI", "CIV", "HRV", "CYP",
                                         "CZE", "COD", "DNK", "DJI", "DMA", "DOM", "ECU", "SLV", "EST", "FJI", "FIN"};
    std::vector<OfficialPtr> states;
    for (const auto& code : codes) {
        states.push_back(f.world->found(*f.admin, code));
        f.pin(*f.senegal, *states.back());
    }
    std::vector<model::AuthorityRef> first;
    for (std::size_t i = 0; i + 2 < states.size(); ++i) first.push_back(f.world->ref(*states[i]));
    const auto started = std::chrono::steady_clock::now();
    const auto chain = f.work(first);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
    std::cout << "a work for " << first.size() << " authorities: " << took.count() << " ms\n";
    CHECK(f.world->dossier(chain).participants().size() == first.size() + 1);
    CHECK(f.adds(*f.senegal, chain) == "yes");
    f.world->sign_in(*states.front());
    CHECK(f.reads(*states.front(), chain) == "2");

    // Two that came later.
    std::vector<Bytes> blobs;
    for (std::size_t i = states.size() - 2; i < states.size(); ++i) {
        auto granted = f.grant(chain, *states[i], blobs);
        CHECK(f.says(*f.senegal, chain, granted, {blobs.back()}) == "yes");
    }
    for (std::size_t i = states.size() - 2; i < states.size(); ++i) {
        f.world->sign_in(*states[i]);
        CHECK(f.reads(*states[i], chain) == "4");
    }
    CHECK(f.store->verify_log());
}

TEST_CASE("no mail goes out, and no machine is told, for what is published for everybody", "[service][library]") {
    LibraryFixture f;
    f.flag(*f.senegal, true);
    const auto principal = f.world->principal(*f.france);
    service::NoticeSetting wanted;
    wanted.address = "fra@a.example";
    REQUIRE(f.services->notices.set(principal, wanted).has_value());
    f.services->sign_in.sign_out(principal);
    f.clock.pass(1000);
    (void)f.mailed();
    const auto told = [&f] {
        const auto untold = f.untold({"FRA"});
        for (const auto& party : untold) f.services->party_news.told(party);
        return !untold.empty();
    };
    REQUIRE(told());
    f.world->sign_in(*f.senegal);
    const auto chain = f.work({f.world->ref(*f.france)});
    CHECK(f.adds(*f.senegal, chain) == "yes");
    CHECK(f.mailed().empty());
    CHECK_FALSE(told());
    // A file that is sent to it still calls it.
    (void)f.world->open(*f.senegal, {f.world->ref(*f.france)});
    CHECK(f.mailed() == std::vector<std::string>{"fra@a.example"});
    CHECK(told());
}
