#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "platform/base/time.hpp"
#include "platform/ports/clock.hpp"
#include "web/middleware/stage.hpp"

namespace rogatory::middleware {

// What the operator has taken out of service for a while: nothing, what changes something, or everything but the page
// that says so. Said by requests on many threads, set by one command.
enum class Mode { normal, read_only, maintenance };
[[nodiscard]] std::string_view mode_name(Mode mode);
[[nodiscard]] std::optional<Mode> parse_mode(std::string_view name);

class ServiceMode {
public:
    struct State {
        Mode mode = Mode::normal;
        std::optional<UnixSeconds> until;  // what people are told; nothing ends by itself
    };
    [[nodiscard]] State state() const {
        const std::lock_guard lock{guard_};
        return state_;
    }
    void set(State state) {
        const std::lock_guard lock{guard_};
        state_ = state;
    }

private:
    mutable std::mutex guard_;
    State state_;
};

// 503 "server.maintenance" or "server.read_only", with "_until" {until} where a time was given.
class ModeStage final : public Stage {
public:
    ModeStage(std::shared_ptr<const ServiceMode> mode, const ports::Clock& clock)
        : mode_{std::move(mode)}, clock_{clock} {}
    [[nodiscard]] std::optional<http::Response> on_head(const http::Request& request, http::Context& context,
                                                        const http::Route* route) override;

private:
    const std::shared_ptr<const ServiceMode> mode_;
    const ports::Clock& clock_;
};

}  // namespace rogatory::middleware
