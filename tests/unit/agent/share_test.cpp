#include <catch2/catch_test_macros.hpp>

#include "tests/support/agent_cast.hpp"
#include "tests/support/must.hpp"

// The main job: seal, send, fetch, open.
namespace rogatory::test {
namespace {

agent::SendOrder order_to(std::vector<std::string> to, const std::filesystem::path& file) {
    agent::SendOrder order;
    order.to = std::move(to);
    order.files = {{file, -1, "rapport.pdf", "application/pdf"}};
    order.title = "Comptes à Dakar";
    order.message = "Voir la pièce jointe.";
    order.policy.onward = "source_consent";
    order.policy.caveats = {"93-8-b"};
    return order;
}

}  // namespace

TEST_CASE("a document goes from one State to a body and its receipts come back") {
    Cast cast;
    cast.party("SEN", "fiu", "CENTIF");
    cast.party("X-OTP", "otp", "Investigations");
    cast.pin_each_other({"SEN", "X-OTP"});
    const std::string content(200'000, 'x');
    const auto file = cast.write("rapport.pdf", content);

    auto sender = cast.person("sen.1").working();
    const auto sent = must(agent::send(sender, order_to({"X-OTP"}, file)));
    REQUIRE(sent.size() == 1);
    CHECK(sent.front().seq == 1);
    CHECK(sent.front().counting);

    auto reader = cast.person("x-otp.2").working();
    const auto listed = must(agent::list_dossiers(reader, true));
    REQUIRE(listed.size() == 1);
    CHECK(listed.front().unread == 1);
    CHECK(listed.front().title.empty());  // a list opens nothing
    CHECK(listed.front().entries.front().attachments.front().name.empty());
    CHECK(listed.front().entries.front().author.party_code == "SEN");

    const auto got = must(agent::get(reader, {sent.front().chain, std::nullopt, cast.folder / "out", false}));
    REQUIRE(got.files.size() == 1);
    CHECK(got.missing.empty());
    CHECK(got.files.front().path.filename() == "rapport.pdf");
    CHECK(cast.read(got.files.front().path) == content);
    REQUIRE(got.files.front().restriction_sheet);
    const auto sheet = cast.read(*got.files.front().restriction_sheet);
    CHECK(sheet.find("Rome Statute: Art. 93(8)(b): confidential") != std::string::npos);
    CHECK(sheet.find("RESTRICTIONS D’UTILISATION") != std::string::npos);
    CHECK(sheet.find("Statut de Rome\u00a0: art.\u00a093, par.\u00a08, al.\u00a0b)\u00a0: à titre confidentiel") !=
          std::string::npos);
    CHECK(got.entries.front().title == "Comptes à Dakar");

    const auto receipts = must(agent::receipts(sender, sent.front().chain));
    REQUIRE(receipts.size() == 2);
    CHECK(receipts[0].kind == "fetched");
    CHECK(receipts[1].kind == "opened_receipt");
    CHECK(receipts[0].authority.party_code == "X-OTP");
    CHECK(receipts[0].member_name == "x-otp.2");
    CHECK(must(agent::list_dossiers(reader, true)).empty());
    CHECK(must(agent::verify_dossier(reader, sent.front().chain)).problems.empty());
}

}  // namespace rogatory::test
