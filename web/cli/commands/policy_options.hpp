#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/agent/dossiers.hpp"
#include "web/cli/commands/verbs.hpp"

namespace rogatory::cli {

// The restrictions as they are typed, the same for send, add, release and policy set.
struct PolicyOptions {
    std::string onward;
    std::vector<std::string> caveats;
    std::vector<std::string> handling;
    std::string review;
    std::string expires;
    std::string words;

    [[nodiscard]] bool any() const {
        return !onward.empty() || !caveats.empty() || !handling.empty() || !review.empty() || !expires.empty() ||
               !words.empty();
    }
    // Keys usage.date, where a date is none.
    [[nodiscard]] Result<agent::PolicyOrder> order() const;
};

void policy_options(Verbs& verbs, CLI::App& app, PolicyOptions& options);

}  // namespace rogatory::cli
