#include "web/cli/console/prompt.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include <bsd/readpassphrase.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/primitives/memory.hpp"

namespace rogatory::cli {
namespace {

constexpr std::size_t kLongest = 4096;

Result<crypto::SecretText> read_from_terminal(const Console& console, std::string_view key, const Arguments& arguments,
                                              std::string_view option, int flags) {
    if (!can_ask())
        return fail(Error{ErrorCode::invalid_input, "prompt.no_terminal"}.with("option", std::string{option}));
    crypto::SecretBytes room{kLongest};
    auto* buffer = reinterpret_cast<char*>(room.expose_secret_mutable().data());
    const auto question = console.text(key, arguments) + " ";
    errno = 0;
    if (::readpassphrase(question.c_str(), buffer, kLongest, flags | RPP_REQUIRE_TTY) == nullptr) {
        return fail(ErrorCode::invalid_input, "prompt.cancelled");
    }
    const std::string_view typed{buffer};
    return crypto::SecretText::copy_of(typed);
}

}  // namespace

bool can_ask() {
    const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0) return false;
    ::close(terminal);
    return true;
}

Result<crypto::SecretText> ask_secret(const Console& console, std::string_view question_key, const Arguments& arguments,
                                      std::string_view option) {
    return read_from_terminal(console, question_key, arguments, option, RPP_ECHO_OFF);
}

Result<crypto::SecretText> ask(const Console& console, std::string_view question_key, const Arguments& arguments,
                               std::string_view option) {
    return read_from_terminal(console, question_key, arguments, option, RPP_ECHO_ON);
}

Result<bool> ask_yes(const Console& console, std::string_view question_key, const Arguments& arguments) {
    auto answer = read_from_terminal(console, question_key, arguments, "--yes", RPP_ECHO_ON);
    if (!answer) return fail(std::move(answer).error());
    const auto word = answer->expose_secret();
    for (const auto* yes : {"y", "Y", "yes", "Yes", "YES", "o", "O", "oui", "Oui", "OUI"}) {
        if (word == yes) return true;
    }
    return false;
}

Result<crypto::SecretText> read_secret_file(const Console& console, const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return fail(Error{ErrorCode::invalid_input, "secret_file.unreadable"}.with("file", path));
    struct stat facts {};
    if (::fstat(file, &facts) == 0 && S_ISREG(facts.st_mode) && (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        console.warn("warning.secret_file_open", {{"file", path}});
    }
    crypto::SecretBytes room{kLongest};
    std::size_t size = 0;
    while (size < kLongest) {
        const auto got = ::read(file, room.expose_secret_mutable().data() + size, kLongest - size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        size += static_cast<std::size_t>(got);
    }
    ::close(file);
    auto text = as_text(room.expose_secret()).substr(0, size);
    text = text.substr(0, text.find('\n'));
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (text.empty()) return fail(Error{ErrorCode::invalid_input, "secret_file.unreadable"}.with("file", path));
    return crypto::SecretText::copy_of(text);
}

}  // namespace rogatory::cli
