#include "platform/agent/end_of_draft.hpp"

#include <algorithm>

#include "crypto/age/file.hpp"
#include "crypto/encoding/canonical_json.hpp"
#include "crypto/encoding/hex.hpp"
#include "platform/agent/draft_versions.hpp"
#include "platform/agent/send.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

using encoding::Json;

constexpr std::size_t kMostBytes = 1024 * 1024;

struct Known {
    std::vector<model::AuthorityRef> sent;  // whoever has it
    bool given_up = false;                  // one of its transmissions was
};

std::string file_of(const model::ChainId& draft) { return "drafts/sent/" + model::to_hex(draft) + ".age"; }

const Json* member(const Json::Object& object, std::string_view name) {
    const auto found = object.find(name);
    return found == object.end() ? nullptr : &found->second;
}

template <class Id>
std::optional<Id> id_of(const Json::Object& row, std::string_view name) {
    const auto* value = member(row, name);
    const auto* text = value == nullptr ? nullptr : value->string();
    if (text == nullptr) return std::nullopt;
    auto id = model::parse_hex<Id>(*text);
    return id ? std::optional{*id} : std::nullopt;
}

Known decode(const Json::Object& fields) {
    Known known;
    const auto* given_up = member(fields, "given_up");
    known.given_up = given_up != nullptr && given_up->boolean() != nullptr && *given_up->boolean();
    const auto* sent = member(fields, "sent");
    const auto* rows = sent == nullptr ? nullptr : sent->array();
    if (rows == nullptr) return known;
    for (const auto& row : *rows) {
        if (row.object() == nullptr) continue;
        const auto party = id_of<model::PartyId>(*row.object(), "party");
        const auto authority = id_of<model::AuthorityId>(*row.object(), "authority");
        if (party && authority) known.sent.push_back({*party, *authority});
    }
    return known;
}

// Another person's, or of keys that are gone: as if nothing were known.
Result<Known> load(const Agent::State& state, const model::ChainId& draft) {
    ROGATORY_TRY(const auto stored, state.environment.profile.load(file_of(draft)));
    if (!stored) return Known{};
    const auto plaintext = age::open(state.membership().identity, *stored, age::Profile::single());
    if (!plaintext) return Known{};
    const auto json = encoding::parse_canonical_json(as_text(plaintext->expose_secret()), kMostBytes);
    return json && json->object() != nullptr ? decode(*json->object()) : Known{};
}

// Sealed to the user, as a plan is: whom somebody writes to is nobody else's business.
Result<> save(const Agent::State& state, const model::ChainId& draft, const Known& known) {
    Json::Array sent;
    for (const auto& one : known.sent) {
        sent.emplace_back(
            Json::Object{{"authority", model::to_hex(one.authority)}, {"party", model::to_hex(one.party)}});
    }
    auto text = encoding::encode_canonical_json(Json::Object{{"given_up", known.given_up}, {"sent", std::move(sent)}});
    const auto sealed = age::seal(state.membership().identity.recipient(), as_bytes(text), crypto::system_random());
    crypto::wipe(text);
    return state.environment.profile.save(file_of(draft), sealed);
}

// No other transmission of the draft that this one is of is left on this device.
Result<bool> is_last(const Agent::State& state, const DraftPlan& plan) {
    ROGATORY_TRY(const auto plans, all_plans(state));
    return std::none_of(plans.begin(), plans.end(),
                        [&](const auto& other) { return other.name != plan.name && other.closes == plan.closes; });
}

// As a version of its own, so that colleagues do not send it twice either. With nobody left it is done with.
Result<> keep_for_others(Agent& agent, const model::ChainId& chain, const std::vector<model::AuthorityRef>& sent) {
    auto& state = agent.state();
    // A colleague may have sent or discarded it meanwhile.
    if (!require_draft(state, chain)) return {};
    ROGATORY_TRY(const auto version, newest_of_draft(state, chain, Open::yes));
    if (!version || !version->body) return {};
    DraftPlan plan;
    plan.draft = version->body->draft;
    auto& to = plan.draft->to;
    const auto has = [&](const record::SealedBody::Draft::To& one) {
        return std::any_of(sent.begin(), sent.end(), [&](const auto& ref) {
            if (one.authority) return ref.authority == *one.authority;
            const auto* reg = state.book.by_party(ref.party);
            return reg != nullptr && reg->code() == one.code;
        });
    };
    const auto before = to.size();
    to.erase(std::remove_if(to.begin(), to.end(), has), to.end());
    if (to.size() == before) return {};
    if (to.empty()) return discard_draft(agent, chain);
    ROGATORY_TRY(const auto files, files_of_draft(state, chain, *version, Open::yes));
    plan.draft->kept.clear();
    for (const auto& [seq, file] : files.files) plan.draft->kept.push_back(file.id);
    std::sort(plan.draft->kept.begin(), plan.draft->kept.end());
    plan.name = encoding::hex_encode(crypto::system_random().bytes<8>());
    plan.at = state.now();
    plan.title = version->body->title.value_or("");
    plan.message = version->body->message.value_or("");
    plan.chain = chain;
    return carry_out(state, plan, nullptr).map([](const Sent&) {});
}

Result<> end_of_draft(Agent& agent, const model::ChainId& chain, const Known& known) {
    return known.given_up ? keep_for_others(agent, chain, known.sent) : discard_draft(agent, chain);
}

}  // namespace

Result<> sent_of_draft(Agent& agent, const DraftPlan& plan) {
    auto& state = agent.state();
    ROGATORY_TRY(auto known, load(state, *plan.closes));
    for (const auto& to : plan.to) {
        if (std::find(known.sent.begin(), known.sent.end(), to) == known.sent.end()) known.sent.push_back(to);
    }
    ROGATORY_TRY_VOID(save(state, *plan.closes, known));
    // What else is to be sent of it still comes from its files.
    ROGATORY_TRY(const auto last, is_last(state, plan));
    return last ? end_of_draft(agent, *plan.closes, known) : Result<>{};
}

Result<> given_up_of_draft(Agent& agent, const DraftPlan& plan) {
    auto& state = agent.state();
    ROGATORY_TRY(auto known, load(state, *plan.closes));
    known.given_up = true;
    ROGATORY_TRY_VOID(save(state, *plan.closes, known));
    ROGATORY_TRY(const auto last, is_last(state, plan));
    return last ? end_of_draft(agent, *plan.closes, known) : Result<>{};
}

Result<> forget_of_draft(const Agent::State& state, const DraftPlan& removed) {
    ROGATORY_TRY(const auto last, is_last(state, removed));
    return last ? state.environment.profile.remove(file_of(*removed.closes)) : Result<>{};
}

}  // namespace rogatory::agent
