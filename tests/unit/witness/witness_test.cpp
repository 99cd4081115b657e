#include "web/witness/witness.hpp"

#include <sys/stat.h>

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/support/must.hpp"
#include "tests/unit/storage/temporary.hpp"
#include "tests/unit/witness/grown_log.hpp"
#include "web/witness/status.hpp"

using namespace rogatory;
using namespace rogatory::tests;
using test::key_of;
using test::must;
using witness::AddCheckpoint;
using witness::Witness;

namespace {

constexpr UnixSeconds kNow = 1'800'000'000;

struct Scene {
    Scene() {
        key = must(Witness::create(folder, "w.example"));
        must(Witness::follow(folder, {log.signer.key(), {}}));
        reopen();
    }
    void reopen() {
        one.reset();
        one = must(Witness::open(folder));
    }
    witness::Answer ask(std::uint64_t old_size, const tlog::SignedCheckpoint& checkpoint, UnixSeconds now = kNow) {
        return one->add_checkpoint(log.request(old_size, checkpoint).format(), now);
    }
    TemporaryDirectory directory;
    std::filesystem::path folder = directory.path() / "witness";
    GrownLog log{"log.example/log/0"};
    std::string key;
    std::unique_ptr<Witness> one;
};

std::string read(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
}
void write(const std::filesystem::path& path, const std::string& text) {
    std::ofstream{path, std::ios::binary | std::ios::trunc} << text;
}

}  // namespace

TEST_CASE("a witness cosigns what grows, and says so with a line that verifies", "[witness]") {
    Scene scene;
    const auto first = scene.log.grow(5);
    const auto answer = scene.ask(0, first);
    REQUIRE(answer.status == 200);
    const auto note = must(tlog::Note::parse(first.format() + answer.body));
    REQUIRE(note.signatures.size() == 2);
    CHECK(tlog::verify_cosignature(scene.one->key(), note.text, note.signatures[1]) == kNow);
    CHECK(scene.one->key().vkey() == scene.key);

    const auto second = scene.log.grow(300);
    CHECK(scene.ask(5, second).status == 200);
    // The same again: a fresh time for the same tree.
    const auto again = scene.ask(305, second, kNow + 600);
    REQUIRE(again.status == 200);
    const auto line = must(tlog::Note::parse(second.format() + again.body)).signatures[1];
    CHECK(tlog::verify_cosignature(scene.one->key(), second.note.text, line) == kNow + 600);
}

TEST_CASE("the answers are those of the text", "[witness]") {
    Scene scene;
    const auto small = scene.log.grow(3);
    const auto size_of = [](const witness::Answer& answer) {
        CHECK(answer.status == 409);
        CHECK(answer.type == "text/x.tlog.size");
        return answer.body;
    };
    CHECK(size_of(scene.ask(3, small)) == "0\n");  // nothing cosigned yet
    REQUIRE(scene.ask(0, small).status == 200);
    const auto big = scene.log.grow(4);
    CHECK(size_of(scene.ask(0, big)) == "3\n");
    CHECK(size_of(scene.ask(2, big)) == "3\n");

    SECTION("400: not a request, or an old size above the new") {
        CHECK(scene.one->add_checkpoint("", kNow).status == 400);
        CHECK(scene.one->add_checkpoint("old 3\n", kNow).status == 400);
        CHECK(scene.one->add_checkpoint("old 03\n\n" + big.format(), kNow).status == 400);
        auto request = scene.log.request(3, big);
        request.old_size = 8;
        CHECK(scene.one->add_checkpoint(request.format(), kNow).status == 400);
        request = scene.log.request(3, big);
        request.proof.resize(64);
        CHECK(scene.one->add_checkpoint(request.format(), kNow).status == 400);
    }
    SECTION("404: a log that is not followed") {
        GrownLog other{"other.example/log/0"};
        CHECK(scene.one->add_checkpoint(other.request(0, other.grow(2)).format(), kNow).status == 404);
    }
    SECTION("403: not signed by the log's key") {
        GrownLog impostor{"log.example/log/0"};
        CHECK(scene.one->add_checkpoint(impostor.request(0, impostor.grow(9)).format(), kNow).status == 403);
        auto request = scene.log.request(3, big);
        request.checkpoint.note.signatures[0].signature[20] ^= 1;
        CHECK(scene.one->add_checkpoint(request.format(), kNow).status == 403);
    }
    SECTION("200: signatures of strangers beside the log's are ignored") {
        auto request = scene.log.request(3, big);
        request.checkpoint.note.signatures.insert(request.checkpoint.note.signatures.begin(),
                                                  {"stranger.example", 7, Bytes(64, 1)});
        CHECK(scene.one->add_checkpoint(request.format(), kNow).status == 200);
    }
    SECTION("422: a proof that does not hold") {
        auto request = scene.log.request(3, big);
        REQUIRE_FALSE(request.proof.empty());
        request.proof.pop_back();
        CHECK(scene.one->add_checkpoint(request.format(), kNow).status == 422);
        request = scene.log.request(3, big);
        request.proof.push_back(tlog::empty_root());
        CHECK(scene.one->add_checkpoint(request.format(), kNow).status == 422);
        // Nor one where there must be none.
        request = scene.log.request(3, small);
        request.proof.push_back(tlog::empty_root());
        CHECK(scene.one->add_checkpoint(request.format(), kNow).status == 422);
    }
    SECTION("422: another history of a log that was cosigned") {
        auto forked = scene.log.request(3, big);
        forked.checkpoint = scene.log.sign({7, crypto::sha256(as_bytes("another tree"))});
        CHECK(scene.one->add_checkpoint(forked.format(), kNow).status == 422);
    }
    SECTION("409: another tree of the size that was cosigned") {
        AddCheckpoint request{3, {}, scene.log.sign({3, crypto::sha256(as_bytes("another tree"))})};
        CHECK(size_of(scene.one->add_checkpoint(request.format(), kNow)) == "3\n");
    }
    // Whatever was refused changed nothing.
    CHECK(scene.one->newest("log.example/log/0")->checkpoint.head.size >= 3);
}

TEST_CASE("an empty log is cosigned with the empty root and no other", "[witness]") {
    Scene scene;
    AddCheckpoint request{0, {}, scene.log.sign({0, crypto::sha256(as_bytes("not empty"))})};
    CHECK(scene.one->add_checkpoint(request.format(), kNow).status == 409);
    request.checkpoint = scene.log.sign(tlog::empty_tree());
    CHECK(scene.one->add_checkpoint(request.format(), kNow).status == 200);
}

TEST_CASE("what was cosigned is remembered by the next process, and a lost or damaged state is not an empty one",
          "[witness]") {
    Scene scene;
    const auto grown = scene.log.grow(7);
    REQUIRE(scene.ask(0, grown).status == 200);
    scene.reopen();
    CHECK(scene.ask(0, grown).body == "7\n");
    CHECK(must(witness::Status::of_folder(scene.folder)).logs.at(0).head == grown.checkpoint.head);

    const auto whole = read(scene.folder / "state");
    scene.one.reset();
    write(scene.folder / "state", whole.substr(0, whole.size() - 30));
    CHECK(key_of(Witness::open(scene.folder)) == "witness.state_damaged");
    auto other_size = whole;
    other_size.replace(other_size.find("\n7\n"), 3, "\n6\n");
    write(scene.folder / "state", other_size);
    CHECK(key_of(Witness::open(scene.folder)) == "witness.state_damaged");
    std::filesystem::remove(scene.folder / "state");
    CHECK(key_of(Witness::open(scene.folder)) == "witness.file_missing");
    write(scene.folder / "state", whole);
    CHECK(Witness::open(scene.folder));
}

TEST_CASE("one process at a time, a key nobody else can read, and never written over", "[witness]") {
    Scene scene;
    CHECK(key_of(Witness::open(scene.folder)) == "witness.in_use");
    CHECK(key_of(Witness::create(scene.folder, "w.example")) == "witness.file_exists");
    scene.one.reset();
    REQUIRE(::chmod((scene.folder / "key").c_str(), 0644) == 0);
    CHECK(key_of(Witness::open(scene.folder)) == "witness.key_readable");
}

TEST_CASE("a log's key is not changed under its name", "[witness]") {
    Scene scene;
    const GrownLog impostor{"log.example/log/0"};
    CHECK(key_of(Witness::follow(scene.folder, {impostor.signer.key(), {}})) == "witness.log_known");
    const GrownLog second{"other.example/log/0"};
    must(Witness::follow(scene.folder, {second.signer.key(), "https://tiles.example"}));
    CHECK(must(Witness::look(scene.folder)).logs.size() == 2);
}

TEST_CASE("whoever follows a log's successor cosigns the old one no more, unless it ended before what was cosigned",
          "[witness][succession]") {
    Scene scene;
    const auto ended = scene.log.grow(5);
    REQUIRE(scene.ask(0, ended).status == 200);
    const GrownLog next{"log.example/log/1"};
    const tlog::PolicyLog successor{next.signer.key(), "https://tiles.example"};
    CHECK(key_of(Witness::follow(scene.folder, successor, ended.checkpoint)) == "witness.in_use");
    scene.one.reset();

    auto shorter = ended.checkpoint;
    shorter.head.size = 4;
    CHECK(key_of(Witness::follow(scene.folder, successor, shorter)) == "witness.successor_older");
    auto other = ended.checkpoint;
    other.head.root = crypto::sha256(as_bytes("another tree"));
    CHECK(key_of(Witness::follow(scene.folder, successor, other)) == "witness.successor_older");
    CHECK(must(Witness::look(scene.folder)).logs.front().key == scene.log.signer.key());

    must(Witness::follow(scene.folder, successor, ended.checkpoint));
    const auto summary = must(Witness::look(scene.folder));
    REQUIRE(summary.logs.size() == 1);
    CHECK(summary.logs.front().key == next.signer.key());
    // What it signed of the old one it never forgets.
    CHECK(summary.newest.at("log.example/log/0").checkpoint.head == ended.checkpoint.head);
    scene.reopen();
    CHECK(scene.ask(5, scene.log.grow(1)).status == 404);
}

TEST_CASE("nothing is signed after the state could not be kept", "[witness]") {
    Scene scene;
    const auto grown = scene.log.grow(2);
    // A folder in the place of the temporary file: it cannot be made.
    std::filesystem::create_directory(scene.folder / "state.new");
    CHECK_THROWS_AS(scene.ask(0, grown), Witness::FailedDisk);
    std::filesystem::remove(scene.folder / "state.new");
    CHECK_THROWS_AS(scene.ask(0, grown), Witness::FailedDisk);
    scene.reopen();
    CHECK(scene.ask(0, grown).status == 200);
}

TEST_CASE("requests side by side never take a witness back", "[witness]") {
    Scene scene;
    std::vector<tlog::SignedCheckpoint> heads;
    for (int i = 0; i < 12; ++i) heads.push_back(scene.log.grow(1));
    std::vector<std::vector<std::string>> bodies(heads.size());
    for (std::size_t to = 0; to < heads.size(); ++to) {
        for (std::size_t from = 0; from <= to + 1; ++from) {
            bodies[to].push_back(scene.log.request(std::min(from, to + 1), heads[to]).format());
        }
    }
    std::atomic<std::uint64_t> largest{0};
    std::atomic<bool> went_back{false};
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (std::size_t step = 0; step < 40; ++step) {
                const auto to = (step * 5 + t * 3) % heads.size();
                const auto before = largest.load();
                for (const auto& body : bodies[to]) {
                    if (scene.one->add_checkpoint(body, kNow).status != 200) continue;
                    if (to + 1 < before) went_back = true;
                    auto seen = largest.load();
                    while (seen < to + 1 && !largest.compare_exchange_weak(seen, to + 1)) {
                    }
                }
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK_FALSE(went_back);
    CHECK(scene.one->newest("log.example/log/0")->checkpoint.head.size == largest);
}
