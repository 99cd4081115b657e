#pragma once

#include <span>
#include <string_view>

// The tables behind explain(): a page of them each for running a server, for setting one up, for its backups and
// keys, and for its log; and what the command line says of itself.
namespace rogatory::server {

struct Words {
    std::string_view key;
    std::string_view what, fix;
    std::string_view what_fr, fix_fr;
};

[[nodiscard]] std::span<const Words> setup_words();
[[nodiscard]] std::span<const Words> backup_words();
[[nodiscard]] std::span<const Words> log_words();

// What `init` asks on a terminal, and why.
struct Question {
    std::string_view key;
    std::string_view ask, why;
    std::string_view ask_fr, why_fr;
};
[[nodiscard]] const Question& question(std::string_view key);

// What --help says of each command and option, the words around it, and what is said of wrong use.
struct Description {
    std::string_view key;
    std::string_view text, text_fr;
};
[[nodiscard]] std::span<const Description> descriptions();

}  // namespace rogatory::server
