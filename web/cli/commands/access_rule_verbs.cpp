// party access: from where and how the people of one's own State or body come in.
#include "web/cli/commands/access_rule_verbs.hpp"

#include <filesystem>
#include <memory>

#include "platform/agent/access_rules.hpp"
#include "platform/base/try.hpp"
#include "web/cli/program/kit.hpp"

namespace rogatory::cli {
namespace {

struct RuleOptions {
    std::vector<std::string> from;
    bool native_only = false;
    std::string second_factor = "any";
    std::uint64_t idle_minutes = 15;
    std::uint64_t session_hours = 12;
    bool no_export = false;
    std::filesystem::path client_ca;
};

constexpr std::uint64_t kMinuteSeconds = 60;
constexpr std::uint64_t kHourSeconds = 3600;

Result<ExitCode> show(Program& program) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto found, agent::access_rules(agent));
    const auto& rules = found.rules;
    const std::string factor = rules.totp_refused ? "passkey" : rules.passkey_refused ? "code" : "any";
    console.print(Json{}
                      .add("set", found.set)
                      .add("from", Json::array(rules.address_ranges))
                      .add("native_only", rules.native_only)
                      .add("second_factor", factor)
                      .add("session_idle", rules.session_idle)
                      .add("session_absolute", rules.session_absolute)
                      .add("export_refused", rules.export_refused)
                      .add("client_ca", rules.client_ca.value_or("")));
    if (!found.set) console.answer("access.none");
    std::string ranges;
    for (const auto& one : rules.address_ranges) ranges += (ranges.empty() ? "" : ", ") + one;
    if (ranges.empty()) {
        console.answer("access.from_anywhere");
    } else {
        console.answer("access.from", {{"ranges", ranges}});
    }
    if (rules.client_ca) console.answer("access.client_certificate");
    if (rules.native_only) console.answer("access.native");
    if (rules.passkey_refused) console.answer("access.factor_code");
    if (rules.totp_refused) console.answer("access.factor_passkey");
    console.answer("access.times", {{"minutes", static_cast<std::int64_t>(rules.session_idle / kMinuteSeconds)},
                                    {"hours", static_cast<std::int64_t>(rules.session_absolute / kHourSeconds)}});
    if (rules.export_refused) console.answer("access.no_export");
    return ExitCode::ok;
}

Result<ExitCode> set(Program& program, const RuleOptions& options, bool asks) {
    record::AccessPolicySet rules;
    rules.address_ranges = options.from;
    rules.native_only = options.native_only;
    rules.passkey_refused = options.second_factor == "code";
    rules.totp_refused = options.second_factor == "passkey";
    rules.session_idle = options.idle_minutes * kMinuteSeconds;
    rules.session_absolute = options.session_hours * kHourSeconds;
    rules.export_refused = options.no_export;
    if (!options.client_ca.empty()) {
        constexpr std::size_t kLargest = 16 * 1024;
        ROGATORY_TRY(rules.client_ca, read_text_file(options.client_ca, kLargest));
    }
    if (asks) {
        program.console().note("access.public");
        ROGATORY_TRY(const auto sure, program.confirmed("access.set_sure"));
        if (!sure) return fail(ErrorCode::invalid_input, "prompt.cancelled");
    }
    {
        ROGATORY_TRY(auto agent, program.agent());
        ROGATORY_TRY_VOID(agent::set_access_rules(agent, rules));
    }
    return show(program);
}

}  // namespace

void add_access_rule_verbs(Verbs& verbs) {
    auto& access = verbs.noun(*verbs.root().get_subcommand("party"), "access");
    verbs.verb(access, "show", show);
    const auto given = std::make_shared<RuleOptions>();
    auto& setting = verbs.verb(access, "set", [given](Program& program) { return set(program, *given, true); });
    verbs.option(setting, "--from", given->from, "RANGE");
    verbs.flag(setting, "--native-only", given->native_only);
    verbs.option(setting, "--second-factor", given->second_factor, "KIND")
        ->check(CLI::IsMember({"any", "code", "passkey"}));
    verbs.option(setting, "--idle-minutes", given->idle_minutes, "N")->check(CLI::Range(1, 15));
    verbs.option(setting, "--session-hours", given->session_hours, "N")->check(CLI::Range(1, 12));
    verbs.flag(setting, "--no-export", given->no_export);
    verbs.option(setting, "--client-ca", given->client_ca, "FILE");
    verbs.verb(access, "lift", [](Program& program) { return set(program, RuleOptions{}, false); });
}

}  // namespace rogatory::cli
