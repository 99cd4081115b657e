#include "web/cli/program/totp.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <thread>

#include <liboath/oath.h>

#include "crypto/primitives/memory.hpp"
#include "platform/base/try.hpp"
#include "web/cli/console/prompt.hpp"

namespace rogatory::cli {
namespace {

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

Result<std::string> next_totp(const Console& console, const std::filesystem::path& secret_file) {
    ROGATORY_TRY(const auto secret, read_secret_file(console, secret_file.string()));
    auto step_file = secret_file;
    step_file += ".step";
    std::uint64_t last = 0;
    if (std::ifstream in{step_file}; in) in >> last;
    auto step = current_step();
    // A clock that was set back would otherwise wait for ever.
    if (last > step + 2) last = 0;
    if (step <= last) step = last + 1;
    if (step > current_step() + 1) {
        console.note("totp.waiting");
        while (step > current_step() + 1) std::this_thread::sleep_for(std::chrono::milliseconds{200});
    }
    ROGATORY_TRY(auto digits, totp_at(secret.expose_secret(), step));
    std::ofstream{step_file, std::ios::trunc} << step << '\n';
    return digits;
}

}  // namespace rogatory::cli
