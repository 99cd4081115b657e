#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include <sys/stat.h>
#include <catch2/catch_test_macros.hpp>

#include "web/cli/commands/show.hpp"
#include "web/cli/commands/source_files.hpp"
#include "web/cli/console/prompt.hpp"
#include "web/cli/program/desk_time.hpp"
#include "web/cli/program/kit.hpp"
#include "web/cli/program/options.hpp"
#include "web/cli/program/totp.hpp"

namespace rogatory::cli {
namespace {

namespace fs = std::filesystem;

class Folder {
public:
    Folder() {
        auto name = (fs::temp_directory_path() / "rogatory-program-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~Folder() { fs::remove_all(path_); }
    [[nodiscard]] fs::path at(const std::string& name) const { return path_ / name; }
    fs::path write(const std::string& name, const std::string& text) const {
        fs::create_directories(at(name).parent_path());
        std::ofstream{at(name)} << text;
        return at(name);
    }

private:
    fs::path path_;
};

const Console kConsole{{.language = Language::en, .quiet = true}};

std::string key_of(const auto& result) { return result ? std::string{"no error"} : result.error().key(); }

constexpr const char* kKit =
    "rogatory/v1/kit\nserver: https://exchange.example.org\nuser: awa\naccount-key: AAAA-BBBB\nkit-secret: CCCC-DDDD\n";

}  // namespace

TEST_CASE("a secret file is its owner's alone and never replaces another", "[cli][files]") {
    const Folder folder;
    const auto path = folder.at("kit.txt");
    const auto old_mask = ::umask(0);

    REQUIRE(write_private_file(path, "secret\n"));
    ::umask(old_mask);

    struct stat facts {};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    CHECK(facts.st_nlink == 1);
    CHECK(key_of(write_private_file(path, "other\n")) == "file.exists");
    CHECK(*read_text_file(path) == "secret\n");
    CHECK(std::distance(fs::directory_iterator{path.parent_path()}, fs::directory_iterator{}) == 1);
    CHECK(key_of(write_private_file(folder.at("no/such/folder"), "x")) == "file.cannot_write");
    CHECK(key_of(read_text_file(folder.at("none"))) == "file.cannot_read");
    CHECK(key_of(read_text_file(path, 3)) == "file.too_large");
}

TEST_CASE("a full disk is said as such", "[cli][files]") {
    // The kernel's own full device: open succeeds, writing does not. Its folder takes no temporary file, so write
    // there.
    if (!fs::exists("/dev/full")) SKIP("no /dev/full");
    const Folder folder;
    fs::create_symlink("/dev/full", folder.at("kit.txt.part"));

    // A link is not followed: it could lead a secret elsewhere.
    CHECK(key_of(write_private_file(folder.at("kit.txt"), "x")) == "file.cannot_write");
}

TEST_CASE("the recovery sheet is printed in both languages and read back from its print", "[cli][kit]") {
    const auto sheet = printed_kit({kKit});

    CHECK(sheet.find("Recovery sheet / Fiche de secours") != std::string::npos);
    CHECK(sheet.find("account-key: AAAA-BBBB") != std::string::npos);
    CHECK(sheet.find("█▀▀▀▀▀█") != std::string::npos);
    CHECK(kit_lines(sheet) == kKit);
    CHECK(kit_lines(kKit) == kKit);
    std::string windows;
    for (const char c : sheet) {
        if (c == '\n') windows += '\r';
        windows += c;
    }
    CHECK(kit_lines(windows) == kKit);
    CHECK(kit_lines("something else") == "something else");
}

TEST_CASE("the first line of a secret file is the secret", "[cli][secrets]") {
    const Folder folder;
    const auto text = [&](const std::string& content) {
        const auto secret = read_secret_file(kConsole, folder.write("s", content).string());
        return secret ? std::string{secret->expose_secret()} : secret.error().key();
    };

    CHECK(text("sept lampes\n") == "sept lampes");
    CHECK(text("sept lampes") == "sept lampes");
    CHECK(text("sept lampes\r\nmore") == "sept lampes");
    CHECK(text(" spaces count ") == " spaces count ");
    CHECK(text("") == "secret_file.unreadable");
    CHECK(text("\nsecond line") == "secret_file.unreadable");
    CHECK(key_of(read_secret_file(kConsole, folder.at("none").string())) == "secret_file.unreadable");
}

TEST_CASE("six digits are those of RFC 6238", "[cli][totp]") {
    // Appendix B, SHA-1, the last six of its eight digits; the secret is "12345678901234567890".
    constexpr const char* kSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    CHECK(totp_at(kSecret, 59 / 30) == "287082");
    CHECK(totp_at(kSecret, 1111111109 / 30) == "081804");
    CHECK(totp_at(kSecret, 2000000000 / 30) == "279037");
    CHECK(key_of(totp_at("not base 32!", 1)) == "totp.secret");
}

TEST_CASE("a code is not given twice, even to two devices with one secret", "[cli][totp]") {
    const Folder folder;
    const auto secret = folder.write("totp", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n");

    const auto first = next_totp(kConsole, secret);
    const auto second = next_totp(kConsole, secret);

    REQUIRE(first);
    REQUIRE(second);
    CHECK(*first != *second);
}

TEST_CASE("what is sent is named as its sender sees it", "[cli][source]") {
    const Folder folder;
    folder.write("relevés/janvier.csv", "a");
    folder.write("relevés/annexes/plan.PDF", "b");
    folder.write("lettre.pdf", "c");

    const auto files =
        source_files({folder.at("lettre.pdf").string(), folder.at("relevés").string() + "/", "-"}, "message.txt");

    REQUIRE(files);
    REQUIRE(files->size() == 4);
    CHECK(files->at(0).name == "lettre.pdf");
    CHECK(files->at(0).type == "application/pdf");
    CHECK(files->at(1).name == "relevés/annexes/plan.PDF");
    CHECK(files->at(1).type == "application/pdf");
    CHECK(files->at(2).name == "relevés/janvier.csv");
    CHECK(files->at(3).name == "message.txt");
    CHECK(files->at(3).descriptor == 0);
}

TEST_CASE("what cannot be sent is refused before anything is done", "[cli][source]") {
    const Folder folder;
    folder.write("with-link/a.txt", "a");
    fs::create_symlink("/etc/passwd", folder.at("with-link/out.txt"));
    fs::create_directory(folder.at("empty"));

    CHECK(key_of(source_files({folder.at("none").string()}, "")) == "source.not_there");
    CHECK(key_of(source_files({"/dev/null"}, "")) == "source.not_a_file");
    CHECK(key_of(source_files({folder.at("with-link").string()}, "")) == "source.link");
    CHECK(key_of(source_files({folder.at("empty").string()}, "")) == "source.empty_folder");
    CHECK(key_of(source_files({"-", "-"}, "")) == "source.stdin_twice");
}

TEST_CASE("a date is the end of its day", "[cli][dates]") {
    CHECK(parse_date("1970-01-01") == 86399);
    CHECK(parse_date("2027-01-31") == 1801439999);
    for (const auto* bad : {"", "2027-02-30", "31.01.2027", "2027-1-31", "2027-01-31x", "tomorrow", "2027-13-01"}) {
        INFO(bad);
        CHECK(key_of(parse_date(bad)) == "usage.date");
    }
}

TEST_CASE("the language is the option's, then what the system says", "[cli][options]") {
    for (const auto* name : {"ROGATORY_LANG", "LC_ALL", "LC_MESSAGES", "LANG"}) ::unsetenv(name);
    CHECK(choose_language(std::nullopt) == Language::en);
    ::setenv("LANG", "fr_FR.UTF-8", 1);
    CHECK(choose_language(std::nullopt) == Language::fr);
    ::setenv("LC_ALL", "C.UTF-8", 1);
    CHECK(choose_language(std::nullopt) == Language::en);
    CHECK(choose_language("fr") == Language::fr);
    ::setenv("ROGATORY_LANG", "fr", 1);
    CHECK(choose_language(std::nullopt) == Language::fr);
}

TEST_CASE("looking again and again keeps nobody's keys unlocked", "[cli][watch]") {
    using Seconds = std::chrono::seconds;
    constexpr Seconds kIdle{900};
    // What the keeper says of its time, whoever uses it.
    const auto last_look = [&](Seconds every, Seconds used_before, std::vector<Seconds> commands) {
        DeskTime desk;
        Seconds used = -used_before;
        Seconds last{-1};
        for (Seconds now{0}; now < Seconds{10'000}; now += Seconds{1}) {
            if (std::ranges::find(commands, now) != commands.end()) used = now;
            if (now % every != Seconds{0}) continue;
            if (now >= used + kIdle || !desk.may_look(now, used + kIdle - now)) break;
            last = now;
            used = now;
            desk.looked(now, kIdle);
        }
        return last;
    };
    CHECK(last_look(Seconds{30}, Seconds{0}, {}) == Seconds{870});
    CHECK(last_look(Seconds{1}, Seconds{0}, {}) == Seconds{899});
    // What was idle before counts.
    CHECK(last_look(Seconds{30}, Seconds{600}, {}) == Seconds{270});
    // Another command is a use, and the time begins with it.
    CHECK(last_look(Seconds{30}, Seconds{0}, {Seconds{815}}) == Seconds{1710});
    CHECK(last_look(Seconds{30}, Seconds{0}, {Seconds{815}, Seconds{1705}}) == Seconds{2580});
    CHECK(last_look(Seconds{600}, Seconds{0}, {Seconds{700}}) == Seconds{1200});
}

}  // namespace rogatory::cli
