#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "platform/model/ids.hpp"
#include "platform/model/request.hpp"

namespace rogatory::model {

enum class VersionState : std::uint8_t { asked, delivered, revised };

// Of an entry of a request: it is another entry in another language, or asks for it. It lives in sealed bodies alone.
struct LanguageVersion {
    StatementId of;
    std::string language;
    std::optional<std::string> translator;  // a service or a person, as the sender names it
    std::optional<std::string> due;         // of one that is asked for: a day
    VersionState state = VersionState::asked;
    bool authentic = false;  // this one, and not the entry it translates

    friend bool operator==(const LanguageVersion&, const LanguageVersion&) = default;
};

}  // namespace rogatory::model
