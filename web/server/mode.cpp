#include "web/server/mode.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <fstream>

#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/random.hpp"
#include "platform/base/try.hpp"
#include "web/client/peer.hpp"
#include "web/server/config.hpp"
#include "web/server/system.hpp"

namespace rogatory::server {
namespace {

using State = middleware::ServiceMode::State;

std::filesystem::path mode_file(const std::filesystem::path& data) { return data / "mode"; }
std::filesystem::path token_file(const std::filesystem::path& data) { return data / "management.token"; }

// Whole or not at all, for this user's eyes.
bool replace_file(const std::filesystem::path& path, const std::string& text) {
    const auto beside = path.string() + ".next";
    const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (file < 0) return false;
    const bool whole =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
    ::close(file);
    return whole && ::rename(beside.c_str(), path.c_str()) == 0;
}

std::string iso(UnixSeconds at) {
    const auto seconds = static_cast<std::time_t>(at);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

// "2027-01-31T06:00Z", or with seconds.
std::optional<UnixSeconds> parse_iso(const std::string& text) {
    for (const auto* const form : {"%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M:%SZ"}) {
        std::tm parts{};
        const char* const end = ::strptime(text.c_str(), form, &parts);
        if (end != nullptr && *end == '\0') return timegm(&parts);
    }
    return std::nullopt;
}

Result<std::optional<UnixSeconds>> until_of(const ModeOptions& options) {
    const auto now = SystemClock{}.now();
    if (options.minutes) return now + UnixSeconds{*options.minutes} * kMinute;
    if (options.until.empty()) return std::nullopt;
    const auto at = parse_iso(options.until);
    if (!at || *at <= now) return fail(ErrorCode::invalid_input, "mode.until");
    return *at;
}

}  // namespace

State read_mode(const std::filesystem::path& data) {
    std::ifstream in{mode_file(data)};
    std::string name;
    UnixSeconds until = 0;
    in >> name;
    const auto mode = middleware::parse_mode(name);
    if (!mode) return {};
    State state{*mode, std::nullopt};
    if (in >> until && until > 0) state.until = until;
    return state;
}

bool keep_mode(const std::filesystem::path& data, const State& state) {
    if (state.mode == middleware::Mode::normal) {
        std::error_code error;
        std::filesystem::remove(mode_file(data), error);
        return !error;
    }
    return replace_file(mode_file(data), std::string{middleware::mode_name(state.mode)} + " " +
                                             std::to_string(state.until.value_or(0)) + "\n");
}

Result<std::string> make_management_token(const std::filesystem::path& data) {
    auto token = encoding::hex_encode(crypto::system_random().bytes<32>());
    if (!replace_file(token_file(data), token + "\n")) {
        return fail(Error{ErrorCode::unavailable, "file.write"}.with("file", token_file(data).filename().string()));
    }
    return token;
}

std::string mode_text(const State& state) {
    std::string text{middleware::mode_name(state.mode)};
    if (state.until) text += " until " + iso(*state.until);
    return text;
}

Result<> set_mode(const ModeOptions& options) {
    ROGATORY_TRY(const auto config, read_config(options.config));
    const auto unreachable = [] { return fail(ErrorCode::unavailable, "mode.unreachable"); };
    if (config.management_port == 0) return unreachable();
    ROGATORY_TRY(const auto until, until_of(options));
    const bool six = config.management_address.find(':') != std::string::npos;
    const auto host = six ? "[" + config.management_address + "]" : config.management_address;
    ROGATORY_TRY(const auto address,
                 client::PeerAddress::parse("http://" + host + ":" + std::to_string(config.management_port)));
    client::Peer peer{address, {}};
    client::HttpsRequest request;
    request.path = address.path("mode");
    if (!options.to.empty()) {
        std::error_code error;
        if (!std::filesystem::exists(token_file(config.data), error))
            return fail(ErrorCode::unavailable, "mode.no_secret");
        ROGATORY_TRY(const auto token, read_secret_line(token_file(config.data)));
        request.method = "POST";
        request.headers["Authorization"] = "Bearer " + token;
        request.headers["Rogatory-Mode"] = options.to;
        if (until) request.headers["Rogatory-Until"] = std::to_string(*until);
    }
    const auto reply = peer.send(request);
    if (reply && reply->status == 503) return fail(ErrorCode::unavailable, "mode.no_secret");
    if (!reply || reply->status != 200) return unreachable();
    std::printf("%s", std::string{as_text(reply->body)}.c_str());
    return {};
}

}  // namespace rogatory::server
