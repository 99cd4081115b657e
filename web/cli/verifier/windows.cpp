// The entry and the terminal of Windows: arguments in UTF-16, output as UTF-8 without carriage returns, the language of
// the person's desktop where no variable says another.
#include <windows.h>

#include <fcntl.h>
#include <io.h>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "web/cli/console/terminal.hpp"
#include "web/cli/exit_code.hpp"
#include "web/cli/verifier/command.hpp"

namespace rogatory::cli {

bool is_terminal(int descriptor) { return ::_isatty(descriptor) != 0; }

std::optional<std::size_t> columns_of_terminal() {
    for (const DWORD handle : {STD_OUTPUT_HANDLE, STD_ERROR_HANDLE}) {
        CONSOLE_SCREEN_BUFFER_INFO screen{};
        if (::GetConsoleScreenBufferInfo(::GetStdHandle(handle), &screen) != 0) {
            const auto wide = screen.srWindow.Right - screen.srWindow.Left + 1;
            return wide > 0 ? static_cast<std::size_t>(wide) : 0;
        }
    }
    return std::nullopt;
}

// Older consoles show colours as rubbish; this program needs none.
bool may_colour(int) { return false; }

}  // namespace rogatory::cli

int wmain(int count, wchar_t** values) {
    using namespace rogatory::cli;
    ::SetConsoleOutputCP(CP_UTF8);
    ::_setmode(1, _O_BINARY);
    ::_setmode(2, _O_BINARY);
    try {
        std::vector<std::string> words;
        for (int i = 1; i < count; ++i) {
            const auto text = std::filesystem::path{values[i]}.u8string();
            words.emplace_back(text.begin(), text.end());
        }
        const bool french = PRIMARYLANGID(::GetUserDefaultUILanguage()) == LANG_FRENCH;
        return run_verifier(words, french ? Language::fr : Language::en);
    } catch (const std::exception& bug) {
        // As in main.cpp.
        std::fprintf(stderr, "rogatory: %s\n", bug.what());
        return static_cast<int>(ExitCode::unexpected);
    }
}
