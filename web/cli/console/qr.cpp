#include "web/cli/console/qr.hpp"

#include <memory>
#include <new>

#include <qrencode.h>

namespace rogatory::cli {
namespace {

constexpr std::size_t kLongest = 2331;  // version 40, level M, bytes
constexpr int kQuiet = 2;               // modules; the standard says 4, scanners take 2 and the screen is small

struct Free {
    void operator()(QRcode* code) const noexcept { QRcode_free(code); }
};

}  // namespace

Result<std::string> draw_qr(std::string_view text, QrFor reader) {
    if (text.size() > kLongest) return fail(ErrorCode::too_large, "qr.too_long");
    const std::unique_ptr<QRcode, Free> code{QRcode_encodeData(
        static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M)};
    if (!code) throw std::bad_alloc{};
    const int width = code->width;
    const auto dark = [&](int x, int y) {
        return x >= 0 && y >= 0 && x < width && y < width && (code->data[y * width + x] & 1U) != 0;
    };
    std::string out;
    for (int y = -kQuiet; y < width + kQuiet; y += 2) {
        if (reader == QrFor::terminal) out += "\033[30;107m";
        for (int x = -kQuiet; x < width + kQuiet; ++x) {
            const bool top = dark(x, y);
            const bool bottom = dark(x, y + 1);
            out += top ? (bottom ? "█" : "▀") : (bottom ? "▄" : " ");
        }
        if (reader == QrFor::terminal) out += "\033[0m";
        out += '\n';
    }
    return out;
}

}  // namespace rogatory::cli
