#include "platform/agent/recipients.hpp"

#include "platform/agent/successor.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {

Result<model::AuthorityRef> resolve_authority(Agent::State& state, std::string_view text) {
    const auto slash = text.find('/');
    const auto code_text = text.substr(0, slash);
    ROGATORY_TRY(const auto code, model::PartyCode::parse(code_text));

    // By own pins first: the code as this Party signed it, not as the server lists it.
    std::optional<model::PartyId> party;
    if (state.own().code() == code) party = state.own().party();
    for (const auto& pin : state.own().pins()) {
        if (!party && pin.code == code) party = pin.party;
    }
    if (!party) {
        ROGATORY_TRY(const auto* const rows, state.book.directory(state.environment));
        for (const auto& row : *rows) {
            if (row.code != code.text() || !row.founded_id) continue;
            const model::PartyId candidate{*row.founded_id};
            ROGATORY_TRY([[maybe_unused]] const auto* const known,
                         state.book.update_party(state.environment, state.log, candidate));
            if (record::pin_basis(state.book, state.own(), candidate)) party = candidate;
            if (!party) return fail(Error{ErrorCode::forbidden, "party.not_pinned"}.with("party", code.text()));
        }
    }
    if (!party) return fail(Error{ErrorCode::not_found, "party.unknown"}.with("party", code.text()));
    ROGATORY_TRY(const auto* const known, state.book.update_party(state.environment, state.log, *party));
    const auto& reg = known->replayed;
    if (slash == std::string_view::npos) {
        const auto all = reg.authorities();
        return model::AuthorityRef{*party, all.size() == 1 ? all.front().description.id : reg.root()};
    }
    const auto wanted = text.substr(slash + 1);
    // A whole id names one, whatever another of them calls itself.
    for (const auto& authority : reg.authorities()) {
        if (model::to_hex(authority.description.id) == wanted) {
            return model::AuthorityRef{*party, authority.description.id};
        }
    }
    std::vector<model::AuthorityId> found;
    for (const auto& authority : reg.authorities()) {
        const auto& description = authority.description;
        if (description.name.text() == wanted) return model::AuthorityRef{*party, description.id};
        if (model::to_text(description.kind) == wanted ||
            (wanted.size() >= 4 && model::to_hex(description.id).starts_with(wanted))) {
            found.push_back(description.id);
        }
    }
    if (found.size() > 1)
        return fail(Error{ErrorCode::invalid_input, "name.ambiguous"}.with("name", std::string{text}));
    if (found.empty()) {
        return fail(Error{ErrorCode::not_found, "authority.unknown"}
                        .with("party", code.text())
                        .with("name", std::string{wanted}));
    }
    return model::AuthorityRef{*party, found.front()};
}

AuthorityLabel label_of(const Agent::State& state, const model::AuthorityRef& authority) {
    AuthorityLabel label;
    label.founded_id = authority.party.value();
    label.authority = authority.authority.value();
    const auto* reg = state.book.by_party(authority.party);
    if (reg == nullptr) return label;
    // An unpinned Party's name for itself is not shown as its name.
    if (!may_read_of(state, authority.party)) return label;
    label.party_code = reg->code().text();
    if (const auto* known = reg->authority(authority.authority)) label.authority_name = known->description.name.text();
    return label;
}

std::string text_of(const AuthorityLabel& label) {
    if (label.party_code.empty()) return "?" + model::to_hex(model::PartyId{label.founded_id}).substr(0, 8);
    return label.party_code + "/" + label.authority_name;
}

}  // namespace rogatory::agent
