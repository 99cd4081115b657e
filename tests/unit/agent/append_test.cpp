#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <catch2/catch_test_macros.hpp>

#include "platform/agent/access_rules.hpp"
#include "platform/agent/state.hpp"
#include "tests/support/agent_scene.hpp"

// Appending: the same bytes after a time-out, signed anew only after another statement was verified [rebase].
namespace rogatory::test {

TEST_CASE("an append whose answer is lost is sent again, byte for byte") {
    Scene scene;
    SECTION("lost after it was stored") { scene.server().lose_next_append_answer = true; }
    SECTION("lost before it was stored") { scene.server().refuse_next_append = true; }
    const auto dossier = scene.sent();
    CHECK(scene.cast.platform.chains.at(dossier.chain).size() == 2);
    CHECK(must(scene.cast.person("sen.1").profile.list("drafts/signed")).empty());
    CHECK(scene.got("x-otp.1", dossier).has_value());
}

TEST_CASE("what stays unsettled lies on disk and is settled before anything else is signed") {
    Scene scene;
    auto& platform = scene.cast.platform;
    const auto dossier = scene.sent();
    auto& who = scene.cast.person("sen.1");
    auto agent = who.working();
    int left = 3;
    const auto again = [&](auto& self) -> void {
        platform.misbehave.refuse_next_append = true;
        if (--left > 0) platform.misbehave.before_append = [&] { self(self); };
    };
    platform.misbehave.before_append = [&] { again(again); };
    CHECK(key_of(agent::close_dossier(agent, dossier.chain)) == "append.unsettled");
    CHECK(must(who.profile.list("drafts/signed")).size() == 1);
    platform.misbehave = {};

    // Another run: the closing is sent first, then the new act finds the dossier closed.
    auto later = who.working();
    CHECK(key_of(agent::add_entry(later, {dossier.chain, {}, {}, "noch etwas", std::nullopt}, nullptr)) ==
          "dossier.closed");
    must(agent::reopen_dossier(later, dossier.chain));
    CHECK(must(who.profile.list("drafts/signed")).empty());
    CHECK(platform.chains.at(dossier.chain).size() == 4);
}

namespace {

using Place = std::pair<Hash, std::uint64_t>;

// A server that may say of every act that the rules of its author's Party keep him out, or that his second factor is to
// be shown once more, and remembers all it was sent.
class KeepsOut {
public:
    explicit KeepsOut(Misbehaviour& misbehave) : misbehave_{misbehave} {
        misbehave.refuse = [this](const ports::remote::Append& append) { return answer(append); };
    }
    ~KeepsOut() { misbehave_.refuse = nullptr; }
    KeepsOut(const KeepsOut&) = delete;
    KeepsOut& operator=(const KeepsOut&) = delete;

    enum class Says { nothing, kept_out, factor, welcome } says = Says::nothing;
    // Whether two different statements were signed for one place.
    [[nodiscard]] bool has_a_choice() const {
        return std::any_of(sent_.begin(), sent_.end(), [](const auto& place) { return place.second.size() > 1; });
    }

private:
    std::optional<Error> answer(const ports::remote::Append& append) {
        bool sets_rules = false;
        for (const auto& envelope : append.envelopes) {
            const auto one = must(record::SignedStatement::parse(as_text(envelope)));
            sent_[{one.statement().chain.value(), one.statement().seq}].insert(one.id());
            sets_rules = one.kind() == record::Kind::access_policy_set;
        }
        if (says == Says::welcome || append.envelopes.empty() || (sets_rules && append.envelopes.size() == 1)) {
            return std::nullopt;
        }
        if (says == Says::nothing) return Error{ErrorCode::unavailable, "server.unreachable"};
        if (says == Says::factor) return Error{ErrorCode::forbidden, "session.step_up"};
        return Error{ErrorCode::forbidden, "access.address"};
    }

    Misbehaviour& misbehave_;
    std::map<Place, std::set<model::StatementId>> sent_;
};

record::AccessPolicySet rules(std::vector<std::string> ranges = {}) {
    record::AccessPolicySet set;
    set.address_ranges = std::move(ranges);
    set.session_idle = 900;
    set.session_absolute = 43'200;
    return set;
}

std::size_t waiting(Person& who) { return must(who.profile.list("drafts/signed")).size(); }
std::size_t refused(Person& who) { return must(who.profile.list("drafts/refused")).size(); }

// Says no to whatever it is asked.
class Unwilling final : public agent::Observer {
public:
    [[nodiscard]] bool confirm(const agent::Notice& notice) override {
        asked.push_back(notice.key);
        return false;
    }
    std::vector<std::string> asked;
};

bool told(const Person& who, const std::string& key) {
    return std::ranges::find(who.notices.keys, key) != who.notices.keys.end();
}

}  // namespace

TEST_CASE("where an act waits for an answer nobody signs another at its place, whatever the server says of rules") {
    Scene scene;
    const auto dossier = scene.sent();
    auto& who = scene.cast.person("sen.1");
    KeepsOut server{scene.server()};
    {
        auto agent = who.working();
        CHECK(key_of(agent::close_dossier(agent, dossier.chain)) == "append.unsettled");
    }
    server.says = KeepsOut::Says::kept_out;
    auto outside = who.working();
    CHECK(key_of(agent::withdraw(outside, dossier.chain, 1, "")) == "append.earlier_waits");
    CHECK(told(who, "draft.waits"));
    CHECK(key_of(agent::add_entry(outside, {dossier.chain, {}, {}, "suite", std::nullopt}, nullptr)) ==
          "append.earlier_waits");
    // Nor is that entry given up, or signed, while nobody knows what stands.
    const auto plans = must(agent::drafts(outside));
    REQUIRE(plans.size() == 1);
    CHECK(key_of(agent::resume_draft(outside, plans.front().name, nullptr)) == "append.earlier_waits");
    CHECK(key_of(agent::drop_draft(outside, plans.front().name)) == "append.earlier_waits");
    CHECK(must(agent::drafts(outside)).size() == 1);
    // In another chain he sets the rules all the same.
    must(agent::set_access_rules(outside, rules()));
    CHECK(waiting(who) == 1);
    CHECK(refused(who) == 0);

    server.says = KeepsOut::Says::welcome;
    auto inside = who.working();
    CHECK(key_of(agent::add_entry(inside, {dossier.chain, {}, {}, "suite", std::nullopt}, nullptr)) ==
          "dossier.closed");
    for (const auto& plan : must(agent::drafts(inside))) must(agent::drop_draft(inside, plan.name));
    CHECK(waiting(who) == 0);
    CHECK_FALSE(server.has_a_choice());
    CHECK_FALSE(has_evidence(who));
}

TEST_CASE("an act that arrived before its author was kept out is no lie of the server's") {
    Scene scene;
    const auto dossier = scene.sent();
    auto& who = scene.cast.person("sen.1");
    int asked = 0;
    scene.server().lose_next_append_answer = true;
    scene.server().refuse = [&](const ports::remote::Append& append) -> std::optional<Error> {
        if (append.envelopes.empty() || ++asked == 1) return std::nullopt;
        return Error{ErrorCode::forbidden, "access.address"};
    };
    {
        auto agent = who.working();
        CHECK(key_of(agent::close_dossier(agent, dossier.chain)) == "append.unsettled");
    }
    CHECK(asked == 2);
    CHECK(waiting(who) == 1);
    CHECK(refused(who) == 0);
    scene.server().refuse = nullptr;
    auto inside = who.working();
    CHECK(must(agent::show_dossier(inside, dossier.chain)).state == "closed");
    must(agent::reopen_dossier(inside, dossier.chain));
    CHECK(waiting(who) == 0);
    CHECK_FALSE(has_evidence(who));
}

TEST_CASE("what waits in the register gives way to the rules that let one in again, and only if one says so") {
    Scene scene;
    auto& who = scene.cast.person("sen.1");
    KeepsOut server{scene.server()};
    {
        auto agent = who.working();
        CHECK(key_of(agent::unpin(agent, "X-OTP")) == "append.unsettled");
    }
    server.says = KeepsOut::Says::kept_out;
    auto outside = who.working();
    CHECK(key_of(agent::invite_member(outside, "reader", 72)) == "append.earlier_waits");
    CHECK(waiting(who) == 1);
    CHECK_FALSE(server.has_a_choice());
    SECTION("no") {
        Unwilling unwilling;
        agent::Environment asked{*who.server, who.profile, who.clock, unwilling};
        auto agent = must(agent::Agent::open(asked, must(agent::Unlocked::from_secret(who.kept)), ""));
        CHECK(key_of(agent::set_access_rules(agent, rules())) == "append.earlier_waits");
        CHECK(unwilling.asked == std::vector<std::string>{"draft.gives_way"});
        CHECK(waiting(who) == 1);
        CHECK_FALSE(server.has_a_choice());
        // Let in, he finds it as he left it.
        server.says = KeepsOut::Says::welcome;
        auto inside = who.working();
        must(agent::set_access_rules(inside, rules()));
        CHECK(waiting(who) == 0);
        CHECK_FALSE(server.has_a_choice());
    }
    SECTION("yes") {
        must(agent::set_access_rules(outside, rules()));
        CHECK(waiting(who) == 0);
        CHECK(refused(who) == 1);
    }
    SECTION("yes, and the rules are refused: the next are asked about in words that accuse nobody") {
        scene.server().refuse = [](const ports::remote::Append& append) -> std::optional<Error> {
            if (append.envelopes.empty()) return std::nullopt;
            const auto first = must(record::SignedStatement::parse(as_text(append.envelopes.front())));
            const bool sets = first.kind() == record::Kind::access_policy_set;
            return Error{ErrorCode::forbidden, sets ? "access.own_address" : "access.address"};
        };
        CHECK(key_of(agent::set_access_rules(outside, rules({"192.0.2.0/24"}))) == "access.own_address");
        CHECK(refused(who) == 2);
        Unwilling unwilling;
        agent::Environment asked{*who.server, who.profile, who.clock, unwilling};
        auto agent = must(agent::Agent::open(asked, must(agent::Unlocked::from_secret(who.kept)), ""));
        const auto forget = [&](std::string_view kept) {
            for (const auto& name : must(who.profile.list("drafts/refused"))) {
                const auto one = must(record::SignedStatement::parse(as_text(*must(who.profile.load(name)))));
                if (record::to_text(one.kind()) != kept) must(who.profile.remove(name));
            }
        };
        forget("unpinned");
        CHECK(key_of(agent::set_access_rules(agent, rules())) == "append.refused_before");
        CHECK(unwilling.asked == std::vector<std::string>{"draft.given_up_before"});
    }
}

TEST_CASE("an act for which the second factor is asked once more waits, and the same bytes go out when it was shown") {
    Scene scene;
    auto& who = scene.cast.person("sen.1");
    KeepsOut server{scene.server()};
    server.says = KeepsOut::Says::factor;
    {
        auto agent = who.working();
        CHECK(key_of(agent::unpin(agent, "X-OTP")) == "append.needs_factor");
    }
    CHECK(waiting(who) == 1);
    CHECK(refused(who) == 0);
    {
        auto agent = who.working();
        CHECK(key_of(agent::invite_member(agent, "reader", 72)) == "append.earlier_waits");
        CHECK(told(who, "draft.waits_for_factor"));
    }
    CHECK(waiting(who) == 1);
    CHECK(refused(who) == 0);
    CHECK_FALSE(server.has_a_choice());

    server.says = KeepsOut::Says::welcome;
    auto shown = who.working();
    must(agent::invite_member(shown, "reader", 72));
    CHECK(waiting(who) == 0);
    CHECK(refused(who) == 0);
    CHECK_FALSE(server.has_a_choice());
    CHECK_FALSE(has_evidence(who));
}

TEST_CASE("an act that arrived before the second factor was asked for once more is no lie of the server's") {
    Scene scene;
    auto& who = scene.cast.person("sen.1");
    int asked = 0;
    scene.server().lose_next_append_answer = true;
    scene.server().refuse = [&](const ports::remote::Append& append) -> std::optional<Error> {
        if (append.envelopes.empty() || ++asked == 1) return std::nullopt;
        return Error{ErrorCode::forbidden, "session.step_up"};
    };
    const auto length = [&] { return who.working().state().own().head().length; };
    const auto before = length();
    {
        auto agent = who.working();
        CHECK(key_of(agent::unpin(agent, "X-OTP")) == "append.needs_factor");
    }
    CHECK(waiting(who) == 1);
    scene.server().refuse = nullptr;
    auto shown = who.working();
    must(agent::set_access_rules(shown, rules()));
    CHECK(waiting(who) == 0);
    CHECK(refused(who) == 0);
    CHECK(length() == before + 2);
    CHECK_FALSE(has_evidence(who));
}

TEST_CASE("an earlier run's act that stands is not kept as refused, whatever is said of its author since") {
    Scene scene;
    const auto dossier = scene.sent();
    auto& who = scene.cast.person("sen.1");
    int asked = 0;
    bool over = false;
    scene.server().lose_next_append_answer = true;
    scene.server().refuse = [&](const ports::remote::Append& append) -> std::optional<Error> {
        if (append.envelopes.empty() || ++asked == 1) return std::nullopt;
        if (over) return Error{ErrorCode::forbidden, "statement.author"};
        return Error{ErrorCode::unavailable, "server.unreachable"};
    };
    {
        auto agent = who.working();
        CHECK(key_of(agent::close_dossier(agent, dossier.chain)) == "append.unsettled");
    }
    over = true;
    auto later = who.working();
    CHECK(key_of(agent::reopen_dossier(later, dossier.chain)) == "statement.author");
    CHECK_FALSE(told(who, "draft.superseded"));
    CHECK(waiting(who) == 0);
    CHECK(refused(who) == 1);  // the reopening alone, of which its error tells
    CHECK_FALSE(told(who, "draft.refused"));
    CHECK(must(agent::show_dossier(later, dossier.chain)).state == "closed");
    CHECK_FALSE(has_evidence(who));
}

TEST_CASE("an act that stands in a file which is closed to its author now is no lie of the server's") {
    Scene scene;
    const auto dossier = scene.sent();
    auto& who = scene.cast.person("sen.1");
    auto& server = scene.server();
    int asked = 0;
    server.lose_next_append_answer = true;
    server.refuse = [&](const ports::remote::Append& append) -> std::optional<Error> {
        if (append.envelopes.empty()) return std::nullopt;
        const auto first = must(record::SignedStatement::parse(as_text(append.envelopes.front())));
        if (first.kind() != record::Kind::closed || ++asked == 1) return std::nullopt;
        return Error{ErrorCode::forbidden, "statement.author"};
    };
    {
        auto agent = who.working();
        CHECK(key_of(agent::close_dossier(agent, dossier.chain)) == "append.unsettled");
    }
    CHECK(asked == 2);
    CHECK(waiting(who) == 1);
    CHECK(refused(who) == 0);
    server.closed_chain = dossier.chain;
    {
        auto elsewhere = who.working();
        must(agent::send(elsewhere, scene.order("autre")));
    }
    CHECK(waiting(who) == 0);
    CHECK(refused(who) == 0);
    CHECK_FALSE(told(who, "draft.refused"));
    // Another of his authorities is let in later.
    server.closed_chain.reset();
    auto later = who.working();
    CHECK(must(agent::show_dossier(later, dossier.chain)).state == "closed");
    CHECK_FALSE(has_evidence(who));
}

TEST_CASE("an earlier run's act that is refused is told of as one from before") {
    Scene scene;
    const auto dossier = scene.sent();
    auto& who = scene.cast.person("sen.1");
    KeepsOut server{scene.server()};
    {
        auto agent = who.working();
        CHECK(key_of(agent::close_dossier(agent, dossier.chain)) == "append.unsettled");
    }
    CHECK_FALSE(told(who, "draft.refused"));
    scene.server().refuse = [](const ports::remote::Append& append) -> std::optional<Error> {
        if (append.envelopes.empty()) return std::nullopt;
        const auto first = must(record::SignedStatement::parse(as_text(append.envelopes.front())));
        if (first.kind() != record::Kind::closed) return std::nullopt;
        return Error{ErrorCode::invalid_input, "statement.clock"};
    };
    auto later = who.working();
    must(agent::unpin(later, "X-OTP"));
    CHECK(told(who, "draft.refused"));
    CHECK(waiting(who) == 0);
    CHECK(refused(who) == 1);
    CHECK_FALSE(has_evidence(who));
}

TEST_CASE("what stands, says the server, in a file that its author may not read now waits until he may") {
    Scene scene;
    const auto dossier = scene.sent();
    auto& who = scene.cast.person("sen.1");
    KeepsOut server{scene.server()};
    {
        auto agent = who.working();
        CHECK(key_of(agent::close_dossier(agent, dossier.chain)) == "append.unsettled");
    }
    server.says = KeepsOut::Says::welcome;
    scene.server().closed_chain = dossier.chain;
    {
        auto elsewhere = who.working();
        must(agent::unpin(elsewhere, "X-OTP"));
    }
    CHECK(waiting(who) == 1);
    CHECK(refused(who) == 0);
    scene.server().closed_chain.reset();
    auto inside = who.working();
    must(agent::reopen_dossier(inside, dossier.chain));
    CHECK(waiting(who) == 0);
    CHECK_FALSE(server.has_a_choice());
    CHECK_FALSE(has_evidence(who));
}

TEST_CASE("what is known of the log on other devices goes unread only where a Party's own rules may keep one out") {
    Scene scene;
    auto& who = scene.cast.person("sen.1");
    const auto refuse = [](const ports::remote::Append& append) -> std::optional<Error> {
        if (!append.envelopes.empty()) return std::nullopt;
        return Error{ErrorCode::forbidden, "access.address"};
    };
    scene.server().refuse = refuse;
    CHECK(key_of(who.at_work()) == "access.address");
    scene.server().refuse = nullptr;
    {
        auto agent = who.working();
        must(agent::set_access_rules(agent, rules({"203.0.113.0/24"})));
    }
    scene.server().refuse = refuse;
    CHECK_FALSE(told(who, "state.not_read"));
    auto outside = who.working();
    CHECK(told(who, "state.not_read"));
    must(agent::set_access_rules(outside, rules()));
}

TEST_CASE("a statement in between is verified, and the text is signed anew behind it") {
    Scene scene;
    const auto dossier = scene.sent();
    auto other = scene.cast.person("x-otp.1").working();
    auto sender = scene.cast.person("sen.1").working();
    int asked = 0;
    const auto yes = [&](const std::vector<agent::Notice>&) {
        ++asked;
        return true;
    };
    scene.server().before_append = [&] {
        must(agent::add_entry(other, {dossier.chain, {}, {}, "reçu", std::nullopt}, nullptr));
    };
    const auto mine = must(agent::add_entry(sender, {dossier.chain, {}, {}, "suite", std::nullopt}, yes));
    CHECK(mine.seq == 3);
    CHECK(asked == 0);  // who reads it did not change
}

TEST_CASE("nobody is let in between sealing and sending without the sender being asked") {
    Scene scene;
    scene.cast.party("FRA", "fiu", "TRACFIN");
    scene.cast.pin_each_other({"SEN", "FRA"});
    scene.cast.pin("x-otp.1", "FRA");
    auto sender = scene.cast.person("sen.1").working();
    auto order = scene.order("un rapport");
    order.policy.onward = "free";
    const auto dossier = must(agent::send(sender, order)).front();
    auto other = scene.cast.person("x-otp.1").working();
    std::vector<std::string> told;
    bool answer = false;
    const auto ask = [&](const std::vector<agent::Notice>& changes) {
        for (const auto& change : changes) told.push_back(change.key);
        return answer;
    };
    scene.server().before_append = [&] { must(agent::grant(other, dossier.chain, "FRA")); };
    CHECK(key_of(agent::add_entry(sender, {dossier.chain, {}, {}, "suite", std::nullopt}, ask)) ==
          "entry.basis_changed");
    CHECK(told == std::vector<std::string>{"change.reader_admitted"});
    // The draft is still there; asked again, the person may say yes.
    const auto drafts = must(agent::drafts(sender));
    REQUIRE(drafts.size() == 1);
    answer = true;
    const auto resumed = must(agent::resume_draft(sender, drafts.front().name, ask));
    CHECK(resumed.seq == 3);
    CHECK(must(agent::drafts(sender)).empty());
}

TEST_CASE("a conflict that is none is an alarm, and nothing is signed anew") {
    Scene scene;
    auto& platform = scene.cast.platform;
    const auto dossier = scene.sent();
    auto& who = scene.cast.person("sen.1");
    auto agent = who.working();
    platform.misbehave.lying_conflict = true;
    CHECK(key_of(agent::close_dossier(agent, dossier.chain)) == "append.lying_conflict");
    CHECK(has_evidence(who));
    CHECK(must(who.profile.list("drafts/signed")).size() == 1);
}

TEST_CASE("a 201 for what the log does not have is an alarm") {
    Scene scene;
    auto& platform = scene.cast.platform;
    const auto dossier = scene.sent();
    auto& who = scene.cast.person("sen.1");
    auto agent = who.working();
    platform.misbehave.swallow_append = true;
    CHECK(key_of(agent::close_dossier(agent, dossier.chain)) == "append.proof");
    CHECK(has_evidence(who));
}

TEST_CASE("a 201 for half of what was signed together is an alarm, and the other half is kept") {
    Scene scene;
    auto& who = scene.cast.person("sen.1");
    auto sender = who.working();
    scene.server().halve_append = true;
    CHECK(key_of(agent::send(sender, scene.order("un rapport"))) == "append.proof");
    CHECK(has_evidence(who));
    CHECK(must(who.profile.list("drafts/signed")).size() == 1);
}

TEST_CASE("receipts for what came after the dossier was read wait for the next reading") {
    Scene scene;
    const auto dossier = scene.sent();
    must(scene.got("x-otp.1", dossier));
    auto reader = scene.cast.person("x-otp.2").working();
    bool once = true;
    // Between the reader's look at the dossier and its look at the receipts somebody sends and somebody opens more.
    scene.server().chain = [&](const Hash& asked, ports::remote::ChainPage&) {
        if (asked != dossier.chain || !std::exchange(once, false)) return;
        auto sender = scene.cast.person("sen.1").working();
        must(agent::add_entry(sender, {dossier.chain, {}, {}, "suite", std::nullopt}, nullptr));
        must(scene.got("x-otp.1", dossier));
    };
    CHECK(must(agent::receipts(reader, dossier.chain)).size() == 2);
    CHECK_FALSE(once);
    CHECK(must(agent::receipts(reader, dossier.chain)).size() == 4);
    CHECK_FALSE(has_evidence(scene.cast.person("x-otp.2")));
}

TEST_CASE("an answer that is neither yes nor no keeps the draft; a refusal that was a lie is found out") {
    Scene scene;
    auto& platform = scene.cast.platform;
    const auto dossier = scene.sent();
    auto& who = scene.cast.person("sen.1");
    auto agent = who.working();
    SECTION("the session ended under it") {
        scene.server().before_append = [&] { platform.sessions.clear(); };
        CHECK(key_of(agent::close_dossier(agent, dossier.chain)) == "session.ended");
        CHECK(must(who.profile.list("drafts/signed")).size() == 1);
        auto later = who.working();
        CHECK_FALSE(agent::close_dossier(later, dossier.chain).has_value());  // the same act stands now
        CHECK(platform.chains.at(dossier.chain).size() == 3);
    }
    SECTION("stored, and said to be refused") {
        platform.misbehave.lying_refusal = true;
        CHECK(key_of(agent::close_dossier(agent, dossier.chain)) == "statement.refused");
        CHECK(must(who.profile.list("drafts/refused")).size() == 1);
        CHECK(key_of(agent::show_dossier(agent, dossier.chain)) == "append.lying_refusal");
        CHECK(has_evidence(who));
        CHECK(must(agent::show_dossier(agent, dossier.chain)).state == "closed");
    }
}

TEST_CASE("a document whose epoch ends while it is uploaded is sealed anew to the next one") {
    Scene scene;
    const auto dossier = scene.sent();
    auto custodian = scene.cast.person("x-otp.1").working();
    const auto leaver = must(agent::find_member(custodian, "x-otp.2"));
    auto sender = scene.cast.person("sen.1").working();
    scene.server().before_append = [&] { must(agent::remove_member(custodian, leaver)); };
    const auto file = scene.cast.write("annexe.txt", "une annexe");
    const auto added =
        must(agent::add_entry(sender, {dossier.chain, {{file, -1, "annexe.txt", ""}}, {}, {}, std::nullopt}, nullptr));
    CHECK(added.seq == 3);
    // What was staged for the old one is gone, too.
    CHECK(std::filesystem::is_empty(must(scene.cast.person("sen.1").profile.place("outgoing/x")).parent_path()));
    const auto got = must(scene.got("x-otp.1", dossier));
    REQUIRE(got.files.size() == 2);
    CHECK(scene.cast.read(got.files[1].path) == "une annexe");
    CHECK(got.entries[1].epoch == 2);
}

TEST_CASE("words beside an entry are sealed to nobody who left, and to nobody who is not pinned") {
    Scene scene;
    const auto dossier = scene.sent();
    auto custodian = scene.cast.person("x-otp.1").working();
    const auto leaver = must(agent::find_member(custodian, "x-otp.2"));
    auto sender = scene.cast.person("sen.1").working();
    const auto epoch = [&] {
        auto colleague = scene.cast.person("sen.2").working();
        return must(colleague.state().dossier(model::ChainId{dossier.chain}))->replayed.items().back().epoch;
    };
    SECTION("who left before") {
        must(agent::remove_member(custodian, leaver));
        must(agent::withdraw(sender, dossier.chain, 1, "envoyé par erreur"));
        CHECK(epoch() == 2);
    }
    SECTION("who leaves while it is signed") {
        scene.server().before_append = [&] { must(agent::remove_member(custodian, leaver)); };
        must(agent::withdraw(sender, dossier.chain, 1, "envoyé par erreur"));
        CHECK(epoch() == 2);
    }
    SECTION("without words nothing is sealed, and no epoch begins") {
        must(agent::remove_member(custodian, leaver));
        must(agent::withdraw(sender, dossier.chain, 1, ""));
        CHECK(epoch() == 1);
    }
}

}  // namespace rogatory::test
