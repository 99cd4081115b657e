#include "crypto/encoding/base64.hpp"
#include "tests/support/notice_scenes.hpp"
#include "tests/vectors/protocol/history_vectors.hpp"
#include "tests/vectors/protocol/json_text.hpp"

// Notice boards of two States and the Assembly, where each row then stands, every way in which a row has no effect, and
// bodies that are none.
namespace rogatory::tests {
namespace {

using encoding::Json;
using namespace rogatory::record;  // NOLINT: a generator
using namespace notice_scene;      // NOLINT: a generator

Json::Array rows_of(const NoticeBoard& board) {
    Json::Array out;
    for (const auto& [id, row] : board.rows()) {
        const auto span = row.span();
        Json::Object one{{"id", Json{model::to_hex(id)}},
                         {"index", Json{row.index}},
                         {"statement", Json{model::to_hex(row.statement)}},
                         {"from", Json{span.from}}};
        if (span.to) one.emplace("to", Json{*span.to});
        if (row.ended) one.emplace("ended", Json{*row.ended});
        out.emplace_back(std::move(one));
    }
    return out;
}

// Bodies that no reader takes: the good statement's payload with one thing changed.
Json::Array malformed(Scene& scene) {
    auto& w = scene.world;
    const auto id = w.id<model::NoticeId>();
    FocalPointSet two{
        {{id, focal("2027-04-01", "2027-12-31"), {}}, {w.id<model::NoticeId>(), focal("2028-01-01"), {}}}};
    std::sort(two.rows.begin(), two.rows.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    const auto focals = w.sign(*scene.officer, scene.board(), two);
    const auto laws = w.sign(*scene.officer, scene.board(), set_of<LawEntrySet>(id, law("2027-04-01")));
    const auto ends = w.sign(*scene.officer, scene.board(), end_of<LawEntrySet>(id, "2027-04-01"));
    const auto says =
        w.sign(*scene.officer, scene.board(), set_of<RecommendationSet>(id, recommendation("R152", "2026-11-04")));
    const auto states = w.sign(*scene.officer, scene.board(), set_of<ProfileSet>(id, profile("2026-05-01", "MLI")));
    const auto days =
        w.sign(*scene.officer, scene.board(), set_of<CalendarSet>(id, calendar("2028-01-01", "2028-12-31")));
    const auto row = w.sign(*scene.court, scene.court_board(), set_of<RowPublished>(id, published("SEN")));
    Json::Array out;
    const auto changed = [&out](const char* what, const SignedStatement& good, std::string_view from,
                                std::string_view to) {
        auto envelope = good.envelope();
        const auto at = envelope.payload.find(from);
        if (at == std::string::npos) throw std::runtime_error{std::string{"no such text: "}.append(from)};
        envelope.payload.replace(at, from.size(), to);
        out.emplace_back(
            Json::Object{{"what", Json{what}}, {"text", Json{encoding::base64_encode(as_bytes(envelope.encode()))}}});
    };
    changed("a role nobody knows", focals, R"("role":"fiu")", R"("role":"fiux")");
    changed("languages that fall", focals, R"(["en","fr"])", R"(["fr","en"])");
    changed("a language twice", focals, R"(["en","fr"])", R"(["en","en"])");
    changed("a language in capitals", focals, R"(["en","fr"])", R"(["EN","fr"])");
    changed("a day that is none", focals, R"("valid_from":"2028-01-01")", R"("valid_from":"2027-02-29")");
    changed("an end before the beginning", focals, R"("valid_to":"2027-12-31")", R"("valid_to":"2027-03-31")");
    changed("an empty text", focals, R"("name":"A. Diop")", R"("name":"")");
    changed("an unknown field", focals, R"("role":"fiu")", R"("rank":1,"role":"fiu")");
    changed("an empty list", laws, R"("kinds":["freezing","seizure"])", R"("kinds":[])");
    changed("kinds that fall", laws, R"(["freezing","seizure"])", R"(["seizure","freezing"])");
    changed("a deferral where notice must be given", laws, R"("holder_notice":"deferrable")",
            R"("holder_notice":"must")");
    changed("a renewal of nothing", laws, R"("freeze_days":730,)", "");
    changed("a freeze of no day", laws, R"("freeze_days":730)", R"("freeze_days":0)");
    changed("a freeze of more than a century", laws, R"("freeze_days":730)", R"("freeze_days":36501)");
    changed("authentic in no language", laws, R"("request_languages":["fr"],)", "");
    changed("neither a row nor an end", ends, R"("ended":"2027-04-01",)", "");
    changed("no rows", ends, R"("body":{"rows":[{"ended":"2027-04-01","id":")" + model::to_hex(id) + R"("}]})",
            R"("body":{})");
    changed("an end that is no day", ends, R"("ended":"2027-04-01")", R"("ended":"2027-04-31")");
    changed("a number with a space", says, R"("number":"R152")", R"("number":"R 52")");
    changed("a third half of a year", says, R"("due":"2027-H1")", R"("due":"2027-H3")");
    changed("one language only", says, R"("en":"Meetings take place.",)", "");
    changed("a weekend that falls", days, R"(["saturday","sunday"])", R"(["sunday","saturday"])");
    changed("a day of no week", days, R"(["saturday","sunday"])", R"(["caturday","sunday"])");
    changed("seven days of rest", days, R"(["saturday","sunday"])",
            R"(["monday","tuesday","wednesday","thursday","friday","saturday","sunday"])");
    changed("a holiday before the calendar", days, R"("holidays":["2028-01-01"])", R"("holidays":["2027-12-31"])");
    changed("a holiday after it", days, R"("holidays":["2028-01-01"])", R"("holidays":["2029-01-01"])");
    changed("a holiday that is no day", days, R"("holidays":["2028-01-01"])", R"("holidays":["2028-02-30"])");
    changed("a State in small letters", states, R"("state":"MLI")", R"("state":"mli")");
    changed("no source", states, R"("source":"Treaty collection of the United Nations, XVIII.13",)", "");
    changed("an answer nobody knows", row, R"("answer":"confirmed")", R"("answer":"agreed")");
    changed("confirmed without a time", row, R"(,"confirmed_at":1792886400)", "");
    changed("no answer, and a time of one", row, R"("answer":"confirmed")", R"("answer":"none")");
    changed("confirmed before it was told", row, R"("confirmed_at":1792886400)", R"("confirmed_at":1792454399)");
    changed("a row of a body", row, R"("party":"SEN")", R"("party":"X-A")");
    changed("a row by a State", row, R"("organ":"X-OTP")", R"("organ":"FRA")");
    changed("a period that ends before it begins", row, R"("to":"2026-09-15")", R"("to":"2025-09-15")");
    changed("counted before it ended", row, R"("as_of":"2026-09-15")", R"("as_of":"2026-09-14")");
    changed("a figure of nothing", row, R"("count":12)", R"("count":0)");
    changed("a figure beyond all that is sent", row, R"("count":12)", R"("count":1000000001)");
    changed("a figure below nothing", row, R"("count":12)", R"("count":-1)");
    changed("figures that fall", row, R"("figure":"executed")", R"("figure":"replied")");
    changed("a figure twice", row, R"("figure":"executed")", R"("figure":"on_platform")");
    changed("a name in capitals", row, R"("figure":"executed")", R"("figure":"Executed")");
    changed("a bound of all", row, R"("hide_below":5)", R"("hide_below":101)");
    changed("no bound", row, R"("hide_below":5,)", "");
    return out;
}

}  // namespace

void add_notice_vectors(std::map<std::string, std::string>& files) {
    Scene scene;
    Json::Array boards;
    for (const auto& person : {scene.custodian, scene.foreign, scene.assembly, scene.court}) {
        boards.emplace_back(Json::Object{{"party", Json{model::to_hex(scene.world.register_of(*person).party())}},
                                         {"chain", Json{model::to_hex(scene.board_of(*person))}},
                                         {"rows", Json{rows_of(scene.world.board_of(*person))}}});
    }
    files["notices_history.json"] =
        json_text({{"history", Json{history_of(scene.world)}}, {"boards", Json{std::move(boards)}}});
    CellFiles cells{files, "notices"};
    for (auto& one : scene.cases()) {
        const auto chain = one.chain.value_or(scene.board());
        cells.add(scene.world, scene.world.sign(*one.signer, chain, std::move(one.body)), one.what);
    }
    cells.flush();
    files["notices_malformed.json"] = json_text({{"bad", Json{malformed(scene)}}});
}

}  // namespace rogatory::tests
