#include <functional>
#include <utility>

#include <catch2/catch_test_macros.hpp>

#include "crypto/encoding/crockford.hpp"
#include "platform/agent/file_profile.hpp"
#include "platform/record/enrolment_record.hpp"
#include "platform/record/founding_sheet.hpp"
#include "tests/support/agent_cast.hpp"
#include "tests/support/must.hpp"

namespace rogatory::test {
namespace {

// A disk that once refuses this file, from when the server has taken somebody.
class RefusesOnce final : public ports::ProfileStore {
public:
    RefusesOnce(MemoryProfile& inner, std::string name, std::function<bool()> taken)
        : inner_{inner}, name_{std::move(name)}, taken_{std::move(taken)} {}
    Result<std::optional<Bytes>> load(std::string_view name) const override { return inner_.load(name); }
    Result<> save(std::string_view name, ByteView bytes) override {
        if (!refused && name == name_ && taken_()) {
            refused = true;
            return fail(ErrorCode::storage_full, "profile.full");
        }
        return inner_.save(name, bytes);
    }
    Result<> append_to(std::string_view name, ByteView bytes) override { return inner_.append_to(name, bytes); }
    Result<> remove(std::string_view name) override { return inner_.remove(name); }
    Result<std::vector<std::string>> list(std::string_view folder) const override { return inner_.list(folder); }
    Result<std::filesystem::path> place(std::string_view name) override { return inner_.place(name); }
    bool refused = false;

private:
    MemoryProfile& inner_;
    std::string name_;
    std::function<bool()> taken_;
};

}  // namespace

TEST_CASE("a founder checks sheet, log and code before any key is made") {
    Cast cast;
    auto sheet = must(record::FoundingSheet::parse(cast.sheet));

    SECTION("a sheet of another server") {
        sheet.server = "https://elsewhere.example";
        cast.sheet = sheet.encode();
        CHECK(key_of(cast.found("sen.1", "SEN", "fiu", "CENTIF")) == "sheet.another_server");
    }
    SECTION("a log of another key") {
        sheet.log_policy = MemoryPlatform{"exchange.example", 0}.log_policy();
        cast.sheet = sheet.encode();
        CHECK(key_of(cast.found("sen.1", "SEN", "fiu", "CENTIF")) == "log.signature");
    }
    SECTION("a sheet on which the code has been founded") {
        sheet.parties.push_back({must(model::PartyCode::parse("SEN")), model::PartyId{}});
        cast.sheet = sheet.encode();
        CHECK(key_of(cast.found("sen.1", "SEN", "fiu", "CENTIF")) == "founding.code_on_sheet");
    }
    SECTION("an unknown kind of authority, a weak passphrase, a bad user name") {
        CHECK(key_of(cast.found("sen.1", "SEN", "embassy", "CENTIF")) == "authority.kind");
        cast.person("sen.2").passphrase = "bonjour bonjour";
        CHECK(key_of(cast.found("sen.2", "SEN", "fiu", "CENTIF")) == "passphrase.weak");
        CHECK(key_of(cast.found("Sen 3", "SEN", "fiu", "CENTIF")) == "enrolment.user_name");
    }
    CHECK(cast.platform.accounts.empty());
    CHECK_FALSE(cast.person("sen.1").profile.files.contains("account-key"));
}

TEST_CASE("the first sheet names no Registry, the Registry's own names it, and a founder pins what his sheet says") {
    Cast cast;
    must(cast.found("reg.1", "X-REG", "registry", "Registry"));
    auto registry = cast.person("reg.1").working();
    cast.sheet = must(agent::make_sheet(registry, {}));
    const auto view = must(agent::read_sheet(cast.sheet));
    CHECK(view.registry_fingerprint == cast.person("reg.1").enrolled.party_digits);

    must(cast.found("sen.1", "SEN", "fiu", "CENTIF"));
    auto custodian = cast.person("sen.1").working();
    CHECK(must(agent::show_party(custodian, "X-REG")).pinned == "note_verbale");
    CHECK(must(agent::show_party(custodian, "SEN")).pinned == "own");
    CHECK(must(agent::show_party(registry, "SEN")).pinned.empty());
}

TEST_CASE("an invitation is answered once, in time, and with the inviter's code") {
    Cast cast;
    must(cast.found("sen.1", "SEN", "fiu", "CENTIF"));
    auto custodian = cast.person("sen.1").working();
    const auto made = must(agent::invite_member(custodian, "officer", 72));

    CHECK(key_of(cast.answer("sen.2", "ABCD")) == "invitation.code_malformed");
    auto other = std::string{made.code};
    other[0] = other[0] == '0' ? '1' : '0';
    CHECK(key_of(cast.answer("sen.2", other)) == "invitation.code_malformed");  // the checksum notices

    const auto answered = must(cast.answer("sen.2", made.code));
    CHECK(answered.state == "answered");
    CHECK(key_of(cast.person("sen.2").at_work()) == "member.not_in_register");
    CHECK(key_of(cast.answer("sen.3", made.code)) == "enrolment.answered");  // reused

    const auto pending = must(agent::pending_invitations(custodian));
    REQUIRE(pending.size() == 1);
    CHECK(pending.front().state == "answered");
    CHECK(pending.front().comparison_digits == answered.comparison_digits);
    CHECK_FALSE(pending.front().comparison_required);
    CHECK(key_of(agent::approve_invitation(custodian, made.invitation, "00000 00000 00000 00000")) ==
          "invitation.digits_differ");
    must(agent::approve_invitation(custodian, made.invitation, ""));
    CHECK(key_of(agent::approve_invitation(custodian, made.invitation, "")) == "invitation.spent");
    CHECK(cast.person("sen.2").working().memberships().front().role == "officer");

    SECTION("an invitation that has expired is not approved") {
        const auto late = must(agent::invite_member(custodian, "reader", 1));
        const auto digits = must(cast.answer("sen.4", late.code)).comparison_digits;
        cast.platform.now += 2 * kHour;
        auto later = cast.person("sen.1").working();
        CHECK(key_of(agent::approve_invitation(later, late.invitation, digits)) == "invitation.expired");
        CHECK(key_of(cast.answer("sen.5", late.code)) == "invitation.unknown");
    }
    SECTION("one that is valid long, and every custodian's, needs the comparison") {
        const auto slow = must(agent::invite_member(custodian, "reader", 100));
        must(cast.answer("sen.4", slow.code));
        CHECK(key_of(agent::approve_invitation(custodian, slow.invitation, "")) == "invitation.digits_needed");
        const auto high = must(agent::invite_member(custodian, "custodian", 24));
        must(cast.answer("sen.5", high.code));
        CHECK(key_of(agent::approve_invitation(custodian, high.invitation, "")) == "invitation.digits_needed");
    }
    SECTION("a cancelled one opens nothing; 15 days are too long") {
        const auto gone = must(agent::invite_member(custodian, "reader", 72));
        must(agent::cancel_invitation(custodian, gone.invitation));
        CHECK(key_of(cast.answer("sen.4", gone.code)) == "invitation.unknown");
        CHECK(key_of(agent::invite_member(custodian, "reader", 15 * 24)) == "invitation.hours");
    }
}

TEST_CASE("a server that turns its clock back lets no expired code in") {
    Cast cast;
    must(cast.found("sen.1", "SEN", "fiu", "CENTIF"));
    auto custodian = cast.person("sen.1").working();
    const auto made = must(agent::invite_member(custodian, "officer", 24));
    const auto digits = must(cast.answer("sen.2", made.code)).comparison_digits;
    // A week goes by on the custodian's desk, none on the server.
    cast.person("sen.1").clock.wall_is_off_by = 7 * kDay;
    auto later = cast.person("sen.1").working();
    CHECK(key_of(agent::approve_invitation(later, made.invitation, digits)) == "invitation.expired");
}

TEST_CASE("a server that puts its own keys into an answer is found out") {
    Cast cast;
    must(cast.found("sen.1", "SEN", "fiu", "CENTIF"));
    auto custodian = cast.person("sen.1").working();
    const auto one = must(agent::invite_member(custodian, "officer", 72));
    const auto two = must(agent::invite_member(custodian, "officer", 72));
    must(cast.answer("sen.2", one.code));
    const auto digits = must(cast.answer("sen.3", two.code)).comparison_digits;
    auto& held = cast.platform.invitations;
    const auto& mine = held.at(one.invitation);

    SECTION("the record of another invitation, with its MAC") {
        held.at(two.invitation).record = mine.record;
        held.at(two.invitation).mac = mine.mac;
        CHECK(key_of(agent::approve_invitation(custodian, two.invitation, digits)).starts_with("invitation.answer_"));
    }
    SECTION("a record with other keys") {
        auto record = must(record::parse_signed_record(as_text(held.at(two.invitation).record)));
        const auto key = crypto::SigningKey::generate(crypto::system_random());
        record.record.key = key.verify_key();
        held.at(two.invitation).record = to_bytes(record::encode(record::sign(record.record, key)));
        CHECK(key_of(agent::approve_invitation(custodian, two.invitation, digits)) == "invitation.answer_mac");
    }
    SECTION("another kept code") {
        held.at(two.invitation).kept_code = mine.kept_code;
        CHECK(key_of(agent::approve_invitation(custodian, two.invitation, digits)) == "invitation.kept_code");
        const auto pending = must(agent::pending_invitations(custodian));
        CHECK(std::any_of(pending.begin(), pending.end(),
                          [](const auto& row) { return row.problem == "invitation.kept_code"; }));
    }
    CHECK(must(agent::members(custodian)).size() == 1);
}

TEST_CASE("an invitee is shown no other register, card or log") {
    Cast cast;
    must(cast.found("sen.1", "SEN", "fiu", "CENTIF"));
    must(cast.found("fra.1", "FRA", "fiu", "TRACFIN"));
    auto custodian = cast.person("sen.1").working();
    const auto made = must(agent::invite_member(custodian, "officer", 72));

    SECTION("a card that was changed") {
        cast.platform.misbehave.card = [](Bytes& card) { card.back() ^= 1; };
        CHECK(key_of(cast.answer("sen.2", made.code)) == "invitation.card");
    }
    SECTION("a register without the invitation") {
        const auto chain = *cast.platform.parties.front().register_chain;
        cast.platform.misbehave.chain = [chain](const Hash& asked, ports::remote::ChainPage& page) {
            if (asked == chain) std::erase_if(page.items, [](const auto& item) { return item.seq > 0; });
        };
        CHECK(key_of(cast.answer("sen.2", made.code)) == "register.incomplete");
    }
    SECTION("another Party's register") {
        const auto other = *cast.platform.parties.back().register_chain;
        cast.platform.misbehave.chain = [&cast, other](const Hash&, ports::remote::ChainPage& page) {
            const auto& there = cast.platform.chains.at(other);
            page.items = {{0, there[0].id, there[0].index, there[0].envelope}};
        };
        CHECK(key_of(cast.answer("sen.2", made.code)) == "chain.malformed");
        CHECK(must(cast.person("sen.2").profile.list("evidence")).size() == 1);
    }
    SECTION("a log signed by another key") {
        cast.platform.misbehave.checkpoint = [](Bytes& note) {
            note = MemoryPlatform{"exchange.example", 0}.sign_checkpoint();
        };
        CHECK(key_of(cast.answer("sen.2", made.code)) == "log.signature");
    }
    CHECK_FALSE(cast.platform.accounts.contains("sen.2"));
    CHECK_FALSE(cast.person("sen.2").profile.files.contains("account-key"));
}

TEST_CASE("an enrolment that was interrupted is resumed") {
    Cast cast;
    must(cast.found("sen.1", "SEN", "fiu", "CENTIF"));
    auto custodian = cast.person("sen.1").working();
    const auto made = must(agent::invite_member(custodian, "officer", 72));

    SECTION("the answer to the one request was lost") {
        cast.platform.misbehave.lose_enrolment_answer = true;
        CHECK(key_of(cast.answer("sen.2", made.code)) == "enrolment.unsettled");
        auto& who = cast.person("sen.2");
        CHECK(key_of(agent::resume_enrolment(who.environment, "")) == "enrolment.code_needed");
        const auto outcome = must(agent::resume_enrolment(who.environment, made.code));
        CHECK(outcome.state == "answered");
        must(agent::approve_invitation(custodian, made.invitation, outcome.comparison_digits));
        CHECK(who.working().memberships().front().role == "officer");
    }
    SECTION("it ended before the request") {
        auto& who = cast.person("sen.2");
        agent::EnrolmentOrder order{
            cast.platform.origin(), {}, made.code, "sen.2", who.passphrase, "fr", {}, {}, {}, {}, {}, {}, {}};
        Willing willing{who};
        willing.refuses = true;
        CHECK(key_of(agent::enrol(who.environment, order, willing)) == "test.refused");
        CHECK(willing.welcome.party_code == "SEN");
        CHECK(willing.welcome.role == "officer");
        CHECK(key_of(agent::resume_enrolment(who.environment, made.code)) == "enrolment.none");
        must(cast.answer("sen.2", made.code));
    }
}

TEST_CASE("what the server has taken is unsettled where this device cannot write that down: no key is given up") {
    Cast cast;
    must(cast.found("sen.1", "SEN", "fiu", "CENTIF"));
    auto custodian = cast.person("sen.1").working();
    const auto made = must(agent::invite_member(custodian, "officer", 72));
    auto& who = cast.person("sen.2");
    std::string file;
    SECTION("the account is not adopted") { file = "account.json"; }
    SECTION("the stage is not kept") { file = "enrolment.json"; }
    RefusesOnce profile{who.profile, file, [&] { return cast.platform.accounts.contains(who.user_name); }};
    agent::Environment environment{*who.server, profile, who.clock, who.notices};
    agent::EnrolmentOrder order;
    order.server = cast.platform.origin();
    order.code = made.code;
    order.user_name = who.user_name;
    order.passphrase = who.passphrase;
    Willing willing{who};
    CHECK(key_of(agent::enrol(environment, order, willing)) == "enrolment.unsettled");
    CHECK(profile.refused);
    const auto outcome = must(agent::resume_enrolment(environment, made.code));
    must(agent::approve_invitation(custodian, made.invitation, outcome.comparison_digits));
    CHECK(who.working().memberships().front().role == "officer");
}

TEST_CASE("what the server refused is told in its words: a key that was made for it may go") {
    Cast cast;
    must(cast.found("sen.1", "SEN", "fiu", "CENTIF"));
    auto custodian = cast.person("sen.1").working();
    const auto made = must(agent::invite_member(custodian, "officer", 72));
    auto& who = cast.person("sen.2");
    agent::EnrolmentOrder order;
    order.server = cast.platform.origin();
    order.code = made.code;
    order.user_name = "sen.1";
    order.passphrase = who.passphrase;
    Willing willing{who};
    CHECK(key_of(agent::enrol(who.environment, order, willing)) == "enrolment.user_name_taken");
}

TEST_CASE("the first custodian of a further authority makes its keys; the root's never holds them") {
    Cast cast;
    cast.party("SEN", "central_authority", "Chancellerie");
    auto root = cast.person("sen.1").working();
    const auto made = must(agent::add_authority(root, "CENTIF", "fiu", 72));
    const auto outcome = must(cast.answer("centif.1", made.code));
    must(agent::approve_invitation(root, made.invitation, outcome.comparison_digits));

    auto custodian = cast.person("centif.1").working();
    CHECK(custodian.memberships().front().authority_name == "CENTIF");
    CHECK(custodian.memberships().front().role == "custodian");
    CHECK(must(agent::show_party(root, "SEN")).authorities.size() == 2);
    // He may invite for his own, the root may not.
    CHECK(must(agent::members(custodian)).size() == 1);
    must(agent::invite_member(custodian, "custodian", 72));
    CHECK(key_of(agent::add_authority(custodian, "ARO", "aro", 72)) == "authority.root_only");
}

TEST_CASE("a profile in files keeps what it was given, to its owner alone, for one process at a time") {
    Cast cast;
    const auto folder = cast.folder / "device";
    {
        auto profile = must(agent::open_file_profile(folder));
        CHECK(key_of(agent::open_file_profile(folder)) == "profile.in_use");
        must(profile->save("chains/ab", as_bytes("one")));
        must(profile->append_to("chains/ab", as_bytes("two")));
        CHECK(as_text(*must(profile->load("chains/ab"))) == "onetwo");
        CHECK(must(profile->list("chains")) == std::vector<std::string>{"chains/ab"});
        CHECK_FALSE(must(profile->load("chains/cd")));
        CHECK(must(profile->list("nothing")).empty());
        CHECK_THROWS(profile->load("../elsewhere"));
        CHECK((std::filesystem::status(folder / "chains/ab").permissions() & std::filesystem::perms::others_read) ==
              std::filesystem::perms::none);
        must(profile->remove("chains/ab"));
        CHECK_FALSE(must(profile->load("chains/ab")));
    }
    must(agent::open_file_profile(folder));
}

}  // namespace rogatory::test
