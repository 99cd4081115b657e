#include "web/cli/program/totp.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <thread>

#include <liboath/oath.h>

#include "crypto/primitives/memory.hpp"
#include "platform/base/try.hpp"

namespace rogatory::cli {
namespace {

constexpr std::string_view kLastStep = "totp-last-step";
constexpr std::uint64_t kStepSeconds = 30;

std::uint64_t current_step() {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
    return static_cast<std::uint64_t>(seconds.count()) / kStepSeconds;
}

}  // namespace

Result<std::string> totp_at(std::string_view base32, std::uint64_t step) {
    char* raw = nullptr;
    std::size_t size = 0;
    if (oath_base32_decode(base32.data(), base32.size(), &raw, &size) != OATH_OK)
        return fail(ErrorCode::invalid_input, "totp.secret");
    std::array<char, 7> digits{};
    const int made =
        oath_totp_generate(raw, size, static_cast<time_t>(step * kStepSeconds), kStepSeconds, 0, 6, digits.data());
    crypto::wipe(MutableByteView{reinterpret_cast<std::uint8_t*>(raw), size});
    std::free(raw);
    if (made != OATH_OK) return fail(ErrorCode::invalid_input, "totp.secret");
    return std::string{digits.data(), 6};
}

Result<std::string> next_totp(const Console& console, ports::ProfileStore& profile, std::string_view base32) {
    std::uint64_t last = 0;
    ROGATORY_TRY(const auto stored, profile.load(kLastStep));
    if (stored && stored->size() <= 19) {
        for (const auto byte : *stored) {
            if (byte >= '0' && byte <= '9') last = last * 10 + (byte - '0');
        }
    }
    auto step = current_step();
    // A clock that was set back would otherwise wait for ever.
    if (last > step + 2) last = 0;
    if (step <= last) step = last + 1;
    if (step > current_step() + 1) {
        console.note("totp.waiting");
        while (step > current_step() + 1) std::this_thread::sleep_for(std::chrono::milliseconds{200});
    }
    ROGATORY_TRY(auto digits, totp_at(base32, step));
    ROGATORY_TRY_VOID(profile.save(kLastStep, as_bytes(std::to_string(step))));
    return digits;
}

}  // namespace rogatory::cli
