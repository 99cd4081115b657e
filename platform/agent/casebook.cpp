#include "platform/agent/casebook.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "crypto/encoding/hex.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/seal.hpp"
#include "platform/agent/state.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/casework/calendar.hpp"
#include "platform/record/casebook_state.hpp"
#include "platform/record/chains.hpp"
#include "platform/record/judging.hpp"

namespace rogatory::agent {
namespace {

constexpr std::array<std::string_view, 5> kNoteKinds{"assigned", "deputy", "link", "remark", "hand_over"};
static_assert(kNoteKinds.size() == std::variant_size_v<model::CasebookNote>);

Result<const CasebookBook::Known*> update_own(Agent::State& state) {
    ROGATORY_TRY(const auto* const keyring, state.keyring());
    ensure(!keyring->generations.empty(), "a keyring holds generation 1");
    const auto own = state.authority();
    return state.casebooks.update(state.environment, state.log, state.book,
                                  record::casebook_chain(own.authority, keyring->generations.front()), own);
}

// What a note says. Its author's fault where nothing can be read of it: then no more than that is known.
Result<std::optional<model::CasebookNote>> open_note(Agent::State& state, const ChainCopy& copy,
                                                     const record::SignedStatement& statement) {
    const auto* const note = statement.body<record::Note>();
    ensure(note != nullptr, "an effective statement of a casebook is a note");
    ROGATORY_TRY(const auto* const keyring, state.keyring());
    if (note->generation > keyring->generations.size()) return std::nullopt;
    auto file = fetch_blob(state.environment, copy.chain(), note->sealed);
    if (!file && file.error().code() == ErrorCode::not_found) return std::nullopt;
    if (!file) return fail(std::move(file).error());
    const auto plaintext = age::open(keyring->generations[note->generation - 1], *file, age::Profile::single());
    if (!plaintext) return std::nullopt;
    const auto body = record::SealedBody::parse(plaintext->expose_secret());
    if (!body || !body->check(statement.statement())) return std::nullopt;
    return body->note;
}

class Names {
public:
    explicit Names(const Agent::State& state) : own_{state.own()}, authority_{state.membership().authority} {}

    // A leaver as the register knew him when he was named.
    [[nodiscard]] CasebookPerson of(const model::MemberId& id, model::LogIndex index) const {
        const auto now = own_.member(id);
        const bool here = now && now->authority == authority_;
        const auto known = here ? now : own_.member(id, index);
        return {id.value(), known ? known->display_name.text() : std::string{}, !here};
    }
    [[nodiscard]] std::optional<CasebookPerson> of(const std::optional<model::MemberId>& id,
                                                   model::LogIndex index) const {
        return id ? std::optional{of(*id, index)} : std::nullopt;
    }

private:
    const record::Register& own_;
    model::AuthorityId authority_;
};

std::vector<model::MemberId> people_of(const model::CasebookNote& note) {
    std::vector<model::MemberId> out;
    const auto add = [&out](const std::optional<model::MemberId>& id) {
        if (id) out.push_back(*id);
    };
    std::visit(record::Overloaded{[&](const model::Assigned& one) {
                                      add(one.member);
                                      add(one.deputy);
                                  },
                                  [&](const model::Deputised& one) {
                                      add(one.member);
                                      add(one.deputy);
                                  },
                                  [&](const model::HandedOver& one) {
                                      add(one.from);
                                      add(one.to);
                                  },
                                  [](const auto& /*names nobody*/) {}},
               note);
    return out;
}

// The casebook read to its end, and where things stand by it.
struct Read {
    const CasebookBook::Known* known = nullptr;
    record::CasebookState state;
    std::map<std::uint64_t, model::CasebookNote> opened;  // by place
    std::map<model::StatementId, model::LogIndex> places;
};
Result<Read> read(Agent::State& state) {
    Read out;
    ROGATORY_TRY(out.known, update_own(state));
    const auto& items = out.known->copy.items();
    for (const auto seq : out.known->replayed.notes()) {
        const auto& item = items.at(seq);
        ROGATORY_TRY(auto note, open_note(state, out.known->copy, item.statement));
        if (!note) continue;
        const auto& said = item.statement.statement();
        out.state.apply(*note, {item.statement.id(), said.author.member, said.at});
        out.places.emplace(item.statement.id(), item.index);
        out.opened.emplace(seq, *std::move(note));
    }
    return out;
}

std::string today_of(const Agent::State& state) { return casework::Date::at(state.latest_now(), 0).text(); }

std::vector<NoteView> notes_of(const Agent::State& state, const Read& read, const Names& names) {
    std::vector<NoteView> out;
    const auto& notes = read.known->replayed.notes();
    const std::set<std::uint64_t> effective{notes.begin(), notes.end()};
    std::uint64_t seq = 0;
    for (const auto& item : read.known->copy.items()) {
        const auto& said = item.statement.statement();
        NoteView view;
        view.seq = seq++;
        view.by = names.of(said.author.member, item.index);
        view.at = said.at;
        view.counting = state.counts(item.index, said.at);
        const auto opened = read.opened.find(view.seq);
        if (opened != read.opened.end()) {
            view.kind = kNoteKinds.at(opened->second.index());
            view.note = opened->second;
            for (const auto& id : people_of(opened->second)) view.people.push_back(names.of(id, item.index));
        } else {
            view.problem = effective.contains(view.seq) ? "unreadable" : "void";
        }
        out.push_back(std::move(view));
    }
    return out;
}

CasebookView view_of(const Agent::State& state, const Read& read) {
    const Names names{state};
    const auto today = today_of(state);
    const auto self = state.membership().member;
    const auto at = [&read](const record::CasebookState::Said& said) { return read.places.at(said.statement); };
    CasebookView view;
    view.incomplete = read.known->copy.incomplete();
    view.notes = notes_of(state, read, names);
    for (const auto& [dossier, one] : read.state.assignments()) {
        view.assignments.push_back(
            {dossier.value(), names.of(one.member, at(one.said)), names.of(one.deputy, at(one.said)),
             names.of(read.state.deputy_of(one.member, today), at(one.said)),
             read.state.deals_with(self, dossier, today), names.of(one.said.by, at(one.said)), one.said.at});
    }
    for (const auto& one : read.state.deputyships()) {
        if (one.days.until < today) continue;
        view.deputyships.push_back({names.of(one.days.member, at(one.said)), names.of(one.days.deputy, at(one.said)),
                                    one.days.from, one.days.until,
                                    one.days.deputy && one.days.from <= today &&
                                        read.state.deputy_of(one.days.member, today) == one.days.deputy,
                                    names.of(one.said.by, at(one.said)), one.said.at});
    }
    for (const auto& [pair, one] : read.state.links()) {
        view.links.push_back({one.dossier.value(), one.other.value(), std::string{model::name_of(one.relation)},
                              names.of(one.said.by, at(one.said)), one.said.at});
    }
    for (const auto& [dossier, remarks] : read.state.remarks()) {
        for (const auto& one : remarks) {
            view.remarks.push_back({dossier.value(), one.text, names.of(one.said.by, at(one.said)), one.said.at});
        }
    }
    return view;
}

// Made anew whenever a colleague was quicker: it may then have nothing to change any more.
using MakeNote = std::function<Result<model::CasebookNote>(const record::CasebookState&)>;

Result<Package> compose(Agent::State& state, const MakeNote& make) {
    const auto own = state.authority();
    ROGATORY_TRY_VOID(require_sealable(state, own));
    ROGATORY_TRY(const auto now, read(state));
    if (now.known->copy.incomplete()) return fail(ErrorCode::integrity, "casebook.incomplete");
    const auto* const generation = state.own().generation(own.authority);
    ensure(generation != nullptr, "one's own authority has a generation");
    record::SealedBody body;
    ROGATORY_TRY(body.note, make(now.state));
    auto statement = state.compose(now.known->replayed.head(), now.known->copy.chain(),
                                   record::Note{generation->number, model::Digest{}});
    body.chain = statement.chain;
    body.author = statement.author;
    body.nonce = statement.nonce;
    ROGATORY_TRY(const auto file, seal_body(body, generation->recipient));
    statement.body = record::Note{generation->number, file.sha256};
    ROGATORY_TRY(auto made, state.sign(statement));
    const auto outcome = now.known->replayed.judge(made, state.log.size(), state.book);
    if (!outcome.effective()) return fail(outcome.refusal());
    Package package;
    package.add(std::move(made));
    package.add(file);
    return package;
}

Result<> note(Agent& agent, const MakeNote& make) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_role(model::Role::officer));
    auto done = state.once_counted([&] { return append_settled(state, [&] { return compose(state, make); }); });
    if (!done) return fail(std::move(done).error());
    return {};
}

Result<std::optional<model::MemberId>> member_here(const Agent::State& state, const std::optional<Id>& id) {
    if (!id) return std::nullopt;
    const auto member = state.own().member(model::MemberId{*id});
    if (!member || member->authority != state.membership().authority) {
        return fail(Error{ErrorCode::not_found, "member.unknown"}.with("name", encoding::hex_encode(*id)));
    }
    return std::optional{member->id};
}

tl::unexpected<Error> nothing_changed() { return fail(ErrorCode::forbidden, "casebook.nothing_changed"); }

}  // namespace

const AssignmentView* CasebookView::assignment(const Hash& dossier) const {
    const auto found = std::ranges::find_if(assignments, [&](const auto& one) { return one.dossier == dossier; });
    return found == assignments.end() ? nullptr : &*found;
}

Result<CasebookView> read_casebook(Agent& agent) {
    ROGATORY_TRY_VOID(agent.synchronise());
    auto& state = agent.state();
    ROGATORY_TRY(const auto all, read(state));
    return view_of(state, all);
}

Result<Id> find_in_casebook(Agent& agent, const CasebookView& view, std::string_view text) {
    auto& state = agent.state();
    std::map<Id, std::string> people;
    for (const auto& one : view.notes) {
        for (const auto& person : one.people) people.emplace(person.member, person.name);
    }
    for (const auto& member : state.own().members(state.membership().authority)) {
        people.insert_or_assign(member.id.value(), member.display_name.text());
    }
    std::set<Id> found;
    for (const auto& [id, name] : people) {
        const auto hex = encoding::hex_encode(id);
        if (hex == text) return id;
        if (name == text || (text.size() >= 4 && hex.starts_with(text))) found.insert(id);
    }
    if (found.size() == 1) return *found.begin();
    if (found.empty()) return fail(Error{ErrorCode::not_found, "member.unknown"}.with("name", std::string{text}));
    return fail(Error{ErrorCode::invalid_input, "name.ambiguous"}.with("name", std::string{text}));
}

Result<> assign_dossier(Agent& agent, const Hash& dossier, const std::optional<Id>& member,
                        const std::optional<Id>& deputy) {
    return note(agent, [&](const record::CasebookState& now) -> Result<model::CasebookNote> {
        model::Assigned said{model::ChainId{dossier}, std::nullopt, std::nullopt};
        ROGATORY_TRY(said.member, member_here(agent.state(), member));
        ROGATORY_TRY(said.deputy, member_here(agent.state(), deputy));
        if (said.deputy && !said.member) return fail(ErrorCode::invalid_input, "casebook.deputy_alone");
        if (said.deputy == said.member && said.member) return fail(ErrorCode::invalid_input, "casebook.own_deputy");
        const auto stands = now.assignments().find(said.dossier);
        const bool same = stands == now.assignments().end()
                              ? !said.member
                              : stands->second.member == said.member && stands->second.deputy == said.deputy;
        if (same) return nothing_changed();
        return said;
    });
}

Result<> set_deputy(Agent& agent, const Id& member, const std::optional<Id>& deputy, std::string_view from,
                    std::string_view until) {
    if (!model::is_day(from) || !model::is_day(until) || from > until) {
        return fail(ErrorCode::invalid_input, "casebook.days");
    }
    return note(agent, [&](const record::CasebookState& /*now*/) -> Result<model::CasebookNote> {
        model::Deputised said{{}, std::nullopt, std::string{from}, std::string{until}};
        ROGATORY_TRY(const auto absent, member_here(agent.state(), member));
        said.member = *absent;
        ROGATORY_TRY(said.deputy, member_here(agent.state(), deputy));
        if (said.deputy == said.member) return fail(ErrorCode::invalid_input, "casebook.own_deputy");
        return said;
    });
}

Result<> link_dossiers(Agent& agent, const Hash& dossier, const Hash& other,
                       const std::optional<model::LinkRelation>& relation) {
    if (dossier == other) return fail(ErrorCode::invalid_input, "casebook.link_itself");
    return note(agent, [&](const record::CasebookState& now) -> Result<model::CasebookNote> {
        const model::Linked said{model::ChainId{dossier}, model::ChainId{other}, relation};
        const auto stands = now.links().find(std::minmax(said.dossier, said.other));
        const bool same = stands == now.links().end()
                              ? !relation
                              : stands->second.dossier == said.dossier && stands->second.relation == relation;
        if (same) return nothing_changed();
        return said;
    });
}

Result<> remark_on_dossier(Agent& agent, const Hash& dossier, std::string_view text) {
    ROGATORY_TRY(const auto words, normalised(text));
    constexpr std::size_t kMost = 4096;
    if (words.empty() || words.size() > kMost) return fail(ErrorCode::invalid_input, "casebook.remark_length");
    return note(agent, [&](const record::CasebookState& /*now*/) -> Result<model::CasebookNote> {
        return model::Remarked{model::ChainId{dossier}, words};
    });
}

Result<std::vector<Hash>> hand_over_dossiers(Agent& agent, const Id& from, const std::optional<Id>& to) {
    std::vector<Hash> moved;
    ROGATORY_TRY_VOID(note(agent, [&](const record::CasebookState& now) -> Result<model::CasebookNote> {
        model::HandedOver said{model::MemberId{from}, std::nullopt};
        ROGATORY_TRY(said.to, member_here(agent.state(), to));
        if (said.to == said.from) return fail(ErrorCode::invalid_input, "casebook.own_deputy");
        moved.clear();
        for (const auto& dossier : now.assigned_to(said.from)) moved.push_back(dossier.value());
        if (moved.empty()) return nothing_changed();
        return said;
    }));
    return moved;
}

}  // namespace rogatory::agent
