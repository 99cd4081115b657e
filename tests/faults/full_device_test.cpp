// A device without room: refused with its own error, nothing corrupt, reading goes on, and it works again when there is
// room.
#include <fstream>

#include <catch2/catch_test_macros.hpp>

#include "platform/record/chains.hpp"
#include "platform/service/initialise.hpp"
#include "storage/blobs/disk_blob_store.hpp"
#include "storage/sql_store.hpp"
#include "tests/faults/ground.hpp"
#include "tests/support/server_world.hpp"
#include "tests/unit/storage/temporary.hpp"

using namespace rogatory;
using namespace rogatory::tests;

TEST_CASE("a full device refuses, keeps what it has, and goes on when there is room", "[faults][full]") {
    auto ground = Ground::small(std::size_t{24} << 20);
    if (!ground) SKIP("mounting a file system of one's own is not allowed here");
    TurnedClock clock;
    ThrowingEmergency emergency;
    const storage::Layout layout{ground->directory() / "data", {}};
    REQUIRE(storage::create_storage(layout, clock, emergency));
    auto store = storage::SqlStore::open(layout, clock, emergency).value();
    storage::DiskBlobStore blobs{layout.blobs(), emergency};
    const auto code = service::initialise(*store, clock, "test.example").value().administrator_code;
    auto services = service::Services::open(*store, blobs, clock, {}).value();
    ServerWorld world{*services, clock, [&] { clock.pass(31); }};
    const auto admin = world.administrator(code);
    const auto senegal = world.found(*admin, "SEN");
    const auto chain = world.open(*senegal, {});

    // An upload that will not fit, begun while there is room.
    const Bytes bytes(std::size_t{1} << 20, 'x');
    const auto upload =
        services->uploads
            .create(world.principal(*senegal), {chain, record::random_id<model::AttachmentId>(world.random),
                                                senegal->authority, std::uint64_t{15} << 20})
            .value();

    // Something else fills the device.
    const auto ballast = ground->directory() / "ballast";
    {
        std::ofstream stream{ballast, std::ios::binary};
        while (stream.write(reinterpret_cast<const char*>(bytes.data()), 65'536).flush()) {
        }
    }
    const auto size_before = store->read([](const ports::Repositories& r) { return r.log().size(); });

    // Appends: refused sooner or later (the write-ahead log has some room of its own), with one error, all or nothing.
    std::size_t taken = 0;
    std::optional<Error> refusal;
    std::optional<record::SignedStatement> refused;
    for (int i = 0; i < 200 && !refusal; ++i) {
        std::vector<Bytes> sealed;
        auto body = world.entry(chain, {}, sealed);
        sealed[0] = world.age_file(700'000);
        body.sealed = crypto::sha256(sealed[0]);
        const auto statement = world.sign(*senegal, chain, body);
        auto answer = world.try_append(*senegal, statement, sealed);
        if (answer) {
            ++taken;
        } else {
            refusal = answer.error();
            refused = statement;
        }
    }
    REQUIRE(refusal);
    CHECK(refusal->code() == ErrorCode::storage_full);
    store->read([&](const ports::Repositories& r) {
        CHECK(r.log().size() == size_before + taken);
        CHECK_FALSE(r.records().find_statement(refused->id()));
        return true;
    });

    // Uploads: refused, and the offset is what is durable.
    auto sink = services->uploads.open(upload.ticket, upload.upload, 0, std::nullopt);
    if (sink) {
        Result<> written;
        for (int i = 0; i < 15 && written; ++i) written = (*sink)->write(bytes);
        REQUIRE_FALSE(written);
        CHECK(written.error().code() == ErrorCode::storage_full);
        (void)(*sink)->finish();
        sink->reset();
    } else {
        CHECK(sink.error().code() == ErrorCode::storage_full);
    }
    CHECK(services->uploads
              .create(world.principal(*senegal),
                      {chain, record::random_id<model::AttachmentId>(world.random), senegal->authority, 5 << 20})
              .error()
              .code() == ErrorCode::storage_full);

    // Reading goes on.
    CHECK(services->chains.read(world.principal(*senegal), chain, 0, 10));
    CHECK(services->log.checkpoint());
    CHECK(store->verify_log());

    // Room again: everything works, also after a restart.
    std::filesystem::remove(ballast);
    world.add_entry(*senegal, chain);
    services.reset();
    store.reset();
    store = storage::SqlStore::open(layout, clock, emergency).value();
    CHECK(store->integrity_faults().empty());
    CHECK(store->verify_log());
    services = service::Services::open(*store, blobs, clock, {}).value();
    world.use(*services);
    world.add_entry(*senegal, chain);
    const auto state = services->uploads.state(upload.ticket, upload.upload).value();
    auto again = services->uploads.open(upload.ticket, upload.upload, state.offset, std::nullopt).value();
    REQUIRE(again->write(bytes));
    CHECK(again->finish().value().offset == state.offset + bytes.size());
}
