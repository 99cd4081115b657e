#include "tests/vectors/protocol/history_vectors.hpp"

#include "tests/support/record_scenes.hpp"
#include "tests/vectors/protocol/json_text.hpp"

namespace rogatory::tests {

using encoding::Json;
using namespace rogatory::record;  // NOLINT: a generator

namespace {

std::string_view to_text(Verdict verdict) {
    switch (verdict) {
        case Verdict::effective:
            return "effective";
        case Verdict::void_:
            return "void";
        case Verdict::broken:
            return "broken";
        case Verdict::unsupported:
            return "unsupported";
    }
    return "";
}

}  // namespace

Json::Object judged(const SignedStatement& statement, model::LogIndex index, const Outcome& outcome) {
    Json::Object out;
    out.emplace("envelope", Json{statement.encode()});
    out.emplace("id", Json{model::to_hex(statement.id())});
    out.emplace("index", Json{index});
    out.emplace("verdict", Json{to_text(outcome.verdict)});
    if (!outcome.reason.empty()) out.emplace("reason", Json{outcome.reason});
    return out;
}

Json::Array history_of(const World& world) {
    Json::Array out;
    for (const auto& logged : world.history()) out.emplace_back(judged(logged.statement, logged.index, logged.outcome));
    return out;
}

CellFiles::CellFiles(std::map<std::string, std::string>& files, std::string name)
    : files_{files}, name_{std::move(name)} {}

void CellFiles::add(const World& world, const SignedStatement& statement, std::string_view signer) {
    auto cell = judged(statement, world.next_index(), world.judge(statement));
    cell.emplace("kind", Json{record::to_text(statement.kind())});
    cell.emplace("signer", Json{signer});
    bytes_ += statement.encode().size() + 300;
    if (bytes_ > kBytes) flush();
    cells_.emplace_back(std::move(cell));
}

void CellFiles::flush() {
    if (cells_.empty()) return;
    files_[name_ + "_cells_" + std::to_string(++number_) + ".json"] =
        json_text({{"after", Json{name_ + "_history.json"}}, {"cells", Json{std::move(cells_)}}});
    cells_ = {};
    bytes_ = 0;
}

namespace {

// Cells: one statement each, judged after the whole history and then forgotten.
template <class Scene, class Names, class MakeBody>
void write_scene(std::map<std::string, std::string>& files, const std::string& name, Scene& scene, ChainKind chain,
                 std::size_t people, const Names& names, MakeBody body) {
    files[name + "_history.json"] = json_text({{"history", Json{history_of(scene.world)}}});
    CellFiles cells{files, name};
    for (const auto& row : kind_table()) {
        if (row.chain != chain || row.kind >= Kind::status) continue;  // requests have files of their own
        for (std::size_t who = 0; who < people; ++who) {
            const auto statement = scene.world.sign(*scene.who[who], scene.chain, body(row.kind, who));
            cells.add(scene.world, statement, names[who]);
        }
    }
    cells.flush();
}

}  // namespace

void add_history_vectors(std::map<std::string, std::string>& files) {
    {
        using namespace register_scene;  // NOLINT: a generator
        Scene scene;
        write_scene(files, "register_abuse", scene, ChainKind::party_register, kWho, kNames,
                    [&](Kind kind, std::size_t who) { return scene.body(kind, static_cast<Who>(who)); });
    }
    {
        using namespace dossier_scene;  // NOLINT: a generator
        Scene scene;
        write_scene(files, "dossier_abuse", scene, ChainKind::dossier, kWho, kNames,
                    [&](Kind kind, std::size_t /*who*/) { return scene.body(kind); });
    }
    // A life of a dossier: pins, consent, removal, stale epoch, revocation, withdrawal; void statements among them.
    using model::Onward;
    World w{77};
    const auto sen = w.found("SEN");
    const auto fra = w.found("FRA");
    const auto otp = w.found("X-OTP");
    w.pin_all({sen, fra, otp});
    const auto aro = w.add_authority(*fra);
    const auto officer = w.add_member(*fra, model::Role::officer);
    const auto chain = w.open(*sen, {w.ref(*fra)}, {Onward::source_consent, {}, {}});
    const auto first = w.add_entry(*sen, chain);
    w.say(*fra, chain, w.grant(chain, w.ref(*otp), {1}));
    auto consent = w.consent(chain, w.ref(*otp), {1});
    consent.access_until = w.now + 10 * kDay;
    const auto yes = w.must(*sen, chain, consent);
    w.must(*fra, chain, w.grant(chain, w.ref(*otp), {1}, {yes}));
    w.say(*fra, chain, w.grant(chain, w.ref(*aro), {1}, {yes}));
    w.must(*otp, receipts_chain(chain, otp->authority), Fetched{chain, {first}});
    w.must(*otp, receipts_chain(chain, otp->authority), OpenedReceipt{chain, {first}});
    w.say(*otp, receipts_chain(chain, otp->authority), OpenedReceipt{chain, {first}});
    w.remove_member(*fra, *officer);
    w.say(*officer, chain, w.entry(chain));
    w.add_entry(*sen, chain);
    w.must(*sen, chain,
           EpochStarted{w.epoch(2, w.dossier(chain).participants()), w.dossier(chain).policy_statement(), {}});
    w.now += 11 * kDay;
    w.say(*otp, chain, w.entry(chain));
    w.must(*fra, chain,
           EpochStarted{w.epoch(3, w.dossier(chain).next_audience(w.now)), w.dossier(chain).policy_statement(), {}});
    const auto own = w.add_entry(*fra, chain);
    w.must(*fra, chain, Released{{own}, {Onward::free, {}, {}}, {}});
    w.must(*fra, chain, Withdrawn{{own}, w.digest()});
    const auto gone = w.ref(*fra);
    w.must(*fra, chain, Revoked{gone.party, gone.authority, w.epoch(4, {w.ref(*sen)}), {}});
    w.say(*fra, chain, w.entry(chain));
    w.must(*sen, chain, Closed{});
    w.say(*sen, chain, w.entry(chain));
    Json::Object state;
    Json::Array items;
    for (const auto& item : w.dossier(chain).items()) {
        items.emplace_back(Json::Object{{"id", Json{model::to_hex(item.id)}},
                                        {"epoch", Json{item.epoch}},
                                        {"onward", Json{model::to_text(item.in_force.onward)}},
                                        {"stale", Json{item.stale}},
                                        {"withdrawn", Json{item.withdrawn}}});
    }
    files["dossier_life.json"] = json_text(
        {{"dossier", Json{model::to_hex(chain)}}, {"history", Json{history_of(w)}}, {"items", Json{std::move(items)}}});
}

}  // namespace rogatory::tests
