// verify-web: whether a server's web client is the one of a build that somebody trusts. Needs no profile and no
// account.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "platform/base/try.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/console/format.hpp"
#include "web/client/web_bundle.hpp"

namespace rogatory::cli {
namespace {

struct WebOptions {
    std::string server;
    std::optional<std::filesystem::path> build;
    std::optional<std::filesystem::path> manifest;
};

Result<client::Https> connection(const Program& program, const std::string& address) {
    ROGATORY_TRY(auto origin, client::Origin::parse(address));
    const auto& options = program.options();
    client::HttpsOptions network;
    network.trust_anchors = options.trust_anchors;
    network.proxy = options.proxy;
    network.client_certificate = options.client_certificate;
    network.client_key = options.client_key;
    return client::Https{std::move(origin), std::move(network)};
}

Result<client::WebManifest> trusted_manifest(const WebOptions& options) {
    if (options.build) return client::read_web_build(*options.build);
    std::ifstream in{*options.manifest, std::ios::binary};
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) {
        return fail(
            Error{ErrorCode::invalid_input, "file.unreadable"}.with("file", options.manifest->filename().string()));
    }
    return client::parse_web_manifest(text.str());
}

std::string_view name_of(client::WebDifference::What what) {
    switch (what) {
        case client::WebDifference::What::altered:
            return "altered";
        case client::WebDifference::What::missing:
            return "missing";
        case client::WebDifference::What::not_known:
            return "not_known";
    }
    return {};
}

// Says each difference to a person, and gives them for a program.
std::vector<Json> tell(const Console& console, const client::WebVerdict& verdict) {
    std::vector<Json> differences;
    for (const auto& one : verdict.differences) {
        const auto what = std::string{name_of(one.what)};
        Json item;
        item.add("what", what).add("path", one.path);
        if (!one.coding.empty()) item.add("coding", one.coding);
        differences.push_back(item);
        console.answer("web." + what, {{"file", one.coding.empty() ? one.path : one.path + " (" + one.coding + ")"}});
    }
    return differences;
}

// Nothing to compare with: what the server says of itself, held against what it gives; it may be false both times.
Result<ExitCode> only_list(const Program& program, client::Https& server) {
    const auto& console = program.console();
    ROGATORY_TRY(const auto manifest, client::fetch_web_manifest(server));
    ROGATORY_TRY(const auto verdict, client::compare_served_web(server, manifest));
    std::vector<Json> files;
    for (const auto& file : manifest.files) {
        Json item;
        item.add("path", file.path).add("size", file.size).add("sha256", file.sha256);
        files.push_back(item);
        console.answer_line(file.sha256 + "  " + file.path, 0);
    }
    const auto differences = tell(console, verdict);
    Json json;
    json.add("version", manifest.version).add("compared", false).add("releases_chain", false);
    json.add("files", Json::array(files));
    console.print(json.add("differences", Json::array(differences)));
    if (!differences.empty()) return fail(ErrorCode::integrity, "web.differs");
    console.warn("web.not_compared");
    return ExitCode::attention;
}

Result<ExitCode> verify_web(const Program& program, const WebOptions& options) {
    const auto& console = program.console();
    ROGATORY_TRY(auto server, connection(program, options.server));
    console.note("web.no_releases");
    if (!options.build && !options.manifest) return only_list(program, server);
    ROGATORY_TRY(const auto trusted, trusted_manifest(options));
    ROGATORY_TRY(const auto verdict, client::compare_served_web(server, trusted));
    const auto differences = tell(console, verdict);
    const bool same = verdict.differences.empty();
    Json json;
    json.add("version", verdict.served.version).add("compared", true).add("releases_chain", false).add("same", same);
    json.add("files", static_cast<std::uint64_t>(trusted.files.size())).add("bytes", verdict.bytes);
    console.print(json.add("differences", Json::array(differences)));
    if (!same) return fail(ErrorCode::integrity, "web.differs");
    console.answer("web.same", {{"count", static_cast<std::int64_t>(trusted.files.size())}});
    return ExitCode::ok;
}

}  // namespace

void add_web_verbs(Verbs& verbs) {
    const auto options = std::make_shared<WebOptions>();
    auto& verifying =
        verbs.verb(verbs.root(), "verify-web", [options](Program& program) { return verify_web(program, *options); });
    verbs.option(verifying, "url", options->server, "URL")->required();
    auto* const build = verbs.option(verifying, "--build", options->build, "FOLDER");
    verbs.option(verifying, "--manifest", options->manifest, "FILE")->excludes(build);
}

}  // namespace rogatory::cli
