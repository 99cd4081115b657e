#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "platform/base/result.hpp"
#include "platform/base/try.hpp"

namespace rogatory::server {

// Questions to a person at a terminal, one at a time: on standard error, so that what a command prints can be kept
// apart; answers from standard input. Each answer is looked at at once; what cannot be is explained and asked again.
class Dialogue {
public:
    explicit Dialogue(std::string_view language) : french_{language == "fr"} {}

    // Standard input and standard error are a terminal.
    [[nodiscard]] static bool possible();

    [[nodiscard]] bool french() const noexcept { return french_; }
    void say(std::string_view text, std::string_view indent = "") const;
    void explain_error(const Error& error) const;

    struct Ask {
        std::string_view question;              // of words_setup.cpp
        std::string fallback = {};              // what Enter answers
        std::optional<std::string> given = {};  // on the command line: looked at first
        bool optional = false;                  // Enter without a fallback is an answer
    };
    // `check` makes of an answer what is wanted, or says what is wrong. An empty answer to an optional question is
    // `T{}` and not checked. unavailable "init.broken_off" at the end of the input.
    template <class Check>
    auto ask(Ask what, Check&& check) -> decltype(check(std::string{})) {
        auto given = std::exchange(what.given, std::nullopt);
        if (!given) put(what);
        while (true) {
            auto answer = given;
            if (!answer) {
                ROGATORY_TRY(answer, answer_to(what));
            }
            if (answer->empty() && what.optional) {
                note(what.question, {});
                return decltype(check(std::string{})){typename decltype(check(std::string{}))::value_type{}};
            }
            auto made = answer->empty() ? fail_empty<decltype(check(std::string{}))>() : check(*answer);
            if (made) {
                if constexpr (std::is_same_v<decltype(made), Result<std::filesystem::path>>) *answer = made->string();
                note(what.question, *answer);
                return made;
            }
            if (std::exchange(given, std::nullopt)) put(what);
            explain_error(made.error());
        }
    }
    [[nodiscard]] Result<bool> yes_or_no(std::string_view question);

    // How the last answer stands in the summary, where that says more than what was typed.
    void last_answer_means(std::string text) { answers_.back().second = std::move(text); }
    // Everything that was asked, with its answer.
    void summary() const;

private:
    template <class R>
    static R fail_empty() {
        return fail(ErrorCode::invalid_input, "init.answer");
    }
    void put(const Ask& what);
    [[nodiscard]] Result<std::string> answer_to(const Ask& what) const;
    void note(std::string_view question, const std::string& answer) { answers_.emplace_back(question, answer); }

    bool french_;
    int asked_ = 0;
    std::vector<std::pair<std::string, std::string>> answers_;
};

// From now on Ctrl-C ends the program after saying that nothing was written; afterwards, while it is written, Ctrl-C
// waits for the end.
void interrupt_says_nothing_written(bool french);
void interrupt_waits();

}  // namespace rogatory::server
