// Uploads that begin with bytes (tus creation-with-upload): all of a small file, or the first of a large one.
#include <filesystem>
#include <limits>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "crypto/age/file.hpp"
#include "crypto/primitives/sha1.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/record/chains.hpp"
#include "tests/unit/service/fixture.hpp"

using namespace rogatory;
using namespace rogatory::tests;

namespace {

using Checksum = std::optional<service::UploadChecksum>;

struct Creating : PeopledFixture {
    explicit Creating(service::Settings given = {}) : PeopledFixture{std::move(given)} {}
    model::ChainId chain = record::random_id<model::ChainId>(world->random);
    model::AttachmentId attachment = another();

    model::AttachmentId another() const { return record::random_id<model::AttachmentId>(world->random); }
    Result<service::Uploads::Begun> begin(std::uint64_t length, std::uint64_t bytes, Checksum checksum = {}) {
        return services->uploads.create_with(world->principal(*senegal),
                                             {chain, attachment, senegal->authority, length}, bytes, checksum);
    }
    std::unique_ptr<service::UploadCreation> taking(std::uint64_t length, std::uint64_t bytes, Checksum checksum = {}) {
        return std::get<std::unique_ptr<service::UploadCreation>>(begin(length, bytes, checksum).value());
    }
    // With so many of its first bytes; what there was before says so without taking any.
    Result<service::UploadCreated> create(const Bytes& file, std::size_t bytes, Checksum checksum = {}) {
        auto begun = begin(file.size(), bytes, checksum);
        if (!begun) return fail(begun.error());
        if (const auto* const earlier = std::get_if<service::UploadCreated>(&*begun)) return *earlier;
        auto& creation = *std::get<std::unique_ptr<service::UploadCreation>>(*begun);
        const auto some = bytes / 3;
        for (const auto& piece : {ByteView{file}.first(some), ByteView{file}.subspan(some, bytes - some)}) {
            if (auto wrote = creation.write(piece); !wrote) {
                creation.abandon();
                return fail(wrote.error());
            }
        }
        return creation.finish();
    }
    std::optional<ports::UploadRow> row() {
        return store->read([&](const ports::Repositories& r) { return r.attachments().find_attachment(attachment); });
    }
    ports::Usage usage() {
        return store->read([&](const ports::Repositories& r) { return r.attachments().usage(); });
    }
    std::size_t files() const {
        std::size_t found = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator{layout.blobs()}) {
            if (entry.is_regular_file()) ++found;
        }
        return found;
    }
    std::string stored(const ports::UploadId& upload) const {
        const auto reader = blobs->open(upload).value();
        std::string text(reader->size(), '\0');
        text.resize(reader->read_at(0, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()}));
        return text;
    }
    // Nothing of it is left: for nobody's quota, for no later try.
    void check_nothing() {
        CHECK_FALSE(row());
        CHECK(files() == 0);
        CHECK(usage().open_uploads == 0);
        CHECK(usage().bytes == 0);
    }
};

std::string key(const auto& result) { return result ? "" : result.error().key(); }

}  // namespace

TEST_CASE("a small file that comes whole with its creation is complete after one commit", "[service][uploads]") {
    Creating f;
    const auto file = f.world->age_file(20'000);
    // His session's use is noted behind its first answer: that comes before.
    REQUIRE(f.world->principal(*f.senegal).account());
    REQUIRE(f.store->write([](ports::Repositories&) -> Result<> { return {}; }));
    const auto before = f.store->writer_counts();
    const auto created = f.create(file, file.size()).value();
    CHECK(f.store->writer_counts().jobs == before.jobs + 1);
    CHECK(created.offset == file.size());
    CHECK(f.row()->stage == ports::UploadStage::sealed);
    CHECK(f.row()->sha256 == crypto::sha256(file));
    CHECK(f.stored(created.upload) == as_text(file));
    CHECK(f.usage().open_uploads == 1);
    CHECK(f.usage().bytes == file.size());

    const auto state = f.services->uploads.state(created.ticket, created.upload).value();
    CHECK(state.offset == file.size());
    CHECK(state.attachment == f.attachment);
    f.restart();
    CHECK(f.services->uploads.state(created.ticket, created.upload).value().offset == file.size());
    // As tus allows at the end; and it ends as any other.
    auto sink = f.services->uploads.open(created.ticket, created.upload, file.size(), {}).value();
    CHECK(sink->finish().value().offset == file.size());
    REQUIRE(f.services->uploads.remove(created.ticket, created.upload));
    f.check_nothing();
}

TEST_CASE("what came whole is attached, and expires where it is not", "[service][uploads]") {
    Creating f;
    const auto file = f.world->age_file(5'000);
    SECTION("attached") {
        f.chain = f.world->open(*f.senegal, {f.world->ref(*f.france)});
        const auto created = f.create(file, file.size()).value();
        f.world->add_entry(*f.senegal, f.chain,
                           {{f.attachment, file.size(), crypto::sha256(file), crypto::sha256(file)}});
        CHECK(f.row()->stage == ports::UploadStage::attached);
        CHECK(key(f.services->uploads.remove(created.ticket, created.upload)) == "upload.attached");
        // The id is taken for good.
        CHECK(key(f.begin(file.size(), file.size())) == "attachment.exists");
    }
    SECTION("over") {
        REQUIRE(f.create(file, file.size()));
        f.clock.pass(15 * kDay);
        f.services->tidy();
        f.check_nothing();
    }
}

TEST_CASE("the first bytes of an upload come with its creation, and the others after them", "[service][uploads]") {
    Creating f;
    const auto large = GENERATE(false, true);
    const auto file = f.world->age_file(large ? 600'000 : 5'000);
    const auto created = f.create(file, large ? file.size() : 2'000).value();
    if (large) {
        CHECK(created.offset == file.size());
    } else {
        CHECK(created.offset == 2'000);
        CHECK(f.row()->stage == ports::UploadStage::receiving);
        auto sink = f.services->uploads.open(created.ticket, created.upload, 2'000, {}).value();
        REQUIRE(sink->write(ByteView{file}.subspan(2'000)));
        CHECK(sink->finish().value().offset == file.size());
    }
    CHECK(f.row()->stage == ports::UploadStage::sealed);
    CHECK(f.row()->sha256 == crypto::sha256(file));
    CHECK(f.stored(created.upload) == as_text(file));
}

TEST_CASE("who never heard the answer to a creation with bytes asks again and has one upload", "[service][uploads]") {
    Creating f;
    const auto file = f.world->age_file(5'000);
    const auto unheard = f.create(file, file.size()).value();
    SECTION("with the bytes: none is taken a second time") {
        const auto again = std::get<service::UploadCreated>(f.begin(file.size(), file.size()).value());
        CHECK(again.upload == unheard.upload);
        CHECK(again.offset == file.size());
        CHECK(f.services->uploads.state(again.ticket, again.upload));
        CHECK(key(f.services->uploads.state(unheard.ticket, again.upload)) == "upload.not_found");
    }
    SECTION("without them") {
        const auto again =
            f.services->uploads
                .create(f.world->principal(*f.senegal), {f.chain, f.attachment, f.senegal->authority, file.size()})
                .value();
        CHECK(again.upload == unheard.upload);
        CHECK(again.offset == file.size());
    }
    SECTION("with the bytes, where the disk is full by now: no room is needed for what is there") {
        f.services.reset();
        storage::DiskBlobStore full{f.layout.blobs(), f.emergency, ~std::uint64_t{0}};
        f.services = service::Services::open(*f.store, full, f.clock, f.settings).value();
        f.world->use(*f.services);
        const auto again = std::get<service::UploadCreated>(f.begin(file.size(), file.size()).value());
        CHECK(again.upload == unheard.upload);
        CHECK(again.offset == file.size());
        const auto there = std::exchange(f.attachment, f.another());
        CHECK(key(f.begin(file.size(), file.size())) == "storage.full");
        f.attachment = there;
        f.restart();
    }
    SECTION("another member learns nothing of it but that the id is taken") {
        std::swap(f.senegal, f.france);
        CHECK(key(f.create(file, file.size())) == "attachment.exists");
        std::swap(f.senegal, f.france);
        CHECK(f.services->uploads.state(unheard.ticket, unheard.upload));
    }
    SECTION("another length is another upload, for which the id is taken") {
        CHECK(key(f.create(f.world->age_file(6'000), 6'000)) == "attachment.exists");
        CHECK(f.services->uploads.state(unheard.ticket, unheard.upload));
    }
    CHECK(f.usage().open_uploads == 1);
    CHECK(f.files() == 1);
}

TEST_CASE("a creation whose bytes are cut", "[service][uploads]") {
    Creating f;
    SECTION("a small file: it was none, and the same may be asked for again") {
        const auto file = f.world->age_file(5'000);
        auto creation = f.taking(file.size(), file.size());
        CHECK_FALSE(f.row());
        REQUIRE(creation->write(ByteView{file}.first(3'000)));
        creation->abandon();
        creation.reset();
        f.check_nothing();
        CHECK(f.create(file, file.size()).value().offset == file.size());
    }
    SECTION("a crash in the middle leaves a file that the sweep takes") {
        const auto file = f.world->age_file(5'000);
        auto creation = f.taking(file.size(), file.size());
        REQUIRE(creation->write(ByteView{file}.first(3'000)));
        creation.reset();  // without a word
        CHECK_FALSE(f.row());
        CHECK(f.files() == 1);
        CHECK(f.blobs->sweep(std::numeric_limits<UnixSeconds>::max(), [](ports::UploadId) { return false; }) == 1);
        CHECK(f.create(file, file.size()).value().offset == file.size());
    }
    SECTION("the sweep takes none that is on its way, whatever the clock says meanwhile") {
        const auto file = f.world->age_file(5'000);
        auto creation = f.taking(file.size(), file.size());
        REQUIRE(creation->write(file));
        f.clock.jump(100 * 365 * kDay);
        f.services->tidy();
        const auto created = creation->finish().value();
        CHECK(f.stored(created.upload) == as_text(file));
    }
    SECTION("a large one: what came is kept, and who asks again goes on from it") {
        const auto file = f.world->age_file(600'000);
        auto creation = f.taking(file.size(), file.size());
        REQUIRE(creation->write(ByteView{file}.first(100'000)));
        creation->abandon();
        CHECK(f.row()->received == 100'000);
        const auto again = std::get<service::UploadCreated>(f.begin(file.size(), file.size()).value());
        CHECK(again.offset == 100'000);
        auto sink = f.services->uploads.open(again.ticket, again.upload, 100'000, {}).value();
        REQUIRE(sink->write(ByteView{file}.subspan(100'000)));
        CHECK(sink->finish().value().offset == file.size());
        CHECK(f.row()->sha256 == crypto::sha256(file));
    }
    SECTION("one of which nothing came takes the bytes of the next request") {
        const auto file = f.world->age_file(600'000);
        f.taking(file.size(), file.size())->abandon();
        CHECK(f.row()->received == 0);
        CHECK(f.create(file, file.size()).value().offset == file.size());
        CHECK(f.usage().open_uploads == 1);
    }
}

TEST_CASE("of two creations of one attachment at once one is the upload", "[service][uploads]") {
    Creating f;
    const auto file = f.world->age_file(5'000);
    auto older = f.taking(file.size(), file.size());
    REQUIRE(older->write(ByteView{file}.first(2'000)));
    SECTION("the newer brings its bytes") {
        const auto newer = f.create(file, file.size()).value();
        REQUIRE(older->write(ByteView{file}.subspan(2'000)));
        CHECK(key(older->finish()) == "upload.begun");
        CHECK(f.services->uploads.state(newer.ticket, newer.upload).value().offset == file.size());
        CHECK(f.stored(newer.upload) == as_text(file));
        // Whoever was told so asks again, and has that one.
        const auto again = f.create(file, file.size()).value();
        CHECK(again.upload == newer.upload);
        CHECK(again.offset == file.size());
    }
    SECTION("another length: the id is another upload's") {
        REQUIRE(f.create(f.world->age_file(6'000), 6'000));
        REQUIRE(older->write(ByteView{file}.subspan(2'000)));
        CHECK(key(older->finish()) == "attachment.exists");
    }
    SECTION("the newer brings none: its ticket stands") {
        const auto newer =
            f.services->uploads
                .create(f.world->principal(*f.senegal), {f.chain, f.attachment, f.senegal->authority, file.size()})
                .value();
        REQUIRE(older->write(ByteView{file}.subspan(2'000)));
        CHECK(key(older->finish()) == "upload.begun");
        auto sink = f.services->uploads.open(newer.ticket, newer.upload, 0, {}).value();
        REQUIRE(sink->write(file));
        CHECK(sink->finish().value().offset == file.size());
    }
    CHECK(f.files() == 1);
    CHECK(f.usage().open_uploads == 1);
}

TEST_CASE("who may bring no more when the last byte has come has brought nothing", "[service][uploads]") {
    Creating f;
    const auto founder = std::exchange(f.senegal, f.world->join(*f.senegal, model::Role::officer, "sen-officer"));
    const auto file = f.world->age_file(5'000);
    auto creation = f.taking(file.size(), file.size());
    REQUIRE(creation->write(file));
    f.world->sign_in(*f.admin);
    auto& administration = f.services->administration;
    SECTION("his Party is suspended") {
        REQUIRE(administration.suspend_party(f.world->principal(*f.admin), "SEN", "x"));
    }
    SECTION("he is") {
        REQUIRE(administration.suspend_account(f.world->principal(*f.admin), f.senegal->user_name, "x"));
    }
    SECTION("his authority has removed him") { f.world->remove(*founder, *f.senegal); }
    CHECK(key(creation->finish()) == "access.not_found");
    f.check_nothing();
}

TEST_CASE("a creation with bytes is refused before it takes one", "[service][uploads]") {
    service::Settings settings;
    settings.open_uploads_per_member = 2;
    settings.bytes_per_authority = 100'000;
    Creating f{settings};
    const auto file = f.world->age_file(5'000);
    SECTION("more than was announced") { CHECK(key(f.begin(5'000, 5'001)) == "upload.too_large"); }
    SECTION("too short for an age file") { CHECK(key(f.begin(100, 100)) == "blob.stanzas"); }
    SECTION("more than the largest") { CHECK(key(f.begin(settings.max_upload + 1, 5)) == "upload.too_large"); }
    SECTION("over the authority's space") { CHECK(key(f.begin(100'001, 100'001)) == "upload.space_authority"); }
    SECTION("over the member's number") {
        for (int i = 0; i < 2; ++i) {
            REQUIRE(f.create(file, file.size()));
            f.attachment = f.another();
        }
        CHECK(key(f.begin(file.size(), file.size())) == "upload.quota");
        CHECK(f.files() == 2);
    }
    SECTION("over it when the last byte has come: of three at once two are kept") {
        std::vector<std::unique_ptr<service::UploadCreation>> creations;
        for (int i = 0; i < 3; ++i) {
            creations.push_back(f.taking(file.size(), file.size()));
            f.attachment = f.another();
        }
        for (const auto& creation : creations) REQUIRE(creation->write(file));
        CHECK(creations[0]->finish());
        CHECK(creations[1]->finish());
        CHECK(key(creations[2]->finish()) == "upload.quota");
        CHECK(f.files() == 2);
        CHECK(f.usage().open_uploads == 2);
    }
    SECTION("to somebody else's dossier it is not refused: that would say that there is one") {
        f.chain = f.world->open(*f.senegal, {});
        std::swap(f.senegal, f.france);
        CHECK(f.create(file, file.size()).value().offset == file.size());
    }
}

TEST_CASE("a creation with a checksum is one if its bytes agree", "[service][uploads]") {
    Creating f;
    const auto large = GENERATE(false, true);
    const auto file = f.world->age_file(large ? 600'000 : 5'000);
    crypto::Sha1ForDamage sha1;
    sha1.update(file);
    const auto good = GENERATE(0, 1);
    const Checksum right =
        good == 0 ? Checksum{crypto::sha256(file)} : Checksum{service::UploadChecksum{sha1.finish()}};
    const Checksum wrong =
        good == 0 ? Checksum{crypto::sha256(as_bytes("else"))} : Checksum{service::UploadChecksum{ByteArray<20>{}}};
    CHECK(key(f.create(file, file.size(), wrong)) == "upload.checksum");
    if (large) {
        CHECK(f.row()->received == 0);
    } else {
        f.check_nothing();
    }
    CHECK(f.create(file, file.size(), right).value().offset == file.size());
    CHECK(f.row()->sha256 == crypto::sha256(file));
}

TEST_CASE("what comes with a creation and is no age file to one recipient leaves nothing", "[service][uploads]") {
    Creating f;
    const std::vector two{age::HybridIdentity::generate(f.world->random).recipient(),
                          age::HybridIdentity::generate(f.world->random).recipient()};
    const std::vector<Bytes> files{Bytes(5000, 'x'), Bytes(600'000, 'x'),
                                   age::seal(two, as_bytes("secret"), f.world->random),
                                   to_bytes("-----BEGIN AGE ENCRYPTED FILE-----\n" + std::string(3000, 'A'))};
    for (const auto& file : files) {
        CHECK(key(f.create(file, file.size())) == "blob.stanzas");
        f.check_nothing();
    }
}
