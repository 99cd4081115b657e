#include <catch2/catch_test_macros.hpp>

#include "platform/agent/enquiries.hpp"
#include "platform/agent/requests.hpp"
#include "tests/support/agent_scene.hpp"

// Requests in other languages, and enquiries before a request, at the trusted end.
using namespace rogatory;
using namespace rogatory::test;

namespace {

model::RequestContent content(const char* assistance) {
    model::RequestContent out;
    out.blocks = model::RequestBlocks{};
    out.blocks->assistance = assistance;
    out.blocks->facts = "Facts.";
    return out;
}

struct Languages : Scene {
    agent::RequestOrder order() {
        agent::RequestOrder made;
        made.form.title = "Accounts";
        made.form.routing = {"OTP/2026/1", model::Nature::judicial_assistance, {model::Assistance::bank_records},
                             std::nullopt, model::Urgency::ordinary,           "en"};
        made.form.content = content("The records.");
        made.to = "SEN/CENTIF";
        return made;
    }
    agent::VersionOrder version(const Hash& chain, const char* language, model::VersionState state) {
        agent::VersionOrder made;
        made.chain = chain;
        made.language = language;
        made.state = state;
        if (state != model::VersionState::asked) made.message = "Texte.";
        return made;
    }
    void fetch(const std::string& who, const Hash& chain) {
        auto reader = cast.person(who).working();
        must(agent::get(reader, {chain, std::nullopt, cast.folder / who, true}));
    }
    agent::RequestView shown(const std::string& who, const Hash& chain) {
        auto reader = cast.person(who).working();
        return must(agent::show_request(reader, chain));
    }
};

}  // namespace

TEST_CASE("a request leaves with its version in one append, and its reader gets his own language first") {
    Languages scene;
    auto sender = scene.cast.person("x-otp.1").working();
    auto order = scene.order();
    order.versions.push_back({"en", "", content("Again."), "", "", false});
    CHECK(key_of(agent::send_request(sender, order)) == "version.original_language");
    order.versions = {{"fr", "", content("Les relevés."), "", "", true}, {"es", "", content("Los."), "", "", true}};
    CHECK(key_of(agent::send_request(sender, order)) == "version.one_authentic");
    order.versions = {{"fr", "", content("Les relevés."), "", "", false}, {"fr", "", content("Les."), "", "", false}};
    CHECK(key_of(agent::send_request(sender, order)) == "version.twice");
    order.versions = {{"fr", "", content("Les relevés."), "", "2026-12-05", false}};
    CHECK(key_of(agent::send_request(sender, order)) == "version.due");
    order.versions = {{"fr", "Comptes", content("Les relevés."), "Services linguistiques", "", false},
                      {"es", "", std::nullopt, "", "2026-12-05", false}};
    const auto sent = must(agent::send_request(sender, order));
    CHECK(sent.seq == 1);
    scene.fetch("sen.1", sent.chain);
    const auto view = scene.shown("sen.1", sent.chain);
    REQUIRE(view.texts.size() == 1);
    const auto& text = view.texts.front();
    REQUIRE(text.versions.size() == 2);
    CHECK(text.versions[0].state == "asked");
    CHECK(text.versions[0].due == "2026-12-05");
    REQUIRE(text.first_for("fr") != nullptr);
    CHECK(text.first_for("fr")->content->blocks->assistance == "Les relevés.");
    CHECK(text.first_for("fr")->translator == "Services linguistiques");
    CHECK(text.first_for("en") == nullptr);
    CHECK(text.first_for("es") == nullptr);
    CHECK(text.authentic);
    CHECK(view.title == "Accounts");
    CHECK(must(agent::show_dossier(sender, sent.chain)).title == "Accounts");
}

TEST_CASE("a version is held to its rules before it is signed, and bound by what binds its original") {
    Languages scene;
    auto sender = scene.cast.person("x-otp.1").working();
    const auto chain = must(agent::send_request(sender, scene.order())).chain;
    auto state = scene.cast.person("sen.1").working();
    using model::VersionState;
    CHECK(key_of(agent::send_version(state, scene.version(chain, "fr", VersionState::asked), nullptr)) ==
          "version.unopened");
    scene.fetch("sen.1", chain);
    auto order = scene.version(chain, "fr", VersionState::delivered);
    order.authentic = true;
    CHECK(key_of(agent::send_version(state, order, nullptr)) == "version.authentic");
    CHECK(key_of(agent::send_version(sender, scene.version(chain, "en", VersionState::delivered), nullptr)) ==
          "version.original_language");
    CHECK(key_of(agent::send_version(sender, scene.version(chain, "fr", VersionState::revised), nullptr)) ==
          "version.nothing_to_revise");
    order = scene.version(chain, "fr", VersionState::asked);
    order.message = "Bitte.";
    CHECK(key_of(agent::send_version(state, order, nullptr)) == "version.asked_text");

    agent::ReplyOrder reply;
    reply.chain = chain;
    reply.message = "Réponse.";
    reply.language = "fr";
    reply.policy = agent::PolicyOrder{"participants_only", std::nullopt, std::nullopt, {"93-8-b"}, {}, "Not further."};
    const auto replied = must(agent::reply_to_request(state, reply, nullptr));
    auto english = scene.version(chain, "en", VersionState::delivered);
    english.of = replied.seq;
    const auto made = must(agent::send_version(state, english, nullptr));
    const auto dossier = must(agent::show_dossier(state, chain));
    const auto& entry = dossier.entries.back();
    CHECK(entry.seq == made.seq);
    CHECK(entry.policy.onward == "participants_only");
    CHECK(entry.policy.caveats == std::vector<std::string>{"93-8-b"});
    CHECK(entry.policy.words == "Not further.");
    CHECK(key_of(agent::send_version(state, english, nullptr)) == "version.there_before");
}

TEST_CASE("the obstacle of translation is answered by the version that was asked for") {
    Languages scene;
    auto sender = scene.cast.person("x-otp.1").working();
    const auto chain = must(agent::send_request(sender, scene.order())).chain;
    scene.fetch("sen.1", chain);
    auto state = scene.cast.person("sen.1").working();
    must(agent::acknowledge_request(state, chain));
    agent::StatusOrder stuck;
    stuck.chain = chain;
    stuck.obstacles = {{"translation", "", ""}};
    must(agent::set_request_status(state, stuck));
    using model::VersionState;
    must(agent::send_version(state, scene.version(chain, "fr", VersionState::asked), nullptr));
    scene.fetch("x-otp.1", chain);
    must(agent::send_version(sender, scene.version(chain, "es", VersionState::delivered), nullptr));
    CHECK_FALSE(scene.shown("x-otp.1", chain).translation_answered);
    must(agent::send_version(sender, scene.version(chain, "fr", VersionState::delivered), nullptr));
    CHECK(scene.shown("x-otp.1", chain).translation_answered);
    CHECK(scene.shown("x-otp.1", chain).obstacles == std::vector<std::string>{"translation"});
}

TEST_CASE("an enquiry is asked, answered by the other side alone, and followed by whoever asked") {
    Languages scene;
    auto asker = scene.cast.person("x-otp.1").working();
    auto state = scene.cast.person("sen.1").working();
    agent::EnquiryOrder order;
    order.to = "SEN/CENTIF";
    order.title = "A company";
    CHECK(key_of(agent::send_enquiry(asker, order)) == "enquiry.nothing_asked");
    order.message = "Is it known?";
    CHECK(key_of(agent::send_enquiry(asker, order)) == "enquiry.kinds_missing");
    order.kinds = {"general", "tracing", "tracing"};
    order.content = content("Records, please.");
    CHECK(key_of(agent::send_enquiry(asker, order)) == "enquiry.rows");
    order.content = {};
    order.content.entities.push_back(
        {"e1", "Timber", {}, std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt});
    const auto chain = must(agent::send_enquiry(asker, order)).chain;
    CHECK(must(agent::list_enquiries(state)).unopened == 1);
    CHECK(key_of(agent::show_enquiry(state, chain)) == "enquiry.unopened");
    scene.fetch("sen.1", chain);
    const auto seen = must(agent::show_enquiry(state, chain));
    CHECK(seen.asks.kinds == std::vector{model::EnquiryKind::tracing, model::EnquiryKind::general});
    CHECK_FALSE(seen.mine);
    CHECK(key_of(agent::answer_enquiry(asker, {chain, "exists", "", {}}, nullptr)) == "enquiry.own");
    must(agent::answer_enquiry(state, {chain, "exists", "", {}}, nullptr));
    scene.fetch("x-otp.1", chain);
    CHECK(must(agent::show_enquiry(asker, chain)).answers.size() == 1);

    auto request = scene.order();
    auto foreign = request.form.content;
    CHECK(key_of(agent::follow_enquiry(state, chain, foreign)) == "enquiry.not_own");
    must(agent::follow_enquiry(asker, chain, request.form.content));
    CHECK(request.form.content.entities.size() == 1);
    const auto sent = must(agent::send_request(asker, request));
    scene.fetch("sen.1", sent.chain);
    const auto view = scene.shown("sen.1", sent.chain);
    REQUIRE(view.enquiry);
    CHECK(view.enquiry->here);
    CHECK(view.enquiry->title == "A company");
    const auto after = must(agent::show_enquiry(state, chain));
    REQUIRE(after.requests.size() == 1);
    CHECK(after.requests.front().reference == "OTP/2026/1");
}
