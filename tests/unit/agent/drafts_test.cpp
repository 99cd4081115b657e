#include <catch2/catch_test_macros.hpp>

#include "crypto/age/keys.hpp"
#include "crypto/age/stream.hpp"
#include "platform/agent/kept_drafts.hpp"
#include "platform/agent/seal_to_file.hpp"
#include "tests/support/agent_scene.hpp"

// What is prepared and not sent: drafts kept for the whole authority, and files sealed to a key on paper.
namespace rogatory::test {
namespace {

using agent::Open;
using model::to_hex;

std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
    return text;
}

// Senegal, France and the Prosecutor; the first keeps drafts.
struct Drafts : Scene {
    Drafts() {
        cast.party("FRA", "fiu", "CRF");
        cast.pin_each_other({"SEN", "FRA"});
    }

    agent::KeepOrder order(std::vector<std::string> to, const std::string& title = "Comptes") {
        agent::KeepOrder made;
        made.files = {{cast.write("annexe.pdf", pattern(3000)), -1, "annexe.pdf", "application/pdf"},
                      {cast.write("releves.bin", large), -1, "relevés.bin", ""}};
        made.to = std::move(to);
        made.title = title;
        made.message = "À compléter.";
        made.policy = agent::PolicyOrder{};
        made.policy->onward = "source_consent";
        made.policy->caveats = {"73"};
        return made;
    }
    agent::DraftVersion kept(std::vector<std::string> to, const std::string& title = "Comptes") {
        auto agent = cast.person("sen.1").working();
        return must(agent::keep_draft(agent, order(std::move(to), title), nullptr));
    }
    std::vector<agent::KeptDraft> drafts(const std::string& who, Open open) {
        auto agent = cast.person(who).working();
        return must(agent::kept_drafts(agent, open));
    }
    std::string send_fails(const std::string& who, const agent::DraftVersion& version) {
        auto agent = cast.person(who).working();
        return key_of(agent::send_kept_draft(agent, version));
    }
    std::string keep_fails(const std::string& who, const agent::KeepOrder& order) {
        auto agent = cast.person(who).working();
        return key_of(agent::keep_draft(agent, order, nullptr));
    }

    std::string large = pattern(700'000);
};

agent::KeepOrder version_of(const agent::DraftVersion& before) {
    agent::KeepOrder order;
    order.of = before;
    return order;
}

}  // namespace

TEST_CASE("a draft is kept for a State without an account, and a colleague reads it with a receipt") {
    Drafts scene;
    const auto version = scene.kept({"MLI", "X-OTP/Investigations"});
    CHECK(version.seq == 1);
    const auto own = scene.drafts("sen.1", Open::no);
    REQUIRE(own.size() == 1);
    CHECK(own.front().read);
    CHECK(own.front().title == "Comptes");
    REQUIRE(own.front().to.size() == 2);
    CHECK(own.front().to[0].party_code == "MLI");
    CHECK_FALSE(own.front().to[0].authority);
    CHECK(own.front().to[1].authority_name == "Investigations");
    CHECK(own.front().policy.onward == "source_consent");
    CHECK(own.front().policy.caveats == std::vector<std::string>{"73"});
    REQUIRE(own.front().files.size() == 2);
    CHECK(own.front().files[1].size == scene.large.size());

    const auto unread = scene.drafts("sen.2", Open::no);
    REQUIRE(unread.size() == 1);
    CHECK_FALSE(unread.front().read);
    CHECK(unread.front().author == "sen.1");
    CHECK(unread.front().to.empty());
    CHECK(scene.drafts("sen.2", Open::yes).front().message == "À compléter.");
    auto sender = scene.cast.person("sen.1").working();
    const auto receipts = must(agent::receipts(sender, version.chain));
    REQUIRE(receipts.size() == 1);
    CHECK(receipts.front().member_name == "sen.2");
    CHECK(receipts.front().kind == "fetched");

    auto other = scene.cast.person("x-otp.1").working();
    CHECK(must(agent::list_dossiers(other, false)).empty());
    CHECK(scene.send_fails("sen.1", version) == "party.unknown");
    CHECK(must(agent::drafts(sender)).empty());
    CHECK(must(agent::show_dossier(sender, version.chain)).draft);
}

TEST_CASE("another version keeps what is not said, and nobody sends or writes over what he has not read") {
    Drafts scene;
    const auto first = scene.kept({"MLI", "FRA/CRF"});
    auto second = version_of(scene.drafts("sen.2", Open::yes).front().version);
    second.title = "Comptes, version 2";
    second.without = {"annexe.pdf"};
    second.files = {{scene.cast.write("b.txt", "annexe B"), -1, "b.txt", ""}};
    auto colleague = scene.cast.person("sen.2").working();
    const auto version = must(agent::keep_draft(colleague, second, nullptr));
    CHECK(version.chain == first.chain);
    CHECK(version.seq == 2);

    const auto seen = scene.drafts("sen.1", Open::no).front();
    CHECK(seen.version.seq == 1);
    CHECK(seen.newer);
    CHECK(scene.send_fails("sen.1", first) == "draft.changed");
    CHECK(scene.keep_fails("sen.1", version_of(first)) == "draft.changed");
    const auto now = scene.drafts("sen.1", Open::yes).front();
    CHECK(now.title == "Comptes, version 2");
    CHECK(now.message == "À compléter.");
    CHECK(now.policy.caveats == std::vector<std::string>{"73"});
    REQUIRE(now.to.size() == 2);  // a State that is not here is not lost
    CHECK(now.to[0].party_code == "MLI");
    REQUIRE(now.files.size() == 2);
    CHECK(now.files[0].name == "relevés.bin");
    CHECK(now.files[0].seq == 1);
    CHECK(now.files[1].name == "b.txt");

    auto wrong = version_of(version);
    wrong.without = {"nothing.pdf"};
    CHECK(scene.keep_fails("sen.1", wrong) == "draft.no_such_file");
}

TEST_CASE("a second officer's visa is on the version that he read, and a change makes it void") {
    Drafts scene;
    const auto first = scene.kept({"FRA/CRF"});
    const auto approve = [&](const std::string& who, const agent::DraftVersion& version) {
        auto agent = scene.cast.person(who).working();
        return key_of(agent::approve_kept_draft(agent, version));
    };
    CHECK(approve("sen.1", first) == "void.not_second_officer");  // its author
    CHECK(approve("sen.2", first) == "draft.changed");            // not read
    const auto read = scene.drafts("sen.2", Open::yes).front();
    CHECK(read.approved_by.empty());
    CHECK(approve("sen.2", read.version).empty());
    CHECK(approve("sen.2", read.version) == "void.nothing_changed");
    REQUIRE(scene.drafts("sen.1", Open::no).front().approved_by.size() == 1);
    CHECK(scene.drafts("sen.1", Open::no).front().approved_by.front() ==
          scene.drafts("sen.2", Open::no).front().approved_by.front());

    auto changed = version_of(first);
    changed.message = "Complété.";
    auto author = scene.cast.person("sen.1").working();
    const auto second = must(agent::keep_draft(author, changed, nullptr));
    CHECK(scene.drafts("sen.1", Open::no).front().approved_by.empty());
    CHECK(approve("sen.2", read.version) == "draft.changed");
    CHECK(scene.drafts("sen.2", Open::yes).front().version.seq == second.seq);
    CHECK(approve("sen.2", second).empty());
    CHECK(must(agent::send_kept_draft(author, second)).size() == 1);
}

TEST_CASE("a draft is sent to each of its recipients, and then it is gone") {
    Drafts scene;
    auto order = version_of(scene.kept({"MLI"}));
    order.to = {"FRA/CRF", "X-OTP"};
    auto sender = scene.cast.person("sen.1").working();
    const auto version = must(agent::keep_draft(sender, order, nullptr));
    auto colleague = scene.cast.person("sen.2").working();
    REQUIRE(must(agent::show_kept_draft(colleague, version.chain, Open::yes)).version.seq == 2);
    const auto sent = must(agent::send_kept_draft(colleague, version));
    REQUIRE(sent.size() == 2);
    for (const auto& [who, one] : {std::pair{"fra.1", sent[0]}, std::pair{"x-otp.1", sent[1]}}) {
        const auto got = must(scene.got(who, one));
        CHECK(got.missing.empty());
        REQUIRE(got.files.size() == 2);
        CHECK(scene.cast.read(got.files[0].path) == pattern(3000));
        CHECK(scene.cast.read(got.files[1].path) == scene.large);
        CHECK(got.files[1].restriction_sheet);
        CHECK(got.entries.front().title == "Comptes");
        CHECK(got.entries.front().policy.caveats == std::vector<std::string>{"73"});
        auto reader = scene.cast.person(who).working();
        CHECK(must(agent::verify_dossier(reader, one.chain)).problems.empty());
    }
    CHECK(scene.drafts("sen.1", Open::yes).empty());
    CHECK(must(agent::show_dossier(sender, version.chain)).state == "closed");
    CHECK(must(agent::drafts(colleague)).empty());
    CHECK(scene.send_fails("sen.1", version) == "draft.unknown");
    CHECK(scene.keep_fails("sen.1", version_of(version)) == "draft.unknown");
    // Nothing of it lies on the device any more.
    for (const auto* folder : {"incoming", "outgoing"}) {
        const auto path = scene.cast.person("sen.2").folder / "profile" / folder;
        CHECK((!std::filesystem::exists(path) || std::filesystem::is_empty(path)));
    }
}

TEST_CASE("whichever of several recipients is done last closes the draft, and until then it is nobody's to change") {
    Drafts scene;
    const auto version = scene.kept({"FRA/CRF", "X-OTP"});
    scene.server().no_uploads = true;
    CHECK(scene.send_fails("sen.1", version) == "upload.incomplete");
    scene.server().no_uploads = false;
    auto sender = scene.cast.person("sen.1").working();
    auto left = must(agent::drafts(sender));
    REQUIRE(left.size() == 2);
    CHECK(scene.keep_fails("sen.1", version_of(version)) == "draft.being_sent");
    CHECK(key_of(agent::discard_kept_draft(sender, version.chain)) == "draft.being_sent");
    // The first recipient first: what the other one still needs stays where it is.
    if (left.front().to.front() != "FRA/CRF") std::swap(left[0], left[1]);
    const auto to_france = must(agent::resume_draft(sender, left[0].name, nullptr));
    CHECK(scene.drafts("sen.1", Open::no).size() == 1);
    const auto to_otp = must(agent::resume_draft(sender, left[1].name, nullptr));
    CHECK(scene.drafts("sen.1", Open::no).empty());
    CHECK(scene.cast.read(must(scene.got("fra.1", to_france)).files[1].path) == scene.large);
    CHECK(scene.cast.read(must(scene.got("x-otp.1", to_otp)).files[1].path) == scene.large);
}

TEST_CASE("of what is given up the draft stays for whoever does not have it, and is not offered to whoever has") {
    Drafts scene;
    const auto version = scene.kept({"FRA/CRF", "X-OTP"});
    scene.server().no_uploads = true;
    CHECK(scene.send_fails("sen.1", version) == "upload.incomplete");
    scene.server().no_uploads = false;
    auto sender = scene.cast.person("sen.1").working();
    auto left = must(agent::drafts(sender));
    REQUIRE(left.size() == 2);
    if (left.front().to.front() != "FRA/CRF") std::swap(left[0], left[1]);

    SECTION("the last one left, after the other one was sent") {
        must(agent::resume_draft(sender, left[0].name, nullptr));
        must(agent::drop_draft(sender, left[1].name));
    }
    SECTION("one of two, before the other one is sent") {
        must(agent::drop_draft(sender, left[1].name));
        REQUIRE(scene.drafts("sen.1", Open::no).size() == 1);
        CHECK(scene.drafts("sen.1", Open::no).front().version.seq == version.seq);
        must(agent::resume_draft(sender, left[0].name, nullptr));
    }
    CHECK(must(agent::drafts(sender)).empty());
    for (const auto* who : {"sen.1", "sen.2"}) {
        const auto drafts = scene.drafts(who, Open::yes);
        REQUIRE(drafts.size() == 1);
        CHECK(drafts.front().version.seq == version.seq + 1);
        CHECK(drafts.front().title == "Comptes");
        CHECK(drafts.front().message == "À compléter.");
        CHECK(drafts.front().policy.caveats == std::vector<std::string>{"73"});
        REQUIRE(drafts.front().to.size() == 1);
        CHECK(drafts.front().to[0].party_code == "X-OTP");
        CHECK(drafts.front().files.size() == 2);
    }
    // A colleague sends the rest of it, and then it is gone.
    auto colleague = scene.cast.person("sen.2").working();
    const auto sent = must(agent::send_kept_draft(colleague, scene.drafts("sen.2", Open::no).front().version));
    REQUIRE(sent.size() == 1);
    CHECK(scene.cast.read(must(scene.got("x-otp.1", sent.front())).files[1].path) == scene.large);
    CHECK(scene.drafts("sen.1", Open::yes).empty());
}

TEST_CASE("a draft of which everything is given up stays as it was") {
    Drafts scene;
    const auto version = scene.kept({"FRA/CRF", "X-OTP"});
    scene.server().no_uploads = true;
    CHECK(scene.send_fails("sen.1", version) == "upload.incomplete");
    scene.server().no_uploads = false;
    auto sender = scene.cast.person("sen.1").working();
    for (const auto& one : must(agent::drafts(sender))) must(agent::drop_draft(sender, one.name));
    const auto drafts = scene.drafts("sen.1", Open::yes);
    REQUIRE(drafts.size() == 1);
    CHECK(drafts.front().version.seq == version.seq);
    CHECK(drafts.front().to.size() == 2);
    CHECK(must(agent::send_kept_draft(sender, version)).size() == 2);
}

TEST_CASE("a draft that was cut while it was sent is sent once when that is said again") {
    Drafts scene;
    const auto version = scene.kept({"FRA/CRF", "X-OTP"});
    scene.server().no_uploads = true;
    CHECK(scene.send_fails("sen.1", version) == "upload.incomplete");
    scene.server().no_uploads = false;
    auto sender = scene.cast.person("sen.1").working();
    CHECK(must(agent::send_kept_draft(sender, version)).size() == 2);
    std::size_t shares = 0;
    for (const auto& dossier : must(agent::list_dossiers(sender, false))) {
        if (dossier.kind == "share") ++shares;
    }
    CHECK(shares == 2);
    CHECK(scene.drafts("sen.1", Open::no).empty());
}

TEST_CASE("one draft that does not open hides no other") {
    Drafts scene;
    const auto bad = scene.kept({"MLI"}, "Un");
    const auto good = scene.kept({"MLI"}, "Deux");
    bool withheld = false;
    SECTION("nothing comes") { withheld = true; }
    SECTION("it is changed") { withheld = false; }
    scene.server().blob = [&](const Hash& chain, const Hash&, Bytes& bytes) {
        if (chain != bad.chain || bytes.empty()) return;
        if (withheld) {
            bytes.clear();
        } else {
            bytes[bytes.size() / 2] ^= 1;
        }
    };
    const auto listed = scene.drafts("sen.2", Open::yes);
    REQUIRE(listed.size() == 2);
    for (const auto& draft : listed) {
        CHECK(draft.read == (draft.version.chain == good.chain));
        CHECK(draft.problem.empty() == draft.read);
    }
    auto colleague = scene.cast.person("sen.2").working();
    CHECK_FALSE(agent::send_kept_draft(colleague, bad).has_value());
}

TEST_CASE("a document that was withdrawn from a draft is missed before it is sent") {
    Drafts scene;
    auto order = version_of(scene.kept({"X-OTP"}));
    order.title = "Version 2";
    auto sender = scene.cast.person("sen.1").working();
    const auto version = must(agent::keep_draft(sender, order, nullptr));
    must(agent::withdraw(sender, version.chain, 1, ""));
    const auto draft = scene.drafts("sen.1", Open::yes).front();
    CHECK(draft.files.empty());
    CHECK(draft.files_gone == 2);
    CHECK(scene.send_fails("sen.1", version) == "draft.file_gone");
    auto mended = version_of(version);
    mended.message = "Sans pièces.";
    const auto last = must(agent::keep_draft(sender, mended, nullptr));
    CHECK(must(agent::send_kept_draft(sender, last)).front().files.empty());
}

TEST_CASE("what is not to be kept, sent or given up is refused") {
    Drafts scene;
    auto nothing = scene.order({"MLI"});
    nothing.files.clear();
    nothing.title.reset();
    nothing.message.reset();
    CHECK(scene.keep_fails("sen.1", nothing) == "send.nothing");
    CHECK(scene.keep_fails("sen.1", scene.order({"mali"})) == "party.code");
    CHECK(scene.keep_fails("sen.1", scene.order({"MLI/CENTIF"})) == "party.unknown");
    CHECK(scene.send_fails("sen.1", scene.kept({})) == "send.to_nobody");
    CHECK(scene.send_fails("sen.1", scene.kept({"SEN"})) == "send.to_oneself");
    auto bare = scene.order({"X-OTP"});
    bare.files.clear();
    bare.message.reset();
    auto sender = scene.cast.person("sen.1").working();
    CHECK(scene.send_fails("sen.1", must(agent::keep_draft(sender, bare, nullptr))) == "send.nothing");
    scene.cast.join("sen.3", "sen.1", "reader");
    CHECK(scene.keep_fails("sen.3", scene.order({"MLI"})) == "role.needed");
    const auto version = scene.kept({"X-OTP"});
    CHECK(scene.send_fails("sen.3", version) == "role.needed");
    CHECK(key_of(agent::grant(sender, version.chain, "X-OTP")) == "void.internal");

    must(agent::discard_kept_draft(sender, version.chain));
    CHECK(key_of(agent::discard_kept_draft(sender, version.chain)) == "draft.unknown");
    CHECK(scene.keep_fails("sen.1", version_of(version)) == "draft.unknown");
    CHECK(must(agent::show_dossier(sender, version.chain)).state == "closed");
    // A dossier that was sent is none.
    const auto sent = scene.sent();
    CHECK(key_of(agent::discard_kept_draft(sender, sent.chain)) == "draft.unknown");
    CHECK(scene.send_fails("sen.1", {sent.chain, 1}) == "draft.unknown");
}

TEST_CASE("a key on paper is read as it is typed, and a slip of the pen is noticed") {
    auto& random = crypto::system_random();
    const auto hybrid = age::HybridIdentity::generate(random);
    const auto older = age::X25519Identity::generate(random);
    const auto text = older.recipient().text();
    CHECK(must(agent::read_paper_key(text)).kind == "x25519");
    CHECK(must(agent::read_paper_key("  " + text.substr(0, 20) + "\r\n\t" + text.substr(20) + "\n")).text == text);
    auto capitals = hybrid.recipient().text();
    for (auto& c : capitals) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    CHECK(must(agent::read_paper_key(capitals)).kind == "hybrid");
    auto slip = text;
    slip[slip.size() - 9] = slip[slip.size() - 9] == 'q' ? 'p' : 'q';
    CHECK(key_of(agent::read_paper_key(slip)) == "age.recipient");
    CHECK(key_of(agent::read_paper_key("")) == "age.recipient");
    CHECK(key_of(agent::read_paper_key("FRA/CRF")) == "age.recipient");
    CHECK(key_of(agent::read_paper_key("ssh-ed25519 AAAA")) == "age.recipient");
    CHECK(key_of(agent::read_paper_key(older.encode().expose_secret())) == "paper_key.secret");
    CHECK(key_of(agent::read_paper_key(hybrid.encode().expose_secret())) == "paper_key.secret");
}

TEST_CASE("what is sealed to a file opens with its key alone, and what fails leaves nothing") {
    Scene scene;
    const auto identity = age::HybridIdentity::generate(crypto::system_random());
    auto agent = scene.cast.person("sen.1").working();
    const auto folder = scene.cast.folder / "out";
    std::filesystem::create_directories(folder);
    agent::SealToFileOrder order;
    order.key = identity.recipient().text();
    order.out = folder / "pour-le-mali.tar.age";
    order.files = {{scene.cast.write("annexe é.pdf", pattern(3000)), -1, "", ""},
                   {scene.cast.write("b", "deux"), -1, "annexe é.pdf", ""}};
    order.title = "Comptes";
    order.message = "Voir l’annexe.";
    order.policy.onward = "source_consent";
    const auto statements = scene.cast.platform.log.size();

    SECTION("it opens") {
        const auto sealed = must(agent::seal_to_file(agent, order));
        const auto file = scene.cast.read(sealed.path);
        CHECK(file.size() == sealed.size);
        CHECK(crypto::sha256(as_bytes(file)).value() == sealed.sha256);
        age::Opener opener{identity, age::Profile::single()};
        Bytes plain;
        REQUIRE(opener.update(as_bytes(file), plain));
        REQUIRE(opener.finish(plain));
        const std::string text{as_text(plain)};
        CHECK(text.size() % 512 == 0);
        CHECK(text.starts_with("pour-le-mali/message.txt"));
        for (const auto* words :
             {"path=pour-le-mali/documents/annexe é.pdf\n", "path=pour-le-mali/documents/annexe é (2).pdf\n",
              "Comptes\n\nVoir l’annexe.\n", "pour-le-mali/restrictions.txt", "Source (owner): SEN/CENTIF",
              "Fichier\u00a0: annexe é (2).pdf", "Sealed to a file, outside the platform, on"})
            CHECK(text.find(words) != std::string::npos);
        CHECK(scene.cast.read(sealed.sheet).find(to_hex(model::Digest{sealed.sha256})) != std::string::npos);
        CHECK(key_of(agent::seal_to_file(agent, order)) == "seal_to_file.exists");
        order.overwrite = true;
        must(agent::seal_to_file(agent, order));
        CHECK(scene.cast.platform.log.size() == statements);
    }
    SECTION("it is refused") {
        const auto refused = [&](auto change) {
            auto changed = order;
            change(changed);
            return key_of(agent::seal_to_file(agent, changed));
        };
        CHECK(refused([](auto& o) { o.key = "age1"; }) == "age.recipient");
        CHECK(refused([](auto& o) {
                  o.files.clear();
                  o.message.clear();
              }) == "send.nothing");
        CHECK(refused([&](auto& o) { o.out = folder / "a.age"; }) == "seal_to_file.name");
        CHECK(refused([&](auto& o) { o.files[0].path = folder / "not-there"; }) == "file.unreadable");
        CHECK(refused([](auto& o) { o.files[0].name = "a\u202Efdp.exe"; }) == "file.name");
        CHECK(refused([](auto& o) { o.files[0].descriptor = 0; }) == "seal_to_file.pipe");
        CHECK(refused([&](auto& o) { o.out = folder / "nowhere" / "a.tar.age"; }) == "output.not_writable");
        scene.cast.join("sen.3", "sen.1", "reader");
        auto reader = scene.cast.person("sen.3").working();
        CHECK(key_of(agent::seal_to_file(reader, order)) == "role.needed");
        CHECK(std::filesystem::is_empty(folder));
    }
}

}  // namespace rogatory::test
