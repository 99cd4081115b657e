#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "crypto/age/file.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/ports/restored.hpp"
#include "platform/record/chains.hpp"
#include "platform/service/begun_digests.hpp"
#include "tests/support/store_without_room.hpp"
#include "tests/unit/service/fixture.hpp"

using namespace rogatory;
using namespace rogatory::tests;

namespace {

struct Uploading : PeopledFixture {
    explicit Uploading(service::Settings given = {}) : PeopledFixture{std::move(given)} {}
    model::ChainId chain = record::random_id<model::ChainId>(world->random);

    service::UploadCreated create(std::uint64_t length) {
        return services->uploads.create(world->principal(*senegal), {chain, attachment(), senegal->authority, length})
            .value();
    }
    model::AttachmentId attachment() { return record::random_id<model::AttachmentId>(world->random); }
    Result<service::UploadState> patch(const service::UploadCreated& upload, std::uint64_t offset, ByteView bytes,
                                       std::optional<ports::Digest> checksum = {}) {
        auto sink = services->uploads.open(upload.ticket, upload.upload, offset, checksum);
        if (!sink) return fail(sink.error());
        if (auto wrote = (*sink)->write(bytes); !wrote) return fail(wrote.error());
        return (*sink)->finish();
    }
    std::uint64_t offset(const service::UploadCreated& upload) {
        return services->uploads.state(upload.ticket, upload.upload).value().offset;
    }
    ports::UploadStage stage(const service::UploadCreated& upload) {
        return store->read([&](const ports::Repositories& r) { return r.attachments().find(upload.upload)->stage; });
    }
};

}  // namespace

TEST_CASE("an upload goes on from where it stood, over a restart and in any pieces", "[service][uploads]") {
    Uploading f;
    const auto file = f.world->age_file(200'000);
    const auto upload = f.create(file.size());
    std::size_t at = 0;
    for (const std::size_t piece : {1UL, 17UL, 65'536UL, 1000UL}) {
        REQUIRE(f.patch(upload, at, ByteView{file}.subspan(at, piece)).value().offset == at + piece);
        at += piece;
        if (piece == 17) f.restart();
        CHECK(f.offset(upload) == at);
    }
    const auto done = f.patch(upload, at, ByteView{file}.subspan(at)).value();
    CHECK(done.offset == file.size());
    CHECK(f.stage(upload) == ports::UploadStage::sealed);
    const auto row = f.store->read([&](const ports::Repositories& r) { return *r.attachments().find(upload.upload); });
    CHECK(row.sha256 == crypto::sha256(file));
    // tus allows an empty PATCH at the end.
    CHECK(f.patch(upload, file.size(), {}).value().offset == file.size());
}

TEST_CASE("the digest is of what is stored, whatever came between two requests", "[service][uploads]") {
    Uploading f;
    const auto file = f.world->age_file(60'000);
    const auto upload = f.create(file.size());
    const auto part = [&](std::size_t from, std::size_t to) { return ByteView{file}.subspan(from, to - from); };
    REQUIRE(f.patch(upload, 0, part(0, 10'000)));
    // One that does not agree with its checksum, after it was hashed.
    auto damaged = to_bytes(part(10'000, 20'000));
    damaged[1] ^= 1;
    REQUIRE(f.patch(upload, 10'000, damaged, crypto::sha256(part(10'000, 20'000))).error().key() == "upload.checksum");
    REQUIRE(f.patch(upload, 10'000, part(10'000, 20'000)));
    // One that goes without a word, and brought other bytes than come in the end.
    {
        auto sink = f.services->uploads.open(upload.ticket, upload.upload, 20'000, std::nullopt).value();
        REQUIRE(sink->write(Bytes(5'000, 1)));
    }
    REQUIRE(f.patch(upload, 20'000, part(20'000, 30'000)));
    // One that brings nothing, and one that was taken over.
    REQUIRE(f.patch(upload, 30'000, {}));
    auto older = f.services->uploads.open(upload.ticket, upload.upload, 30'000, std::nullopt).value();
    REQUIRE(older->write(Bytes(100, 1)));
    REQUIRE(f.patch(upload, 30'000, part(30'000, 40'000)));
    CHECK(older->finish().error().key() == "upload.taken_over");
    REQUIRE(f.patch(upload, 40'000, part(40'000, 50'000)));
    CHECK(f.patch(upload, 50'000, part(50'000, file.size())).value().offset == file.size());
    const auto row = f.store->read([&](const ports::Repositories& r) { return *r.attachments().find(upload.upload); });
    CHECK(row.sha256 == crypto::sha256(file));
    const auto stored = f.blobs->open(upload.upload).value();
    Bytes bytes(file.size());
    CHECK(stored->read_at(0, bytes) == file.size());
    CHECK(bytes == file);
}

TEST_CASE("a begun digest is taken up once, and at its own place alone", "[service][uploads]") {
    service::BegunDigests begun;
    const auto id = [](std::size_t number) {
        ports::UploadId::Value value{};
        value[0] = static_cast<std::uint8_t>(number);
        value[1] = static_cast<std::uint8_t>(number >> 8U);
        return ports::UploadId{value};
    };
    const auto of = [](std::string_view text) {
        crypto::Sha256 hash;
        hash.update(as_bytes(text));
        return hash;
    };
    begun.leave(id(1), 3, of("abc"));
    CHECK_FALSE(begun.take(id(2), 3));
    auto taken = begun.take(id(1), 3);
    REQUIRE(taken);
    CHECK(taken->update(as_bytes("def")).finish() == crypto::sha256(as_bytes("abcdef")));
    CHECK_FALSE(begun.take(id(1), 3));
    // Of another length than asked for it is worth nothing any more.
    begun.leave(id(1), 3, of("abc"));
    CHECK_FALSE(begun.take(id(1), 4));
    CHECK_FALSE(begun.take(id(1), 3));
    // A later one replaces it; of too many the oldest goes.
    begun.leave(id(0), 1, of("a"));
    begun.leave(id(0), 2, of("ab"));
    CHECK_FALSE(begun.take(id(0), 1));
    for (std::size_t i = 0; i <= service::BegunDigests::kMost; ++i) begun.leave(id(i), 3, of("abc"));
    CHECK_FALSE(begun.take(id(0), 3));
    CHECK(begun.take(id(1), 3));
    CHECK(begun.take(id(service::BegunDigests::kMost), 3));
}

TEST_CASE("a wrong offset is told the right one", "[service][uploads]") {
    Uploading f;
    const auto upload = f.create(5000);
    REQUIRE(f.patch(upload, 0, Bytes(100, 1)));
    for (const std::uint64_t wrong : {std::uint64_t{0}, std::uint64_t{99}, std::uint64_t{101}, std::uint64_t{5000}}) {
        const auto refused = f.patch(upload, wrong, Bytes(10, 1));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().key() == "upload.offset");
        CHECK(refused.error().arguments().at("offset") == "100");
    }
    CHECK(f.offset(upload) == 100);
}

TEST_CASE("with a checksum nothing counts before all of it agrees", "[service][uploads]") {
    Uploading f;
    const auto file = f.world->age_file(3000);
    const auto upload = f.create(file.size());
    const auto half = ByteView{file}.first(1500);
    auto damaged = to_bytes(half);
    damaged[700] ^= 1;
    CHECK(f.patch(upload, 0, damaged, crypto::sha256(half)).error().key() == "upload.checksum");
    CHECK(f.offset(upload) == 0);
    CHECK(f.patch(upload, 0, half.first(1000), crypto::sha256(half)).error().key() == "upload.checksum");
    CHECK(f.offset(upload) == 0);
    CHECK(f.patch(upload, 0, half, crypto::sha256(half)).value().offset == 1500);
    const auto rest = ByteView{file}.subspan(1500);
    CHECK(f.patch(upload, 1500, rest, crypto::sha256(rest)).value().offset == file.size());
    const auto row = f.store->read([&](const ports::Repositories& r) { return *r.attachments().find(upload.upload); });
    CHECK(row.sha256 == crypto::sha256(file));
}

TEST_CASE("a sink that goes without a word keeps nothing that was not noted", "[service][uploads]") {
    Uploading f;
    const auto upload = f.create(5000);
    {
        auto sink = f.services->uploads.open(upload.ticket, upload.upload, 0, std::nullopt).value();
        REQUIRE(sink->write(Bytes(300, 1)));
    }
    CHECK(f.offset(upload) == 0);
    REQUIRE(f.patch(upload, 0, Bytes(200, 2)));
    CHECK(f.offset(upload) == 200);
}

TEST_CASE("a later connection takes over; the older one writes and notes nothing more", "[service][uploads]") {
    Uploading f;
    const auto file = f.world->age_file(4000);
    const auto upload = f.create(file.size());
    auto older = f.services->uploads.open(upload.ticket, upload.upload, 0, std::nullopt).value();
    REQUIRE(older->write(ByteView{file}.first(1000)));
    auto newer = f.services->uploads.open(upload.ticket, upload.upload, 0, std::nullopt).value();
    REQUIRE(newer->write(ByteView{file}.first(500)));
    CHECK(older->write(Bytes(10, 9)).error().key() == "upload.taken_over");
    CHECK(older->finish().error().key() == "upload.taken_over");
    REQUIRE(newer->write(ByteView{file}.subspan(500)));
    CHECK(newer->finish().value().offset == file.size());
    const auto row = f.store->read([&](const ports::Repositories& r) { return *r.attachments().find(upload.upload); });
    CHECK(row.sha256 == crypto::sha256(file));
}

TEST_CASE("what is not an age file with one hybrid stanza is refused and leaves nothing", "[service][uploads]") {
    Uploading f;
    const std::vector two{age::HybridIdentity::generate(f.world->random).recipient(),
                          age::HybridIdentity::generate(f.world->random).recipient()};
    const std::vector<Bytes> files{Bytes(5000, 'x'), age::seal(two, as_bytes("secret"), f.world->random),
                                   to_bytes("-----BEGIN AGE ENCRYPTED FILE-----\n" + std::string(3000, 'A'))};
    for (const auto& file : files) {
        const auto upload = f.create(file.size());
        CHECK(f.patch(upload, 0, file).error().key() == "blob.stanzas");
        CHECK(f.services->uploads.state(upload.ticket, upload.upload).error().key() == "upload.not_found");
        CHECK_FALSE(f.blobs->open(upload.upload));
    }
}

TEST_CASE("a crash that takes away an empty file takes away nothing", "[service][uploads]") {
    Uploading f;
    const auto file = f.world->age_file(5'000);
    const auto upload = f.create(file.size());
    f.blobs->remove(upload.upload);  // its row was durable, its name was not yet
    f.restart();
    CHECK(f.offset(upload) == 0);
    REQUIRE(f.patch(upload, 0, ByteView{file}.first(1'000)));
    REQUIRE(f.patch(upload, 1'000, ByteView{file}.subspan(1'000)));
    CHECK(f.stage(upload) == ports::UploadStage::sealed);
    // What was acknowledged cannot be made anew.
    const auto other = f.create(file.size());
    REQUIRE(f.patch(other, 0, ByteView{file}.first(1'000)));
    f.blobs->remove(other.upload);
    CHECK(f.patch(other, 1'000, ByteView{file}.subspan(1'000)).error().code() == ErrorCode::not_found);
}

TEST_CASE("more than was announced is refused", "[service][uploads]") {
    Uploading f;
    const auto upload = f.create(2000);
    CHECK(f.patch(upload, 0, Bytes(2001, 1)).error().key() == "upload.too_large");
    CHECK(f.offset(upload) == 0);
}

TEST_CASE("a ticket is for one upload, for 14 days, and outlives the session but not a suspension",
          "[service][uploads]") {
    Uploading f;
    const auto upload = f.create(5000);
    const auto other = f.create(5000);
    CHECK(f.services->uploads.state(other.ticket, upload.upload).error().key() == "upload.not_found");
    CHECK(f.services->uploads.state("", upload.upload).error().key() == "upload.not_found");
    CHECK(f.services->uploads.open(other.ticket, upload.upload, 0, {}).error().key() == "upload.not_found");
    CHECK(f.services->uploads.remove(other.ticket, upload.upload).error().key() == "upload.not_found");
    CHECK(f.services->uploads.state(f.senegal->token, upload.upload).error().key() == "upload.not_found");

    f.services->sign_in.sign_out(f.world->principal(*f.senegal));
    REQUIRE(f.patch(upload, 0, Bytes(100, 1)));
    f.clock.pass(13 * kDay);
    CHECK(f.offset(upload) == 100);
    SECTION("suspended") {
        f.world->sign_in(*f.admin);
        REQUIRE(f.services->administration.suspend_party(f.world->principal(*f.admin), "SEN", "x"));
        CHECK(f.services->uploads.state(upload.ticket, upload.upload).error().key() == "upload.not_found");
    }
    SECTION("over") {
        f.clock.pass(2 * kDay);
        CHECK(f.services->uploads.state(upload.ticket, upload.upload).error().key() == "upload.not_found");
        f.services->tidy();
        CHECK_FALSE(f.blobs->open(upload.upload));
        f.clock.jump(-10 * kDay);
        CHECK(f.services->uploads.state(upload.ticket, upload.upload).error().key() == "upload.not_found");
    }
}

TEST_CASE("while a restored log may lack the statement of a finished upload, the upload does not expire",
          "[service][uploads]") {
    Uploading f;
    const auto file = f.world->age_file(5000);
    const auto upload = f.create(file.size());
    REQUIRE(f.patch(upload, 0, file));
    REQUIRE(f.stage(upload) == ports::UploadStage::sealed);
    REQUIRE(f.store->write([](ports::Repositories& repositories) -> Result<> {
        repositories.journal().set_value(ports::kRestoredValue, Bytes(40, 1));
        return {};
    }));
    f.restart();
    f.clock.pass(15 * kDay);
    f.services->tidy();
    CHECK(f.blobs->open(upload.upload));
    REQUIRE(f.services->repair.nothing_newer(f.services->repair.status().size));
    f.restart();
    f.services->tidy();
    CHECK_FALSE(f.blobs->open(upload.upload));
}

TEST_CASE("an upload is ended by its ticket, but not once it is part of an entry", "[service][uploads]") {
    Uploading f;
    const auto upload = f.create(5000);
    REQUIRE(f.services->uploads.remove(upload.ticket, upload.upload));
    CHECK_FALSE(f.blobs->open(upload.upload));

    const auto chain = f.world->open(*f.senegal, {f.world->ref(*f.france)});
    const auto file = f.world->age_file(3000);
    const record::AttachmentLine line{f.attachment(), file.size(), crypto::sha256(file), crypto::sha256(file)};
    const auto attached =
        f.services->uploads.create(f.world->principal(*f.senegal), {chain, line.id, f.senegal->authority, file.size()})
            .value();
    REQUIRE(f.patch(attached, 0, file));
    f.world->add_entry(*f.senegal, chain, {line});
    CHECK(f.services->uploads.remove(attached.ticket, attached.upload).error().key() == "upload.attached");
    f.clock.pass(20 * kDay);
    f.services->tidy();
    CHECK(f.blobs->open(attached.upload));
}

namespace {

// The disk's, with something that happens just before a file is made.
class Interrupted final : public ports::BlobStore {
public:
    Interrupted(ports::BlobStore& blobs, std::function<void()> before_create)
        : blobs_{blobs}, before_create_{std::move(before_create)} {}
    Result<std::unique_ptr<ports::BlobWriter>> create(ports::UploadId id) override {
        before_create_();
        return blobs_.create(id);
    }
    Result<std::unique_ptr<ports::BlobWriter>> resume(ports::UploadId id, std::uint64_t offset) override {
        return blobs_.resume(id, offset);
    }
    Result<> seal(ports::UploadId id) override { return blobs_.seal(id); }
    Result<std::unique_ptr<ports::BlobReader>> open(ports::UploadId id) const override { return blobs_.open(id); }
    void remove(ports::UploadId id) override { blobs_.remove(id); }
    std::size_t sweep(UnixSeconds older_than, const std::function<bool(ports::UploadId)>& known) override {
        return blobs_.sweep(older_than, known);
    }
    std::uint64_t free_bytes() const override { return blobs_.free_bytes(); }

private:
    ports::BlobStore& blobs_;
    std::function<void()> before_create_;
};

}  // namespace

TEST_CASE("an upload that expires while there is no room to note it keeps its bytes", "[service][uploads]") {
    Uploading f;
    const auto file = f.world->age_file(5'000);
    const auto upload = f.create(file.size());
    REQUIRE(f.patch(upload, 0, file));
    StoreWithoutRoom store{*f.store};
    f.services = service::Services::open(store, *f.blobs, f.clock, f.settings).value();
    f.world->use(*f.services);
    f.clock.pass(15 * kDay);
    store.full = true;
    f.services->tidy();
    CHECK(f.stage(upload) == ports::UploadStage::sealed);
    CHECK(f.blobs->open(upload.upload));
    store.full = false;
    f.services->tidy();
    CHECK_FALSE(f.blobs->open(upload.upload));
    f.restart();
}

TEST_CASE("an upload that ends just when its first bytes make the file leaves none behind", "[service][uploads]") {
    Uploading f;
    const auto upload = f.create(5000);
    Interrupted blobs{*f.blobs, [&] { REQUIRE(f.services->uploads.remove(upload.ticket, upload.upload)); }};
    const auto services = service::Services::open(*f.store, blobs, f.clock, {}).value();
    const auto sink = services->uploads.open(upload.ticket, upload.upload, 0, std::nullopt);
    REQUIRE_FALSE(sink);
    CHECK(sink.error().key() == "upload.not_found");
    CHECK_FALSE(f.blobs->resume(upload.upload, 0));
}

TEST_CASE("asked again by the same member, an upload gets another ticket and goes on", "[service][uploads]") {
    Uploading f;
    const auto file = f.world->age_file(5'000);
    const service::UploadRequest request{f.chain, f.attachment(), f.senegal->authority, file.size()};
    const auto first = f.services->uploads.create(f.world->principal(*f.senegal), request).value();
    REQUIRE(f.patch(first, 0, ByteView{file}.first(3'000)).value().offset == 3'000);
    const auto second = f.services->uploads.create(f.world->principal(*f.senegal), request).value();
    CHECK(second.upload == first.upload);
    CHECK(second.ticket != first.ticket);
    CHECK(f.patch(first, 3'000, ByteView{file}.subspan(3'000)).error().code() == ErrorCode::not_found);
    CHECK(f.offset(second) == 3'000);
    CHECK(f.patch(second, 3'000, ByteView{file}.subspan(3'000)).value().offset == file.size());
    CHECK(f.stage(second) == ports::UploadStage::sealed);

    auto other = request;
    other.length += 1;
    CHECK(f.services->uploads.create(f.world->principal(*f.senegal), other).error().key() == "attachment.exists");
    other = request;
    other.chain = record::random_id<model::ChainId>(f.world->random);
    CHECK(f.services->uploads.create(f.world->principal(*f.senegal), other).error().key() == "attachment.exists");
    other = request;
    other.authority = f.france->authority;
    CHECK(f.services->uploads.create(f.world->principal(*f.france), other).error().key() == "attachment.exists");
}

TEST_CASE("who may upload for whom and where", "[service][uploads]") {
    Uploading f;
    auto& world = *f.world;
    const auto reader = world.join(*f.senegal, model::Role::reader, "sen.reader");
    const auto kenya = world.found(*f.admin, "KEN");
    const auto chain = world.open(*f.senegal, {world.ref(*f.france)});
    const auto attempt = [&](Official& who, model::AuthorityId authority, model::ChainId where) {
        const auto created = f.services->uploads.create(world.principal(who), {where, f.attachment(), authority, 5000});
        return created ? std::string{"created"} : created.error().key();
    };
    CHECK(attempt(*f.senegal, f.senegal->authority, chain) == "created");
    CHECK(attempt(*f.france, f.france->authority, chain) == "created");
    CHECK(attempt(*reader, reader->authority, chain) == "access.role");
    CHECK(attempt(*f.senegal, f.france->authority, chain) == "access.not_found");
    // As for a dossier that is not there yet: a refusal would say that this one is.
    CHECK(attempt(*kenya, kenya->authority, chain) == "created");
    CHECK(attempt(*kenya, kenya->authority, record::random_id<model::ChainId>(world.random)) == "created");
    world.sign_in(*f.admin);
    CHECK(attempt(*f.admin, f.senegal->authority, chain) == "access.not_found");
}

TEST_CASE("quotas of member, authority and Party hold, and a withdrawn or ended upload gives room back",
          "[service][uploads]") {
    service::Settings settings;
    settings.open_uploads_per_member = 3;
    settings.open_bytes_per_member = 20'000;
    settings.bytes_per_authority = 30'000;
    settings.bytes_per_party = 1'000'000;
    settings.max_upload = 25'000;
    Uploading f{settings};
    const auto attempt = [&](std::uint64_t length) {
        const auto created = f.services->uploads.create(f.world->principal(*f.senegal),
                                                        {f.chain, f.attachment(), f.senegal->authority, length});
        if (created) return std::string{"created"};
        const auto what = created.error().arguments().find("what");
        return what == created.error().arguments().end() ? created.error().key() : what->second;
    };
    CHECK(attempt(25'001) == "upload.too_large");
    CHECK(attempt(20'001) == "member.bytes");
    const auto first = f.create(9000);
    CHECK(attempt(9000) == "created");
    CHECK(attempt(5000) == "member.bytes");
    CHECK(attempt(1500) == "created");
    CHECK(attempt(1024) == "member.count");
    REQUIRE(f.services->uploads.remove(first.ticket, first.upload));
    CHECK(attempt(1024) == "created");
}

TEST_CASE("an administrator's limit for one Party holds, says its figures and is lifted", "[service][uploads]") {
    Uploading f;
    const auto attempt = [&] {
        return f.services->uploads.create(f.world->principal(*f.senegal),
                                          {f.chain, f.attachment(), f.senegal->authority, 1'500'000});
    };
    const auto set = [&](std::optional<std::uint64_t> bytes) {
        f.clock.pass(31);
        f.world->sign_in(*f.admin);
        return f.services->administration.set_quota(f.world->principal(*f.admin), "SEN", bytes);
    };
    REQUIRE(attempt());
    REQUIRE(set(2'500'000));
    const auto refused = attempt();
    REQUIRE(!refused);
    CHECK(refused.error().key() == "upload.space_party");
    CHECK(refused.error().arguments() ==
          std::map<std::string, std::string>{{"used", "2"}, {"asked", "2"}, {"limit", "2"}});
    const auto board = f.services->administration.parties(f.world->principal(*f.admin), {}).value();
    const auto senegal =
        std::ranges::find(board.items, std::string{"SEN"}, [](const auto& one) { return one.party.code; });
    REQUIRE(senegal != board.items.end());
    CHECK(senegal->own_quota);
    CHECK(senegal->quota == 2'500'000);
    CHECK(senegal->bytes >= 1'500'000);
    REQUIRE(set(std::nullopt));
    CHECK(attempt());
    CHECK(f.services->administration.set_quota(f.world->principal(*f.admin), "ZZZ", 1).error().key() ==
          "access.not_found");
    CHECK(f.services->administration.set_quota(f.world->principal(*f.senegal), "SEN", 1).error().key() ==
          "access.not_found");
}

TEST_CASE("no room on the device is said before bytes are sent", "[service][uploads]") {
    Uploading f;
    f.services.reset();
    storage::DiskBlobStore full{f.layout.blobs(), f.emergency, ~std::uint64_t{0}};
    auto services = service::Services::open(*f.store, full, f.clock, f.settings).value();
    f.world->use(*services);
    CHECK(
        services->uploads.create(f.world->principal(*f.senegal), {f.chain, f.attachment(), f.senegal->authority, 5000})
            .error()
            .code() == ErrorCode::storage_full);
}

TEST_CASE("a crash between the last bytes and their row lets the upload go on", "[service][uploads]") {
    Uploading f;
    const auto file = f.world->age_file(5000);
    const auto upload = f.create(file.size());
    REQUIRE(f.patch(upload, 0, ByteView{file}.first(1000)));
    // The file is complete and has its final name; the row never heard of it.
    {
        auto writer = f.blobs->resume(upload.upload, 1000).value();
        REQUIRE(writer->write(ByteView{file}.subspan(1000)));
        writer->sync();
    }
    REQUIRE(f.blobs->seal(upload.upload));
    f.restart();
    CHECK(f.offset(upload) == 1000);
    CHECK(f.patch(upload, 1000, ByteView{file}.subspan(1000)).value().offset == file.size());
    CHECK(f.stage(upload) == ports::UploadStage::sealed);
}
