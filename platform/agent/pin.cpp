#include "platform/agent/pin.hpp"

#include <algorithm>

#include "platform/base/try.hpp"
#include "platform/record/fingerprint.hpp"
#include "platform/record/founding_sheet.hpp"

namespace rogatory::agent {
namespace {

constexpr std::string_view kRegistryCode = "X-REG";

Result<> require_root_custodian(Agent& agent) {
    auto& state = agent.state();
    state.book.forget_directory();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_role(model::Role::custodian));
    if (state.membership().authority != state.own().root()) return fail(ErrorCode::forbidden, "authority.root_only");
    return {};
}

Result<> append_body(Agent::State& state, const record::Body& body) {
    ROGATORY_TRY([[maybe_unused]] const auto package, append_settled(state, [&]() -> Result<Package> {
                     ROGATORY_TRY(const auto* const known, state.refresh_own());
                     ROGATORY_TRY(auto statement,
                                  state.sign(state.compose(known->replayed.head(), known->replayed.chain(), body)));
                     Package built;
                     built.add(std::move(statement));
                     return built;
                 }));
    return {};
}

std::optional<record::Register::Pin> pin_of(const Agent::State& state, const model::PartyCode& code) {
    for (const auto& pin : state.own().pins()) {
        if (pin.code == code) return pin;
    }
    return std::nullopt;
}

// The register must say the same of itself as the sheet or the digits said of it, before anything is signed.
Result<> pin(Agent::State& state, const model::PartyCode& code, const model::PartyId& party) {
    if (party == state.own().party()) return fail(ErrorCode::invalid_input, "pin.oneself");
    if (const auto known = pin_of(state, code)) {
        if (known->party == party) return {};
        // Two founded ids for one code: an alarm for people, unless the newer register says that it succeeds the older.
        ROGATORY_TRY(const auto* const newer, state.book.update_party(state.environment, state.log, party));
        const auto& succeeds = newer->replayed.succeeds();
        if (!succeeds || succeeds->party != known->party) {
            return fail(Error{ErrorCode::integrity, "pin.two_fingerprints"}.with("party", code.text()));
        }
    }
    ROGATORY_TRY(const auto* const known, state.book.update_party(state.environment, state.log, party));
    if (known->replayed.code() != code)
        return fail(Error{ErrorCode::integrity, "pin.another_code"}.with("party", code.text()));
    if (known->copy.incomplete())
        return fail(Error{ErrorCode::integrity, "register.incomplete"}.with("party", code.text()));
    return append_body(state, record::Pinned{code, party, record::PinSource::note_verbale, false});
}

}  // namespace

Result<std::optional<model::PartyId>> registry_of(Agent::State& state) {
    if (state.own().code().text() == kRegistryCode) return state.own().party();
    for (const auto& each : state.own().pins()) {
        if (each.code.text() == kRegistryCode) return each.party;
    }
    return std::nullopt;
}

Result<> pin_by_fingerprint(Agent& agent, std::string_view code_text, std::string_view digits) {
    ROGATORY_TRY_VOID(require_root_custodian(agent));
    auto& state = agent.state();
    ROGATORY_TRY(const auto code, model::PartyCode::parse(code_text));
    ROGATORY_TRY(const auto* const rows, state.book.directory(state.environment));
    bool known = false;
    for (const auto& row : *rows) {
        if (row.code != code.text() || !row.founded_id) continue;
        known = true;
        const model::PartyId party{*row.founded_id};
        if (record::fingerprint_matches(digits, party)) return pin(state, code, party);
    }
    if (!known) return fail(Error{ErrorCode::not_found, "party.not_founded"}.with("party", code.text()));
    return fail(Error{ErrorCode::integrity, "pin.digits_differ"}.with("party", code.text()));
}

Result<std::vector<std::string>> pin_by_sheet(Agent& agent, std::string_view text) {
    ROGATORY_TRY_VOID(require_root_custodian(agent));
    auto& state = agent.state();
    ROGATORY_TRY(const auto sheet, record::FoundingSheet::parse(text));
    if (sheet.server != state.unlocked.secrets().account.server) {
        return fail(Error{ErrorCode::integrity, "sheet.another_server"}.with("server", sheet.server));
    }
    ROGATORY_TRY(const auto policy, record::LogPolicy::parse(sheet.log_policy));
    if (policy.log() != state.own().log_policy().log()) {
        return fail(Error{ErrorCode::integrity, "invitation.differs"}.with("what", "log"));
    }
    std::vector<std::string> pinned;
    for (const auto& row : sheet.parties) {
        if (row.party == state.own().party()) continue;
        const auto before = pin_of(state, row.code);
        if (before && before->party == row.party) continue;
        ROGATORY_TRY_VOID(pin(state, row.code, row.party));
        pinned.push_back(row.code.text());
    }
    return pinned;
}

Result<> unpin(Agent& agent, std::string_view code_text) {
    ROGATORY_TRY_VOID(require_root_custodian(agent));
    auto& state = agent.state();
    ROGATORY_TRY(const auto code, model::PartyCode::parse(code_text));
    const auto known = pin_of(state, code);
    if (!known) return fail(Error{ErrorCode::not_found, "party.not_pinned"}.with("party", code.text()));
    return append_body(state, record::Unpinned{code, known->party});
}

}  // namespace rogatory::agent
