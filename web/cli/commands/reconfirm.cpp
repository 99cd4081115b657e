#include "web/cli/commands/reconfirm.hpp"

#include "web/cli/console/prompt.hpp"

namespace rogatory::cli {

agent::Reconfirm reconfirm(Program& program) {
    return [&program](const std::vector<agent::Notice>& changes) {
        program.observer().finish();
        for (const auto& change : changes) {
            Arguments arguments;
            for (const auto& [name, value] : change.arguments) arguments.emplace(name, value);
            program.console().warn("change." + change.key, arguments);
        }
        // Nobody to ask: stop. A script that said yes said it to what was true before.
        if (program.console().json() || !can_ask()) return false;
        const auto yes = ask_yes(program.console(), "change.go_on", {});
        return yes && *yes;
    };
}

}  // namespace rogatory::cli
