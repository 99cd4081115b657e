// What somebody else put into an archive, as it meets the terminal.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>

#include "crypto/tlog/fork_proof.hpp"
#include "crypto/tlog/log_tree.hpp"
#include "platform/custody/tar.hpp"
#include "tests/support/seeded_random.hpp"
#include "web/cli/verify/evidence.hpp"

namespace rogatory::cli {
namespace {

namespace fs = std::filesystem;

// Whatever is written to stdout meanwhile.
class Captured {
public:
    explicit Captured(fs::path file) : file_{std::move(file)}, before_{::dup(STDOUT_FILENO)} {
        std::fflush(stdout);
        REQUIRE(std::freopen(file_.c_str(), "w", stdout) != nullptr);
    }
    ~Captured() { end(); }
    std::string end() {
        if (before_ >= 0) {
            std::fflush(stdout);
            ::dup2(before_, STDOUT_FILENO);
            ::close(before_);
            before_ = -1;
        }
        std::ifstream in{file_};
        std::ostringstream text;
        text << in.rdbuf();
        return text.str();
    }

private:
    fs::path file_;
    int before_;
};

// A log of this name that told two histories: whoever makes an archive makes the log as well.
Bytes archive_of(const std::string& name) {
    tests::SeededRandom random{7};
    const auto signer =
        tlog::LogSigner::make(name, crypto::SigningKey::from_seed(crypto::Ed25519Seed::random(random))).value();
    const auto grown = [](std::uint8_t variant) {
        tlog::LogTree tree;
        const auto chain = crypto::sha256(Bytes{1});
        for (const std::uint64_t seq : {0U, 1U})
            tree.push({tlog::entry_label(chain.value(), seq), crypto::sha256(Bytes{variant})});
        return tree;
    };
    const auto mine = grown(3);
    const auto theirs = grown(4);
    const auto sign = [&](const tlog::LogTree& tree, std::uint64_t size) {
        return tlog::SignedCheckpoint::parse(signer.sign({size, tree.root_at(size)})).value();
    };
    const tlog::ForkProof proof{sign(mine, 1), sign(theirs, 2), theirs.root_at(1), theirs.consistency(1, 2)};
    return custody::write_tar({{"alarm.txt", to_bytes(std::string_view{"log.forked\n"})},
                               {"consistency.txt", to_bytes(proof.consistency_text())},
                               {"larger.note", to_bytes(proof.larger.format())},
                               {"log_key.txt", to_bytes(signer.key().vkey())},
                               {"smaller.note", to_bytes(proof.smaller.format())}});
}

}  // namespace

TEST_CASE("the name of a log in somebody's evidence cannot drive the terminal", "[cli][verify]") {
    const auto folder = fs::temp_directory_path() / ("rogatory-evidence-" + std::to_string(::getpid()));
    fs::create_directories(folder);
    const auto archive = archive_of("exchange\u009b2Jlog\u202e\u007f/1");
    std::ofstream{folder / "evidence.tar", std::ios::binary}.write(reinterpret_cast<const char*>(archive.data()),
                                                                   static_cast<std::streamsize>(archive.size()));
    Captured captured{folder / "stdout"};
    const auto checked = check_evidence(Console{{}}, folder / "evidence.tar");
    const auto shown = captured.end();
    fs::remove_all(folder);
    REQUIRE(checked.has_value());
    INFO(shown);
    CHECK(shown.find("exchange<U+009B>2Jlog<U+202E><U+007F>/1+") != std::string::npos);
    for (const auto* hostile : {"\u009b", "\u202e", "\x7f"}) CHECK(shown.find(hostile) == std::string::npos);
}

}  // namespace rogatory::cli
