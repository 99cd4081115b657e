// authority visa: what may leave one's own authority only from a draft that a colleague has approved.
#include "web/cli/commands/visa_verbs.hpp"

#include <memory>

#include "platform/agent/visa.hpp"
#include "platform/base/try.hpp"
#include "web/cli/commands/show.hpp"

namespace rogatory::cli {
namespace {

ExitCode tell_visa(Program& program, const agent::VisaRule& rule) {
    const auto& console = program.console();
    console.print(Json{}.add("acts", Json::array(rule.acts)).add("awaits", rule.awaits));
    if (rule.acts.empty()) {
        console.answer("visa.none");
    } else {
        std::string acts;
        for (const auto& act : rule.acts) acts += (acts.empty() ? "" : ", ") + word(console, "visa_act", act);
        console.answer("visa.required", {{"acts", acts}});
    }
    if (rule.awaits) console.note("visa.awaits");
    return ExitCode::ok;
}

Result<ExitCode> show_visa(Program& program) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto rule, agent::visa_rule(agent));
    return tell_visa(program, rule);
}

Result<ExitCode> set_visa(Program& program, const std::vector<std::string>& acts) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY_VOID(agent::set_visa(agent, acts));
    ROGATORY_TRY(const auto rule, agent::visa_rule(agent));
    return tell_visa(program, rule);
}

}  // namespace

void add_visa_verbs(Verbs& verbs, CLI::App& authority) {
    auto& visa = verbs.noun(authority, "visa");
    verbs.verb(visa, "show", show_visa);
    const auto acts = std::make_shared<std::vector<std::string>>();
    auto& requiring = verbs.verb(visa, "require", [acts](Program& program) { return set_visa(program, *acts); });
    verbs.option(requiring, "acts", *acts, "ACT")->required()->check(CLI::IsMember({"request", "reply", "share"}));
    verbs.verb(visa, "lift", [](Program& program) { return set_visa(program, {}); });
}

}  // namespace rogatory::cli
