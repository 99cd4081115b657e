#pragma once

#include <string>
#include <string_view>

// Internal to platform/agent.
namespace rogatory::agent {

// What lies in an archive of evidence and how to check it without this program, in English and French.
[[nodiscard]] std::string evidence_readme(std::string_view what);

}  // namespace rogatory::agent
