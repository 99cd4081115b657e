#include <catch2/catch_test_macros.hpp>

#include "platform/agent/audience.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/library.hpp"
#include "platform/agent/notices.hpp"
#include "platform/record/chains.hpp"
#include "tests/support/agent_scene.hpp"

// The library at the trusted end: published, new versions, somebody who comes later, and a server that takes anything.
using namespace rogatory;
using namespace rogatory::test;

namespace {

struct Shelf : Scene {
    Shelf() {
        auto custodian = cast.person("sen.1").working();
        must(agent::set_publisher(custodian, "CENTIF", true));
    }
    agent::PublishOrder order(const std::string& name, const std::string& version,
                              std::optional<Hash> work = std::nullopt) {
        agent::PublishOrder made;
        made.work = work;
        made.files = {{cast.write(name, "%PDF " + version), -1, name, "application/pdf"}};
        made.languages = {"fr"};
        if (!work) {
            made.kind = "guide";
            made.title_fr = "Geler";
        }
        made.version = version;
        return made;
    }
    agent::Published published(const std::string& version = "1", std::optional<Hash> work = std::nullopt) {
        auto publisher = cast.person("sen.1").working();
        return must(agent::publish(publisher, order("guide.pdf", version, work), nullptr));
    }
    std::vector<agent::WorkView> works(const std::string& who, const agent::LibraryQuery& query = {}) {
        auto reader = cast.person(who).working();
        return must(agent::list_works(reader, query));
    }
};

}  // namespace

TEST_CASE("a work is published by who may, sealed to everybody, and listed apart from files") {
    Shelf shelf;
    auto other = shelf.cast.person("x-otp.1").working();
    CHECK(key_of(agent::publish(other, shelf.order("guide.pdf", "1"), nullptr)) == "library.not_publisher");
    auto publisher = shelf.cast.person("sen.1").working();
    auto order = shelf.order("guide.pdf", "1");
    order.languages = {"fr", "en"};
    CHECK(key_of(agent::publish(publisher, order, nullptr)) == "library.languages");
    order.languages = {"FR"};
    CHECK(key_of(agent::publish(publisher, order, nullptr)) == "library.language");
    order.languages = {"fr"};
    order.date = "2026-02-30";
    CHECK(key_of(agent::publish(publisher, order, nullptr)) == "library.date");
    order.date.clear();
    order.title_fr = "";
    CHECK(key_of(agent::publish(publisher, order, nullptr)) == "library.no_title");
    order.title_fr = std::string(1025, 'x');
    CHECK(key_of(agent::publish(publisher, order, nullptr)) == "library.too_long");

    const auto published = shelf.published();
    CHECK(published.given >= 1);
    const auto seen = shelf.works("x-otp.2");
    REQUIRE(seen.size() == 1);
    REQUIRE(seen.front().says() != nullptr);
    CHECK(seen.front().says()->title_fr == "Geler");
    CHECK(seen.front().says()->version == "1");
    CHECK(seen.front().fresh);
    CHECK_FALSE(shelf.works("x-otp.2").front().fresh);
    CHECK(shelf.works("x-otp.2", {"guide", "fr", "GELER"}).size() == 1);
    CHECK(shelf.works("x-otp.2", {"training", "", ""}).empty());
    CHECK(must(agent::list_dossiers(other, false)).empty());
    CHECK(key_of(agent::find_dossier(other, "latest")) == "dossier.unknown");
    // A title leaves no receipt; a document does.
    CHECK(must(agent::receipts(publisher, published.sent.chain)).empty());
    const auto got = must(agent::get(other, {published.sent.chain, std::nullopt, shelf.cast.folder / "got", false}));
    CHECK(got.files.size() == 1);
    CHECK_FALSE(got.files.front().restriction_sheet);
    CHECK(must(agent::receipts(publisher, published.sent.chain)).size() == 2);
}

TEST_CASE("a new version takes the place of the one before; a colleague's too; what is withdrawn leaves a tombstone") {
    Shelf shelf;
    const auto first = shelf.published();
    auto colleague = shelf.cast.person("sen.2").working();
    must(agent::publish(colleague, shelf.order("guide-2.pdf", "2", first.sent.chain), nullptr));
    auto work = shelf.works("x-otp.1").front();
    REQUIRE(work.versions.size() == 2);
    CHECK(work.current == 0);
    CHECK(work.says()->version == "2");
    CHECK(work.says()->title_fr == "Geler");
    CHECK(work.says()->replaces == model::StatementId{work.versions[1].id});
    CHECK(must(agent::find_version(work, "1")) == first.sent.seq);
    CHECK(key_of(agent::find_version(work, "3")) == "library.no_version");

    must(agent::withdraw_work(colleague, first.sent.chain, work.versions[0].seq, "une erreur"));
    work = shelf.works("x-otp.1").front();
    CHECK(work.current == 1);
    must(agent::withdraw_work(colleague, first.sent.chain, std::nullopt, "dépassé"));
    work = shelf.works("x-otp.1").front();
    CHECK(work.withdrawn);
    CHECK(work.says() == nullptr);
    CHECK(key_of(agent::find_version(work, std::nullopt)) == "library.withdrawn");
    CHECK(key_of(agent::publish(colleague, shelf.order("guide-3.pdf", "3", first.sent.chain), nullptr)) ==
          "library.withdrawn");
    auto other = shelf.cast.person("x-otp.1").working();
    CHECK(key_of(agent::withdraw_work(other, first.sent.chain, std::nullopt, "x")) == "library.not_ours");
}

TEST_CASE("who comes later is named, and given every version") {
    Shelf shelf;
    const auto first = shelf.published();
    shelf.published("2", first.sent.chain);
    shelf.cast.party("MLI", "fiu", "CENTIF");
    shelf.cast.pin("mli.1", "SEN");
    CHECK(shelf.works("mli.1").empty());
    auto publisher = shelf.cast.person("sen.1").working();
    auto given = must(agent::share_with_new(publisher, std::nullopt));
    CHECK(given.given.empty());
    REQUIRE(given.left_out.size() == 1);
    CHECK(given.left_out.front().why == "party.not_pinned");
    shelf.cast.pin("sen.1", "MLI");
    CHECK(shelf.works("sen.1").front().lacking == std::vector<std::string>{"MLI/CENTIF"});
    auto again = shelf.cast.person("sen.1").working();
    given = must(agent::share_with_new(again, std::nullopt));
    CHECK(given.given == std::vector<std::string>{"MLI/CENTIF"});
    CHECK(given.works == 1);
    const auto seen = shelf.works("mli.2");
    REQUIRE(seen.size() == 1);
    CHECK(seen.front().versions.size() == 2);
    CHECK(seen.front().says()->version == "2");
    // A new version does the same by itself.
    shelf.cast.party("BEN", "fiu", "CENTIF");
    shelf.cast.pin("ben.1", "SEN");
    shelf.cast.pin("sen.1", "BEN");
    shelf.published("3", first.sent.chain);
    CHECK(shelf.works("ben.1").front().versions.size() == 3);
}

TEST_CASE("what a server let into the library that may not be there is nothing to a reader") {
    Shelf shelf;
    const auto first = shelf.published();
    auto stranger = shelf.cast.person("x-otp.1").working();
    auto& state = stranger.state();
    // A participant's entry in somebody else's work, taken by a server that judges nothing.
    auto* const known = must(state.dossier(model::ChainId{first.sent.chain}));
    const auto file = crypto::sha256(as_bytes("?"));
    const auto entry = must(
        state.sign(state.compose(known->replayed.head(), known->copy.chain(),
                                 record::Entry{1, known->replayed.basis(), file, {}, std::nullopt, std::nullopt})));
    shelf.cast.platform.force_append(first.sent.chain, 2, entry.id().value(), to_bytes(entry.encode()));
    const auto seen = shelf.works("x-otp.2");
    REQUIRE(seen.size() == 1);
    CHECK(seen.front().versions.size() == 1);
    CHECK(seen.front().says()->version == "1");
    // The publisher goes on after it.
    shelf.published("2", first.sent.chain);
    CHECK(shelf.works("x-otp.2").front().says()->version == "2");

    // A work of who may not publish.
    auto audience = must(agent::every_authority(state)).able;
    audience.push_back(state.authority());
    const auto epoch = must(agent::make_epoch(state, {model::ChainId{}, 1, audience, model::StatementId{}}));
    const auto chain = record::dossier_chain(state.authority().authority, epoch.epoch.recipient);
    model::HandlingPolicy free;
    free.onward = model::Onward::free;
    const auto opened = must(state.sign(state.compose(
        chain, 0, std::nullopt, record::Opened{record::DossierKind::library, free, epoch.epoch, std::nullopt})));
    for (const auto& to : audience) shelf.cast.platform.readers[chain.value()].insert(to.authority.value());
    shelf.cast.platform.dossier_chains.push_back(chain.value());
    shelf.cast.platform.force_append(chain.value(), 0, opened.id().value(), to_bytes(opened.encode()));
    CHECK(shelf.works("sen.1").size() == 1);
    auto reader = shelf.cast.person("sen.2").working();
    CHECK(key_of(agent::show_work(reader, chain.value())) == "library.unknown");
}
