// send, add.
#include "platform/base/try.hpp"
#include "web/cli/commands/policy_options.hpp"
#include "web/cli/commands/reconfirm.hpp"
#include "web/cli/commands/sent.hpp"
#include "web/cli/commands/source_files.hpp"
#include "web/cli/commands/verbs.hpp"

namespace rogatory::cli {
namespace {

struct SendOptions {
    std::string dossier;
    std::vector<std::string> files;
    std::vector<std::string> to;
    std::string title;
    std::string message;
    std::string name;
    bool together = false;
    bool separate = false;
    PolicyOptions policy;
};

Result<ExitCode> send(Program& program, const SendOptions& options) {
    if (options.together && options.separate) return fail(Error{ErrorCode::invalid_input, "usage.together"});
    ROGATORY_TRY(auto files, source_files(options.files, options.name));
    ROGATORY_TRY(auto policy, options.policy.order());
    ROGATORY_TRY(auto agent, program.agent());
    if (options.to.size() > 1 && !options.together)
        program.console().note("send.separately", {{"count", static_cast<std::int64_t>(options.to.size())}});
    for (const auto& one : agent.memberships()) {
        if (one.acting) program.console().note("send.as", {{"who", one.party_code + "/" + one.authority_name}});
    }
    agent::SendOrder order;
    order.files = std::move(files);
    order.to = options.to;
    order.title = options.title;
    order.message = options.message;
    order.policy = std::move(policy);
    order.together = options.together;
    ConsoleObserver::heed_interrupts();
    ROGATORY_TRY(const auto sent, agent::send(agent, order));
    return tell_sent(program, sent);
}

Result<ExitCode> add(Program& program, const SendOptions& options) {
    ROGATORY_TRY(auto files, source_files(options.files, options.name));
    ROGATORY_TRY(auto agent, program.agent());
    agent::AddOrder order;
    ROGATORY_TRY(order.chain, agent::find_dossier(agent, options.dossier));
    order.files = std::move(files);
    order.title = options.title;
    order.message = options.message;
    if (options.policy.any()) {
        ROGATORY_TRY(order.policy, options.policy.order());
    }
    ConsoleObserver::heed_interrupts();
    ROGATORY_TRY(auto sent, agent::add_entry(agent, order, reconfirm(program)));
    std::vector<agent::Sent> one;
    one.push_back(std::move(sent));
    return tell_sent(program, one);
}

void content_options(Verbs& verbs, CLI::App& app, SendOptions& options) {
    verbs.option(app, "--title", options.title, "TEXT");
    verbs.option(app, "--message", options.message, "TEXT");
    verbs.option(app, "--name", options.name, "NAME");
    policy_options(verbs, app, options.policy);
}

}  // namespace

void add_send_verbs(Verbs& verbs) {
    const auto given = std::make_shared<SendOptions>();
    auto& sending = verbs.verb(verbs.root(), "send", [given](Program& program) { return send(program, *given); });
    verbs.option(sending, "files", given->files, "FILE")->required();
    verbs.option(sending, "--to", given->to, "PARTY[/AUTHORITY]")->required()->expected(1)->take_all();
    content_options(verbs, sending, *given);
    verbs.flag(sending, "--together", given->together);
    verbs.flag(sending, "--separate", given->separate);

    const auto more = std::make_shared<SendOptions>();
    auto& adding = verbs.verb(verbs.root(), "add", [more](Program& program) { return add(program, *more); });
    verbs.option(adding, "dossier", more->dossier, "DOSSIER")->required();
    verbs.option(adding, "files", more->files, "FILE");
    content_options(verbs, adding, *more);
}

}  // namespace rogatory::cli
