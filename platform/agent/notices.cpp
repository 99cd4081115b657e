#include "platform/agent/notices.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "platform/agent/normalise.hpp"
#include "platform/agent/recipients.hpp"
#include "platform/agent/rotate.hpp"
#include "platform/agent/state.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/casework/law_check.hpp"
#include "platform/record/chains.hpp"

namespace rogatory::agent {
namespace {

// Whether a row that holds to this day should be asked about: nobody has confirmed it for a year.
bool should_confirm(const model::Notice& notice, const casework::Date& today) {
    return std::visit(
        [&today](const auto& row) {
            if constexpr (requires { row.confirmed; }) {
                const auto from = casework::Date::parse(row.valid_from);
                if (!from) return false;
                std::optional<casework::Date> confirmed;
                if (row.confirmed) {
                    if (const auto day = casework::Date::parse(*row.confirmed)) confirmed = *day;
                }
                return casework::to_be_confirmed(confirmed, *from, today);
            } else {
                return false;
            }
        },
        notice);
}

bool is_dated(const model::Notice& notice) {
    return std::holds_alternative<model::ProfileEntry>(notice) || std::holds_alternative<model::Recommendation>(notice);
}

NoticeView view_of(const Agent::State& state, const record::Register& reg, const model::NoticeId& id,
                   const record::NoticeBoard::Row& row, const casework::Date& today) {
    NoticeView view;
    view.id = id.value();
    view.party = reg.code().text();
    if (const auto authority = reg.authority(row.by.authority)) view.authority = authority->description.name.text();
    view.own = reg.party() == state.own().party();
    view.notice = row.notice;
    const auto span = row.span();
    view.from = span.from;
    view.to = span.to;
    view.ended = row.ended.has_value();
    // What a State answered, and what a meeting left, holds until it is ended or something later is said (read_board).
    if (is_dated(row.notice)) view.to = row.ended;
    const auto day = today.text();
    view.in_force = span.from <= day && (!view.to || day <= *view.to);
    // A published row is of a period that is over, and stands until it is ended.
    if (std::holds_alternative<model::PublishedRow>(row.notice)) view.in_force = !view.ended;
    view.to_confirm = view.in_force && should_confirm(row.notice, today);
    view.counting = state.counts(row.index, row.at);
    view.index = row.index;
    view.at = row.at;
    return view;
}

Result<> read_board(Agent::State& state, const model::PartyId& party, const NoticeQuery& query,
                    const casework::Date& today, NoticeList& list) {
    ROGATORY_TRY(const auto* const board, state.notices.update(state.environment, state.log, state.book, party));
    if (board->copy.incomplete()) return fail(ErrorCode::integrity, "notices.incomplete");
    const auto* const reg = state.book.by_party(party);
    ensure(reg != nullptr, "the register of a Party that is pinned was read");
    std::vector<NoticeView> views;
    // Of what is dated the newest of each place is the one that holds; the others are its history, whatever is asked
    // for.
    std::map<std::string, std::string> newest;
    for (const auto& [id, row] : board->replayed.rows()) {
        views.push_back(view_of(state, *reg, id, row, today));
        const auto& view = views.back();
        if (!is_dated(view.notice) || !view.in_force) continue;
        auto& from = newest[model::place_of(view.notice)];
        from = std::max(from, view.from);
    }
    for (auto& view : views) {
        if (is_dated(view.notice) && view.in_force) view.in_force = view.from == newest[model::place_of(view.notice)];
        if (!answers(view.notice, query)) continue;
        if (!query.all && !view.in_force) continue;
        if (query.to_confirm && (!view.to_confirm || !view.own)) continue;
        list.rows.push_back(std::move(view));
    }
    return {};
}

// What a server says of a Party that nobody has checked is not read at all: only that there is something.
Result<std::string> why_unread(Agent::State& state, const ports::remote::PartyRow& row) {
    const model::PartyId party{*row.founded_id};
    auto updated = state.book.update(state.environment, state.log, model::ChainId{*row.register_chain});
    if (!updated && updated.error().code() == ErrorCode::unavailable) return fail(std::move(updated).error());
    if (!updated) return updated.error().key();
    const auto& reg = (*updated)->replayed;
    if (!reg.founded() || reg.party() != party || reg.code().text() != row.code) return "party.directory_differs";
    if ((*updated)->copy.incomplete()) return "register.incomplete";
    if (!record::pin_basis(state.book, state.own(), party)) return "not_pinned";
    return std::string{};
}

Result<> normalise(std::string& text) {
    ROGATORY_TRY(text, normalised(text));
    return {};
}
Result<> normalise(std::optional<std::string>& text) { return text ? normalise(*text) : Result<>{}; }
Result<> normalise(std::vector<model::Line>& lines) {
    for (auto& line : lines) ROGATORY_TRY_VOID(normalise(line.text));
    return {};
}
Result<> normalise(std::optional<model::Bilingual>& text) {
    if (!text) return {};
    ROGATORY_TRY_VOID(normalise(text->en));
    return normalise(text->fr);
}
template <class... Texts>
Result<> normalise_all(Texts&... texts) {
    Result<> done;
    ((done.has_value() ? void(done = normalise(texts)) : void()), ...);
    return done;
}

struct Normalise {
    Result<> operator()(model::FocalPoint& row) const {
        return normalise_all(row.authority, row.name, row.hours, row.time_zone, row.telephone, row.email, row.deputies,
                             row.note);
    }
    Result<> operator()(model::LawEntry& row) const {
        auto done = normalise_all(row.article, row.keyword, row.provision, row.source, row.elements, row.note);
        std::sort(row.elements.begin(), row.elements.end(),
                  [](const model::Line& a, const model::Line& b) { return a.text < b.text; });
        row.elements.erase(std::unique(row.elements.begin(), row.elements.end()), row.elements.end());
        return done;
    }
    Result<> operator()(model::ProfileEntry& row) const { return normalise_all(row.source, row.note); }
    Result<> operator()(model::Recommendation& row) const { return normalise_all(row.addressee, row.text, row.note); }
    Result<> operator()(model::WorkingCalendar& row) const { return normalise_all(row.note); }
    Result<> operator()(model::PublishedRow& /*row*/) const { return {}; }
};

template <class Set>
record::Body body_of(const std::vector<NoticeChange>& changes, std::size_t from, std::size_t to) {
    Set set;
    using Content = typename std::decay_t<decltype(set.rows.front().row)>::value_type;
    for (auto i = from; i < to; ++i) {
        typename std::decay_t<decltype(set.rows)>::value_type row;
        row.id = model::NoticeId{*changes[i].id};
        if (changes[i].notice) row.row = std::get<Content>(*changes[i].notice);
        row.ended = changes[i].ended;
        set.rows.push_back(std::move(row));
    }
    std::sort(set.rows.begin(), set.rows.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    return set;
}

record::Body body_of(NoticeKind kind, const std::vector<NoticeChange>& changes, std::size_t from, std::size_t to) {
    switch (kind) {
        case NoticeKind::focal_point:
            return body_of<record::FocalPointSet>(changes, from, to);
        case NoticeKind::law_entry:
            return body_of<record::LawEntrySet>(changes, from, to);
        case NoticeKind::profile:
            return body_of<record::ProfileSet>(changes, from, to);
        case NoticeKind::recommendation:
            return body_of<record::RecommendationSet>(changes, from, to);
        case NoticeKind::calendar:
            return body_of<record::CalendarSet>(changes, from, to);
        case NoticeKind::published_row:
            break;
    }
    return body_of<record::RowPublished>(changes, from, to);
}

Result<Package> compose(Agent::State& state, NoticeKind kind, const std::vector<NoticeChange>& changes) {
    ROGATORY_TRY(const auto* const known,
                 state.notices.update(state.environment, state.log, state.book, state.own().party()));
    if (known->copy.incomplete()) return fail(ErrorCode::integrity, "notices.incomplete");
    // What would have no effect is not sent: the same judge says so here, statement after statement.
    auto board = known->replayed;
    auto index = state.log.size();
    Package package;
    for (std::size_t from = 0; from < changes.size();) {
        auto count = std::min(record::kMaxNoticeRows, changes.size() - from);
        const auto sign = [&] {
            return state.sign(state.compose(board.head(), board.chain(), body_of(kind, changes, from, from + count)));
        };
        auto made = sign();
        // Rows differ in length: as many a statement as have room in it.
        for (; !made && made.error().key() == "statement.too_large" && count > 1; made = sign()) count /= 2;
        if (!made && made.error().key() == "statement.malformed")
            return fail(ErrorCode::invalid_input, "notice.malformed");
        ROGATORY_TRY(auto statement, std::move(made));
        from += count;
        const auto outcome = board.apply(statement, index++, state.book);
        if (!outcome.effective()) return fail(outcome.refusal());
        package.add(std::move(statement));
    }
    return package;
}

}  // namespace

Result<NoticeList> list_notices(Agent& agent, const NoticeQuery& query) {
    auto& state = agent.state();
    state.book.forget_directory();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(const auto* const rows, state.book.directory(state.environment));
    // What this Party pinned is read first, so that a list it accepts (the Registry's) is known for the others.
    for (const auto& pin : state.own().pins()) {
        auto updated = state.book.update_party(state.environment, state.log, pin.party);
        if (!updated && updated.error().code() == ErrorCode::unavailable) return fail(std::move(updated).error());
    }
    const auto today = query.on.value_or(casework::Date::at(state.now(), 0));
    NoticeList list;
    std::set<std::string> met;
    for (const auto& row : *rows) {
        if (!row.founded_id || !row.register_chain || (!query.party.empty() && row.code != query.party)) continue;
        met.insert(row.code);
        ROGATORY_TRY(auto why, why_unread(state, row));
        if (why.empty()) {
            const auto read = read_board(state, model::PartyId{*row.founded_id}, query, today, list);
            if (read) continue;
            if (read.error().code() == ErrorCode::unavailable) return fail(Error{read.error()});
            why = read.error().key();
        }
        const auto chain = record::notices_chain(model::PartyId{*row.founded_id});
        std::size_t said = 0;
        while (!state.log.places(chain, said).empty()) ++said;
        list.unread.push_back({row.code, std::move(why), said});
    }
    // Whom this Party pinned and the server leaves out: that is told, not taken for "nothing published".
    const auto left_out = [&](const std::string& code) {
        if (!met.contains(code) && (query.party.empty() || code == query.party))
            list.unread.push_back({code, "party.directory_differs", 0});
    };
    for (const auto& pin : state.own().pins()) left_out(pin.code.text());
    left_out(state.own().code().text());
    std::stable_sort(list.rows.begin(), list.rows.end(), [](const NoticeView& a, const NoticeView& b) {
        return std::tuple{a.party, model::place_of(a.notice), a.from} <
               std::tuple{b.party, model::place_of(b.notice), b.from};
    });
    return list;
}

Result<model::Notice> as_published(model::Notice notice) {
    ROGATORY_TRY_VOID(std::visit(Normalise{}, notice));
    return notice;
}

Result<std::vector<Id>> publish_notices(Agent& agent, NoticeKind kind, const std::vector<NoticeChange>& changes) {
    if (changes.empty()) return fail(ErrorCode::invalid_input, "notice.none");
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_role(model::Role::officer));
    auto ready = changes;
    // Ends first, then what stands instead of something: what they make room for comes after them.
    const auto turn = [](const NoticeChange& change) { return !change.notice ? 0 : change.id ? 1 : 2; };
    std::vector<Id> ids;
    std::stable_sort(ready.begin(), ready.end(),
                     [&turn](const NoticeChange& a, const NoticeChange& b) { return turn(a) < turn(b); });
    for (auto& change : ready) {
        if (!change.id) change.id = record::random_id<model::NoticeId>(crypto::system_random()).value();
        if (change.notice) {
            ROGATORY_TRY(change.notice, as_published(*std::move(change.notice)));
        }
        ids.push_back(*change.id);
    }
    ROGATORY_TRY([[maybe_unused]] const auto package,
                 append_settled(state, [&] { return compose(state, kind, ready); }));
    return ids;
}

Result<NoticeView> find_notice(Agent& agent, NoticeKind kind, std::string_view id) {
    auto& state = agent.state();
    NoticeQuery query;
    query.kind = kind;
    query.party = state.own().code().text();
    query.all = true;
    ROGATORY_TRY(const auto list, list_notices(agent, query));
    const NoticeView* found = nullptr;
    for (const auto& row : list.rows) {
        if (!row.own || id.empty() || !model::to_hex(model::NoticeId{row.id}).starts_with(id)) continue;
        if (found != nullptr) return fail(Error{ErrorCode::conflict, "notice.several"}.with("id", std::string{id}));
        found = &row;
    }
    if (found == nullptr) return fail(Error{ErrorCode::not_found, "notice.unknown"}.with("id", std::string{id}));
    return *found;
}

Result<std::size_t> confirm_notices(Agent& agent, NoticeKind kind, const std::vector<std::string>& ids) {
    auto& state = agent.state();
    std::vector<NoticeView> rows;
    if (ids.empty()) {
        NoticeQuery query;
        query.kind = kind;
        query.party = state.own().code().text();
        query.to_confirm = true;
        ROGATORY_TRY(auto list, list_notices(agent, query));
        rows = std::move(list.rows);
        if (rows.empty()) return std::size_t{0};
    }
    for (const auto& id : ids) {
        ROGATORY_TRY(auto row, find_notice(agent, kind, id));
        if (std::none_of(rows.begin(), rows.end(), [&row](const auto& one) { return one.id == row.id; }))
            rows.push_back(std::move(row));
    }
    const auto today = casework::Date::at(state.now(), 0).text();
    std::vector<NoticeChange> changes;
    for (auto& row : rows) {
        const bool asked = std::visit(
            [&today](auto& content) {
                if constexpr (requires { content.confirmed; }) {
                    content.confirmed = today;
                    return true;
                } else {
                    return false;
                }
            },
            row.notice);
        // What is dated says by itself as of when it was true.
        if (!asked) return fail(ErrorCode::invalid_input, "notice.dated");
        changes.push_back({row.id, std::move(row.notice), std::nullopt});
    }
    ROGATORY_TRY([[maybe_unused]] const auto done, publish_notices(agent, kind, changes));
    return changes.size();
}

Result<> set_publisher(Agent& agent, std::string_view authority, bool publisher) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(const auto to, resolve_authority(state, state.own().code().text() + "/" + std::string{authority}));
    return append_to_register(state, [&]() -> Result<RegisterBody> {
        return RegisterBody{record::PublisherSet{to.authority, publisher}, {}};
    });
}

}  // namespace rogatory::agent
