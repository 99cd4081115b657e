#pragma once

#include "platform/base/result.hpp"
#include "web/server/commands.hpp"

namespace rogatory::server {

// `init` on a terminal without what it needs: asks for it, one question at a time, each answer looked at at once, shows
// all of them, asks before anything is written, writes, and says what to do next. What was given on the command line is
// not asked. Before the last question nothing is written, whatever happens. conflict "init.declined", unavailable
// "init.broken_off", what init() fails with.
[[nodiscard]] Result<> init_by_questions(InitOptions given);

}  // namespace rogatory::server
