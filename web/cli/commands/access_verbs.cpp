// Who may see it: grant, consent, release, revoke, withdraw, policy.
#include "platform/base/try.hpp"
#include "web/cli/commands/copies.hpp"
#include "web/cli/commands/policy_options.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

struct AccessOptions {
    std::string dossier;
    std::string authority;  // --to or --from
    std::string purpose;
    std::vector<std::uint64_t> entries;
    std::string until;
    std::string before;
    std::uint64_t entry = 0;
    std::string reason;
    PolicyOptions policy;
};

Result<> sure(Program& program, const char* key, const AccessOptions& options) {
    ROGATORY_TRY(const auto yes,
                 program.confirmed(key, {{"authority", options.authority}, {"entry", std::to_string(options.entry)}}));
    if (!yes) return fail(ErrorCode::invalid_input, "prompt.cancelled");
    return {};
}

ExitCode done(const Program& program, const char* key, const agent::Hash& chain, const AccessOptions& options,
              Json json) {
    program.console().print(json.add("dossier", hex_text(chain)));
    program.console().answer(
        key,
        {{"dossier", short_hex(chain)}, {"authority", options.authority}, {"entry", std::to_string(options.entry)}});
    return ExitCode::ok;
}

Result<ExitCode> grant(Program& program, const AccessOptions& options) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, agent::find_dossier(agent, options.dossier));
    ROGATORY_TRY_VOID(sure(program, "grant.sure", options));
    ROGATORY_TRY_VOID(agent::grant(agent, chain, options.authority));
    return done(program, "grant.done", chain, options, Json{}.add("granted", options.authority));
}

Result<ExitCode> consent(Program& program, const AccessOptions& options) {
    ROGATORY_TRY(auto agent, program.agent());
    agent::ConsentOrder order;
    ROGATORY_TRY(order.chain, agent::find_dossier(agent, options.dossier));
    order.to = options.authority;
    order.purpose = options.purpose;
    order.entries = options.entries;
    if (!options.until.empty()) {
        ROGATORY_TRY(order.access_until, parse_date(options.until));
    }
    if (!options.before.empty()) {
        ROGATORY_TRY(order.grant_before, parse_date(options.before));
    }
    ROGATORY_TRY_VOID(sure(program, "consent.sure", options));
    ROGATORY_TRY_VOID(agent::consent(agent, order));
    return done(program, "consent.done", order.chain, options, Json{}.add("consented", options.authority));
}

Result<ExitCode> release(Program& program, const AccessOptions& options) {
    ROGATORY_TRY(const auto policy, options.policy.order());
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, agent::find_dossier(agent, options.dossier));
    ROGATORY_TRY_VOID(sure(program, "release.sure", options));
    ROGATORY_TRY_VOID(agent::release(agent, chain, options.entries, policy));
    return done(program, "release.done", chain, options, Json{}.add("released", true));
}

Result<ExitCode> revoke(Program& program, const AccessOptions& options) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, agent::find_dossier(agent, options.dossier));
    ROGATORY_TRY_VOID(sure(program, "revoke.sure", options));
    ROGATORY_TRY_VOID(agent::revoke(agent, chain, options.authority));
    return done(program, "revoke.done", chain, options, Json{}.add("revoked", options.authority));
}

Result<ExitCode> withdraw(Program& program, const AccessOptions& options) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, agent::find_dossier(agent, options.dossier));
    ROGATORY_TRY_VOID(sure(program, "withdraw.sure", options));
    ROGATORY_TRY_VOID(agent::withdraw(agent, chain, options.entry, options.reason));
    const auto copies = ask_about_copies(program);
    Json json;
    add_copies(json.add("withdrawn", options.entry), copies);
    const auto code = done(program, "withdraw.done", chain, options, std::move(json));
    tell_copies(program.console(), copies);
    return code;
}

Result<ExitCode> set_policy(Program& program, const AccessOptions& options) {
    ROGATORY_TRY(const auto policy, options.policy.order());
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, agent::find_dossier(agent, options.dossier));
    ROGATORY_TRY_VOID(agent::set_policy(agent, chain, policy));
    return done(program, "policy.done", chain, options, Json{}.add("policy", "set"));
}

using Verb = Result<ExitCode> (*)(Program&, const AccessOptions&);

std::pair<CLI::App*, std::shared_ptr<AccessOptions>> access_verb(Verbs& verbs, CLI::App& parent, const char* name,
                                                                 Verb run) {
    const auto given = std::make_shared<AccessOptions>();
    auto& app = verbs.verb(parent, name, [given, run](Program& program) { return run(program, *given); });
    verbs.option(app, "dossier", given->dossier, "DOSSIER")->required();
    return {&app, given};
}

}  // namespace

void add_access_verbs(Verbs& verbs) {
    const auto granting = access_verb(verbs, verbs.root(), "grant", grant);
    verbs.option(*granting.first, "--to", granting.second->authority, "PARTY/AUTHORITY")->required();

    const auto consenting = access_verb(verbs, verbs.root(), "consent", consent);
    verbs.option(*consenting.first, "--to", consenting.second->authority, "PARTY/AUTHORITY")->required();
    verbs.option(*consenting.first, "--purpose", consenting.second->purpose, "TEXT")->required();
    verbs.option(*consenting.first, "--entries", consenting.second->entries, "ENTRY");
    verbs.option(*consenting.first, "--until", consenting.second->until, "DATE");
    verbs.option(*consenting.first, "--before", consenting.second->before, "DATE");

    const auto releasing = access_verb(verbs, verbs.root(), "release", release);
    verbs.option(*releasing.first, "entries", releasing.second->entries, "ENTRY")->required();
    policy_options(verbs, *releasing.first, releasing.second->policy);

    const auto revoking = access_verb(verbs, verbs.root(), "revoke", revoke);
    verbs.option(*revoking.first, "--from", revoking.second->authority, "PARTY/AUTHORITY")->required();

    const auto withdrawing = access_verb(verbs, verbs.root(), "withdraw", withdraw);
    verbs.option(*withdrawing.first, "entry", withdrawing.second->entry, "ENTRY")->required();
    verbs.option(*withdrawing.first, "--reason", withdrawing.second->reason, "TEXT")->required();

    const auto setting = access_verb(verbs, verbs.noun(verbs.root(), "policy"), "set", set_policy);
    policy_options(verbs, *setting.first, setting.second->policy);
}

}  // namespace rogatory::cli
