#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "platform/record/notice_bodies.hpp"
#include "tests/support/record_world.hpp"

// Notice boards of two States and the Assembly with everybody who might write on one, and every way in which a row has
// no effect: unit tests try them, and tests/vectors/protocol writes the same for other implementations.
namespace rogatory::tests::notice_scene {

using namespace rogatory::record;  // NOLINT: a test's helper

inline constexpr const char* kToday = "2027-01-15";  // of World::now

inline model::FocalPoint focal(const std::string& from, std::optional<std::string> to = {}) {
    model::FocalPoint row;
    row.authority = "Cellule de renseignement financier";
    row.name = "A. Diop";
    row.role = model::FocalRole::fiu;
    row.theme = model::FocalTheme::financial_investigations;
    row.languages = {{"en"}, {"fr"}};
    row.hours = "8 h à 17 h";
    row.time_zone = "Africa/Dakar";
    row.telephone = "+221 33 000 00 00";
    row.email = "focal@crf.example";
    row.deputies = {{"B. Ndiaye, +221 33 000 00 01"}};
    row.valid_from = from;
    row.valid_to = std::move(to);
    return row;
}

inline model::LawEntry law(const std::string& from, std::optional<std::string> to = {}) {
    model::LawEntry row;
    row.article = "93(1)(k)";
    row.keyword = "gel";
    row.provision = "Le juge d’instruction ordonne le gel.";
    row.language = "fr";
    row.source = "Code de procédure pénale, article 87 bis";
    row.kinds = {model::Assistance::freezing, model::Assistance::seizure};
    row.channel = model::LawChannel::advance_copy;
    row.request_languages = {{"fr"}};
    row.authentic_only = true;
    row.elements = {{"date of the order"}, {"identity of the holder"}};
    row.holder_notice = model::HolderNotice::deferrable;
    row.deferral_days = 90;
    row.freeze_days = 730;
    row.freeze_renewal = model::FreezeRenewal::renewable;
    row.urgent_days = 30;
    row.valid_from = from;
    row.valid_to = std::move(to);
    row.confirmed = "2026-12-01";
    return row;
}

inline model::ProfileEntry profile(const std::string& dated, std::optional<std::string> state = {}) {
    model::ProfileEntry row;
    row.state = std::move(state);
    row.topic = model::ProfileTopic::apic;
    row.dated = dated;
    row.source = "Treaty collection of the United Nations, XVIII.13";
    return row;
}

inline model::Recommendation recommendation(const std::string& number, const std::string& round) {
    model::Recommendation row;
    row.number = number;
    row.round = round;
    row.state = model::RecommendationState::under_way;
    row.due = "2027-H1";
    row.clusters = {{"rfa"}};
    row.note = model::Bilingual{"Meetings take place.", "Des réunions ont lieu."};
    return row;
}

inline model::WorkingCalendar calendar(const std::string& from, std::optional<std::string> to = {}) {
    model::WorkingCalendar row;
    row.weekend = {model::Weekday::saturday, model::Weekday::sunday};
    row.holidays = {{from}};
    row.note = "Journal officiel, n° 7712";
    row.valid_from = from;
    row.valid_to = std::move(to);
    return row;
}

// Of the year that ended on 15 September 2026; told of on 20 October 2026, confirmed five days later.
inline constexpr UnixSeconds kProposedAt = 1'792'454'400;
inline model::PublishedRow published(const std::string& party) {
    model::PublishedRow row;
    row.report_row = {party,
                      "X-OTP",
                      "2025-09-16",
                      "2026-09-15",
                      "2026-09-15",
                      5,
                      {{"executed", {}}, {"on_platform", 12}, {"open", {}}, {"organ.prosecutor", 12}, {"requests", 12}},
                      {{"requests", {}}}};
    row.proposed_at = kProposedAt;
    row.answer = model::PublishedAnswer::confirmed;
    row.confirmed_at = kProposedAt + 5 * 24 * 60 * 60;
    return row;
}

template <class Set, class Content>
Set set_of(const model::NoticeId& id, Content row) {
    return Set{{{id, std::move(row), std::nullopt}}};
}
template <class Set>
Set end_of(const model::NoticeId& id, std::string day) {
    return Set{{{id, std::nullopt, std::move(day)}}};
}

struct Scene {
    World world{91};
    PersonPtr officer, custodian, reader, service, unflagged, foreign, removed, assembly, court;
    model::NoticeId focal_id, law_id, ended_id, profile_id, published_id;

    Scene() {
        auto& w = world;
        custodian = w.found("SEN");
        foreign = w.found("FRA");
        assembly = w.found("X-ASP");
        court = w.found("X-OTP");
        officer = w.add_member(*custodian, model::Role::officer);
        reader = w.add_member(*custodian, model::Role::reader);
        service = w.add_member(*custodian, model::Role::officer, true);
        removed = w.add_member(*custodian, model::Role::officer);
        w.remove_member(*custodian, *removed);
        unflagged = w.add_authority(*custodian);
        focal_id = w.id<model::NoticeId>();
        law_id = w.id<model::NoticeId>();
        ended_id = w.id<model::NoticeId>();
        profile_id = w.id<model::NoticeId>();
        published_id = w.id<model::NoticeId>();
        // Before the flag nobody may.
        w.say(*officer, board(), set_of<FocalPointSet>(focal_id, focal("2026-01-01")));
        for (const auto& root : {custodian, foreign, assembly, court}) {
            w.must(*root, root->register_chain, PublisherSet{root->authority, true});
        }
        w.must(*officer, board(), set_of<FocalPointSet>(focal_id, focal("2026-01-01", "2026-12-31")));
        w.must(*officer, board(), set_of<LawEntrySet>(law_id, law("2026-01-01")));
        w.must(*officer, board(), set_of<FocalPointSet>(ended_id, focal("2027-01-01")));
        w.must(*custodian, board(), end_of<FocalPointSet>(ended_id, "2027-03-31"));
        w.must(*service, board(), set_of<ProfileSet>(profile_id, profile("2020-05-01")));
        w.must(*officer, board(), set_of<CalendarSet>(w.id<model::NoticeId>(), calendar("2027-01-01", "2027-12-31")));
        w.must(*foreign, board_of(*foreign), set_of<LawEntrySet>(w.id<model::NoticeId>(), law("2026-01-01")));
        w.must(*assembly, board_of(*assembly),
               set_of<ProfileSet>(w.id<model::NoticeId>(), profile("2020-05-01", "MLI")));
        w.must(*assembly, board_of(*assembly),
               set_of<RecommendationSet>(w.id<model::NoticeId>(), recommendation("R149", "2026-11-04")));
        w.must(*court, court_board(), set_of<RowPublished>(published_id, published("MLI")));
    }

    [[nodiscard]] model::ChainId board_of(const Person& person) const {
        return notices_chain(world.register_of(person).party());
    }
    [[nodiscard]] model::ChainId board() const { return board_of(*custodian); }
    [[nodiscard]] model::ChainId court_board() const { return board_of(*court); }

    struct Case {
        std::string what;
        PersonPtr signer;
        Body body;
        std::string reason;                     // empty: it takes effect
        std::optional<model::ChainId> chain{};  // else the State's board
    };
    // Each judged after all that was said above, and then forgotten.
    [[nodiscard]] std::vector<Case> cases() {
        auto out = state_cases();
        for (auto& one : row_cases()) {
            if (!one.chain) one.chain = court_board();
            out.push_back(std::move(one));
        }
        return out;
    }

    // Rows of the report that the Prosecutor publishes.
    [[nodiscard]] std::vector<Case> row_cases() {
        auto& w = world;
        const auto set = [&w](const model::PublishedRow& row) {
            return set_of<RowPublished>(w.id<model::NoticeId>(), row);
        };
        constexpr UnixSeconds kDay = 24 * 60 * 60;
        const auto good = published("SEN");
        auto silent = good;
        silent.answer = model::PublishedAnswer::none;
        silent.confirmed_at.reset();
        auto commented = silent;
        commented.answer = model::PublishedAnswer::commented;
        auto early = silent;
        early.proposed_at = w.now - model::kTimeToAnswer + kDay;
        auto commented_early = early;
        commented_early.answer = model::PublishedAnswer::commented;
        auto confirmed_early = good;
        confirmed_early.proposed_at = w.now - 2 * kDay;
        confirmed_early.confirmed_at = w.now - kDay;
        auto running = good;
        running.report_row.to = "2026-10-20";  // the day on which it was proposed
        running.report_row.as_of = "2026-10-20";
        auto future = good;
        future.proposed_at = w.now + kDay;
        future.confirmed_at = w.now + kDay;
        auto confirmed_later = good;
        confirmed_later.confirmed_at = w.now + kDay;
        constexpr UnixSeconds kClocksApart = 20 * 60;
        auto clocks_apart = good;
        clocks_apart.confirmed_at = w.now + kClocksApart;
        auto clocks_further = good;
        clocks_further.confirmed_at = w.now + kClocksApart + 1;
        auto small = good;
        small.report_row.received[0].count = 4;
        auto small_sent = good;
        small_sent.report_row.sent[0].count = 1;
        auto open = small;
        open.report_row.hide_below = 0;
        auto open_silent = silent;
        open_silent.report_row = open.report_row;
        auto five = silent;
        five.report_row.received[0].count = 5;
        auto other_organ = good;
        other_organ.report_row.organ = "X-REG";
        auto corrected = published("MLI");
        corrected.report_row.received[4].count = 13;
        auto corrected_before = corrected;
        corrected.proposed_at += kDay;
        auto answered_anew = published("MLI");
        answered_anew.confirmed_at = *answered_anew.confirmed_at + kDay;
        auto other_state = published("SEN");
        other_state.proposed_at += kDay;
        auto other_days = corrected;
        other_days.report_row.to = "2026-09-14";
        other_days.report_row.as_of = "2026-09-14";
        auto other_begin = corrected;
        other_begin.report_row.from = "2025-09-17";
        auto second = published("MLI");
        second.report_row.from = "2026-09-01";
        auto of_assembly = good;
        of_assembly.report_row.organ = "X-ASP";
        return {
            {"a confirmed row", court, set(good), ""},
            {"what the State said nothing of, later", court, set(silent), ""},
            {"what it commented on, later", court, set(commented), ""},
            {"confirmed within the thirty days", court, set(confirmed_early), ""},
            {"small figures that it confirmed", court, set(open), ""},
            {"a figure that is not small", court, set(five), ""},
            {"a row that is corrected", court, set_of<RowPublished>(published_id, corrected), ""},
            {"a row that was answered anew", court, set_of<RowPublished>(published_id, answered_anew), ""},
            {"corrected by what was told no later", court, set_of<RowPublished>(published_id, corrected_before),
             "void.row_correction"},
            {"corrected into another State's", court, set_of<RowPublished>(published_id, other_state),
             "void.row_correction"},
            {"corrected to end on another day", court, set_of<RowPublished>(published_id, other_days),
             "void.row_correction"},
            {"corrected to begin on another day", court, set_of<RowPublished>(published_id, other_begin),
             "void.row_correction"},
            {"a row that is taken back", court, end_of<RowPublished>(published_id, "2025-09-15"), ""},
            {"without its thirty days", court, set(early), "void.row_too_early"},
            {"a comment shortens nothing", court, set(commented_early), "void.row_too_early"},
            {"told of before the period was over", court, set(running), "void.row_period"},
            {"told of tomorrow", court, set(future), "void.notice_date"},
            {"confirmed tomorrow", court, set(confirmed_later), "void.notice_date"},
            {"confirmed by a clock that is twenty minutes ahead", court, set(clocks_apart), ""},
            {"confirmed by a clock that is further ahead", court, set(clocks_further), "void.notice_date"},
            {"a small figure received", court, set(small), "void.row_small_figure"},
            {"a small figure sent", court, set(small_sent), "void.row_small_figure"},
            {"small figures that nobody confirmed", court, set(open_silent), "void.row_small_figure"},
            {"of another organ", court, set(other_organ), "void.row_organ"},
            {"the row of the same State and period again", court, set(published("MLI")), "void.notice_overlap"},
            {"of a period that shares a day", court, set(second), "void.notice_overlap"},
            {"by a State", officer, set(good), "void.row_organ", board()},
            {"by a body that sends no requests", assembly, set(of_assembly), "void.row_organ", board_of(*assembly)},
        };
    }

    [[nodiscard]] std::vector<Case> state_cases() {
        auto& w = world;
        const auto fresh = [&w] { return w.id<model::NoticeId>(); };
        auto other_place = focal("2026-01-01");
        other_place.level = model::FocalLevel::regional;
        auto other_keyword = law("2026-01-01");
        other_keyword.keyword = "saisie";
        auto other_language = law("2026-01-01");
        other_language.language = "en";
        auto confirmed = focal("2026-01-01", "2026-12-31");
        confirmed.confirmed = kToday;
        auto confirmed_calendar = calendar("2028-01-01");
        confirmed_calendar.confirmed = "2027-01-18";
        auto tomorrow = confirmed;
        tomorrow.confirmed = "2027-01-16";
        auto later = confirmed;
        later.confirmed = "2027-01-18";
        FocalPointSet split{
            {{focal_id, focal("2026-01-01", "2026-06-30"), {}}, {fresh(), focal("2026-07-01", "2026-12-31"), {}}}};
        FocalPointSet both{{{fresh(), focal("2028-01-01"), {}}, {fresh(), focal("2028-06-01"), {}}}};
        LawEntrySet replaced{{{law_id, {}, "2027-01-31"}, {fresh(), law("2027-02-01"), {}}}};
        LawEntrySet too_early{{{law_id, {}, "2027-01-31"}, {fresh(), law("2027-01-31"), {}}}};
        for (auto* rows : {&split.rows, &both.rows}) {
            std::sort(rows->begin(), rows->end(), [](const auto& a, const auto& b) { return a.id < b.id; });
        }
        for (auto* rows : {&replaced.rows, &too_early.rows}) {
            std::sort(rows->begin(), rows->end(), [](const auto& a, const auto& b) { return a.id < b.id; });
        }
        return {
            {"a new row", officer, set_of<FocalPointSet>(fresh(), focal("2027-04-01")), ""},
            {"before the first", officer, set_of<FocalPointSet>(fresh(), focal("2025-01-01", "2025-12-31")), ""},
            {"another level", officer, set_of<FocalPointSet>(fresh(), other_place), ""},
            {"another keyword", officer, set_of<LawEntrySet>(fresh(), other_keyword), ""},
            {"the same provision in another language", officer, set_of<LawEntrySet>(fresh(), other_language), ""},
            {"confirmed today", custodian, set_of<FocalPointSet>(focal_id, confirmed), ""},
            {"confirmed where it is tomorrow already", custodian, set_of<FocalPointSet>(focal_id, tomorrow), ""},
            {"one row becomes two", officer, split, ""},
            {"ended and followed the day after", officer, replaced, ""},
            {"ended before it began", officer, end_of<LawEntrySet>(law_id, "2025-12-31"), ""},
            {"a later answer", service, set_of<ProfileSet>(fresh(), profile("2026-05-01")), ""},
            {"a recommendation", officer, set_of<RecommendationSet>(fresh(), recommendation("R152", "2026-11-04")), ""},
            {"the calendar of the next year", officer, set_of<CalendarSet>(fresh(), calendar("2028-01-01")), ""},
            {"a second calendar of one year", officer, set_of<CalendarSet>(fresh(), calendar("2027-07-01")),
             "void.notice_overlap"},
            {"a calendar confirmed on a day to come", officer, set_of<CalendarSet>(fresh(), confirmed_calendar),
             "void.notice_date"},
            {"by a reader", reader, set_of<FocalPointSet>(fresh(), focal("2027-04-01")), "void.not_officer"},
            {"by an authority without the flag", unflagged, set_of<FocalPointSet>(fresh(), focal("2027-04-01")),
             "void.not_publisher"},
            {"by another Party", foreign, set_of<FocalPointSet>(fresh(), focal("2027-04-01")), "void.not_the_party"},
            {"by one who was removed", removed, set_of<FocalPointSet>(fresh(), focal("2027-04-01")),
             "void.not_a_member"},
            {"a statement of another chain", custodian, PublisherSet{unflagged->authority, true}, "void.wrong_chain"},
            {"on a day of another row", officer, set_of<FocalPointSet>(fresh(), focal("2026-12-31", "2026-12-31")),
             "void.notice_overlap"},
            {"before the end of a row that was ended", officer, set_of<FocalPointSet>(fresh(), focal("2027-03-31")),
             "void.notice_overlap"},
            {"lengthened into the next", officer, set_of<FocalPointSet>(focal_id, focal("2026-01-01")),
             "void.notice_overlap"},
            {"two of one statement", officer, both, "void.notice_overlap"},
            {"followed on its last day", officer, too_early, "void.notice_overlap"},
            {"the same provision twice", officer, set_of<LawEntrySet>(fresh(), law("2026-06-01")),
             "void.notice_overlap"},
            {"the same topic of the same day", officer, set_of<ProfileSet>(fresh(), profile("2020-05-01")),
             "void.notice_overlap"},
            {"nothing new", officer, set_of<LawEntrySet>(law_id, law("2026-01-01")), "void.nothing_changed"},
            {"the end of what is not there", officer, end_of<LawEntrySet>(fresh(), kToday), "void.notice_unknown"},
            {"the end of a row of another kind", officer, end_of<LawEntrySet>(focal_id, kToday), "void.notice_unknown"},
            {"a row of another kind", officer, set_of<LawEntrySet>(focal_id, other_keyword), "void.notice_unknown"},
            {"what has ended", officer, set_of<FocalPointSet>(ended_id, focal("2027-04-01")), "void.notice_ended"},
            {"ended again", officer, end_of<FocalPointSet>(ended_id, kToday), "void.notice_ended"},
            {"confirmed on a day to come", officer, set_of<FocalPointSet>(focal_id, later), "void.notice_date"},
            {"a State of another State", officer, set_of<ProfileSet>(fresh(), profile("2026-05-01", "MLI")),
             "void.notice_state"},
        };
    }
};

}  // namespace rogatory::tests::notice_scene
