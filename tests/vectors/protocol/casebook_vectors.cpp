#include "crypto/encoding/base64.hpp"
#include "tests/support/casebook_scenes.hpp"
#include "tests/vectors/protocol/history_vectors.hpp"
#include "tests/vectors/protocol/json_text.hpp"

// Casebooks of two authorities of one State and of a foreign one, every way in which a note has no effect, what notes
// say and where things then stand, and texts that are none.
namespace rogatory::tests {
namespace {

using encoding::Json;
using namespace rogatory::record;  // NOLINT: a generator
using namespace casebook_scene;    // NOLINT: a generator

Json base64(ByteView bytes) { return Json{encoding::base64_encode(bytes)}; }

std::string changed(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error{std::string{"no such text: "}.append(from)};
    text.replace(at, from.size(), to);
    return text;
}

Json::Array malformed_statements(Scene& scene) {
    auto& w = scene.world;
    const auto good = w.sign(*scene.officer, scene.chain(), Note{2, w.digest()});
    Json::Array out;
    const auto add = [&](const char* what, std::string_view from, std::string_view to) {
        auto envelope = good.envelope();
        envelope.payload = changed(std::move(envelope.payload), from, to);
        out.emplace_back(Json::Object{{"what", Json{what}}, {"text", base64(as_bytes(envelope.encode()))}});
    };
    add("generation zero", R"("generation":2)", R"("generation":0)");
    add("no generation", R"("generation":2,)", "");
    add("a dossier in the clear", R"("generation":2,)",
        R"("dossier":")" + std::string(64, 'a') + R"(","generation":2,)");
    add("nothing sealed", R"(,"sealed":")" + model::to_hex(good.body<Note>()->sealed) + '"', "");
    return out;
}

Json state_of(const CasebookState& state) {
    Json::Object assignments;
    for (const auto& [dossier, one] : state.assignments()) {
        Json::Object value{{"member", Json{model::to_hex(one.member)}}};
        if (one.deputy) value.emplace("deputy", Json{model::to_hex(*one.deputy)});
        assignments.emplace(model::to_hex(dossier), Json{std::move(value)});
    }
    Json::Array deputyships;
    for (const auto& one : state.deputyships()) {
        Json::Object value{{"member", Json{model::to_hex(one.days.member)}},
                           {"from", Json{one.days.from}},
                           {"until", Json{one.days.until}}};
        if (one.days.deputy) value.emplace("deputy", Json{model::to_hex(*one.days.deputy)});
        deputyships.emplace_back(std::move(value));
    }
    Json::Array links;
    for (const auto& [pair, one] : state.links()) {
        links.emplace_back(Json::Object{{"dossier", Json{model::to_hex(one.dossier)}},
                                        {"other", Json{model::to_hex(one.other)}},
                                        {"relation", Json{model::name_of(one.relation)}}});
    }
    return Json{Json::Object{{"assignments", Json{std::move(assignments)}},
                             {"deputyships", Json{std::move(deputyships)}},
                             {"links", Json{std::move(links)}}}};
}

void add_notes(std::map<std::string, std::string>& files, Scene& scene) {
    auto& w = scene.world;
    const Notes notes{w};
    const auto statement = w.sign(*scene.officer, scene.chain(), Note{2, w.digest()});
    const auto plain = [&](const model::CasebookNote& note) {
        const auto bytes = *sealed(statement.statement(), note).encode();
        return std::string{as_text(bytes)};
    };
    Json::Array good;
    CasebookState state;
    for (const auto& one : notes.all) {
        state.apply(one.note, {});
        good.emplace_back(Json::Object{
            {"what", Json{one.what}}, {"text", base64(as_bytes(plain(one.note)))}, {"state", state_of(state)}});
    }
    // Of each day, who acts for the first member.
    Json::Array days;
    CasebookState away;
    for (std::size_t i = 0; i < 7; ++i) away.apply(notes.all[i].note, {});
    for (const auto* day : {"2027-07-31", "2027-08-01", "2027-08-10", "2027-08-12", "2027-08-20", "2027-09-01"}) {
        Json::Object one{{"day", Json{day}}, {"member", Json{model::to_hex(notes.awa)}}};
        if (const auto deputy = away.deputy_of(notes.awa, day)) one.emplace("deputy", Json{model::to_hex(*deputy)});
        days.emplace_back(std::move(one));
    }
    Json::Array bad;
    const auto refuse = [&](const char* what, std::size_t note, std::string_view from, std::string_view to) {
        auto text = plain(notes.all[note].note);
        const auto length = text.size();
        text = changed(text.substr(0, text.find_last_not_of(' ') + 1), from, to);
        text.resize(length, ' ');
        bad.emplace_back(Json::Object{{"what", Json{what}}, {"text", base64(as_bytes(text))}});
    };
    const auto hex = [](const auto& id) { return model::to_hex(id); };
    refuse("no kind of note", 0, R"("note":{"assigned":{)", R"("note":{"taken":{)");
    refuse("two kinds at once", 0, R"("note":{)", R"("note":{"hand_over":{"from":")" + hex(notes.awa) + R"("},)");
    refuse("no note at all", 16, R"({"assigned":{"dossier":")" + hex(notes.third) + R"("}})", "{}");
    refuse("a deputy of himself", 1, R"("deputy":")" + hex(notes.bineta), R"("deputy":")" + hex(notes.awa));
    refuse("a deputy of nobody", 1, R"(,"member":")" + hex(notes.awa) + '"', "");
    refuse("a member that is no id", 0, hex(notes.awa), "awa");
    refuse("days that fall", 4, "2027-08-31", "2027-07-31");
    refuse("a day that is none", 4, "2027-08-31", "2027-08-32");
    refuse("deputised by himself", 4, R"("deputy":")" + hex(notes.cheikh), R"("deputy":")" + hex(notes.awa));
    refuse("linked to itself", 7, hex(notes.first), hex(notes.second));
    refuse("a relation nobody knows", 7, R"("relation":"follow_up")", R"("relation":"cousin")");
    refuse("an empty remark", 13, R"("text":"Done.")", R"("text":"")");
    refuse("handed over to himself", 14, R"("to":")" + hex(notes.cheikh), R"("to":")" + hex(notes.awa));
    refuse("a message beside it", 13, R"(,"nonce":)", R"(,"message":"also","nonce":)");
    refuse("an unknown field", 0, R"("note":{"assigned":{)", R"("note":{"assigned":{"also":"x",)");
    Json::Array mismatched;
    const auto mismatch = [&](const char* what, const SealedBody& body) {
        mismatched.emplace_back(Json::Object{{"what", Json{what}}, {"text", base64(*body.encode())}});
    };
    auto other = sealed(statement.statement(), notes.all[0].note);
    other.chain = w.id<model::ChainId>();
    mismatch("of another chain", other);
    other = sealed(statement.statement(), notes.all[0].note);
    other.author.member = w.id<model::MemberId>();
    mismatch("of another author", other);
    other = sealed(statement.statement(), notes.all[0].note);
    other.nonce = w.id<model::Nonce>();
    mismatch("of another statement", other);
    other.nonce = statement.statement().nonce;
    other.note.reset();
    other.message = "No note.";
    mismatch("no note", other);
    files["casebook_notes.json"] = json_text({{"statement", Json{statement.encode()}},
                                              {"good", Json{std::move(good)}},
                                              {"days", Json{std::move(days)}},
                                              {"bad", Json{std::move(bad)}},
                                              {"mismatched", Json{std::move(mismatched)}}});
}

}  // namespace

void add_casebook_vectors(std::map<std::string, std::string>& files) {
    Scene scene;
    Json::Array books;
    for (const auto& [person, generation] :
         {std::pair{scene.custodian, &scene.first_generation}, {scene.sibling, &scene.siblings_generation}}) {
        const auto chain = Scene::chain_of(*person, *generation);
        Json::Array notes;
        for (const auto seq : scene.world.casebook(chain).notes()) notes.emplace_back(seq);
        books.emplace_back(Json::Object{{"authority", Json{model::to_hex(person->authority)}},
                                        {"chain", Json{model::to_hex(chain)}},
                                        {"first_generation", Json{generation->encode().expose_secret()}},
                                        {"notes", Json{std::move(notes)}}});
    }
    files["casebooks_history.json"] =
        json_text({{"history", Json{history_of(scene.world)}}, {"casebooks", Json{std::move(books)}}});
    CellFiles cells{files, "casebooks"};
    for (auto& one : scene.cases()) {
        cells.add(scene.world, scene.world.sign(*one.signer, scene.chain(), std::move(one.body)), one.what);
    }
    cells.flush();
    files["casebooks_malformed.json"] = json_text({{"bad", Json{malformed_statements(scene)}}});
    add_notes(files, scene);
}

}  // namespace rogatory::tests
