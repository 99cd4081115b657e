#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <new>
#include <stdexcept>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <catch2/catch_test_macros.hpp>

#include "crypto/encoding/hex.hpp"
#include "storage/migrations/migrations.hpp"
#include "storage/sqlite/database.hpp"
#include "tests/support/places.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/unit/storage/temporary.hpp"

using namespace rogatory;
using namespace rogatory::storage;
using namespace rogatory::tests;

namespace {

DatabaseKey key_of(std::uint8_t byte) {
    ByteArray<32> bytes;
    bytes.fill(byte);
    return DatabaseKey::copy_of(bytes);
}

std::string contents(const std::filesystem::path& file) {
    std::ifstream stream{file, std::ios::binary};
    std::string bytes(std::filesystem::file_size(file), '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return bytes;
}

// As the server's user meets what root left: neither root nor the owner, but of the group.
class OfTheGroup {
public:
    explicit OfTheGroup(gid_t group) : before_{::getegid()} {
        if (::setegid(group) != 0 || ::seteuid(65534) != 0) throw std::runtime_error{"could not become another user"};
    }
    OfTheGroup(const OfTheGroup&) = delete;
    OfTheGroup& operator=(const OfTheGroup&) = delete;
    ~OfTheGroup() {
        if (::seteuid(0) != 0 || ::setegid(before_) != 0) std::abort();
    }

private:
    gid_t before_;
};

// While this lives, nothing large is to be had.
class LittleMemory {
public:
    LittleMemory() {
        REQUIRE(::getrlimit(RLIMIT_AS, &before_) == 0);
        std::ifstream statm{"/proc/self/statm"};
        std::uint64_t pages = 0;
        statm >> pages;
        auto little = before_;
        little.rlim_cur = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) + kBytes;
        REQUIRE(::setrlimit(RLIMIT_AS, &little) == 0);
    }
    LittleMemory(const LittleMemory&) = delete;
    LittleMemory& operator=(const LittleMemory&) = delete;
    ~LittleMemory() {
        if (::setrlimit(RLIMIT_AS, &before_) != 0) std::abort();
    }

private:
    static constexpr std::uint64_t kBytes = std::uint64_t{64} << 20;
    rlimit before_{};
};

struct Opened {
    TemporaryDirectory directory;
    ThrowingEmergency emergency;
    std::filesystem::path file = directory.path() / "test.db";
    Database database{file, key_of(7), Database::Access::create, emergency};
};

}  // namespace

TEST_CASE("a database opens with its key alone, and says nothing of the key when it does not", "[storage][sqlite]") {
    Opened opened;
    opened.database.execute("CREATE TABLE a (b TEXT NOT NULL) STRICT");

    Database again{opened.file, key_of(7), Database::Access::write, opened.emergency};
    try {
        Database wrong{opened.file, key_of(8), Database::Access::write, opened.emergency};
        FAIL("another key opened it");
    } catch (const StorageFailure& failure) {
        const std::string what = failure.what();
        CHECK(what.find("0808") == std::string::npos);
        CHECK(what.find("does not open") != std::string::npos);
    }
}

TEST_CASE("what stands in the database stands nowhere on the disk in clear", "[storage][sqlite]") {
    const std::string canary = "canary-6f1d8a5c-canary";
    Opened opened;
    opened.database.execute("CREATE TABLE a (b TEXT NOT NULL) STRICT");
    {
        Transaction transaction{opened.database, Transaction::Kind::write};
        for (int i = 0; i < 500; ++i) {
            opened.database.query("INSERT INTO a (b) VALUES (?)").bind(canary + std::to_string(i)).run();
        }
        transaction.commit();
    }

    std::size_t looked_at = 0;
    for (const auto& entry : std::filesystem::directory_iterator{opened.directory.path()}) {
        const auto bytes = contents(entry.path());
        looked_at += bytes.size();
        CHECK(bytes.find("canary") == std::string::npos);
        CHECK(bytes.find("SQLite format 3") == std::string::npos);
    }
    CHECK(looked_at > 10'000);
}

TEST_CASE("a sort too large for memory writes no plaintext into temporary files", "[storage][sqlite]") {
    Opened opened;
    opened.database.execute("CREATE TABLE a (b TEXT NOT NULL) STRICT");
    {
        Transaction transaction{opened.database, Transaction::Kind::write};
        for (int i = 0; i < 20'000; ++i) {
            opened.database.query("INSERT INTO a (b) VALUES (?)")
                .bind("canary" + std::to_string((i * 7919) % 20'000) + std::string(500, 'x'))
                .run();
        }
        transaction.commit();
    }
    auto sorted = opened.database.query("SELECT b FROM a ORDER BY b DESC");
    REQUIRE(sorted.step());

    // The sorter spills beyond its cache while it runs; deleted files show as open descriptors of this process.
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
        std::error_code gone;
        const auto target = std::filesystem::read_symlink(entry.path(), gone).string();
        if (gone || target.find("etilqs") == std::string::npos) continue;
        ++files;
    }
    CHECK(files == 0);
}

TEST_CASE("the settings are read back, and a reader cannot write", "[storage][sqlite]") {
    Opened opened;
    opened.database.execute("CREATE TABLE a (b TEXT NOT NULL) STRICT");
    const auto ask = [](Database& database, const char* pragma) {
        auto query = database.query(pragma);
        REQUIRE(query.step());
        return query.text(0);
    };
    CHECK(ask(opened.database, "PRAGMA journal_mode") == "wal");
    CHECK(ask(opened.database, "PRAGMA synchronous") == "2");
    CHECK(ask(opened.database, "PRAGMA foreign_keys") == "1");
    CHECK(ask(opened.database, "PRAGMA temp_store") == "2");
    CHECK(ask(opened.database, "PRAGMA trusted_schema") == "0");
    CHECK(ask(opened.database, "PRAGMA secure_delete") == "1");

    Database reader{opened.file, key_of(7), Database::Access::read, opened.emergency};
    CHECK_THROWS_AS(reader.query("INSERT INTO a (b) VALUES ('x')").run(), StorageFailure);

    struct stat about {};
    REQUIRE(::stat(opened.file.c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);
    REQUIRE(::stat((opened.file.string() + "-wal").c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);
}

TEST_CASE("a transaction rolls back unless it is committed", "[storage][sqlite]") {
    Opened opened;
    opened.database.execute("CREATE TABLE a (b INTEGER PRIMARY KEY) STRICT");
    {
        Transaction transaction{opened.database, Transaction::Kind::write};
        opened.database.query("INSERT INTO a (b) VALUES (1)").run();
    }
    auto count = opened.database.query("SELECT count(*) FROM a");
    REQUIRE(count.step());
    CHECK(count.integer(0) == 0);
}

TEST_CASE("a taken value is a value for try_run and a failure for run", "[storage][sqlite]") {
    Opened opened;
    opened.database.execute("CREATE TABLE a (b TEXT NOT NULL UNIQUE) STRICT");
    CHECK(opened.database.query("INSERT INTO a (b) VALUES (?)").bind("secret-value").try_run());
    CHECK_FALSE(opened.database.query("INSERT INTO a (b) VALUES (?)").bind("secret-value").try_run());
    try {
        opened.database.query("INSERT INTO a (b) VALUES (?)").bind("secret-value").run();
        FAIL("taken twice");
    } catch (const UniqueViolation& violation) {
        CHECK(std::string{violation.what()}.find("secret-value") == std::string::npos);
    }
}

TEST_CASE("nobody's SQL and nested use of one statement are bugs, and are found", "[storage][sqlite]") {
    Opened opened;
    CHECK_THROWS_AS(opened.database.query("SELECT nothing FROM nowhere"), InvariantViolation);
    auto first = opened.database.query("SELECT 1");
    CHECK_THROWS_AS(opened.database.query("SELECT 1"), InvariantViolation);
    CHECK_THROWS_AS(opened.database.query("SELECT 2; SELECT 3"), InvariantViolation);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // their own memory cannot be had either
TEST_CASE("what SQLite found no memory for is no failure of what is stored", "[storage][sqlite]") {
    Opened opened;
    constexpr std::int64_t kLarge = 400'000'000;
    {
        const LittleMemory little;
        auto large = opened.database.query("SELECT randomblob(?)");
        CHECK_THROWS_AS(large.bind(kLarge).step(), std::bad_alloc);
    }
    opened.database.execute("CREATE TABLE a (b BLOB NOT NULL) STRICT");
    opened.database.query("INSERT INTO a (b) VALUES (zeroblob(?))").bind(kLarge / 4).run();
    {
        const LittleMemory little;
        // The row is found; its value has no room.
        auto large = opened.database.query("SELECT b FROM a");
        const auto read = [&large] {
            while (large.step()) static_cast<void>(large.view(0));
        };
        CHECK_THROWS_AS(read(), std::bad_alloc);
        CHECK_THROWS_AS(opened.database.execute("SELECT randomblob(400000000)"), std::bad_alloc);
    }
    auto large = opened.database.query("SELECT b FROM a");
    REQUIRE(large.step());
    CHECK(large.view(0).size() == static_cast<std::size_t>(kLarge / 4));
    CHECK(opened.database.integrity_faults().empty());
}
#endif

TEST_CASE("an integrity check finds a flipped byte", "[storage][sqlite]") {
    TemporaryDirectory directory;
    ThrowingEmergency emergency;
    const auto file = directory.path() / "test.db";
    {
        Database database{file, key_of(7), Database::Access::create, emergency};
        database.execute("CREATE TABLE a (b TEXT NOT NULL) STRICT");
        Transaction transaction{database, Transaction::Kind::write};
        for (int i = 0; i < 2000; ++i) database.query("INSERT INTO a (b) VALUES (?)").bind(std::string(100, 'x')).run();
        transaction.commit();
        CHECK(database.integrity_faults().empty());
    }
    {
        std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
        stream.seekp(5 * 4096 + 100);
        stream.put('\x55');
    }
    Database database{file, key_of(7), Database::Access::write, emergency};
    // A page that does not authenticate ends the check that comes upon it, and is found all the same.
    CHECK_FALSE(database.integrity_faults().empty());
    const auto read = [&database] { static_cast<void>(database.query("SELECT sum(length(b)) FROM a").step()); };
    CHECK_THROWS_AS(read(), StorageDamaged);
}

TEST_CASE("a database key is read from a file that nobody else can read", "[storage][key]") {
    TemporaryDirectory directory;
    SeededRandom random;
    const auto file = directory.path() / "key";
    const auto made = make_database_key(file, random);
    REQUIRE(made);
    const auto read = read_database_key(file);
    REQUIRE(read);
    CHECK(*read == *made);

    SECTION("it is never overwritten") {
        const auto again = make_database_key(file, random);
        REQUIRE_FALSE(again);
        CHECK(again.error().code() == ErrorCode::conflict);
    }
    SECTION("readable by the group: refused") {
        REQUIRE(::chmod(file.c_str(), 0640) == 0);
        const auto refused = read_database_key(file);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().key() == "database_key.mode");
    }
    SECTION("a symbolic link: refused") {
        const auto link = directory.path() / "link";
        std::filesystem::create_symlink(file, link);
        CHECK_FALSE(read_database_key(link));
    }
    SECTION("too short, too long, upper case: refused") {
        for (const auto& text : {std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'A'), std::string{}}) {
            std::ofstream{file, std::ios::trunc} << text;
            CHECK_FALSE(read_database_key(file));
        }
    }
    SECTION("none: refused") { CHECK_FALSE(read_database_key(directory.path() / "other")); }
}

TEST_CASE("systemd's credential goes before the key file", "[storage][key]") {
    TemporaryDirectory directory;
    std::ofstream{directory.path() / "rogatory-database-key"} << "x";
    CHECK(credential_or("rogatory-database-key", "/other") == "/other");
    ::setenv("CREDENTIALS_DIRECTORY", directory.path().c_str(), 1);
    CHECK(credential_or("rogatory-database-key", "/other") == directory.path() / "rogatory-database-key");
    CHECK(credential_or("another", "/other") == "/other");
    ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST_CASE("root's key that a group may read is taken as a credential alone", "[storage][key]") {
    if (::geteuid() != 0) return;  // nobody else can make a file of root's
    constexpr gid_t kUsers = 100;
    TemporaryDirectory directory;
    SeededRandom random;
    const auto file = directory.path() / "rogatory-database-key";
    REQUIRE(make_database_key(file, random));
    REQUIRE(::chown(file.c_str(), 0, kUsers) == 0);
    REQUIRE(::chmod(file.c_str(), 0440) == 0);
    REQUIRE(::chmod(directory.path().c_str(), 0711) == 0);
    const auto read = [&] {
        const OfTheGroup group{kUsers};
        const auto key = read_database_key(file);
        return key ? std::string{"taken"} : std::string{key.error().key()};
    };
    CHECK(read() == "database_key.mode");
    ::setenv("CREDENTIALS_DIRECTORY", "/run/credentials/of-another-place", 1);
    CHECK(read() == "database_key.mode");
    ::setenv("CREDENTIALS_DIRECTORY", directory.path().c_str(), 1);
    CHECK(read() == "taken");
    REQUIRE(::chmod(file.c_str(), 0444) == 0);
    CHECK(read() == "database_key.mode");
    ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST_CASE("migrations go forward, once, and notice what does not fit", "[storage][migrations]") {
    Opened opened;
    constexpr std::array first{Migration{"0001_create_a", "CREATE TABLE a (b INTEGER NOT NULL) STRICT;"}};
    constexpr std::array both{first[0], Migration{"0002_add_c", "ALTER TABLE a ADD COLUMN c INTEGER;"}};
    REQUIRE(migrate(opened.database, first, 1));
    REQUIRE(migrate(opened.database, both, 2));
    REQUIRE(migrate(opened.database, both, 3));
    opened.database.query("INSERT INTO a (b, c) VALUES (1, 2)").run();

    SECTION("a database newer than this program") {
        const auto refused = migrate(opened.database, first, 4);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code() == ErrorCode::unsupported);
    }
    SECTION("a migration changed after it was applied") {
        constexpr std::array changed{Migration{"0001_create_a", "CREATE TABLE a (b TEXT) STRICT;"}, both[1]};
        const auto refused = migrate(opened.database, changed, 4);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().key() == "schema.changed");
    }
    SECTION("one that fails leaves neither a table nor a row in the ledger") {
        constexpr std::array failing{
            both[0], both[1],
            Migration{"0003_fail", "CREATE TABLE z (y INTEGER) STRICT; CREATE TABLE a (b INTEGER) STRICT;"}};
        CHECK_THROWS_AS(migrate(opened.database, failing, 4), StorageFailure);
        REQUIRE(migrate(opened.database, both, 5));
        CHECK(schema_of(opened.database).find("TABLE z") == std::string::npos);
    }
}

TEST_CASE("a table that others refer to is made anew, with every row and reference", "[storage][migrations]") {
    Opened opened;
    constexpr std::array first{Migration{"0001_create",
                                         "CREATE TABLE a (id INTEGER PRIMARY KEY, k TEXT CHECK (k IN ('x'))) STRICT;"
                                         "CREATE TABLE b (a_id INTEGER NOT NULL REFERENCES a (id)) STRICT;"}};
    REQUIRE(migrate(opened.database, first, 1));
    opened.database.execute("INSERT INTO a VALUES (7, 'x'); INSERT INTO b VALUES (7);");
    constexpr std::string_view kAnew =
        "-- rebuild\nCREATE TABLE c (id INTEGER PRIMARY KEY, k TEXT CHECK (k IN ('x', 'y'))) STRICT;"
        "INSERT INTO c SELECT id, k FROM a; DROP TABLE a; ALTER TABLE c RENAME TO a;";
    SECTION("and references are looked at again afterwards") {
        constexpr std::array both{first[0], Migration{"0002_rebuild", kAnew}};
        REQUIRE(migrate(opened.database, both, 2));
        opened.database.execute("INSERT INTO a VALUES (8, 'y'); INSERT INTO b VALUES (8);");
        CHECK_THROWS_AS(opened.database.execute("INSERT INTO b VALUES (9)"), StorageFailure);
        CHECK(opened.database.query("PRAGMA foreign_key_check").step() == false);
    }
    SECTION("one that loses a row is not kept") {
        constexpr std::array both{first[0], Migration{"0002_lose", "-- rebuild\nDELETE FROM a;"}};
        CHECK_THROWS_AS(migrate(opened.database, both, 2), StorageFailure);
        CHECK(opened.database.query("SELECT 1 FROM a").step());
        CHECK_THROWS_AS(opened.database.execute("INSERT INTO b VALUES (9)"), StorageFailure);
    }
}

TEST_CASE("the migrations make the schema that schema.sql shows", "[storage][migrations]") {
    Opened opened;
    REQUIRE(migrate(opened.database, migrations(), 1));
    const auto expected = contents(test::source_folder() / "storage/schema.sql");
    const auto actual = schema_of(opened.database);
    if (const auto* out = std::getenv("ROGATORY_WRITE_SCHEMA")) std::ofstream{out} << actual;
    CHECK(actual == expected);
    // Every table of ours is STRICT: SQLite's own typing would take a text for a number.
    auto tables = opened.database.query(
        "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite%'");
    CHECK_FALSE(tables.step());
}
