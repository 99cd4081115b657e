#include "platform/casework/facts.hpp"

#include <algorithm>
#include <array>

#include "platform/base/try.hpp"
#include "platform/casework/figures.hpp"

namespace rogatory::casework {

namespace {

using encoding::Json;

// The members of one object, each asked for once; a wrong type is kept until the end.
class Members {
public:
    explicit Members(const Json::Object& object) : object_{object} {}

    std::string text(std::string_view name) {
        const auto* found = find(name);
        if (found == nullptr || found->string() == nullptr) {
            wrong_ = true;
            return {};
        }
        return *found->string();
    }
    bool flag(std::string_view name) {
        const auto* found = find(name);
        if (found == nullptr) return false;
        if (found->boolean() == nullptr) wrong_ = true;
        return found->boolean() != nullptr && *found->boolean();
    }
    std::optional<Date> date(std::string_view name) {
        const auto* found = find(name);
        if (found == nullptr) return std::nullopt;
        if (found->string() != nullptr) {
            if (auto date = Date::parse(*found->string())) return *date;
        }
        wrong_ = true;
        return std::nullopt;
    }
    const Json* find(std::string_view name) {
        const auto found = object_.find(name);
        if (found == object_.end()) return nullptr;
        ++seen_;
        return &found->second;
    }
    [[nodiscard]] bool held() const { return !wrong_ && seen_ == object_.size(); }

private:
    const Json::Object& object_;
    std::size_t seen_ = 0;
    bool wrong_ = false;
};

constexpr std::array<std::string_view, 4> kOutcomes{"executed", "refused", "withdrawn", "closed_otherwise"};

std::string word_of(Outcome outcome) { return std::string{kOutcomes.at(static_cast<std::size_t>(outcome))}; }

std::optional<Outcome> outcome_of(std::string_view word) {
    const auto* const found = std::find(kOutcomes.begin(), kOutcomes.end(), word);
    if (found == kOutcomes.end()) return std::nullopt;
    return static_cast<Outcome>(found - kOutcomes.begin());
}

tl::unexpected<Error> shape() { return fail(ErrorCode::invalid_input, "facts.shape"); }

Result<> check_words(const RequestFacts& facts) {
    const auto unknown = [&](const std::string& word) {
        return fail(
            Error{ErrorCode::invalid_input, "facts.word"}.with("reference", facts.reference).with("word", word));
    };
    if (facts.organ != kDefenceVictims && !figure_index("organ." + facts.organ)) return unknown(facts.organ);
    if (!figure_index("nature." + facts.nature)) return unknown(facts.nature);
    for (const auto& kind : facts.kinds)
        if (!figure_index("kind." + kind)) return unknown(kind);
    for (const auto& [obstacle, at] : facts.obstacles)
        if (!figure_index("obstacle." + obstacle)) return unknown(obstacle);
    return {};
}

Result<> check_dates(const RequestFacts& facts) {
    auto held = facts.outcome.has_value() == facts.ended.has_value();
    for (const auto& date : {facts.acknowledged, facts.replied, facts.partly_executed, facts.referred, facts.ended})
        held = held && (!date || *date >= facts.sent);
    if (!held) return fail(Error{ErrorCode::invalid_input, "facts.dates"}.with("reference", facts.reference));
    return {};
}

}  // namespace

Result<RequestFacts> RequestFacts::parse(const Json& json) {
    if (json.object() == nullptr) return shape();
    Members members{*json.object()};
    const auto requesting = model::PartyCode::parse(members.text("requesting"));
    const auto requested = model::PartyCode::parse(members.text("requested"));
    const auto sent = members.date("sent");
    if (!requesting || !requested || !sent) return shape();

    RequestFacts out{.reference = members.text("reference"),
                     .requesting = *requesting,
                     .requested = *requested,
                     .organ = members.text("organ"),
                     .nature = members.text("nature"),
                     .kinds = {},
                     .sent = *sent,
                     .first_due = members.date("first_due"),
                     .agreed_due = members.date("agreed_due"),
                     .acknowledged = members.date("acknowledged"),
                     .replied = members.date("replied"),
                     .partly_executed = members.date("partly_executed"),
                     .referred = members.date("referred"),
                     .outcome = std::nullopt,
                     .ended = members.date("ended"),
                     .obstacles = {},
                     .off_platform = members.flag("off_platform"),
                     .confidential = members.flag("confidential")};
    if (const auto* outcome = members.find("outcome")) {
        if (outcome->string() != nullptr) out.outcome = outcome_of(*outcome->string());
        if (!out.outcome) return shape();
    }
    if (const auto* kinds = members.find("kinds")) {
        if (kinds->array() == nullptr) return shape();
        for (const auto& kind : *kinds->array()) {
            if (kind.string() == nullptr) return shape();
            out.kinds.insert(*kind.string());
        }
    }
    if (const auto* obstacles = members.find("obstacles")) {
        if (obstacles->object() == nullptr) return shape();
        for (const auto& [code, at] : *obstacles->object()) {
            const auto date = Date::parse(at.string() != nullptr ? *at.string() : std::string{});
            if (!date) return shape();
            out.obstacles.emplace(code, *date);
        }
    }
    if (!members.held()) return shape();
    ROGATORY_TRY_VOID(check_words(out));
    ROGATORY_TRY_VOID(check_dates(out));
    return out;
}

Json RequestFacts::json() const {
    Json::Object out{{"reference", reference},
                     {"requesting", requesting.text()},
                     {"requested", requested.text()},
                     {"organ", organ},
                     {"nature", nature},
                     {"sent", sent.text()},
                     {"off_platform", off_platform},
                     {"confidential", confidential}};
    const auto date = [&out](const char* name, const std::optional<Date>& at) {
        if (at) out.emplace(name, at->text());
    };
    date("first_due", first_due);
    date("agreed_due", agreed_due);
    date("acknowledged", acknowledged);
    date("replied", replied);
    date("partly_executed", partly_executed);
    date("referred", referred);
    date("ended", ended);
    if (outcome) out.emplace("outcome", word_of(*outcome));
    Json::Array all_kinds;
    for (const auto& kind : kinds) all_kinds.emplace_back(kind);
    out.emplace("kinds", std::move(all_kinds));
    Json::Object named;
    for (const auto& [code, at] : obstacles) named.emplace(code, at.text());
    out.emplace("obstacles", std::move(named));
    return out;
}

}  // namespace rogatory::casework
