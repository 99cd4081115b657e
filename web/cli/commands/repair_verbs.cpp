#include "web/cli/commands/repair_verbs.hpp"

#include "platform/agent/resubmit.hpp"
#include "platform/base/try.hpp"
#include "web/client/https_log_repair.hpp"

namespace rogatory::cli {
namespace {

Json status_json(const ports::LogRepair::Status& status) {
    std::vector<Json> ranges;
    for (const auto& [first, last] : status.ranges) ranges.push_back(Json{}.add("first", first).add("last", last));
    Json json;
    json.add("behind", status.behind).add("size", status.size).add("target", status.target);
    json.add("entries", status.entries).add("missing", status.missing).add("lost", status.lost);
    json.add("ranges", Json::array(ranges));
    return json;
}

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

Result<ExitCode> resubmit(Program& program) {
    const auto& console = program.console();
    // Who is signed in: the server takes statements from its members. Their keys are not needed for this.
    ROGATORY_TRY(const auto who, program.unlocked());
    ROGATORY_TRY(auto* world, program.environment());
    ROGATORY_TRY(auto* server, program.server());
    const auto& options = program.options();
    ROGATORY_TRY(auto origin, client::Origin::parse(options.server));
    client::HttpsOptions network;
    network.trust_anchors = options.trust_anchors;
    network.proxy = options.proxy;
    network.client_certificate = options.client_certificate;
    network.client_key = options.client_key;
    client::HttpsLogRepair repair{std::move(origin), std::move(network), server->session_token()};
    ROGATORY_TRY(const auto done, agent::resubmit(*world, repair));

    Json json;
    json.add("before", status_json(done.before)).add("after", status_json(done.after));
    json.add("entries", done.entries).add("statements", done.statements);
    console.print(json.add("blobs", done.blobs).add("wanted", done.wanted));
    if (!done.before.behind && done.before.lost == 0) {
        console.answer("resubmit.not_needed");
        return ExitCode::ok;
    }
    console.answer("resubmit.gave_back", {{"statements", number(done.statements)}, {"blobs", number(done.blobs)}});
    if (!done.after.behind) {
        console.answer(done.before.behind ? "resubmit.whole" : "resubmit.thanks");
    } else if (done.after.target == 0 || done.after.entries < done.after.target) {
        console.answer("resubmit.entries_missing");
    } else {
        console.answer("resubmit.still_missing", {{"count", number(done.after.missing)}});
    }
    if (done.wanted > 0) console.warn("resubmit.files_missing", {{"count", number(done.wanted)}});
    return done.after.behind || done.after.lost > 0 ? ExitCode::attention : ExitCode::ok;
}

}  // namespace

void add_repair_verbs(Verbs& verbs) { verbs.verb(verbs.noun(verbs.root(), "log"), "resubmit", resubmit); }

}  // namespace rogatory::cli
