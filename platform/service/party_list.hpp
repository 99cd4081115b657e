#pragma once

#include "platform/service/chains.hpp"
#include "platform/service/page.hpp"

namespace rogatory::service {

// The directory, for members and administrators alike. Whoever calls has asked permit().
[[nodiscard]] Page<PartyItem> list_parties(Context& context, const PageRequest& page);

}  // namespace rogatory::service
