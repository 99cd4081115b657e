#include "web/cli/age/terminal_sink.hpp"

#include <algorithm>

namespace rogatory::cli {

namespace {

constexpr std::size_t kMostBytes = 16 * 1024 * 1024;

// C0 controls but for white space, DEL, and the C1 controls as UTF-8 writes them.
bool is_text(ByteView bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto byte = bytes[i];
        if ((byte < 0x20 && byte != '\n' && byte != '\t' && byte != '\r') || byte == 0x7f) return false;
        if (byte == 0xc2 && i + 1 < bytes.size() && bytes[i + 1] >= 0x80 && bytes[i + 1] < 0xa0) return false;
    }
    return true;
}

}  // namespace

Result<> TerminalSink::write(ByteView bytes) {
    if (held_.size() + bytes.size() > kMostBytes) return fail(ErrorCode::too_large, "age.too_long_for_terminal");
    held_.append(bytes);
    return {};
}

Result<> TerminalSink::show(age::Sink& terminal) const {
    if (!is_text(held_.expose_secret())) return fail(ErrorCode::invalid_input, "age.binary_output");
    return terminal.write(held_.expose_secret());
}

}  // namespace rogatory::cli
