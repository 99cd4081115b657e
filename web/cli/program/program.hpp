#pragma once

#include <memory>
#include <optional>
#include <string>

#include "platform/agent/agent.hpp"
#include "platform/agent/environment.hpp"
#include "platform/agent/unlock.hpp"
#include "web/cli/console/console.hpp"
#include "web/cli/console/progress.hpp"
#include "web/cli/keeper/keeper.hpp"
#include "web/cli/program/options.hpp"
#include "web/client/https_server.hpp"

namespace rogatory::cli {

// Shows what the agent does while it works.
class ConsoleObserver final : public agent::Observer {
public:
    // `yes`: the person has agreed beforehand (--yes) to what confirm() asks.
    ConsoleObserver(const Console& console, bool yes) : console_{console}, yes_{yes} {}

    void on_transfer(const agent::Transfer& transfer) override;
    void on_notice(const agent::Notice& notice) override;
    // With --json a line for each step; for people a line for each tenth of the way.
    void on_progress(const agent::Progress& progress) override;
    // Says what it is about, then asks. No where nobody can be asked and --yes was not given: a second signature at one
    // place is never a script's own idea.
    [[nodiscard]] bool confirm(const agent::Notice& notice) override;
    // Ctrl-C ends a transfer in order, a second one the program.
    [[nodiscard]] bool cancelled() const override;

    // From now on Ctrl-C is asked for by cancelled().
    static void heed_interrupts();
    void finish() { progress_.reset(); }

private:
    const Console& console_;
    bool yes_;
    std::string current_;
    std::uint64_t told_tenths_ = 0;
    std::unique_ptr<Progress> progress_;
};

// What the verbs have in common: one profile, one server, one keeper. Everything is opened when it is first needed.
class Program {
public:
    Program(GlobalOptions options, const Console& console);
    ~Program();

    [[nodiscard]] const Console& console() const noexcept { return console_; }
    [[nodiscard]] const GlobalOptions& options() const noexcept { return options_; }
    [[nodiscard]] ConsoleObserver& observer() noexcept { return observer_; }

    // The profile's folder, held against other commands until the program ends; made on first use.
    Result<ports::ProfileStore*> profile();
    // The account of the profile, if anybody has enrolled or signed in here.
    Result<std::optional<agent::Account>> account();
    // --server, else the account's server. Key program.no_server where neither is there.
    Result<client::HttpsServer*> server();
    Result<agent::Environment*> environment();
    // Where no --server was given and the profile knows none: the one that a kit names.
    Result<> use_server(const std::string& address);

    // Who is signed in, from the keeper; key session.none otherwise. With --service-key the service account, in a
    // session that ends with this program. The session's token is in force at the server then.
    Result<agent::Unlocked> unlocked();
    // The session in force, for whatever outlives this program; a service account's is the caller's to end then.
    std::string release_session();
    // A service account's session with what its key file opened, for the next program to go on with; nothing for
    // people, whose keeper has it.
    struct HeldSession {
        crypto::SecretBytes opened;
        std::string server, token;
    };
    [[nodiscard]] std::optional<HeldSession> hold_session();
    // It ends with this program then.
    Result<> go_on_with(HeldSession held);
    // The same, as an agent acting for --as.
    Result<agent::Agent> agent();
    // Gives what was unlocked, with the session in force, to the keeper; a service account has none.
    Result<> remember(const agent::Unlocked& unlocked, const keeper::Limits& limits = {});

    // Secrets: from the file that was named for them, else from the person.
    Result<crypto::SecretText> passphrase(std::string_view user_name);
    Result<crypto::SecretText> new_passphrase(std::string_view user_name);
    Result<crypto::SecretText> invitation_code();
    Result<std::string> totp();

    // Yes without asking with --yes and where nobody can be asked: a script has decided when it called.
    Result<bool> confirmed(std::string_view question_key, const Arguments& arguments = {});

private:
    Result<crypto::SecretText> chosen_passphrase(std::string_view user_name, std::string_view question_key);
    Result<agent::Unlocked> unlocked_by_key();

    GlobalOptions options_;
    const Console& console_;
    ConsoleObserver observer_;
    agent::SystemClock clock_;
    std::unique_ptr<ports::ProfileStore> profile_;
    std::unique_ptr<client::HttpsServer> server_;
    std::unique_ptr<agent::Environment> environment_;
    crypto::SecretBytes service_;  // what the key file opened, where its session has begun
};

}  // namespace rogatory::cli
