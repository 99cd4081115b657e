#include "platform/agent/successor.hpp"

#include <algorithm>

#include "platform/agent/evidence.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

// How often a State may have founded anew before nobody believes it any more; ends every walk.
constexpr std::size_t kMostSuccessions = 32;

struct Founded {
    model::PartyId party;
    std::optional<record::Founded::Succeeds> succeeds;
    const RegisterBook::Known* known = nullptr;
};

// Every register of that code that the directory names, each read and checked.
Result<std::vector<Founded>> registers_of(Agent::State& state, const model::PartyCode& code) {
    ROGATORY_TRY(const auto* const rows, state.book.directory(state.environment));
    std::vector<model::PartyId> named;
    for (const auto& row : *rows) {
        if (row.code == code.text() && row.founded_id) named.emplace_back(*row.founded_id);
    }
    std::vector<Founded> found;
    if (named.size() < 2 || named.size() > kMostSuccessions) {
        if (named.size() > kMostSuccessions) return fail(ErrorCode::integrity, "pin.two_fingerprints");
        return found;
    }
    for (const auto& party : named) {
        ROGATORY_TRY(const auto* const known, state.book.update_party(state.environment, state.log, party));
        // What is filed under this code and is another State's is the directory's error, not a second State.
        if (known->replayed.code() != code) continue;
        found.push_back({party, known->replayed.succeeds(), known});
    }
    return found;
}

bool linked(const std::vector<Founded>& all, const Founded& one) {
    return std::any_of(all.begin(), all.end(), [&](const Founded& other) {
        return (one.succeeds && one.succeeds->party == other.party) ||
               (other.succeeds && other.succeeds->party == one.party);
    });
}

Bytes founding_envelope(const RegisterBook::Known& known) {
    return to_bytes(known.copy.items().front().statement.encode());
}

}  // namespace

Result<std::optional<Successor>> successor_of(Agent::State& state, const record::Register& reg) {
    const auto code = reg.code();
    const auto party = reg.party();
    ROGATORY_TRY(const auto all, registers_of(state, code));
    std::optional<Successor> next;
    for (const auto& one : all) {
        if (one.succeeds && one.succeeds->party == party && one.party != party) {
            // Two that both follow the same one are two States of one name again.
            if (next) return fail(Error{ErrorCode::integrity, "pin.two_fingerprints"}.with("party", code.text()));
            next = Successor{one.party, one.succeeds->note_verbale};
        }
        if (linked(all, one)) continue;
        const auto* mine = state.book.known_party(party);
        const auto first = founding_envelope(*one.known);
        const auto second = mine == nullptr ? Bytes{} : founding_envelope(*mine);
        auto raised = alarm(state.environment, "pin.two_fingerprints", {{"founded", first}, {"other", second}});
        return fail(std::move(raised.value()).with("party", code.text()));
    }
    return next;
}

bool may_read_of(const Agent::State& state, const model::PartyId& party) {
    if (record::pin_basis(state.book, state.own(), party)) return true;
    const auto* reg = state.book.by_party(party);
    if (reg == nullptr) return false;
    // Back from the pinned Party of this code, register by register.
    for (const auto* later = [&]() -> const record::Register* {
             for (const auto& candidate : state.book.founded_as(reg->code())) {
                 if (record::pin_basis(state.book, state.own(), candidate->party())) return candidate;
             }
             return nullptr;
         }();
         later != nullptr && later->succeeds();) {
        const auto& before = later->succeeds()->party;
        if (before == party) return true;
        const auto* earlier = state.book.by_party(before);
        // A founded id names what was before it: there is no way round in a circle.
        later = earlier;
    }
    return false;
}

Result<> read_successors(Agent::State& state, const record::Dossier& dossier) {
    const auto read = [&](const model::PartyId& party) -> Result<> {
        const auto* reg = state.book.by_party(party);
        if (reg == nullptr || record::pin_basis(state.book, state.own(), party)) return {};
        const auto code = reg->code();
        for (const auto& pin : state.own().pins()) {
            if (pin.code != code || state.book.known_party(pin.party) != nullptr) continue;
            ROGATORY_TRY_VOID(state.book.update_party(state.environment, state.log, pin.party));
        }
        return {};
    };
    for (const auto& reader : dossier.readers()) ROGATORY_TRY_VOID(read(reader.party));
    return {};
}

}  // namespace rogatory::agent
