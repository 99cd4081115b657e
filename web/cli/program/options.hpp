#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "web/cli/console/console.hpp"

namespace rogatory::cli {

// What may stand before or behind any verb.
struct GlobalOptions {
    std::filesystem::path profile;  // one person on one device
    std::string server;             // empty: the profile's
    std::string acting_as;          // PARTY/AUTHORITY; empty: the only one
    bool json = false;
    bool quiet = false;
    bool yes = false;  // do not ask back
    int verbosity = 0;
    std::optional<std::string> language;

    // The network.
    std::optional<std::filesystem::path> trust_anchors;
    std::optional<std::string> proxy;
    std::optional<std::filesystem::path> client_certificate;
    std::optional<std::filesystem::path> client_key;

    // Where secrets come from when nobody can be asked. Never in argv: a command line is read by every process.
    std::optional<std::filesystem::path> service_key;
    std::optional<std::filesystem::path> passphrase_file;
    std::optional<std::filesystem::path> new_passphrase_file;
    std::optional<std::filesystem::path> code_file;
    std::optional<std::filesystem::path> totp_file;
    std::optional<std::filesystem::path> totp_secret_file;
};

// $XDG_DATA_HOME/rogatory, else ~/.local/share/rogatory, else the user's home from the password database.
[[nodiscard]] std::filesystem::path default_profile();

// --lang, $ROGATORY_LANG, then $LC_ALL, $LC_MESSAGES, $LANG as gettext reads them; English where none says.
[[nodiscard]] Language choose_language(const std::optional<std::string>& option);

}  // namespace rogatory::cli
