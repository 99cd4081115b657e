#include <catch2/catch_test_macros.hpp>

#include "crypto/age/file.hpp"
#include "platform/record/chains.hpp"
#include "tests/unit/service/fixture.hpp"

using namespace rogatory;
using namespace rogatory::tests;

namespace {

struct Reading : PeopledFixture {
    OfficialPtr kenya = world->found(*admin, "KEN");
    model::ChainId chain = world->open(*senegal, {world->ref(*france)});
    Bytes file = world->age_file(5000);
    record::AttachmentLine line = world->upload(*senegal, chain, file);
    model::StatementId entry = world->add_entry(*senegal, chain, {line});

    template <class T>
    static std::string key(const Result<T>& result) {
        return result ? std::string{"yes"} : result.error().key();
    }
    std::string reads(Official& who) { return key(services->chains.read(world->principal(who), chain, 0, 10)); }
    std::string attachment(Official& who) {
        const auto answer = services->chains.attachment(world->principal(who), chain, line.id);
        if (!answer) return answer.error().key();
        return std::holds_alternative<service::Tombstone>(*answer) ? "tombstone" : "yes";
    }
    std::string blob(Official& who, const model::Digest& digest, std::optional<model::ChainId> of = {}) {
        return key(services->chains.blob(world->principal(who), of.value_or(chain), digest));
    }
    model::Digest sealed() { return world->dossier(chain).item(entry)->sealed; }
    model::Digest grant(Official& to) { return world->dossier(chain).grants(world->ref(to)).front().file; }
};

}  // namespace

TEST_CASE("a dossier is its participants' alone; to others it is as what does not exist", "[service][reading]") {
    Reading f;
    CHECK(f.reads(*f.senegal) == "yes");
    CHECK(f.reads(*f.france) == "yes");
    CHECK(f.attachment(*f.france) == "yes");
    CHECK(f.blob(*f.france, f.sealed()) == "yes");

    CHECK(f.reads(*f.kenya) == "access.not_found");
    CHECK(f.attachment(*f.kenya) == "access.not_found");
    CHECK(f.blob(*f.kenya, f.sealed()) == "access.not_found");
    CHECK(f.services->chains.dossiers(f.world->principal(*f.kenya), std::nullopt, {}).value().items.empty());
    f.world->sign_in(*f.admin);
    CHECK(f.reads(*f.admin) == "access.not_found");
    // What truly is not there.
    const auto nowhere = record::random_id<model::ChainId>(f.world->random);
    const auto absent = f.services->chains.read(f.world->principal(*f.kenya), nowhere, 0, 10);
    CHECK(absent.error().key() == "access.not_found");
}

TEST_CASE("a grant is its grantee's, a keyring its authority's members'", "[service][reading]") {
    Reading f;
    CHECK(f.blob(*f.france, f.grant(*f.france)) == "yes");
    CHECK(f.blob(*f.senegal, f.grant(*f.france)) == "access.not_found");
    CHECK(f.blob(*f.senegal, f.grant(*f.senegal)) == "yes");
    const auto keyring = *f.world->by_chain(f.senegal->register_chain)->keyring(f.senegal->authority);
    CHECK(f.blob(*f.senegal, keyring, f.senegal->register_chain) == "yes");
    CHECK(f.blob(*f.france, keyring, f.senegal->register_chain) == "access.not_found");
    // By the digest alone, in a dossier where it does not stand.
    CHECK(f.blob(*f.senegal, keyring) == "access.not_found");
}

TEST_CASE("registers are every signed-in member's, and pages hold what was asked", "[service][reading]") {
    Reading f;
    const auto& chains = f.services->chains;
    (void)chains;
    const auto who = f.world->principal(*f.kenya);
    const auto all = f.services->chains.read(who, f.senegal->register_chain, 0, 100).value();
    CHECK(all.items.size() == all.head_seq + 1);
    const auto one = f.services->chains.read(who, f.senegal->register_chain, 1, 1).value();
    REQUIRE(one.items.size() == 1);
    CHECK(one.items[0].seq == 1);
    CHECK(one.items[0].id == all.items[1].id);
    CHECK(f.services->chains.read(who, f.senegal->register_chain, 99, 10).value().items.empty());
    CHECK(f.services->chains.parties(who, {}).value().items.size() == 3);
    const auto page = f.services->chains.parties(who, {"", 2}).value();
    CHECK(page.items.size() == 2);
    CHECK(f.services->chains.parties(who, {page.next_cursor, 2}).value().items.at(0).code == "SEN");
}

TEST_CASE("dossiers are listed newest first, by pages, for one authority or all", "[service][reading]") {
    Reading f;
    std::vector<model::ChainId> chains{f.chain};
    for (int i = 0; i < 4; ++i) chains.push_back(f.world->open(*f.senegal, {f.world->ref(*f.france)}));
    f.world->add_entry(*f.senegal, chains[1]);
    const auto who = f.world->principal(*f.france);
    std::vector<model::ChainId> listed;
    service::PageRequest page{"", 2};
    do {
        const auto items = f.services->chains.dossiers(who, f.france->authority, page).value();
        for (const auto& item : items.items) listed.push_back(item.chain);
        page.cursor = items.next_cursor;
    } while (!page.cursor.empty());
    CHECK(listed == std::vector{chains[1], chains[4], chains[3], chains[2], chains[0]});
    CHECK(f.services->chains.dossiers(who, f.senegal->authority, {}).error().key() == "access.not_found");
    CHECK(f.services->chains.dossiers(who, std::nullopt, {"nonsense", 5}).error().code() == ErrorCode::invalid_input);
}

TEST_CASE("a withdrawn entry leaves a tombstone, its bytes are gone, its statements stay", "[service][withdrawal]") {
    Reading f;
    const auto upload =
        f.store->read([&](const ports::Repositories& r) { return r.attachments().find_attachment(f.line.id)->id; });
    const auto sealed = f.sealed();
    f.world->append(*f.senegal, f.world->sign(*f.senegal, f.chain, record::Withdrawn{{f.entry}, std::nullopt}));
    CHECK(f.attachment(*f.france) == "tombstone");
    CHECK(f.attachment(*f.kenya) == "access.not_found");
    CHECK(f.blob(*f.france, sealed) == "blob.withdrawn");
    CHECK(f.blob(*f.kenya, sealed) == "access.not_found");
    CHECK_FALSE(f.blobs->open(upload));
    CHECK(f.services->chains.read(f.world->principal(*f.france), f.chain, 0, 10).value().items.size() == 3);
    f.restart();
    f.world->sign_in(*f.france);
    CHECK(f.attachment(*f.france) == "tombstone");
}

TEST_CASE("a withdrawal that a crash interrupted is finished at the next start", "[service][withdrawal]") {
    Reading f;
    const auto upload =
        f.store->read([&](const ports::Repositories& r) { return r.attachments().find_attachment(f.line.id)->id; });
    // The statement and its rows are durable, the file is still there.
    REQUIRE(f.store->write([&](ports::Repositories& r) -> Result<> {
        r.attachments().set_withdrawn(f.chain, f.world->dossier(f.chain).item(f.entry)->seq, f.clock.now());
        return {};
    }));
    CHECK(f.blobs->open(upload));
    CHECK(f.attachment(*f.france) == "tombstone");
    f.restart();
    CHECK_FALSE(f.blobs->open(upload));
    const auto row = f.store->read([&](const ports::Repositories& r) { return *r.attachments().find(upload); });
    CHECK(row.stage == ports::UploadStage::gone);
}

TEST_CASE("a blob that is missing without a withdrawal does not look like one", "[service][withdrawal]") {
    Reading f;
    const auto upload =
        f.store->read([&](const ports::Repositories& r) { return r.attachments().find_attachment(f.line.id)->id; });
    f.blobs->remove(upload);
    CHECK(f.attachment(*f.france) == "attachment.withheld");
}

TEST_CASE("a revoked authority sees envelopes up to its revocation, and no content", "[service][reading]") {
    Reading f;
    std::vector<Bytes> blobs;
    auto next = f.world->epoch(2, {f.world->ref(*f.senegal)}, blobs);
    const auto france = f.world->ref(*f.france);
    const auto own_grant = f.grant(*f.france);
    f.world->append(
        *f.senegal,
        f.world->sign(*f.senegal, f.chain, record::Revoked{france.party, france.authority, next, std::nullopt}), blobs);
    const auto sealed = f.sealed();
    f.world->add_entry(*f.senegal, f.chain);
    const auto page = f.services->chains.read(f.world->principal(*f.france), f.chain, 0, 10).value();
    CHECK(page.head_seq == 2);
    CHECK(page.items.size() == 3);
    CHECK(f.services->chains.read(f.world->principal(*f.senegal), f.chain, 0, 10).value().head_seq == 3);
    CHECK(f.attachment(*f.france) == "access.not_found");
    CHECK(f.blob(*f.france, sealed) == "access.not_found");
    CHECK(f.blob(*f.france, own_grant) == "access.not_found");
    const auto listed = f.services->chains.dossiers(f.world->principal(*f.france), std::nullopt, {}).value();
    REQUIRE(listed.items.size() == 1);
    CHECK(listed.items[0].head_seq == 2);
    // Nor does it write or upload.
    std::vector<Bytes> more;
    const auto body = f.world->entry(f.chain, {}, more);
    auto draft = f.world->draft(*f.france, f.chain, body);
    CHECK(f.services->append
              .append(f.world->principal(*f.france), request_of(record::sign(draft, f.france->key).value(), more))
              .error()
              .key() == "access.not_found");
    CHECK(f.services->uploads
              .create(f.world->principal(*f.france),
                      {f.chain, record::random_id<model::AttachmentId>(f.world->random), f.france->authority, 5000})
              .error()
              .key() == "access.not_found");
}

TEST_CASE("receipts stand in a side chain that the dossier's readers see", "[service][reading]") {
    Reading f;
    const auto side = record::receipts_chain(f.chain, f.france->authority);
    f.world->append(*f.france, f.world->sign(*f.france, side, record::Fetched{f.chain, {f.entry}}));
    CHECK(f.services->chains.read(f.world->principal(*f.senegal), side, 0, 10).value().items.size() == 1);
    CHECK(f.services->chains.read(f.world->principal(*f.kenya), side, 0, 10).error().key() == "access.not_found");
    // Kenya signs a receipt for a dossier that is not its: as if there were none.
    const auto own = record::receipts_chain(f.chain, f.kenya->authority);
    auto draft = f.world->draft(*f.kenya, own, record::Fetched{f.chain, {f.entry}});
    CHECK(f.services->append.append(f.world->principal(*f.kenya), request_of(record::sign(draft, f.kenya->key).value()))
              .error()
              .key() == "access.not_found");
    f.restart();
    f.world->sign_in(*f.france);
    f.world->append(*f.france, f.world->sign(*f.france, side, record::OpenedReceipt{f.chain, {f.entry}}));
}
