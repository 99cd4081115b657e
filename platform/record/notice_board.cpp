#include "platform/record/notice_board.hpp"

#include <algorithm>
#include <variant>

#include "platform/base/ensure.hpp"
#include "platform/record/chains.hpp"
#include "platform/record/judging.hpp"

namespace rogatory::record {
namespace {

constexpr UnixSeconds kDaySeconds = 24 * 60 * 60;

// The bodies alike: an id, what is said or that it ended.
struct Said {
    const model::NoticeId* id;
    std::optional<model::Notice> notice;
    const std::optional<std::string>* ended;
    std::size_t kind;  // index of the Notice's alternative
};

std::vector<Said> rows_of(const Body& body) {
    return std::visit(
        [](const auto& value) {
            std::vector<Said> out;
            if constexpr (requires { value.rows.front().ended; }) {
                using Content = typename std::decay_t<decltype(value.rows.front().row)>::value_type;
                for (const auto& row : value.rows) {
                    out.push_back({&row.id, {}, &row.ended, model::Notice{Content{}}.index()});
                    if (row.row) out.back().notice = model::Notice{*row.row};
                }
            }
            return out;
        },
        body);
}

model::Span span_with(const model::Notice& notice, const std::optional<std::string>& ended) {
    auto span = model::span_of(notice);
    if (ended && (!span.to || *ended < *span.to)) span.to = ended;
    return span;
}

// Civil days from 1970-01-01 (Howard Hinnant's days_from_civil): the text was checked to be a day of the calendar.
std::int64_t day_number(std::string_view day) {
    const auto digits = [day](std::size_t from, std::size_t count) {
        std::int64_t out = 0;
        for (const char c : day.substr(from, count)) out = out * 10 + (c - '0');
        return out;
    };
    const auto month = digits(5, 2);
    const auto year = digits(0, 4) - (month <= 2 ? 1 : 0);
    const auto era = year / 400;
    const auto of_era = year - era * 400;
    const auto of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + digits(8, 2) - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

// The server takes a date that is ten minutes off its own clock, so two honest sides may be twice as far apart.
constexpr UnixSeconds kClocksApart = 20 * 60;

// A row confirmed on a day that has not come would never be asked about again. A day more for those east of Greenwich.
bool confirmed_too_late(const model::Notice& notice, UnixSeconds at) {
    return std::visit(
        [at](const auto& row) {
            if constexpr (requires { row.confirmed; }) {
                return row.confirmed && day_number(*row.confirmed) > at / kDaySeconds + 1;
            } else {
                return false;
            }
        },
        notice);
}

// A State says what it does itself; a body, which has joined no treaty, says of which State it speaks.
bool speaks_for_another(const model::Notice& notice, const model::PartyCode& code) {
    const auto* profile = std::get_if<model::ProfileEntry>(&notice);
    return profile != nullptr && profile->state.has_value() == code.is_state();
}

bool shows_below(const model::ReportRow& row, std::uint64_t bound) {
    const auto shown = [bound](const model::ReportFigure& one) { return one.count && *one.count < bound; };
    return std::any_of(row.received.begin(), row.received.end(), shown) ||
           std::any_of(row.sent.begin(), row.sent.end(), shown);
}

// Of a State's row only the organ that dealt with it speaks, once the period is over and the State was asked.
Reason against_published(const model::Notice& notice, const model::PartyCode& code, UnixSeconds at) {
    const auto* published = std::get_if<model::PublishedRow>(&notice);
    if (published == nullptr) return {};
    const auto& row = published->report_row;
    const auto organ = model::organ_of(code);
    const bool reports = model::is_court(code) || organ == model::Organ::trust_fund;
    if (!reports || row.organ != code.text()) return "void.row_organ";
    if (published->proposed_at / kDaySeconds <= day_number(row.to)) return "void.row_period";
    const auto latest = at + kClocksApart;
    if (published->proposed_at > latest || published->confirmed_at > latest) return "void.notice_date";
    const bool confirmed = published->answer == model::PublishedAnswer::confirmed;
    if (!confirmed && at - published->proposed_at < model::kTimeToAnswer) return "void.row_too_early";
    const auto bound = confirmed ? row.hide_below : std::max(row.hide_below, model::kSmallestShown);
    return shows_below(row, bound) ? "void.row_small_figure" : "";
}

// A correction is of the same State and days, and other figures were told after those that stand.
bool corrects(const model::Notice& before, const model::Notice& now) {
    const auto* old = std::get_if<model::PublishedRow>(&before);
    const auto* row = std::get_if<model::PublishedRow>(&now);
    if (old == nullptr || row == nullptr) return true;
    const auto& a = old->report_row;
    const auto& b = row->report_row;
    if (a.party != b.party || a.from != b.from || a.to != b.to) return false;
    return a == b || row->proposed_at > old->proposed_at;
}

bool any_overlap(std::vector<model::Span> spans) {
    std::sort(spans.begin(), spans.end(), [](const model::Span& a, const model::Span& b) { return a.from < b.from; });
    // One that ended before it began never says anything.
    std::erase_if(spans, [](const model::Span& span) { return span.to && *span.to < span.from; });
    return std::adjacent_find(spans.begin(), spans.end(), model::overlap) != spans.end();
}

}  // namespace

model::Span NoticeBoard::Row::span() const { return span_with(notice, ended); }

NoticeBoard::NoticeBoard(model::PartyId party) : chain_{notices_chain(party)}, party_{party} {}

std::vector<model::PublishedCalendar> NoticeBoard::calendars() const {
    std::vector<model::PublishedCalendar> out;
    for (const auto& [id, row] : rows_) {
        if (const auto* calendar = std::get_if<model::WorkingCalendar>(&row.notice))
            out.push_back({*calendar, row.ended});
    }
    return out;
}

Reason NoticeBoard::against(const Statement& statement, const model::PartyCode& code) const {
    const auto said = rows_of(statement.body);
    std::set<model::NoticeId> touched;
    std::map<std::string, std::vector<model::Span>> places;
    std::size_t fresh = 0;
    for (const auto& one : said) {
        const auto known = rows_.find(*one.id);
        touched.insert(*one.id);
        if (known == rows_.end() ? !one.notice.has_value() : known->second.notice.index() != one.kind) {
            return "void.notice_unknown";
        }
        if (known != rows_.end() && known->second.ended) return "void.notice_ended";
        if (!one.notice) continue;
        if (known == rows_.end()) ++fresh;
        if (known != rows_.end() && known->second.notice == *one.notice) return "void.nothing_changed";
        if (speaks_for_another(*one.notice, code)) return "void.notice_state";
        if (confirmed_too_late(*one.notice, statement.at)) return "void.notice_date";
        if (const auto reason = against_published(*one.notice, code, statement.at); !reason.empty()) return reason;
        if (known != rows_.end() && !corrects(known->second.notice, *one.notice)) return "void.row_correction";
        places[model::place_of(*one.notice)].push_back(model::span_of(*one.notice));
    }
    if (rows_.size() + fresh > kMaxRows) return "void.notice_full";
    for (auto& [place, spans] : places) {
        if (const auto there = places_.find(place); there != places_.end()) {
            for (const auto& id : there->second) {
                if (!touched.contains(id)) spans.push_back(rows_.at(id).span());
            }
        }
        // What this very statement ends in the place still holds up to that day.
        for (const auto& one : said) {
            if (one.notice) continue;
            const auto& ending = rows_.at(*one.id).notice;
            if (model::place_of(ending) == place) spans.push_back(span_with(ending, *one.ended));
        }
        if (any_overlap(std::move(spans))) return "void.notice_overlap";
    }
    return {};
}

Outcome NoticeBoard::judge(const SignedStatement& statement, model::LogIndex at, const Registers& registers) const {
    const auto& s = statement.statement();
    if (auto outcome = check_frame(s, chain_, head_, stopped_, at)) return *std::move(outcome);
    const auto found = find_author(statement, at, registers);
    if (const auto* outcome = std::get_if<Outcome>(&found)) return *outcome;
    const auto& author = std::get<AuthorFound>(found);
    if (row(s.kind()).chain != ChainKind::notices) return Outcome::make_void("void.wrong_chain");
    if (author.ref.party != party_) return Outcome::make_void("void.not_the_party");
    if (!author.officer()) return Outcome::make_void("void.not_officer");
    if (!author.party_register->publisher(author.ref.authority, at)) return Outcome::make_void("void.not_publisher");
    const auto code = author.party_register->code();
    if (const auto reason = against(s, code); !reason.empty()) return Outcome::make_void(reason);
    auto outcome = Outcome::ok();
    outcome.effects.emplace_back(NoticesChanged{});
    return outcome;
}

Outcome NoticeBoard::apply(const SignedStatement& statement, model::LogIndex at, const Registers& registers) {
    auto outcome = judge(statement, at, registers);
    if (outcome.verdict == Verdict::broken || outcome.verdict == Verdict::unsupported) {
        stopped_ = true;
        return outcome;
    }
    const auto& s = statement.statement();
    if (outcome.effective()) {
        const auto* by = registers.by_chain(s.author.register_chain);
        ensure(by != nullptr, "the author of an effective statement was found");
        for (auto& one : rows_of(s.body)) {
            auto [place, fresh] = rows_.try_emplace(*one.id);
            auto& held = place->second;
            if (one.notice) {
                if (!fresh) places_[model::place_of(held.notice)].erase(*one.id);
                held.notice = *std::move(one.notice);
                places_[model::place_of(held.notice)].insert(*one.id);
            } else {
                held.ended = *one.ended;
            }
            held.statement = statement.id();
            held.index = at;
            held.at = s.at;
            held.by = {by->party(), s.author.authority};
        }
    }
    head_ = {head_.length + 1, statement.id(), at};
    return outcome;
}

}  // namespace rogatory::record
