#include <array>
#include <functional>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/seeded_random.hpp"
#include "tests/unit/storage/made_up.hpp"
#include "tests/unit/storage/temporary.hpp"

using namespace rogatory;
using namespace rogatory::storage;
using namespace rogatory::tests;

TEST_CASE("who reads a chain is found without its people: also where an authority has none", "[storage][parties]") {
    StoreFixture fixture;
    SeededRandom random;
    const std::array readers{ports::PartyId{random.bytes<32>()}, ports::PartyId{random.bytes<32>()},
                             ports::PartyId{random.bytes<32>()}};
    REQUIRE(fixture.store->write([&](ports::Repositories& r) -> Result<> {
        for (std::size_t i = 0; i < readers.size(); ++i) {
            const auto party = r.parties().create(std::array{"SEN", "FRA", "KEN"}.at(i), "name", 1).value();
            REQUIRE(r.parties().set_founded(party, chain_of(static_cast<std::uint8_t>(100 + i)), readers.at(i)));
        }
        for (std::uint8_t chain = 1; chain <= 2; ++chain) {
            REQUIRE(append(r, chain_of(chain), 0, random));
            const ports::AuthorityId opener{random.bytes<16>()};
            r.records().create_dossier(chain_of(chain), chain == 1 ? "share" : "library", 1, readers[0], opener);
            r.records().set_reader(chain_of(chain), {readers[0], opener, true, {}});
            r.records().set_reader(chain_of(chain), {readers[0], ports::AuthorityId{random.bytes<16>()}, true, {}});
            r.records().set_reader(chain_of(chain), {readers[1], ports::AuthorityId{random.bytes<16>()}, true, {}});
            r.records().set_reader(chain_of(chain), {readers[2], ports::AuthorityId{random.bytes<16>()}, true, 0});
        }
        return {};
    }));
    using Codes = std::vector<std::string>;
    fixture.store->read([](const ports::Repositories& r) {
        CHECK(r.parties().codes_reading(chain_of(1)) == Codes{"FRA", "SEN"});
        // What is published for everybody waits for nobody.
        CHECK(r.parties().codes_reading(chain_of(2)).empty());
        CHECK(r.parties().codes_reading(chain_of(102)) == Codes{"KEN"});
        CHECK(r.parties().codes_reading(chain_of(3)).empty());
        return true;
    });
}

TEST_CASE("what uploads take up is counted through all their stages", "[storage][uploads]") {
    StoreFixture fixture;
    SeededRandom random;
    const std::array authorities{ports::AuthorityId{random.bytes<16>()}, ports::AuthorityId{random.bytes<16>()}};
    const ports::PartyId party{random.bytes<32>()};
    std::array<std::int64_t, 2> accounts{};
    std::vector<ports::UploadRow> rows;
    REQUIRE(fixture.store->write([&](ports::Repositories& r) -> Result<> {
        ports::AccountRow row;
        row.language = "en";
        for (auto& account : accounts) {
            row.user_name += "somebody";
            account = r.accounts().create(row).value();
        }
        for (std::size_t i = 0; i < 10; ++i) {
            ports::UploadRow upload;
            upload.id = ports::UploadId{random.bytes<16>()};
            upload.account = accounts[i / 5];
            upload.authority = authorities[i % 2];
            upload.party = party;
            upload.chain = chain_of(1);
            upload.attachment = ports::AttachmentId{random.bytes<16>()};
            upload.length = 1'000 + i;
            REQUIRE(r.attachments().create(upload));
            rows.push_back(upload);
        }
        return {};
    }));
    // By counting: stage by row, and what the three answers must be.
    enum class Is { open, attached, withdrawn, removed };
    std::vector<Is> is(rows.size(), Is::open);
    const auto check = [&] {
        std::array<ports::Usage, 5> expected{};
        for (std::size_t i = 0; i < rows.size(); ++i) {
            for (const std::size_t whose : {i % 2, std::size_t{2}, 3 + i / 5}) {
                auto& usage = expected[whose];
                if (is[i] == Is::open) ++usage.open_uploads;
                if (is[i] == Is::open) usage.open_bytes += rows[i].length;
                if (is[i] == Is::open || is[i] == Is::attached) usage.bytes += rows[i].length;
            }
        }
        fixture.store->read([&](const ports::Repositories& r) {
            const auto same = [](const ports::Usage& a, const ports::Usage& b) {
                CHECK(a.open_uploads == b.open_uploads);
                CHECK(a.open_bytes == b.open_bytes);
                CHECK(a.bytes == b.bytes);
            };
            same(r.attachments().usage_of_authority(authorities[0]), expected[0]);
            same(r.attachments().usage_of_authority(authorities[1]), expected[1]);
            same(r.attachments().usage_of_party(party), expected[2]);
            same(r.attachments().usage(), expected[2]);
            for (const std::size_t whose : {0U, 1U}) {
                CHECK(r.attachments().usage_of_account(accounts[whose]).open_uploads ==
                      expected[3 + whose].open_uploads);
                CHECK(r.attachments().usage_of_account(accounts[whose]).open_bytes == expected[3 + whose].open_bytes);
            }
            return true;
        });
    };
    check();
    const auto change = [&](std::size_t i, Is to, const std::function<void(ports::Attachments&)>& work) {
        is[i] = to;
        REQUIRE(fixture.store->write([&](ports::Repositories& r) -> Result<> {
            work(r.attachments());
            return {};
        }));
        check();
    };
    change(0, Is::open, [&](auto& a) { a.set_received(rows[0].id, 500); });
    for (std::size_t i = 0; i < 6; ++i) {
        change(i, Is::open, [&](auto& a) { a.set_sealed(rows[i].id, ports::Digest{}); });
    }
    for (std::size_t i = 0; i < 4; ++i) {
        change(i, Is::attached, [&](auto& a) { a.set_attached(rows[i].id, i); });
    }
    change(1, Is::withdrawn, [&](auto& a) { a.set_withdrawn(chain_of(1), 1, 7); });
    change(1, Is::withdrawn, [&](auto& a) { a.set_gone(rows[1].id); });
    change(4, Is::removed, [&](auto& a) { a.remove(rows[4].id); });
    change(9, Is::removed, [&](auto& a) { a.remove(rows[9].id); });
    change(2, Is::attached, [&](auto& a) { a.remove(rows[2].id); });  // no: it is part of an entry
}

TEST_CASE("a dossier stands once in each reader's list, wherever he was let in or out", "[storage][records]") {
    StoreFixture fixture;
    SeededRandom random;
    const ports::AuthorityId one{random.bytes<16>()}, other{random.bytes<16>()};
    const ports::PartyId party{random.bytes<32>()};
    std::vector<std::uint64_t> seqs(3);
    const auto move = [&](std::uint8_t chain) {
        REQUIRE(fixture.store->write(
            [&](ports::Repositories& r) { return append(r, chain_of(chain), seqs[chain]++, random); }));
    };
    const auto let = [&](std::uint8_t chain, ports::AuthorityId who, std::optional<std::uint64_t> until) {
        REQUIRE(fixture.store->write([&](ports::Repositories& r) -> Result<> {
            if (!r.records().find_dossier(chain_of(chain))) {
                r.records().create_dossier(chain_of(chain), "share", 1, party, one);
            }
            r.records().set_reader(chain_of(chain), {party, who, !until, until});
            return {};
        }));
    };
    const auto list = [&](ports::AuthorityId who) {
        std::string text;
        for (const auto& row : fixture.store->read(
                 [&](const ports::Repositories& r) { return r.records().dossiers({who}, 1'000'000, 10); })) {
            text += row.chain == chain_of(1) ? "1" : "2";
            text += "@" + std::to_string(row.last_index) + " ";
        }
        return text;
    };
    move(1);
    let(1, one, {});
    let(1, other, {});
    move(2);
    let(2, one, {});
    let(2, other, {});
    CHECK(list(one) == "2@1 1@0 ");
    move(1);
    CHECK(list(other) == "1@2 2@1 ");
    move(1);
    let(1, other, 1);  // out: it stays where it was
    move(1);
    move(2);
    CHECK(list(one) == "2@5 1@4 ");
    CHECK(list(other) == "2@5 1@3 ");
    let(1, other, 2);  // said again
    let(2, one, {});
    CHECK(list(other) == "2@5 1@4 ");
    move(1);
    let(1, other, {});  // in again
    CHECK(list(other) == "1@6 2@5 ");
    move(1);
    move(2);
    CHECK(list(other) == "2@8 1@7 ");
    CHECK(list(one) == "2@8 1@7 ");
}
