#include "platform/agent/parties.hpp"

#include <algorithm>

#include "platform/agent/pin.hpp"
#include "platform/agent/policy_text.hpp"
#include "platform/agent/state.hpp"
#include "platform/agent/successor.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/record/fingerprint.hpp"
#include "platform/record/founding_sheet.hpp"

namespace rogatory::agent {
namespace {

std::string_view text_of(record::PinBasis basis) {
    switch (basis) {
        case record::PinBasis::own:
            return "own";
        case record::PinBasis::note_verbale:
            return "note_verbale";
        case record::PinBasis::vouched:
            return "vouched";
    }
    ensure(false, "every basis has a name");
    return {};
}

PartyView view_of(Agent::State& state, const ports::remote::PartyRow& row) {
    PartyView view;
    view.code = row.code;
    view.name = row.name;
    view.state = row.state;
    if (!row.founded_id || !row.register_chain) return view;
    const model::PartyId party{*row.founded_id};
    view.fingerprint = record::fingerprint_digits(party);
    auto updated = state.book.update(state.environment, state.log, model::ChainId{*row.register_chain});
    if (!updated) {
        view.problem = updated.error().key();
        return view;
    }
    const auto& reg = (*updated)->replayed;
    // The directory is the server's word; code, name and id are the register's.
    if (!reg.founded() || reg.party() != party || reg.code().text() != row.code) {
        view.problem = "party.directory_differs";
        return view;
    }
    view.name = reg.name().text();
    if ((*updated)->copy.incomplete()) view.problem = "register.incomplete";
    if (const auto& succeeds = reg.succeeds()) {
        view.succeeds = record::fingerprint_digits(succeeds->party);
        view.note_verbale = succeeds->note_verbale;
    }
    if (const auto next = successor_of(state, reg); !next) {
        view.problem = next.error().key();
    } else if (*next) {
        view.succeeded_by = record::fingerprint_digits((*next)->party);
    }
    if (const auto basis = record::pin_basis(state.book, state.own(), party)) view.pinned = text_of(*basis);
    for (const auto& authority : reg.authorities()) {
        AuthorityView one;
        one.authority = authority.description.id.value();
        one.name = authority.description.name.text();
        one.kind = model::to_text(authority.description.kind);
        one.generation = reg.generation(authority.description.id)->number;
        one.custodians = reg.custodians(authority.description.id);
        one.live = reg.live(authority.description.id);
        one.root = authority.description.id == reg.root();
        view.authorities.push_back(std::move(one));
    }
    return view;
}

}  // namespace

Result<std::vector<PartyView>> list_parties(Agent& agent) {
    auto& state = agent.state();
    state.book.forget_directory();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(const auto* const rows, state.book.directory(state.environment));
    // What this Party pinned is read first, so that a list it accepts (the Registry's) is known for the others.
    for (const auto& pin : state.own().pins()) {
        auto updated = state.book.update_party(state.environment, state.log, pin.party);
        if (!updated && updated.error().code() == ErrorCode::unavailable) return fail(std::move(updated).error());
    }
    std::vector<PartyView> views;
    for (const auto& row : *rows) views.push_back(view_of(state, row));
    return views;
}

Result<PartyView> show_party(Agent& agent, std::string_view code) {
    ROGATORY_TRY(const auto views, list_parties(agent));
    // Of two of this code the one that counts: nobody follows it.
    for (const bool newest : {true, false}) {
        for (const auto& view : views) {
            if (view.code == code && view.succeeded_by.empty() == newest) return view;
        }
    }
    return fail(Error{ErrorCode::not_found, "party.unknown"}.with("party", std::string{code}));
}

Result<std::string> make_sheet(Agent& agent, const std::vector<std::string>& codes) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    const auto& own = state.own();
    record::FoundingSheet sheet;
    sheet.date = date_text(state.now());
    sheet.server = state.unlocked.secrets().account.server;
    sheet.log_policy = own.log_policy().text();
    sheet.parties.push_back({own.code(), own.party()});
    for (const auto& code : codes) {
        const auto pins = own.pins();
        const auto pin =
            std::find_if(pins.begin(), pins.end(), [&](const auto& each) { return each.code.text() == code; });
        if (code == own.code().text()) continue;
        if (pin == pins.end()) return fail(Error{ErrorCode::forbidden, "party.not_pinned"}.with("party", code));
        sheet.parties.push_back({pin->code, pin->party});
    }
    if (codes.empty()) {
        for (const auto& pin : own.pins()) sheet.parties.push_back({pin.code, pin.party});
    }
    std::sort(sheet.parties.begin(), sheet.parties.end(), [](const auto& a, const auto& b) { return a.code < b.code; });
    // The Registry is whom everybody's first sheet names; it does not pin itself, so on its own sheet that is itself.
    ROGATORY_TRY(sheet.registry, registry_of(state));
    if (sheet.registry && std::none_of(sheet.parties.begin(), sheet.parties.end(),
                                       [&](const auto& row) { return row.party == *sheet.registry; })) {
        sheet.registry.reset();
    }
    return sheet.encode();
}

Result<SheetView> read_sheet(std::string_view text) {
    ROGATORY_TRY(const auto sheet, record::FoundingSheet::parse(text));
    SheetView view;
    view.server = sheet.server;
    if (sheet.registry) view.registry_fingerprint = record::fingerprint_digits(*sheet.registry);
    view.policy = sheet.log_policy;
    view.date = sheet.date;
    for (const auto& row : sheet.parties)
        view.parties.emplace_back(row.code.text(), record::fingerprint_digits(row.party));
    return view;
}

}  // namespace rogatory::agent
