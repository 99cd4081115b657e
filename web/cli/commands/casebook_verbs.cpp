// casebook: what one's own authority notes for itself alone; and the verbs of a request that write in it.
#include <memory>
#include <string>

#include "platform/agent/casebook.hpp"
#include "platform/agent/dossiers.hpp"
#include "platform/agent/people.hpp"
#include "platform/base/try.hpp"
#include "platform/casework/date.hpp"
#include "web/cli/commands/casebook_show.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/verbs.hpp"

namespace rogatory::cli {
namespace {

struct Options {
    std::string dossier;
    std::string other;
    std::string member;
    std::string deputy;
    std::string relation;
    std::string text;
    std::string from;
    std::string until;
    bool nobody = false;
    bool end = false;
};

// Exactly one of a name and --nobody.
Result<> one_of(const std::string& name, bool nobody) {
    if (name.empty() != nobody) return fail(Error{ErrorCode::invalid_input, "usage.value"}.with("what", "--nobody"));
    return {};
}

Result<std::optional<agent::Id>> member_or_nobody(agent::Agent& agent, const std::string& name) {
    if (name.empty()) return std::nullopt;
    ROGATORY_TRY(const auto id, agent::find_member(agent, name));
    return std::optional{id};
}

// Where things stand with the dossier, for people and for programs.
Result<ExitCode> tell(Program& program, agent::Agent& agent, const agent::Hash& dossier) {
    ROGATORY_TRY(const auto casebook, agent::read_casebook(agent));
    const auto& console = program.console();
    program.observer().finish();
    console.print(casework_json(casebook, dossier).add("dossier", hex_text(dossier)));
    if (!console.json()) show_casework_text(console, casebook, dossier);
    return ExitCode::ok;
}

Result<ExitCode> assign(Program& program, const Options& options) {
    ROGATORY_TRY_VOID(one_of(options.member, options.nobody));
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto dossier, agent::find_dossier(agent, options.dossier));
    ROGATORY_TRY(const auto member, member_or_nobody(agent, options.member));
    ROGATORY_TRY(const auto deputy, member_or_nobody(agent, options.deputy));
    ROGATORY_TRY_VOID(agent::assign_dossier(agent, dossier, member, deputy));
    return tell(program, agent, dossier);
}

Result<ExitCode> link(Program& program, const Options& options) {
    if (options.relation.empty() != options.end)
        return fail(Error{ErrorCode::invalid_input, "usage.value"}.with("what", "--as"));
    std::optional<model::LinkRelation> relation;
    if (!options.end) {
        relation = model::parse_name<model::LinkRelation>(options.relation);
        if (!relation) return fail(Error{ErrorCode::invalid_input, "request.word"}.with("what", options.relation));
    }
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto dossier, agent::find_dossier(agent, options.dossier));
    ROGATORY_TRY(const auto other, agent::find_dossier(agent, options.other));
    ROGATORY_TRY_VOID(agent::link_dossiers(agent, dossier, other, relation));
    return tell(program, agent, dossier);
}

Result<ExitCode> remark(Program& program, const Options& options) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto dossier, agent::find_dossier(agent, options.dossier));
    ROGATORY_TRY_VOID(agent::remark_on_dossier(agent, dossier, options.text));
    return tell(program, agent, dossier);
}

Result<ExitCode> list(Program& program) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto casebook, agent::read_casebook(agent));
    program.observer().finish();
    console.print(casebook_json(casebook));
    if (!console.json()) show_casebook_text(console, casebook);
    return casebook.incomplete ? ExitCode::integrity : ExitCode::ok;
}

Result<ExitCode> set_deputy(Program& program, const Options& options) {
    ROGATORY_TRY_VOID(one_of(options.deputy, options.nobody));
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto member, agent::find_member(agent, options.member));
    ROGATORY_TRY(const auto deputy, member_or_nobody(agent, options.deputy));
    ROGATORY_TRY(const auto from, casework::Date::parse(options.from));
    ROGATORY_TRY(const auto until, casework::Date::parse(options.until));
    ROGATORY_TRY_VOID(agent::set_deputy(agent, member, deputy, from.text(), until.text()));
    ROGATORY_TRY(const auto casebook, agent::read_casebook(agent));
    program.observer().finish();
    program.console().print(casebook_json(casebook));
    program.console().answer("casebook.deputy_set");
    return ExitCode::ok;
}

Result<ExitCode> hand_over_all(Program& program, const Options& options) {
    ROGATORY_TRY_VOID(one_of(options.deputy, options.nobody));
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto casebook, agent::read_casebook(agent));
    ROGATORY_TRY(const auto from, agent::find_in_casebook(agent, casebook, options.member));
    ROGATORY_TRY(const auto to, member_or_nobody(agent, options.deputy));
    ROGATORY_TRY(const auto moved, agent::hand_over_dossiers(agent, from, to));
    program.observer().finish();
    std::vector<std::string> dossiers;
    for (const auto& one : moved) dossiers.push_back(hex_text(one));
    program.console().print(Json{}.add("handed_over", Json::array(dossiers)));
    program.console().answer("casebook.handed_over", {{"count", static_cast<std::int64_t>(moved.size())}});
    return ExitCode::ok;
}

}  // namespace

void add_casebook_verbs(Verbs& verbs) {
    using Handler = Result<ExitCode> (*)(Program&, const Options&);
    const auto declare = [&verbs](CLI::App& noun, const char* name, Handler handler) {
        const auto given = std::make_shared<Options>();
        auto& app = verbs.verb(noun, name, [handler, given](Program& program) { return handler(program, *given); });
        return std::pair<CLI::App&, Options&>{app, *given};
    };
    auto& request = verbs.noun(verbs.root(), "request");
    {
        const auto [app, given] = declare(request, "assign", assign);
        verbs.option(app, "dossier", given.dossier, "DOSSIER")->required();
        verbs.option(app, "member", given.member, "MEMBER");
        verbs.option(app, "--deputy", given.deputy, "MEMBER");
        verbs.flag(app, "--nobody", given.nobody);
    }
    {
        const auto [app, given] = declare(request, "link", link);
        verbs.option(app, "dossier", given.dossier, "DOSSIER")->required();
        verbs.option(app, "other", given.other, "DOSSIER")->required();
        verbs.option(app, "--as", given.relation, "RELATION");
        verbs.flag(app, "--end", given.end);
    }
    {
        const auto [app, given] = declare(request, "note", remark);
        verbs.option(app, "dossier", given.dossier, "DOSSIER")->required();
        verbs.option(app, "text", given.text, "TEXT")->required();
    }
    auto& casebook = verbs.noun(verbs.root(), "casebook");
    verbs.verb(casebook, "list", list);
    {
        const auto [app, given] = declare(casebook, "deputy", set_deputy);
        verbs.option(app, "member", given.member, "MEMBER")->required();
        verbs.option(app, "deputy", given.deputy, "MEMBER");
        verbs.flag(app, "--nobody", given.nobody);
        verbs.option(app, "--from", given.from, "DATE")->required();
        verbs.option(app, "--until", given.until, "DATE")->required();
    }
    {
        const auto [app, given] = declare(casebook, "hand-over", hand_over_all);
        verbs.option(app, "from", given.member, "MEMBER")->required();
        verbs.option(app, "to", given.deputy, "MEMBER");
        verbs.flag(app, "--nobody", given.nobody);
    }
}

}  // namespace rogatory::cli
