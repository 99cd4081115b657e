#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "platform/ports/journal.hpp"
#include "platform/ports/store.hpp"
#include "platform/service/context.hpp"

namespace rogatory::service {

// The outbox is read by whoever tells people or machines that something is new, each with a place of its own in it that
// moves in the transaction in which the rows are taken up: each row once and in order, whatever ends in between. One
// thread for each place. On a full device nothing is taken up, and the rows stay.
void take_up_outbox(Context& context, const char* place,
                    const std::function<void(ports::Repositories&, const std::vector<ports::OutboxRow>&)>& take);

// The chain in which something is new for those who read it, where the row is about that.
[[nodiscard]] std::optional<ports::ChainId> chain_of(const ports::OutboxRow& row);

}  // namespace rogatory::service
