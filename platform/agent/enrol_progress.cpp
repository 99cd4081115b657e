#include "platform/agent/enrol_progress.hpp"

#include "crypto/encoding/canonical_json.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

constexpr std::string_view kEnrolmentFile = "enrolment.json";

}  // namespace

Result<> remember_enrolment(ports::ProfileStore& profile, const EnrolmentOutcome& outcome, std::string_view stage) {
    const encoding::Json::Object fields{{"authority", outcome.found_authority},
                                        {"comparison_digits", outcome.comparison_digits},
                                        {"party_digits", outcome.party_digits},
                                        {"stage", stage},
                                        {"state", outcome.state}};
    return profile.save(kEnrolmentFile, as_bytes(encoding::encode_canonical_json(fields)));
}

Result<std::optional<RememberedEnrolment>> recall_enrolment(const ports::ProfileStore& profile) {
    ROGATORY_TRY(const auto stored, profile.load(kEnrolmentFile));
    if (!stored) return std::nullopt;
    const auto json = encoding::parse_canonical_json(as_text(*stored));
    const auto* fields = json ? json->object() : nullptr;
    if (fields == nullptr) return fail(ErrorCode::invalid_input, "profile.damaged");
    const auto text = [&](std::string_view name) {
        const auto found = fields->find(name);
        const auto* value = found == fields->end() ? nullptr : found->second.string();
        return value == nullptr ? std::string{} : *value;
    };
    return RememberedEnrolment{{text("state"), text("comparison_digits"), text("party_digits"), text("authority")},
                               text("stage")};
}

}  // namespace rogatory::agent
