#include "web/cli/program/program.hpp"

#include <csignal>

#include <unistd.h>

#include "crypto/primitives/memory.hpp"
#include "platform/agent/file_profile.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "web/cli/console/prompt.hpp"
#include "web/cli/keeper/access.hpp"
#include "web/cli/program/service_key.hpp"
#include "web/cli/program/session_token.hpp"
#include "web/cli/program/totp.hpp"

namespace rogatory::cli {
namespace {

volatile std::sig_atomic_t interrupted = 0;  // NOLINT: the one thing a signal handler may write

void on_interrupt(int signal) {
    interrupted = 1;
    // Pressed again, it ends at once. A terminal that closes may say so twice.
    if (signal != SIGHUP) std::signal(signal, SIG_DFL);
}

// What the keeper holds: the session's token, a line end, the bytes of the agent.
crypto::SecretBytes kept(std::string_view token, ByteView unlocked) {
    crypto::SecretBytes out;
    out.append(as_bytes(token));
    out.append(as_bytes("\n"));
    out.append(unlocked);
    return out;
}

}  // namespace

void ConsoleObserver::on_transfer(const agent::Transfer& transfer) {
    // Told of for every few bytes that move: the sentence is made once for a file.
    auto one = transfer.phase + '\n' + transfer.name;
    if (!progress_ || one != current_) {
        progress_.reset();
        current_ = std::move(one);
        progress_ =
            std::make_unique<Progress>(console_, console_.text("transfer." + transfer.phase, {{"name", transfer.name}}),
                                       transfer.phase, transfer.name, transfer.total);
    }
    progress_->at(transfer.done);
    if (transfer.total > 0 && transfer.done >= transfer.total) progress_.reset();
}

void ConsoleObserver::on_notice(const agent::Notice& notice) {
    progress_.reset();
    Arguments arguments;
    for (const auto& [name, value] : notice.arguments) {
        auto word = "word.register." + value;
        if (!Catalogue::find(console_.language(), word)) word = "word.act." + value;
        if (!Catalogue::find(console_.language(), word)) word = "word.receipt." + value;
        const bool has_word = name == "kind" && Catalogue::find(console_.language(), word);
        arguments.emplace(name, has_word ? console_.text(word) : value);
    }
    console_.warn("notice." + notice.key, arguments);
}

void ConsoleObserver::on_progress(const agent::Progress& progress) {
    console_.print(Json{}
                       .add("event", "progress")
                       .add("phase", progress.phase)
                       .add("done", progress.done)
                       .add("total", progress.total));
    if (progress.done == 0 || progress.total < 10) {
        told_tenths_ = 0;
        return;
    }
    const auto tenths = progress.done * 10 / progress.total;
    if (tenths <= told_tenths_) return;
    told_tenths_ = tenths;
    console_.note("progress." + progress.phase, {{"done", static_cast<std::int64_t>(progress.done)},
                                                 {"total", static_cast<std::int64_t>(progress.total)}});
}

bool ConsoleObserver::confirm(const agent::Notice& notice) {
    on_notice(notice);
    if (yes_) return true;
    if (console_.json() || !can_ask()) return false;
    const auto yes = ask_yes(console_, "change.go_on", {});
    return yes && *yes;
}

bool ConsoleObserver::cancelled() const { return interrupted != 0; }

void ConsoleObserver::heed_interrupts() {
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    // Under nohup it goes on.
    if (std::signal(SIGHUP, on_interrupt) == SIG_IGN) std::signal(SIGHUP, SIG_IGN);
}

Program::Program(GlobalOptions options, const Console& console)
    : options_{std::move(options)}, console_{console}, observer_{console_, options_.yes} {
    if (options_.profile.empty()) options_.profile = default_profile();
    // The keeper's folder must be found from anywhere.
    options_.profile = std::filesystem::absolute(options_.profile);
}

Program::~Program() {
    // An answer that gets lost leaves a session that ends by itself a quarter of an hour later.
    if (!service_.empty()) (void)server_->sign_out();
}

Result<ports::ProfileStore*> Program::profile() {
    if (!profile_) {
        ROGATORY_TRY(profile_, agent::open_file_profile(options_.profile));
    }
    return profile_.get();
}

Result<std::optional<agent::Account>> Program::account() {
    ROGATORY_TRY(const auto* store, profile());
    return agent::account_of(*store);
}

Result<client::HttpsServer*> Program::server() {
    if (server_) return server_.get();
    auto address = options_.server;
    if (address.empty()) {
        ROGATORY_TRY(const auto known, account());
        if (known) address = known->server;
    }
    if (address.empty()) return fail(ErrorCode::invalid_input, "program.no_server");
    ROGATORY_TRY(auto origin, client::Origin::parse(address));
    options_.server = origin.text();
    client::HttpsOptions network;
    network.trust_anchors = options_.trust_anchors;
    network.proxy = options_.proxy;
    network.client_certificate = options_.client_certificate;
    network.client_key = options_.client_key;
    server_ = std::make_unique<client::HttpsServer>(std::move(origin), std::move(network));
    return server_.get();
}

Result<> Program::use_server(const std::string& address) {
    ROGATORY_TRY(const auto origin, client::Origin::parse(address));
    options_.server = origin.text();
    return {};
}

Result<agent::Environment*> Program::environment() {
    if (!environment_) {
        ROGATORY_TRY(auto* store, profile());
        ROGATORY_TRY(auto* remote, server());
        environment_ = std::make_unique<agent::Environment>(agent::Environment{*remote, *store, clock_, observer_});
    }
    return environment_.get();
}

std::optional<std::string> token_kept(const std::filesystem::path& profile) {
    const auto secret = keeper::fetch(profile);
    if (!secret) return std::nullopt;
    const auto text = as_text(secret->expose_secret());
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    return std::string{text.substr(0, end)};
}

Result<agent::Unlocked> Program::unlocked_by_key() {
    if (service_.empty()) {
        ROGATORY_TRY(const auto key, read_service_key(*options_.service_key));
        if (options_.server.empty()) ROGATORY_TRY_VOID(use_server(key.server));
        ROGATORY_TRY_VOID(server());
        if (options_.server != key.server) {
            return fail(Error{ErrorCode::invalid_input, "service_key.another_server"}.with("server", key.server));
        }
        ROGATORY_TRY(auto* world, environment());
        ROGATORY_TRY(const auto unlocked, agent::sign_in(*world, key));
        auto bytes = unlocked.to_secret();
        service_ = crypto::SecretBytes::copy_of(bytes);
        crypto::wipe(bytes);
    }
    return agent::Unlocked::from_secret(service_.expose_secret());
}

std::string Program::release_session() {
    ensure(server_ != nullptr, "there is a session");
    service_ = crypto::SecretBytes{};
    return server_->session_token();
}

std::optional<Program::HeldSession> Program::hold_session() {
    if (service_.empty()) return std::nullopt;
    HeldSession held{std::move(service_), options_.server, server_->session_token()};
    service_ = crypto::SecretBytes{};
    return held;
}

Result<> Program::go_on_with(HeldSession held) {
    options_.server = held.server;
    ROGATORY_TRY(auto* remote, server());
    remote->use_session(held.token);
    crypto::wipe(held.token);
    service_ = std::move(held.opened);
    return {};
}

Result<agent::Unlocked> Program::unlocked() {
    if (options_.service_key) return unlocked_by_key();
    ROGATORY_TRY(const auto known, account());
    if (!known) return fail(ErrorCode::unauthenticated, "session.nobody");
    const auto secret = keeper::fetch(options_.profile);
    if (!secret) return fail(ErrorCode::unauthenticated, "session.none");
    const auto text = as_text(secret->expose_secret());
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return fail(ErrorCode::unauthenticated, "session.none");
    ROGATORY_TRY(auto* remote, server());
    remote->use_session(text.substr(0, end));
    return agent::Unlocked::from_secret(secret->expose_secret().subspan(end + 1));
}

Result<agent::Agent> Program::agent() {
    // Who one is comes before where the server is: that is what a person can do something about.
    ROGATORY_TRY(auto who, unlocked());
    ROGATORY_TRY(auto* world, environment());
    return agent::Agent::open(*world, std::move(who), options_.acting_as);
}

Result<> Program::remember(const agent::Unlocked& unlocked, const keeper::Limits& limits) {
    if (options_.service_key) return {};
    ROGATORY_TRY(auto* remote, server());
    auto token = remote->session_token();
    auto bytes = unlocked.to_secret();
    const auto secret = kept(token, bytes);
    crypto::wipe(token);
    crypto::wipe(bytes);
    return keeper::keep(options_.profile, secret, limits);
}

Result<crypto::SecretText> Program::passphrase(std::string_view user_name) {
    if (options_.service_key) return fail(ErrorCode::unsupported, "service.persons_only");
    if (options_.passphrase_file) return read_secret_file(console_, options_.passphrase_file->string());
    return ask_secret(console_, "prompt.passphrase", {{"user", std::string{user_name}}}, "--passphrase-file");
}

Result<crypto::SecretText> Program::chosen_passphrase(std::string_view user_name, std::string_view question_key) {
    const auto proposal = agent::propose_passphrase();
    console_.note("prompt.passphrase_proposed", {{"passphrase", proposal.passphrase}});
    for (;;) {
        ROGATORY_TRY(auto first, ask_secret(console_, question_key, {}, "--passphrase-file"));
        if (first.empty()) return crypto::SecretText::copy_of(proposal.passphrase);
        if (auto strong = agent::check_passphrase(first.expose_secret(), user_name); !strong) {
            console_.error(strong.error());
            continue;
        }
        ROGATORY_TRY(const auto again, ask_secret(console_, "prompt.passphrase_again", {}, "--passphrase-file"));
        if (first == again) return first;
        console_.warn("prompt.passphrase_differs");
    }
}

Result<crypto::SecretText> Program::new_passphrase(std::string_view user_name) {
    if (options_.service_key) return fail(ErrorCode::unsupported, "service.persons_only");
    const auto& file = options_.new_passphrase_file ? options_.new_passphrase_file : options_.passphrase_file;
    if (file) return read_secret_file(console_, file->string());
    return chosen_passphrase(user_name, "prompt.passphrase_new");
}

Result<crypto::SecretText> Program::invitation_code() {
    if (options_.code_file) return read_secret_file(console_, options_.code_file->string());
    return ask(console_, "prompt.code", {}, "--code-file");
}

Result<std::string> Program::totp() {
    if (options_.totp_file) {
        ROGATORY_TRY(const auto text, read_secret_file(console_, options_.totp_file->string()));
        return std::string{text.expose_secret()};
    }
    if (options_.totp_secret_file) return next_totp(console_, *options_.totp_secret_file);
    ROGATORY_TRY(const auto typed, ask(console_, "prompt.totp", {}, "--totp-file"));
    std::string digits;
    for (const char c : typed.expose_secret()) {
        if (c != ' ') digits += c;
    }
    return digits;
}

Result<bool> Program::confirmed(std::string_view question_key, const Arguments& arguments) {
    if (options_.yes || console_.json() || !can_ask()) return true;
    return ask_yes(console_, question_key, arguments);
}

}  // namespace rogatory::cli
