#include "web/cli/commands/policy_options.hpp"

#include "platform/base/try.hpp"
#include "web/cli/commands/show.hpp"

namespace rogatory::cli {

Result<agent::PolicyOrder> PolicyOptions::order() const {
    agent::PolicyOrder out;
    if (!onward.empty()) out.onward = onward;
    out.caveats = caveats;
    out.handling = handling;
    out.words = words;
    if (!review.empty()) {
        ROGATORY_TRY(out.review_at, parse_date(review));
    }
    if (!expires.empty()) {
        ROGATORY_TRY(out.expires_at, parse_date(expires));
    }
    return out;
}

void policy_options(Verbs& verbs, CLI::App& app, PolicyOptions& options) {
    verbs.option(app, "--onward", options.onward, "RULE")
        ->check(CLI::IsMember(std::vector<std::string>{"participants_only", "own_party", "source_consent", "free"}));
    verbs.option(app, "--caveat", options.caveats, "ARTICLE");
    verbs.option(app, "--handling", options.handling, "CODE");
    verbs.option(app, "--review", options.review, "DATE");
    verbs.option(app, "--expires", options.expires, "DATE");
    verbs.option(app, "--restriction-words", options.words, "TEXT");
}

}  // namespace rogatory::cli
