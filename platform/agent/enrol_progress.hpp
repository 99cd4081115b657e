#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/agent/enrol.hpp"

// Internal to platform/agent: how far an enrolment came on this device.
namespace rogatory::agent {

struct RememberedEnrolment {
    EnrolmentOutcome outcome;
    std::string stage;  // "posting" | "posted"
};

// What survives an interruption: no secret, and nothing that could not be made again.
Result<> remember_enrolment(ports::ProfileStore& profile, const EnrolmentOutcome& outcome, std::string_view stage);
Result<std::optional<RememberedEnrolment>> recall_enrolment(const ports::ProfileStore& profile);

}  // namespace rogatory::agent
