#include <algorithm>

#include "platform/agent/notices.hpp"
#include "platform/casework/text_import.hpp"

// Which rows of the boards answer a question.
namespace rogatory::agent {
namespace {

void add(std::string& all, const std::optional<std::string>& text) {
    if (text) all.append(*text).append("\n");
}
void add(std::string& all, const std::vector<model::Line>& lines) {
    for (const auto& line : lines) all.append(line.text).append("\n");
}
void add(std::string& all, const std::optional<model::Bilingual>& text) {
    if (text) all.append(text->en).append("\n").append(text->fr).append("\n");
}

struct Texts {
    std::string operator()(const model::FocalPoint& row) const {
        std::string all = row.authority + "\n";
        for (const auto* text : {&row.name, &row.hours, &row.time_zone, &row.telephone, &row.email, &row.note}) {
            add(all, *text);
        }
        add(all, row.deputies);
        return all;
    }
    std::string operator()(const model::LawEntry& row) const {
        std::string all = row.article + "\n";
        for (const auto* text : {&row.keyword, &row.provision, &row.source, &row.note}) add(all, *text);
        add(all, row.elements);
        for (const auto kind : row.kinds) all.append(model::name_of(kind)).append("\n");
        return all;
    }
    std::string operator()(const model::ProfileEntry& row) const {
        std::string all = row.source + "\n" + std::string{model::name_of(row.topic)} + "\n";
        add(all, row.state);
        add(all, row.note);
        return all;
    }
    std::string operator()(const model::Recommendation& row) const {
        std::string all = row.number + "\n";
        add(all, row.addressee);
        add(all, row.text);
        add(all, row.note);
        return all;
    }
    std::string operator()(const model::WorkingCalendar& row) const {
        std::string all;
        for (const auto day : row.weekend) all.append(model::name_of(day)).append("\n");
        add(all, row.holidays);
        add(all, row.note);
        return all;
    }
    std::string operator()(const model::PublishedRow& row) const {
        return row.report_row.party + "\n" + row.report_row.from + "\n" + row.report_row.to + "\n";
    }
};

bool has_words(const model::Notice& notice, const std::string& words) {
    if (words.empty()) return true;
    const auto text = casework::plain_words(std::visit(Texts{}, notice));
    std::string_view rest{words};
    const auto wanted = casework::plain_words(rest);
    rest = wanted;
    while (!rest.empty()) {
        const auto end = std::min(rest.find(' '), rest.size());
        if (text.find(rest.substr(0, end)) == std::string::npos) return false;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return true;
}

bool speaks(const std::vector<model::Line>& languages, const std::string& language) {
    return language.empty() || std::any_of(languages.begin(), languages.end(),
                                           [&](const model::Line& line) { return line.text == language; });
}

bool is(const std::string& wanted, std::string_view value) { return wanted.empty() || wanted == value; }

struct Answers {
    const NoticeQuery& query;

    bool operator()(const model::FocalPoint& row) const {
        // A focal point for "general" serves every theme.
        return query.kind == NoticeKind::focal_point && is(query.role, model::name_of(row.role)) &&
               (is(query.theme, model::name_of(row.theme)) || row.theme == model::FocalTheme::general) &&
               speaks(row.languages, query.language);
    }
    bool operator()(const model::LawEntry& row) const {
        return query.kind == NoticeKind::law_entry && row.article.starts_with(query.article) &&
               speaks(row.request_languages, query.language);
    }
    bool operator()(const model::ProfileEntry& row) const {
        return query.kind == NoticeKind::profile && is(query.topic, model::name_of(row.topic));
    }
    bool operator()(const model::Recommendation& row) const {
        return query.kind == NoticeKind::recommendation && is(query.state, model::name_of(row.state));
    }
    bool operator()(const model::WorkingCalendar&) const { return query.kind == NoticeKind::calendar; }
    bool operator()(const model::PublishedRow&) const { return query.kind == NoticeKind::published_row; }
};

}  // namespace

bool answers(const model::Notice& notice, const NoticeQuery& query) {
    return std::visit(Answers{query}, notice) && has_words(notice, query.words);
}

}  // namespace rogatory::agent
