#include "crypto/encoding/base64.hpp"
#include "platform/record/sealed_body.hpp"
#include "tests/support/request_scenes.hpp"
#include "tests/vectors/protocol/history_vectors.hpp"
#include "tests/vectors/protocol/json_text.hpp"

// Requests in every state, every move and act by both sides and the Registry, where each request then stands, and the
// sealed body of a confidential one.
namespace rogatory::tests {
namespace {

using encoding::Json;
using namespace rogatory::record;  // NOLINT: a generator
using namespace request_scene;     // NOLINT: a generator

constexpr Who kSigners[] = {requesting, requested, registry};

Json::Array states_of(const Scene& scene, const std::vector<model::ChainId>& chains) {
    Json::Array out;
    for (const auto& chain : chains) {
        const auto& request = scene.request(chain);
        Json::Object one{{"dossier", Json{model::to_hex(chain)}},
                         {"status", Json{model::name_of(request.status)}},
                         {"status_by", Json{model::to_hex(request.status_by)}},
                         {"refused_in_part", Json{request.refused_in_part}},
                         {"confidential", Json{request.confidential()}},
                         {"reminders", Json{Json::Array{Json{request.reminders[0]}, Json{request.reminders[1]}}}},
                         {"off_platform", Json{static_cast<std::uint64_t>(request.off_platform.size())}}};
        const auto time = [&one](const char* name, const std::optional<UnixSeconds>& at) {
            if (at) one.emplace(name, Json{static_cast<std::uint64_t>(*at)});
        };
        time("first_due", request.first_due);
        time("due", request.due);
        time("acknowledged_at", request.acknowledged_at);
        time("replied_at", request.replied_at);
        time("executed_at", request.executed_at);
        time("over_at", request.over_at);
        Json::Array obstacles;
        for (const auto& [code, at] : request.obstacles) obstacles.emplace_back(model::name_of(code));
        one.emplace("obstacles", Json{std::move(obstacles)});
        out.emplace_back(std::move(one));
    }
    return out;
}

Json base64(ByteView bytes) { return Json{encoding::base64_encode(bytes)}; }

void add_bodies(std::map<std::string, std::string>& files, Scene& scene) {
    auto& w = scene.world;
    auto entry = w.entry(scene.confidential, 0);
    entry.routing = scene.routing_to(w.ref(*scene.who[requested]));
    entry.routing->clear.reset();
    entry.routing->commit = routing_commit(routing_fields(), scene.salt);
    auto draft = w.draft(*scene.who[requesting], scene.confidential, entry);
    draft.nonce = w.id<model::Nonce>();
    const auto statement = *record::sign(draft, scene.who[requesting]->key);
    SealedBody body{};
    body.chain = draft.chain;
    body.author = draft.author;
    body.nonce = draft.nonce;
    body.title = "Demande d’assistance";
    body.routing = SealedBody::SealedRouting{routing_fields(), scene.salt};
    model::RequestContent content;
    content.blocks = model::RequestBlocks{
        "Purpose, assistance, grounds.", "Dakar", "The facts.", "As follows.", "A judge’s order.", std::nullopt};
    content.persons = {{"p1", "A. Person", {{"An Alias"}}, "1961-05", {{"SEN"}}, "A 123", "Dakar", "A note."}};
    content.entities = {{"e1", "Timber Ltd", {}, "SEN", "SN-DKR-1", "5493001KJTIIGC8Y1R12", {}, {}}};
    content.accounts = {
        {"a1", "A bank", "CBAOSNDA", "SN08SN0100152000048500003035", "1", "SEN", "XOF", "e1", {{"p1"}}, {}}};
    content.transactions = {{"t1", "2025-12-31", model::Money{"1250000.50", "XOF", {}}, "a1", "p1", "INV 7", {}}};
    content.assets = {{"s1",
                       model::AssetKind::real_estate,
                       model::AssetRole::proceeds,
                       "A house",
                       "FRA",
                       "75-1",
                       "p1",
                       model::Money{"900000", "EUR", "2026-01-01"},
                       {}}};
    content.measures = {{"m1",
                         model::MeasureKind::freeze,
                         "12/2026",
                         "A judge",
                         "2026-03-01",
                         "Art. 1",
                         {{"a1"}},
                         model::Money{"1250000.50", "XOF", {}},
                         "2026-03-02",
                         "2028-03-01",
                         "An agency",
                         {{model::MeasureAct::extended, "2028-02-01", "2030-03-01", {}, "e1", {}}}}};
    content.no_notice_before = "2026-06-01";
    content.no_contact = {{"Timber Ltd"}};
    content.order = "ICC-01/04-12";
    content.transmitted_by = "D-017";
    content.law_reason = "Urgent; the French text follows.";
    body.request = content;
    body.obstacles = {{model::Obstacle::bank_secrecy, "A judge must lift it.", "A certified copy."}};
    body.decision = "ICC-01/04-99";
    const auto bytes = *body.encode();
    const std::string text{as_text(bytes)};
    const auto changed = [&](const char* what, std::string_view from, std::string_view to) {
        auto other = text.substr(0, text.find_last_not_of(' ') + 1);
        other.replace(other.find(from), from.size(), to);
        other.resize(text.size(), ' ');  // what was cut or added is far below the padding
        return Json{Json::Object{{"what", Json{what}}, {"text", base64(as_bytes(other))}}};
    };
    Json::Array bad;
    bad.push_back(changed("an unknown field", R"("blocks":{)", R"("blocks":{"also":"x",)"));
    bad.push_back(changed("another version of the content", R"("transmitted_by":"D-017","v":1)",
                          R"("transmitted_by":"D-017","v":2)"));
    bad.push_back(changed("a key twice", R"("key":"p1")", R"("key":"a1")"));
    bad.push_back(changed("a key in capitals", R"("key":"p1")", R"("key":"P1")"));
    bad.push_back(changed("a month that is none", R"("born":"1961-05")", R"("born":"1961-13")"));
    bad.push_back(changed("a day that is none", R"("expiry":"2028-03-01")", R"("expiry":"2027-02-29")"));
    bad.push_back(changed("an amount with a comma", R"("amount":"900000")", R"("amount":"900,00")"));
    bad.push_back(changed("a currency in small letters", R"("currency":"EUR")", R"("currency":"eur")"));
    bad.push_back(changed("a kind nobody knows", R"("kind":"real_estate")", R"("kind":"real_estates")"));
    bad.push_back(changed("an empty text", R"("facts":"The facts.")", R"("facts":"")"));
    bad.push_back(changed("an empty list", R"("no_contact":["Timber Ltd"])", R"("no_contact":[])"));
    auto other = body;
    other.routing->routing.reference = "OTP/2026/0388";
    auto open = body;
    open.routing.reset();
    const auto mismatch = [](const char* what, const SealedBody& wrong) {
        return Json{Json::Object{{"what", Json{what}}, {"text", base64(*wrong.encode())}}};
    };
    Json::Array mismatched;
    mismatched.push_back(mismatch("another routing", other));
    mismatched.push_back(mismatch("no routing", open));
    files["request_bodies.json"] = json_text({{"statement", Json{statement.encode()}},
                                              {"good", base64(bytes)},
                                              {"commit", Json{model::to_hex(*entry.routing->commit)}},
                                              {"bad", Json{std::move(bad)}},
                                              {"mismatched", Json{std::move(mismatched)}}});
}

}  // namespace

void add_request_vectors(std::map<std::string, std::string>& files) {
    Scene scene;
    auto& w = scene.world;
    std::vector<model::ChainId> chains;
    for (const auto& [status, chain] : scene.in) chains.push_back(chain);
    chains.push_back(scene.confidential);

    // One life more: agreed dates, obstacles, a refusal in part, acts outside, void statements among them.
    const auto life = scene.open();
    chains.push_back(life);
    const auto say = [&](Who signer, Body body) { w.say(*scene.who[signer], life, std::move(body)); };
    say(requested, w.entry(life));
    scene.send(life, RequestStatus::urgent_unconfirmed);
    say(requesting, Reminded{2, {}});
    say(requesting, Reminded{1, {}});
    say(requesting, scene.status(life, RequestStatus::urgent_unconfirmed, requesting));
    say(requesting, OffPlatform{model::OffPlatformAct::sent, model::Medium::note_verbale, w.now - kDay, {}, {}});
    say(requested, scene.status(life, RequestStatus::acknowledged, requested));
    say(requested, DueProposed{w.now + 40 * kDay, w.digest()});
    const auto proposal = *w.dossier(life).head().last;
    say(requested, DueAgreed{proposal, {}});
    say(requesting, DueAgreed{proposal, {}});
    auto obstacle = scene.status(life, RequestStatus::acknowledged, requested);
    obstacle.obstacles = {model::Obstacle::translation, model::Obstacle::resources};
    say(requested, obstacle);
    auto part = scene.status(life, RequestStatus::refused, requested);
    part.in_part = true;
    say(requested, part);
    say(requested, OffPlatform{model::OffPlatformAct::replied_in_part, model::Medium::courier, w.now, {}, w.digest()});
    say(requesting, OffPlatformConfirmed{*w.dossier(life).head().last, {}});
    say(requesting, Closed{});
    say(requesting, w.revoke(life, w.ref(*scene.who[requested])));
    say(registry, scene.status(life, RequestStatus::referred, registry));
    say(requesting, scene.status(life, RequestStatus::closed, requesting));
    say(requested, scene.status(life, RequestStatus::closed, requested));
    say(requesting, Closed{});

    files["requests_history.json"] =
        json_text({{"history", Json{history_of(w)}}, {"states", Json{states_of(scene, chains)}}});
    CellFiles cells{files, "requests"};
    for (const auto& [status, chain] : scene.in) {
        for (std::size_t to = 0; to < model::names_of<RequestStatus>().size(); ++to) {
            for (const auto signer : kSigners) {
                const auto body = scene.status(chain, static_cast<RequestStatus>(to), signer);
                cells.add(w, w.sign(*scene.who[signer], chain, body), kNames[signer]);
            }
        }
        for (const auto kind : kActs) {
            for (const auto signer : kSigners) {
                cells.add(w, w.sign(*scene.who[signer], chain, scene.act(kind, chain, signer)), kNames[signer]);
            }
        }
    }
    cells.add(w, w.sign(*scene.who[requesting], scene.confidential, RoutingDisclosed{routing_fields(), scene.salt}),
              kNames[requesting]);
    cells.flush();
    add_bodies(files, scene);
}

}  // namespace rogatory::tests
