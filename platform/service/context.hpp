#pragma once

namespace rogatory::service {

// What the use cases share: the ports, the settings, the chain states kept in memory. Its inside is context_state.hpp,
// which only platform/service sees; the composition root makes one by Services.
class Context;

}  // namespace rogatory::service
