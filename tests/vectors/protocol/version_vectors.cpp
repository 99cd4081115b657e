#include <algorithm>

#include "platform/record/chains.hpp"
#include "platform/record/language_versions.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/vectors/protocol/history_vectors.hpp"
#include "tests/vectors/protocol/json_text.hpp"

// Language versions: many short requests, drawn from a seed, with what every reader makes of their entries.
namespace rogatory::tests {
namespace {

using encoding::Json;
using namespace rogatory::record;  // NOLINT: a generator

constexpr std::size_t kScenes = 100;
constexpr std::size_t kEntries = 9;

std::string_view side_name(model::RequestSide side) {
    return side == model::RequestSide::requesting  ? "requesting"
           : side == model::RequestSide::requested ? "requested"
                                                   : "none";
}

class Dice {
public:
    explicit Dice(std::uint64_t seed) : random_{seed} {}
    std::size_t below(std::size_t count) { return random_.bytes<1>()[0] % count; }
    template <class Id>
    Id id() {
        return record::random_id<Id>(random_);
    }

private:
    SeededRandom random_;
};

VersionedEntry entry(Dice& dice, const std::vector<VersionedEntry>& before,
                     const std::vector<std::pair<model::PartyId, model::RequestSide>>& people) {
    constexpr std::string_view languages[] = {"en", "fr", "es"};
    constexpr model::VersionState states[] = {model::VersionState::asked, model::VersionState::delivered,
                                              model::VersionState::revised};
    VersionedEntry out;
    out.id = dice.id<model::StatementId>();
    // The first is the request itself; the third Party speaks seldom.
    const auto& who = people[before.empty() ? 0 : std::min<std::size_t>(dice.below(7) / 3, 2)];
    out.party = who.first;
    out.side = who.second;
    out.stands = dice.below(8) != 0;
    if (before.empty() || dice.below(4) == 0) {
        if (dice.below(4) != 0) out.language = languages[dice.below(2)];
        return out;
    }
    model::LanguageVersion version;
    // Mostly of the request, sometimes of any other, now and then of none.
    version.of = dice.below(9) == 0 ? dice.id<model::StatementId>()
                                    : before[dice.below(2) == 0 ? 0 : dice.below(before.size())].id;
    version.language = languages[dice.below(3)];
    version.state = states[dice.below(3)];
    version.authentic = version.state != model::VersionState::asked && dice.below(4) == 0;
    out.version = version;
    return out;
}

Json written(const VersionedEntry& entry) {
    Json::Object out{{"id", Json{model::to_hex(entry.id)}},
                     {"party", Json{model::to_hex(entry.party)}},
                     {"side", Json{std::string{side_name(entry.side)}}},
                     {"stands", Json{entry.stands}},
                     {"language", Json{entry.language}}};
    if (entry.version) {
        out.emplace("version", Json{Json::Object{{"of", Json{model::to_hex(entry.version->of)}},
                                                 {"language", Json{entry.version->language}},
                                                 {"state", Json{std::string{model::name_of(entry.version->state)}}},
                                                 {"authentic", Json{entry.version->authentic}}}});
    }
    return Json{std::move(out)};
}

Json number(std::size_t value) { return Json{static_cast<std::uint64_t>(value)}; }

Json written(const VersionStanding& one) {
    Json::Object out{{"of", number(one.of)},
                     {"language", Json{one.language}},
                     {"by", Json{model::to_hex(one.by)}},
                     {"own", Json{one.own}},
                     {"authentic", Json{one.authentic}}};
    if (one.text) out.emplace("text", number(*one.text));
    if (one.asked) out.emplace("asked", number(*one.asked));
    return Json{std::move(out)};
}

}  // namespace

void add_version_vectors(std::map<std::string, std::string>& files) {
    Dice dice{62};
    Json::Array scenes;
    for (std::size_t scene = 0; scene < kScenes; ++scene) {
        const std::vector<std::pair<model::PartyId, model::RequestSide>> people{
            {dice.id<model::PartyId>(), model::RequestSide::requesting},
            {dice.id<model::PartyId>(), model::RequestSide::requested},
            {dice.id<model::PartyId>(), model::RequestSide::none}};
        std::vector<VersionedEntry> entries;
        for (std::size_t i = 0; i < kEntries; ++i) entries.push_back(entry(dice, entries, people));
        Json::Array said;
        for (const auto& one : entries) said.push_back(written(one));
        Json::Array refused;
        for (const auto reason : judge_versions(entries)) refused.emplace_back(std::string{reason});
        const auto standing = standing_versions(entries);
        Json::Array groups;
        for (const auto& one : standing) groups.push_back(written(one));
        Json::Array texts;  // of the request itself
        for (const auto* language : {"en", "fr", "es"})
            texts.push_back(number(text_for(entries, standing, 0, language)));
        Json::Array answered;
        for (std::size_t since = 0; since <= kEntries; since += 3) {
            for (const auto side : {model::RequestSide::requesting, model::RequestSide::requested})
                answered.emplace_back(translation_answered(entries, side, since));
        }
        scenes.emplace_back(Json::Object{{"entries", Json{std::move(said)}},
                                         {"refused", Json{std::move(refused)}},
                                         {"standing", Json{std::move(groups)}},
                                         {"texts", Json{std::move(texts)}},
                                         {"answered", Json{std::move(answered)}}});
    }
    files["language_versions.json"] = json_text({{"scenes", Json{std::move(scenes)}}});
}

}  // namespace rogatory::tests
