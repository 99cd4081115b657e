#pragma once

#include <string_view>

#include "platform/base/bytes.hpp"

namespace rogatory::webauthn {

enum class Act { create, get };

// What the browser says it was asked (Web Authentication Level 3, §5.8.1), by the specification's own "limited
// verification algorithm" (§5.8.1.2): the serialisation is fixed byte for byte up to the origin, so that it is compared
// and never parsed. `origin` is exactly ours. A ceremony inside another site's frame is refused: with crossOrigin true
// or topOrigin named.
[[nodiscard]] bool client_data_says(ByteView client_data, Act act, ByteView challenge, std::string_view origin);

}  // namespace rogatory::webauthn
