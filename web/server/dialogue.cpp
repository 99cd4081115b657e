#include "web/server/dialogue.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "web/server/lines.hpp"
#include "web/server/words.hpp"
#include "web/server/words_table.hpp"

namespace rogatory::server {
namespace {

const char* said_at_interrupt = "";

extern "C" void leave(int /*signal*/) {
    static_cast<void>(!::write(STDERR_FILENO, said_at_interrupt, std::strlen(said_at_interrupt)));
    ::_exit(128 + SIGINT);
}

void on_interrupt(void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGINT, &action, nullptr);
}

std::string trimmed(std::string text) {
    const auto* const blank = " \t\r\n";
    text.erase(text.find_last_not_of(blank) + 1);
    text.erase(0, text.find_first_not_of(blank));
    return text;
}

}  // namespace

bool Dialogue::possible() { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1; }

void Dialogue::say(std::string_view text, std::string_view indent) const {
    std::fprintf(stderr, "%s\n", wrapped(text, terminal_columns(STDERR_FILENO) - 1, indent).c_str());
}

void Dialogue::explain_error(const Error& error) const {
    const auto told = explain(error, french_ ? "fr" : "en");
    if (told.what.empty()) {
        say(error.key() + " " + error.log_detail(), "   ! ");
        return;
    }
    say(told.what, "   ! ");
    say(told.fix, "   → ");
}

void Dialogue::put(const Ask& what) {
    const auto& words = question(what.question);
    std::fprintf(stderr, "\n");
    say(std::to_string(++asked_) + ". " + std::string{french_ ? words.ask_fr : words.ask});
    say(french_ ? words.why_fr : words.why, "   ");
}

Result<std::string> Dialogue::answer_to(const Ask& what) const {
    const auto* const enter = french_ ? "Entrée\u00a0: " : "Enter: ";
    const auto* const none = french_ ? "sans" : "without";
    std::string shown = what.fallback.empty() && !what.optional
                            ? ""
                            : "(" + std::string{enter} + (what.fallback.empty() ? none : what.fallback) + ") ";
    std::fprintf(stderr, "   %s> ", shown.c_str());
    std::fflush(stderr);
    std::string line;
    std::array<char, 4096> piece{};
    while (line.empty() || line.back() != '\n') {
        if (std::fgets(piece.data(), piece.size(), stdin) == nullptr) {
            std::fprintf(stderr, "\n");
            return fail(ErrorCode::unavailable, "init.broken_off");
        }
        line += piece.data();
        // No answer is longer than the longest key.
        if (line.size() > 4 * piece.size()) return fail(ErrorCode::unavailable, "init.broken_off");
    }
    line = trimmed(std::move(line));
    return line.empty() ? what.fallback : line;
}

Result<bool> Dialogue::yes_or_no(std::string_view name) {
    ROGATORY_TRY(const bool yes, ask({.question = name, .fallback = "n"}, [](std::string answer) -> Result<bool> {
                     std::ranges::transform(answer, answer.begin(), [](char c) {
                         return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
                     });
                     if (answer == "y" || answer == "yes" || answer == "o" || answer == "oui") return true;
                     if (answer == "n" || answer == "no" || answer == "non") return false;
                     return fail(ErrorCode::invalid_input, "init.yes_no");
                 }));
    last_answer_means(yes ? (french_ ? "oui" : "yes") : (french_ ? "non" : "no"));
    return yes;
}

void Dialogue::summary() const {
    std::fprintf(stderr, "\n");
    say(french_ ? "Vos réponses" : "Your answers");
    for (const auto& [name, answer] : answers_) {
        const auto& words = question(name);
        say(french_ ? words.ask_fr : words.ask, "   ");
        std::fprintf(stderr, "      %s\n", answer.empty() ? "–" : answer.c_str());
    }
}

void interrupt_says_nothing_written(bool french) {
    said_at_interrupt = french ? "\nRien n’a été écrit.\n" : "\nNothing was written.\n";
    on_interrupt(leave);
}

void interrupt_waits() { on_interrupt(SIG_IGN); }

}  // namespace rogatory::server
