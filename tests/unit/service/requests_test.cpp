#include <functional>

#include <catch2/catch_test_macros.hpp>

#include "platform/casework/calendar.hpp"
#include "platform/record/chains.hpp"
#include "tests/unit/service/fixture.hpp"

// Requests at the server: what it refuses, what its index holds, and who is listed what.
using namespace rogatory;
using namespace rogatory::tests;

namespace {

model::RequestRouting fields() {
    return {"SEN/2026/1",
            model::Nature::judicial_assistance,
            {model::Assistance::tracing},
            "ICC-01/04",
            model::Urgency::urgent,
            "fr"};
}

struct Requests : PeopledFixture {
    OfficialPtr kenya = world->found(*admin, "KEN");

    model::ChainId request(bool confidential, UnixSeconds due_in = kDay) {
        auto& w = *world;
        const auto chain =
            w.open(*senegal, {w.ref(*france)}, {model::Onward::own_party, {}, {}}, record::DossierKind::request);
        std::vector<Bytes> bodies;
        auto entry = w.entry(chain, {}, bodies);
        const auto to = w.ref(*france);
        record::Routing routing{to.party, to.authority, std::nullopt, model::RequestStatus::sent, clock.now() + due_in,
                                fields(), std::nullopt};
        if (confidential) {
            routing.clear.reset();
            routing.commit = record::routing_commit(fields(), record::RoutingSalt{});
        }
        entry.routing = routing;
        w.append(*senegal, w.sign(*senegal, chain, entry), bodies);
        return chain;
    }
    std::string step(Official& who, const model::ChainId& chain, model::RequestStatus to) {
        auto& w = *world;
        const auto& dossier = w.dossier(chain);
        record::StatusSet status{dossier.request()->status, to,           {},          false, {},
                                 dossier.basis(),           std::nullopt, std::nullopt};
        const auto done = w.try_append(who, w.sign(who, chain, status));
        return done ? "" : done.error().key();
    }
    std::vector<service::RequestItem> list(Official& who, const service::RequestQuery& query = {}) {
        return services->chains.requests(world->principal(who), query, {}).value().items;
    }
};

}  // namespace

TEST_CASE("a request is indexed by what it says in the clear, for those who take part", "[service][requests]") {
    Requests f;
    const auto chain = f.request(false);
    for (auto* who : {f.senegal.get(), f.france.get()}) {
        const auto items = f.list(*who);
        REQUIRE(items.size() == 1);
        CHECK(items[0].row.chain == chain);
        REQUIRE(items[0].row.open);
        CHECK(items[0].row.open->routing == fields());
        CHECK(items[0].row.status == model::RequestStatus::sent);
    }
    CHECK(f.list(*f.kenya).empty());
    CHECK(f.step(*f.france, chain, model::RequestStatus::acknowledged).empty());
    const auto after = f.list(*f.senegal);
    CHECK(after[0].row.status == model::RequestStatus::acknowledged);
    CHECK(after[0].row.open->acknowledged_at);
}

TEST_CASE("the server refuses what the table of states does not allow", "[service][requests]") {
    Requests f;
    const auto chain = f.request(false);
    CHECK(f.step(*f.senegal, chain, model::RequestStatus::acknowledged) == "void.status_side");
    CHECK(f.step(*f.france, chain, model::RequestStatus::executed) == "void.status_move");
    CHECK(f.step(*f.france, chain, model::RequestStatus::refused) == "void.status_reason");
    CHECK(f.step(*f.senegal, chain, model::RequestStatus::referred) == "void.status_registry");
    CHECK(f.list(*f.france)[0].row.status == model::RequestStatus::sent);
}

TEST_CASE("of a confidential request the index holds whom it asks, status and due date", "[service][requests]") {
    Requests f;
    const auto chain = f.request(true);
    CHECK(f.step(*f.france, chain, model::RequestStatus::acknowledged).empty());
    const auto items = f.list(*f.france);
    REQUIRE(items.size() == 1);
    CHECK_FALSE(items[0].row.open);
    CHECK(items[0].row.status == model::RequestStatus::acknowledged);
    CHECK(items[0].row.due);
    CHECK(items[0].row.requested == f.world->ref(*f.france).authority);
    // Its sender lifts that, and only as it was.
    auto other = fields();
    other.language = "en";
    auto& w = *f.world;
    const auto wrong = w.try_append(*f.senegal, w.sign(*f.senegal, chain, record::RoutingDisclosed{other, {}}));
    CHECK(wrong.error().key() == "void.routing_commit");
    w.append(*f.senegal, w.sign(*f.senegal, chain, record::RoutingDisclosed{fields(), {}}));
    CHECK(f.list(*f.france)[0].row.open->routing == fields());
}

TEST_CASE("requests are listed by direction, status, Party and what is overdue", "[service][requests]") {
    Requests f;
    const auto first = f.request(false);
    const auto second = f.request(true);
    CHECK(f.step(*f.france, first, model::RequestStatus::acknowledged).empty());
    service::RequestQuery query;
    query.filter.direction = ports::RequestDirection::sent;
    CHECK(f.list(*f.senegal, query).size() == 2);
    CHECK(f.list(*f.france, query).empty());
    query.filter.direction = ports::RequestDirection::received;
    CHECK(f.list(*f.france, query).size() == 2);
    query.filter.status = model::RequestStatus::sent;
    const auto sent = f.list(*f.france, query);
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].row.chain == second);
    query = {};
    query.filter.party = f.world->ref(*f.kenya).party;
    CHECK(f.list(*f.france, query).empty());
    query = {};
    query.overdue = true;
    CHECK(f.list(*f.france, query).empty());
    query = {};
    query.authority = f.world->ref(*f.senegal).authority;
    CHECK_FALSE(f.services->chains.requests(f.world->principal(*f.france), query, {}));
}

namespace {

// A request of Senegal to France that is due in 40 days; both have an address for mails, and Kenya, which has nothing
// to do with it. Nobody is signed in.
struct Reminders : Requests {
    model::ChainId chain;
    casework::Date due = casework::Date::at(clock.now() + 40 * kDay, 0);
    const std::vector<std::string> both{"fra@a.example", "sen@a.example"};

    // `before`: what France does first, signed in.
    explicit Reminders(const std::function<void(Reminders&)>& before = {}) {
        for (const auto& [who, address] : everybody()) {
            world->sign_in(*who);
            service::NoticeSetting wanted;
            wanted.address = address;
            REQUIRE(services->notices.set(world->principal(*who), wanted).has_value());
        }
        if (before) before(*this);
        chain = request(true, 40 * kDay);
        sign_out();
    }
    [[nodiscard]] std::vector<std::pair<Official*, std::string>> everybody() const {
        return {{senegal.get(), "sen@a.example"}, {france.get(), "fra@a.example"}, {kenya.get(), "ken@a.example"}};
    }
    void sign_out() {
        for (const auto& [who, address] : everybody()) services->sign_in.sign_out(world->principal(*who));
        (void)mailed();
    }
    // Every round until that day: how many days before the due date (negative: after it) a mail went out, to both.
    std::vector<std::int64_t> until(casework::Date last) {
        std::vector<std::int64_t> reminded;
        while (casework::Date::at(clock.now(), 0) < last) {
            clock.pass(kDay / 2);
            services->tidy();
            const auto told = mailed();
            if (told.empty()) continue;
            CHECK(told == both);
            reminded.push_back(days_between(casework::Date::at(clock.now(), 0), due));
        }
        return reminded;
    }
};

}  // namespace

TEST_CASE("both sides are reminded of a due date by mail, day by day, and of what is over no more",
          "[service][requests][reminders]") {
    Reminders f;
    std::vector<std::int64_t> expected;
    const casework::Calendar everywhere;
    for (const int before : {14, 3}) {
        expected.push_back(days_between(working_day_until(everywhere, f.due.plus_days(-before)), f.due));
    }
    for (const int late : {1, 31, 61}) {
        expected.push_back(days_between(working_day_from(everywhere, f.due.plus_days(late)), f.due));
    }
    CHECK(f.until(f.due.plus_days(70)) == expected);

    SECTION("a server that stood makes up for it by one mail, and a restart does not repeat it") {
        f.clock.pass(25 * kDay);
        f.restart();
        f.services->tidy();
        CHECK(f.mailed() == f.both);
        f.restart();
        f.services->tidy();
        CHECK(f.mailed().empty());
    }
    SECTION("what is over is over") {
        for (const auto& [who, address] : f.everybody()) f.world->sign_in(*who);
        CHECK(f.step(*f.france, f.chain, model::RequestStatus::acknowledged).empty());
        CHECK(f.step(*f.france, f.chain, model::RequestStatus::executed).empty());
        CHECK(f.step(*f.senegal, f.chain, model::RequestStatus::closed).empty());
        f.sign_out();
        CHECK(f.until(f.due.plus_days(140)).empty());
    }
}

TEST_CASE("reminders go by the working days that the State asked has published", "[service][requests][reminders]") {
    Reminders f{[](Reminders& it) {
        auto& world = *it.world;
        world.append(*it.france, world.sign(*it.france, it.france->register_chain,
                                            record::PublisherSet{it.france->authority, true}));
        // Nobody rests but on the very days on which a reminder would go out.
        model::WorkingCalendar row;
        row.holidays = {{it.due.plus_days(-14).text()}, {it.due.plus_days(-3).text()}, {it.due.plus_days(1).text()}};
        row.valid_from = it.due.plus_days(-40).text();
        record::CalendarSet set{{{record::random_id<model::NoticeId>(world.random), row, std::nullopt}}};
        world.append(*it.france,
                     world.sign(*it.france, record::notices_chain(world.ref(*it.france).party), std::move(set)));
    }};
    CHECK(f.until(f.due.plus_days(70)) == std::vector<std::int64_t>{15, 4, -2, -31, -61});
}
