#include <fstream>

#include <catch2/catch_test_macros.hpp>

#include "crypto/age/hybrid.hpp"
#include "platform/ports/restored.hpp"
#include "storage/backup/create.hpp"
#include "storage/backup/restore.hpp"
#include "storage/rotate_key.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/unit/storage/temporary.hpp"

using namespace rogatory;
using namespace rogatory::storage;
using namespace rogatory::tests;

namespace {

struct BackupFixture : StoreFixture {
    SeededRandom random;
    age::HybridIdentity identity = age::HybridIdentity::generate(random);
    age::HybridIdentity log_identity = age::HybridIdentity::generate(random);
    std::filesystem::path target = directory.path() / "backups";

    [[nodiscard]] BackupRequest request() const {
        return {layout, target, {identity.recipient()}, {log_identity.recipient()}, "data = \".\"\n"};
    }
    [[nodiscard]] BackupIdentities both() const {
        std::vector<age::Identity> all;
        all.emplace_back(identity.duplicate());
        all.emplace_back(log_identity.duplicate());
        return BackupIdentities{std::move(all)};
    }
    [[nodiscard]] BackupTarget::Read newest() const {
        const auto opened = BackupTarget::open(target).value();
        return opened.read(opened.newest().value()).value();
    }
};

}  // namespace

TEST_CASE("a manifest is read in the one form in which it is written", "[storage][backup]") {
    SeededRandom random;
    Manifest manifest;
    manifest.name = "20261129T120000Z-2";
    manifest.signer = "example.org/backup+0a1b2c3d+AAAA";
    manifest.log = "example.org/log/0+0a1b2c3d+AAAA";
    manifest.tree = {7, crypto::sha256(as_bytes("root"))};
    manifest.taken_at = 1'795'953'600;
    manifest.recipients = "0123456789abcdef";
    manifest.blobs = 1;
    manifest.blob_bytes = 2;
    for (const auto name : {kDatabasePart, kKeysPart, kLogKeyPart, kCheckpointPart, kBlobListPart}) {
        manifest.parts.push_back({std::string{name}, 5, crypto::sha256(as_bytes(name))});
    }
    const auto text = manifest.text();
    CHECK(Manifest::parse(text).value() == manifest);
    CHECK(is_backup_name(backup_name(manifest.taken_at)));
    CHECK(backup_name(1'795'953'600) == "20261129T120000Z");

    // Whatever is cut off or put in is another text, or none.
    for (std::size_t length = 0; length < text.size(); ++length) {
        const auto cut = Manifest::parse(std::string_view{text}.substr(0, length));
        CHECK_FALSE(cut);
    }
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto other = text;
        other[at] = static_cast<char>(other[at] ^ 1);
        const auto parsed = Manifest::parse(other);
        if (parsed) CHECK(parsed->text() == other);
    }
    for (const auto* name : {"../up", "a/b", ".hidden", "", "part with space"}) {
        CHECK_FALSE(Manifest::parse(text + "part " + name + " 1 " + std::string(64, '0') + "\n"));
    }
    CHECK_FALSE(Manifest::parse(text + "part database.age 1 " + std::string(64, '0') + "\n"));
    auto newer = text;
    newer.replace(0, 17, "rogatory backup 2");
    CHECK(Manifest::parse(newer).error().key() == "backup.format");
}

TEST_CASE("a list of attachments is in order and names each once", "[storage][backup]") {
    const BackupBlob one{ports::UploadId{ByteArray<16>{1}}, 10, crypto::sha256(as_bytes("a")), 5,
                         crypto::sha256(as_bytes("b"))};
    auto two = one;
    two.id = ports::UploadId{ByteArray<16>{2}};
    CHECK(parse_blob_list(format_blob_list({one, two})).value() == std::vector{one, two});
    CHECK_FALSE(parse_blob_list(format_blob_list({two, one})));
    CHECK_FALSE(parse_blob_list(format_blob_list({one, one})));
    CHECK_FALSE(parse_blob_list("\n"));
    auto cut = format_blob_list({one});
    cut.pop_back();
    CHECK_FALSE(parse_blob_list(cut));
    CHECK(parse_blob_list("").value().empty());
    CHECK(one.path().starts_with("blobs/01/01000000000000000000000000000000-"));
}

TEST_CASE("a backup leaves out keys and sessions, and what is restored signs with the log's key again",
          "[storage][backup]") {
    BackupFixture f;
    const auto key_before = read_database_key(f.layout.key()).value();
    const auto made = create_backup(f.request(), f.clock, f.emergency).value();
    CHECK(made.snapshots == 1);
    const auto backup = f.newest();
    CHECK(backup.signer.vkey() == made.signer);
    CHECK(check_backup_signer(backup, made.signer));
    CHECK(check_backup_signer(backup, made.manifest.log).error().key() == "backup.signer");
    const auto target = BackupTarget::open(f.target).value();
    CHECK(check_backup_files(target, backup).value().empty());

    std::vector<age::Identity> one;
    one.emplace_back(f.identity.duplicate());
    const BackupIdentities without_log_key{std::move(one)};
    std::filesystem::create_directory(f.directory.path() / "scratch");
    const auto opened =
        open_backup(target, backup, without_log_key, f.directory.path() / "scratch", f.emergency).value();
    CHECK_FALSE(opened.log_key);
    CHECK(std::filesystem::is_empty(f.directory.path() / "scratch"));
    const RestoreRequest into{f.directory.path() / "restored", {}};
    CHECK(restore_backup(target, backup, without_log_key, into, f.emergency).error().key() == "backup.log_key");
    std::filesystem::remove_all(into.data);
    REQUIRE(restore_backup(target, backup, f.both(), into, f.emergency));
    CHECK(restore_backup(target, backup, f.both(), into, f.emergency).error().key() == "backup.not_empty");

    const Layout restored{into.data, {}};
    CHECK_FALSE(read_database_key(restored.key()).value() == key_before);
    const auto store = SqlStore::open(restored, f.clock, f.emergency).value();
    CHECK(store->verify_log());
    CHECK(store->log_identity().value().verifier_key == f.store->log_identity().value().verifier_key);
    const auto mark =
        store->read([](const ports::Repositories& r) { return r.journal().value(ports::kRestoredValue); });
    REQUIRE(mark);
    CHECK(mark->size() == 40);
    CHECK_FALSE(f.store->read([](const ports::Repositories& r) { return r.journal().value(ports::kRestoredValue); }));
}

TEST_CASE("a database gets another key, and a run that was interrupted is finished", "[storage][key]") {
    StoreFixture f;
    CHECK(rotate_database_key(f.layout, {}, f.emergency).error().key() == "storage.locked");
    f.store.reset();
    const auto before = read_database_key(f.layout.key()).value();
    const auto fresh = std::filesystem::path{f.layout.key().string() + ".new"};
    REQUIRE(rotate_database_key(f.layout, {}, f.emergency));
    const auto after = read_database_key(f.layout.key()).value();
    CHECK_FALSE(after == before);
    CHECK_FALSE(std::filesystem::exists(fresh));
    f.open();
    CHECK(f.store->verify_log());
    f.store.reset();

    SECTION("before the database had it: the key that was drawn is used, half a copy is not") {
        const auto drawn = make_database_key(fresh, crypto::system_random()).value();
        std::ofstream{f.layout.database().string() + ".rekeyed"} << "half a copy";
        f.open();  // with the old one
        f.store.reset();
        CHECK_FALSE(rotate_database_key(f.layout, {}, f.emergency).value().finished_earlier);
        CHECK(read_database_key(f.layout.key()).value() == drawn);
    }
    SECTION("after it: only the name is missing, and the server says so") {
        const auto elsewhere = f.directory.path() / "elsewhere.key";
        REQUIRE(rotate_database_key(f.layout, elsewhere, f.emergency));
        std::filesystem::rename(elsewhere, fresh);
        CHECK(SqlStore::open(f.layout, f.clock, f.emergency).error().key() == "database_key.rotation");
        CHECK(rotate_database_key(f.layout, {}, f.emergency).value().finished_earlier);
    }
    f.open();
    CHECK(f.store->verify_log());
}
