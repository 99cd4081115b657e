// `rogatory witness`: for the State or body that cosigns the log.

#include <charconv>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>

#include "platform/base/try.hpp"
#include "platform/record/founding_sheet.hpp"
#include "platform/record/log_policy.hpp"
#include "platform/record/successor_sheet.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/console/format.hpp"
#include "web/witness/serve.hpp"
#include "web/witness/status.hpp"
#include "web/witness/witness.hpp"

namespace rogatory::cli {
namespace {

struct FollowOptions {
    std::string folder;
    std::string key;
    std::string sheet;
    std::string url;
};

struct ListenOptions {
    witness::ServeOptions serve;
    std::string listen = "127.0.0.1:9440";
    std::string certificate, key, client_ca, mirror;
};

Result<ExitCode> init(Program& program, const std::string& folder, const std::string& name) {
    ROGATORY_TRY(const auto key, witness::Witness::create(folder, name));
    Json json;
    program.console().print(json.add("key", key));
    program.console().note("cosigner.made", {{"folder", folder}});
    // One line whatever the terminal's width: it is copied into a policy.
    program.console().answer_text(key);
    return ExitCode::ok;
}

Result<ExitCode> follow(Program& program, const FollowOptions& options) {
    std::string text = options.key;
    std::optional<tlog::Checkpoint> ended;
    if (!options.sheet.empty()) {
        std::ifstream in{options.sheet, std::ios::binary};
        std::ostringstream read;
        read << in.rdbuf();
        if (!in) return fail(Error{ErrorCode::invalid_input, "file.unreadable"}.with("file", options.sheet));
        std::string on_sheet;
        if (record::SuccessorSheet::is_one(read.str())) {
            ROGATORY_TRY(auto sheet, record::SuccessorSheet::parse(read.str()));
            on_sheet = std::move(sheet.log_policy);
            ended = std::move(sheet.last);
        } else {
            ROGATORY_TRY(auto sheet, record::FoundingSheet::parse(read.str()));
            on_sheet = std::move(sheet.log_policy);
        }
        ROGATORY_TRY(const auto policy, record::LogPolicy::parse(on_sheet));
        text = policy.log().vkey();
    }
    ROGATORY_TRY(auto key, tlog::NoteKey::parse(text));
    if (key.type() != tlog::SignatureType::ed25519) return fail(ErrorCode::invalid_input, "log.key_unsupported");
    // The origin of a log of ours is the address of its tiles without the scheme.
    const auto url = options.url.empty() ? "https://" + key.name() : options.url;
    const auto origin = key.name();
    if (ended) {
        ROGATORY_TRY_VOID(witness::Witness::follow(options.folder, {std::move(key), url}, *ended));
    } else {
        ROGATORY_TRY_VOID(witness::Witness::follow(options.folder, {std::move(key), url}));
    }
    program.console().note("cosigner.follows", {{"origin", origin}});
    return ExitCode::ok;
}

Result<ExitCode> serve(Program& program, ListenOptions options) {
    const auto colon = options.listen.rfind(':');
    const auto port = colon == std::string::npos ? std::string{} : options.listen.substr(colon + 1);
    auto& given = options.serve;
    const auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), given.port);
    if (failure != std::errc{} || end != port.data() + port.size()) {
        return fail(Error{ErrorCode::invalid_input, "client.address_invalid"}.with("address", options.listen));
    }
    given.address = options.listen.substr(0, colon);
    if (given.address.starts_with('[') && given.address.ends_with(']')) {
        given.address = given.address.substr(1, given.address.size() - 2);
    }
    if (!options.certificate.empty()) given.certificate = options.certificate;
    if (!options.key.empty()) given.private_key = options.key;
    if (!options.client_ca.empty()) given.client_authority = options.client_ca;
    if (!options.mirror.empty()) given.mirror = options.mirror;
    given.trust_anchors = program.options().trust_anchors;
    ROGATORY_TRY_VOID(witness::serve(given));
    return ExitCode::ok;
}

Result<ExitCode> status(Program& program, const std::string& what) {
    const auto& console = program.console();
    const auto& anchors = program.options().trust_anchors;
    ROGATORY_TRY(const auto found, what.find("://") == std::string::npos ? witness::Status::of_folder(what)
                                                                         : witness::Status::fetch(what, anchors));
    std::vector<Json> rows;
    console.answer_text(found.key);
    for (const auto& log : found.logs) {
        Json row;
        row.add("origin", log.origin).add("size", log.head.size).add("root", hex_text(log.head.root.value()));
        if (log.cosigned_at) row.add("cosigned_at", *log.cosigned_at);
        if (log.mirrored) row.add("mirrored", *log.mirrored);
        rows.push_back(row);
        console.answer("log.origin", {{"origin", log.origin}});
        const auto size = static_cast<std::int64_t>(log.head.size);
        if (log.cosigned_at) {
            console.answer("cosigner.size",
                           {{"size", size}, {"when", format_time(console.language(), *log.cosigned_at)}});
        } else {
            console.answer("cosigner.nothing_yet");
        }
        if (log.mirrored) console.answer("cosigner.mirrored", {{"size", static_cast<std::int64_t>(*log.mirrored)}});
    }
    Json json;
    console.print(json.add("key", found.key).add("logs", Json::array(rows)));
    return ExitCode::ok;
}

}  // namespace

void add_witness_verbs(Verbs& verbs) {
    auto& noun = verbs.noun(verbs.root(), "witness");
    const auto folder = std::make_shared<std::string>();
    const auto name = std::make_shared<std::string>();
    auto& making = verbs.verb(noun, "init", [=](Program& program) { return init(program, *folder, *name); });
    verbs.option(making, "folder", *folder, "FOLDER")->required();
    verbs.option(making, "--name", *name, "NAME")->required();

    const auto followed = std::make_shared<FollowOptions>();
    auto& following = verbs.verb(noun, "follow", [=](Program& program) { return follow(program, *followed); });
    verbs.option(following, "folder", followed->folder, "FOLDER")->required();
    auto* key = verbs.option(following, "--key", followed->key, "KEY");
    verbs.option(following, "--sheet", followed->sheet, "FILE")->excludes(key);
    verbs.option(following, "--url", followed->url, "URL");

    const auto served = std::make_shared<ListenOptions>();
    auto& serving = verbs.verb(noun, "serve", [=](Program& program) { return serve(program, *served); });
    verbs.option(serving, "folder", served->serve.folder, "FOLDER")->required();
    verbs.option(serving, "--listen", served->listen, "ADDRESS:PORT");
    verbs.option(serving, "--certificate", served->certificate, "FILE");
    verbs.option(serving, "--private-key", served->key, "FILE");
    verbs.option(serving, "--client-ca", served->client_ca, "FILE");
    verbs.option(serving, "--mirror", served->mirror, "FOLDER");
    verbs.option(serving, "--rate", served->serve.requests_per_second, "NUMBER")->check(CLI::Range(1.0, 10000.0));

    const auto asked = std::make_shared<std::string>();
    auto& telling = verbs.verb(noun, "status", [=](Program& program) { return status(program, *asked); });
    verbs.option(telling, "what", *asked, "URL|FOLDER")->required();
}

}  // namespace rogatory::cli
