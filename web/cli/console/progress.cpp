#include "web/cli/console/progress.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "web/cli/console/format.hpp"
#include "web/cli/console/terminal.hpp"

namespace rogatory::cli {

Progress::Progress(const Console& console, std::string label, std::string phase, std::string name,
                   std::uint64_t total_bytes, Now now)
    : console_{console},
      what_{printable(label)},
      phase_{std::move(phase)},
      name_{std::move(name)},
      total_{total_bytes},
      now_{std::move(now)},
      bar_{!console.json() && !console.quiet() && is_terminal(STDERR_FILENO)},
      begun_{now_()},
      drawn_{begun_ - std::chrono::hours{1}} {}

Progress::~Progress() { wipe(); }

void Progress::at(std::uint64_t done_bytes) {
    const auto now = now_();
    if (!started_) {
        started_ = true;
        first_ = done_bytes;
        begun_ = now;
    }
    done_ = done_bytes;
    const bool last = done_ >= total_;
    if (console_.json()) {
        if (!last && now - drawn_ < std::chrono::seconds{1}) return;
        drawn_ = now;
        console_.print(Json{}
                           .add("event", "progress")
                           .add("phase", phase_)
                           .add("name", name_)
                           .add("done", done_)
                           .add("total", total_));
    } else if (bar_) {
        if (!last && now - drawn_ < std::chrono::milliseconds{100}) return;
        drawn_ = now;
        shown_ = true;
        const auto text = "\r" + line(std::max<std::size_t>(terminal_width(), 40)) + "\033[K";
        std::fwrite(text.data(), 1, text.size(), stderr);
        std::fflush(stderr);
    }
}

std::string Progress::line(std::size_t width) const {
    const double share = total_ == 0 ? 1.0 : std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
    const auto elapsed = std::chrono::duration<double>(drawn_ - begun_).count();
    const double rate = elapsed > 0.5 ? static_cast<double>(done_ - first_) / elapsed : 0;
    auto tail = fmt::format(" {:3.0f}\u00a0%  {}", share * 100, format_bytes(console_.language(), total_));
    if (rate > 0) {
        tail += "  " + format_rate(console_.language(), rate);
        if (done_ < total_) {
            const auto left = static_cast<std::int64_t>(static_cast<double>(total_ - done_) / rate) + 1;
            tail += "  " + console_.text("progress.left", {{"time", format_duration(console_.catalogue(), left)}});
        }
    }
    constexpr std::size_t kBar = 20;
    // One column stays free: a full line would wrap on some terminals.
    const auto room = width - 1;
    const auto tail_width = display_width(tail);
    auto name = what_;
    const auto name_room = room > tail_width + kBar + 1 ? room - tail_width - kBar - 1 : 0;
    if (display_width(name) > name_room) {
        while (!name.empty() && display_width(name) + 1 > name_room) {
            do name.pop_back();
            while (!name.empty() && (static_cast<unsigned char>(name.back()) & 0xC0U) == 0x80U);
        }
        if (name_room > 0) name += "…";
    }
    const auto full = static_cast<std::size_t>(share * kBar);
    std::string bar;
    for (std::size_t i = 0; i < kBar; ++i) bar += i < full ? "█" : "░";
    return name + (name.empty() ? "" : " ") + bar + tail;
}

void Progress::wipe() {
    if (!shown_) return;
    std::fputs("\r\033[K", stderr);
    std::fflush(stderr);
    shown_ = false;
}

}  // namespace rogatory::cli
