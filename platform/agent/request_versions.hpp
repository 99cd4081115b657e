#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/agent/content_cache.hpp"
#include "platform/agent/requests.hpp"
#include "platform/record/language_versions.hpp"

// Internal to platform/agent: the language versions of a request's entries.
namespace rogatory::agent {

// As a person gives it, in the form that every reader takes; `of` is filled by whoever knows it. invalid_input
// "version.language" {language}, "version.due", "version.asked_authentic".
Result<model::LanguageVersion> language_version(const std::string& language, const std::string& translator,
                                                const std::string& due, bool authentic, model::VersionState state);

// Texts, refused versions and the answered obstacle of a view; `routing` of it is filled before.
Result<> fill_versions(Agent::State& state, const DossierBook::Known& known, const ContentCache& cache,
                       RequestView& view);

}  // namespace rogatory::agent
