#pragma once

#include <string>
#include <string_view>

#include "platform/base/result.hpp"

namespace rogatory::cli {

// Who reads the squares: a terminal whose background is unknown (black on white is set by escapes), or paper and plain
// text files, where ink is dark and the page is light.
enum class QrFor { terminal, paper };

// A QR code of two-by-one half blocks with its quiet zone, error correction M. Fails (key qr.too_long) above 2,331
// bytes.
[[nodiscard]] Result<std::string> draw_qr(std::string_view text, QrFor reader);

}  // namespace rogatory::cli
