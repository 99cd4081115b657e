#include <catch2/catch_test_macros.hpp>

#include "platform/record/chains.hpp"
#include "tests/unit/service/fixture.hpp"

// An authority's casebook on the server: who writes, who reads, what it costs, and what anybody else can find out.
using namespace rogatory;
using namespace rogatory::tests;

namespace {

struct CasebookFixture : PeopledFixture {
    age::HybridIdentity generation = age::HybridIdentity::generate(world->random);
    OfficialPtr officer = world->join(*senegal, model::Role::officer, "sen-officer");
    OfficialPtr reader = world->join(*senegal, model::Role::reader, "sen-reader");
    model::ChainId chain = record::casebook_chain(senegal->authority, generation);
    model::Digest last;

    std::string notes(Official& who, const model::ChainId& where, std::uint64_t number = 1) {
        const auto file = world->age_file();
        last = crypto::sha256(file);
        const auto stored = world->try_append(who, world->sign(who, where, record::Note{number, last}), {file});
        return stored ? "yes" : stored.error().key();
    }
    std::string reads(Official& who) {
        const auto page = services->chains.read(world->principal(who), chain, 0, 10);
        return page ? std::to_string(page->items.size()) : page.error().key();
    }
    std::string opens(Official& who, const model::Digest& file) {
        const auto blob = services->chains.blob(world->principal(who), chain, file);
        return blob ? "yes" : blob.error().key();
    }
};

}  // namespace

TEST_CASE("a casebook is its authority's members' alone", "[service][casebook]") {
    CasebookFixture f;
    CHECK(f.reads(*f.officer) == "access.not_found");  // nothing was noted
    CHECK(f.notes(*f.officer, f.chain) == "yes");
    const auto file = f.last;
    for (auto* who : {f.senegal.get(), f.officer.get(), f.reader.get()}) {
        CHECK(f.reads(*who) == "1");
        CHECK(f.opens(*who, file) == "yes");
    }
    CHECK(f.reads(*f.france) == "access.not_found");
    CHECK(f.opens(*f.france, file) == "access.not_found");
    f.world->sign_in(*f.admin);
    CHECK(f.reads(*f.admin) == "access.not_found");
    CHECK(f.opens(*f.admin, file) == "access.not_found");
    // In no list of anybody.
    for (auto* who : {f.senegal.get(), f.france.get()}) {
        CHECK(f.services->chains.dossiers(f.world->principal(*who), std::nullopt, {}).value().items.empty());
    }
}

TEST_CASE("a casebook is written by officers of its authority", "[service][casebook]") {
    CasebookFixture f;
    CHECK(f.notes(*f.reader, f.chain) == "void.not_officer");
    CHECK(f.notes(*f.officer, f.chain) == "yes");
    CHECK(f.notes(*f.senegal, f.chain) == "yes");
    // Whose it is not, to him it is not there.
    CHECK(f.notes(*f.france, f.chain) == "access.not_found");
    const auto dossier = f.world->open(*f.senegal, {f.world->ref(*f.france)});
    CHECK(f.notes(*f.france, dossier) == "access.not_found");
    CHECK(f.notes(*f.officer, f.senegal->register_chain) == "access.not_found");
    CHECK(f.notes(*f.officer, f.chain, 2) == "void.generation");
    CHECK(f.store->verify_log());
}

TEST_CASE("nobody notes where another's board, receipts or casebook will stand", "[service][casebook]") {
    CasebookFixture f;
    auto& w = *f.world;
    const auto dossier = w.open(*f.senegal, {w.ref(*f.france)});
    const auto france = w.ref(*f.france);
    for (const auto& taken :
         {record::notices_chain(france.party), record::notices_chain(w.ref(*f.senegal).party),
          record::receipts_chain(dossier, france.authority), record::receipts_chain(dossier, f.senegal->authority),
          record::casebook_chain(france.authority, f.generation), record::random_id<model::ChainId>(w.random)}) {
        CHECK(f.notes(*f.officer, taken) == "access.not_found");
    }
    CHECK(f.notes(*f.officer, f.chain) == "yes");
}

TEST_CASE("who was removed reads no further, and nothing is sealed to what he holds", "[service][casebook]") {
    CasebookFixture f;
    CHECK(f.notes(*f.officer, f.chain) == "yes");
    f.world->remove(*f.senegal, *f.officer);
    CHECK_FALSE(f.world->authenticate(*f.officer));
    CHECK(f.notes(*f.senegal, f.chain, 1) == "void.generation");
    CHECK(f.notes(*f.senegal, f.chain, 2) == "yes");
    CHECK(f.reads(*f.reader) == "2");
}

TEST_CASE("notes stand after a restart, count against the quota and call nobody", "[service][casebook]") {
    CasebookFixture f;
    const auto bytes = [&] {
        return f.store->read(
            [&](const ports::Repositories& r) { return r.records().bytes_of_authority(f.senegal->authority); });
    };
    for (auto* who : {f.senegal.get(), f.france.get()}) {
        service::NoticeSetting setting;
        setting.address = who->user_name + "@example.org";
        REQUIRE(f.services->notices.set(f.world->principal(*who), setting));
    }
    static_cast<void>(f.mailed());
    f.clock.pass(kDay);
    f.world->sign_in(*f.officer);
    const auto before = bytes();
    CHECK(f.notes(*f.officer, f.chain) == "yes");
    CHECK(bytes() > before + 300);
    CHECK(f.mailed().empty());
    // As a file does.
    static_cast<void>(f.world->open(*f.officer, {f.world->ref(*f.france)}));
    CHECK(f.mailed().size() == 2);
    const auto stored = f.store->read([&](const ports::Repositories& r) { return *r.records().find_chain(f.chain); });
    CHECK(stored.kind == ports::ChainKind::casebook);
    CHECK(stored.authority == f.senegal->authority);
    f.restart();
    for (auto* who : {f.senegal.get(), f.reader.get()}) f.world->sign_in(*who);
    CHECK(f.reads(*f.reader) == "1");
    CHECK(f.notes(*f.senegal, f.chain) == "yes");
    CHECK(f.reads(*f.reader) == "2");
}
