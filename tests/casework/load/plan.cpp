#include "tests/casework/load/plan.hpp"

#include <stdexcept>

#include "tests/support/must.hpp"

namespace rogatory::test {
namespace {

using encoding::Json;

constexpr std::size_t kLargestPlan = 64UL * 1024 * 1024;

// An object of the plan, whose fields are there or have a plain meaning when they are not.
class Fields {
public:
    explicit Fields(const Json& json) : object_{json.object()} {
        if (object_ == nullptr) throw std::runtime_error{"the plan: an object is missing"};
    }
    [[nodiscard]] const Json* find(std::string_view name) const {
        const auto found = object_->find(name);
        return found == object_->end() ? nullptr : &found->second;
    }
    [[nodiscard]] std::string text(std::string_view name) const {
        const auto* value = find(name);
        return value != nullptr && value->string() != nullptr ? *value->string() : std::string{};
    }
    [[nodiscard]] std::optional<UnixSeconds> time(std::string_view name) const {
        const auto* value = find(name);
        if (value == nullptr || value->integer() == nullptr) return std::nullopt;
        return static_cast<UnixSeconds>(*value->integer());
    }
    [[nodiscard]] UnixSeconds needed_time(std::string_view name) const {
        const auto value = time(name);
        if (!value) throw std::runtime_error{"the plan: no " + std::string{name}};
        return *value;
    }
    [[nodiscard]] bool flag(std::string_view name) const {
        const auto* value = find(name);
        return value != nullptr && value->boolean() != nullptr && *value->boolean();
    }
    [[nodiscard]] const Json::Array& list(std::string_view name) const {
        static const Json::Array kNone;
        const auto* value = find(name);
        return value != nullptr && value->array() != nullptr ? *value->array() : kNone;
    }
    [[nodiscard]] std::vector<std::string> words(std::string_view name) const {
        std::vector<std::string> out;
        for (const auto& one : list(name)) {
            if (one.string() != nullptr) out.push_back(*one.string());
        }
        return out;
    }

private:
    const Json::Object* object_;
};

PlannedRequest request_of(const Fields& fields) {
    PlannedRequest request;
    request.reference = fields.text("reference");
    request.requesting = fields.text("requesting");
    request.requested = fields.text("requested");
    request.nature = fields.text("nature");
    request.kinds = fields.words("kinds");
    request.language = fields.text("language");
    request.due = fields.time("due");
    request.has_account = fields.flag("has_account");
    request.confidential = fields.flag("confidential");
    request.urgent = fields.flag("urgent");
    request.unconfirmed = fields.flag("unconfirmed");
    return request;
}

PlannedAct act_of(const Fields& fields) {
    PlannedAct act;
    act.request = static_cast<std::size_t>(fields.needed_time("request"));
    act.at = fields.needed_time("at");
    act.by = fields.text("by");
    act.act = fields.text("act");
    act.to = fields.text("to");
    act.reason = fields.text("reason");
    act.decision = fields.text("decision");
    act.remark = fields.text("remark");
    act.file = fields.text("file");
    act.medium = fields.text("medium");
    act.outside = fields.text("outside");
    act.date = fields.time("date").value_or(0);
    act.in_part = fields.flag("in_part");
    for (const auto& one : fields.list("obstacles")) {
        const Fields obstacle{one};
        act.obstacles.push_back({obstacle.text("code"), obstacle.text("text")});
    }
    return act;
}

}  // namespace

Plan read_plan(std::string_view text) {
    const auto json = must(encoding::parse_canonical_json(text, kLargestPlan));
    const Fields fields{json};
    Plan plan;
    plan.begins = fields.needed_time("begins");
    plan.night = fields.needed_time("night");
    plan.later = fields.needed_time("later");
    plan.from = fields.text("from");
    plan.to = fields.text("to");
    plan.later_day = fields.text("later_day");
    for (const auto& one : fields.list("parties")) {
        const Fields party{one};
        plan.parties.push_back({party.text("code"), party.text("kind")});
    }
    plan.without = fields.words("without");
    for (const auto& one : fields.list("requests")) plan.requests.push_back(request_of(Fields{one}));
    for (const auto& one : fields.list("acts")) {
        plan.acts.push_back(act_of(Fields{one}));
        if (plan.acts.back().request >= plan.requests.size()) throw std::runtime_error{"the plan: an unknown request"};
    }
    return plan;
}

}  // namespace rogatory::test
