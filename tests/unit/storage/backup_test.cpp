#include <fstream>

#include <catch2/catch_test_macros.hpp>

#include "crypto/age/hybrid.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/tlog/entry.hpp"
#include "platform/ports/ahead.hpp"
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
    // An attachment, in the database and on the disk.
    ports::UploadId attach(std::uint8_t number) {
        const ports::UploadId id{ByteArray<16>{number}};
        const auto content = std::string(1000U + number, 'x');
        Database live{layout.database(), read_database_key(layout.key()).value(), Database::Access::write, emergency};
        live.query("PRAGMA foreign_keys = OFF").step_all();
        const Bytes sixteen(16, number);
        const Bytes long_one(32, number);
        live.query(R"(
            INSERT INTO upload (id, ticket_sha256, account_id, authority, party, chain, attachment, length, received,
                                sha256, stage, created_at, expires_at)
            VALUES (?1, ?2, 1, ?3, ?2, ?2, ?3, ?4, ?4, ?5, 'attached', 1, 1)
        )")
            .bind(id, long_one, sixteen, static_cast<std::uint64_t>(content.size()), crypto::sha256(as_bytes(content)))
            .run();
        std::filesystem::create_directories(file(id).parent_path());
        std::ofstream{file(id)} << content;
        return id;
    }
    void withdraw(ports::UploadId id) {
        Database live{layout.database(), read_database_key(layout.key()).value(), Database::Access::write, emergency};
        live.query("UPDATE upload SET stage = 'gone' WHERE id = ?").bind(id).run();
        std::filesystem::remove(file(id));
    }
    [[nodiscard]] std::filesystem::path file(ports::UploadId id, const std::filesystem::path& data = {}) const {
        const auto name = encoding::hex_encode(id.value());
        const Layout where{data.empty() ? layout.data : data, {}};
        return where.blobs() / name.substr(0, 2) / name;
    }
    void append_to_log() {
        const auto done = store->write([this](ports::Repositories& repositories) -> Result<> {
            const ports::StatementId id{random.bytes<32>()};
            const ports::ChainId chain{random.bytes<32>()};
            const auto index = repositories.log().next_index();
            repositories.records().create_chain({chain, ports::ChainKind::dossier, {}, {}, 0, id, index});
            const tlog::Entry entry{tlog::entry_label(chain.value(), 0), crypto::Digest{id.value()}};
            repositories.records().add_statement({index, id, chain, 0, entry.bytes(), to_bytes("{}"), 100});
            return {};
        });
        REQUIRE(done);
    }
    BackupMade create(const std::optional<BackupRequest>& what = {}) {
        clock.pass(60);
        return create_backup(what ? *what : request(), clock, emergency).value();
    }
    Result<BackupOpened> restore(const std::string& name, bool leave_out = false) {
        std::filesystem::remove_all(restored());
        const auto opened = BackupTarget::open(target).value();
        return restore_backup(opened, opened.read(name).value(), both(), {restored(), {}, leave_out}, emergency);
    }
    [[nodiscard]] std::filesystem::path restored() const { return directory.path() / "restored"; }
    [[nodiscard]] std::optional<Bytes> restored_value(const char* name) {
        const auto opened = SqlStore::open({restored(), {}}, clock, emergency).value();
        return opened->read([&](const ports::Repositories& r) { return r.journal().value(name); });
    }
    void spoil(const std::filesystem::path& path) {
        std::fstream bytes{path, std::ios::in | std::ios::out | std::ios::binary};
        bytes.seekp(500);
        bytes.put('#');
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

TEST_CASE("what the newer backup says it lacked was not withdrawn", "[storage][backup]") {
    BackupFixture f;
    const auto lost = f.attach(1);
    const auto withdrawn = f.attach(2);
    const auto spoilt = f.attach(3);
    const auto first = f.create();
    // For other recipients everything is sealed anew: what the disk has lost by now cannot be.
    std::filesystem::remove(f.file(lost));
    f.spoil(f.file(spoilt));
    f.withdraw(withdrawn);
    auto other = f.request();
    other.recipients = {f.log_identity.recipient()};
    const auto second = f.create(other);
    CHECK(second.missing == std::vector{lost});
    CHECK(second.damaged == std::vector{spoilt});
    CHECK(f.newest().absent.value() == std::vector{lost, spoilt});
    const auto told = f.restore(first.manifest.name).value();
    CHECK(told.withdrawn == 1);
    CHECK(told.blobs == 2);
    CHECK(std::filesystem::exists(f.file(lost, f.restored())));
    CHECK(std::filesystem::exists(f.file(spoilt, f.restored())));
    CHECK_FALSE(std::filesystem::exists(f.file(withdrawn, f.restored())));
}

TEST_CASE("the newest backup is the one that holds most, whatever the clock said", "[storage][backup]") {
    BackupFixture f;
    f.append_to_log();
    f.clock.jump(365 * kDay);
    const auto ahead = f.create();
    f.clock.jump(-365 * kDay);
    const auto withdrawn = f.attach(1);
    f.append_to_log();
    const auto with_it = f.create();
    CHECK(f.newest().manifest.name == with_it.manifest.name);
    CHECK(with_it.manifest.previous == ahead.manifest.name);
    f.withdraw(withdrawn);
    f.append_to_log();
    const auto last = f.create();
    CHECK(f.newest().manifest.name == last.manifest.name);
    CHECK(f.restore(with_it.manifest.name).value().withdrawn == 1);

    // A successor's tree begins anew, and comes after all of the log before it.
    auto one = last.manifest;
    auto successor = one;
    successor.log = "test.example/log/1+00000000+AAAA";
    successor.tree.size = 1;
    CHECK(one.before(successor));
    CHECK_FALSE(successor.before(one));
}

TEST_CASE("an older backup knows from the others beside it what its log has signed", "[storage][backup]") {
    BackupFixture f;
    f.append_to_log();
    const auto first = f.create();
    f.append_to_log();
    f.append_to_log();
    const auto last = f.create();
    const auto told = f.restore(first.manifest.name).value();
    CHECK(told.ahead == 3);
    const auto shown = f.restored_value(ports::kAheadValue);
    REQUIRE(shown);
    REQUIRE(shown->size() == 104);
    CHECK((*shown)[7] == 3);
    const auto note = f.restored_value(ports::kAheadNoteValue);
    REQUIRE(note);
    CHECK(tlog::SignedCheckpoint::parse(as_text(*note)).value().checkpoint.head == last.manifest.tree);

    SECTION("even where nothing else of the newer one is left") {
        std::filesystem::remove(f.target / last.manifest.name / kManifestName);
        CHECK(f.restore(first.manifest.name).value().ahead == 3);
    }
    SECTION("but not by a checkpoint that the log has not signed") {
        f.spoil(f.target / last.manifest.name / kCheckpointPart);
        auto text = read_small_file(f.target / last.manifest.name / kCheckpointPart, 4096).value();
        text.replace(text.find("\n3\n"), 3, "\n4\n");
        std::ofstream{f.target / last.manifest.name / kCheckpointPart} << text;
        CHECK(f.restore(first.manifest.name).value().ahead == 0);
        CHECK_FALSE(f.restored_value(ports::kAheadValue));
    }
    SECTION("and the newest one is behind nothing") {
        CHECK(f.restore(last.manifest.name).value().ahead == 0);
        CHECK_FALSE(f.restored_value(ports::kAheadValue));
    }
}

TEST_CASE("an attachment that has gone bad in the target is sealed anew, and holds up no other", "[storage][backup]") {
    BackupFixture f;
    const auto bad = f.attach(1);
    const auto good = f.attach(2);
    const auto first = f.create();
    const auto blobs = f.newest().blobs;
    f.spoil(f.target / blobs[0].path());
    const auto second = f.create();
    CHECK(second.resealed == 1);
    CHECK(second.new_blobs == 1);
    CHECK(f.restore(second.manifest.name).value().blobs == 2);

    CHECK(f.restore(first.manifest.name).error().key() == "backup.not_whole");
    CHECK_FALSE(std::filesystem::exists(f.restored()));
    std::filesystem::create_directory(f.restored());
    const auto target = BackupTarget::open(f.target).value();
    CHECK_FALSE(restore_backup(target, target.read(first.manifest.name).value(), f.both(), {f.restored(), {}, false},
                               f.emergency));
    CHECK(std::filesystem::is_empty(f.restored()));
    const auto rest = f.restore(first.manifest.name, true).value();
    CHECK(rest.blobs == 1);
    REQUIRE(rest.faults.size() == 1);
    CHECK(rest.faults[0].file == blobs[0].path());
    CHECK_FALSE(std::filesystem::exists(f.file(bad, f.restored())));
    CHECK(std::filesystem::exists(f.file(good, f.restored())));
}

TEST_CASE("who opens the copy alone cannot sign backups; a restored server does, as before", "[storage][backup]") {
    BackupFixture f;
    const auto made = f.create();
    std::vector<age::Identity> one;
    one.emplace_back(f.identity.duplicate());
    const BackupIdentities ordinary{std::move(one)};
    const auto folder = f.target / made.manifest.name;
    const auto copy = f.directory.path() / "copy.db";
    REQUIRE(open_file(ordinary, folder / kDatabasePart, copy));
    const auto text = open_text(ordinary, folder / kKeysPart).value();
    const auto hex = text.expose_secret().substr(13, 64);
    const auto key = DatabaseKey::from(*encoding::hex_decode(hex)).value();
    {
        Database database{copy, key, Database::Access::write, f.emergency};
        auto query = database.query("SELECT count(*) FROM server_value WHERE name = ?");
        REQUIRE(query.bind(kBackupSignerValue).step());
        CHECK(query.count(0) == 0);
    }
    REQUIRE(f.restore(made.manifest.name));
    const auto kept = f.restored_value(kBackupSignerValue);
    CHECK(kept == f.store->read([](const ports::Repositories& r) { return r.journal().value(kBackupSignerValue); }));
    CHECK(kept);
}

TEST_CASE("the configuration is opened with the rest, and is the one that the manifest names", "[storage][backup]") {
    BackupFixture f;
    const auto made = f.create();
    const auto part = f.target / made.manifest.name / kConfigurationPart;
    std::filesystem::create_directory(f.directory.path() / "scratch");
    const auto target = BackupTarget::open(f.target).value();
    REQUIRE(open_backup(target, f.newest(), f.both(), f.directory.path() / "scratch", f.emergency));
    // Sealed to the same recipients by whoever can write to the folder.
    std::filesystem::remove(part);
    const std::vector recipients{f.identity.recipient()};
    REQUIRE(seal_text(recipients, "data = \"/elsewhere\"\n", part));
    const auto opened = open_backup(target, f.newest(), f.both(), f.directory.path() / "scratch", f.emergency);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().key() == "backup.not_whole");
}

TEST_CASE("a key for elsewhere is never one that is there, unless an unfinished run drew it", "[storage][key]") {
    StoreFixture f;
    f.store.reset();
    const auto elsewhere = f.directory.path() / "elsewhere.key";
    std::filesystem::copy_file(f.layout.key(), elsewhere);
    CHECK(rotate_database_key(f.layout, elsewhere, f.emergency).error().key() == "database_key.exists");
    std::filesystem::remove(elsewhere);
    const auto foreign = make_database_key(elsewhere, crypto::system_random()).value();
    CHECK(rotate_database_key(f.layout, elsewhere, f.emergency).error().key() == "database_key.exists");
    CHECK(read_database_key(elsewhere).value() == foreign);
    std::filesystem::remove(elsewhere);
    CHECK_FALSE(rotate_database_key(f.layout, elsewhere, f.emergency).value().finished_earlier);
    const auto first = read_database_key(elsewhere).value();
    // The credential was made of it; the same command once more changes nothing, and says so.
    std::filesystem::copy_file(elsewhere, f.layout.key(), std::filesystem::copy_options::overwrite_existing);
    CHECK(rotate_database_key(f.layout, elsewhere, f.emergency).error().key() == "database_key.exists");
    const auto next = f.directory.path() / "next.key";
    CHECK_FALSE(rotate_database_key(f.layout, next, f.emergency).value().finished_earlier);
    CHECK_FALSE(read_database_key(next).value() == first);
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
