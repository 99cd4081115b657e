#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <filesystem>
#include <utility>

#include "crypto/age/file.hpp"
#include "tests/support/agent_scene.hpp"

// Ciphertext on its way: cut, changed, withheld.
namespace rogatory::test {
namespace {

std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
    return text;
}

bool nothing_in(const std::filesystem::path& folder) {
    return !std::filesystem::exists(folder) || std::filesystem::is_empty(folder);
}

}  // namespace

TEST_CASE("files of every size around a chunk's edge arrive as they were") {
    Scene scene;
    auto sender = scene.cast.person("sen.1").working();
    agent::SendOrder order;
    order.to = {"X-OTP/otp", "X-OTP/Investigations"};  // the same authority, named twice
    order.to = {"X-OTP/Investigations", "X-OTP"};
    order.policy.onward = "free";
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{65535}, std::size_t{65536},
                                   std::size_t{65537}, std::size_t{131072}, std::size_t{1 << 20}}) {
        const auto name = "file-" + std::to_string(size);
        order.files.push_back({scene.cast.write(name, pattern(size)), -1, "dir/" + name, ""});
    }
    const auto sent = must(agent::send(sender, order));
    REQUIRE(sent.size() == 1);
    const auto got = must(scene.got("x-otp.1", sent.front()));
    REQUIRE(got.files.size() == order.files.size());
    for (const auto& file : got.files) {
        CHECK(scene.cast.read(file.path) == pattern(file.size));
        CHECK(file.name.starts_with("dir - file-"));
        CHECK_FALSE(file.restriction_sheet.has_value());  // free: no restriction
    }
    // Once more: nothing is written twice, no second receipt.
    const auto again = must(scene.got("x-otp.1", sent.front()));
    for (const auto& file : again.files) CHECK(file.already_there);
    CHECK(must(agent::receipts(sender, sent.front().chain)).size() == 2);
}

TEST_CASE("a cut upload goes on") {
    Scene scene;
    scene.server().cut_upload_after = 100'000;
    const auto content = pattern(3'000'000);
    const auto dossier = scene.sent(content);
    const auto got = must(scene.got("x-otp.1", dossier));
    CHECK(scene.cast.read(got.files.front().path) == content);
}

TEST_CASE("an upload that stays cut is a draft, and a later run finishes it without the plain file") {
    Scene scene;
    auto sender = scene.cast.person("sen.1").working();
    const auto content = pattern(300'000);
    auto order = scene.order(content);
    scene.server().no_uploads = true;
    CHECK(key_of(agent::send(sender, order)) == "upload.incomplete");
    CHECK(scene.cast.platform.dossier_chains.empty());
    std::filesystem::remove(order.files.front().path);
    scene.server().no_uploads = false;

    auto later = scene.cast.person("sen.1").working();
    const auto drafts = must(agent::drafts(later));
    REQUIRE(drafts.size() == 1);
    CHECK(drafts.front().stage == "uploading");
    for (const auto& [name, bytes] : scene.cast.person("sen.1").profile.files) {
        CHECK(as_text(bytes).find("rapport.pdf") == std::string_view::npos);  // names are sealed in a draft, too
    }
    const auto sent = must(agent::resume_draft(later, drafts.front().name, nullptr));
    const auto got = must(scene.got("x-otp.1", sent));
    CHECK(scene.cast.read(got.files.front().path) == content);
    CHECK(must(agent::drafts(later)).empty());
}

TEST_CASE("a line that is down when an upload would begin keeps nobody from sealing") {
    Scene scene;
    auto sender = scene.cast.person("sen.1").working();
    const auto content = pattern(300'000);
    const auto order = scene.order(content);
    scene.server().begin_upload = []() -> Result<> { return fail(ErrorCode::unavailable, "server.unreachable"); };
    CHECK(key_of(agent::send(sender, order)) == "server.unreachable");
    scene.server().begin_upload = nullptr;
    std::filesystem::remove(order.files.front().path);
    const auto drafts = must(agent::drafts(sender));
    REQUIRE(drafts.size() == 1);
    const auto sent = must(agent::resume_draft(sender, drafts.front().name, nullptr));
    CHECK(scene.cast.read(must(scene.got("x-otp.1", sent)).files.front().path) == content);
}

TEST_CASE("an upload that is refused is refused before anything large is sealed") {
    Scene scene;
    auto sender = scene.cast.person("sen.1").working();
    scene.server().begin_upload = []() -> Result<> { return fail(ErrorCode::storage_full, "quota.bytes"); };
    CHECK(key_of(agent::send(sender, scene.order(pattern(300'000)))) == "quota.bytes");
    CHECK(must(agent::drafts(sender)).front().stage == "sealing");
}

TEST_CASE("a small file is sealed when its upload is refused, and goes on from that") {
    Scene scene;
    auto sender = scene.cast.person("sen.1").working();
    scene.server().begin_upload = []() -> Result<> { return fail(ErrorCode::storage_full, "quota.bytes"); };
    const auto order = scene.order("x");
    CHECK(key_of(agent::send(sender, order)) == "quota.bytes");
    CHECK(must(agent::drafts(sender)).front().stage == "uploading");
    CHECK(scene.cast.platform.attachments.empty());
    scene.server().begin_upload = nullptr;
    std::filesystem::remove(order.files.front().path);
    const auto sent = must(agent::resume_draft(sender, must(agent::drafts(sender)).front().name, nullptr));
    CHECK(scene.cast.read(must(scene.got("x-otp.1", sent)).files.front().path) == "x");
}

TEST_CASE("a small file goes up in one request, a large one in many") {
    Scene scene;
    auto sender = scene.cast.person("sen.1").working();
    const auto small = pattern(200'000);
    const auto sent = must(agent::send(sender, scene.order(small)));
    CHECK(scene.cast.platform.uploads_at_once == 1);
    CHECK(scene.cast.read(must(scene.got("x-otp.1", sent.front())).files.front().path) == small);
    must(agent::send(sender, scene.order(pattern(300'000))));
    CHECK(scene.cast.platform.uploads_at_once == 1);
    CHECK(scene.cast.platform.attachments.size() == 2);
}

TEST_CASE("a small file whose one request is not answered, is cut or is not offered arrives once") {
    Scene scene;
    auto sender = scene.cast.person("sen.1").working();
    const auto content = pattern(100'000);
    SECTION("taken, and the answer lost") { scene.server().lose_next_upload_answer = true; }
    SECTION("cut") { scene.server().cut_upload_after = 5'000; }
    SECTION("a server that takes no bytes with a creation") { scene.server().bare_creations = true; }
    SECTION("a request of before came first") { scene.server().begin_next_upload_before = true; }
    SECTION("the run ended before it was asked again") {
        scene.server().lose_next_upload_answer = true;
        int asked = 0;
        scene.server().begin_upload = [&]() -> Result<> {
            return ++asked == 2 ? fail(ErrorCode::unavailable, "server.unreachable") : Result<>{};
        };
        CHECK(key_of(agent::send(sender, scene.order(content))) == "server.unreachable");
        CHECK(scene.cast.platform.attachments.size() == 1);  // nobody has its ticket
        scene.server().begin_upload = nullptr;
        const auto drafts = must(agent::drafts(sender));
        REQUIRE(drafts.size() == 1);
        const auto sent = must(agent::resume_draft(sender, drafts.front().name, nullptr));
        CHECK(scene.cast.read(must(scene.got("x-otp.1", sent)).files.front().path) == content);
        CHECK(scene.cast.platform.uploads_at_once == 1);
        CHECK(scene.cast.platform.attachments.size() == 1);
        return;
    }
    const auto sent = must(agent::send(sender, scene.order(content)));
    CHECK(scene.cast.read(must(scene.got("x-otp.1", sent.front())).files.front().path) == content);
    CHECK(scene.cast.platform.attachments.size() == 1);
    CHECK(must(agent::drafts(sender)).empty());
}

TEST_CASE("an upload that an earlier run began for another length and never learnt of is begun anew") {
    Scene scene;
    auto sender = scene.cast.person("sen.1").working();
    const auto content = pattern(GENERATE(std::size_t{3'000}, std::size_t{300'000}));
    bool first = true;
    scene.server().begin_upload = [&]() -> Result<> {
        return std::exchange(first, false) ? fail(ErrorCode::conflict, "attachment.exists") : Result<>{};
    };
    const auto sent = must(agent::send(sender, scene.order(content)));
    CHECK_FALSE(first);
    CHECK(scene.cast.read(must(scene.got("x-otp.1", sent.front())).files.front().path) == content);
    CHECK(must(agent::drafts(sender)).empty());
}

TEST_CASE("whoever stops a send while it seals can run it again") {
    Scene scene;
    auto& person = scene.cast.person("sen.1");
    auto sender = person.working();
    const auto content = pattern(20'000'000);
    bool stopped = false;
    person.notices.stop = [&] { return stopped; };
    scene.server().begin_upload = [&]() -> Result<> {
        stopped = true;
        return {};
    };
    const auto key = key_of(agent::send(sender, scene.order(content)));
    CHECK((key == "age.cancelled" || key == "upload.incomplete"));  // by how far sealing had come
    scene.server().begin_upload = nullptr;
    stopped = false;
    const auto drafts = must(agent::drafts(sender));
    REQUIRE(drafts.size() == 1);
    const auto sent = must(agent::resume_draft(sender, drafts.front().name, nullptr));
    CHECK(scene.cast.read(must(scene.got("x-otp.1", sent)).files.front().path) == content);
    CHECK(scene.cast.platform.attachments.size() == 1);
}

TEST_CASE("a file whose size says nothing is read to its end") {
    Scene scene;
    auto sender = scene.cast.person("sen.1").working();
    auto order = scene.order("x");
    order.files.front().path = "/proc/self/status";  // a regular file of no bytes, says stat
    const auto sent = must(agent::send(sender, order));
    const auto got = must(scene.got("x-otp.1", sent.front()));
    CHECK(scene.cast.read(got.files.front().path).starts_with("Name:"));
}

TEST_CASE("a file that changes while it is sealed is not sent, and is sealed anew the next time") {
    Scene scene;
    auto sender = scene.cast.person("sen.1").working();
    const auto content = pattern(5'000'000);
    const auto order = scene.order(content);
    const auto path = order.files.front().path;
    const bool longer = GENERATE(true, false);
    scene.server().begin_upload = [&]() -> Result<> {
        std::filesystem::resize_file(path, longer ? content.size() + 70'000 : content.size() / 2);
        return {};
    };
    CHECK(key_of(agent::send(sender, order)) == "file.changed");
    CHECK(scene.cast.platform.attachments.empty());
    CHECK(scene.cast.platform.dossier_chains.empty());
    scene.server().begin_upload = nullptr;
    const auto now = scene.cast.read(path);
    const auto sent = must(agent::resume_draft(sender, must(agent::drafts(sender)).front().name, nullptr));
    CHECK(scene.cast.read(must(scene.got("x-otp.1", sent)).files.front().path) == now);
    CHECK(scene.cast.platform.attachments.size() == 1);
}

TEST_CASE("a run that is ended while it seals leaves nothing that another would take for sealed") {
    Scene scene;
    auto& person = scene.cast.person("sen.1");
    const auto content = pattern(5'000'000);
    auto left = person.profile.files;
    {
        auto sender = person.working();
        scene.server().no_uploads = true;
        bool first = true;
        scene.server().upload_offset = [&] {
            if (std::exchange(first, false)) left = person.profile.files;
        };
        CHECK(key_of(agent::send(sender, scene.order(content))) == "upload.incomplete");
        REQUIRE(scene.cast.platform.attachments.size() == 1);
    }
    const auto begun = scene.cast.platform.attachments.begin()->first;
    // As if it had been killed there.
    person.profile.files = left;
    scene.server() = {};
    auto later = person.working();
    const auto drafts = must(agent::drafts(later));
    REQUIRE(drafts.size() == 1);
    CHECK(drafts.front().stage == "sealing");
    const auto sent = must(agent::resume_draft(later, drafts.front().name, nullptr));
    CHECK(scene.cast.read(must(scene.got("x-otp.1", sent)).files.front().path) == content);
    CHECK_FALSE(scene.cast.platform.attachments.contains(begun));
    CHECK(scene.cast.platform.attachments.size() == 1);
}

TEST_CASE("a server that takes bytes and gets no further is left after a few times, and the draft stays") {
    Scene scene;
    auto sender = scene.cast.person("sen.1").working();
    int asked = 0;
    const auto answers = [&](auto&& answer) {
        scene.server().moved = [&asked, answer](std::uint64_t offset, std::uint64_t durable) {
            REQUIRE(++asked < 40);
            return answer(offset, durable);
        };
    };
    SECTION("it stays where it is") {
        answers([](auto offset, auto) { return offset; });
    }
    SECTION("it creeps") {
        answers([](auto offset, auto) { return offset + 1; });
    }
    SECTION("it goes back and forth") {
        answers([&asked](auto, auto durable) { return asked % 2 == 0 ? std::uint64_t{0} : durable - 1; });
    }
    const auto content = std::string(200 * 1024, 'x');
    CHECK(key_of(agent::send(sender, scene.order(content))) == "upload.not_moving");
    scene.server() = {};
    const auto drafts = must(agent::drafts(sender));
    REQUIRE(drafts.size() == 1);
    must(agent::resume_draft(sender, drafts.front().name, nullptr));
    CHECK(must(agent::drafts(sender)).empty());
}

TEST_CASE("a draft can be dropped") {
    Scene scene;
    auto sender = scene.cast.person("sen.1").working();
    scene.server().no_uploads = true;
    CHECK(key_of(agent::send(sender, scene.order("x"))) == "upload.incomplete");
    scene.server().no_uploads = false;
    must(agent::drop_draft(sender, must(agent::drafts(sender)).front().name));
    CHECK(must(agent::drafts(sender)).empty());
    CHECK(scene.cast.platform.attachments.empty());
}

TEST_CASE("a cut download keeps what came and goes on from there") {
    Scene scene;
    const auto content = pattern(900'000);
    const auto dossier = scene.sent(content);
    auto& reader = scene.cast.person("x-otp.1");
    auto agent = reader.working();
    scene.server().cut_download_after = 70'000;
    std::uint64_t served = 0;
    scene.server().attachment = [&](Bytes& bytes) { served += bytes.size(); };
    const auto got = must(agent::get(agent, {dossier.chain, std::nullopt, scene.cast.folder / "out", false}));
    CHECK(scene.cast.read(got.files.front().path) == content);
}

TEST_CASE("a document that was changed, cut or put in another's place is not released") {
    Scene scene;
    const auto dossier = scene.sent(pattern(200'000));
    const auto out = scene.cast.folder / "out-x-otp.1";

    SECTION("one bit") {
        scene.server().attachment = [](Bytes& bytes) { bytes[bytes.size() / 2] ^= 1; };
        CHECK(key_of(scene.got("x-otp.1", dossier)) == "attachment.digest");
        CHECK(has_evidence(scene.cast.person("x-otp.1")));
    }
    SECTION("the end is missing") {
        scene.server().attachment = [](Bytes& bytes) { bytes.resize(bytes.size() - 70'000); };
        CHECK(key_of(scene.got("x-otp.1", dossier)) == "attachment.truncated");
    }
    SECTION("more than was signed") {
        scene.server().attachment = [](Bytes& bytes) { bytes.resize(bytes.size() + 70'000); };
        CHECK(key_of(scene.got("x-otp.1", dossier)) == "attachment.size");
    }
    SECTION("forged to the right recipient") {
        scene.server().attachment = [](Bytes& bytes) {
            bytes = age::seal(age::HybridIdentity::generate(crypto::system_random()).recipient(), bytes,
                              crypto::system_random());
        };
        CHECK_FALSE(scene.got("x-otp.1", dossier).has_value());
    }
    CHECK(nothing_in(out));
    // And nothing was said about it.
    auto sender = scene.cast.person("sen.1").working();
    CHECK(must(agent::receipts(sender, dossier.chain)).empty());
    scene.server() = {};
    CHECK(scene.got("x-otp.1", dossier).has_value());
}

TEST_CASE("a grant, a keyring or a body that is another file is refused before it is opened") {
    Scene scene;
    const auto dossier = scene.sent();
    const auto chain = dossier.chain;
    SECTION("whatever the dossier holds") {
        scene.server().blob = [chain](const Hash& asked, const Hash&, Bytes& bytes) {
            if (asked == chain) bytes.back() ^= 1;
        };
    }
    SECTION("the keyring") {
        scene.server().blob = [chain](const Hash& asked, const Hash&, Bytes& bytes) {
            if (asked != chain) bytes.back() ^= 1;
        };
    }
    CHECK(key_of(scene.got("x-otp.2", dossier)) == "blob.digest");
    CHECK(has_evidence(scene.cast.person("x-otp.2")));
    CHECK(nothing_in(scene.cast.folder / "out-x-otp.2"));
}

TEST_CASE("a document that is missing without having been withdrawn is shown as withheld") {
    Scene scene;
    const auto dossier = scene.sent();
    const auto kept = scene.cast.platform.attachments;
    SECTION("said not to exist") { scene.cast.platform.attachments.clear(); }
    SECTION("lost from the server's disk") { scene.server().lost_blobs = true; }
    const auto got = must(scene.got("x-otp.1", dossier));
    REQUIRE(got.missing.size() == 1);
    CHECK(got.missing.front().second == "attachment.withheld");
    CHECK(got.files.empty());
    // The message was opened, so it is said that it was fetched; that the entry was opened is not, until it was.
    auto sender = scene.cast.person("sen.1").working();
    auto receipts = must(agent::receipts(sender, dossier.chain));
    REQUIRE(receipts.size() == 1);
    CHECK(receipts[0].kind == "fetched");
    scene.server() = {};
    scene.cast.platform.attachments = kept;
    CHECK(must(scene.got("x-otp.1", dossier)).files.size() == 1);
    receipts = must(agent::receipts(sender, dossier.chain));
    REQUIRE(receipts.size() == 2);
    CHECK(receipts[1].kind == "opened_receipt");
}

}  // namespace rogatory::test
