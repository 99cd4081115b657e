// request version: a request and its replies in other languages.
#include <algorithm>

#include "platform/agent/request_form.hpp"
#include "platform/base/try.hpp"
#include "platform/casework/date.hpp"
#include "web/cli/commands/board_show.hpp"
#include "web/cli/commands/reconfirm.hpp"
#include "web/cli/commands/request_options.hpp"
#include "web/cli/commands/request_show.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/source_files.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

using request::Options;

struct VersionOptions {
    Options request;
    std::string due;
    std::string translator;
    bool authentic = false;
};

std::string day_text(const Console& console, const std::string& day) {
    const auto parsed = casework::Date::parse(day);
    return parsed ? casework::written(*parsed, sheet_language(console)) : day;
}

Result<ExitCode> give(Program& program, const VersionOptions& options, model::VersionState state, const char* done) {
    agent::VersionOrder order;
    order.state = state;
    order.of = options.request.entry;
    order.language = options.request.language;
    order.translator = options.translator;
    order.due = options.due;
    order.authentic = options.authentic;
    order.title = options.request.title;
    order.message = options.request.message;
    ROGATORY_TRY(order.files, source_files(options.request.files, {}));
    if (!options.request.form.empty()) {
        ROGATORY_TRY(const auto text, request::read_form(options.request.form));
        ROGATORY_TRY(auto form, agent::parse_version_form(text, order.language));
        if (order.title.empty()) order.title = std::move(form.title);
        order.content = std::move(form.content);
        warn_of_rows(program.console(), *order.content);
    }
    if (options.request.policy.any()) {
        ROGATORY_TRY(order.policy, options.request.policy.order());
    }
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(order.chain, request::dossier_of(agent, options.request));
    ConsoleObserver::heed_interrupts();
    ROGATORY_TRY(const auto sent, agent::send_version(agent, order, reconfirm(program)));
    ROGATORY_TRY(const auto code, request::tell(program, agent, sent.chain, done));
    if (!sent.counting) program.console().note("send.pending");
    return code;
}

// "fr=FORM": the language, and what stands behind it.
Result<std::pair<std::string, std::string>> parted(const std::string& argument) {
    const auto equals = argument.find('=');
    if (equals == std::string::npos || equals + 1 == argument.size()) {
        return fail(Error{ErrorCode::invalid_input, "version.argument"}.with("what", argument));
    }
    return std::pair{argument.substr(0, equals), argument.substr(equals + 1)};
}

// One language of one entry, in a sentence.
void show_version(const Console& console, const agent::VersionedView& text, const agent::VersionView& one) {
    const Arguments arguments{{"of", static_cast<std::int64_t>(text.seq)},
                              {"language", language_text(console, one.language)},
                              {"by", authority_text(console, one.by)},
                              {"number", static_cast<std::int64_t>(one.seq.value_or(0))},
                              {"state", one.state},
                              {"due", day_text(console, one.due)},
                              {"days", one.late}};
    if (one.seq) {
        console.answer_line(console.text(one.own ? "version.there" : "version.there_other", arguments), 2);
        if (!one.translator.empty()) {
            console.answer_line(console.text("version.translated_by", {{"translator", printable(one.translator)}}), 4);
        }
        if (one.authentic) console.answer_line(console.text("version.is_authentic"), 4);
    }
    if (one.state != "asked") return;
    const auto* key = one.due.empty() ? "version.asked" : one.late > 0 ? "version.asked_late" : "version.asked_due";
    console.answer_line(console.text(key, arguments), 2);
    if (!one.seq && !one.translator.empty()) {
        console.answer_line(console.text("version.translator_asked", {{"translator", printable(one.translator)}}), 4);
    }
}

Json version_json(const agent::VersionView& one) {
    Json out;
    out.add("language", one.language)
        .add("state", one.state)
        .add("by", authority_json(one.by))
        .add("own", one.own)
        .add("authentic", one.authentic);
    if (!one.translator.empty()) out.add("translator", one.translator);
    if (!one.due.empty()) out.add("due", one.due).add("late", one.late);
    if (!one.seq) return out;
    out.add("seq", *one.seq).add("title", one.title).add("message", one.message);
    if (one.content) out.add("content", content_json(*one.content));
    return out;
}

}  // namespace

std::string language_text(const Console& console, const std::string& language) {
    return word(console, "language", language);
}

void show_versions_text(const Console& console, const agent::RequestView& request) {
    const auto& texts = request.texts;
    const bool any = std::any_of(texts.begin(), texts.end(), [](const auto& one) { return !one.versions.empty(); });
    if (any) console.answer("version.heading");
    for (const auto& text : texts) {
        for (const auto& one : text.versions) show_version(console, text, one);
        if (!text.versions.empty() && text.authentic) {
            console.answer_line(
                console.text(
                    text.language.empty() ? "version.original_authentic" : "version.original_authentic_in",
                    {{"of", static_cast<std::int64_t>(text.seq)}, {"language", language_text(console, text.language)}}),
                2);
        }
    }
    for (const auto& one : request.refused_versions) {
        console.answer("version.refused", {{"number", static_cast<std::int64_t>(one.seq)},
                                           {"by", authority_text(console, one.by)},
                                           {"language", language_text(console, one.language)},
                                           {"why", problem_text(console, "error", one.reason)}});
    }
}

Json versions_json(const agent::RequestView& request) {
    std::vector<Json> texts;
    for (const auto& text : request.texts) {
        std::vector<Json> versions;
        for (const auto& one : text.versions) versions.push_back(version_json(one));
        texts.push_back(Json{}
                            .add("seq", text.seq)
                            .add("author", authority_json(text.author))
                            .add("title", text.title)
                            .add("language", text.language)
                            .add("authentic", text.authentic)
                            .add("versions", Json::array(versions)));
    }
    std::vector<Json> refused;
    for (const auto& one : request.refused_versions) {
        refused.push_back(Json{}
                              .add("seq", one.seq)
                              .add("by", authority_json(one.by))
                              .add("language", one.language)
                              .add("reason", one.reason));
    }
    return Json{}.add("texts", Json::array(texts)).add("refused", Json::array(refused));
}

namespace request {

Result<std::vector<agent::RequestVersion>> versions_of(const Options& options) {
    std::vector<agent::RequestVersion> out;
    for (const auto& argument : options.versions) {
        ROGATORY_TRY(const auto part, parted(argument));
        ROGATORY_TRY(const auto text, read_form(part.second));
        ROGATORY_TRY(auto form, agent::parse_version_form(text, part.first));
        out.push_back(
            {part.first, std::move(form.title), std::move(form.content), "", "", part.first == options.authentic});
    }
    for (const auto& argument : options.promised) {
        ROGATORY_TRY(const auto part, parted(argument));
        out.push_back({part.first, "", std::nullopt, "", part.second, false});
    }
    const bool named = std::any_of(out.begin(), out.end(), [](const auto& one) { return one.authentic; });
    if (!options.authentic.empty() && !named) {
        return fail(
            Error{ErrorCode::invalid_input, "version.argument"}.with("what", "--authentic " + options.authentic));
    }
    return out;
}

}  // namespace request

void add_version_verbs(Verbs& verbs) {
    using model::VersionState;
    auto& noun = verbs.noun(verbs.noun(verbs.root(), "request"), "version");
    const auto verb = [&](const char* name, VersionState state, const char* done) -> CLI::App& {
        const auto given = std::make_shared<VersionOptions>();
        auto& app = verbs.verb(noun, name,
                               [given, state, done](Program& program) { return give(program, *given, state, done); });
        verbs.option(app, "dossier", given->request.dossier, "DOSSIER")->required();
        verbs.option(app, "language", given->request.language, "LANGUAGE")->required();
        verbs.option(app, "--of", given->request.entry, "ENTRY");
        verbs.option(app, "--translator", given->translator, "TEXT");
        if (state == VersionState::asked) {
            verbs.option(app, "--due", given->due, "DATE");
            return app;
        }
        verbs.option(app, "files", given->request.files, "FILE");
        verbs.option(app, "--form", given->request.form, "FORM");
        verbs.option(app, "--title", given->request.title, "TEXT");
        verbs.option(app, "--message", given->request.message, "TEXT");
        verbs.flag(app, "--authentic", given->authentic);
        policy_options(verbs, app, given->request.policy);
        return app;
    };
    verb("ask", VersionState::asked, "version.was_asked");
    verb("deliver", VersionState::delivered, "version.was_delivered");
    verb("revise", VersionState::revised, "version.was_revised");
}

}  // namespace rogatory::cli
