#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "platform/ports/journal.hpp"
#include "platform/ports/store.hpp"
#include "platform/service/context.hpp"

namespace rogatory::service {

// The outbox is read by whoever tells people or machines that something is new, each with a place of its own in it that
// moves in the transaction in which the rows are taken up: each row once and in order, whatever ends in between.
inline constexpr const char* kPlaceOfMails = "mail.outbox";
inline constexpr const char* kPlaceOfWebhooks = "webhooks.outbox";

// Takes up so many rows as hold the one writer for a moment; true when there may be more, for the caller to go on with
// or to stop at. Who has no place yet begins with what is recent (Settings::outbox_kept). On a full device nothing is
// taken up, and the rows stay.
[[nodiscard]] bool take_up_outbox(
    Context& context, const char* place,
    const std::function<void(ports::Repositories&, const std::vector<ports::OutboxRow>&)>& take);

// Forgets rows that are older than Settings::outbox_kept and that everybody who is on (Settings::sends_mails,
// sends_webhooks) has taken up, in short writes. Who is off holds none: he begins, when he is on again, with what there
// is. What is left after so many writes goes the next time.
void prune_outbox(Context& context);

// The chain in which something is new for those who read it, where the row is about that.
[[nodiscard]] std::optional<ports::ChainId> chain_of(const ports::OutboxRow& row);

}  // namespace rogatory::service
