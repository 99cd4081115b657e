#include "web/cli/program/kit.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/base/try.hpp"
#include "web/cli/console/format.hpp"
#include "web/cli/console/qr.hpp"

namespace rogatory::cli {
namespace {

constexpr std::string_view kTitle = "rogatory/v1/kit";
constexpr std::array<std::string_view, 4> kNames{"server:", "user:", "account-key:", "kit-secret:"};

Error cannot(const char* key, const std::filesystem::path& path, int error) {
    const auto code = error == ENOSPC || error == EDQUOT ? ErrorCode::storage_full : ErrorCode::invalid_input;
    return Error{code, code == ErrorCode::storage_full ? "file.no_room" : key, std::strerror(error)}.with(
        "file", path.string());
}

Result<> write_new(const std::filesystem::path& path, std::string_view text, mode_t mode) {
    const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path{"."};
    auto pending = path;
    pending += ".part";
    const int file = ::open(pending.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);
    if (file < 0) return fail(cannot("file.cannot_write", path, errno));
    const auto give_up = [&](int error) {
        ::close(file);
        ::unlink(pending.c_str());
        return fail(error == EEXIST ? Error{ErrorCode::conflict, "file.exists"}.with("file", path.string())
                                    : cannot("file.cannot_write", path, error));
    };
    // The file may be an old one of ours, with other rights.
    if (::fchmod(file, mode) != 0) return give_up(errno);
    while (!text.empty()) {
        const auto wrote = ::write(file, text.data(), text.size());
        if (wrote < 0 && errno != EINTR) return give_up(errno);
        if (wrote > 0) text.remove_prefix(static_cast<std::size_t>(wrote));
    }
    if (::fsync(file) != 0) return give_up(errno);
    // link() refuses to replace what is there; a rename would not.
    if (::link(pending.c_str(), path.c_str()) != 0) {
        // Some file systems know no links: then the new name is made only if it is free.
        if (errno != EPERM && errno != EOPNOTSUPP) return give_up(errno);
        if (::access(path.c_str(), F_OK) == 0) return give_up(EEXIST);
        if (::rename(pending.c_str(), path.c_str()) != 0) return give_up(errno);
    } else {
        ::unlink(pending.c_str());
    }
    ::close(file);
    if (const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); directory >= 0) {
        ::fsync(directory);
        ::close(directory);
    }
    return {};
}

std::string_view trimmed(std::string_view line) {
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) line.remove_suffix(1);
    return line;
}

// A sheet for paper: what it is in both languages, its own lines, and their QR code.
std::string sheet_of(const std::string& family, std::string_view text) {
    const Catalogue english{Language::en};
    const Catalogue french{Language::fr};
    std::string out =
        "ROGATORY – " + english.text(family + ".print_title") + " / " + french.text(family + ".print_title") + "\n\n";
    for (const auto* words : {&english, &french}) {
        for (const auto* line : {".print_what", ".print_keep", ".print_use"})
            out += wrap(words->text(family + line), 76) + "\n";
        out += "\n";
    }
    auto rest = text;
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        out += "    " + std::string{rest.substr(0, end)} + "\n";
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
    if (const auto code = draw_qr(std::string{text}, QrFor::paper)) out += "\n" + *code;
    return out;
}

}  // namespace

Result<> write_private_file(const std::filesystem::path& path, std::string_view text) {
    return write_new(path, text, S_IRUSR | S_IWUSR);
}
Result<> write_public_file(const std::filesystem::path& path, std::string_view text) {
    return write_new(path, text, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
}

Result<std::string> read_text_file(const std::filesystem::path& path, std::size_t largest) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return fail(cannot("file.cannot_read", path, errno));
    std::string out;
    std::array<char, 16384> piece{};
    for (;;) {
        const auto got = ::read(file, piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            const int error = errno;
            ::close(file);
            return fail(cannot("file.cannot_read", path, error));
        }
        if (got == 0) break;
        out.append(piece.data(), static_cast<std::size_t>(got));
        if (out.size() > largest) {
            ::close(file);
            return fail(Error{ErrorCode::too_large, "file.too_large"}.with("file", path.string()));
        }
    }
    ::close(file);
    return out;
}

std::string printed_kit(const agent::Kit& kit) { return sheet_of("kit", kit.text); }
std::string printed_envelope(const agent::RecoveryEnvelope& envelope) { return sheet_of("envelope", envelope.text); }

std::string kit_lines(const std::string& printed) {
    std::string out;
    bool found = false;
    std::string_view rest{printed};
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        const auto line = trimmed(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        const bool ours = line == kTitle ||
                          std::ranges::any_of(kNames, [&](std::string_view name) { return line.starts_with(name); });
        if (line == kTitle) found = true;
        if (ours) out += std::string{line} + "\n";
    }
    return found ? out : printed;
}

}  // namespace rogatory::cli
