#include <catch2/catch_test_macros.hpp>

#include <functional>
#include <map>
#include <set>
#include <string>

#include "platform/record/kinds.hpp"
#include "tests/support/record_scenes.hpp"

// Register abuse: every kind of statement of a Party register signed by everybody. The table says in whose hands it may
// take effect; whatever is not in the table must be void. (protocol.md, section 3, read cell by cell.)
using namespace rogatory;
using namespace rogatory::record;
using namespace rogatory::tests::register_scene;

namespace {

// The only cells that take effect.
const std::map<Kind, std::set<Who>> kTable{
    {Kind::founded, {}},  // only as statement 0, by the key it introduces
    {Kind::authority_added, {root_custodian}},
    {Kind::pinned, {root_custodian}},
    {Kind::unpinned, {root_custodian}},
    {Kind::vouches_set, {root_custodian}},
    {Kind::log_policy_set, {root_custodian}},
    {Kind::access_policy_set, {root_custodian}},
    {Kind::publisher_set, {root_custodian}},
    {Kind::visa_set, {fiu_custodian, fiu_second}},
    {Kind::invited, {fiu_custodian, fiu_second}},
    {Kind::member_added, {fiu_custodian, fiu_second}},
    {Kind::member_removed, {fiu_custodian, fiu_second}},
    {Kind::role_changed, {fiu_custodian, fiu_second}},
    {Kind::authority_rekeyed, {fiu_custodian, fiu_second}},
    {Kind::member_rekeyed, {fiu_custodian, fiu_second}},
    {Kind::recovery_set, {fiu_custodian, fiu_second}},
    {Kind::recovery_drilled, {fiu_custodian, fiu_second}},
    {Kind::recovery_approved, {root_custodian, aro_custodian}},
    {Kind::recovery_refused, {fiu_custodian, fiu_second}},
    {Kind::authority_recovered, {candidate}},
};

}  // namespace

TEST_CASE("register abuse: only the cells of the table take effect") {
    Scene scene;
    std::size_t cells = 0;
    std::size_t effective = 0;
    for (const auto& row : kind_table()) {
        const auto expected = kTable.contains(row.kind) ? kTable.at(row.kind) : std::set<Who>{};
        for (int signer = 0; signer < kWho; ++signer) {
            const auto who = static_cast<Who>(signer);
            const auto statement = scene.world.sign(*scene.who[who], scene.chain, scene.body(row.kind, who));
            const auto outcome = scene.world.judge(statement);
            CAPTURE(row.name, kNames[who], outcome.reason);
            CHECK(outcome.effective() == expected.contains(who));
            CHECK(outcome.verdict == (expected.contains(who) ? Verdict::effective : Verdict::void_));
            CHECK(outcome.reason.empty() == expected.contains(who));
            ++cells;
            effective += outcome.effective() ? 1U : 0U;
        }
    }
    CHECK(cells == kind_table().size() * kWho);
    CHECK(effective == 30);
}

TEST_CASE("register abuse: another's name under one's own key, and one's own name over another's key") {
    Scene scene;
    auto& w = scene.world;
    const auto& custodian = *scene.who[fiu_custodian];
    const auto& reader = *scene.who[fiu_reader];
    const auto body = w.invitation(InvitationPurpose::member, scene.fiu, w.id<model::MemberId>(), model::Role::reader);

    auto statement = w.draft(custodian, scene.chain, body);
    const auto forged = sign(statement, reader.key);
    CHECK(w.judge(*forged).reason == "broken.signature");

    statement.author.key = reader.key.verify_key().digest();
    CHECK(w.judge(*sign(statement, reader.key)).reason == "void.author_unknown");

    statement = w.draft(custodian, scene.chain, body);
    statement.author.authority = scene.who[aro_custodian]->authority;
    CHECK(w.judge(*sign(statement, custodian.key)).reason == "void.not_a_member");

    statement = w.draft(custodian, scene.chain, body);
    statement.author.register_chain = scene.who[other_party]->register_chain;
    CHECK(w.judge(*sign(statement, custodian.key)).reason == "void.author_foreign");
}
