#include <catch2/catch_test_macros.hpp>

#include "platform/agent/visa.hpp"
#include "tests/support/agent_scene.hpp"

// What may leave an authority only with a second officer's visa, once one of its access managers has said so.
using namespace rogatory;
using namespace rogatory::test;

namespace {

struct Office : Scene {
    using Scene::Scene;

    void require(const std::vector<std::string>& acts) {
        auto custodian = cast.person("sen.1").working();
        must(agent::set_visa(custodian, acts));
    }
    agent::DraftVersion kept(const std::string& message = "À lire.", std::optional<agent::DraftVersion> of = {}) {
        agent::KeepOrder order;
        order.of = of;
        if (!of) {
            order.files = {{cast.write("note.pdf", "une note"), -1, "note.pdf", "application/pdf"}};
            order.to = std::vector<std::string>{"X-OTP"};
            order.title = "Comptes";
            order.policy = agent::PolicyOrder{};
        }
        order.message = message;
        auto author = cast.person("sen.1").working();
        return must(agent::keep_draft(author, order, nullptr));
    }
    void approve(const agent::DraftVersion& version) {
        auto colleague = cast.person("sen.2").working();
        must(agent::show_kept_draft(colleague, version.chain, agent::Open::yes));
        must(agent::approve_kept_draft(colleague, version));
    }
    std::string send(const agent::DraftVersion& version, std::optional<Hash> into = {}) {
        auto author = cast.person("sen.1").working();
        return key_of(agent::send_kept_draft(author, version, into));
    }
    std::string send_without(const std::string& who = "sen.1") {
        auto author = cast.person(who).working();
        return key_of(agent::send(author, order("un rapport")));
    }
};

}  // namespace

TEST_CASE("visa: what is required leaves from an approved draft alone; a change after the visa makes it void") {
    Office office;
    CHECK(office.send_without().empty());
    office.require({"share"});
    CHECK(office.send_without() == "visa.needed");
    CHECK(office.send_without("sen.2") == "visa.needed");

    const auto first = office.kept();
    CHECK(office.send(first) == "visa.not_given");
    office.approve(first);
    const auto second = office.kept("À lire!", first);
    CHECK(office.send(second) == "visa.not_given");
    CHECK(office.send(first) == "draft.changed");
    auto author = office.cast.person("sen.1").working();
    CHECK(key_of(agent::approve_kept_draft(author, second)) == "void.not_second_officer");
    office.approve(second);
    CHECK(office.send(second).empty());
}

TEST_CASE("visa: another authority's people are not asked, and what is not named needs none") {
    Office office;
    const auto file = office.sent();
    office.require({"reply"});
    CHECK(office.send_without().empty());
    // An item of a transmission is one of these, whoever began it.
    office.require({"share"});
    auto author = office.cast.person("sen.1").working();
    agent::AddOrder more;
    more.chain = file.chain;
    more.message = "Encore.";
    CHECK(key_of(agent::add_entry(author, more, nullptr)) == "visa.needed");
    auto prosecutor = office.cast.person("x-otp.1").working();
    CHECK(key_of(agent::add_entry(prosecutor, more, nullptr)).empty());
}

TEST_CASE("visa: an approved draft goes into a file of exactly its recipients") {
    Office office;
    const auto file = office.sent();
    office.cast.party("FRA", "fiu", "CRF");
    office.cast.pin_each_other({"SEN", "FRA"});
    const auto other = office.sent("autre", {"FRA"});
    office.require({"share", "reply"});
    const auto draft = office.kept();
    CHECK(office.send(draft, file.chain) == "visa.not_given");
    office.approve(draft);
    CHECK(office.send(draft, other.chain) == "visa.recipients_differ");
    CHECK(office.send(draft, file.chain).empty());
    auto prosecutor = office.cast.person("x-otp.1").working();
    const auto got = must(agent::get(prosecutor, {file.chain, std::nullopt, office.cast.folder / "got", false}));
    CHECK(got.entries.size() == 2);
    CHECK(got.entries.back().message == "À lire.");
    CHECK(office.send(draft) == "draft.unknown");
}

TEST_CASE("visa: it is an access manager's to require and to lift, and everybody reads who did") {
    Office office;
    office.cast.join("sen.9", "sen.1", "officer");
    auto officer = office.cast.person("sen.9").working();
    CHECK(key_of(agent::visa_rule(officer)).empty());
    CHECK_FALSE(agent::set_visa(officer, {"share"}).has_value());
    auto custodian = office.cast.person("sen.2").working();
    CHECK(agent::set_visa(custodian, {"note"}).error().key() == "visa.act");
    must(agent::set_visa(custodian, {"share", "request"}));
    CHECK(agent::set_visa(custodian, {"request", "share"}).error().key() == "void.nothing_changed");
    CHECK(must(agent::visa_rule(officer)).acts == std::vector<std::string>{"request", "share"});
    must(agent::set_visa(custodian, {}));
    CHECK(must(agent::visa_rule(officer)).acts.empty());
    CHECK(office.send_without().empty());
}

TEST_CASE("visa: what is lifted is lifted once that is co-signed; until then either rule is asked") {
    Office office{3, 2};
    office.require({"share"});
    auto custodian = office.cast.person("sen.1").working();
    CHECK_FALSE(must(agent::visa_rule(custodian)).awaits);
    for (auto& witness : office.cast.platform.witnesses) witness.awake = false;
    auto colleague = office.cast.person("sen.2").working();
    must(agent::set_visa(colleague, {}));
    const auto pending = must(agent::visa_rule(custodian));
    CHECK(pending.acts == std::vector<std::string>{"share"});
    CHECK(pending.awaits);
    CHECK(office.send_without() == "visa.needed");
    for (auto& witness : office.cast.platform.witnesses) witness.awake = true;
    office.cast.platform.now += 60;
    CHECK(must(agent::visa_rule(custodian)).acts.empty());
    CHECK(office.send_without().empty());
}
