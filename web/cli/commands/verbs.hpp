#pragma once

// How verbs are declared: CLI11 parses, the catalogue speaks, and the verb that was typed becomes one action.

#include <functional>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "web/cli/catalogue/catalogue.hpp"
#include "web/cli/exit_code.hpp"
#include "web/cli/program/program.hpp"

namespace rogatory::cli {

using Action = std::function<Result<ExitCode>(Program&)>;

class Verbs {
public:
    Verbs(CLI::App& root, const Catalogue& catalogue) : root_{root}, catalogue_{catalogue} {}

    [[nodiscard]] CLI::App& root() noexcept { return root_; }

    // A noun that only holds verbs, or a verb. Its help is "help.<path>", the path's words joined by '.'.
    CLI::App& noun(CLI::App& parent, const std::string& name);
    CLI::App& verb(CLI::App& parent, const std::string& name, Action action);

    // An option or positional whose help is "help.<path>.<name without dashes>".
    template <class T>
    CLI::Option* option(CLI::App& app, const std::string& names, T& into, const std::string& type) {
        auto* made = app.add_option(names, into, text(app, names));
        made->type_name(type);
        return made;
    }
    CLI::Option* flag(CLI::App& app, const std::string& names, bool& into) {
        return app.add_flag(names, into, text(app, names));
    }

    CLI::Option* counter(CLI::App& app, const std::string& names, int& into) {
        return app.add_flag(names, into, text(app, names));
    }

    // Sorts the verbs of the first level by what people come for.
    void group();

    [[nodiscard]] const Action& chosen() const noexcept { return chosen_; }

private:
    [[nodiscard]] std::string text(const CLI::App& app, const std::string& names) const;
    [[nodiscard]] static std::string path_of(const CLI::App& app);

    CLI::App& root_;
    const Catalogue& catalogue_;
    Action chosen_;
};

// Each adds its verbs.
void add_account_verbs(Verbs& verbs, GlobalOptions& options);
void add_notice_verbs(Verbs& verbs);
void add_enrol_verbs(Verbs& verbs, GlobalOptions& options);
void add_member_verbs(Verbs& verbs);
void add_recovery_verbs(Verbs& verbs);
void add_party_verbs(Verbs& verbs);
void add_send_verbs(Verbs& verbs);
void add_draft_verbs(Verbs& verbs);
void add_seal_verbs(Verbs& verbs);
void add_request_verbs(Verbs& verbs);
// Into `request`, whose verbs stand before.
void add_version_verbs(Verbs& verbs);
void add_enquiry_verbs(Verbs& verbs);
void add_report_verbs(Verbs& verbs);
void add_board_verbs(Verbs& verbs);
void add_library_verbs(Verbs& verbs);
// Into `request` as well, whose verbs stand before.
void add_casebook_verbs(Verbs& verbs);
// Gives back `verify`, below which `verify bundle` stands.
CLI::App& add_dossier_verbs(Verbs& verbs);
void add_custody_verbs(Verbs& verbs, CLI::App& verify);
void add_access_verbs(Verbs& verbs);
void add_admin_verbs(Verbs& verbs);
void add_witness_verbs(Verbs& verbs);
void add_log_verbs(Verbs& verbs);
void add_web_verbs(Verbs& verbs);

}  // namespace rogatory::cli
