#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/agent/environment.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"
#include "platform/ports/profile_store.hpp"

// The one place for alarms. Each kept piece of evidence is one; those that prove to anybody that the log told two
// histories stand until a person has resolved them, over restarts, and nothing is sealed, granted or signed meanwhile.
namespace rogatory::agent {

struct Alarm {
    std::string name;  // of the evidence: "<time>-<what>-<digest>"
    std::string what;  // key: "error.<what>" says it
    UnixSeconds at = 0;
    bool standing = false;
    std::string resolution;  // what the person wrote who resolved it
};

// Oldest first.
[[nodiscard]] Result<std::vector<Alarm>> alarms(const ports::ProfileStore& profile);
// integrity "alarm.standing" with the argument "evidence".
[[nodiscard]] Result<> require_no_standing_alarm(const ports::ProfileStore& profile);
// The same, and none that only this run knows of, for it could not be written down: that is tried again first.
[[nodiscard]] Result<> require_no_standing_alarm(Environment& environment);
// By name or an unambiguous part of it. not_found "alarm.unknown".
[[nodiscard]] Result<Alarm> find_alarm(const ports::ProfileStore& profile, std::string_view text);
// The evidence stays; `reason` is kept beside it.
[[nodiscard]] Result<> resolve_alarm(ports::ProfileStore& profile, std::string_view name, std::string_view reason);

// The evidence as one tar archive (POSIX ustar): each piece as the file it is, and README.txt, which tells a
// cryptographer what to check with which standard. Holds nothing secret.
[[nodiscard]] Result<Bytes> export_evidence(const ports::ProfileStore& profile, std::string_view name);

}  // namespace rogatory::agent
