#pragma once

#include "platform/service/context.hpp"

namespace rogatory::service {

// Once a day: of each request that is not over and whose day comes near, came or is long past, one entry in the outbox
// ("request.due"), from which those who read it, on both sides, have a mail without content. On which days is
// casework::reminders'. Days that were missed while the server stood are made up for by one reminder.
void publish_reminders(Context& context);

}  // namespace rogatory::service
